package model

import (
	"runtime"
	"sync"
)

// fewest is the number of objects from which a second processor is worth waking.
const fewest = 256

// inParts calls do for parts of the numbers below n, one for each processor, at the
// same time. What do returns runs when all are done, one after the other in the order
// of the parts.
func inParts(n int, do func(from, to int) (then func())) {
	parts := max(1, min(runtime.GOMAXPROCS(0), n/fewest))
	then := make([]func(), parts)
	var wait sync.WaitGroup
	for i := range parts {
		wait.Go(func() { then[i] = do(n*i/parts, n*(i+1)/parts) })
	}
	wait.Wait()
	for _, f := range then {
		f()
	}
}
