package lint

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var notInIncludesUnlabelled = check{
	code: diag.NotInIncludesUnlabelled, severity: diag.Info,
	policy: func(s *subject) {
		s.unlabelled(s.spec.Field("podSelector"), "pods", s.podsWithout([]*model.Namespace{s.policy.Namespace}))
		for _, r := range s.allRules() {
			for i, item := range r.peers.Items() {
				if r.means == nil || r.means.Peers[i].Block != nil {
					continue
				}
				scope := []*model.Namespace{s.policy.Namespace}
				if n := r.means.Peers[i].Namespaces; n != nil {
					scope = s.inNamespaces(n)
				}
				s.unlabelled(item.Field("podSelector"), "pods", s.podsWithout(scope))
				s.unlabelled(item.Field("namespaceSelector"), "namespaces", s.namespacesWithout)
			}
		}
	},
}

// unlabelled looks at the expressions of one selector. Those that also want the label
// are no question.
func (s *subject) unlabelled(selector manifest.Part, noun string, without func(key string) int) {
	expressions := selector.Field("matchExpressions").Items()
	for _, e := range expressions {
		key, operator := e.Field("key").Text(), e.Field("operator").Text()
		wanted := selector.Field("matchLabels").Field(key).IsWritten() || slices.ContainsFunc(expressions, func(o manifest.Part) bool {
			op := o.Field("operator").Text()
			return o.Field("key").Text() == key && (op == "Exists" || op == "In")
		})
		if wanted || key == nameLabel || operator != "NotIn" && operator != "DoesNotExist" {
			continue
		}
		here := ""
		if n := without(key); n > 0 {
			here = fmt.Sprintf(" (%d here)", n)
		}
		if operator == "DoesNotExist" {
			s.at(e, diag.Finding{Summary: fmt.Sprintf("`%s DoesNotExist` matches all %s that have no label `%s`%s, also those that nobody has labelled yet.", key, noun, key, here)})
			continue
		}
		var values []string
		for _, v := range e.Field("values").Items() {
			values = append(values, v.Text())
		}
		s.at(e, diag.Finding{
			Summary: fmt.Sprintf("`%s NotIn %s` also matches %s that have no label `%s` at all%s.", key, joined(values, "or"), noun, key, here),
			Detail:  fmt.Sprintf("Add `{key: %s, operator: Exists}` to leave out those without the label.", key),
			Fix:     fix("Ask for the label to exist too", e.InsertAfter(expressionEntry(e, key, "Exists"))),
		})
	}
}

// expressionEntry gives an entry of matchExpressions in the style of another one.
func expressionEntry(like manifest.Part, key, operator string) string {
	if like.IsFlow() {
		return "{key: " + key + ", operator: " + operator + "}"
	}
	return "key: " + key + "\noperator: " + operator
}

func (s *subject) podsWithout(scope []*model.Namespace) func(string) int {
	return func(key string) (n int) {
		for _, ns := range scope {
			for _, c := range declared(s.pods[ns]) {
				if _, ok := c.First().Labels[key]; !ok {
					n += podsIn([]*model.Class{c})
				}
			}
		}
		return n
	}
}

func (s *subject) namespacesWithout(key string) (n int) {
	for _, ns := range s.cluster.Namespaces {
		if _, ok := ns.Labels[key]; !ok && ns.Source != nil {
			n++
		}
	}
	return n
}
