package diagram

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
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
	parts = several(joined(flat, parts, t.pairs(), boxes, v.Fold == FoldGroups))
	a.foldInto(flat, parts, a.tableOf(parts))
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
	ports          netset.Ports
	callers, calls set // classes of the model
	pairs          int // of entities
	// mixed is set where not every pair has the same ports.
	mixed bool
	last  netset.Ports
	seen  map[netset.Ports]bool
}

// tableOf reads what is allowed between parts, and what openness says is left out.
func (a *artist) tableOf(parts []*part) *partTable {
	classes := a.matrix.Cluster.Classes
	t := &partTable{parts: len(parts)}
	home := map[*model.Entity]int{}
	for i, p := range parts {
		for _, e := range p.members {
			home[e] = i
		}
	}
	// The entities of a class are of one part, or each stands by itself.
	places := make([][]int, len(classes))
	for i, c := range classes {
		for _, e := range c.Entities {
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
	for c := range a.matrix.Connections() {
		if ownNode(c.From, c.To) && c.Ports.IsAll() {
			a.addImplied(c)
			continue
		}
		if a.said(a.of[c.From.First()], a.of[c.To.First()]) {
			continue
		}
		for _, from := range places[c.From.Index] {
			for _, to := range places[c.To.Index] {
				t.add(from, to, c, len(classes))
			}
		}
	}
	return t
}

func (t *partTable) add(from, to int, c reach.Connection, classes int) {
	cell := t.cells[from*t.size+to]
	if cell == nil {
		cell = &partCell{
			callers: newSet(classes), calls: newSet(classes), ports: c.Ports, last: c.Ports,
			seen: map[netset.Ports]bool{c.Ports: true},
		}
		t.cells[from*t.size+to] = cell
		t.order = append(t.order, [2]int{from, to})
	}
	if c.Ports != cell.last {
		cell.mixed, cell.last = true, c.Ports
		if !cell.seen[c.Ports] {
			cell.seen[c.Ports] = true
			cell.ports = cell.ports.Union(c.Ports)
		}
	}
	cell.callers.add(c.From.Index)
	cell.calls.add(c.To.Index)
	cell.pairs += t.count(from, c.From) * t.count(to, c.To)
}

// count counts the entities of a class at a place.
func (t *partTable) count(place int, c *model.Class) int {
	if place >= t.parts {
		return 1
	}
	return len(c.Entities)
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
	classes := f.matrix.Cluster.Classes
	who := func(s set, place int) map[*model.Entity]bool {
		if place >= t.parts {
			return map[*model.Entity]bool{t.alone[place-t.parts]: true}
		}
		all := map[*model.Entity]bool{}
		for _, i := range s.members() {
			for _, e := range classes[i].Entities {
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
		s := &sheaf{from: end(key[0]), to: end(key[1]), ports: c.ports, callers: who(c.callers, key[0]), calls: who(c.calls, key[1])}
		s.edges = []int{}
		s.uneven = c.mixed || c.pairs < len(s.callers)*len(s.calls)
		line := [4]int{s.from.Node, None, s.to.Node, None}
		f.lines[line] = s
		f.order = append(f.order, line)
	}
}
