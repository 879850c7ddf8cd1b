// Package web is the server: pages for people and an API for programs, both thin
// faces over the same calls as the command line.
//
// It knows HTTP and nothing of policies. A request is read within its limits,
// admitted, handed to the engine and rendered whole into memory before the first
// byte is sent. Nothing is kept
// between requests but what somebody shares.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/static"
)

// Config says where a server listens and what it allows. The zero value is good for
// one person at their own machine.
type Config struct {
	// Addr is the address to listen on; empty means 127.0.0.1:8080.
	Addr string
	// Version is shown in the foot of pages; empty shows none.
	Version string
	// Log takes one line a request; nil means slog.Default.
	Log *slog.Logger
	// Layout places pictures. Nil means an engine of the server's own.
	Layout *layout.Engine
	// Limits bound one request; the zero value means manifest.WebLimits.
	Limits manifest.Limits
	// WorkBytes is how many bytes of manifests are evaluated at a time and HeldBytes
	// how many are held in memory while they arrive and wait; 0 means 8 and 64 MiB.
	WorkBytes, HeldBytes int
	// Queue is how many requests may wait for their turn; 0 means 64.
	Queue int
	// Patience is how long one waits; 0 means five seconds.
	Patience time.Duration
	// Rate is how many evaluations a client may ask for in a minute, a negative number
	// as many as it likes. 0 means 300, and none for a client at the loopback address,
	// who is the person at this machine.
	Rate int
	// TrustedProxies are the addresses whose X-Forwarded-For is believed; none means
	// that whoever connects is the client.
	TrustedProxies []netip.Prefix
	// Links are the stored links; nil means that this server stores none.
	Links *permalink.Links
	// LinksPerDay is how many links a client may make in a day; 0 has no bound.
	LinksPerDay int
	// Lessons are those that this server has beside the course.
	Lessons []*lesson.Lesson
	// BaseURL is the address that readers reach the server by, without a slash at the
	// end; empty means what each request was sent to.
	BaseURL string
	// AdminAddr is the address for metrics and profiles; empty serves none.
	AdminAddr string
	// Connections caps the open connections; 0 means 4,096.
	Connections int
	// Notice is how long a stop goes on answering while /readyz says that it is one, so
	// that balancers hear of it; 0 means not at all.
	Notice time.Duration
	// Drain is how long a stop waits for the requests under way; 0 means 20 seconds.
	Drain time.Duration
	// Listening is called with the address once the server accepts connections. May
	// be nil.
	Listening func(net.Addr)
}

// Server answers requests.
type Server struct {
	config    Config
	log       *slog.Logger
	layout    *layout.Engine
	ownLayout bool
	gate      *gate
	// processors holds a token for each run of the engine.
	processors chan struct{}
	large      chan struct{} // holds a token for each large bundle among them
	painting   chan struct{} // holds one thing for each PNG in the making
	assets     assets
	renderings renderings
	makers     makers
	measures   *measures
	handler    http.Handler
	stopping   atomic.Bool
}

// maxPainting is how many PNGs are drawn at a time. One of the largest takes 64 MB.
const maxPainting = 4

// New makes a server.
func New(c Config) (*Server, error) {
	c = withDefaults(c)
	for _, p := range c.TrustedProxies {
		if !p.IsValid() {
			return nil, errors.New("a trusted proxy is not a range of addresses")
		}
	}
	s := &Server{config: c, log: c.Log, layout: c.Layout, gate: newGate(c), painting: make(chan struct{}, maxPainting),
		processors: make(chan struct{}, runtime.GOMAXPROCS(0)), large: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)), assets: newAssets(static.Assets()),
		makers: makers{most: c.LinksPerDay}}
	if s.layout == nil {
		s.layout, s.ownLayout = layout.New(layout.Options{}), true
	}
	s.measures = newMeasures(s)
	s.handler = s.middleware(s.router())
	return s, nil
}

func withDefaults(c Config) Config {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:8080"
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Limits == (manifest.Limits{}) {
		c.Limits = manifest.WebLimits
	}
	c.WorkBytes = or(c.WorkBytes, 8<<20)
	c.HeldBytes = or(c.HeldBytes, 64<<20)
	c.Queue = or(c.Queue, 64)
	c.Connections = or(c.Connections, 4096)
	c.Patience = or(c.Patience, 5*time.Second)
	c.Drain = or(c.Drain, 20*time.Second)
	return c
}

// or gives value, or the default where it is zero.
func or[T comparable](value, byDefault T) T {
	var zero T
	if value == zero {
		return byDefault
	}
	return value
}

// Handler gives what answers requests, for tests and for servers of others.
func (s *Server) Handler() http.Handler { return s.handler }

// Close ends what the server started.
func (s *Server) Close() {
	if s.ownLayout {
		s.layout.Close()
	}
}

// Run listens and answers until the context ends, then lets the requests under way
// finish. It gives nil after such a stop.
func (s *Server) Run(ctx context.Context) error {
	defer s.Close()
	listener, err := listen(ctx, s.config.Addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", s.config.Addr, err)
	}
	server := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 5 * time.Second,
		// A request with a body moves its own deadline on as bytes come in.
		ReadTimeout:    firstByte,
		WriteTimeout:   lastByte,
		IdleTimeout:    90 * time.Second,
		MaxHeaderBytes: headerBytes,
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	stopAdmin, err := s.serveAdmin(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stopAdmin()
	go s.warm(ctx)
	go s.sweep(ctx)
	if s.config.Listening != nil {
		s.config.Listening(listener.Addr())
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(netutil.LimitListener(listener, s.config.Connections)) }()
	select {
	case err := <-done:
		return fmt.Errorf("serving on %s: %w", s.config.Addr, err)
	case <-ctx.Done():
	}
	return s.stop(server, listener)
}

// warm starts the workers that place pictures, so that the first one is not slow.
func (s *Server) warm(ctx context.Context) {
	if err := s.layout.Warm(ctx); err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "pictures will be simpler: no layout worker", "error", err.Error())
	}
}

// headerBytes bounds the headers of a request. The standard library adds 4 KiB of
// its own, which are taken off here.
const headerBytes = 16<<10 - 4<<10
