// Package policy decides what one side of a connection lets through: whether the
// policies isolate a pod in a direction, and which of their rules grant what to the
// other end.
//
// It takes two entities of a cluster and gives a Decision with its reasons. It is
// the definition that package reach computes in bulk; it knows nothing of matrices,
// and decides one side at a time.
package policy

import (
	"cmp"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Decision is what one side of a connection lets through, and why.
type Decision struct {
	Direction model.Direction
	// Exempt says why no policy has a say on this side; empty when policies decide.
	Exempt Exemption
	// IsolatedBy are the policies that isolate the subject in this direction, by ID.
	IsolatedBy []*model.Policy
	// Grants are the rules of IsolatedBy that let the other end through, in order.
	Grants []Grant
	// Misses are the entries of IsolatedBy that do not, nearest first.
	Misses []Miss
	// Ports is everything this side lets through: all when it is exempt or not
	// isolated.
	Ports netset.Ports
}

// Exemption is a word for why policies have no say.
type Exemption string

const (
	NotAPod     Exemption = "not-a-pod"    // a node or an address
	OnHost      Exemption = "host-network" // the pod uses its node's network
	OwnNode     Exemption = "own-node"     // traffic between a pod and its node
	SamePod     Exemption = "same-pod"     // a pod always reaches itself
	notExempted Exemption = ""
)

// Grant is an entry that lets the other end through.
type Grant struct {
	Policy *model.Policy
	Rule   *model.Rule
	Peer   int // index of the entry, -1 for a rule without peers
	Ports  netset.Ports
}

// Assumption chooses between behaviours where the API leaves one open. The zero value
// is what Netpolscope answers; the others tell whether that answer rests on a choice.
type Assumption struct {
	// Family limits address blocks to the addresses of one family.
	Family Family
	// HostNetworkAsPods lets selectors see host-network pods.
	HostNetworkAsPods bool
	// UnknownInBlocks lets every block match a declared pod without an address.
	UnknownInBlocks bool
}

// Family is an IP family.
type Family uint8

const (
	AnyFamily Family = iota
	IPv4
	IPv6
)

// Decide says what the subject's side lets through to or from the other end. The
// policies are those in force in the subject's namespace.
func Decide(policies []*model.Policy, d model.Direction, subject, other *model.Entity, under Assumption) Decision {
	decision := Decision{Direction: d, Exempt: under.exempt(subject, other), Ports: netset.All}
	if decision.Exempt != notExempted {
		return decision
	}
	for _, p := range policies {
		if p.Isolates[d] && under.Selects(p.PodSelector, subject) && p.Namespace == subject.Namespace {
			decision.IsolatedBy = append(decision.IsolatedBy, p)
		}
	}
	if len(decision.IsolatedBy) == 0 {
		return decision
	}
	destination := subject
	if d == model.Egress {
		destination = other
	}
	decision.Ports = netset.Ports{}
	for _, p := range decision.IsolatedBy {
		under.ask(&decision, p, other, destination)
	}
	slices.SortStableFunc(decision.Misses, func(x, y Miss) int { return cmp.Compare(x.distance, y.distance) })
	return decision
}

// ask collects the grants and misses of one policy.
func (a Assumption) ask(decision *Decision, p *model.Policy, other, destination *model.Entity) {
	asked := false
	for i := range p.Rules {
		r := &p.Rules[i]
		if r.Direction != decision.Direction {
			continue
		}
		asked = true
		ports := a.Ports(r, destination)
		grant := func(peer int) {
			if ports.IsEmpty() {
				decision.Misses = append(decision.Misses, portNameMiss(p, r, peer, destination))
				return
			}
			decision.Grants = append(decision.Grants, Grant{p, r, peer, ports})
			decision.Ports = decision.Ports.Union(ports)
		}
		if r.AnyPeer {
			grant(-1)
		}
		for j := range r.Peers {
			if miss, ok := a.match(p, &r.Peers[j], other); ok {
				grant(j)
			} else {
				miss.Policy, miss.Rule, miss.Peer = p, r, j
				decision.Misses = append(decision.Misses, miss)
			}
		}
	}
	if !asked {
		decision.Misses = append(decision.Misses, noRuleMiss(p, decision.Direction))
	}
}

func (a Assumption) exempt(subject, other *model.Entity) Exemption {
	switch {
	case !subject.IsPod():
		return NotAPod
	case a.onHost(subject):
		return OnHost
	case subject == other && !subject.Several():
		return SamePod
	case a.OwnNode(subject, other):
		return OwnNode
	}
	return notExempted
}

// onHost reports whether an entity counts as its node rather than as pods.
func (a Assumption) onHost(e *model.Entity) bool { return e.HostNetwork && !a.HostNetworkAsPods }

// OwnNode reports whether the other end is the node that the pod runs on, or a pod
// that uses that node's network.
func (a Assumption) OwnNode(pod, other *model.Entity) bool {
	return pod.Node != nil && (pod.Node == other || a.onHost(other) && other.Node == pod.Node)
}

// Selects reports whether a pod selector sees an entity and matches it; the namespace
// is not looked at.
func (a Assumption) Selects(s *model.Selector, e *model.Entity) bool {
	return e.IsPod() && !a.onHost(e) && s.Matches(e.Labels)
}

// InBlock reports whether an address of the entity lies in the block.
func (a Assumption) InBlock(b *model.Block, e *model.Entity) bool {
	if e.Addrs.IsEmpty() {
		return a.UnknownInBlocks && e.IsPod() && e.Origin == model.Declared
	}
	return a.Family != IPv6 && slices.Contains(e.Class.Blocks[0], b) ||
		a.Family != IPv4 && slices.Contains(e.Class.Blocks[1], b)
}

// Ports gives the ports that a rule names on a destination. A named port is what the
// destination pod declares under that name and protocol; on a pod that was inferred
// the name itself stands for it, and nothing else has port names.
func (a Assumption) Ports(r *model.Rule, destination *model.Entity) netset.Ports {
	if r.AnyPort {
		return netset.All
	}
	var ports netset.Ports
	for _, p := range r.Ports {
		switch {
		case p.Name == "":
			ports = ports.Union(netset.FromIntervals(netset.Interval{Protocol: p.Protocol, First: p.First, Last: p.Last}))
		case !destination.IsPod() || a.onHost(destination):
		case destination.Origin == model.Inferred:
			ports = ports.Union(netset.FromName(p.Protocol, p.Name))
		default:
			for _, c := range destination.Ports {
				if c.Name == p.Name && c.Protocol == p.Protocol {
					ports = ports.Union(netset.FromIntervals(netset.Interval{Protocol: c.Protocol, First: c.Port, Last: c.Port}))
				}
			}
		}
	}
	return ports
}
