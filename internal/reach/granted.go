package reach

import (
	"iter"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// GrantedBy gives the connections that a policy, or the one rule of it that part names,
// lets through on its side. Others may let them through as well.
func (m *Matrix) GrantedBy(part Off) iter.Seq[Connection] {
	p := m.Cluster.Policy(part.Policy)
	return func(yield func(Connection) bool) {
		if p == nil || !p.InForce {
			return
		}
		for c := range m.Connections() {
			if m.grants(part, p, model.Ingress, c.To.First(), c.From.First()) || m.grants(part, p, model.Egress, c.From.First(), c.To.First()) {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// grants reports whether a policy, or one rule of it, is among what lets the other end
// through to or from a subject.
func (m *Matrix) grants(part Off, p *model.Policy, d model.Direction, subject, other *model.Entity) bool {
	if subject.Namespace != p.Namespace || part.Rule && part.Direction != d {
		return false
	}
	decision := policy.Decide(m.of(subject), d, subject, other, policy.Assumption{})
	return slices.ContainsFunc(decision.Grants, func(g policy.Grant) bool {
		return g.Policy.ID == p.ID && (!part.Rule || g.Rule.Index == part.Index)
	})
}
