package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Who writes `""` means the empty text, as some platforms do for labels of their own; a
// key without anything behind it is most likely unfinished.
var labelWithoutValue = check{
	code: diag.LabelWithoutValue, severity: diag.Warning, refused: true,
	policy: func(s *subject) {
		s.emptyLabels(s.spec.Field("podSelector"), "pods")
		for _, r := range s.allRules() {
			for _, peer := range r.peers.Items() {
				s.emptyLabels(peer.Field("podSelector"), "pods")
				s.emptyLabels(peer.Field("namespaceSelector"), "namespaces")
			}
		}
	},
}

func (s *subject) emptyLabels(selector manifest.Part, what string) {
	labels := selector.Field("matchLabels")
	for _, label := range labels.Fields() {
		key := label.Name()
		if !label.IsNull() && label.Text() != "" || s.hasEmpty(key, what) {
			continue
		}
		f := diag.Finding{
			Summary: fmt.Sprintf("Label `%s` has no value, so the selector looks for %s whose `%s` is the empty text – probably none.", key, what, key),
			Detail:  fmt.Sprintf("Write the value, or ask for the key alone: `matchExpressions: [{key: %s, operator: Exists}]`. If the empty text is meant, write `%s: \"\"`.", key, key),
		}
		if label.IsNull() {
			f.Fix = fix("Ask for the key alone", labels.AskForKey(key))
		} else {
			f.Severity = diag.Info
		}
		s.at(label, f)
	}
}

// hasEmpty reports whether the bundle has a pod or namespace with the empty value of a
// label.
func (s *subject) hasEmpty(key, what string) bool {
	if what == "namespaces" {
		for _, ns := range s.cluster.Namespaces {
			if value, ok := ns.Labels[key]; ok && value == "" && ns.Source != nil {
				return true
			}
		}
		return false
	}
	for _, classes := range s.pods {
		for _, c := range classes {
			if value, ok := c.First().Labels[key]; ok && value == "" && c.First().Source != nil {
				return true
			}
		}
	}
	return false
}
