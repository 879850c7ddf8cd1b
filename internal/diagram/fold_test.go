package diagram_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// However a picture is folded, its data still says exactly what the matrix says, and
// every arrow that is not drawn is within exactly one line or box.
func TestFoldsAreExact(t *testing.T) {
	for seed := range uint64(*bundles / 2) {
		pods, policies := 9, 6
		if seed%20 == 0 {
			pods, policies = 60, 25
		}
		m := build(t, seed, pods, policies, []model.Exposure{model.ExposureAuto, model.ExposureOn, model.ExposureOff}[seed%3])
		for fold := range diagram.Folds {
			for _, open := range [][]string{nil, {"a"}} {
				d := diagram.Build(m, diagram.View{Fold: diagram.Fold(fold), Namespaces: open})
				if err := judge(m, d); err != nil {
					t.Fatalf("bundle %d, fold=%s, ns=%q: %v", seed, diagram.Folds[fold], open, err)
				}
				if err := homesIn(d); err != nil {
					t.Fatalf("bundle %d, fold=%s, ns=%q: %v", seed, diagram.Folds[fold], open, err)
				}
			}
		}
	}
}

// homesIn checks that every hidden arrow is in one place of the picture.
func homesIn(d *diagram.Diagram) error {
	homes := map[int]int{}
	for _, n := range d.Nodes {
		for _, e := range n.Within.Edges {
			homes[e]++
		}
	}
	for _, e := range d.Edges {
		for _, k := range e.Bundle {
			homes[k]++
		}
	}
	for i, e := range d.Edges {
		want := 0
		if e.Place == diagram.Hidden {
			want = 1
		}
		if homes[i] != want {
			return fmt.Errorf("arrow %d (%s) is in %d places, want %d", i, e.Title, homes[i], want)
		}
	}
	return nil
}

// A picture that would be too large folds by itself, and a small one does not.
func TestFoldsByItself(t *testing.T) {
	folded := 0
	for seed := range uint64(60) {
		m := build(t, seed, 90, 40, model.ExposureAuto)
		boxes, arrows := 0, 0
		for _, e := range diagram.Build(m, diagram.View{Fold: diagram.FoldClasses}).Edges {
			if e.Place == diagram.Arrow {
				arrows++
			}
		}
		d := diagram.Build(m, diagram.View{})
		for _, n := range d.Nodes {
			if n.Kind == diagram.Folded {
				boxes++
			}
		}
		if boxes > 0 {
			folded++
		}
		if arrows > 40 && len(m.Cluster.Namespaces) > 1 && boxes == 0 {
			t.Errorf("bundle %d: %d arrows and nothing is folded", seed, arrows)
		}
		if len(m.Cluster.Entities) < 20 && arrows <= 40 && boxes > 0 {
			t.Errorf("bundle %d: folded without need", seed)
		}
	}
	if folded == 0 {
		t.Error("no bundle was large enough to fold")
	}
}

// A large cluster of many namespaces becomes a picture of few boxes and lines, every
// time the same.
func TestFoldedPictureIsSmall(t *testing.T) {
	boxes, lines, d, m := foldedCluster(t, 60, 1)
	if boxes > 31 || lines > 30 || boxes < 3 || d.Summary {
		t.Errorf("%d boxes and %d lines", boxes, lines)
	}
	if err := judge(m, d); err != nil {
		t.Error(err)
	}
	for _, e := range d.Drawn().Edges {
		if e.Place == diagram.Hidden {
			t.Errorf("%s is drawn although it is data only", e.Title)
		}
	}
	if _, _, again, _ := foldedCluster(t, 60, 1); !reflect.DeepEqual(d, again) {
		t.Error("the second picture differs")
	}
}

// Above 2,000 arrows only what is drawn is in the picture, and it says so.
func TestSummaryLeavesArrowsOut(t *testing.T) {
	boxes, lines, d, m := foldedCluster(t, 200, 6)
	if !d.Summary || !strings.Contains(d.Subtitle, "summary") || boxes > 31 || lines > 30 || len(d.Edges) > 100 {
		t.Errorf("summary %v with %d boxes, %d lines and %d arrows: %s", d.Summary, boxes, lines, len(d.Edges), d.Subtitle)
	}
	if err := errorsIn(m.Cluster, d); err != nil {
		t.Error(err)
	}
}

// foldedCluster draws a cluster in which every namespace has some policies, and counts
// what is drawn.
func foldedCluster(t *testing.T, namespaces, policies int) (boxes, lines int, d *diagram.Diagram, m *reach.Matrix) {
	t.Helper()
	const each = 6
	var text strings.Builder
	for i := range namespaces {
		fmt.Fprintf(&text, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-%d, labels: {n: n%d}}\n---\n", i, i)
		for k := range each {
			fmt.Fprintf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: team-%d, labels: {app: a%d}}\nspec: {containers: [{name: c, image: i}]}\n---\n", k, i, k)
		}
		for p := range policies {
			fmt.Fprintf(&text, `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p%d, namespace: team-%d}
spec:
  podSelector: {matchLabels: {app: a%d}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {n: n%d}}, podSelector: {matchLabels: {app: a%d}}}, {ipBlock: {cidr: 10.%d.0.0/16}}]
    ports: [{port: %d}]
---
`, p, i, (i+p)%each, (i*7+1+p*p)%namespaces, (i+2+3*p)%each, i%5, 8000+(i+p)%4)
		}
	}
	report, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(text.String())}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d = diagram.Build(report.Matrix, diagram.View{})
	for _, n := range d.Nodes {
		if n.Kind != diagram.Pill {
			boxes++
		}
	}
	for _, e := range d.Edges {
		if e.Place == diagram.Arrow {
			lines++
		}
	}
	return boxes, lines, d, report.Matrix
}

// Where every box of the cluster may call one place outside, that is one line from the
// frame around them, which says how many are meant.
func TestLinesToOnePlaceAreGathered(t *testing.T) {
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: team-%[1]d, labels: {app: web}}\n---\n"+
			"apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: team-%[1]d}\n---\n"+
			"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: all, namespace: team-%[1]d}\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n---\n"+
			"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: out, namespace: team-%[1]d}\n"+
			"spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 443}]}]}\n---\n", i)
	}
	report, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(text.String())}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := diagram.Build(report.Matrix, diagram.View{Fold: diagram.FoldNamespaces})
	lines := 0
	for _, e := range d.Edges {
		if e.Bundle == nil {
			continue
		}
		lines++
		if e.From.Frame == diagram.None || e.Who != "40 of 80" || len(e.Bundle) != 40 {
			t.Errorf("%q from frame %d, %d arrows: %s", e.Who, e.From.Frame, len(e.Bundle), e.Title)
		}
	}
	if lines != 1 {
		t.Errorf("%d lines", lines)
	}
	if err := judge(report.Matrix, d); err != nil {
		t.Error(err)
	}
}
