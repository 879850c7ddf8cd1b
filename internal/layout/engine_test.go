package layout

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/layout/prelude"
)

func seeded(seed uint64, boxes, arrows, frames int) Graph {
	r := rand.New(rand.NewPCG(seed, 1))
	return random(r, 1+r.IntN(boxes), r.IntN(arrows), r.IntN(frames+1))
}

func place(t *testing.T, e *Engine, g Graph) Placed {
	t.Helper()
	p, err := e.Layout(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults(g, p) {
		t.Errorf("simplified %v: %s", p.Simplified, fault)
	}
	return p
}

func TestGraphvizIsAsleepHere(t *testing.T) {
	if !prelude.Asleep() {
		t.Error("go-graphviz was initialised in a process that is no worker; every start pays for it")
	}
}

func TestLayout(t *testing.T) {
	e := New(Options{})
	defer e.Close()
	down := threeTier()
	down.Direction = TopToBottom
	for name, g := range map[string]Graph{"three-tier": threeTier(), "down": down, "doors": doors(), "frames": frames(), "empty": {}} {
		if p := place(t, e, g); p.Simplified {
			t.Errorf("%s: simplified, want Graphviz's layout", name)
		}
	}
}

func TestArrowsRunInTheDirection(t *testing.T) {
	e := New(Options{})
	defer e.Close()
	g := Graph{Boxes: []Box{{Frame: -1, Width: 90, Height: 40}, {Frame: -1, Width: 90, Height: 70}}, Arrows: []Arrow{arrow(0, 1)}}
	p := place(t, e, g)
	tip := p.Curves[0].Points[len(p.Curves[0].Points)-1]
	if want := p.Boxes[1].entering(); (Rect{want.X, want.Y, 0, 0}).distance(tip) > 1 {
		t.Errorf("arrow ends at %v, want the middle of the left wall %v", tip, want)
	}
	g.Direction = TopToBottom
	p = place(t, e, g)
	tip = p.Curves[0].Points[len(p.Curves[0].Points)-1]
	if box := p.Boxes[1]; box.Y < p.Boxes[0].Y+40 || (Rect{box.X + 45, box.Y, 0, 0}).distance(tip) > 1 {
		t.Errorf("arrow ends at %v, want the middle of the upper wall of %v", tip, box)
	}
}

func TestFirstBoxIsAtTheTop(t *testing.T) {
	e := New(Options{})
	defer e.Close()
	g := Graph{Frames: []Frame{{Parent: -1}}}
	for range 9 {
		g.Boxes = append(g.Boxes, Box{Frame: 0, Width: 80, Height: 30})
	}
	p := place(t, e, g)
	for i := range 9 {
		row, column := i/3, i%3
		if column > 0 && p.Boxes[i].X <= p.Boxes[i-1].X || row > 0 && p.Boxes[i].Y <= p.Boxes[i-3].Y {
			t.Errorf("box %d of the grid is at %v, out of order", i, p.Boxes[i])
		}
	}
}

func TestRandomGraphs(t *testing.T) {
	e := New(Options{})
	defer e.Close()
	const graphs = 120
	simplified := 0
	for seed := range uint64(graphs) {
		g := seeded(seed, 24, 40, 5)
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
	if simplified > graphs/10 {
		t.Errorf("%d of %d graphs were simplified", simplified, graphs)
	}
}

func TestSameGraphSamePicture(t *testing.T) {
	one, many := New(Options{Workers: 1}), New(Options{Workers: 2})
	defer one.Close()
	defer many.Close()
	const graphs = 24
	var want [graphs]Placed
	for i := range graphs {
		want[i] = place(t, one, seeded(uint64(i), 12, 16, 3))
	}
	var clients sync.WaitGroup
	for client := range 4 {
		clients.Go(func() {
			for i := range graphs {
				i = (i*7 + client*5) % graphs
				got, err := many.Layout(context.Background(), seeded(uint64(i), 12, 16, 3))
				if err != nil || !got.Simplified && !want[i].Simplified && !reflect.DeepEqual(got, want[i]) {
					t.Errorf("graph %d came out differently from another worker (%v)", i, err)
				}
			}
		})
	}
	clients.Wait()
}

// slow is a graph that takes Graphviz many seconds, but that looks as if it did not.
func slow(seed uint64) Graph {
	r := rand.New(rand.NewPCG(seed, 9))
	g := Graph{}
	for range 60 {
		g.Boxes = append(g.Boxes, Box{Frame: -1, Width: 120, Height: 44})
	}
	for range 300 {
		a := arrow(r.IntN(60), r.IntN(60))
		a.LabelWidth, a.LabelHeight = 50, 14
		g.Arrows = append(g.Arrows, a)
	}
	return g
}

func nested(depth int) Graph {
	g := Graph{}
	for i := range depth {
		g.Frames = append(g.Frames, Frame{Parent: i - 1, TitleWidth: 80, TitleHeight: 18})
		g.Boxes = append(g.Boxes, Box{Frame: i, Width: 120, Height: 44})
	}
	return g
}

func complete(boxes int) Graph {
	g := Graph{}
	for i := range boxes {
		g.Boxes = append(g.Boxes, Box{Frame: -1, Width: 120, Height: 44})
		for k := range i {
			a := arrow(i, k)
			a.LabelWidth, a.LabelHeight = 50, 14
			g.Arrows = append(g.Arrows, a)
		}
	}
	return g
}

func flatFrames(n int) Graph {
	g := Graph{}
	for i := range n {
		g.Frames = append(g.Frames, Frame{Parent: -1, TitleWidth: 80, TitleHeight: 18})
		g.Boxes = append(g.Boxes, Box{Frame: i, Width: 120, Height: 44})
	}
	return g
}

func TestPoison(t *testing.T) {
	const deadline = 400 * time.Millisecond
	const late = 600 * time.Millisecond // for a busy machine; a free one takes under 100
	e := New(Options{Deadline: deadline})
	defer e.Close()
	if err := e.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	healthy := threeTier()
	for name, g := range map[string]Graph{
		"slow": slow(1), "nested 90": nested(90), "nested 300": nested(300), "1000 frames": flatFrames(1000),
		"350 frames": flatFrames(350), "complete 24": complete(24), "complete 60": complete(60),
	} {
		begin := time.Now()
		p := place(t, e, g)
		if took := time.Since(begin) - checking(g, p); took > deadline+late {
			t.Errorf("%s took %v, the deadline is %v", name, took, deadline)
		}
		// A new worker may take longer to start than the deadline here on a busy machine.
		simplified := true
		for try := 0; simplified && try < 5; try++ {
			healthy.NodeSep++ // not the same again, which would be kept
			simplified = place(t, e, healthy).Simplified
		}
		if simplified {
			t.Errorf("after %s an ordinary graph is simplified again and again", name)
		}
	}
	if !place(t, e, slow(1)).Simplified {
		t.Error("the slow graph was not slow; this test shows nothing")
	}
}

// checking is how long the test's own judgement takes.
func checking(g Graph, p Placed) time.Duration {
	begin := time.Now()
	faults(g, p)
	return time.Since(begin)
}

// Two slow graphs at once leave a worker to the others.
func TestSlowGraphsDoNotHoldAllWorkers(t *testing.T) {
	e := New(Options{Workers: 2, Deadline: 2 * time.Second})
	defer e.Close()
	if err := e.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var slows sync.WaitGroup
	for seed := range uint64(2) {
		slows.Go(func() {
			if _, err := e.Layout(ctx, slow(seed)); !errors.Is(err, context.Canceled) {
				t.Errorf("slow graph: %v, want that it was cancelled", err)
			}
		})
	}
	for len(e.large.idle)+len(e.large.unrun) > 0 {
		time.Sleep(time.Millisecond) // until one of them has its worker
	}
	if place(t, e, threeTier()).Simplified {
		t.Error("an ordinary graph had to wait for slow ones")
	}
	cancel()
	slows.Wait()
}

func TestContextAndClose(t *testing.T) {
	e := New(Options{})
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Layout(ended, threeTier()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that the context was cancelled", err)
	}
	e.Close()
	e.Close()
	if _, err := e.Layout(context.Background(), threeTier()); !errors.Is(err, ErrClosed) {
		t.Errorf("error %v, want %v", err, ErrClosed)
	}
}

func TestCloseEndsLayoutsUnderWay(t *testing.T) {
	e := New(Options{Deadline: 20 * time.Second})
	if err := e.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := e.Layout(context.Background(), slow(3))
		done <- err
	}()
	for len(e.large.idle)+len(e.large.unrun) > 0 {
		time.Sleep(time.Millisecond)
	}
	e.Close()
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Errorf("error %v, want %v", err, ErrClosed)
	}
}

func TestWrongGraphsPanic(t *testing.T) {
	e := New(Options{})
	defer e.Close()
	for name, spoil := range map[string]func(*Graph){
		"frame within itself": func(g *Graph) { g.Frames[1].Parent = 1 },
		"box in no frame":     func(g *Graph) { g.Boxes[0].Frame = 3 },
		"arrow to nowhere":    func(g *Graph) { g.Arrows[0].To = 5 },
		"no such door":        func(g *Graph) { g.Arrows[0].Door = 0 },
		"negative size":       func(g *Graph) { g.Boxes[0].Width = -1 },
	} {
		g := threeTier()
		spoil(&g)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			e.Layout(context.Background(), g)
		}()
	}
}
