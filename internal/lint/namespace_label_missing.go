package lint

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var namespaceLabelMissing = check{
	code: diag.NamespaceLabelMissing, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			for i, item := range r.peers.Items() {
				if r.means == nil || r.means.Peers[i].Namespaces == nil {
					continue
				}
				selector := r.means.Peers[i].Namespaces
				if !slices.ContainsFunc(s.inNamespaces(selector), func(ns *model.Namespace) bool { return ns.Origin == model.Declared }) {
					s.noNamespace(item.Field("namespaceSelector"), selector)
				}
			}
		}
	},
}

// nameLike are labels that people expect to hold a namespace's name.
var nameLike = []string{"name", "namespace", "ns"}

func (s *subject) noNamespace(place manifest.Part, selector *model.Selector) {
	for _, t := range selector.Terms() {
		if len(t.Values) != 1 || t.Operator != model.In {
			continue
		}
		value := t.Values[0]
		label := place.Field("matchLabels").Field(t.Key)
		switch {
		case slices.Contains(nameLike, t.Key):
			s.at(place, diag.Finding{
				Summary: fmt.Sprintf("No namespace here carries the label `%s=%s`; a namespace does not get a label with its name except `%s`.", t.Key, value, nameLabel),
				Detail:  fmt.Sprintf("Write `%s: %s` to mean the namespace of that name, or label it: `kubectl label namespace %s %s=%s`.", nameLabel, value, value, t.Key, value),
				Fix:     fix("Write `"+nameLabel+"`, which every namespace has", label.Rename(nameLabel)),
			})
			return
		case t.Key == nameLabel:
			f := diag.Finding{
				Severity: diag.Info,
				Summary:  fmt.Sprintf("Namespace `%s` is not in this bundle; it was inferred to show what the rule does.", value),
			}
			if meant := nearest(value, s.namesNear(value)); s.declaresNamespaces && meant != "" {
				f = diag.Finding{
					Summary: fmt.Sprintf("There is no namespace `%s` here; did you mean `%s`?", value, meant),
					Fix:     fix("Write `"+meant+"`", label.Set(quoted(meant))),
				}
			}
			s.at(place, f)
			return
		}
	}
	f := diag.Finding{
		Summary: fmt.Sprintf("No namespace here carries the labels that this entry asks for (`%s`), so it matches nobody.", selector),
		Detail:  "A new namespace has one label, `" + nameLabel + "` with its name. Every other one has to be set on the Namespace object.",
	}
	if !s.declaresNamespaces {
		f.Severity = diag.Info
		f.Summary = fmt.Sprintf("No namespace with `%s` is written here; whether one has the labels is for the cluster to say.", selector)
	}
	s.at(place, f)
}

// namesNear gives the names of declared namespaces that a name could be a slip of the
// pen for.
func (s *subject) namesNear(name string) []string {
	var names []string
	for _, ns := range s.cluster.Namespaces {
		if ns.Origin == model.Declared && len(name) > 3 && manifest.Distance(name, ns.Name) <= 2 {
			names = append(names, ns.Name)
		}
	}
	return names
}
