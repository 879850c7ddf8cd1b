package reach

import (
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
)

// sweep computes rows of the matrix one after the other. Its table is a copy of the
// index's, so that the index stays read-only.
type sweep struct {
	x     *index
	ports *table
	// ingress is what every peer may use of each class.
	ingress []portsID
	// egress is the leaving side of the last row, kept since neighbours often have
	// the same rules.
	egress      []portsID
	egressBase  portsID
	egressRules []int32
	egressKnown bool
	row         []portsID
}

func newSweep(x *index, ports *table) *sweep {
	n := len(x.classes)
	s := &sweep{x: x, ports: ports, ingress: make([]portsID, n), egress: make([]portsID, n), row: make([]portsID, n)}
	for i := range n {
		s.ingress[i] = x.sides[model.Ingress][i].base
	}
	return s
}

// of gives the row of a class: what it may open on every class, also on itself if it
// were several pods. It is valid until the next call.
func (s *sweep) of(from int) []portsID {
	x := s.x
	copy(s.row, s.ingress)
	for _, id := range x.asPeer[model.Ingress][from] {
		s.admit(&x.rules[id])
	}
	for _, id := range x.broad[model.Ingress] {
		if r := &x.rules[id]; r.peers.has(from) {
			s.admit(r)
		}
	}
	if x.sides[model.Egress][from].base != allPorts {
		s.leave(from)
		for i, ports := range s.egress {
			if s.row[i] != ports {
				s.row[i] = s.ports.intersect(s.row[i], ports)
			}
		}
	}
	for _, mate := range x.mates[from] {
		s.row[mate] = allPorts
	}
	return s.row
}

// admit adds what an ingress rule opens to the row of one of its peers.
func (s *sweep) admit(r *rule) {
	r.subjects.each(func(to int) {
		if s.row[to] != allPorts {
			s.row[to] = s.ports.union(s.row[to], s.x.rulePorts(s.ports, r, to))
		}
	})
}

// leave makes s.egress the leaving side of a class.
func (s *sweep) leave(from int) {
	side := &s.x.sides[model.Egress][from]
	if s.egressKnown && side.base == s.egressBase && slices.Equal(side.rules, s.egressRules) {
		return
	}
	s.egressKnown, s.egressBase, s.egressRules = true, side.base, side.rules
	for i := range s.egress {
		s.egress[i] = side.base
	}
	for _, id := range side.rules {
		r := &s.x.rules[id]
		r.peers.each(func(to int) {
			s.egress[to] = s.ports.union(s.egress[to], s.x.rulePorts(s.ports, r, to))
		})
	}
}
