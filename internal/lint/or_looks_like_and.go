package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var orLooksLikeAnd = check{
	code: diag.OrLooksLikeAnd, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			items := r.peers.Items()
			for i := 1; i < len(items) && r.means != nil; i++ {
				pods, namespaces := i-1, i
				if only(items[i], "podSelector") {
					pods, namespaces = i, i-1
				}
				if !only(items[pods], "podSelector") || !only(items[namespaces], "namespaceSelector") {
					continue
				}
				// Every pod here, or there, is what two entries are for.
				if r.means.Peers[pods].Pods.Empty() {
					continue
				}
				s.looksLikeAnd(r, items[i], &r.means.Peers[pods], &r.means.Peers[namespaces])
			}
		}
	},
}

// only reports whether a peer has one field and no other.
func only(peer manifest.Part, name string) bool {
	fields := peer.Fields()
	return len(fields) == 1 && fields[0].Name() == name && !fields[0].IsNull()
}

func (s *subject) looksLikeAnd(r rule, second manifest.Part, pods, namespaces *model.Peer) {
	where := "namespaces with `" + namespaces.Namespaces.String() + "`"
	if namespaces.Namespaces.Empty() {
		where = "all namespaces"
	}
	f := diag.Finding{
		Summary: fmt.Sprintf("These are two entries, so they mean OR: %s in `%s`, or all pods in %s", selected(pods.Pods), s.policy.Namespace.Name, where),
		Detail: fmt.Sprintf("The dash before `%s` begins a new entry. Without it both selectors stand in one entry and mean AND: only %s in %s.",
			second.Fields()[0].Name(), selected(pods.Pods), where),
		Fix: fix("Remove the dash before `"+second.Fields()[0].Name()+"`, so that both must hold", second.Join()),
	}
	if more := podsIn(s.eitherNotBoth(pods, namespaces)); more > 0 {
		f.Summary += fmt.Sprintf(" (%s more than with AND)", counted(more, "pod"))
	}
	f.Summary += "."
	if len(r.peers.Items()) > 2 || r.peers.Comments() != "" {
		f.Severity = diag.Info
	}
	s.at(second, f)
}

// eitherNotBoth gives the pods that two entries match and one with both selectors would
// not.
func (s *subject) eitherNotBoth(pods, namespaces *model.Peer) []*model.Class {
	both := map[*model.Class]bool{}
	for _, c := range s.match(scoped{namespaces: namespaces.Namespaces, pods: pods.Pods}) {
		both[c] = true
	}
	var more []*model.Class
	for _, peer := range []*model.Peer{pods, namespaces} {
		for _, c := range s.peers(s.policy, peer) {
			if !both[c] {
				both[c] = true
				more = append(more, c)
			}
		}
	}
	return more
}
