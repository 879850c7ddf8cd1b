package reach

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Presence tells in which of two clusters an entity is.
type Presence uint8

const (
	InBoth Presence = iota
	OnlyBefore
	OnlyAfter
)

// Union is both clusters of a Diff as one, so that they can be looked at together.
type Union struct {
	*Diff
	// Cluster has the entities of both, each once, and under its name after where it has
	// one there. Its classes are the ends, by their index. All else is as it is after.
	Cluster *model.Cluster
	members map[*model.Entity]*Member
}

// NewUnion puts both clusters of a Diff together.
func NewUnion(d *Diff) *Union {
	cluster := *d.After.Cluster
	u := &Union{Diff: d, Cluster: &cluster, members: map[*model.Entity]*Member{}}
	spaces := u.joinNamespaces()
	made := map[*model.Entity]*model.Entity{} // by the entity of either cluster
	ids := d.unusedIDs()
	cluster.Entities, cluster.Classes = nil, nil
	for _, end := range d.Ends {
		class := &model.Class{Index: end.Index}
		cluster.Classes = append(cluster.Classes, class)
		for i := range end.Members {
			m := &end.Members[i]
			e := *m.Entity()
			e.ID, e.Class, e.Namespace = ids[m], class, spaces[e.Namespace]
			if !m.Addrs.IsEmpty() {
				e.Name, e.Addrs = e.ID, m.Addrs
			}
			for _, own := range []*model.Entity{m.Was, m.Is} {
				if own != nil {
					made[own] = &e
				}
			}
			u.members[&e] = m
			class.Entities = append(class.Entities, &e)
			cluster.Entities = append(cluster.Entities, &e)
		}
		slices.SortFunc(class.Entities, byID)
	}
	slices.SortFunc(cluster.Entities, byID)
	for _, e := range cluster.Entities {
		e.Node = made[e.Node]
	}
	u.joinServices(made)
	return u
}

// unusedIDs names every member as nothing else is named. What stands for two different
// things before and after has one name in both; it stays the name of the one after.
func (d *Diff) unusedIDs() map[*Member]string {
	ids, taken := map[*Member]string{}, map[string]bool{}
	for _, gone := range [...]bool{false, true} {
		for _, end := range d.Ends {
			for i := range end.Members {
				m := &end.Members[i]
				if (m.Is == nil) != gone {
					continue
				}
				ids[m] = m.ID()
				for n := 2; taken[ids[m]]; n++ {
					ids[m] = fmt.Sprintf("%s#%d", m.ID(), n)
				}
				taken[ids[m]] = true
			}
		}
	}
	return ids
}

// joinNamespaces lists the namespaces of both clusters and gives, for each, the one that
// stands for it: the one after where there is one of that name.
func (u *Union) joinNamespaces() map[*model.Namespace]*model.Namespace {
	spaces, byName := map[*model.Namespace]*model.Namespace{}, map[string]*model.Namespace{}
	note := func(ns *model.Namespace) {
		if ns == nil || spaces[ns] != nil {
			return
		}
		if byName[ns.Name] == nil {
			byName[ns.Name] = ns
		}
		spaces[ns] = byName[ns.Name]
	}
	u.Cluster.Namespaces = slices.Clone(u.After.Cluster.Namespaces)
	for _, c := range []*model.Cluster{u.After.Cluster, u.Before.Cluster} {
		for _, ns := range c.Namespaces {
			if byName[ns.Name] == nil && c == u.Before.Cluster {
				u.Cluster.Namespaces = append(u.Cluster.Namespaces, ns)
			}
			note(ns)
		}
		for _, e := range c.Entities { // the one that stands for any other is not listed
			note(e.Namespace)
		}
	}
	slices.SortFunc(u.Cluster.Namespaces, func(x, y *model.Namespace) int { return cmp.Compare(x.Name, y.Name) })
	return spaces
}

// joinServices lets the Services lead to the entities of the union; of those that are gone
// only what they lead to that is gone too.
func (u *Union) joinServices(made map[*model.Entity]*model.Entity) {
	copies := map[*model.Service]*model.Service{}
	u.Cluster.Services = nil
	add := func(s *model.Service, keep func(*model.Entity) bool) {
		own := *s
		own.Entities = nil
		for _, e := range s.Entities {
			if e := made[e]; e != nil && keep(e) {
				own.Entities = append(own.Entities, e)
			}
		}
		copies[s] = &own
		u.Cluster.Services = append(u.Cluster.Services, &own)
	}
	for _, s := range u.After.Cluster.Services {
		add(s, func(*model.Entity) bool { return true })
	}
	for _, s := range u.Before.Cluster.Services {
		gone := func(e *model.Entity) bool { return e != nil && u.Presence(e) == OnlyBefore }
		if u.After.Cluster.Service(s.ID) == nil && slices.ContainsFunc(s.Entities, func(e *model.Entity) bool { return gone(made[e]) }) {
			add(s, gone)
		}
	}
	slices.SortFunc(u.Cluster.Services, func(x, y *model.Service) int { return cmp.Compare(x.ID, y.ID) })
	u.Cluster.Ingresses = nil
	for _, in := range u.After.Cluster.Ingresses {
		own := *in
		own.Backends = slices.Clone(in.Backends)
		for i := range own.Backends {
			own.Backends[i].Service = copies[own.Backends[i].Service]
		}
		u.Cluster.Ingresses = append(u.Cluster.Ingresses, &own)
	}
}

// Member gives what an entity of the union is in either cluster.
func (u *Union) Member(e *model.Entity) *Member { return u.members[e] }

// Presence tells where an entity of the union is.
func (u *Union) Presence(e *model.Entity) Presence {
	switch m := u.members[e]; {
	case m.Was == nil:
		return OnlyAfter
	case m.Is == nil:
		return OnlyBefore
	}
	return InBoth
}

// Where gives the matrix that says how an entity of the union is now, or was last, and the
// entity there.
func (u *Union) Where(e *model.Entity) (*Matrix, *model.Entity) {
	if m := u.members[e]; m.Is != nil {
		return u.After, m.Is
	} else {
		return u.Before, m.Was
	}
}

// UnionCell is what one class of a union may open on another. Where the pair is in one of
// the clusters only, Before or After is false.
type UnionCell struct {
	From, To      int
	Was, Is       netset.Ports
	Before, After bool
	Undefined     model.Reason // of what is so after
}

// asked reports whether two ends are a question in one of the clusters.
func asked(from, to *End, after bool) bool {
	a, several := from.side(after)
	b, _ := to.side(after)
	return a != nil && b != nil && (from.First().IsPod() || to.First().IsPod()) && pairs(from, to, several) > 0
}

// Cell gives what one class of the union may open on another.
func (u *Union) Cell(from, to *model.Class) UnionCell {
	x, y := u.Ends[from.Index], u.Ends[to.Index]
	c := UnionCell{From: x.Index, To: y.Index, Before: asked(x, y, false), After: asked(x, y, true)}
	if c.Before {
		a, _ := x.side(false)
		b, _ := y.side(false)
		c.Was = u.Before.Cell(a, b).Ports
	}
	if c.After {
		a, _ := x.side(true)
		b, _ := y.side(true)
		cell := u.After.Cell(a, b)
		c.Is, c.Undefined = cell.Ports, cell.Undefined
	}
	return c
}

// CellsOf gives the pairs of classes that have a port before or after, of the callers with
// an index from first up to, but not including, last.
func (u *Union) CellsOf(first, last int) iter.Seq[UnionCell] {
	return func(yield func(UnionCell) bool) {
		var sides [2]*oneSide
		for i, m := range []*Matrix{u.Before, u.After} {
			sides[i] = newOneSide(m)
		}
		reasons := map[[2]int]model.Reason{}
		if !u.After.certain() {
			for c := range u.After.pairs() {
				if c.Undefined != "" {
					reasons[[2]int{c.From.Index, c.To.Index}] = c.Undefined
				}
			}
		}
		for _, from := range u.Ends[first:last] {
			for i := range sides {
				sides[i].turn(from, i == 1)
			}
			for _, to := range u.Ends {
				c := UnionCell{From: from.Index, To: to.Index}
				c.Was, c.Before = sides[0].ports(to, false)
				c.Is, c.After = sides[1].ports(to, true)
				if c.Was.IsEmpty() && c.Is.IsEmpty() {
					continue
				}
				if len(reasons) > 0 && c.After {
					a, _ := from.side(true)
					b, _ := to.side(true)
					c.Undefined = reasons[[2]int{a.Index, b.Index}]
				}
				if !yield(c) {
					return
				}
			}
		}
	}
}

// oneSide reads the rows of one of two matrices.
type oneSide struct {
	matrix  *Matrix
	table   *table
	sweeps  sweeper
	from    *End
	class   *model.Class
	several bool
	rows    [][]portsID
}

func newOneSide(m *Matrix) *oneSide {
	t := m.ports.clone()
	return &oneSide{matrix: m, table: t, sweeps: m.sweeps(m.chosen, t)}
}

// turn takes up the row of an end.
func (s *oneSide) turn(from *End, after bool) {
	s.from = from
	if s.class, s.several = from.side(after); s.class != nil {
		s.rows = s.sweeps.of(s.class.Index)
	}
}

// ports gives what the end may open on another, if both are there.
func (s *oneSide) ports(to *End, after bool) (netset.Ports, bool) {
	other, _ := to.side(after)
	if s.class == nil || other == nil || !s.from.First().IsPod() && !to.First().IsPod() || pairs(s.from, to, s.several) == 0 {
		return netset.Ports{}, false
	}
	id, _ := s.matrix.combine(s.table, s.rows, s.class.Index, other.Index)
	return s.table.sets[id], true
}
