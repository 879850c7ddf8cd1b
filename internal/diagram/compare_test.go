package diagram_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// changed says what the arrows of one kind of change mean, by entity ids.
func changed(d *diagram.Diagram, c *model.Cluster, kind diagram.Change) map[diagram.Pair]netset.Ports {
	only := *d
	only.Edges = nil
	for _, e := range d.Edges {
		if e.Change == kind {
			e.Blocked = false
			only.Edges = append(only.Edges, e)
		}
	}
	return expand(&only, c)
}

// judgeChanges holds the marks of a picture against two matrices.
func judgeChanges(m *reach.Matrix, d *diagram.Diagram) error {
	opened, closed := changed(d, m.Cluster, diagram.Opened), changed(d, m.Cluster, diagram.Closed)
	for _, from := range m.Cluster.Entities {
		for _, to := range m.Cluster.Entities {
			if from == to && !from.Several() || !from.IsPod() && !to.IsPod() {
				continue
			}
			p := diagram.Pair{From: from.ID, To: to.ID}
			was, known := m.Was(from, to)
			is := m.Ports(from, to)
			if !known {
				was = is
			}
			if want := is.Minus(was); opened[p] != want {
				return fmt.Errorf("%s → %s: opened is %q, the arrows say %q", from.ID, to.ID, want, opened[p])
			}
			if want := was.Minus(is); closed[p] != want {
				return fmt.Errorf("%s → %s: closed is %q, the arrows say %q", from.ID, to.ID, want, closed[p])
			}
		}
	}
	return nil
}

// someOff gives policies and rules of a cluster to switch off.
func someOff(c *model.Cluster, seed uint64) (off []reach.Off) {
	dice := rand.New(rand.NewPCG(seed, 9))
	for _, p := range c.Policies {
		switch dice.IntN(3) {
		case 0:
			off = append(off, reach.Off{Policy: p.ID})
		case 1:
			for _, r := range p.Rules {
				if dice.IntN(2) == 0 {
					off = append(off, reach.Off{Policy: p.ID, Rule: true, Direction: r.Direction, Index: r.Index})
				}
			}
		}
	}
	return off
}

// With something switched off the arrows are still the matrix, and those that are marked
// say exactly what opened and what closed, however far the picture is folded.
func TestChangesAreExact(t *testing.T) {
	marks := 0
	for seed := range uint64(*bundles) / 2 {
		plain := build(t, seed, 9, 6, []model.Exposure{model.ExposureAuto, model.ExposureOn, model.ExposureOff}[seed%3])
		off := someOff(plain.Cluster, seed)
		if len(off) == 0 {
			continue
		}
		m := reach.Compute(plain.Cluster, off...).Against(plain)
		for _, fold := range []diagram.Fold{diagram.FoldAuto, diagram.FoldNone, diagram.FoldClasses, diagram.FoldNamespaces, diagram.FoldGroups} {
			d := diagram.Build(m, diagram.View{Fold: fold, OnlyChanges: seed%2 == 0})
			if err := judge(m, d); err != nil {
				t.Fatalf("bundle %d, fold %s, off %v: %v", seed, diagram.Folds[fold], off, err)
			}
			if err := judgeChanges(m, d); err != nil {
				t.Fatalf("bundle %d, fold %s, off %v: %v", seed, diagram.Folds[fold], off, err)
			}
			for _, e := range d.Edges {
				if e.Change.IsChange() {
					marks++
				}
				if (e.Change == diagram.Unchanged) && seed%2 != 0 {
					t.Fatalf("bundle %d: %q is quiet and nobody asked for it", seed, e.Title)
				}
			}
		}
	}
	if marks == 0 {
		t.Fatal("no bundle had a change")
	}
}

// A plug-in that enforces nothing leaves everything open; what policies would close is
// marked as open.
func TestNothingEnforced(t *testing.T) {
	flannel, err := model.ParsePlugin("flannel")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(40) {
		c, _ := model.Build(randomBundle(seed, 9, 6), model.Options{Kubernetes: model.DefaultVersion, Plugin: flannel})
		m := reach.Compute(c)
		if m.Written() == m {
			t.Fatal("the policies of a cluster that enforces none are what it does")
		}
		for _, from := range c.Entities {
			for _, to := range c.Entities {
				if (from.IsPod() || to.IsPod()) && from != to && !m.Ports(from, to).IsAll() {
					t.Fatalf("bundle %d: %s may not open everything on %s", seed, from.ID, to.ID)
				}
			}
		}
		m = m.Against(m.Written())
		d := diagram.Build(m, diagram.View{})
		if err := judge(m, d); err != nil {
			t.Fatalf("bundle %d: %v", seed, err)
		}
		d = diagram.Build(m, diagram.View{OnlyChanges: true})
		if err := judge(m, d); err != nil {
			t.Fatalf("bundle %d: %v", seed, err)
		}
		if err := judgeChanges(m, d); err != nil {
			t.Fatalf("bundle %d: %v", seed, err)
		}
	}
}
