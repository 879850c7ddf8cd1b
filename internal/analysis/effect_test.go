package analysis_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// What is said of a remedy before it is carried out is what is counted, pair by pair and
// address by address, when it has been.
func TestEffectsAreTrue(t *testing.T) {
	weighed, changing := 0, 0
	for name, sources := range examples(t) {
		before, err := analysis.Run(sources, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range before.Weighed(true) {
			if f.Fix == nil || len(f.Fix.Edits) == 0 {
				continue
			}
			changed, err := manifest.Apply(sources, f.Fix.Edits)
			if err != nil {
				t.Errorf("%s: %s: %q: %v", name, f.Code, f.Fix.Text, err)
				continue
			}
			after, err := analysis.Run(changed, analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if f.Fix.Effect == nil {
				t.Errorf("%s: %s: the effect of %q is not said", name, f.Code, f.Fix.Text)
				continue
			}
			weighed++
			got := reach.Change{Opened: f.Fix.Effect.Opened, Closed: f.Fix.Effect.Closed}
			if want := countPairs(before.Matrix, after.Matrix); got != want {
				t.Errorf("%s: %s: %q is said to make %+v, and makes %+v", name, f.Code, f.Fix.Text, got, want)
			}
			if got != (reach.Change{}) {
				changing++
			}
		}
	}
	if weighed < 100 || changing < 30 {
		t.Errorf("only %d remedies were weighed, %d that change something", weighed, changing)
	}
}

// countPairs counts what changes between two matrices without their classes.
func countPairs(before, after *reach.Matrix) reach.Change {
	type pair struct{ from, to *model.Entity }
	opened, closed := map[pair]bool{}, map[pair]bool{}
	ends := pairsOfEnds(before.Cluster, after.Cluster)
	for _, from := range ends {
		for _, to := range ends {
			if !from[0].IsPod() && !to[0].IsPod() || from == to && !(from[0].Several() && from[1].Several()) {
				continue
			}
			was, is := before.Ports(from[0], to[0]), after.Ports(from[1], to[1])
			if !was.Minus(is).IsEmpty() {
				closed[pair{from[0], to[0]}] = true
			}
			if !is.Minus(was).IsEmpty() {
				opened[pair{from[1], to[1]}] = true
			}
		}
	}
	return reach.Change{Opened: len(opened), Closed: len(closed)}
}

// pairsOfEnds gives what an end is before and after: an entity that both have, or the
// entities that some address belongs to.
func pairsOfEnds(before, after *model.Cluster) [][2]*model.Entity {
	seen := map[[2]*model.Entity]bool{}
	var ends [][2]*model.Entity
	add := func(a, b *model.Entity) {
		if end := [2]*model.Entity{a, b}; a != nil && b != nil && !seen[end] {
			seen[end] = true
			ends = append(ends, end)
		}
	}
	var addresses []netip.Addr
	for _, c := range []*model.Cluster{before, after} {
		for _, e := range c.Entities {
			if e.Kind != model.KindAddresses {
				add(before.Entity(e.ID), after.Entity(e.ID))
				continue
			}
			for _, r := range e.Addrs.Ranges() {
				addresses = append(addresses, r.From())
			}
		}
	}
	holding := func(c *model.Cluster, a netip.Addr) *model.Entity {
		for _, e := range c.Entities {
			if e.Kind == model.KindAddresses && e.Addrs.Contains(a) {
				return e
			}
		}
		return nil
	}
	for _, a := range addresses {
		add(holding(before, a), holding(after, a))
	}
	return ends
}

// Unasked, the effects of a large bundle are left out; asked for, they are there.
func TestEffectsOfLargeBundles(t *testing.T) {
	var text strings.Builder
	text.WriteString("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  podSelector: {}\n  policyTypes: [ingress]\n")
	for i := range 3200 {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: shop, labels: {app: a%d}, annotations: {text: this is some text to make it longer, and a little more of it, so that it is larger}}\n", i, i)
	}
	r, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(text.String())}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, all := range []bool{false, true} {
		for _, f := range r.Weighed(all) {
			if f.Code != diag.BadPolicyType {
				continue
			}
			// Every pod was open for every other and for the world.
			if e := f.Fix.Effect; (e != nil) != all || e != nil && *e != (diag.Effect{Closed: 3200*3199 + 3200}) {
				t.Errorf("all %v: the effect is %+v", all, e)
			}
		}
	}
}
