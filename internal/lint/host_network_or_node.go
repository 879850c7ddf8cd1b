package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var hostNetworkOrNode = check{
	code: diag.HostNetworkOrNode, severity: diag.Info,
	policy: func(s *subject) {
		if len(s.hosts) == 0 {
			return
		}
		inNamespace := func(e *model.Entity) bool { return e.Namespace == s.policy.Namespace }
		if e, more := matched(s.hosts, s.policy.PodSelector, inNamespace); e != nil {
			s.at(s.spec.Field("podSelector"), diag.Finding{
				Summary: fmt.Sprintf("%s the network of %s, so this policy neither protects nor limits %s.",
					using(e, more), nodeOf(e), itself(more)),
				Detail: "A pod with `hostNetwork: true` has the address of its node, and network plug-ins treat its traffic as the node's. A firewall on the node can limit it; a NetworkPolicy cannot.",
			})
		}
		for _, r := range s.allRules() {
			if r.means == nil {
				continue
			}
			for i, text := range r.peers.Items() {
				peer := r.means.Peers[i]
				if peer.Block != nil || peer.Pods.Empty() {
					continue // A peer without labels speaks of no pod in particular.
				}
				scope := inNamespace
				if peer.Namespaces != nil {
					scope = func(e *model.Entity) bool { return peer.Namespaces.Matches(e.Namespace.Labels) }
				}
				e, more := matched(s.hosts, peer.Pods, scope)
				if e == nil {
					continue
				}
				s.at(text, diag.Finding{
					Summary: fmt.Sprintf("%s the network of %s, so this selector does not catch %s: write the node's address as an `ipBlock`.",
						using(e, more), nodeOf(e), itself(more)),
					Detail: "To other pods the traffic of a pod with `hostNetwork: true` comes from the address of its node, which no selector sees. A node always reaches the pods that run on it.",
				})
			}
		}
	},
}

// matched gives the first pod in scope that a selector would choose but for its host
// network, and how many others there are.
func matched(hosts []*model.Entity, selector *model.Selector, scope func(*model.Entity) bool) (first *model.Entity, more int) {
	for _, e := range hosts {
		switch {
		case !scope(e) || !selector.Matches(e.Labels):
		case first == nil:
			first = e
		default:
			more++
		}
	}
	return first, more
}

// using begins a sentence about pods on the host network.
func using(e *model.Entity, more int) string {
	switch more {
	case 0:
		return fmt.Sprintf("`%s` uses", nameOf(e))
	case 1:
		return fmt.Sprintf("`%s` and one other use", nameOf(e))
	}
	return fmt.Sprintf("`%s` and %d others use", nameOf(e), more)
}

func itself(more int) string {
	if more > 0 {
		return "them"
	}
	return "it"
}

// nodeOf names the node of a pod as well as the bundle knows it.
func nodeOf(e *model.Entity) string {
	switch ranges := e.Addrs.Ranges(); {
	case e.Node != nil && len(ranges) > 0:
		return fmt.Sprintf("its node %s (%s)", e.Node.Name, ranges[0].From())
	case e.Node != nil:
		return "its node " + e.Node.Name
	case len(ranges) > 0:
		return fmt.Sprintf("its node (%s)", ranges[0].From())
	}
	return "its node"
}
