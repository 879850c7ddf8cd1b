package layout

import (
	"context"
	"errors"
	"time"
)

// errNoWorker is that no worker was to be had: all were busy, or none starts. It says
// nothing about the graph.
var errNoWorker = errors.New("no layout worker is free")

// After a start that failed none is tried for a while: retryFirst at first, and twice
// as long after each further failure, until retryLast.
const (
	retryFirst = 20 * time.Millisecond
	retryLast  = 10 * time.Second
	// One that was killed while it started is no failure, unless as many in a row are.
	mostKilled = 8
)

// worker is a process lent to one layout, which must release it.
type worker struct {
	e      *Engine
	p      *process // nil after a failure
	large  bool
	ctx    context.Context // ends at the layout's deadline
	cancel context.CancelFunc
}

// acquire waits for a worker, a third of the deadline at most, and starts it if none
// runs. The time a start takes is not the layout's.
func (e *Engine) acquire(ctx context.Context, large bool) (*worker, error) {
	e.boot.Do(e.startFirst)
	begin := time.Now()
	queue, cancel := context.WithTimeout(ctx, e.options.Deadline/3)
	defer cancel()
	if large {
		select {
		case e.large <- struct{}{}:
		case <-queue.Done():
			return nil, errNoWorker
		}
	}
	w := &worker{e: e, large: large}
	if !w.take(queue) {
		if large {
			<-e.large
		}
		return nil, errNoWorker
	}
	left := e.options.Deadline - time.Since(begin)
	if w.p == nil {
		w.p = e.start()
	}
	w.ctx, w.cancel = context.WithTimeout(ctx, left)
	if w.p == nil {
		w.release()
		return nil, errNoWorker
	}
	return w, nil
}

// take waits for a worker, and takes one that runs if there is one.
func (w *worker) take(ctx context.Context) bool {
	for {
		select {
		case w.p = <-w.e.idle:
		default:
			select {
			case w.p = <-w.e.idle:
			case <-w.e.unrun:
				return true
			case <-ctx.Done():
				return false
			}
		}
		if !w.p.ended() {
			return true
		}
		w.e.replace(w.p)
		w.p = nil
	}
}

// replace puts a new process in the place of one that is of no more use, nil for one
// that is gone; at once where workers are kept warm.
func (e *Engine) replace(p *process) {
	if p != nil {
		p.kill()
	}
	if e.warm.Load() && e.ctx.Err() == nil {
		go func() { e.put(e.start()) }()
		return
	}
	e.put(nil)
}

// sweep replaces the workers that have ended while nobody used them.
func (e *Engine) sweep() {
	for range e.options.Workers {
		select {
		case p := <-e.idle:
			if p.ended() {
				e.replace(p)
			} else {
				e.put(p)
			}
		default:
			return
		}
	}
}

// ask lays out a graph in one style of splines. The process does not survive an
// answer that we cannot use, except one that only lacks an arrow.
func (w *worker) ask(t *tree, p plan, style string) (Placed, error) {
	if w.p == nil {
		return Placed{}, errLayoutFailed
	}
	answer, err := w.p.layout(w.ctx, writeDOT(t, p, style))
	if err == nil {
		var placed Placed
		placed, err = readAnswer(t, p, answer)
		if err == nil || errors.Is(err, errArrowMissing) {
			return placed, err
		}
	}
	w.p.kill()
	w.p = nil
	return Placed{}, err
}

// release gives the worker back; one that failed or is worn out is replaced.
func (w *worker) release() {
	w.cancel()
	if w.large {
		<-w.e.large
	}
	if w.p == nil || w.p.worn() {
		w.e.replace(w.p)
		return
	}
	w.e.put(w.p)
}

// put makes a worker free; nil for one that does not run.
func (e *Engine) put(p *process) {
	if p == nil {
		e.unrun <- struct{}{}
		return
	}
	e.idle <- p
}

// start runs a process, or returns nil if none starts, or none did a short time ago.
func (e *Engine) start() *process {
	failures := e.failures.Load()
	if failures > 0 && time.Now().UnixNano()-e.broken.Load() < int64(min(retryFirst<<min(failures-1, 20), retryLast)) {
		return nil
	}
	p, err := startProcess(e.ctx, e.options.command)
	for tries := 1; tries < mostKilled && errors.Is(err, errKilled) && e.ctx.Err() == nil; tries++ {
		p, err = startProcess(e.ctx, e.options.command)
	}
	if err != nil && e.options.mend != nil && !errors.Is(err, errKilled) && e.ctx.Err() == nil {
		e.options.mend()
		p, err = startProcess(e.ctx, e.options.command)
	}
	if err != nil {
		e.failures.Add(1)
		e.broken.Store(time.Now().UnixNano())
		return nil
	}
	e.failures.Store(0)
	go func() {
		<-p.gone
		e.sweep()
	}()
	return p
}

// startFirst starts one process. It compiles Graphviz if that was never done on this
// machine; others that start meanwhile would only do the same.
func (e *Engine) startFirst() {
	select {
	case <-e.unrun:
		e.put(e.start())
	case <-e.ctx.Done():
	}
}

// startAll starts the processes that do not run.
func (e *Engine) startAll() error {
	e.boot.Do(e.startFirst)
	for range e.options.Workers {
		select {
		case <-e.unrun:
			p := e.start()
			if e.put(p); p == nil {
				return errNoWorker
			}
		default:
		}
	}
	return nil
}
