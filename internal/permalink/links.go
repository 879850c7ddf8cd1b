package permalink

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Options are the operator's choices about stored links.
type Options struct {
	// MaxAge is the longest that a link may be kept; 0 has no bound.
	MaxAge time.Duration
	// Quota bounds the bytes of all links together; 0 has no bound.
	Quota int64
	// Now gives the time; nil means time.Now.
	Now func() time.Time
}

// Links makes, opens and deletes stored links. It keeps those opened lately, so that
// they stay readable while the store is away.
type Links struct {
	store   *Store
	options Options
	opened  cache

	mu      sync.Mutex
	used    int64     // bytes in the store
	counted time.Time // when that was asked
	swept   sweepState
}

// New gives the links of a store.
func New(store *Store, o Options) *Links {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Links{store: store, options: o, opened: cache{most: 64 << 20, at: map[hash]*list.Element{}}}
}

// Ready reports whether the store answers.
func (l *Links) Ready(ctx context.Context) error { return l.store.Ping(ctx) }

// MaxAge gives the longest that a link may be kept; 0 has no bound.
func (l *Links) MaxAge() time.Duration { return l.options.MaxAge }

// Created is a link that was just made. Only its maker learns the token.
type Created struct {
	ID          ID
	DeleteToken string
	Content     Content
}

// Create stores content under a new ID; age is how long it is kept, 0 for ever or as
// long as the operator allows. It sets Created and Expires.
func (l *Links) Create(ctx context.Context, c Content, age time.Duration) (Created, error) {
	if l.options.MaxAge > 0 && (age <= 0 || age > l.options.MaxAge) {
		age = l.options.MaxAge
	}
	c.Created, c.Expires = l.options.Now().UTC().Truncate(time.Second), time.Time{}
	if age > 0 {
		c.Expires = c.Created.Add(age)
	}
	plain, err := c.pack()
	if err != nil {
		return Created{}, err
	}
	id, token := ID(newSecret()), newSecret()
	r := record{key: id.key(), deleteKey: ID(token).key(), created: c.Created.Unix(), body: id.seal(plain)}
	if !c.Expires.IsZero() {
		r.expires = c.Expires.Unix()
	}
	if err := l.room(ctx, int64(len(r.body))); err != nil {
		return Created{}, err
	}
	if err := l.store.put(ctx, r); err != nil {
		return Created{}, err
	}
	return Created{id, token, c}, nil
}

// room reports ErrFull when the quota does not hold more bytes, and counts them.
func (l *Links) room(ctx context.Context, more int64) error {
	if l.options.Quota <= 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	// Other replicas add to it too, so it is asked again now and then.
	if now := l.options.Now(); l.counted.IsZero() || now.Sub(l.counted).Abs() > 10*time.Second {
		n, err := l.store.bytes(ctx)
		if err != nil {
			return err
		}
		l.used, l.counted = n, now
	}
	if l.used+more > l.options.Quota {
		return fmt.Errorf("%w: the links of this server may take %d bytes together", ErrFull, l.options.Quota)
	}
	l.used += more
	return nil
}

// trusted is how long a link that was opened is taken to be still there.
const trusted = 500 * time.Millisecond

// Open gives what a link keeps. While the store is away it gives what was opened
// lately; ErrNone is for every link that is not, or no longer, there.
func (l *Links) Open(ctx context.Context, id ID) (*Content, error) {
	key := id.key()
	now := l.options.Now()
	known, checked := l.opened.get(key)
	if known != nil && now.Sub(checked).Abs() > trusted {
		switch expires, err := l.store.has(ctx, key); {
		case errors.Is(err, ErrNone):
			l.opened.drop(key)
			return nil, ErrNone
		case err == nil:
			l.opened.confirm(key, now)
			known.Expires = timeOf(expires)
		}
	}
	if known == nil {
		r, err := l.store.get(ctx, key)
		if err != nil {
			return nil, err
		}
		plain, err := id.open(r.body)
		if err != nil {
			return nil, err
		}
		c, err := unpack(plain)
		if err != nil {
			return nil, err
		}
		c.Expires = timeOf(r.expires)
		known = l.opened.put(key, &c, now)
	}
	if !known.Expires.IsZero() && !now.Before(known.Expires) {
		return nil, ErrNone
	}
	return known, nil
}

func timeOf(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Delete deletes a link for somebody who has its token. A wrong token is answered as
// an unknown link is.
func (l *Links) Delete(ctx context.Context, id ID, token string) error {
	key := id.key()
	if err := l.store.remove(ctx, key, ID(token).key()); err != nil {
		return err
	}
	l.opened.drop(key)
	return nil
}

// mostVersions bounds how far back the versions of a link are followed.
const mostVersions = 100

// Version is one of the links that another goes on from.
type Version struct {
	ID      ID
	Content *Content
}

// Versions gives a link and those that it goes on from, the oldest first, as far as
// they are still there.
func (l *Links) Versions(ctx context.Context, id ID) ([]Version, error) {
	var versions []Version
	for at := id; at != "" && len(versions) < mostVersions; {
		c, err := l.Open(ctx, at)
		if errors.Is(err, ErrNone) && len(versions) > 0 {
			break
		}
		if err != nil {
			return nil, err
		}
		versions = append([]Version{{at, c}}, versions...)
		at = c.Parent
	}
	return versions, nil
}

// cache holds the contents that were opened lately, up to a number of bytes.
type cache struct {
	mu    sync.Mutex
	most  int
	bytes int
	order list.List // of *opened, the latest first
	at    map[hash]*list.Element
}

type opened struct {
	key     hash
	content *Content
	bytes   int
	checked time.Time
}

// get gives a copy of the content with a key, and when the store was asked about it.
func (c *cache) get(key hash) (*Content, time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		return nil, time.Time{}
	}
	c.order.MoveToFront(e)
	o := e.Value.(*opened)
	content := *o.content
	return &content, o.checked
}

func (c *cache) confirm(key hash, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[key]; ok {
		e.Value.(*opened).checked = now
	}
}

func (c *cache) put(key hash, content *Content, now time.Time) *Content {
	bytes := 1<<10 + len(content.Lesson)
	for _, f := range content.Files {
		bytes += len(f.Text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(key)
	if bytes <= c.most {
		c.at[key] = c.order.PushFront(&opened{key, content, bytes, now})
		c.bytes += bytes
	}
	for c.bytes > c.most {
		c.remove(c.order.Back().Value.(*opened).key)
	}
	shown := *content
	return &shown
}

func (c *cache) drop(key hash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(key)
}

func (c *cache) remove(key hash) {
	if e, ok := c.at[key]; ok {
		c.bytes -= e.Value.(*opened).bytes
		c.order.Remove(e)
		delete(c.at, key)
	}
}
