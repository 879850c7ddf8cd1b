package diagram_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// A picture without a cover says of every two boxes exactly the ports that some pair
// has, beside what is open to everybody, and whether all pairs have them.
func TestCoarsePictureIsTrue(t *testing.T) {
	lines := 0
	for seed := range uint64(*bundles / 2) {
		pods := 9
		if seed%10 == 0 {
			pods = 90
		}
		m := build(t, seed, pods, 8, []model.Exposure{model.ExposureAuto, model.ExposureOn, model.ExposureOff}[seed%3])
		for _, fold := range []diagram.Fold{diagram.FoldAuto, diagram.FoldGroups} {
			for _, open := range [][]string{nil, {"a"}} {
				d := diagram.Coarse(m, diagram.View{Fold: fold, Namespaces: open})
				n, err := judgeLines(m, d)
				if err != nil {
					t.Fatalf("bundle %d, fold=%s, ns=%q: %v", seed, diagram.Folds[fold], open, err)
				}
				if lines += n; !d.Summary || !strings.Contains(d.Subtitle, "summary") {
					t.Fatalf("bundle %d does not say that it is a summary: %s", seed, d.Subtitle)
				}
			}
		}
	}
	if lines == 0 {
		t.Error("nothing was drawn")
	}
}

// judgeLines holds the lines between boxes against the matrix, and counts them.
func judgeLines(m *reach.Matrix, d *diagram.Diagram) (lines int, err error) {
	if err := errorsIn(m.Cluster, d); err != nil {
		return 0, err
	}
	home := map[*model.Entity]string{}
	size := map[string]int{}
	for _, n := range d.Nodes {
		if e := m.Cluster.Entity(n.ID); e != nil {
			home[e] = n.ID
			size[n.ID] = 1
		}
	}
	for _, h := range d.Hubs {
		if h.Node == diagram.None || d.Nodes[h.Node].Kind == diagram.Pill {
			continue
		}
		for _, id := range h.Members {
			home[m.Cluster.Entity(id)] = h.ID
			size[h.ID]++
		}
	}
	type ends struct{ from, to string }
	want := map[ends]netset.Ports{}
	pairs := map[ends]map[netset.Ports]int{}
	for c := range m.Connections() {
		for _, from := range c.From.Entities {
			for _, to := range c.To.Entities {
				k := ends{home[from], home[to]}
				said := (!from.IsPod() || m.Open(c.From, model.Egress)) && (!to.IsPod() || m.Open(c.To, model.Ingress))
				own := from.Node == to || to.Node == from
				if k.from == k.to || said || own && c.Ports.IsAll() {
					continue
				}
				want[k] = want[k].Union(c.Ports)
				if pairs[k] == nil {
					pairs[k] = map[netset.Ports]int{}
				}
				pairs[k][c.Ports]++
			}
		}
	}
	got := map[ends]netset.Ports{}
	for _, e := range d.Edges {
		if e.Bundle == nil {
			continue
		}
		lines++
		k := ends{e.From.ID, e.To.ID}
		if !got[k].IsEmpty() {
			return lines, fmt.Errorf("two lines from %s to %s", k.from, k.to)
		}
		got[k] = e.Ports
		all := size[k.from] * size[k.to]
		if whole := !e.PartOfFrom && !e.PartOfTo; whole && (len(pairs[k]) != 1 || pairs[k][e.Ports] != all) && size[k.from]+size[k.to] > 2 {
			return lines, fmt.Errorf("%q means everybody, and %v of %d pairs are allowed", e.Title, pairs[k], all)
		}
	}
	for k, ports := range want {
		if got[k] != ports {
			return lines, fmt.Errorf("%s → %s: the line says %q, the matrix %q", k.from, k.to, got[k], ports)
		}
		delete(got, k)
	}
	for k, ports := range got {
		return lines, fmt.Errorf("%s → %s: the line says %q, and nothing is allowed", k.from, k.to, ports)
	}
	return lines, nil
}
