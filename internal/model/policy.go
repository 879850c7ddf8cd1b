package model

import (
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Direction is a direction of traffic as seen from the pod a policy selects.
type Direction uint8

const (
	Ingress Direction = iota
	Egress
)

// Directions lists both.
var Directions = [...]Direction{Ingress, Egress}

// String gives the word that the API uses for the rule list.
func (d Direction) String() string { return [...]string{"ingress", "egress"}[d] }

// PeerField gives the rule field that names the peers: from or to.
func (d Direction) PeerField() string { return [...]string{"from", "to"}[d] }

// Tier is the stage at which a policy is asked. Administrative tiers come before
// and after NetworkPolicies; nothing reads them yet.
type Tier uint8

const (
	TierAdmin Tier = iota
	TierNetworkPolicy
	TierBaseline
)

// Policy is a NetworkPolicy, defaulted.
type Policy struct {
	ID        string // "namespace/name"
	Tier      Tier
	Namespace *Namespace
	Name      string
	// InForce is false for a policy that the API server would refuse; Code then
	// says why, and nothing evaluates its rules.
	InForce     bool
	Code        diag.Code
	PodSelector *Selector
	// Meant is the podSelector of a policy that is not in force, as far as it can be
	// read; nil where it cannot, or where it may not be what is meant.
	Meant *Selector
	// Isolates tells, by Direction, whether the policy isolates the pods it selects
	// (policyTypes after defaulting).
	Isolates [2]bool
	// Rules are the rules of the directions in Isolates, in the order written,
	// ingress first. Rules of other directions have no effect and are left out.
	Rules  []Rule
	Source diag.Locator
}

// Rule is one entry of spec.ingress or spec.egress.
type Rule struct {
	Direction Direction
	Index     int // in its list, from 0
	// AnyPeer is set when from or to is absent or empty: the rule then matches every
	// peer. It is not the same as a peer that selects every pod, which leaves out
	// addresses outside the cluster.
	AnyPeer bool
	Peers   []Peer
	// AnyPort is set when ports is absent or empty: every port of every protocol.
	AnyPort bool
	Ports   []Port
}

// Field gives the path of the rule as kubectl prints it.
func (r *Rule) Field() string { return fieldf("spec.%s[%d]", r.Direction, r.Index) }

// PeerField gives the path of the rule's i-th peer.
func (r *Rule) PeerField(i int) string {
	return fieldf("spec.%s[%d].%s[%d]", r.Direction, r.Index, r.Direction.PeerField(), i)
}

// PortField gives the path of the rule's i-th port.
func (r *Rule) PortField(i int) string {
	return fieldf("spec.%s[%d].ports[%d]", r.Direction, r.Index, i)
}

// Peer is one entry of from or to: a block of addresses, or pods.
type Peer struct {
	// Block is set for an ipBlock; the selectors are then nil.
	Block *Block
	// Namespaces is nil when the peer has no namespaceSelector: only pods of the
	// policy's own namespace match.
	Namespaces *Selector
	// Pods is never nil for a peer of pods; an absent podSelector selects every pod.
	Pods *Selector
}

// Block is an ipBlock: the addresses of cidr without those of except.
type Block struct {
	Index int    // in Cluster.Blocks
	Name  string // "10.0.0.0/8 except 10.1.0.0/16", as written
	CIDR  netset.Addrs
	Addrs netset.Addrs // CIDR without the exceptions
}

// Port is one entry of ports.
type Port struct {
	Protocol netset.Protocol
	// Name is set for a named port, which each destination pod resolves for itself.
	Name string
	// First and Last bound the ports when Name is empty; an entry without a port is
	// every port of its protocol.
	First, Last uint16
}
