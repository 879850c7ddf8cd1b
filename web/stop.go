package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// handshake is how long a connection may take from its first packet to its place in the
// listener's queue.
const handshake = 300 * time.Millisecond

// stop ends a server without cutting a request. Balancers are told first and have their
// time to send no more; until then everybody is answered, and asked to come back over
// another connection. Then no connection begins any more, while those that have begun
// are still taken, since the system would reset what waits in a queue that is closed.
func (s *Server) stop(server *http.Server, listener net.Listener) error {
	s.stopping.Store(true)
	time.Sleep(s.config.Notice)
	if err := refuseNew(listener); err != nil {
		s.log.Warn("a connection that begins at this moment may be reset", "error", err.Error())
	} else {
		time.Sleep(handshake)
	}
	drain, cancel := context.WithTimeout(context.Background(), s.config.Drain)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("stopping: requests were still under way after %s: %w", s.config.Drain, err)
	}
	return nil
}

// leaving asks clients of a server that is stopping for another connection next time.
func (s *Server) leaving(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.stopping.Load() {
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}

// listen opens the port. It is plain TCP: what refuseNew does is not known to work for
// connections over several paths, which a server behind a balancer has no use for.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var c net.ListenConfig
	c.SetMultipathTCP(false)
	return c.Listen(ctx, "tcp", addr)
}
