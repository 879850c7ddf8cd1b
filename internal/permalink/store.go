package permalink

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// record is a link as the store knows it. Without the ID it says no more than when it
// was made, when it ends and how long it is.
type record struct {
	key, deleteKey hash
	created        int64 // seconds since 1970
	expires        int64 // the same; 0 is never
	body           []byte
}

var (
	// ErrNone is the error for a link that is unknown, deleted or past its end; which
	// of these is not told.
	ErrNone = errors.New("there is no such link")
	// ErrAway is the error while the store does not answer.
	ErrAway = errors.New("the link store does not answer")
	// ErrFull is the error when the store has no room.
	ErrFull = errors.New("the link store is full")
)

// Store keeps links. It is safe for many goroutines, and several processes may share
// one.
type Store struct {
	dialect dialect
	// writer and reader are one pool or two: SQLite has one writer at a time, and
	// waiting for a connection is quicker than for its lock.
	writer, reader *sql.DB
	// away is until when the store is not asked, in nanoseconds since 1970.
	away atomic.Int64
}

// patience is how long a store may take for one call.
const patience = 3 * time.Second

// Close ends the connections.
func (s *Store) Close() error {
	if s.reader != s.writer {
		return errors.Join(s.reader.Close(), s.writer.Close())
	}
	return s.writer.Close()
}

// pause is how long a store that did not answer is not asked again: those who wait
// for it are told at once, and what is in memory is served meanwhile.
const pause = 300 * time.Millisecond

// ask carries out one call within the time that a store may take.
func (s *Store) ask(ctx context.Context, call func(context.Context) error) error {
	if s.away.Load() > time.Now().UnixNano() {
		return ErrAway
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.trouble(call(limited))
	if errors.Is(err, ErrAway) && ctx.Err() == nil {
		s.away.Store(time.Now().Add(pause).UnixNano())
	}
	return err
}

// Ping reports whether the store answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.ask(ctx, func(ctx context.Context) error {
		var n int
		return s.reader.QueryRowContext(ctx, "SELECT 1").Scan(&n)
	})
}

// put adds a link; once it returns without an error, the link stays.
func (s *Store) put(ctx context.Context, r record) error {
	return s.ask(ctx, func(ctx context.Context) error {
		_, err := s.writer.ExecContext(ctx,
			"INSERT INTO links (key, delete_key, created, expires, size, body) VALUES ($1, $2, $3, $4, $5, $6)",
			r.key[:], r.deleteKey[:], r.created, r.expires, len(r.body), r.body)
		return err
	})
}

// get gives the link with a key.
func (s *Store) get(ctx context.Context, key hash) (record, error) {
	r := record{key: key}
	var deleteKey []byte
	err := s.ask(ctx, func(ctx context.Context) error {
		return s.reader.QueryRowContext(ctx, "SELECT delete_key, created, expires, body FROM links WHERE key = $1", key[:]).
			Scan(&deleteKey, &r.created, &r.expires, &r.body)
	})
	copy(r.deleteKey[:], deleteKey)
	return r, err
}

// has gives when the link with a key expires.
func (s *Store) has(ctx context.Context, key hash) (expires int64, err error) {
	err = s.ask(ctx, func(ctx context.Context) error {
		return s.reader.QueryRowContext(ctx, "SELECT expires FROM links WHERE key = $1", key[:]).Scan(&expires)
	})
	return expires, err
}

// remove deletes a link for somebody who has its token. A wrong token is told as an
// unknown link is.
func (s *Store) remove(ctx context.Context, key, token hash) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var known []byte
	err := s.writer.QueryRowContext(ctx, "SELECT delete_key FROM links WHERE key = $1", key[:]).Scan(&known)
	if err != nil {
		return s.trouble(err)
	}
	if subtle.ConstantTimeCompare(known, token[:]) != 1 {
		return ErrNone
	}
	return s.drop(ctx, key)
}

// drop deletes a link for the operator of the store.
func (s *Store) drop(ctx context.Context, key hash) error {
	n, err := s.delete(ctx, "DELETE FROM links WHERE key = $1", key[:])
	if err == nil && n == 0 {
		err = ErrNone
	}
	return err
}

// delete carries out a statement that deletes, and leaves no copy of what is gone.
func (s *Store) delete(ctx context.Context, statement string, args ...any) (int, error) {
	result, err := s.writer.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, s.trouble(err)
	}
	n, err := result.RowsAffected()
	if err == nil && n > 0 && s.dialect.forget != "" {
		// What was in the log before must not stay there. A reader may hold the log; the
		// next deletion then takes it along.
		_, _ = s.writer.ExecContext(ctx, s.dialect.forget)
	}
	return int(n), s.trouble(err)
}

// Stats are figures about a store.
type Stats struct {
	Links, Expired int
	// Bytes is the size of all bodies as they are stored.
	Bytes int64
	// Oldest and Newest are when the first and the last link were made; zero without
	// links.
	Oldest, Newest time.Time
}

// Stats counts the links.
func (s *Store) Stats(ctx context.Context, now time.Time) (Stats, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*patience)
	defer cancel()
	var st Stats
	var oldest, newest sql.NullInt64
	err := s.reader.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(size), 0), min(created), max(created),
		coalesce(sum(CASE WHEN expires > 0 AND expires <= $1 THEN 1 ELSE 0 END), 0) FROM links`, now.Unix()).
		Scan(&st.Links, &st.Bytes, &oldest, &newest, &st.Expired)
	if oldest.Valid {
		st.Oldest, st.Newest = time.Unix(oldest.Int64, 0).UTC(), time.Unix(newest.Int64, 0).UTC()
	}
	return st, s.trouble(err)
}

// bytes gives the size of all bodies.
func (s *Store) bytes(ctx context.Context) (n int64, err error) {
	err = s.ask(ctx, func(ctx context.Context) error {
		return s.reader.QueryRowContext(ctx, "SELECT coalesce(sum(size), 0) FROM links").Scan(&n)
	})
	return n, err
}

// trouble sorts the errors of drivers into those that callers know.
func (s *Store) trouble(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNone
	case s.dialect.full(err):
		return fmt.Errorf("%w: %w", ErrFull, err)
	default:
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
}
