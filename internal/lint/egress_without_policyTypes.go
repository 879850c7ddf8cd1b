package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var egressWithoutPolicyTypes = check{
	code: diag.EgressWithoutPolicyTypes, severity: diag.Warning, refused: true,
	policy: func(s *subject) {
		if !s.sideEffect() {
			return
		}
		egress := s.spec.Field("egress")
		f := diag.Finding{
			Summary: "Without `policyTypes` this policy is also an ingress policy, and as it has no ingress rule it blocks everything coming in to " + s.chosen() + ".",
			Detail:  "Kubernetes adds Ingress to every policy that does not say its types. Write `policyTypes: [Egress]` if only calls going out are meant.",
			Fix:     s.setTypes("[Egress]"),
		}
		if egress.IsEmpty() {
			written := "egress: []"
			if egress.IsNull() {
				written = "egress:"
			}
			f.Summary = fmt.Sprintf("Without `policyTypes`, `%s` stops nothing going out; the policy is ingress-only and blocks everything coming in to %s.", written, s.chosen())
			f.Detail = "An empty `egress` counts as none where the types are not said. Write `policyTypes: [Egress]` to stop everything going out."
			if len(s.rules(model.Ingress)) > 0 {
				f.Summary = fmt.Sprintf("Without `policyTypes`, `%s` stops nothing going out; the policy is ingress-only.", written)
				f.Detail = "An empty `egress` counts as none where the types are not said. Write `policyTypes: [Ingress, Egress]` to stop everything going out."
				f.Fix = s.setTypes("[Ingress, Egress]")
			}
		}
		s.at(egress, f)
	},
}

// untyped reports whether the policy leaves its types to Kubernetes.
func (s *subject) untyped() bool {
	types := s.spec.Field("policyTypes")
	return !types.IsWritten() || types.IsEmpty()
}

// sideEffect reports whether a policy about egress is one about ingress by default, or
// is not about egress at all.
func (s *subject) sideEffect() bool {
	egress := s.spec.Field("egress")
	return s.untyped() && (egress.IsEmpty() || len(egress.Items()) > 0 && len(s.rules(model.Ingress)) == 0)
}

// setTypes is the remedy that writes policyTypes.
func (s *subject) setTypes(list string) *diag.Fix {
	text := "Write `policyTypes: " + list + "`"
	if types := s.spec.Field("policyTypes"); types.IsWritten() {
		return fix(text, types.Set(list))
	}
	for _, name := range []string{"ingress", "egress"} {
		if rules := s.spec.Field(name); rules.IsWritten() {
			return fix(text, rules.InsertBefore("policyTypes: "+list))
		}
	}
	if selector := s.spec.Field("podSelector"); selector.IsWritten() {
		return fix(text, selector.InsertAfter("policyTypes: "+list))
	}
	return nil
}

// chosen says which pods the policy is about: "every pod of shop".
func (s *subject) chosen() string {
	if !s.policy.InForce {
		return "the pods it chooses"
	}
	if pods := declared(s.subjects(s.policy)); len(pods) > 0 && !s.policy.PodSelector.Empty() {
		return who(pods)
	}
	return selected(s.policy.PodSelector) + " in `" + s.policy.Namespace.Name + "`"
}

// declared leaves out the classes that were inferred.
func declared(classes []*model.Class) []*model.Class {
	var out []*model.Class
	for _, c := range classes {
		if c.First().Origin == model.Declared {
			out = append(out, c)
		}
	}
	return out
}
