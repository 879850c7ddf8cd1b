package reach_test

import (
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
)

const grantedBundle = `
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
  - from: [{podSelector: {matchLabels: {app: web}}}]
  egress:
  - to: [{podSelector: {matchLabels: {app: web}}}]
`

// A rule grants what its side lets through because of it, and a policy what its rules
// do.
func TestGrantedBy(t *testing.T) {
	r, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(grantedBundle)}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]string{
		"shop/db":           "api>db db>web web>db",
		"shop/db:ingress:0": "api>db",
		"shop/db:ingress:1": "web>db",
		"shop/db:egress:0":  "db>web",
		"shop/db:egress:1":  "",
		"shop/none":         "",
	} {
		off, err := reach.ParseOff(part)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for c := range r.Matrix.GrantedBy(off) {
			got = append(got, c.From.First().Name+">"+c.To.First().Name)
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s grants %q, want %q", part, text, want)
		}
	}
}
