package reach

import (
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Was gives the ports of a pair in the matrix that this one is compared with. It is not
// known where that one has no such entity.
func (m *Matrix) Was(from, to *model.Entity) (ports netset.Ports, known bool) {
	if m.Base == nil {
		return m.Ports(from, to), true
	}
	a, b := m.Base.counterpart(m.Cluster, from), m.Base.counterpart(m.Cluster, to)
	if a == nil || b == nil {
		return netset.Ports{}, false
	}
	return m.Base.Ports(a, b), true
}

// counterpart finds the entity of another cluster: the one of that name, and for
// addresses, which other blocks cut otherwise, the one that holds the first of them.
func (m *Matrix) counterpart(other *model.Cluster, e *model.Entity) *model.Entity {
	if m.Cluster == other {
		return e
	}
	if own := m.Cluster.Entity(e.ID); own != nil || e.IsPod() {
		return own
	}
	for _, r := range e.Addrs.Ranges() {
		return m.Cluster.EntityAt(r.From())
	}
	return nil
}

// Changes counts what differs from the matrix that this one is compared with.
func (m *Matrix) Changes() Change {
	if m.Base == nil {
		return Change{}
	}
	return Compare(m.Base, m)
}

// WasOpen reports whether a side of an entity let everything through in the matrix that
// this one is compared with.
func (m *Matrix) WasOpen(e *model.Entity, d model.Direction) bool {
	if m.Base == nil {
		return m.Open(e.Class, d)
	}
	own := m.Base.counterpart(m.Cluster, e)
	return own != nil && m.Base.Open(own.Class, d)
}
