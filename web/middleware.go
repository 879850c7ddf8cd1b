package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"
	"github.com/klauspost/compress/gzhttp"
)

// middleware wraps the router, outermost first: every answer, errors and panics
// included, has a request id, a line in the log and the security headers.
func (s *Server) middleware(h http.Handler) http.Handler {
	layers := []func(http.Handler) http.Handler{
		withRequestID, s.leaving, s.clientIP(), s.logged, withSecurityHeaders, s.compressed(), s.recovered, s.sameOrigin, s.limited(),
	}
	for i := len(layers) - 1; i >= 0; i-- {
		h = layers[i](h)
	}
	return h
}

type requestIDKey struct{}

func withRequestID(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var random [8]byte
		rand.Read(random[:]) // never fails
		id := hex.EncodeToString(random[:])
		w.Header().Set("X-Request-Id", id)
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestIDKey{}).(string)
	return id
}

// clientIP finds out who asks: whoever connects, or whom a trusted proxy names.
func (s *Server) clientIP() func(http.Handler) http.Handler {
	if len(s.config.TrustedProxies) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	var trusted []string
	for _, p := range s.config.TrustedProxies {
		trusted = append(trusted, p.String())
	}
	return middleware.ClientIPFromXFF(trusted...)
}

// logged writes one line a request: the route, never the address with what may be in
// it, and of the client only its network.
func (s *Server) logged(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		route := chi.NewRouteContext()
		r = r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, route))
		h.ServeHTTP(seen, r)
		s.measures.answered(route.RoutePattern(), method(r.Method), seen.Status(), time.Since(began))
		s.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("request", requestID(r)),
			slog.String("method", method(r.Method)),
			slog.String("route", route.RoutePattern()),
			slog.Int("status", seen.Status()),
			slog.Int("bytes", seen.BytesWritten()),
			slog.Float64("ms", float64(time.Since(began).Microseconds())/1000),
			slog.String("client", network(middleware.GetClientIP(r.Context()))))
	})
}

// method keeps a made-up method out of the log.
func method(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT":
		return m
	default:
		return "other"
	}
}

// network gives the part of an address that tells networks apart, not people.
func network(addr string) string {
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return ""
	}
	bits := 48
	if ip.Is4() {
		bits = 24
	}
	prefix, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// pageCSP allows our own files and nothing else.
const pageCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func withSecurityHeaders(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", pageCSP)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.ServeHTTP(w, r)
	})
}

// recovered turns a panic into an apology. The log gets the request id and the stack,
// and nothing of what was sent; nor does the panic's value go there, which may quote it.
func (s *Server) recovered(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v) // the server's own way to cut a connection
			}
			s.log.ErrorContext(r.Context(), "panic", "request", requestID(r), "type", fmt.Sprintf("%T", v), "stack", frames(debug.Stack()))
			s.fail(w, r, faceOf(r), errPanic)
		}()
		h.ServeHTTP(w, r)
	})
}

var errPanic = errors.New("panic, logged with its stack")

// frames keeps the names and places of a stack and drops the arguments, which may hold
// pieces of a payload.
func frames(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	var kept []string
	for _, line := range lines {
		if strings.HasPrefix(line, "\t") {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	return strings.Join(kept, "\n")
}

// sameOrigin refuses what a page of somebody else makes a browser send. Programs send
// no such headers and pass.
func (s *Server) sameOrigin(h http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, faceOf(r), &problem{status: http.StatusForbidden, title: "The request comes from another site",
			detail: "Forms of other sites may not send bundles here."})
	}))
	return protection.Handler(h)
}

// limited bounds how often a client may ask for an evaluation.
func (s *Server) limited() func(http.Handler) http.Handler {
	if s.config.Rate < 0 {
		return func(h http.Handler) http.Handler { return h }
	}
	rate := or(s.config.Rate, 300)
	limit := httprate.LimitBy(rate, time.Minute,
		func(r *http.Request) (string, error) {
			return httprate.CanonicalizeIP(middleware.GetClientIP(r.Context())), nil
		},
		httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"}),
		httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
			s.fail(w, r, faceOf(r), &problem{status: http.StatusTooManyRequests, title: "Too many requests",
				detail: fmt.Sprintf("More than %d evaluations in a minute from your address.", rate)})
		}))
	return func(h http.Handler) http.Handler {
		counted := limit(h)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ip, err := netip.ParseAddr(middleware.GetClientIP(r.Context()))
			// What the gallery shows of its examples is rendered once for everybody.
			ours := strings.HasSuffix(r.URL.Path, ".svg") && r.URL.RawQuery == ""
			cheap := r.Method != http.MethodPost && (ours || !strings.HasPrefix(r.URL.Path, "/examples/")) && !strings.HasPrefix(r.URL.Path, "/d/")
			if cheap || s.config.Rate == 0 && err == nil && ip.IsLoopback() {
				h.ServeHTTP(w, r)
				return
			}
			counted.ServeHTTP(w, r)
		})
	}
}

// compressed packs answers for those who take them packed. HEAD is answered as GET from
// here on: the server itself drops the body, and the headers are the same.
func (s *Server) compressed() func(http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1 << 10))
	if err != nil {
		panic(err) // the options are ours
	}
	return func(h http.Handler) http.Handler {
		packed := wrap(h)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				r = r.WithContext(r.Context())
				r.Method = http.MethodGet
			}
			packed.ServeHTTP(w, r)
		})
	}
}
