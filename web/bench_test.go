package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
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
	b.Run("create", func(b *testing.B) {
		for b.Loop() {
			s.share(b, "", text)
		}
	})
}
