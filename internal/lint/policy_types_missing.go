package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var policyTypesMissing = check{
	code: diag.PolicyTypesMissing, severity: diag.Info, certain: true,
	policy: func(s *subject) {
		if !s.untyped() || s.sideEffect() {
			return
		}
		list := "[Ingress]"
		if s.policy.Isolates[model.Egress] {
			list = "[Ingress, Egress]"
		}
		place := s.spec.Field("policyTypes")
		switch {
		case place.IsWritten():
		case s.spec.IsWritten():
			place = s.object.Field("spec")
		default:
			place = s.object
		}
		s.at(place, diag.Finding{
			Summary: fmt.Sprintf("No `policyTypes`: Kubernetes fills in `%s`; write it down so that readers need not know the rule.", list),
			Fix:     s.setTypes(list),
		})
	},
}
