package web

import (
	"context"
	"slices"
	"sync"
	"time"
)

// gate admits work by the bytes it is about: so many are held in memory at a time, so
// many are evaluated at a time, and so many requests wait for their turn. Beyond that
// a request is told to come back, which is quicker and kinder than to let all of them
// be slow.
type gate struct {
	mu            sync.Mutex
	held, maxHeld int
	work, maxWork int
	queue         []*ticket
	maxQueue      int
	patience      time.Duration
}

// ticket is a request that waits.
type ticket struct {
	bytes int
	turn  chan struct{}
}

func newGate(c Config) *gate {
	return &gate{maxHeld: c.HeldBytes, maxWork: c.WorkBytes, maxQueue: c.Queue, patience: c.Patience}
}

// leastWork is what a small request counts: a picture costs more than its text.
const leastWork = 128 << 10

// hold counts bytes that have arrived; the error says that there are too many.
func (g *gate) hold(n int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held+n > g.maxHeld {
		return busy()
	}
	g.held += n
	return nil
}

// holds gives the number of bytes that are held.
func (g *gate) holds() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held
}

// let gives held bytes back.
func (g *gate) let(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held -= n
}

// enter waits for the turn of a request of so many bytes. On success the caller must
// leave with the number that it got.
func (g *gate) enter(ctx context.Context, bytes int) (int, error) {
	bytes = min(max(bytes, leastWork), g.maxWork)
	g.mu.Lock()
	if len(g.queue) == 0 && g.work+bytes <= g.maxWork {
		g.work += bytes
		g.mu.Unlock()
		return bytes, nil
	}
	if len(g.queue) >= g.maxQueue {
		g.mu.Unlock()
		return 0, busy()
	}
	t := &ticket{bytes: bytes, turn: make(chan struct{})}
	g.queue = append(g.queue, t)
	g.mu.Unlock()

	timer := time.NewTimer(g.patience)
	defer timer.Stop()
	select {
	case <-t.turn:
		return bytes, nil
	case <-timer.C:
		return g.giveUp(t, busy())
	case <-ctx.Done():
		return g.giveUp(t, ctx.Err())
	}
}

// giveUp takes a ticket out of the queue; one whose turn came just now is used.
func (g *gate) giveUp(t *ticket, err error) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, t)
	if i < 0 {
		return t.bytes, nil
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	g.advance()
	return 0, err
}

// leave ends the work on so many bytes and lets those in that wait.
func (g *gate) leave(bytes int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.work -= bytes
	g.advance()
}

// advance lets the first of the queue in for as long as they fit. Nobody overtakes, or
// a large bundle would wait for ever.
func (g *gate) advance() {
	for len(g.queue) > 0 && g.work+g.queue[0].bytes <= g.maxWork {
		g.work += g.queue[0].bytes
		close(g.queue[0].turn)
		g.queue = g.queue[1:]
	}
}
