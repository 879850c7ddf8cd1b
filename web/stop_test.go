//go:build linux

package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Clients that come over a new connection for each request are answered or refused when a
// server stops, and never cut.
func TestStopCutsNoRequest(t *testing.T) {
	const clients, atLeast = 32, 500
	listening := make(chan net.Addr, 1)
	s := newSite(t, func(c *Config) {
		c.Addr, c.Listening = "127.0.0.1:0", func(a net.Addr) { listening <- a }
		c.Notice = 100 * time.Millisecond
	})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	url := "http://" + (<-listening).String() + "/robots.txt"
	var answered, closing atomic.Int64
	var wait sync.WaitGroup
	for range clients {
		wait.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			for {
				a, err := client.Get(url)
				if errors.Is(err, syscall.ECONNREFUSED) {
					return
				}
				if err != nil {
					t.Errorf("after %d answers: %v", answered.Load(), err)
					return
				}
				if _, err := io.Copy(io.Discard, a.Body); err != nil || a.StatusCode != http.StatusOK {
					t.Errorf("status %d: %v", a.StatusCode, err)
				}
				a.Body.Close()
				if answered.Add(1) == atLeast {
					stop()
				}
				if s.stopping.Load() {
					closing.Add(1)
				}
			}
		})
	}
	wait.Wait()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if closing.Load() == 0 {
		t.Error("nobody was answered after the stop had begun")
	}
}

// A client that keeps its connection hears that it will be closed before it is.
func TestStopAsksForAnotherConnection(t *testing.T) {
	s := newSite(t)
	s.stopping.Store(true)
	if a := s.get("/robots.txt"); a.Header.Get("Connection") != "close" {
		t.Errorf("Connection: %q", a.Header.Get("Connection"))
	}
}
