package layout

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"sync"
	"time"
)

// cache keeps finished layouts by content, the least recently used go first, and lets
// those who ask for the same at the same time wait for one computation.
type cache struct {
	mu      sync.Mutex
	limit   int
	size    int
	entries map[key]*entry
	recent  *list.List // of *entry that are finished, the latest first
}

type key [sha256.Size]byte

type entry struct {
	key     key
	done    chan struct{} // closed when placed is there
	placed  Placed
	waiting int                // who waits for it, while it is not done
	cancel  context.CancelFunc // ends the computation
	until   time.Time          // zero: for ever
	size    int
	at      *list.Element // nil while it is not done
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[key]*entry{}, recent: list.New()}
}

// get returns a layout that is kept, or has it computed. The computation is nobody's
// own: it ends early only with life, or when all who wait for it have gone.
func (c *cache) get(ctx, life context.Context, k key, compute func(context.Context) (Placed, time.Duration)) (Placed, error) {
	e := c.join(life, k, compute)
	select {
	case <-e.done:
		c.leave(e)
		if life.Err() != nil {
			return Placed{}, ErrClosed
		}
		return e.placed, nil
	case <-ctx.Done():
		c.leave(e)
		return Placed{}, ctx.Err()
	case <-life.Done():
		c.leave(e)
		return Placed{}, ErrClosed
	}
}

// join finds the entry, or begins one.
func (c *cache) join(life context.Context, k key, compute func(context.Context) (Placed, time.Duration)) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[k]; ok {
		if e.at == nil {
			e.waiting++
			return e
		}
		if e.until.IsZero() || time.Now().Before(e.until) {
			c.recent.MoveToFront(e.at)
			return e
		}
		c.drop(e)
	}
	work, cancel := context.WithCancel(life)
	e := &entry{key: k, done: make(chan struct{}), waiting: 1, cancel: cancel}
	c.entries[k] = e
	go func() {
		placed, keep := compute(work)
		cancel()
		c.finish(e, placed, keep)
	}()
	return e
}

// leave stops a computation that nobody waits for any more.
func (c *cache) leave(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.waiting--; e.waiting <= 0 && e.at == nil {
		e.cancel()
		if c.entries[e.key] == e {
			delete(c.entries, e.key)
		}
	}
}

func (c *cache) finish(e *entry, placed Placed, keep time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.placed = placed
	close(e.done)
	if c.entries[e.key] != e {
		return // all have left, and another may have begun
	}
	e.size = placed.bytes()
	if keep == notAtAll || e.size > c.limit {
		delete(c.entries, e.key)
		return
	}
	if keep != forever {
		e.until = time.Now().Add(keep)
	}
	e.at = c.recent.PushFront(e)
	for c.size += e.size; c.size > c.limit; {
		c.drop(c.recent.Back().Value.(*entry))
	}
}

func (c *cache) drop(e *entry) {
	c.recent.Remove(e.at)
	c.size -= e.size
	delete(c.entries, e.key)
}

// bytes is about what a layout takes in memory.
func (p Placed) bytes() int {
	n := 512 + 32*(len(p.Boxes)+len(p.Frames)) + 40*len(p.Curves)
	for _, c := range p.Curves {
		n += 16 * len(c.Points)
	}
	return n
}

// fingerprint names a graph by its content.
func fingerprint(g Graph) key {
	var b []byte
	whole := func(values ...int) {
		for _, v := range values {
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		}
	}
	real := func(values ...float64) {
		for _, v := range values {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	whole(int(g.Direction), len(g.Frames), len(g.Boxes), len(g.Arrows))
	real(g.NodeSep, g.RankSep)
	for _, f := range g.Frames {
		whole(f.Parent)
		real(f.TitleWidth, f.TitleHeight)
	}
	for _, x := range g.Boxes {
		spread := 0
		if x.Spread {
			spread = 1
		}
		whole(x.Frame, len(x.Doors), spread)
		real(x.Width, x.Height)
		real(x.Doors...)
	}
	for _, a := range g.Arrows {
		hidden := 0
		if a.Hidden {
			hidden = 1
		}
		if a.Loose {
			hidden += 2
		}
		whole(a.From, a.To, a.Door, a.FromFrame, a.ToFrame, a.Weight, hidden)
		real(a.LabelWidth, a.LabelHeight)
	}
	return sha256.Sum256(b)
}
