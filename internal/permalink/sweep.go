package permalink

import (
	"context"
	"time"
)

// sweepState remembers how the clock went between sweeps.
type sweepState struct {
	wall    time.Time // of the last sweep
	running time.Time // the same with the monotonic clock
	steady  time.Duration
}

const (
	// grace is how long a link that has ended stays in the store. It is not served.
	grace = 24 * time.Hour
	// steadyFor is how long the clock must have gone evenly before anything is deleted:
	// one that jumps ahead must not delete what has not ended.
	steadyFor = time.Hour
	// mostJump is how far the clock may be set between sweeps.
	mostJump = 5 * time.Minute
)

// Sweep deletes links that ended more than a day ago, if the clock is to be trusted.
// elapsed is the time since the process started by a clock that nobody sets. It gives
// the number of links deleted.
func (l *Links) Sweep(ctx context.Context, elapsed time.Duration) (int, error) {
	now := l.options.Now().Round(0)
	l.mu.Lock()
	s := &l.swept
	running := time.Time{}.Add(elapsed)
	if s.wall.IsZero() {
		*s = sweepState{wall: now, running: running}
	}
	went, should := now.Sub(s.wall), running.Sub(s.running)
	s.steady += should
	if (went - should).Abs() > mostJump {
		s.steady = 0
	}
	s.wall, s.running = now, running
	steady := s.steady >= steadyFor
	l.mu.Unlock()
	if !steady {
		return 0, nil
	}
	return l.store.Purge(ctx, now.Add(-grace))
}

// Purge deletes the links that ended at a time or before.
func (s *Store) Purge(ctx context.Context, ended time.Time) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*patience)
	defer cancel()
	return s.delete(ctx, "DELETE FROM links WHERE expires > 0 AND expires <= $1", ended.Unix())
}

// Drop deletes a link for the operator of the store.
func (s *Store) Drop(ctx context.Context, id ID) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.drop(ctx, id.key())
}
