// Package prelude runs before go-graphviz is initialised and decides whether it is.
//
// That library compiles Graphviz in its own init, in every process that links it:
// 25 ms with a warm compile cache, half a second without. Only the worker processes
// of package layout ever call it, so in every other process prelude marks the
// library's packages as initialised already, and nothing of them runs.
//
// It works because Go initialises packages that are ready at the same time in the
// order of their import paths, and this package needs nothing that wazero, which
// go-graphviz waits for, does not need too: it comes first. It must therefore
// import nothing but the few packages of the standard library below.
package prelude

import (
	"os"
	_ "unsafe" // for go:linkname
)

const (
	// Variable and argument together make a process a worker: the variable alone
	// would be inherited by processes that a worker's user starts by accident.
	Variable = "NETPOLSCOPE_LAYOUT_WORKER"
	Argument = "layout-worker"
)

// task is the head of the runtime's record of a package that has something to
// initialise: state 0 is to do, 2 is done; then comes the number of functions.
type task struct{ state, functions uint32 }

//go:linkname wasmTask github.com/goccy/go-graphviz/internal/wasm..inittask
var wasmTask task

//go:linkname cgraphTask github.com/goccy/go-graphviz/cgraph..inittask
var cgraphTask task

//go:linkname gvcTask github.com/goccy/go-graphviz/gvc..inittask
var gvcTask task

func init() {
	if Worker() || sleep(&wasmTask, &cgraphTask, &gvcTask) {
		return
	}
	// A Go release that keeps this record differently: the library wakes up and
	// costs its 25 ms, but still not in a temp folder that others can write to.
	os.Setenv("TMPDIR", Folder())
}

// Worker says whether this process was started to be a layout worker.
func Worker() bool {
	return len(os.Args) == 2 && os.Args[1] == Argument && os.Getenv(Variable) == "1"
}

// Asleep says whether go-graphviz was kept from initialising; it must not be called
// then.
func Asleep() bool { return asleep }

var asleep bool

// sleep marks the tasks as done if all of them look like tasks that are still to do.
func sleep(tasks ...*task) bool {
	for _, t := range tasks {
		if t.state != 0 || t.functions == 0 || t.functions > 100 {
			return false
		}
	}
	for _, t := range tasks {
		t.state = 2
	}
	asleep = true
	return true
}
