package diagram

import (
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Change tells an arrow that is not the same in the matrix that this one is compared
// with from the others.
type Change uint8

const (
	NoChange Change = iota
	// Unchanged: the same in both, and drawn quietly since only differences were asked
	// for.
	Unchanged
	// Opened: allowed now, and not in the other.
	Opened
	// Closed: allowed in the other, and not now. No arrow of the cover.
	Closed
)

// comparison is what facts know of the matrix that theirs is compared with. It is empty
// where there is none.
type comparison struct {
	was cells
	// parts gives, for the value of a cell and what it was, the values of the ports that
	// stay, open and close.
	parts map[[2]int32][3]int32
	// plain is set for the facts of what opens or closes: there are no locks then, and
	// an arrow means every member of its ends.
	plain bool
}

// mostCompared is the number of classes up to which clusters that are not the same are
// compared pair by pair.
const mostCompared = 600

// Comparable reports whether a picture of a matrix tells what opened and closed from what
// stayed: not where there is nothing to compare with, or too much.
func Comparable(m *reach.Matrix) bool {
	return m.Base != nil && (m.Base.Cluster == m.Cluster || len(m.Cluster.Classes) <= mostCompared) && m.Aligned()
}

// before gives the table of the matrix that this one is compared with, on the classes of
// this one. It is not ok where there is none, or where a class changes by halves.
func (f *facts) before(m *reach.Matrix) (was cells, ok bool) {
	classes := m.Cluster.Classes
	if !Comparable(m) {
		return cells{}, false
	}
	was = newCells(len(classes))
	if m.Base.Cluster == m.Cluster {
		for c := range m.Base.Connections() {
			if !ownNode(c.From, c.To) || !c.Ports.IsAll() {
				was.put(c.From.Index, c.To.Index, f.ports.value(c.Ports))
			}
		}
		return was, true
	}
	for s, from := range classes {
		for d, to := range classes {
			if !reach.Asked(from, to) || ownNode(from, to) {
				continue
			}
			a, b := from.First(), to.First()
			if s == d && len(to.Entities) > 1 {
				b = to.Entities[1]
			}
			ports, known := m.Was(a, b)
			if !known {
				ports = m.Cell(from, to).Ports
			}
			was.put(s, d, f.ports.value(ports))
		}
	}
	return was, true
}

// compare notes what stays, opens and closes in every cell, and gives a table in which
// cells are equal where they are and were, with the number of its values.
func (f *facts) compare(now, was *cells) (both *cells, values int) {
	f.parts = map[[2]int32][3]int32{}
	index := map[[2]int32]int32{{}: 0}
	table := newCells(now.n)
	for i, v := range now.values {
		key := [2]int32{v, was.values[i]}
		if _, ok := f.parts[key]; !ok {
			a, b := f.ports.values[key[0]], f.ports.values[key[1]]
			f.parts[key] = [3]int32{f.ports.value(a.Intersect(b)), f.ports.value(a.Minus(b)), f.ports.value(b.Minus(a))}
		}
		if _, ok := index[key]; !ok {
			index[key] = int32(len(index))
		}
		table.values[i] = index[key]
	}
	return &table, len(index)
}

// compared reports whether there is something to compare with.
func (f *facts) compared() bool { return f.parts != nil }

// The parts of a comparison.
const (
	stays = iota
	opens
	closes
)

// part gives the facts of one part of a comparison. What stays open was open before; of
// what opens and closes every arrow means all of its ends, as if nothing had a lock.
func (f *facts) part(which int) *facts {
	p := *f
	p.cells = newCells(f.cells.n)
	for i, v := range f.cells.values {
		p.cells.values[i] = f.parts[[2]int32{v, f.was.values[i]}][which]
	}
	p.plain = which != stays
	p.classes = make([]*class, len(f.classes))
	for i, c := range f.classes {
		copied := *c
		for _, d := range model.Directions {
			copied.open[d] = p.plain || c.open[d] && f.matrix.WasOpen(c.first(), d)
		}
		p.classes[i] = &copied
	}
	return &p
}

// covered gives the arrows of a picture: those of the cover, and where there is
// something to compare with those of what opened apart from those of what stayed, and
// those of what closed beside them.
func covered(f *facts) (arrows []*arrow, exact bool) {
	if !f.compared() {
		return cover(f)
	}
	arrows, exact = cover(f.part(stays))
	opened, ok := cover(f.part(opens))
	if exact = exact && ok; !exact {
		return f.openness(), false
	}
	arrows = append(arrows, marked(opened, Opened)...)
	if closed, ok := cover(f.part(closes)); ok {
		arrows = append(arrows, marked(closed, Closed)...)
	}
	return arrows, true
}

func marked(arrows []*arrow, c Change) []*arrow {
	for _, r := range arrows {
		r.change = c
	}
	return arrows
}

// changeWeight is how an arrow of a change is drawn: it means all of its ends.
func changeWeight(a, b *group) Weight {
	if a.kind == single && b.kind == single {
		return Thin
	}
	return Thick
}

// IsChange reports whether an arrow is there for what it changes.
func (c Change) IsChange() bool { return c == Opened || c == Closed }

// sign is what stands before the ports of a change.
func (c Change) sign() string {
	switch c {
	case Opened:
		return "+ "
	case Closed:
		return "− "
	}
	return ""
}

// may says in a title what is or was allowed.
func (c Change) may() string {
	switch c {
	case Opened:
		return "may now open a connection to"
	case Closed:
		return "may no longer open a connection to"
	}
	return "may open a connection to"
}

// quieten marks what is the same, where only differences were asked for.
func (a *artist) quieten() {
	for i := range a.d.Edges {
		if e := &a.d.Edges[i]; e.Change == NoChange {
			e.Change = Unchanged
		}
	}
}

// words says the ports of a change, which are often all but a few.
func (c Change) words(p netset.Ports) string {
	if rest, ok := p.Complement(); ok && c.IsChange() {
		return c.sign() + "all but " + portWords(rest)
	}
	return c.sign() + portWords(p)
}
