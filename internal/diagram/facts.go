package diagram

import (
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
}

func (c *class) first() *model.Entity { return c.entities[0] }
func (c *class) isPod() bool          { return c.first().IsPod() }

// several reports whether there are two pods to connect within the class.
func (c *class) several() bool {
	return c.isPod() && (len(c.entities) > 1 || c.first().Several())
}

// facts are what a matrix says, on classes and port classes.
type facts struct {
	matrix  *reach.Matrix
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

// mostClasses is the number of classes up to which a whole table is kept.
const mostClasses = 4096

// outline takes the classes of the matrix as they are, without the connections.
func outline(m *reach.Matrix) *facts {
	f := &facts{matrix: m, of: map[*model.Entity]int{}, within: map[*model.Namespace][]int{}}
	for _, c := range m.Cluster.Classes {
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
	for _, d := range model.Directions {
		c.open[d], c.closed[d] = f.matrix.Open(fine[0], d), f.matrix.Closed(fine[0], d)
	}
	f.number(c)
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
func read(m *reach.Matrix) (f *facts, ok bool) {
	if len(m.Cluster.Classes) > mostClasses {
		return nil, false
	}
	f = &facts{matrix: m, of: map[*model.Entity]int{}, within: map[*model.Namespace][]int{}, ports: newPortTable(), undefined: map[[2]int]model.Reason{}}
	fine := m.Cluster.Classes
	table := newCells(len(fine))
	was, compared := f.before(m)
	reasons := map[[2]int]model.Reason{}
	left := mostCells
	for _, p := range readParts(m, &table, goroutines(len(fine))) {
		if left -= p.said; left < 0 {
			return nil, false
		}
		p.into(f, &table)
		maps.Copy(reasons, p.reasons)
	}
	alike, values := &table, len(f.ports.values)
	if compared {
		alike, values = f.compare(&table, &was)
	}
	f.ports.cut()

	merged := merge(m, alike, values)
	f.cells = newCells(len(merged))
	if compared {
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
			if compared {
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

func (f *facts) addImplied(c reach.Connection) {
	for _, from := range c.From.Entities {
		for _, to := range c.To.Entities {
			f.implied = append(f.implied, implied{from, to, c.Ports})
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
