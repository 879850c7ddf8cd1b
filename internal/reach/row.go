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
	// base is what every peer may use of each class, entering what the last row's
	// class may.
	base, entering []portsID
	// leaving is the leaving side of the last row that has one, kept since neighbours
	// often have the same rules. Where its base is none it is none outside touched,
	// which is never nil.
	leaving      []portsID
	leavingBase  portsID
	leavingRules []int32
	leavingKnown bool
	touched      []int
	// sparse is a row that is none but where it was written.
	sparse  []portsID
	written []int
	// named holds, for rules with port names, their ports by kind of names.
	named map[*rule][]portsID
}

func newSweep(x *index, ports *table) *sweep {
	n := len(x.classes)
	cells := make([]portsID, 4*n)
	s := &sweep{x: x, ports: ports, base: cells[:n], entering: cells[n : 2*n], leaving: cells[2*n : 3*n], sparse: cells[3*n:], named: map[*rule][]portsID{}, touched: []int{}}
	for i := range n {
		s.base[i] = x.sides[model.Ingress][i].base
	}
	return s
}

// of gives the row of a class: what it may open on every class, also on itself if it
// were several pods. Both are valid until the next call. Where columns is not nil the
// row is none outside of them; they are sorted.
func (s *sweep) of(from int) (row []portsID, columns []int) {
	side := &s.x.sides[model.Egress][from]
	if side.base != allPorts {
		s.leave(side)
	}
	if side.base == nonePorts {
		row, columns = s.few(from), s.touched
	} else {
		row = s.many(from)
		if side.base != allPorts {
			for i, ports := range s.leaving {
				row[i] = s.ports.intersect(row[i], ports)
			}
		}
	}
	for _, mate := range s.x.mates[from] {
		row[mate] = allPorts
		s.written = append(s.written, mate)
		columns = nil
	}
	return row, columns
}

// many gives what a class may enter, everywhere: what everybody may, and what the
// rules add that have the class as a peer.
func (s *sweep) many(from int) []portsID {
	copy(s.entering, s.base)
	for _, id := range s.x.asPeer[model.Ingress][from] {
		s.admit(&s.x.rules[id])
	}
	for _, id := range s.x.broad[model.Ingress] {
		if r := &s.x.rules[id]; r.peers.has(from) {
			s.admit(r)
		}
	}
	return s.entering
}

// few gives the row of a class that may leave only towards the classes touched, which
// are asked one by one.
func (s *sweep) few(from int) []portsID {
	for _, i := range s.written {
		s.sparse[i] = nonePorts
	}
	s.written = append(s.written[:0], s.touched...)
	for _, to := range s.touched {
		entering := s.base[to]
		for _, id := range s.x.sides[model.Ingress][to].rules {
			if entering == allPorts {
				break
			}
			if r := &s.x.rules[id]; r.peers.has(from) {
				entering = s.ports.union(entering, s.rulePorts(r, to))
			}
		}
		s.sparse[to] = s.ports.intersect(entering, s.leaving[to])
	}
	return s.sparse
}

// rulePorts gives the ports that a rule opens on a destination class.
func (s *sweep) rulePorts(r *rule, destination int) portsID {
	if !r.named {
		return r.ports
	}
	known := s.named[r]
	if known == nil {
		known = make([]portsID, s.x.nameKinds)
		for i := range known {
			known[i] = unresolved
		}
		s.named[r] = known
	}
	kind := s.x.names[destination]
	if known[kind] == unresolved {
		known[kind] = s.ports.id(s.x.under.Ports(r.source, s.x.classes[destination].First()))
	}
	return known[kind]
}

// unresolved marks a named port that was not looked up yet.
const unresolved = ^portsID(0)

// admit adds what an ingress rule opens to the row of one of its peers.
func (s *sweep) admit(r *rule) {
	r.subjects.each(func(to int) {
		if s.entering[to] != allPorts {
			s.entering[to] = s.ports.union(s.entering[to], s.rulePorts(r, to))
		}
	})
}

// leave computes s.leaving for one side, unless it is that of the last one.
func (s *sweep) leave(side *side) {
	if s.leavingKnown && side.base == s.leavingBase && slices.Equal(side.rules, s.leavingRules) {
		return
	}
	if s.leavingKnown && s.leavingBase == nonePorts && side.base == nonePorts {
		for _, i := range s.touched {
			s.leaving[i] = nonePorts
		}
	} else {
		for i := range s.leaving {
			s.leaving[i] = side.base
		}
	}
	s.touched = s.touched[:0]
	for _, id := range side.rules {
		r := &s.x.rules[id]
		r.peers.each(func(to int) {
			before := s.leaving[to]
			s.leaving[to] = s.ports.union(before, s.rulePorts(r, to))
			if before == nonePorts && s.leaving[to] != nonePorts {
				s.touched = append(s.touched, to)
			}
		})
	}
	slices.Sort(s.touched)
	s.leavingBase, s.leavingRules, s.leavingKnown = side.base, side.rules, true
}
