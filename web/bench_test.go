package web

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fiftyDocuments is a bundle of 25 Deployments and as many policies: a chain of calls
// through five namespaces.
func fiftyDocuments(variant int) string {
	var b strings.Builder
	for i := range 25 {
		ns, name, caller := i/5, fmt.Sprintf("app-%d", i), fmt.Sprintf("app-%d", (i+24)%25)
		fmt.Fprintf(&b, `apiVersion: apps/v1
kind: Deployment
metadata: {name: %[2]s, namespace: team-%[1]d}
spec:
  selector: {matchLabels: {app: %[2]s}}
  template:
    metadata: {labels: {app: %[2]s}}
    spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: %[2]s, namespace: team-%[1]d}
spec:
  podSelector: {matchLabels: {app: %[2]s}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector: {}
      podSelector: {matchLabels: {app: %[3]s}}
    ports: [{port: http}, {port: %[4]d}]
---
`, ns, name, caller, 9000+variant)
	}
	return b.String()
}

// BenchmarkPage is the server's time for the whole page of a bundle of 50 documents:
// with the picture laid out anew each time, with the picture known, and without one.
func BenchmarkPage(b *testing.B) {
	site := newSite(b)
	for _, c := range []struct {
		name, view string
		fresh      bool
	}{{"layout", "graph", true}, {"cached", "graph", false}, {"table", "matrix", false}} {
		b.Run(c.name, func(b *testing.B) {
			variant := 0
			for b.Loop() {
				if c.fresh {
					variant++
				}
				form := url.Values{"bundle": {fiftyDocuments(variant)}, "view": {c.view}}
				r := httptest.NewRequest("POST", "/", strings.NewReader(form.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if got := site.do(r); got.StatusCode != http.StatusOK {
					b.Fatalf("status %d: %s", got.StatusCode, got.body)
				}
			}
		})
	}
}

// BenchmarkStored sends a picture and a page that were rendered before, and makes links.
func BenchmarkStored(b *testing.B) {
	s, _ := newSharing(b)
	text := exampleText(b, "three-tier-shop")
	made := s.share(b, "", text)
	for name, target := range map[string]string{"picture": "/p/" + string(made.ID) + ".svg", "page": "/p/" + string(made.ID)} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest("GET", target, nil)
					r.Header.Set("Accept-Encoding", "gzip")
					if a := s.do(r); a.StatusCode != 200 {
						b.Fatal(a.StatusCode)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
		})
	}
	for name, target := range map[string]string{"picture over HTTP": "/p/" + string(made.ID) + ".svg", "page over HTTP": "/p/" + string(made.ID)} {
		b.Run(name, func(b *testing.B) { overHTTP(b, s, target) })
	}
	b.Run("create", func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			began := time.Now()
			s.share(b, "", text)
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	})
}

// overHTTP asks a server for one address from sixteen clients that keep their
// connections, in the same process, and reports how long one in a hundred waits.
func overHTTP(b *testing.B, s site, target string) {
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	const clients = 16
	var next atomic.Int64
	took := make([][]time.Duration, clients)
	var wait sync.WaitGroup
	b.ResetTimer()
	for c := range clients {
		wait.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			for next.Add(1) <= int64(b.N) {
				began := time.Now()
				r, err := http.NewRequest(http.MethodGet, server.URL+target, nil)
				if err != nil {
					b.Error(err)
					return
				}
				r.Header.Set("Accept-Encoding", "gzip") // said here, it is left packed
				a, err := client.Do(r)
				if err != nil || a.StatusCode != 200 {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, a.Body)
				_ = a.Body.Close()
				took[c] = append(took[c], time.Since(began))
			}
			client.CloseIdleConnections()
		})
	}
	wait.Wait()
	all := slices.Concat(took...)
	slices.Sort(all)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
}
