package diagram

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

// focus is what a picture of some entities and their connections alone is about.
type focus struct {
	entities []*model.Entity // by id
	// in tells which classes are chosen: each holds one entity. linked are those that
	// they have a connection with, and they themselves.
	in, linked set
	list       []int // the chosen classes, ascending
}

// chosen gives the entities with the ids that a view focuses on, by id.
func chosen(c *model.Cluster, ids []string) []*model.Entity {
	var list []*model.Entity
	for _, id := range ids {
		if e := c.Entity(id); e != nil {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, byID)
	return slices.Compact(list)
}

// kin is what the entities of a class have in common in a picture with a focus: what a
// reader sees of their boxes, and the ports in both directions between them and each
// that is chosen.
type kin struct {
	likeness
	ports string
	// node is set for pods that run on a chosen node, entity for what stays by itself.
	node, entity *model.Entity
	// apart is set for what has no connection, where nothing of its namespace has one.
	apart, pod bool
}

// readAround takes of a matrix what concerns some entities. Only their rows and columns
// are asked for, so that it costs about the same at any size of the bundle; between two
// others there is nothing. What is not drawn is kept, as few classes, since a group in
// words may only be said where it has no member without a connection.
func readAround(s source, entities []*model.Entity) *facts {
	f := newFacts(s)
	r := &around{facts: f, focus: &focus{entities: entities}, rows: make([][]lane, len(s.cluster.Classes))}
	r.ask()
	classes := r.group()
	slices.SortFunc(classes, func(a, b *class) int { return byID(a.first(), b.first()) })
	for _, c := range classes {
		f.number(c)
	}
	r.fill()
	if s.compared() {
		f.compare(&f.cells, &f.was)
	}
	f.ports.cut()
	return f
}

// around is the work of readAround.
type around struct {
	*facts
	focus *focus // not yet that of the facts
	// rows are, by class of the model, what it and each chosen entity may open on each
	// other.
	rows [][]lane
	// linked tells which classes of the model have a connection with a chosen entity.
	linked []bool
}

// lane is the connections between a class of the model and one chosen entity.
type lane struct {
	to, from   value // what the chosen one may open, and what may be opened on it
	why, whyIn model.Reason
}

// value is the ports of a cell, now and before.
type value struct{ is, was int32 }

func (r *around) valueOf(c cell) value { return value{r.ports.value(c.is), r.ports.value(c.was)} }

// ask reads the rows and columns of the chosen entities.
func (r *around) ask() {
	classes := r.cluster.Classes
	r.linked = make([]bool, len(classes))
	for k, class := range classes {
		r.rows[k] = make([]lane, len(r.focus.entities))
		for i, e := range r.focus.entities {
			if e.Class == class && !class.Several() {
				continue
			}
			if ownNode(e.Class, class) {
				r.askNode(class, e, i)
				continue
			}
			out, in := r.cellOf(e.Class, class), r.cellOf(class, e.Class)
			r.rows[k][i] = lane{r.valueOf(out), r.valueOf(in), out.undefined, in.undefined}
			r.linked[k] = r.linked[k] || r.rows[k][i].to != value{} || r.rows[k][i].from != value{}
		}
	}
}

// askNode notes the connections of a chosen entity and its node, or its pods.
func (r *around) askNode(class *model.Class, e *model.Entity, i int) {
	at := &r.rows[class.Index][i]
	note := func(from, to *model.Class, at *value, why *model.Reason, forward bool) {
		c := r.cellOf(from, to)
		if !c.always() {
			*at, *why = r.valueOf(c), c.undefined
			r.linked[class.Index] = r.linked[class.Index] || *at != value{}
			return
		}
		r.linked[class.Index] = true
		for _, other := range class.Entities {
			pair := implied{other, e, c.is}
			if forward {
				pair.from, pair.to = e, other
			}
			if !slices.Contains(r.implied, pair) {
				r.implied = append(r.implied, pair)
			}
		}
	}
	note(e.Class, class, &at.to, &at.why, true)
	note(class, e.Class, &at.from, &at.whyIn, false)
}

// group makes the classes: each chosen entity is one, and what they treat alike is.
func (r *around) group() []*class {
	near := map[*model.Namespace]bool{}
	for k, linked := range r.linked {
		if linked {
			near[r.cluster.Classes[k].First().Namespace] = true
		}
	}
	for _, e := range r.focus.entities {
		near[e.Namespace] = true
	}
	var list []*class
	by := map[kin]*class{}
	for k, fine := range r.cluster.Classes {
		key := r.kinOf(k, near[fine.First().Namespace])
		rest := slices.DeleteFunc(slices.Clone(fine.Entities), func(e *model.Entity) bool {
			if !slices.Contains(r.focus.entities, e) {
				return false
			}
			list = append(list, r.classOf(fine, e))
			return true
		})
		if len(rest) == 0 {
			continue
		}
		c := by[key]
		if c == nil {
			c = r.classOf(fine)
			by[key] = c
			list = append(list, c)
		}
		c.entities = append(c.entities, rest...)
		c.kinds = append(c.kinds, rest[0])
	}
	for _, c := range list {
		slices.SortFunc(c.entities, byID)
	}
	return list
}

func (r *around) classOf(fine *model.Class, entities ...*model.Entity) *class {
	c := &class{entities: entities, kinds: slices.Clone(entities)}
	r.judge(c, fine.First())
	return c
}

// kinOf gives what a class of the model shares with others.
func (r *around) kinOf(k int, near bool) kin {
	fine := r.cluster.Classes[k]
	e := fine.First()
	like := likenessOf(&r.source, fine)
	if !r.linked[k] && (!e.IsPod() || !near) {
		// Nothing is said of it but that it is there.
		like.namespace, like.inferred, like.anyOther, like.hostNetwork = nil, false, false, false
		return kin{likeness: like, pod: e.IsPod(), apart: true}
	}
	key := kin{likeness: like}
	if !e.IsPod() {
		key.entity = e
		return key
	}
	if slices.Contains(r.focus.entities, e.Node) {
		key.node = e.Node
	}
	var ports strings.Builder
	for _, c := range r.rows[k] {
		fmt.Fprint(&ports, c.to, c.from)
	}
	key.ports = ports.String()
	return key
}

// fill puts the rows and columns into the table of the classes.
func (r *around) fill() {
	f := r.facts
	r.focus.in, r.focus.linked = newSet(len(f.classes)), newSet(len(f.classes))
	f.focus = r.focus
	f.cells, f.was = f.table(), f.table()
	put := func(s, d int, v value, why model.Reason) {
		if v == (value{}) {
			return
		}
		f.cells.put(s, d, v.is)
		f.was.put(s, d, v.was)
		r.focus.linked.add(s)
		r.focus.linked.add(d)
		if why != "" {
			f.undefined[[2]int{s, d}] = why
		}
	}
	for _, e := range r.focus.entities {
		r.focus.in.add(f.of[e])
		r.focus.linked.add(f.of[e])
	}
	r.focus.list = r.focus.in.members()
	for at, c := range f.classes {
		for i, e := range r.focus.entities {
			x := f.of[e]
			if x == at && !c.several() {
				continue
			}
			row := r.rows[c.first().Class.Index][i]
			put(x, at, row.to, row.why)
			put(at, x, row.from, row.whyIn)
		}
	}
	for _, i := range f.implied {
		r.focus.linked.add(f.of[i.from])
		r.focus.linked.add(f.of[i.to])
	}
}

// pairs gives the pairs of classes that a picture may be about, by both.
func (f *facts) pairs() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for s := range f.classes {
			if f.focus != nil && !f.focus.in.has(s) {
				for _, d := range f.focus.list {
					if !yield(s, d) {
						return
					}
				}
				continue
			}
			for d := range f.classes {
				if !yield(s, d) {
					return
				}
			}
		}
	}
}

// table gives an empty table for the pairs that a picture may be about.
func (f *facts) table() cells {
	if f.focus != nil {
		return cells{n: len(f.classes), sparse: map[int]int32{}}
	}
	return newCells(len(f.classes))
}

// concerns reports whether every pair of two groups is one that the picture is about.
func (f *facts) concerns(a, b *group) bool {
	return f.focus == nil || f.focus.holds(a) || f.focus.holds(b)
}

// holds reports whether every member of a group is chosen.
func (o *focus) holds(g *group) bool {
	return !slices.ContainsFunc(g.list, func(c int) bool { return !o.in.has(c) })
}
