package diagram

import (
	"iter"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// source is what a picture is drawn from: a matrix, or two that are compared. Two of
// clusters that are not the same are drawn as their union.
type source struct {
	matrix *reach.Matrix // what is so now
	union  *reach.Union  // nil where there is one cluster
	// cluster is that of the matrix, or of the union.
	cluster *model.Cluster
}

func newSource(m *reach.Matrix) source {
	s := source{matrix: m, cluster: m.Cluster}
	if m.Base != nil && m.Base.Cluster != m.Cluster {
		s.union = reach.NewUnion(reach.NewDiff(m.Base, m, nil))
		s.cluster = s.union.Cluster
	}
	return s
}

// compared reports whether there is something to compare with.
func (s *source) compared() bool { return s.matrix.Base != nil }

// home gives the matrix that says how an entity is, or was last, and what it is there.
func (s *source) home(e *model.Entity) (*reach.Matrix, *model.Entity) {
	if s.union == nil {
		return s.matrix, e
	}
	return s.union.Where(e)
}

func (s *source) isOpen(e *model.Entity, d model.Direction) bool {
	m, own := s.home(e)
	return m.Open(own.Class, d)
}

func (s *source) isClosed(e *model.Entity, d model.Direction) bool {
	m, own := s.home(e)
	return m.Closed(own.Class, d)
}

// wasOpen says for an entity that was not there before what is so now.
func (s *source) wasOpen(e *model.Entity, d model.Direction) bool {
	switch {
	case !s.compared():
		return s.isOpen(e, d)
	case s.union == nil:
		return s.matrix.Base.Open(e.Class, d)
	}
	if was := s.union.Member(e).Was; was != nil {
		return s.union.Before.Open(was.Class, d)
	}
	return s.isOpen(e, d)
}

func (s *source) isolatedBy(e *model.Entity, d model.Direction) []*model.Policy {
	m, own := s.home(e)
	return m.IsolatedBy(own, d)
}

// flow gives a connection with the decisions of both sides; there is none where one of
// the ends is gone.
func (s *source) flow(from, to *model.Entity) (reach.Flow, bool) {
	m, a := s.home(from)
	n, b := s.home(to)
	if m != s.matrix && s.union != nil && m != s.union.After || m != n {
		return reach.Flow{}, false
	}
	return m.Flow(a, b), true
}

func (s *source) presence(e *model.Entity) reach.Presence {
	if s.union == nil {
		return reach.InBoth
	}
	return s.union.Presence(e)
}

// own gives what an entity is in the cluster before, or in that after; nil where it is
// not there.
func (s *source) own(e *model.Entity, before bool) *model.Entity {
	switch {
	case s.union == nil:
		return e
	case before:
		return s.union.Member(e).Was
	}
	return s.union.Member(e).Is
}

// cell is what one class may open on another, now and before. Where a pair is there only
// now, or was only before, both are the same: that it came or went is said of its ends.
type cell struct {
	from, to  *model.Class
	is, was   netset.Ports
	undefined model.Reason
}

// cells reads the pairs of classes that have a port, of some callers.
func (s *source) cellsOf(first, last int, yield func(cell) bool) {
	if s.union != nil {
		for c := range s.union.CellsOf(first, last) {
			if !yield(s.joined(c)) {
				return
			}
		}
		return
	}
	if !s.compared() {
		for c := range s.matrix.ConnectionsOf(first, last) {
			if !yield(cell{from: c.From, to: c.To, is: c.Ports, was: c.Ports, undefined: c.Undefined}) {
				return
			}
		}
		return
	}
	// Both come in the same order.
	next, stop := iter.Pull(s.matrix.Base.ConnectionsOf(first, last))
	defer stop()
	other, more := next()
	was := func() cell { return cell{from: other.From, to: other.To, was: other.Ports} }
	place := func(c reach.Connection) [2]int { return [2]int{c.From.Index, c.To.Index} }
	for c := range s.matrix.ConnectionsOf(first, last) {
		for more && before(place(other), place(c)) {
			if !yield(was()) {
				return
			}
			other, more = next()
		}
		now := cell{from: c.From, to: c.To, is: c.Ports, undefined: c.Undefined}
		if more && place(other) == place(c) {
			now.was = other.Ports
			other, more = next()
		}
		if !yield(now) {
			return
		}
	}
	for more && yield(was()) {
		other, more = next()
	}
}

func before(x, y [2]int) bool { return x[0] < y[0] || x[0] == y[0] && x[1] < y[1] }

// cellOf gives one pair.
func (s *source) cellOf(from, to *model.Class) cell {
	switch {
	case s.union != nil:
		return s.joined(s.union.Cell(from, to))
	case s.compared():
		c := s.matrix.Cell(from, to)
		return cell{from, to, c.Ports, s.matrix.Base.Cell(from, to).Ports, c.Undefined}
	}
	c := s.matrix.Cell(from, to)
	return cell{from, to, c.Ports, c.Ports, c.Undefined}
}

func (s *source) joined(c reach.UnionCell) cell {
	switch {
	case !c.Before:
		c.Was = c.Is
	case !c.After:
		c.Is = c.Was
	}
	classes := s.cluster.Classes
	return cell{classes[c.From], classes[c.To], c.Is, c.Was, c.Undefined}
}

// always reports whether a connection is that of a pod and its own node, which policies
// cannot change and did not.
func (c *cell) always() bool { return ownNode(c.from, c.to) && c.is.IsAll() && c.was.IsAll() }

// presenceOf tells in which of two clusters a namespace of the picture is.
func (s *source) presenceOf(ns *model.Namespace) reach.Presence {
	if s.union == nil || ns.Elsewhere {
		return reach.InBoth
	}
	has := func(c *model.Cluster) bool {
		return slices.ContainsFunc(c.Namespaces, func(other *model.Namespace) bool { return other.Name == ns.Name })
	}
	switch {
	case !has(s.union.After.Cluster):
		return reach.OnlyBefore
	case !has(s.union.Before.Cluster):
		return reach.OnlyAfter
	}
	return reach.InBoth
}

// nameBefore gives the name that an entity had before, empty where it has it still.
func (s *source) nameBefore(e *model.Entity) string {
	if s.union == nil || !e.IsPod() {
		return ""
	}
	if m := s.union.Member(e); m.Was != nil && m.Is != nil && m.Was.Name != m.Is.Name {
		return m.Was.Name
	}
	return ""
}
