package diagram

import (
	"fmt"
	"maps"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// foldCoarsely folds a picture that has no cover: its lines come from the matrix
// itself, and only those between the boxes that are drawn.
func (a *artist) foldCoarsely(v View, spaces []*part) {
	flat := a.d
	open := map[int]bool{}
	for i, f := range flat.Frames {
		open[i] = f.Kind == NamespaceFrame
	}
	for _, p := range spaces {
		open[p.frames[0]] = len(spaces) == 1
	}
	parts := []*part{}
	a.folded = fmt.Sprintf("Folded: %d workloads and sets of addresses would be too many to draw one by one.", len(a.cluster.Entities))
	if len(spaces) > 1 {
		parts = joinNeighbours(flat, spaces)
	}
	apart := a.workloadParts(flat, func(ns *model.Namespace) bool { return open[a.namespaces[ns]] })
	parts = append(parts, joinNeighbours(flat, apart)...)
	if ranges := a.ranges(flat); len(ranges.members) > mostRanges {
		parts = append(parts, ranges)
	}
	var tables []*partTable
	var pairs [][2]int
	for _, kind := range a.kinds() {
		t := a.tableOf(parts, kind)
		tables = append(tables, t)
		pairs = append(pairs, t.pairs()...)
	}
	boxes := 0
	for _, p := range parts {
		if p.kind != addresses {
			boxes++
		}
	}
	left := several(joined(flat, parts, pairs, boxes, v.Fold == FoldGroups))
	for i, t := range tables {
		tables[i] = t.joined(parts, left)
	}
	a.foldInto(flat, left, tables)
}

// kinds are the changes that lines are apart by.
func (a *artist) kinds() []Change {
	if !a.compared() {
		return []Change{NoChange}
	}
	if a.hide {
		return []Change{Opened, Closed, Came, Went}
	}
	return []Change{NoChange, Opened, Closed, Came, Went}
}

// describeBoxes says of the boxes that are left in a coarse picture what draw leaves
// out, since most of its boxes are folded.
func (a *artist) describeBoxes() {
	for i := range a.d.Nodes {
		switch n := &a.d.Nodes[i]; n.Kind {
		case Box:
			a.describeBox(n, a.cluster.Entity(n.ID))
		case Stack:
			h := slices.IndexFunc(a.d.Hubs, func(h Hub) bool { return h.ID == n.ID })
			a.isolation(n, a.cluster.Entity(a.d.Hubs[h].Members[0]))
		}
	}
}

// partTable says what parts may open on each other. What stands by itself has a place
// too: the classes of the part numbers behind those of the parts.
type partTable struct {
	change Change
	parts  int
	alone  []*model.Entity // by place behind the parts
	size   int             // places
	cells  []*partCell     // by both places
	order  [][2]int
}

// partCell is what one place may open on another.
type partCell struct {
	callers, calls set // classes
	pairs          int // of entities
	last           netset.Ports
	seen           map[netset.Ports]bool // what some pair has
}

// ports are those that some pair has.
func (c *partCell) ports() netset.Ports {
	// Two by two: a set that grows by one at a time is copied as often.
	list := slices.Collect(maps.Keys(c.seen))
	for len(list) > 1 {
		half := (len(list) + 1) / 2
		for i, p := range list[half:] {
			list[i] = list[i].Union(p)
		}
		list = list[:half]
	}
	return list[0]
}

// tableOf reads what is allowed between parts, and what openness says is left out.
func (a *artist) tableOf(parts []*part, kind Change) *partTable {
	t := &partTable{change: kind, parts: len(parts)}
	home := map[*model.Entity]int{}
	for i, p := range parts {
		for _, e := range p.members {
			home[e] = i
		}
	}
	// The entities of a class are of one part, or each stands by itself.
	places := make([][]int, len(a.classes))
	for i, c := range a.classes {
		for _, e := range c.entities {
			at, ok := home[e]
			if !ok {
				at = len(parts) + len(t.alone)
				t.alone = append(t.alone, e)
			}
			if n := len(places[i]); n == 0 || places[i][n-1] != at {
				places[i] = append(places[i], at)
			}
		}
	}
	t.size = len(parts) + len(t.alone)
	t.cells = make([]*partCell, t.size*t.size)
	a.connections(kind, func(from, to int, ports netset.Ports) {
		for _, x := range places[from] {
			for _, y := range places[to] {
				cell := t.add(x, y, from, to, ports, len(a.classes))
				cell.pairs += t.count(x, a.classes[from]) * t.count(y, a.classes[to])
				if from == to && x == y && !a.classes[from].first().Several() {
					cell.pairs -= t.count(x, a.classes[from]) // a pod and itself
				}
			}
		}
	})
	return t
}

// connections calls f with what is allowed between classes, of one kind of change, and
// openness does not say.
func (a *artist) connections(kind Change, f func(from, to int, ports netset.Ports)) {
	open := a.facts
	if a.compared() {
		open = a.part(stays)
	}
	see := func(from, to int, ports netset.Ports, part int) {
		if !ports.IsEmpty() && kind == a.kindOf(from, to, part) && (part != stays || !open.said(from, to)) {
			f(from, to, ports)
		}
	}
	if a.ports != nil {
		for i, v := range a.cells.all() {
			from, to := i/a.cells.n, i%a.cells.n
			if !a.compared() {
				see(from, to, a.ports.values[v], stays)
				continue
			}
			for part, v := range a.parts[[2]int32{v, a.was.value(i)}] {
				see(from, to, a.ports.values[v], part)
			}
		}
		return
	}
	// The classes are those of the matrix.
	nodes := nodesOf(a.cluster.Classes)
	a.cellsOf(0, len(a.cluster.Classes), func(c cell) bool {
		from, to := c.from.Index, c.to.Index
		switch {
		case (nodes.has(from) || nodes.has(to)) && c.always():
			if kind == NoChange {
				a.addImplied(c)
			}
		case c.is == c.was:
			see(from, to, c.is, stays)
		default:
			see(from, to, c.is.Intersect(c.was), stays)
			see(from, to, c.is.Minus(c.was), opens)
			see(from, to, c.was.Minus(c.is), closes)
		}
		return true
	})
}

// kindOf gives the change that a part of a comparison is between two classes.
func (a *artist) kindOf(from, to, part int) Change {
	switch part {
	case opens:
		return Opened
	case closes:
		return Closed
	}
	return a.passage(a.classes[from], a.classes[to])
}

func (t *partTable) add(x, y, from, to int, ports netset.Ports, classes int) *partCell {
	cell := t.cells[x*t.size+y]
	if cell == nil {
		cell = &partCell{
			callers: newSet(classes), calls: newSet(classes), last: ports,
			seen: map[netset.Ports]bool{ports: true},
		}
		t.cells[x*t.size+y] = cell
		t.order = append(t.order, [2]int{x, y})
	}
	if ports != cell.last {
		cell.last = ports
		cell.seen[ports] = true
	}
	cell.callers.add(from)
	cell.calls.add(to)
	return cell
}

// joined gives the table of parts that were joined from those of this one. Parts that
// are gone stand by themselves.
func (t *partTable) joined(parts, left []*part) *partTable {
	j := &partTable{change: t.change, parts: len(left)}
	home := map[*model.Entity]int{}
	for i, p := range left {
		for _, e := range p.members {
			home[e] = i
		}
	}
	to := make([]int, t.size) // place → place of the joined table
	for place := range to {
		var e *model.Entity
		if place < t.parts {
			e = parts[place].members[0]
		} else {
			e = t.alone[place-t.parts]
		}
		at, ok := home[e]
		if !ok {
			at = len(left) + len(j.alone)
			j.alone = append(j.alone, e)
		}
		to[place] = at
	}
	j.size = len(left) + len(j.alone)
	j.cells = make([]*partCell, j.size*j.size)
	for _, key := range t.order {
		from, at := to[key[0]], to[key[1]]
		cell, more := &j.cells[from*j.size+at], t.cells[key[0]*t.size+key[1]]
		if *cell == nil {
			*cell = more
			j.order = append(j.order, [2]int{from, at})
			continue
		}
		(*cell).join(more)
	}
	return j
}

// join adds what another cell says.
func (c *partCell) join(d *partCell) {
	maps.Copy(c.seen, d.seen)
	for i := range c.callers {
		c.callers[i] |= d.callers[i]
		c.calls[i] |= d.calls[i]
	}
	c.pairs += d.pairs
}

// count counts the entities of a class at a place.
func (t *partTable) count(place int, c *class) int {
	if place >= t.parts {
		return 1
	}
	return len(c.entities)
}

// pairs lists the places that are connected.
func (t *partTable) pairs() [][2]int {
	var pairs [][2]int
	for _, key := range t.order {
		if key[0] != key[1] {
			pairs = append(pairs, key)
		}
	}
	return pairs
}

// addLines makes a line of every cell between two boxes.
func (f *folder) addLines(t *partTable) {
	end := func(place int) End {
		if place < t.parts {
			return End{f.d.Nodes[place].ID, place, None}
		}
		e := t.alone[place-t.parts]
		return End{e.ID, f.node[f.nodes[e]], None}
	}
	who := func(s set, place int) map[*model.Entity]bool {
		if place >= t.parts {
			return map[*model.Entity]bool{t.alone[place-t.parts]: true}
		}
		all := map[*model.Entity]bool{}
		for _, i := range s.members() {
			for _, e := range f.classes[i].entities {
				all[e] = true
			}
		}
		return all
	}
	for _, key := range t.order {
		c := t.cells[key[0]*t.size+key[1]]
		if key[0] == key[1] {
			f.inside(key[0], t.change, c.pairs)
			continue
		}
		s := &sheaf{
			from: end(key[0]), to: end(key[1]), ports: c.ports(), callers: who(c.callers, key[0]), calls: who(c.calls, key[1]),
			change: t.change, pairs: c.pairs,
		}
		s.edges = []int{}
		s.uneven = len(c.seen) > 1 || c.pairs < len(s.callers)*len(s.calls)
		line := [5]int{s.from.Node, None, s.to.Node, None, int(s.change)}
		f.lines[line] = s
		f.order = append(f.order, line)
	}
}
