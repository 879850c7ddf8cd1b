package diagram_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

var bundles = flag.Int("bundles", 400, "random bundles to judge")

// expand says what the request arrows of a picture mean, by entity ids.
func expand(d *diagram.Diagram, c *model.Cluster) map[diagram.Pair]netset.Ports {
	members := map[string][]string{}
	for _, h := range d.Hubs {
		members[h.ID] = h.Members
	}
	said := map[diagram.Pair]netset.Ports{}
	for _, e := range d.Edges {
		if e.Blocked || e.Bundle != nil {
			continue
		}
		for _, from := range orSelf(members, e.From.ID) {
			for _, to := range orSelf(members, e.To.ID) {
				a, b := c.Entity(from), c.Entity(to)
				if a == b && !a.Several() || !a.IsPod() && !b.IsPod() {
					continue
				}
				p := diagram.Pair{From: from, To: to}
				said[p] = said[p].Union(e.Ports)
			}
		}
	}
	return said
}

func orSelf(members map[string][]string, id string) []string {
	if m, ok := members[id]; ok {
		return m
	}
	return []string{id}
}

// judge holds a picture against its matrix, in both directions.
func judge(m *reach.Matrix, d *diagram.Diagram) error {
	c := m.Cluster
	said := expand(d, c)
	for _, from := range c.Entities {
		for _, to := range c.Entities {
			if from == to && !from.Several() || !from.IsPod() && !to.IsPod() {
				continue
			}
			p := diagram.Pair{From: from.ID, To: to.ID}
			if want := m.Ports(from, to); said[p] != want {
				return fmt.Errorf("%s → %s: the arrows say %q, the matrix %q", from.ID, to.ID, said[p], want)
			}
		}
	}
	return errorsIn(c, d)
}

// errorsIn checks what the contract asks of a picture beside its arrows.
func errorsIn(c *model.Cluster, d *diagram.Diagram) error {
	shown := map[string]bool{}
	for _, n := range d.Nodes {
		shown[n.ID] = true
	}
	ids := map[string]bool{}
	for _, h := range d.Hubs {
		if ids[h.ID] || c.Entity(h.ID) != nil {
			return fmt.Errorf("hub %s has an id that is taken", h.ID)
		}
		ids[h.ID] = true
		if len(h.Members) == 0 || !slices.IsSorted(h.Members) {
			return fmt.Errorf("hub %s (%s) has members %q", h.ID, h.Name, h.Members)
		}
		for _, m := range h.Members {
			if c.Entity(m) == nil {
				return fmt.Errorf("hub %s has a member %s that is no entity", h.ID, m)
			}
			shown[m] = true
		}
	}
	for _, e := range c.Entities {
		if e.IsPod() && !shown[e.ID] {
			return fmt.Errorf("%s is neither a box nor a member of one", e.ID)
		}
	}
	for _, e := range d.Edges {
		for _, end := range []diagram.End{e.From, e.To} {
			if c.Entity(end.ID) == nil && !ids[end.ID] {
				return fmt.Errorf("an arrow ends at %q, which is nothing", end.ID)
			}
			if e.Place == diagram.Arrow && (end.Node == diagram.None) == (end.Frame == diagram.None) {
				return fmt.Errorf("arrow %q meets neither box nor frame", e.Title)
			}
		}
	}
	return nil
}

// locksAgree holds that a box is a member of an open hub only without a lock there.
func locksAgree(m *reach.Matrix, d *diagram.Diagram) error {
	for _, e := range d.Edges {
		if e.Weight != diagram.Wide {
			continue
		}
		for _, h := range d.Hubs {
			for side, end := range map[model.Direction]diagram.End{model.Egress: e.From, model.Ingress: e.To} {
				if h.ID != end.ID || !h.Open {
					continue
				}
				for _, id := range h.Members {
					if x := m.Cluster.Entity(id); x.IsPod() && !m.Open(x.Class, side) {
						return fmt.Errorf("%s has a lock and is a member of %q, which stops at locks", id, h.Name)
					}
				}
			}
		}
	}
	return nil
}

func build(t *testing.T, seed uint64, pods, policies int, exposure model.Exposure) *reach.Matrix {
	t.Helper()
	c, _ := model.Build(randomBundle(seed, pods, policies), model.Options{Kubernetes: model.DefaultVersion, Exposure: exposure})
	return reach.Compute(c)
}

// The arrows say exactly what the matrix says, however the bundle looks.
func TestCoverIsExact(t *testing.T) {
	for seed := range uint64(*bundles) {
		pods, policies := 9, 6
		if seed%20 == 0 {
			pods, policies = 60, 25
		}
		m := build(t, seed, pods, policies, []model.Exposure{model.ExposureAuto, model.ExposureOn, model.ExposureOff}[seed%3])
		d := diagram.Build(m, diagram.View{})
		if err := judge(m, d); err != nil {
			t.Fatalf("bundle %d: %v", seed, err)
		}
		if err := locksAgree(m, d); err != nil {
			t.Fatalf("bundle %d: %v", seed, err)
		}
	}
}

// The same bundle gives the same picture, in whatever order its objects come.
func TestOrderDoesNotMatter(t *testing.T) {
	for seed := range uint64(40) {
		b := randomBundle(seed, 9, 6)
		picture := func() string {
			c, _ := model.Build(b, model.Options{Kubernetes: model.DefaultVersion})
			d := diagram.Build(reach.Compute(c), diagram.View{})
			return fmt.Sprintf("%+v", *d)
		}
		want := picture()
		slices.Reverse(b.Objects)
		if got := picture(); got != want {
			t.Fatalf("bundle %d: reversed, the picture differs\n%s\n%s", seed, got, want)
		}
	}
}

// However many goroutines read a matrix, they number what they find alike.
func TestReadingInParts(t *testing.T) {
	for seed := range uint64(*bundles / 4) {
		m := build(t, seed, 30, 12, model.ExposureAuto)
		cells, ports := diagram.TableOf(m, 1)
		for _, n := range []int{2, 3, 7} {
			if got, named := diagram.TableOf(m, n); !slices.Equal(got, cells) || !slices.Equal(named, ports) {
				t.Fatalf("bundle %d is read otherwise by %d goroutines", seed, n)
			}
		}
	}
}
