package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
)

var selectsEveryPod = check{
	code: diag.SelectsEveryPod, severity: diag.Warning, certain: true,
	policy: func(s *subject) {
		selector := s.spec.Field("podSelector")
		if !s.policy.PodSelector.Empty() {
			return
		}
		pods := "every pod in namespace `" + s.policy.Namespace.Name + "`"
		if n := podsIn(s.subjects(s.policy)); n > 0 {
			pods += fmt.Sprintf(" (%s)", counted(n, "pod"))
		}
		f := diag.Finding{Detail: "Write `podSelector: {}` if every pod is meant, or the labels of the pods to protect."}
		labels := selector.Field("matchLabels")
		switch {
		case !s.spec.IsWritten() || s.spec.IsNull():
			f.Summary = "There is no `spec`, so this policy chooses " + pods + " and lets nothing in."
			s.at(s.object, f)
		case !selector.IsWritten():
			f.Summary = "There is no `podSelector`, and an empty one chooses " + pods + "."
			if fields := s.spec.Fields(); len(fields) > 0 {
				f.Fix = fix("Write `podSelector: {}`", fields[0].InsertBefore("podSelector: {}"))
			}
			s.at(s.object.Field("spec"), f)
		case selector.IsNull():
			f.Summary = "`podSelector` has no value, and an empty one chooses " + pods + "."
			f.Fix = fix("Write `podSelector: {}`", selector.Set("{}"))
			s.at(selector, f)
		case labels.IsNull() && !selector.Field("matchExpressions").IsWritten():
			f.Summary = "`matchLabels` has no value, and an empty selector chooses " + pods + "."
			f.Fix = fix("Write `podSelector: {}`", selector.Set("{}"))
			s.at(labels, f)
		default:
			f.Severity, f.Detail = diag.Info, ""
			f.Summary = "An empty `podSelector` chooses " + pods + "."
			s.at(selector, f)
		}
	},
}
