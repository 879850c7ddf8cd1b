package diagram_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// twoBundles makes a bundle and what somebody made of it: objects gone, added, and written
// anew under their name.
func twoBundles(seed uint64, pods, policies int) (before, after manifest.Bundle) {
	dice := rand.New(rand.NewPCG(seed, 11))
	one, other := randomBundle(seed, pods, policies), randomBundle(seed+1_000_000, pods, policies)
	after = one
	after.Objects = nil
	anew := map[string]manifest.Object{}
	for _, o := range other.Objects {
		anew[o.Kind+o.Namespace+o.Name] = o
	}
	for _, o := range one.Objects {
		replaced, ok := anew[o.Kind+o.Namespace+o.Name]
		switch roll := dice.IntN(6); {
		case roll == 0:
		case roll == 1 && ok:
			after.Objects = append(after.Objects, replaced)
		default:
			after.Objects = append(after.Objects, o)
		}
	}
	for _, o := range other.Objects {
		if dice.IntN(6) == 0 && !slices.ContainsFunc(after.Objects, func(p manifest.Object) bool {
			return p.Kind == o.Kind && p.Namespace == o.Namespace && p.Name == o.Name
		}) {
			after.Objects = append(after.Objects, o)
		}
	}
	return one, after
}

// judgeUnion holds a picture of two bundles against both matrices: what is marked is what
// opened and closed; what is not is what stayed, and what an end that is on one side only
// has there.
func judgeUnion(u *reach.Union, d *diagram.Diagram, hidden bool, about func(*model.Entity) bool) error {
	c := u.Cluster
	said := map[diagram.Change]map[diagram.Pair]netset.Ports{}
	for _, kind := range []diagram.Change{diagram.NoChange, diagram.Opened, diagram.Closed} {
		only := *d
		only.Edges = nil
		for _, e := range d.Edges {
			if e.Change == kind || kind == diagram.NoChange && !e.Change.IsChange() {
				e.Blocked = false
				only.Edges = append(only.Edges, e)
			}
		}
		said[kind] = expand(&only, c)
	}
	for _, from := range c.Entities {
		for _, to := range c.Entities {
			if from == to && !from.Several() || !from.IsPod() && !to.IsPod() || !about(from) && !about(to) {
				continue
			}
			x, y := u.Member(from), u.Member(to)
			before := x.Was != nil && y.Was != nil && (from != to || x.Was.Several())
			after := x.Is != nil && y.Is != nil && (from != to || x.Is.Several())
			var was, is netset.Ports
			if before {
				was = u.Before.Ports(x.Was, y.Was)
			}
			if after {
				is = u.After.Ports(x.Is, y.Is)
			}
			want := map[diagram.Change]netset.Ports{}
			switch {
			case !before && !after:
				continue // The one was gone before the other came.
			case hidden && from == to && before != after && x.Was != nil && x.Is != nil:
				// One that became several calls itself; no policy and no end changed.
			case !before:
				want[diagram.NoChange] = is
			case !after:
				want[diagram.NoChange] = was
			default:
				if !hidden {
					want[diagram.NoChange] = was.Intersect(is)
				}
				want[diagram.Opened], want[diagram.Closed] = is.Minus(was), was.Minus(is)
			}
			for kind, of := range said {
				if p := (diagram.Pair{From: from.ID, To: to.ID}); of[p] != want[kind] {
					return fmt.Errorf("%s → %s: the arrows of change %d say %q, and it is %q (before %q, after %q)", from.ID, to.ID, kind, of[p], want[kind], was, is)
				}
			}
		}
	}
	return nil
}

// One picture of two bundles says what opened, what closed and what stayed, no more and no
// less, whatever came and went, however far it is folded and whatever it is about.
func TestUnionIsExact(t *testing.T) {
	marks, gone, come := 0, 0, 0
	for seed := range uint64(*bundles) {
		pods, policies := 9, 6
		if seed%40 == 0 {
			pods, policies = 40, 20
		}
		before, after := twoBundles(seed, pods, policies)
		options := model.Options{Kubernetes: model.DefaultVersion, Exposure: []model.Exposure{model.ExposureAuto, model.ExposureOn, model.ExposureOff}[seed%3]}
		old, _ := model.Build(before, options)
		now, _ := model.Build(after, options)
		m := reach.Compute(now).Against(reach.Compute(old))
		u := reach.NewUnion(reach.NewDiff(m.Base, m, nil))
		everybody := func(*model.Entity) bool { return true }
		for _, fold := range []diagram.Fold{diagram.FoldAuto, diagram.FoldNone, diagram.FoldClasses, diagram.FoldNamespaces, diagram.FoldGroups} {
			d := diagram.Build(m, diagram.View{Fold: fold, OnlyChanges: seed%2 == 0})
			if err := judgeUnion(u, d, false, everybody); err != nil {
				t.Fatalf("pair %d, fold %s: %v", seed, diagram.Folds[fold], err)
			}
			if err := errorsIn(u.Cluster, d); err != nil {
				t.Fatalf("pair %d, fold %s: %v", seed, diagram.Folds[fold], err)
			}
			for _, e := range d.Edges {
				if e.Change.IsChange() {
					marks++
				}
			}
		}
		for _, fold := range []diagram.Fold{diagram.FoldAuto, diagram.FoldNamespaces} {
			d := diagram.Build(m, diagram.View{Fold: fold, HideSame: true})
			if err := judgeUnion(u, d, true, everybody); err != nil {
				t.Fatalf("pair %d, only changes, fold %s: %v", seed, diagram.Folds[fold], err)
			}
		}
		if len(u.Cluster.Entities) == 0 {
			continue
		}
		around := u.Cluster.Entities[seed%uint64(len(u.Cluster.Entities))]
		d := diagram.Build(m, diagram.View{Focus: []string{around.ID}})
		if err := judgeUnion(u, d, false, func(e *model.Entity) bool { return e == around }); err != nil {
			t.Fatalf("pair %d, focus on %s: %v", seed, around.ID, err)
		}
		for _, e := range u.Cluster.Entities {
			switch u.Presence(e) {
			case reach.OnlyBefore:
				gone++
			case reach.OnlyAfter:
				come++
			}
		}
	}
	if marks == 0 || gone == 0 || come == 0 {
		t.Fatalf("%d marks, %d gone, %d new: too few to judge by", marks, gone, come)
	}
}
