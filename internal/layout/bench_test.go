package layout

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkLayoutBySize is the time of a layout that is not kept, by size, for one client and
// for as many as there are processors.
func BenchmarkLayoutBySize(b *testing.B) {
	e := New(Options{CacheBytes: 1, Deadline: time.Minute})
	b.Cleanup(e.Close)
	if err := e.Warm(context.Background()); err != nil {
		b.Fatal(err)
	}
	for _, size := range []struct{ boxes, arrows, frames int }{{5, 6, 2}, {12, 16, 3}, {30, 40, 6}, {60, 80, 10}} {
		g := random(rand.New(rand.NewPCG(1, uint64(size.boxes))), size.boxes, size.arrows, size.frames)
		layOut := func(b *testing.B) {
			if _, err := e.Layout(context.Background(), g); err != nil {
				b.Fatal(err)
			}
		}
		name := fmt.Sprintf("%d boxes and %d arrows", size.boxes, size.arrows)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				layOut(b)
			}
		})
		b.Run(name+" together", func(b *testing.B) {
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					layOut(b)
				}
			})
		})
	}
}
