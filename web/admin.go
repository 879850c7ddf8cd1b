package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// measures counts what the server does, for the operator. It counts requests by route,
// never by address.
type measures struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newMeasures(s *Server) *measures {
	gauge := func(name, help string, read func() int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "netpolscope_" + name, Help: help}, func() float64 { return float64(read()) })
	}
	m := &measures{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "netpolscope_requests_total", Help: "Requests that were answered."}, []string{"route", "method", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "netpolscope_request_seconds", Help: "Time to answer.",
			Buckets: []float64{.001, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10}}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.took,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("held_bytes", "Bytes of requests that are held in memory.", s.gate.holds),
		gauge("large_bundles", "Large bundles under evaluation.", func() int { return len(s.large) }),
		gauge("rendered_bytes", "Bytes of rendered answers about links that are kept.", s.renderings.size),
	)
	return m
}

func (m *measures) answered(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
}

// admin answers the operator: metrics and profiles.
func (s *Server) admin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.measures.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// serveAdmin listens for the operator until the context ends. It is for the operator's
// network alone, and starts only where an address is given.
func (s *Server) serveAdmin(ctx context.Context) (stop func(), err error) {
	if s.config.AdminAddr == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", s.config.AdminAddr)
	if err != nil {
		return nil, fmt.Errorf("listening on %s for metrics: %w", s.config.AdminAddr, err)
	}
	server := &http.Server{Handler: s.admin(), ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: headerBytes}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.ErrorContext(ctx, "metrics are not served any more", "error", err.Error())
		}
	}()
	s.log.InfoContext(ctx, "metrics and profiles", "address", listener.Addr().String())
	return func() { _ = server.Close() }, nil
}

// sweepEvery is how often links that have ended are deleted.
const sweepEvery = 15 * time.Minute

// sweep deletes links that have ended, until the context ends.
func (s *Server) sweep(ctx context.Context) {
	if s.config.Links == nil {
		return
	}
	began := time.Now()
	for tick := time.NewTicker(sweepEvery); ; {
		n, err := s.config.Links.Sweep(ctx, time.Since(began))
		switch {
		case ctx.Err() != nil:
			tick.Stop()
			return
		case err != nil:
			s.log.WarnContext(ctx, "links that have ended were not deleted", "error", err.Error())
		case n > 0:
			s.log.InfoContext(ctx, "deleted links that had ended", "links", strconv.Itoa(n))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}
