package reach

import (
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// Certain reports whether the answer for one port of a pair is the same whatever the
// network plug-in does. A pair of which some port is undefined can have others that
// are not.
func (m *Matrix) Certain(from, to *model.Entity, p netset.Protocol, port uint16) bool {
	holds := func(a policy.Assumption) bool {
		egress := policy.Decide(m.of(from), model.Egress, from, to, a)
		ingress := policy.Decide(m.of(to), model.Ingress, to, from, a)
		return egress.Ports.Contains(p, port) && ingress.Ports.Contains(p, port)
	}
	v4, v6 := m.shared(from.Class.Index, to.Class.Index)
	either := func(a policy.Assumption) bool {
		four, six := a, a
		four.Family, six.Family = policy.IPv4, policy.IPv6
		return v4 && holds(four) || v6 && holds(six)
	}
	switch m.Flow(from, to).Undefined {
	case "":
		return true
	case model.HostNetwork:
		return either(policy.Assumption{}) == either(policy.Assumption{HostNetworkAsPods: true})
	case model.DualStack:
		return holds(policy.Assumption{Family: policy.IPv4}) == holds(policy.Assumption{Family: policy.IPv6})
	default:
		return either(policy.Assumption{}) == either(policy.Assumption{UnknownInBlocks: true})
	}
}
