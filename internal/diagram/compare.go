package diagram

import (
	"slices"

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
	// Came: an end is there only now, and this with it. No policy need have changed.
	Came
	// Went: an end is not there any more, and neither is this.
	Went
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

// compare notes what stays, opens and closes in every cell, and gives a table in which
// cells are equal where they are and were, with the number of its values.
func (f *facts) compare(now, was *cells) (both *cells, values int) {
	f.parts = map[[2]int32][3]int32{{}: {}}
	index := map[[2]int32]int32{{}: 0}
	table := now.like()
	for i, v := range now.all() {
		key := [2]int32{v, was.value(i)}
		if _, ok := f.parts[key]; !ok {
			a, b := f.ports.values[key[0]], f.ports.values[key[1]]
			f.parts[key] = [3]int32{f.ports.value(a.Intersect(b)), f.ports.value(a.Minus(b)), f.ports.value(b.Minus(a))}
		}
		if _, ok := index[key]; !ok {
			index[key] = int32(len(index))
		}
		table.set(i, index[key])
	}
	return &table, len(index)
}

// The parts of a comparison.
const (
	stays = iota
	opens
	closes
	// comes and goes are what stays, in a way, but has an end that is new or gone.
	comes
	goes
)

// part gives the facts of one part of a comparison. What stays open was open before; of
// what opens and closes every arrow means all of its ends, as if nothing had a lock.
func (f *facts) part(which int) *facts {
	p := *f
	p.plain = which != stays
	of := map[int]int{comes: stays, goes: stays, opens: opens, closes: closes}[which]
	if f.ports != nil {
		p.cells = f.table()
		for i, v := range f.cells.all() {
			passing := f.passage(f.classes[i/p.cells.n], f.classes[i%p.cells.n])
			if which == comes && passing != Came || which == goes && passing != Went {
				continue
			}
			if v = f.parts[[2]int32{v, f.was.value(i)}][of]; v != 0 {
				p.cells.set(i, v)
			}
		}
	}
	p.classes = make([]*class, len(f.classes))
	for i, c := range f.classes {
		copied := *c
		for _, d := range model.Directions {
			copied.open[d] = p.plain || c.open[d] && f.wasOpen(c.first(), d)
		}
		p.classes[i] = &copied
	}
	return &p
}

// covered gives the arrows of a picture: those of the cover, and where there is
// something to compare with those of what opened apart from those of what stayed, and
// those of what closed beside them.
func covered(f *facts, v View) (arrows []*arrow, exact bool) {
	if !f.compared() {
		return cover(f)
	}
	stay := f.part(stays)
	if v.HideSame {
		come, ok := cover(f.part(comes))
		gone, also := cover(f.part(goes))
		arrows, exact = slices.Concat(come, gone), ok && also
	} else {
		arrows, exact = cover(stay)
	}
	opened, ok := cover(f.part(opens))
	closed, also := cover(f.part(closes))
	switch {
	case exact && ok && also:
	case v.HideSame:
		return nil, false
	default:
		return stay.open(), false
	}
	return slices.Concat(arrows, marked(opened, Opened), marked(closed, Closed)), true
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
	case Went:
		return "could open a connection to"
	}
	return "may open a connection to"
}

// passage tells of a pair whether it came or went with one of its ends.
func (f *facts) passage(from, to *class) Change {
	switch {
	case from.presence == reach.OnlyBefore || to.presence == reach.OnlyBefore:
		return Went
	case from.presence == reach.OnlyAfter || to.presence == reach.OnlyAfter:
		return Came
	}
	return NoChange
}

// passing tells of an arrow that is not marked whether one of its ends came or went.
func (f *facts) passing(r *arrow) Change {
	if f.union == nil || r.change != NoChange {
		return r.change
	}
	all := func(which reach.Presence) bool {
		return slices.ContainsFunc([]*group{r.a, r.b}, func(g *group) bool {
			return !slices.ContainsFunc(g.list, func(c int) bool { return f.classes[c].presence != which })
		})
	}
	switch {
	case all(reach.OnlyBefore):
		return Went
	case all(reach.OnlyAfter):
		return Came
	}
	return NoChange
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
