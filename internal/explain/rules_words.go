package explain

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// How much of a long list a sentence takes in.
const (
	mostNames = 4
	mostPeers = 8
)

// few lists words, and counts those that are over a limit.
func few(words []string, most int, last string) string {
	if more := len(words) - most; more > 1 {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" %s %d more", last, more)
	}
	return listed(words, last)
}

// podsWords says which pods a selector finds: "pods app=web and tier=front with a
// label canary".
func podsWords(s *model.Selector) string {
	if s.Empty() {
		return "every pod"
	}
	return "pods " + termsWords(s)
}

// termsWords gives the terms of a selector, those that ask for one value first.
func termsWords(s *model.Selector) string {
	var equal, others []string
	for _, t := range s.Terms() {
		switch {
		case t.Operator == model.In && len(t.Values) == 1:
			equal = append(equal, t.Key+"="+t.Values[0])
		case t.Operator == model.In:
			others = append(others, "with "+anyValue(&t))
		case t.Operator == model.NotIn:
			others = append(others, "without "+anyValue(&t))
		case t.Operator == model.Exists:
			others = append(others, "with a label "+t.Key)
		default:
			others = append(others, "without a label "+t.Key)
		}
	}
	var parts []string
	if len(equal) > 0 {
		parts = append(parts, listed(equal, "and"))
	}
	if len(others) > 0 {
		parts = append(parts, listed(others, "and"))
	}
	return strings.Join(parts, " ")
}

// anyValue lists the values of a term: "env=dev or env=test".
func anyValue(t *model.Term) string {
	var values []string
	for _, v := range t.Values {
		values = append(values, t.Key+"="+v)
	}
	return few(values, mostPeers, "or")
}

// namespacesWords says in which namespaces a selector looks.
func namespacesWords(s *model.Selector) string {
	if terms := s.Terms(); len(terms) == 1 && terms[0].Key == nameLabel && terms[0].Operator == model.In {
		if len(terms[0].Values) == 1 {
			return "namespace " + terms[0].Values[0]
		}
		return "namespaces " + listed(terms[0].Values, "and")
	}
	words := termsWords(s)
	if strings.HasPrefix(words, "with") {
		return "namespaces " + words
	}
	return "namespaces labelled " + words
}

// nameLabel is on every namespace and has its name, so that it is said as the name.
const nameLabel = "kubernetes.io/metadata.name"

// peerPhrase says whom an entry of from or to means.
func peerPhrase(p *model.Policy, peer *model.Peer) string {
	if b := peer.Block; b != nil {
		return blockWords(b)
	}
	pods := podsWords(peer.Pods)
	switch {
	case peer.Namespaces == nil && peer.Pods.Empty():
		return pods + " of " + p.Namespace.Name
	case peer.Namespaces == nil:
		return pods + " in " + p.Namespace.Name
	case peer.Namespaces.Empty() && peer.Pods.Empty():
		return pods + " of every namespace"
	case peer.Namespaces.Empty():
		return pods + " in every namespace"
	default:
		return pods + " in " + namespacesWords(peer.Namespaces)
	}
}

// blockWords names a block of addresses; a block of one is an address.
func blockWords(b *model.Block) string {
	if prefix, err := netip.ParsePrefix(b.Name); err == nil && prefix.IsSingleIP() {
		return "the address " + prefix.Addr().String()
	}
	return "the address range " + b.Name
}

// from says who may come by a rule.
func from(p *model.Policy, r *model.Rule) string {
	if r.AnyPeer {
		return "from everybody, inside and outside the cluster"
	}
	return peersWords(p, r, "from ")
}

// to says whom a rule lets the chosen pods call.
func to(p *model.Policy, r *model.Rule) string {
	if r.AnyPeer {
		return "everybody, inside and outside the cluster,"
	}
	return peersWords(p, r, "")
}

// peersWords joins the entries of a rule, any of which is enough.
func peersWords(p *model.Policy, r *model.Rule, lead string) string {
	var words []string
	for i := range r.Peers {
		if i == mostPeers && len(r.Peers) > mostPeers+1 {
			words = append(words, fmt.Sprintf("%sone of %d more entries", lead, len(r.Peers)-i))
			break
		}
		words = append(words, lead+peerPhrase(p, &r.Peers[i]))
	}
	if len(words) < 3 {
		return strings.Join(words, " or ")
	}
	return strings.Join(words[:len(words)-1], ", ") + ", or " + words[len(words)-1]
}

// rulePorts says which ports a rule names, however it is written.
func rulePorts(r *model.Rule) string {
	if r.AnyPort {
		return "every port"
	}
	var ports netset.Ports
	for _, p := range r.Ports {
		if p.Name != "" {
			ports = ports.Union(netset.FromName(p.Protocol, p.Name))
		} else {
			ports = ports.Union(netset.FromIntervals(netset.Interval{Protocol: p.Protocol, First: p.First, Last: p.Last}))
		}
	}
	return portWords(ports)
}
