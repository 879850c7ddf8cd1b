package diagram

import (
	"iter"
	"maps"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// class is a group of entities of one namespace that no arrow has to tell apart.
type class struct {
	entities []*model.Entity // by id
	// kinds are one entity for each class of the model, which nothing tells apart
	// from the others of its class.
	kinds []*model.Entity
	// open and closed say, by direction, that this side lets everything through and
	// that it lets nothing through.
	open, closed [2]bool
	presence     reach.Presence
}

func (c *class) first() *model.Entity { return c.entities[0] }
func (c *class) isPod() bool          { return c.first().IsPod() }

// several reports whether there are two pods to connect within the class.
func (c *class) several() bool {
	return c.isPod() && (len(c.entities) > 1 || c.first().Several())
}

// facts are what a matrix says, on classes and port classes.
type facts struct {
	source
	classes []*class // by their first entity
	of      map[*model.Entity]int
	// all are the numbers of the classes, within those of a namespace.
	all    []int
	within map[*model.Namespace][]int
	ports  *portTable
	cells  cells
	// implied are the connections between pods and their own node.
	implied []implied
	// undefined holds the reason of cells that rest on implementation-defined
	// behaviour.
	undefined map[[2]int]model.Reason
	comparison
	// focus is nil for a picture of the whole matrix.
	focus *focus
}

// implied is a connection that exists whatever policies say.
type implied struct {
	from, to *model.Entity
	ports    netset.Ports
}

// anything is the value of a cell that does not count: two addresses, a pod and
// itself, a pod and its node. Arrows may cover it and need not.
const anything int32 = -1

// cells is a square table of port values.
type cells struct {
	n      int
	values []int32
	// sparse holds the values of a table that is nearly empty, in the place of values.
	sparse map[int]int32
}

func newCells(n int) cells { return cells{n: n, values: make([]int32, n*n)} }

func (c *cells) at(s, d int) int32 {
	if c.sparse != nil {
		return c.sparse[s*c.n+d]
	}
	return c.values[s*c.n+d]
}

func (c *cells) put(s, d int, v int32) {
	if c.sparse != nil {
		c.sparse[s*c.n+d] = v
		return
	}
	c.values[s*c.n+d] = v
}

// like gives an empty table of the same kind.
func (c *cells) like() cells {
	if c.sparse != nil {
		return cells{n: c.n, sparse: map[int]int32{}}
	}
	return newCells(c.n)
}

// all gives the places of a table and their values, of one that is nearly empty only
// those that were put there.
func (c *cells) all() iter.Seq2[int, int32] {
	if c.sparse != nil {
		return func(yield func(int, int32) bool) {
			for _, place := range slices.Sorted(maps.Keys(c.sparse)) {
				if !yield(place, c.sparse[place]) {
					return
				}
			}
		}
	}
	return slices.All(c.values)
}

func (c *cells) value(place int) int32 { return c.at(place/c.n, place%c.n) }

func (c *cells) set(place int, v int32) { c.put(place/c.n, place%c.n, v) }

// mostClasses is the number of classes up to which a whole table is kept.
const mostClasses = 4096

func newFacts(s source) *facts {
	return &facts{
		source: s, of: map[*model.Entity]int{}, within: map[*model.Namespace][]int{},
		ports: newPortTable(), undefined: map[[2]int]model.Reason{},
	}
}

// outline takes the classes of the matrix as they are, without the connections.
func outline(s source) *facts {
	f := newFacts(s)
	f.ports = nil
	for _, c := range s.cluster.Classes {
		f.addClass([]*model.Class{c})
	}
	return f
}

func (f *facts) addClass(fine []*model.Class) {
	c := &class{}
	for _, k := range fine {
		c.entities = append(c.entities, k.Entities...)
		c.kinds = append(c.kinds, k.First())
	}
	slices.SortFunc(c.entities, byID)
	f.judge(c, c.first())
	f.number(c)
}

// judge notes of a class what one of its members says of all.
func (f *facts) judge(c *class, e *model.Entity) {
	c.presence = f.presence(e)
	for _, d := range model.Directions {
		c.open[d], c.closed[d] = f.isOpen(e, d), f.isClosed(e, d)
	}
}

// number gives a class its place behind those that are there.
func (f *facts) number(c *class) {
	for _, e := range c.entities {
		f.of[e] = len(f.classes)
	}
	ns := c.first().Namespace
	f.all, f.within[ns] = append(f.all, len(f.classes)), append(f.within[ns], len(f.classes))
	f.classes = append(f.classes, c)
}

// mostCells is the number of connections between classes, beside those that openness
// says, up to which a cover is looked for.
const mostCells = 4_000_000

// read takes the matrix apart and merges the classes that behave alike. A matrix of too
// many connections is not ok.
func read(s source) (f *facts, ok bool) {
	fine := s.cluster.Classes
	if len(fine) > mostClasses {
		return nil, false
	}
	f = newFacts(s)
	table := newCells(len(fine))
	was := table
	if s.compared() {
		was = newCells(len(fine))
	}
	reasons := map[[2]int]model.Reason{}
	left := mostCells
	for _, p := range readParts(s, &table, &was, goroutines(len(fine))) {
		if left -= p.said; left < 0 {
			return nil, false
		}
		p.into(f, &table, &was)
		maps.Copy(reasons, p.reasons)
	}
	alike, values := &table, len(f.ports.values)
	if s.compared() {
		alike, values = f.compare(&table, &was)
	}
	f.ports.cut()

	merged := merge(&f.source, alike, values)
	f.cells = newCells(len(merged))
	if s.compared() {
		f.was = newCells(len(merged))
	}
	for _, group := range merged {
		var members []*model.Class
		for _, k := range group {
			members = append(members, fine[k])
		}
		f.addClass(members)
	}
	for s, from := range merged {
		for d, to := range merged {
			// Two different members, where a class is compared with itself.
			a, b := fine[from[0]].Index, fine[to[len(to)-1]].Index
			f.cells.put(s, d, table.at(a, b))
			if f.compared() {
				f.was.put(s, d, was.at(a, b))
			}
			if r := reasons[[2]int{a, b}]; r != "" {
				f.undefined[[2]int{s, d}] = r
			}
		}
	}
	return f, true
}

// at gives the value of a cell.
func (f *facts) at(s, d int) int32 {
	if v := f.cells.at(s, d); v != 0 {
		return v
	}
	from, to := f.classes[s], f.classes[d]
	switch {
	case f.focus != nil && (!f.focus.in.has(s) && !f.focus.in.has(d) || !from.isPod() && !to.isPod()):
		return 0 // an arrow may not seem to speak of others
	case from.presence+to.presence == reach.OnlyBefore+reach.OnlyAfter && from.presence != to.presence:
		return anything // The one was gone before the other came.
	case !from.isPod():
		// What always holds neither opens nor closes.
		if !to.isPod() || to.first().Node == from.first() && !f.plain {
			return anything
		}
	case !to.isPod():
		if from.first().Node == to.first() && !f.plain {
			return anything
		}
	case s == d && !from.several():
		return anything
	}
	return 0
}

func (f *facts) addImplied(c cell) {
	for _, from := range c.from.Entities {
		for _, to := range c.to.Entities {
			f.implied = append(f.implied, implied{from, to, c.is})
		}
	}
}

// nodesOf gives the set of classes that are nodes of the cluster.
func nodesOf(classes []*model.Class) set {
	s := newSet(len(classes))
	for i, c := range classes {
		if c.First().Kind == model.KindNode {
			s.add(i)
		}
	}
	return s
}

// ownNode reports whether one class is the node that the other's pods run on.
func ownNode(a, b *model.Class) bool {
	x, y := a.First(), b.First()
	return x.Kind == model.KindNode && y.Node == x || y.Kind == model.KindNode && x.Node == y
}

func byID(a, b *model.Entity) int {
	switch {
	case a.ID < b.ID:
		return -1
	case a.ID > b.ID:
		return 1
	}
	return 0
}
