package layout

import (
	"math/rand/v2"
	"testing"
)

func TestSimpleLayoutOfRandomGraphs(t *testing.T) {
	for seed := range uint64(300) {
		g := seeded(seed, 60, 150, 12)
		for _, fault := range faults(g, simple(newTree(g))) {
			t.Errorf("seed %d: %s", seed, fault)
		}
	}
}

func TestSimpleLayoutIsNotATower(t *testing.T) {
	for name, g := range map[string]Graph{"lonely": huge(2000, 0), "joined": huge(2000, 2000)} {
		p := simple(newTree(g))
		if ratio := p.Width / p.Height; ratio < 0.2 || ratio > 5 {
			t.Errorf("%s: %.0f × %.0f is no shape to look at", name, p.Width, p.Height)
		}
	}
}

// huge is a cluster of frames of 25 boxes with arrows here and there.
func huge(boxes, arrows int) Graph {
	r := rand.New(rand.NewPCG(1, 1))
	g := Graph{Frames: []Frame{{Parent: -1, TitleWidth: 90, TitleHeight: 18}}}
	for i := range boxes {
		if i%25 == 0 {
			g.Frames = append(g.Frames, Frame{Parent: 0, TitleWidth: 90, TitleHeight: 18})
		}
		g.Boxes = append(g.Boxes, Box{Frame: len(g.Frames) - 1, Width: 120, Height: 44})
	}
	for range arrows {
		g.Arrows = append(g.Arrows, arrow(r.IntN(boxes), r.IntN(boxes)))
	}
	return g
}

func TestSimpleLayoutOfAHugeGraph(t *testing.T) {
	g := huge(5000, 5000)
	for _, fault := range faults(g, simple(newTree(g))) {
		t.Error(fault)
	}
}

func BenchmarkSimple(b *testing.B) {
	g := huge(5000, 5000)
	for b.Loop() {
		simple(newTree(g))
	}
}

func BenchmarkLayout(b *testing.B) {
	e := New(Options{})
	defer e.Close()
	if err := e.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	g := threeTier()
	for b.Loop() {
		g.NodeSep += 0.001 // a new graph each time, not one that is kept
		if p, err := e.Layout(b.Context(), g); err != nil || p.Simplified {
			b.Fatal(p.Simplified, err)
		}
	}
}

func BenchmarkLayoutKept(b *testing.B) {
	e := New(Options{})
	defer e.Close()
	for b.Loop() {
		if _, err := e.Layout(b.Context(), threeTier()); err != nil {
			b.Fatal(err)
		}
	}
}
