package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var peerSelectsNoPod = check{
	code: diag.PeerSelectsNoPod, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			for i, item := range r.peers.Items() {
				if r.means != nil && r.means.Peers[i].Block == nil && !r.means.Peers[i].Pods.Empty() {
					s.matchesNobody(r, item, &r.means.Peers[i])
				}
			}
		}
	},
}

func (s *subject) matchesNobody(r rule, item manifest.Part, peer *model.Peer) {
	scope := []*model.Namespace{s.policy.Namespace}
	if peer.Namespaces != nil {
		scope = nil
		for _, ns := range s.inNamespaces(peer.Namespaces) {
			if ns.Origin == model.Declared {
				scope = append(scope, ns)
			}
		}
		if len(scope) == 0 {
			return // What is wrong is the namespaceSelector, or its namespace is not here.
		}
	}
	if !s.nobody(peer.Pods, scope) {
		return
	}
	q := search{selector: peer.Pods, text: item.Field("podSelector"), scope: scope}
	if peer.Namespaces == nil {
		q.elsewhere = func(namespace string) *diag.Fix { return addNamespace(item, namespace) }
	}
	var f diag.Finding
	why, remedy := s.reason(q)
	names, n := s.foundElsewhere(q)
	where := "`" + s.policy.Namespace.Name + "`"
	if peer.Namespaces != nil {
		where = "namespaces with `" + peer.Namespaces.String() + "`"
		if peer.Namespaces.Empty() {
			where = "any namespace"
		}
	}
	switch {
	case !s.certain(scope) && (n == 0 || s.policy.Namespace.Operated):
		f.Severity = diag.Info
		f.Summary = fmt.Sprintf("No pod with `%s` in %s is written here; one was inferred to show what the rule does.", peer.Pods, where)
	case n > 0 && peer.Namespaces == nil:
		f.Summary = fmt.Sprintf("Nobody matches `podSelector` with `%s`: without `namespaceSelector` only pods in %s count, and the %s in %s.",
			peer.Pods, where, plural(n, "pod with it lives", fmt.Sprintf("%d pods with it live", n)), listed(code(names)))
		f.Detail = "Put a `namespaceSelector` beside the `podSelector`, in the same entry."
		f.Fix = remedy
	default:
		f.Summary = fmt.Sprintf("Nobody matches `podSelector` with `%s` in %s", peer.Pods, where)
		if why != "" {
			f.Summary += ": " + why
		}
		f.Fix = remedy
		f = ended(f)
	}
	s.at(item, f)
}

// addNamespace is the remedy that puts a namespaceSelector beside a podSelector.
func addNamespace(item manifest.Part, namespace string) *diag.Fix {
	text := "Add a `namespaceSelector` for `" + namespace + "`"
	selector := item.Field("podSelector")
	if edits := selector.InsertAfter("namespaceSelector:\n  matchLabels:\n    " + nameLabel + ": " + quoted(namespace)); edits != nil {
		return fix(text, edits)
	}
	return fix(text, selector.InsertAfter("namespaceSelector: {matchLabels: {"+nameLabel+": "+quoted(namespace)+"}}"))
}
