package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var policySelectsNoPod = check{
	code: diag.PolicySelectsNoPod, severity: diag.Warning,
	policy: func(s *subject) {
		p, scope := s.policy, []*model.Namespace{s.policy.Namespace}
		if !s.nobody(p.PodSelector, scope) {
			return
		}
		q := search{p.PodSelector, s.spec.Field("podSelector"), scope, s.moveTo}
		place := q.text
		if !place.IsWritten() {
			place = s.object.Field("spec")
		}
		what := "`" + p.PodSelector.String() + "`"
		f := diag.Finding{Severity: diag.Info}
		why, remedy := s.reason(q)
		_, elsewhere := s.foundElsewhere(q)
		switch {
		case p.PodSelector.Empty() && s.declaresPods && !p.Namespace.Operated:
			f.Summary = fmt.Sprintf("There is no pod in `%s`, so the policy protects nothing", p.Namespace.Name)
			if elsewhere > 0 && !s.object.At("metadata", "namespace").IsWritten() {
				f.Severity, f.Fix = diag.Warning, remedy
				f.Detail = "The policy names no namespace, so it lands in `default`. It works only in its own namespace; write `metadata.namespace`."
			}
			s.at(place, ended(f))
			return
		case p.PodSelector.Empty():
			return // Any pod will do.
		case s.certain(scope) || elsewhere > 0 && !p.Namespace.Operated:
			f.Severity = diag.Warning
			f.Summary = fmt.Sprintf("No pod in `%s` has %s, so the policy protects nothing", p.Namespace.Name, what)
			if why != "" {
				f.Summary += ": " + why
			}
			f.Detail, f.Fix = "A policy chooses pods of its own namespace by their labels.", remedy
		default:
			f.Summary = fmt.Sprintf("No pod with %s in `%s` is written here; one was inferred to show what the policy does", what, p.Namespace.Name)
		}
		s.at(place, ended(f))
	},
}

// ended puts the stop behind a summary that was built up.
func ended(f diag.Finding) diag.Finding {
	f.Summary += "."
	return f
}

// moveTo is the remedy that puts the policy into another namespace.
func (s *subject) moveTo(namespace string) *diag.Fix {
	text := "Write `namespace: " + namespace + "`"
	if written := s.object.At("metadata", "namespace"); written.IsWritten() {
		return fix(text, written.Set(quoted(namespace)))
	}
	return fix(text, s.object.At("metadata", "name").InsertAfter("namespace: "+quoted(namespace)))
}
