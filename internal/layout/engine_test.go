package layout

import (
	"context"
	"math/rand/v2"
	"testing"
)

func TestRandomGraphs(t *testing.T) {
	e := New(Options{})
	defer e.Close()
	simplified := 0
	const graphs = 120
	for seed := range uint64(graphs) {
		r := rand.New(rand.NewPCG(seed, 1))
		g := random(r, 1+r.IntN(24), r.IntN(40), r.IntN(6))
		p, err := e.Layout(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		if p.Simplified {
			simplified++
		}
		for _, fault := range faults(g, p) {
			t.Errorf("seed %d (simplified %v): %s", seed, p.Simplified, fault)
		}
	}
	t.Logf("%d of %d simplified", simplified, graphs)
}

func TestSimpleLayoutOfRandomGraphs(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		g := random(r, 1+r.IntN(60), r.IntN(150), r.IntN(12))
		for _, fault := range faults(g, simple(newTree(g))) {
			t.Errorf("seed %d: %s", seed, fault)
		}
	}
}
