package diagram

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
)

// fewLines is how many lines that say the same may meet at one box. More are one line
// that begins, or ends, at the frame around their other ends.
const fewLines = 6

// bundle is what lines have in common that can be one.
type bundle struct {
	node, frame int // of the end that they share
	ports       string
	change      Change
	// inward is set for lines that come from outside and end at several boxes.
	inward bool
}

// gather makes one line of many between the boxes of the cluster and one place outside
// of it. Which boxes are meant is in the data, or in a summary in the matrix.
func (f *folder) gather() {
	frame := slices.IndexFunc(f.d.Frames, func(fr Frame) bool { return fr.Kind == ClusterFrame })
	if frame < 0 {
		return
	}
	within := func(e End) bool { return f.isFolded(e) && f.d.Nodes[e.Node].Frame == frame }
	groups := map[bundle][][5]int{}
	var order []bundle
	for _, key := range f.order {
		s := f.lines[key]
		b := bundle{node: s.to.Node, frame: s.to.Frame, ports: portWords(s.ports), change: s.change}
		switch {
		case within(s.from) && !within(s.to):
		case within(s.to) && !within(s.from):
			b.node, b.frame, b.inward = s.from.Node, s.from.Frame, true
		default:
			continue
		}
		if groups[b] == nil {
			order = append(order, b)
		}
		groups[b] = append(groups[b], key)
	}
	gone := map[[5]int]bool{}
	for _, b := range order {
		keys := groups[b]
		if len(keys) <= fewLines {
			continue
		}
		one := f.lines[keys[0]]
		for _, key := range keys[1:] {
			one.join(f.lines[key])
			gone[key] = true
		}
		mine, end := one.callers, &one.from
		if b.inward {
			mine, end = one.calls, &one.to
		}
		*end = End{fmt.Sprintf("gathered-%d", len(f.d.Hubs)+1), None, frame}
		f.d.Hubs = append(f.d.Hubs, Hub{ID: end.ID, Name: f.d.Frames[frame].Label, Members: f.idsOf(mine), Node: None, Frame: frame})
		one.inFrame, one.uneven = fmt.Sprintf("%d of %d", len(mine), f.workloadsIn(frame)), true
	}
	f.order = slices.DeleteFunc(f.order, func(key [5]int) bool { return gone[key] })
}

// crossing reports whether so many lines meet at one box that some may be gathered.
func (a *artist) crossing() bool {
	at := map[int]int{}
	for _, e := range a.d.Edges {
		if e.Bundle != nil {
			at[e.From.Node]++
			at[e.To.Node]++
		}
	}
	delete(at, None)
	for _, n := range at {
		if n > fewLines {
			return true
		}
	}
	return false
}

// join adds what another line stands for.
func (s *sheaf) join(more *sheaf) {
	s.edges = append(s.edges, more.edges...)
	s.pairs += more.pairs
	for e := range more.callers {
		s.callers[e] = true
	}
	for e := range more.calls {
		s.calls[e] = true
	}
}

// idsOf gives the ids of some entities in the order of the cluster.
func (f *folder) idsOf(some map[*model.Entity]bool) []string {
	var list []string
	for _, e := range f.cluster.Entities {
		if some[e] {
			list = append(list, e.ID)
		}
	}
	return list
}

// workloadsIn counts the workloads of the folded boxes in a frame.
func (f *folder) workloadsIn(frame int) (n int) {
	for i, p := range f.parts {
		if f.d.Nodes[i].Frame == frame {
			n += len(counted(p.members))
		}
	}
	return n
}
