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
	a.folded = fmt.Sprintf("Folded: %d workloads and sets of addresses would be too many to draw one by one.", len(a.matrix.Cluster.Entities))
	if len(spaces) > 1 {
		parts = joinNeighbours(flat, spaces)
	}
	apart := a.workloadParts(flat, func(ns *model.Namespace) bool { return open[a.namespaces[ns]] })
	parts = append(parts, joinNeighbours(flat, apart)...)
	if ranges := a.ranges(flat); len(ranges.members) > mostRanges {
		parts = append(parts, ranges)
	}
	t := a.tableOf(parts)
	boxes := 0
	for _, p := range parts {
		if p.kind != addresses {
			boxes++
		}
	}
	left := several(joined(flat, parts, t.pairs(), boxes, v.Fold == FoldGroups))
	a.foldInto(flat, left, t.joined(parts, left))
}

// describeBoxes says of the boxes that are left in a coarse picture what draw leaves
// out, since most of its boxes are folded.
func (a *artist) describeBoxes() {
	for i := range a.d.Nodes {
		switch n := &a.d.Nodes[i]; n.Kind {
		case Box:
			a.describeBox(n, a.matrix.Cluster.Entity(n.ID))
		case Stack:
			h := slices.IndexFunc(a.d.Hubs, func(h Hub) bool { return h.ID == n.ID })
			a.isolation(n, a.matrix.Cluster.Entity(a.d.Hubs[h].Members[0]))
		}
	}
}

// partTable says what parts may open on each other. What stands by itself has a place
// too: the classes of the part numbers behind those of the parts.
type partTable struct {
	parts int
	alone []*model.Entity // by place behind the parts
	size  int             // places
	cells []*partCell     // by both places
	order [][2]int
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
func (a *artist) tableOf(parts []*part) *partTable {
	t := &partTable{parts: len(parts)}
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
	a.connections(func(from, to int, ports netset.Ports) {
		for _, x := range places[from] {
			for _, y := range places[to] {
				cell := t.add(x, y, from, to, ports, len(a.classes))
				cell.pairs += t.count(x, a.classes[from]) * t.count(y, a.classes[to])
			}
		}
	})
	return t
}

// connections calls f with what is allowed between classes and openness does not say.
func (a *artist) connections(f func(from, to int, ports netset.Ports)) {
	if a.ports != nil {
		n := len(a.classes)
		for from := range n {
			for to, v := range a.cells.values[from*n : (from+1)*n] {
				if v > 0 && !a.said(from, to) {
					f(from, to, a.ports.values[v])
				}
			}
		}
		return
	}
	// The classes are those of the matrix.
	nodes := nodesOf(a.matrix.Cluster.Classes)
	for c := range a.matrix.Connections() {
		from, to := c.From.Index, c.To.Index
		switch {
		case (nodes.has(from) || nodes.has(to)) && ownNode(c.From, c.To) && c.Ports.IsAll():
			a.addImplied(c)
		case !c.Ports.IsEmpty() && !a.said(from, to):
			f(from, to, c.Ports)
		}
	}
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
	j := &partTable{parts: len(left)}
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
		if key[0] == key[1] {
			f.among[key[0]] = true
			continue
		}
		c := t.cells[key[0]*t.size+key[1]]
		s := &sheaf{from: end(key[0]), to: end(key[1]), ports: c.ports(), callers: who(c.callers, key[0]), calls: who(c.calls, key[1])}
		s.edges = []int{}
		s.uneven = len(c.seen) > 1 || c.pairs < len(s.callers)*len(s.calls)
		line := [5]int{s.from.Node, None, s.to.Node, None, int(s.change)}
		f.lines[line] = s
		f.order = append(f.order, line)
	}
}
