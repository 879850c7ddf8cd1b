package diagram_test

import (
	"fmt"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/model"
)

// However a picture is folded, its data still says exactly what the matrix says, and
// every arrow that is not drawn is within exactly one line or box.
func TestFoldsAreExact(t *testing.T) {
	for seed := range uint64(150) {
		pods, policies := 9, 6
		if seed%10 == 0 {
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
