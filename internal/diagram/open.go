package diagram

import "github.com/netpolscope/netpolscope/internal/model"

// open gives the arrows of openness that belong to the picture.
func (f *facts) open() []*arrow {
	if f.focus != nil {
		return f.opennessAround()
	}
	return f.openness()
}

// openness gives the wide arrows that say who is open to everybody: anyone to the
// pods whose entering side is open, and the pods whose leaving side is open to
// anywhere outside. Together they say all free × open.
//
// Each ends where it reads best: at boxes and frames while those are few, else at
// the outermost frame.
func (f *facts) openness() []*arrow {
	if f.plain {
		return nil
	}
	anyone := f.newGroup(everyone, f.where(func(c *class) bool { return !c.isPod() || c.open[model.Egress] }))
	out := f.newGroup(outside, f.where(func(c *class) bool { return !c.isPod() }))
	anyone.manner, out.manner = free, free

	var arrows []*arrow
	if anyone.size > 0 {
		for _, u := range f.units(model.Ingress) {
			arrows = append(arrows, &arrow{a: anyone, b: u, openness: true})
		}
	}
	if out.size > 0 {
		for _, u := range f.units(model.Egress) {
			arrows = append(arrows, &arrow{a: u, b: out, openness: true})
		}
	}
	return arrows
}

// units lowers the open pods of one side to the frames and boxes that a wide arrow
// is drawn to.
func (f *facts) units(d model.Direction) []*group {
	all := f.newGroup(everyPod, f.where(func(c *class) bool { return c.isPod() && c.open[d] }))
	all.manner = free
	if all.size == 0 {
		return nil
	}
	var units []*group
	outermost := false
	for _, ns := range f.namespaces() {
		g := f.newGroup(ofNamespace, f.openIn(ns, d))
		g.namespace, g.manner = ns, free
		pods := 0
		for _, i := range f.within[ns] {
			pods += len(f.classes[i].entities)
		}
		switch {
		case g.size == 0:
		case g.size >= 2 && 2*g.size >= pods:
			units = append(units, g)
		default:
			for _, i := range g.list {
				s := newSet(len(f.classes))
				s.add(i)
				one := f.newGroup(single, s)
				// A pod that stands for any other has no box to point at.
				outermost = outermost || f.classes[i].first().AnyOther
				for range one.size {
					units = append(units, one)
				}
			}
		}
	}
	total := 0
	for _, c := range f.classes {
		if c.isPod() {
			total += len(c.entities)
		}
	}
	switch n := len(units); {
	case outermost,
		d == model.Egress && n > 1,
		d == model.Ingress && (n > 2 || n > 1 && all.size == total):
		return []*group{all}
	}
	// A class of two boxes is one end in the cover and two on paper.
	distinct := units[:0]
	for i, u := range units {
		if i == 0 || units[i-1] != u {
			distinct = append(distinct, u)
		}
	}
	return distinct
}

// openIn gives the classes of a namespace that are open on one side.
func (f *facts) openIn(ns *model.Namespace, d model.Direction) set {
	s := newSet(len(f.classes))
	for _, i := range f.within[ns] {
		if f.classes[i].open[d] {
			s.add(i)
		}
	}
	return s
}

// namespaces lists the namespaces that have pods, in order of their first class.
func (f *facts) namespaces() []*model.Namespace {
	var list []*model.Namespace
	seen := map[*model.Namespace]bool{}
	for _, c := range f.classes {
		if ns := c.first().Namespace; ns != nil && !seen[ns] {
			seen[ns] = true
			list = append(list, ns)
		}
	}
	return list
}
