package model

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Selects reports whether the policy, if in force, is about an entity: a pod of its
// namespace that its podSelector matches. Host-network pods are matched by no
// selector: of the two behaviours that the API documentation allows this is the
// common one.
func (p *Policy) Selects(e *Entity) bool {
	return p.InForce && e.IsPod() && !e.HostNetwork && e.Namespace == p.Namespace && p.PodSelector.Matches(e.Labels)
}

func (b *builder) addPolicies(objects []manifest.Object) {
	for i := range objects {
		o := &objects[i]
		if o.Kind != "NetworkPolicy" {
			continue
		}
		ns := b.namespace(namespaceOf(o))
		p := &Policy{
			ID: ns.Name + "/" + o.Name, Tier: TierNetworkPolicy, Namespace: ns, Name: o.Name,
			InForce: o.Refused == "", Code: o.Refused, Source: o.Source,
		}
		if p.InForce {
			b.fill(p, &o.Value.(*networkingv1.NetworkPolicy).Spec)
		} else if np, ok := o.Value.(*networkingv1.NetworkPolicy); ok && np != nil {
			p.Meant = b.meant(&np.Spec.PodSelector, o)
		}
		b.cluster.Policies = append(b.cluster.Policies, p)
	}
	slices.SortStableFunc(b.cluster.Policies, func(x, y *Policy) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Code, y.Code))
	})
	for _, p := range b.cluster.Policies {
		if p.InForce {
			p.Namespace.Policies = append(p.Namespace.Policies, p)
		}
	}
}

// WouldSelect reports whether a policy that is not in force means an entity.
func (p *Policy) WouldSelect(e *Entity) bool {
	return p.Meant != nil && e.IsPod() && !e.HostNetwork && e.Namespace == p.Namespace && p.Meant.Matches(e.Labels)
}

// meant reads the podSelector of a refused policy. One with a fault says nothing, and
// an empty one only where no field was left out: it may have been written under
// another name.
func (b *builder) meant(selector *metav1.LabelSelector, o *manifest.Object) *Selector {
	const field = "spec.podSelector"
	empty := len(selector.MatchLabels)+len(selector.MatchExpressions) == 0
	if empty && (len(o.Faults) > 0 || o.Refused == diag.WrongAPIOrKind || o.Refused == diag.LostIndentation) {
		return nil
	}
	for _, path := range o.Faults {
		if strings.HasPrefix(path, field) || strings.HasPrefix(field, path) {
			return nil
		}
	}
	if _, err := metav1.LabelSelectorAsSelector(selector); err != nil {
		return nil
	}
	return b.selectors.of(selector)
}

// fill defaults and compiles the spec of an accepted policy.
func (b *builder) fill(p *Policy, spec *networkingv1.NetworkPolicySpec) {
	p.PodSelector = b.selectors.of(&spec.PodSelector)
	// Without policyTypes a policy is about ingress, and about egress too if it has
	// at least one egress rule (an empty list is none).
	if len(spec.PolicyTypes) == 0 {
		p.Isolates = [2]bool{Ingress: true, Egress: len(spec.Egress) > 0}
	}
	for _, t := range spec.PolicyTypes {
		p.Isolates[Ingress] = p.Isolates[Ingress] || t == networkingv1.PolicyTypeIngress
		p.Isolates[Egress] = p.Isolates[Egress] || t == networkingv1.PolicyTypeEgress
	}
	n := 0
	if p.Isolates[Ingress] {
		n += len(spec.Ingress)
	}
	if p.Isolates[Egress] {
		n += len(spec.Egress)
	}
	if n == 0 {
		return
	}
	p.Rules = make([]Rule, 0, n)
	if p.Isolates[Ingress] {
		for i, r := range spec.Ingress {
			p.Rules = append(p.Rules, b.rule(p, Ingress, i, r.From, r.Ports))
		}
	}
	if p.Isolates[Egress] {
		for i, r := range spec.Egress {
			p.Rules = append(p.Rules, b.rule(p, Egress, i, r.To, r.Ports))
		}
	}
}

func (b *builder) rule(policy *Policy, d Direction, index int, peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort) Rule {
	r := Rule{Direction: d, Index: index, AnyPeer: len(peers) == 0, AnyPort: len(ports) == 0}
	if len(peers) > 0 {
		r.Peers = make([]Peer, 0, len(peers))
	}
	for _, p := range peers {
		peer := b.peer(p)
		if peer.Block != nil {
			b.uses[peer.Block.Index] = append(b.uses[peer.Block.Index], use{policy.ID, d, index})
		}
		r.Peers = append(r.Peers, peer)
	}
	if len(ports) > 0 {
		r.Ports = make([]Port, 0, len(ports))
	}
	for _, p := range ports {
		r.Ports = append(r.Ports, port(p))
	}
	return r
}

func (b *builder) peer(api networkingv1.NetworkPolicyPeer) Peer {
	if api.IPBlock != nil {
		return Peer{Block: b.block(api.IPBlock)}
	}
	var p Peer
	if api.NamespaceSelector != nil {
		p.Namespaces = b.selectors.of(api.NamespaceSelector)
	}
	p.Pods = b.selectors.of(cmp.Or(api.PodSelector, &everyPod))
	return p
}

func port(api networkingv1.NetworkPolicyPort) Port {
	p := Port{First: netset.FirstPort, Last: netset.LastPort}
	if api.Protocol != nil {
		p.Protocol, _ = netset.ParseProtocol(string(*api.Protocol))
	}
	switch {
	case api.Port == nil:
	case api.Port.Type == intstr.String:
		p.Name = api.Port.StrVal
	default:
		p.First = uint16(api.Port.IntVal)
		p.Last = p.First
		if api.EndPort != nil {
			p.Last = uint16(*api.EndPort)
		}
	}
	return p
}

func (b *builder) block(api *networkingv1.IPBlock) *Block {
	cidr, _ := parseCIDR(api.CIDR)
	excepts := make([]netip.Prefix, len(api.Except))
	for i, e := range api.Except {
		excepts[i], _ = parseCIDR(e)
	}
	slices.SortFunc(excepts, func(x, y netip.Prefix) int {
		return cmp.Or(x.Addr().Compare(y.Addr()), cmp.Compare(x.Bits(), y.Bits()))
	})
	excepts = slices.Compact(excepts)
	key := fmt.Sprint(cidr, excepts)
	if known, ok := b.blocks[key]; ok {
		return known
	}
	block := &Block{
		Index: len(b.cluster.Blocks),
		Name:  blockName(cidr, excepts),
		CIDR:  netset.FromPrefixes(cidr),
	}
	block.Addrs = block.CIDR.Minus(netset.FromPrefixes(excepts...))
	b.blocks[key] = block
	b.uses = append(b.uses, nil)
	b.cluster.Blocks = append(b.cluster.Blocks, block)
	return block
}

// blockName names a block as a person would, with at most three exceptions.
func blockName(cidr netip.Prefix, excepts []netip.Prefix) string {
	const most = 3
	if len(excepts) == 0 {
		return cidr.String()
	}
	var words []string
	for _, e := range excepts[:min(most, len(excepts))] {
		words = append(words, e.String())
	}
	name := cidr.String() + " except " + strings.Join(words, ", ")
	if more := len(excepts) - most; more > 0 {
		name += fmt.Sprintf(" and %d more", more)
	}
	return name
}
