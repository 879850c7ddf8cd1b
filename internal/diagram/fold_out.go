package diagram

import "slices"

// leaveOut takes the arrows that are not drawn out of the data.
func (f *folder) leaveOut() {
	kept := map[int]int{}
	var edges []Edge
	for i, e := range f.d.Edges {
		if e.Place != Hidden && e.Place != Sentence {
			kept[i] = len(edges)
			edges = append(edges, e)
		}
	}
	used := map[string]bool{}
	for i := range edges {
		if edges[i].Bundle != nil {
			edges[i].Bundle = []int{}
		}
		used[edges[i].From.ID], used[edges[i].To.ID] = true, true
	}
	hubs := map[int]int{}
	var left []Hub
	for i, h := range f.d.Hubs {
		if h.Node != None || h.Frame != None || used[h.ID] {
			hubs[i] = len(left)
			left = append(left, h)
		}
	}
	for i := range f.d.Nodes {
		n := &f.d.Nodes[i]
		n.Within.Edges = nil
		n.Lines = renumbered(n.Lines, kept)
		n.Within.Hubs = renumbered(n.Within.Hubs, hubs)
	}
	for i := range f.d.Frames {
		f.d.Frames[i].Lines = renumbered(f.d.Frames[i].Lines, kept)
	}
	f.d.Edges, f.d.Hubs = edges, left
}

func renumbered(list []int, kept map[int]int) []int {
	var next []int
	for _, i := range list {
		if k, ok := kept[i]; ok {
			next = append(next, k)
		}
	}
	return next
}

// Drawn gives the picture without what is only data, for forms that cannot carry it:
// the arrows that folded boxes and lines stand for are left out, and every arrow ends
// at what is drawn.
func (d *Diagram) Drawn() *Diagram {
	if !slices.ContainsFunc(d.Nodes, func(n Node) bool { return n.Kind == Folded }) {
		return d
	}
	r := *d
	r.Nodes, r.Frames = slices.Clone(d.Nodes), slices.Clone(d.Frames)
	r.Edges, r.Hubs = nil, nil
	kept := map[int]int{}
	for i, e := range d.Edges {
		if e.Place == Hidden {
			continue
		}
		for _, end := range []*End{&e.From, &e.To} {
			if end.Node != None {
				end.ID = d.Nodes[end.Node].ID
			}
		}
		if e.Who != "" {
			e.Label = e.Who + ": " + e.Label
		}
		e.Bundle = nil
		kept[i] = len(r.Edges)
		r.Edges = append(r.Edges, e)
	}
	for _, h := range d.Hubs {
		if h.Node != None || h.Frame != None {
			r.Hubs = append(r.Hubs, h)
		}
	}
	for i := range r.Nodes {
		r.Nodes[i].Lines, r.Nodes[i].Within = renumbered(r.Nodes[i].Lines, kept), Within{}
	}
	for i := range r.Frames {
		r.Frames[i].Lines = renumbered(r.Frames[i].Lines, kept)
	}
	return &r
}
