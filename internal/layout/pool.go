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

// lane holds the workers for graphs of one size. A worker is in one of these when nobody
// uses it.
type lane struct {
	e     *Engine
	idle  chan *process // those that run
	unrun chan struct{} // those that do not
	// low tells that its processes give way to others.
	low bool
}

func newLane(e *Engine, size int, low bool) *lane {
	l := &lane{e: e, idle: make(chan *process, size), unrun: make(chan struct{}, size), low: low}
	for range size {
		l.unrun <- struct{}{}
	}
	return l
}

// worker is a process lent to one layout, which must release it.
type worker struct {
	lane   *lane
	p      *process        // nil after a failure
	ctx    context.Context // ends at the layout's deadline
	cancel context.CancelFunc
}

// acquire waits for a worker, a third of the deadline at most, and starts it if none
// runs. The time a start takes is not the layout's.
func (e *Engine) acquire(ctx context.Context, large bool) (*worker, error) {
	e.boot.Do(e.small.startFirst)
	begin := time.Now()
	queue, cancel := context.WithTimeout(ctx, e.options.Deadline/3)
	defer cancel()
	w := &worker{lane: e.small}
	if large {
		w.lane = e.large
	}
	if !w.take(queue) {
		return nil, errNoWorker
	}
	left := e.options.Deadline - time.Since(begin)
	if w.p == nil {
		w.p = w.lane.start()
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
		case w.p = <-w.lane.idle:
		default:
			select {
			case w.p = <-w.lane.idle:
			case <-w.lane.unrun:
				return true
			case <-ctx.Done():
				return false
			}
		}
		if !w.p.ended() {
			return true
		}
		w.lane.replace(w.p)
		w.p = nil
	}
}

// replace puts a new process in the place of one that is of no more use, nil for one
// that is gone; at once where workers are kept warm.
func (l *lane) replace(p *process) {
	if p != nil {
		p.kill()
	}
	if l.e.warm.Load() && l.e.ctx.Err() == nil {
		go func() { l.put(l.start()) }()
		return
	}
	l.put(nil)
}

// sweep replaces the workers that have ended while nobody used them.
func (l *lane) sweep() {
	for range cap(l.idle) {
		select {
		case p := <-l.idle:
			if p.ended() {
				l.replace(p)
			} else {
				l.put(p)
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
	if w.p == nil || w.p.worn() {
		w.lane.replace(w.p)
		return
	}
	w.lane.put(w.p)
}

// put makes a worker free; nil for one that does not run.
func (l *lane) put(p *process) {
	if p == nil {
		l.unrun <- struct{}{}
		return
	}
	l.idle <- p
}

// start runs a process, or returns nil if none starts, or none did a short time ago.
func (l *lane) start() *process {
	e := l.e
	failures := e.failures.Load()
	if failures > 0 && time.Now().UnixNano()-e.broken.Load() < int64(min(retryFirst<<min(failures-1, 20), retryLast)) {
		return nil
	}
	try := func() (*process, error) { return startProcess(e.ctx, e.options.command, l.low) }
	p, err := try()
	for tries := 1; tries < mostKilled && errors.Is(err, errKilled) && e.ctx.Err() == nil; tries++ {
		p, err = try()
	}
	if err != nil && e.options.mend != nil && !errors.Is(err, errKilled) && e.ctx.Err() == nil {
		e.options.mend()
		p, err = try()
	}
	if err != nil {
		e.failures.Add(1)
		e.broken.Store(time.Now().UnixNano())
		return nil
	}
	e.failures.Store(0)
	go func() {
		<-p.gone
		l.sweep()
	}()
	return p
}

// startFirst starts one process. It compiles Graphviz if that was never done on this
// machine; others that start meanwhile would only do the same.
func (l *lane) startFirst() {
	select {
	case <-l.unrun:
		l.put(l.start())
	case <-l.e.ctx.Done():
	}
}

// startAll starts the processes that do not run.
func (e *Engine) startAll() error {
	e.boot.Do(e.small.startFirst)
	for _, l := range e.lanes() {
		if err := l.startAll(); err != nil {
			return err
		}
	}
	return nil
}

func (l *lane) startAll() error {
	for range cap(l.unrun) {
		select {
		case <-l.unrun:
			p := l.start()
			if l.put(p); p == nil {
				return errNoWorker
			}
		default:
		}
	}
	return nil
}

// close ends the processes, those in use when they are given back.
func (l *lane) close() {
	for range cap(l.idle) {
		select {
		case p := <-l.idle:
			p.kill()
		case <-l.unrun:
		}
	}
}
