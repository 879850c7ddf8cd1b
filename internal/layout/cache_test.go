package layout

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestCacheComputesOnce(t *testing.T) {
	c := newCache(1 << 20)
	var computed atomic.Int32
	begun := make(chan struct{})
	compute := func(context.Context) (Placed, time.Duration) {
		computed.Add(1)
		<-begun
		return Placed{Width: 7}, forever
	}
	var clients sync.WaitGroup
	for range 20 {
		clients.Go(func() {
			if p, err := c.get(context.Background(), context.Background(), key{1}, compute); err != nil || p.Width != 7 {
				t.Errorf("got %v, %v", p, err)
			}
		})
	}
	close(begun)
	clients.Wait()
	if n := computed.Load(); n != 1 {
		t.Errorf("computed %d times", n)
	}
}

func TestCacheIsBounded(t *testing.T) {
	one := Placed{}.bytes()
	c := newCache(3 * one)
	computed := map[byte]int{}
	get := func(k byte, keep time.Duration) {
		c.get(context.Background(), context.Background(), key{k}, func(context.Context) (Placed, time.Duration) {
			computed[k]++
			return Placed{}, keep
		})
	}
	for _, k := range []byte{1, 2, 3, 1, 4, 1, 2} { // 4 pushes out 2, the least recently used
		get(k, forever)
	}
	if computed[1] != 1 || computed[2] != 2 {
		t.Errorf("computed %v times, want 1 once and 2 twice", computed)
	}
	if c.size != 3*one || c.recent.Len() != 3 || len(c.entries) != 3 {
		t.Errorf("%d bytes in %d entries of %d, want %d in 3", c.size, c.recent.Len(), len(c.entries), 3*one)
	}
	get(9, notAtAll)
	get(9, notAtAll)
	if computed[9] != 2 {
		t.Errorf("what was not to be kept was computed %d times, want 2", computed[9])
	}
	get(10, time.Nanosecond)
	get(10, time.Nanosecond)
	if computed[10] != 2 {
		t.Errorf("what is out of date was computed %d times, want 2", computed[10])
	}
}

// A computation goes on while anybody waits, and ends when nobody does.
func TestCacheWhenClientsLeave(t *testing.T) {
	c := newCache(1 << 20)
	ended := make(chan struct{})
	running := make(chan struct{})
	compute := func(ctx context.Context) (Placed, time.Duration) {
		close(running)
		<-ctx.Done()
		close(ended)
		return Placed{}, notAtAll
	}
	first, leaveFirst := context.WithCancel(context.Background())
	second, leaveSecond := context.WithCancel(context.Background())
	answers := make(chan error, 2)
	for _, ctx := range []context.Context{first, second} {
		go func() {
			_, err := c.get(ctx, context.Background(), key{1}, compute)
			answers <- err
		}()
	}
	<-running
	for waiting := 0; waiting < 2; {
		c.mu.Lock()
		waiting = c.entries[key{1}].waiting
		c.mu.Unlock()
	}
	leaveFirst()
	if err := <-answers; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	select {
	case <-ended:
		t.Fatal("the computation ended although somebody waits")
	default:
	}
	leaveSecond()
	<-ended
	<-answers
}

func TestFingerprint(t *testing.T) {
	seen := map[key]string{}
	for name, change := range map[string]func(*Graph){
		"none":      func(*Graph) {},
		"direction": func(g *Graph) { g.Direction = TopToBottom },
		"sep":       func(g *Graph) { g.NodeSep = 1 },
		"rank":      func(g *Graph) { g.RankSep = 1 },
		"parent":    func(g *Graph) { g.Frames[2].Parent = 1 },
		"title":     func(g *Graph) { g.Frames[2].TitleWidth++ },
		"frame":     func(g *Graph) { g.Boxes[0].Frame = 2 },
		"size":      func(g *Graph) { g.Boxes[0].Height++ },
		"door":      func(g *Graph) { g.Boxes[0].Doors = []float64{1} },
		"to":        func(g *Graph) { g.Arrows[0].To++ },
		"to frame":  func(g *Graph) { g.Arrows[0].ToFrame = 1 },
		"from":      func(g *Graph) { g.Arrows[0].FromFrame = 1 },
		"label":     func(g *Graph) { g.Arrows[0].LabelHeight++ },
		"weight":    func(g *Graph) { g.Arrows[0].Weight++ },
		"loose":     func(g *Graph) { g.Arrows[0].Loose = true },
		"hidden":    func(g *Graph) { g.Arrows[0].Hidden = true },
	} {
		g := threeTier()
		change(&g)
		k := fingerprint(g)
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s have the same fingerprint", name, other)
		}
		seen[k] = name
	}
}
