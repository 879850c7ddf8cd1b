package diagram_test

import (
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// The demonstration of a Service: denied is kept off target, and nobody is let in to
// the two others, which their filled locks say.
const demo = `
{apiVersion: v1, kind: Pod, metadata: {name: target, labels: {app: target}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: allowed, labels: {allowed: "true"}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: denied}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny-all}, spec: {podSelector: {}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: target}
spec: {podSelector: {matchLabels: {app: target}}, ingress: [{from: [{podSelector: {matchLabels: {allowed: "true"}}}], ports: [{port: 1234}]}]}
`

func demoPicture(t *testing.T, show string) *diagram.Diagram {
	t.Helper()
	r, err := analysis.Run([]manifest.Source{{Name: "demo.yaml", Data: []byte(demo)}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, ok := diagram.ParseShow(show)
	if !ok {
		t.Fatalf("%q is no list of marks", show)
	}
	return diagram.Build(r.Matrix, diagram.View{Show: s})
}

func TestShow(t *testing.T) {
	for _, test := range []struct {
		show      string
		responses bool
		crosses   []string
		gates     int
	}{
		{"auto", true, nil, 0},
		{"", true, nil, 0},
		{"none", false, nil, 0},
		{"responses", true, nil, 0},
		{"blocked", false, []string{"default/Pod/denied"}, 0},
		{"open", false, nil, 3},
		{"responses,blocked,open", true, []string{"default/Pod/denied"}, 3},
		{"open, blocked", false, []string{"default/Pod/denied"}, 3},
	} {
		d := demoPicture(t, test.show)
		var crosses []string
		for _, e := range d.Edges {
			if e.Blocked {
				crosses = append(crosses, e.From.ID)
				if e.To.ID != "default/Pod/target" || e.StopText != "stopped entering target" {
					t.Errorf("%q: %q, and it is %q", test.show, e.Title, e.StopText)
				}
			}
		}
		gates := 0
		for _, n := range d.Nodes {
			if n.Sides[model.Egress].Gate {
				gates++
			}
		}
		if d.Responses != test.responses || len(crosses) != len(test.crosses) || len(crosses) > 0 && crosses[0] != test.crosses[0] || gates != test.gates {
			t.Errorf("%q: answers %v, crosses from %v, %d gates; want %v, %v, %d", test.show, d.Responses, crosses, gates, test.responses, test.crosses, test.gates)
		}
	}
	for _, show := range []string{"all", "none,open", "auto,blocked", "responses,", "Open"} {
		if _, ok := diagram.ParseShow(show); ok {
			t.Errorf("%q is read", show)
		}
	}
}
