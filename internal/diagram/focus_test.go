package diagram_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// judgeFocus holds a picture with a focus against the rows and columns of its matrix:
// the arrows say exactly those and nothing else, each chosen entity has a box of its
// own, and who has no connection with one is neither a box nor a member of an arrow's
// end.
func judgeFocus(m *reach.Matrix, d *diagram.Diagram, ids []string) error {
	c := m.Cluster
	in := func(e *model.Entity) bool { return slices.Contains(ids, e.ID) }
	said := expand(d, c)
	linked := map[string]bool{}
	for _, from := range c.Entities {
		for _, to := range c.Entities {
			if from == to && !from.Several() || !from.IsPod() && !to.IsPod() {
				continue
			}
			p := diagram.Pair{From: from.ID, To: to.ID}
			want := m.Ports(from, to)
			switch {
			case !in(from) && !in(to):
				if got, ok := said[p]; ok {
					return fmt.Errorf("%s → %s: the arrows say %q of two others", from.ID, to.ID, got)
				}
			case said[p] != want:
				return fmt.Errorf("%s → %s: the arrows say %q, the matrix %q", from.ID, to.ID, said[p], want)
			case !want.IsEmpty():
				linked[from.ID], linked[to.ID] = true, true
			}
		}
	}
	return drawnAround(c, d, ids, linked)
}

func drawnAround(c *model.Cluster, d *diagram.Diagram, ids []string, linked map[string]bool) error {
	ends := map[string]bool{}
	for _, e := range d.Edges {
		ends[e.From.ID], ends[e.To.ID] = true, true
	}
	shown, boxed := map[string]bool{}, map[string]bool{}
	for _, n := range d.Nodes {
		if c.Entity(n.ID) != nil {
			shown[n.ID], boxed[n.ID] = true, true
		}
	}
	for _, h := range d.Hubs {
		if ends[h.ID] || h.Node != diagram.None {
			for _, id := range h.Members {
				shown[id] = true
			}
		}
	}
	for _, e := range c.Entities {
		switch chosen := slices.Contains(ids, e.ID); {
		case chosen && !boxed[e.ID]:
			return fmt.Errorf("%s has no box of its own", e.ID)
		case linked[e.ID] && e.IsPod() && !shown[e.ID]:
			return fmt.Errorf("%s has a connection and is not there", e.ID)
		case !linked[e.ID] && !chosen && shown[e.ID] && (e.IsPod() || boxed[e.ID]):
			return fmt.Errorf("%s has no connection and is there", e.ID)
		}
	}
	return nil
}

// Whatever is chosen of whatever bundle, and however the rest is folded, the picture
// is exactly about that.
func TestFocusIsExact(t *testing.T) {
	for seed := range uint64(*bundles) {
		pods, policies := 9, 6
		if seed%20 == 0 {
			pods, policies = 60, 25
		}
		m := build(t, seed, pods, policies, []model.Exposure{model.ExposureAuto, model.ExposureOn, model.ExposureOff}[seed%3])
		for _, ids := range someEntities(m.Cluster, seed) {
			for fold := range diagram.Folds {
				view := diagram.View{Fold: diagram.Fold(fold), Focus: ids}
				if seed%4 == 0 {
					view.Namespaces = []string{"a"}
				}
				d := diagram.Build(m, view)
				err := judgeFocus(m, d, ids)
				for _, check := range []func() error{func() error { return homesIn(d) }, func() error { return locksAgree(m, d) }} {
					if err == nil {
						err = check()
					}
				}
				if err != nil {
					t.Fatalf("bundle %d, focus=%q, fold=%s: %v", seed, ids, diagram.Folds[fold], err)
				}
			}
		}
	}
}

// someEntities gives choices of one, two and three entities of a cluster.
func someEntities(c *model.Cluster, seed uint64) (choices [][]string) {
	dice := rand.New(rand.NewPCG(seed, 11))
	for n := range min(3, len(c.Entities)) {
		for range 3 - n {
			var ids []string
			for range n + 1 {
				ids = append(ids, c.Entities[dice.IntN(len(c.Entities))].ID)
			}
			slices.Sort(ids)
			choices = append(choices, slices.Compact(ids))
		}
	}
	return choices
}

// The order of the bundle and of the choice change nothing.
func TestFocusIsTheSameInAnyOrder(t *testing.T) {
	for seed := range uint64(40) {
		b := randomBundle(seed, 9, 6)
		picture := func(turned bool) string {
			c, _ := model.Build(b, model.Options{Kubernetes: model.DefaultVersion})
			choices := someEntities(c, seed)
			if len(choices) == 0 {
				return ""
			}
			ids := slices.Clone(choices[len(choices)-1])
			if turned {
				slices.Reverse(ids)
			}
			return fmt.Sprintf("%+v", *diagram.Build(reach.Compute(c), diagram.View{Focus: ids}))
		}
		want := picture(false)
		slices.Reverse(b.Objects)
		if got := picture(true); got != want {
			t.Fatalf("bundle %d: reversed, the picture differs\n%s\n%s", seed, got, want)
		}
	}
}

// A focus on somebody in a crowd does not draw the crowd, and says how many it leaves
// out.
func TestFocusSaysWhatItLeavesOut(t *testing.T) {
	for seed := range uint64(60) {
		m := build(t, seed, 60, 25, model.ExposureOff)
		for _, ids := range someEntities(m.Cluster, seed) {
			d := diagram.Build(m, diagram.View{Focus: ids, Fold: diagram.FoldNone})
			boxes := map[string]bool{}
			for _, n := range d.Nodes {
				boxes[n.ID] = true
			}
			left := 0
			for _, e := range m.Cluster.Entities {
				if e.IsPod() && !e.AnyOther && !boxes[e.ID] {
					left++
				}
			}
			want := "connections between others are not drawn."
			switch left {
			case 0:
			case 1:
				want = "1 other box is not drawn"
			default:
				want = fmt.Sprintf("%d other boxes are not drawn", left)
			}
			if !strings.Contains(d.Subtitle, want) || !strings.Contains(d.Subtitle, "Focus on ") {
				t.Fatalf("bundle %d, focus=%q: the subtitle is %q, want %q", seed, ids, d.Subtitle, want)
			}
		}
	}
}

// One that calls into sixty namespaces keeps its box while they share theirs.
func TestFocusFoldsWhatIsAround(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: %c-%d, labels: {app: web}}}\n---\n", 'a'+i%26, i)
		fmt.Fprintf(&b, "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web, namespace: %c-%d}, spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: mon}}}], ports: [{port: %d}]}]}}\n---\n", 'a'+i%26, i, 9000+i)
	}
	b.WriteString("{apiVersion: v1, kind: Pod, metadata: {name: prom, namespace: mon}}\n")
	r, err := analysis.Run([]manifest.Source{{Name: "many.yaml", Data: []byte(b.String())}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{"mon/Pod/prom"}
	d := diagram.Build(r.Matrix, diagram.View{Focus: ids})
	if err := judgeFocus(r.Matrix, d, ids); err != nil {
		t.Error(err)
	}
	if boxes := len(d.Nodes); boxes > 34 || !strings.Contains(d.Subtitle, "61 boxes") {
		t.Errorf("%d boxes; the subtitle is %q", boxes, d.Subtitle)
	}
}
