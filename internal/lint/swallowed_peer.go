package lint

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var swallowedPeer = check{
	code: diag.SwallowedPeer, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			items := r.peers.Items()
			for j := range items {
				if r.means == nil {
					continue
				}
				peers := r.means.Peers
				i := slices.IndexFunc(peers, func(p model.Peer) bool { return s.swallows(&p, &peers[j]) })
				// Of two that say the same the later one is too much.
				for i >= j && i >= 0 && (i == j || s.swallows(&peers[j], &peers[i])) {
					next := slices.IndexFunc(peers[i+1:], func(p model.Peer) bool { return s.swallows(&p, &peers[j]) })
					if next < 0 {
						i = -1
					} else {
						i += 1 + next
					}
				}
				if i < 0 {
					continue
				}
				s.at(items[j], diag.Finding{
					Summary: fmt.Sprintf("Entry %d of `%s` has no effect: entry %d (%s) already allows all of it.", j+1, r.direction.PeerField(), i+1, peerWords(&peers[i])),
					Detail:  fmt.Sprintf("Entries are alternatives, so the widest one decides. If entry %d was meant as a limit, remove entry %d instead.", j+1, i+1),
					Related: []diag.Related{{Range: items[i].Range(), Text: "the entry that already allows it"}},
					Fix:     fix(fmt.Sprintf("Remove entry %d, which changes nothing", j+1), items[j].Remove()),
				})
			}
		}
	},
}

// peerWords gives a peer as its entry reads.
func peerWords(p *model.Peer) string {
	text := func(field string, s *model.Selector) string {
		if s.Empty() {
			return "`" + field + ": {}`"
		}
		return "`" + field + "` with `" + s.String() + "`"
	}
	switch {
	case p.Block != nil:
		return "`" + p.Block.Name + "`"
	case p.Namespaces == nil:
		return text("podSelector", p.Pods)
	case p.Pods.Empty():
		return text("namespaceSelector", p.Namespaces)
	}
	return text("podSelector", p.Pods) + " and " + text("namespaceSelector", p.Namespaces)
}

// swallows reports whether everything that narrow matches, wide matches too, whatever
// pods and addresses there are.
func (s *subject) swallows(wide, narrow *model.Peer) bool {
	if wide.Block != nil || narrow.Block != nil {
		return wide.Block != nil && narrow.Block != nil && narrow.Block.Addrs.Minus(wide.Block.Addrs).IsEmpty()
	}
	if !implies(narrow.Pods, wide.Pods) {
		return false
	}
	switch {
	case wide.Namespaces == nil:
		return narrow.Namespaces == nil || namesOnly(narrow.Namespaces, s.policy.Namespace.Name)
	case narrow.Namespaces == nil:
		return wide.Namespaces.Matches(s.policy.Namespace.Labels)
	}
	return implies(narrow.Namespaces, wide.Namespaces)
}

// nameLabel is the label that holds the name of every namespace.
const nameLabel = "kubernetes.io/metadata.name"

// namesOnly reports whether a namespaceSelector can match no namespace but one.
func namesOnly(s *model.Selector, name string) bool {
	return slices.ContainsFunc(s.Terms(), func(t model.Term) bool {
		return t.Key == nameLabel && t.Operator == model.In && len(t.Values) == 1 && t.Values[0] == name
	})
}

// implies reports whether labels that meet narrow always meet wide.
func implies(narrow, wide *model.Selector) bool {
	for _, w := range wide.Terms() {
		if !slices.ContainsFunc(narrow.Terms(), func(n model.Term) bool { return n.Key == w.Key && termImplies(n, w) }) {
			return false
		}
	}
	return true
}

func termImplies(n, w model.Term) bool {
	has := func(v string) bool { return slices.Contains(w.Values, v) }
	lacks := func(v string) bool { return !slices.Contains(n.Values, v) }
	switch w.Operator {
	case model.In:
		return n.Operator == model.In && !slices.ContainsFunc(n.Values, func(v string) bool { return !has(v) })
	case model.Exists:
		return n.Operator == model.In || n.Operator == model.Exists
	case model.DoesNotExist:
		return n.Operator == model.DoesNotExist
	}
	switch n.Operator {
	case model.In:
		return !slices.ContainsFunc(n.Values, has)
	case model.NotIn:
		return !slices.ContainsFunc(w.Values, lacks)
	}
	return n.Operator == model.DoesNotExist
}
