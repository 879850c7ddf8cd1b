package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

// Miss is an entry that does not let the other end through.
type Miss struct {
	Policy *model.Policy
	// Rule is nil when the policy has no rule in this direction at all.
	Rule   *model.Rule
	Peer   int // index of the entry, -1 for none
	Reason Reason
	// Text says what the entry wants and what the other end has.
	Text string
	// distance orders misses: the fewer parts are wrong, the nearer.
	distance int
}

// Reason is a word for why an entry does not match.
type Reason string

const (
	PodLabels       Reason = "pod-labels"
	NamespaceLabels Reason = "namespace-labels"
	Namespace       Reason = "namespace"
	Address         Reason = "address"
	Except          Reason = "except"
	NamedPort       Reason = "named-port"
	NoRule          Reason = "direction"
	HostNetwork     Reason = "host-network"
	PeerNotAPod     Reason = "not-a-pod"
	PeerNotAddress  Reason = "not-an-address"
	SelectsNothing  Reason = "selects-nothing"
)

// Distances of misses that are not counted in terms.
const (
	nearest  = 0
	aLabel   = 2 // and one more for each further label
	aScope   = 3
	anotherX = 50 // another kind of peer
	noRule   = 90
)

func noRuleMiss(p *model.Policy, d model.Direction) Miss {
	return Miss{Policy: p, Peer: -1, Reason: NoRule, distance: noRule,
		Text: fmt.Sprintf("policy %s has no %s rule, so it lets nothing through", p.ID, d)}
}

func portNameMiss(p *model.Policy, r *model.Rule, peer int, destination *model.Entity) Miss {
	var names []string
	for _, port := range r.Ports {
		if port.Name != "" {
			names = append(names, fmt.Sprintf("%s/%s", port.Name, port.Protocol))
		}
	}
	return Miss{Policy: p, Rule: r, Peer: peer, Reason: NamedPort, distance: nearest,
		Text: fmt.Sprintf("the rule names the port %s; %s has no port of that name", strings.Join(names, ", "), destination.ID)}
}

// match reports whether a peer of a policy is about the other end, and if not, why.
func (a Assumption) match(p *model.Policy, peer *model.Peer, other *model.Entity) (Miss, bool) {
	if peer.Block != nil {
		return a.matchBlock(peer.Block, other)
	}
	switch {
	case !other.IsPod():
		return Miss{Reason: PeerNotAPod, distance: anotherX,
			Text: fmt.Sprintf("the entry names only pods; %s is an address", other.ID)}, false
	case a.onHost(other):
		return Miss{Reason: HostNetwork, distance: anotherX,
			Text: fmt.Sprintf("%s uses its node's address, which selectors do not see", other.ID)}, false
	}
	wrong := wrongTerms(peer.Pods, other.Labels)
	fits := ""
	if wrong == 0 && !peer.Pods.Empty() {
		fits = "; the labels of the pod fit"
	}
	switch {
	case !peer.Pods.Possible() || peer.Namespaces != nil && !peer.Namespaces.Possible():
		return Miss{Reason: SelectsNothing, distance: anotherX, Text: "the entry contradicts itself, so that nothing can fit it"}, false
	case peer.Namespaces == nil && other.Namespace != p.Namespace:
		return Miss{Reason: Namespace, distance: aScope + wrong, Text: fmt.Sprintf(
			"the entry has no namespaceSelector, so only pods of %s count; %s is in %s%s", p.Namespace.Name, other.ID, namespaceName(other), fits)}, false
	case peer.Namespaces != nil && !peer.Namespaces.Matches(other.Namespace.Labels):
		return Miss{Reason: NamespaceLabels, distance: aLabel + wrong + wrongTerms(peer.Namespaces, other.Namespace.Labels), Text: fmt.Sprintf(
			"the entry wants namespaces labelled %s; %s has %s%s", peer.Namespaces, namespaceName(other), namespaceHas(peer.Namespaces, other.Namespace), fits)}, false
	case wrong > 0 && peer.Namespaces != nil && !peer.Namespaces.Empty():
		return Miss{Reason: PodLabels, distance: aLabel - 1 + wrong, Text: fmt.Sprintf(
			"the namespace fits, and the entry also wants pods labelled %s; %s has %s", peer.Pods, other.ID, has(peer.Pods, other.Labels))}, false
	case wrong > 0:
		return Miss{Reason: PodLabels, distance: aLabel - 1 + wrong, Text: fmt.Sprintf(
			"the entry wants %s; %s has %s", peer.Pods, other.ID, has(peer.Pods, other.Labels))}, false
	}
	return Miss{}, true
}

func (a Assumption) matchBlock(b *model.Block, other *model.Entity) (Miss, bool) {
	switch {
	case a.InBlock(b, other):
		return Miss{}, true
	case other.IsPod() && other.Addrs.IsEmpty():
		return Miss{Reason: PeerNotAddress, distance: anotherX, Text: fmt.Sprintf(
			"the entry names addresses (%s); the bundle has no address of %s", b.Name, other.ID)}, false
	case inExcept(b, other):
		return Miss{Reason: Except, distance: nearest + 1, Text: fmt.Sprintf(
			"the entry is %s, and %s lies in an exception", b.Name, other.ID)}, false
	}
	return Miss{Reason: Address, distance: aScope, Text: fmt.Sprintf(
		"the entry is %s; %s lies outside it", b.Name, other.ID)}, false
}

// inExcept reports whether the entity's addresses lie in the block's cidr, of which
// the block then must have excepted them.
func inExcept(b *model.Block, e *model.Entity) bool {
	return b.CIDR.Overlaps(e.Addrs)
}

func namespaceName(e *model.Entity) string {
	if e.Namespace.Elsewhere {
		return "another namespace"
	}
	return "namespace " + e.Namespace.Name
}

func wrongTerms(s *model.Selector, labels model.Labels) int {
	n := 0
	for i := range s.Terms() {
		if !s.Terms()[i].Matches(labels) {
			n++
		}
	}
	return n
}

// namespaceHas says what a namespace has of what a selector wants: what it has at all,
// where the labels that are wanted are missing and it has few.
func namespaceHas(s *model.Selector, ns *model.Namespace) string {
	const few = 3
	missing := false
	for _, t := range s.Terms() {
		_, ok := ns.Labels[t.Key]
		missing = missing || !ok && !t.Matches(ns.Labels)
	}
	if !missing || len(ns.Labels) > few || len(ns.Labels) == 0 {
		return has(s, ns.Labels)
	}
	var words []string
	for _, key := range slices.Sorted(maps.Keys(ns.Labels)) {
		words = append(words, key+"="+ns.Labels[key])
	}
	return "only " + strings.Join(words, " and ")
}

// has lists what labels say about the keys of the terms that do not match.
func has(s *model.Selector, labels model.Labels) string {
	var words []string
	for _, t := range s.Terms() {
		if t.Matches(labels) {
			continue
		}
		if value, ok := labels[t.Key]; ok {
			words = append(words, t.Key+"="+value)
		} else {
			words = append(words, "no label "+t.Key)
		}
	}
	return strings.Join(words, " and ")
}
