// Package layout gives a graph of boxes, frames and arrows its coordinates.
//
// Graphviz computes them, in worker processes that are this binary run again: it
// ignores deadlines, leaks, is not safe for two at once, and after some inputs it is
// broken for good; a process can be killed. What it answers is checked, and when it
// gives nothing in time our own layout stands in: there is always a picture with
// every arrow. Only this package knows Graphviz, and no text of a user reaches it.
//
// A binary that links this package can be a worker without doing anything for it.
package layout

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/netpolscope/netpolscope/internal/layout/prelude"
)

// Options says how much an Engine may use.
type Options struct {
	// Workers is the number of worker processes for graphs of the usual size; 0 means one
	// a core, at most two. Large graphs have one less, and at least one.
	Workers int
	// Deadline is the time a layout may take, waiting for a worker included, before
	// our own layout stands in; 0 means a second and a half.
	Deadline time.Duration
	// CacheBytes bounds the finished layouts that are kept; 0 means 32 MiB.
	CacheBytes int

	// command is nil for this binary as a worker; tests run others. mend is what to do
	// before another try when a worker does not start.
	command func() *exec.Cmd
	mend    func()
}

// ErrClosed is the answer of an Engine after Close.
var ErrClosed = errors.New("layout engine is closed")

// Engine lays out graphs. It may be used from many goroutines.
type Engine struct {
	options Options
	cache   *cache
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc

	// Large graphs have workers of their own, which give way to the others: nobody waits
	// for a graph that is much larger than his.
	small, large *lane

	boot sync.Once // the first start, which all wait for
	end  sync.Once
	warm atomic.Bool // start workers before they are needed
	// failures counts the starts that failed since one did not.
	failures atomic.Int32
	broken   atomic.Int64 // when a worker last failed to start, in Unix nanoseconds
}

// New makes an engine; it starts no process before the first layout or Warm.
func New(o Options) *Engine {
	if o.Workers == 0 {
		o.Workers = min(2, runtime.NumCPU())
	}
	if o.Deadline == 0 {
		o.Deadline = 1500 * time.Millisecond
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 32 << 20
	}
	if o.command == nil {
		o.command, o.mend = workerCommand, dropCompileCache
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &Engine{
		options: o,
		cache:   newCache(o.CacheBytes),
		ctx:     ctx,
		cancel:  cancel,
	}
	e.small, e.large = newLane(e, o.Workers, false), newLane(e, max(1, o.Workers-1), true)
	open.Add(1)
	return e
}

func (e *Engine) lanes() []*lane { return []*lane{e.small, e.large} }

// Layout gives the graph its coordinates. The only errors are that ctx has ended and
// ErrClosed. The answer is shared with others who ask for the same and must not be
// changed. A graph with a wrong index or a size that is no number panics.
func (e *Engine) Layout(ctx context.Context, g Graph) (Placed, error) {
	check(g)
	if e.ctx.Err() != nil {
		return Placed{}, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return Placed{}, err
	}
	return e.cache.get(ctx, e.ctx, fingerprint(g), func(ctx context.Context) (Placed, time.Duration) {
		return e.compute(ctx, g)
	})
}

// Warm starts the workers, as a server wants before its first request, and from then
// on replaces every worker that ends. It returns when they are ready or ctx ends. An
// error says that one does not start; without any, pictures are simplified.
func (e *Engine) Warm(ctx context.Context) error {
	e.warm.Store(true)
	done := make(chan error, 1)
	go func() { done <- e.startAll() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the workers. Layouts under way return ErrClosed.
func (e *Engine) Close() { e.end.Do(e.close) }

func (e *Engine) close() {
	e.cancel()
	for _, l := range e.lanes() {
		l.close()
	}
	if open.Add(-1) == 0 {
		prelude.Remove()
	}
}

// open counts the engines that may still start workers.
var open atomic.Int32

const (
	forever = time.Duration(1<<63 - 1)
	// A graph that Graphviz could not do is not tried again at once, but is later:
	// the machine may have been busy.
	afterFailure = time.Minute
	notAtAll     = 0
)

// compute lays out a graph, and says how long the answer is to be kept.
func (e *Engine) compute(ctx context.Context, g Graph) (Placed, time.Duration) {
	t := newTree(g)
	if hopeless(g) {
		return simple(t), forever
	}
	placed, err := e.graphviz(ctx, t)
	switch {
	case err == nil:
		return placed, forever
	case errors.Is(err, errNoWorker):
		return simple(t), notAtAll
	}
	return simple(t), afterFailure
}

// graphviz has a worker lay out the graph. One that dies may have been killed for
// another's sake, so a second one tries.
func (e *Engine) graphviz(ctx context.Context, t *tree) (Placed, error) {
	placed, err := e.once(ctx, t)
	if errors.Is(err, errDied) {
		return e.once(ctx, t)
	}
	return placed, err
}

// once has a worker lay out the graph, in the first style that keeps all arrows.
func (e *Engine) once(ctx context.Context, t *tree) (Placed, error) {
	w, err := e.acquire(ctx, isLarge(t.g))
	if err != nil {
		return Placed{}, err
	}
	defer w.release()
	p := newPlan(t)
	for _, style := range splineStyles {
		var placed Placed
		if placed, err = w.ask(t, p, style); err == nil {
			return w.again(t, p, style, placed), nil
		}
		if !errors.Is(err, errArrowMissing) {
			break
		}
	}
	return Placed{}, err
}

// again lays out a second time, with the arrows that turned out to run to the right
// ending at the middle of the wall, not at its corner where the lock is. Where doors
// say better where they end, they begin at the middle of the opposite wall, in a fan
// and not all around the box. In a large graph nobody would see it.
func (w *worker) again(t *tree, p plan, style string, first Placed) Placed {
	if isLarge(t.g) {
		return first
	}
	p.straighten(t.g, first)
	p.spread(t.g, first)
	if second, err := w.ask(t, p, style); err == nil {
		return second
	}
	return first
}
