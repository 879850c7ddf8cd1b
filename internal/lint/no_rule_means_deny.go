package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var noRuleMeansDeny = check{
	code: diag.NoRuleMeansDeny, severity: diag.Info,
	policy: func(s *subject) {
		for _, d := range model.Directions {
			if !s.policy.Isolates[d] || len(s.rules(d)) > 0 || s.sideEffect() {
				continue
			}
			does := "accepts no incoming connection"
			if d == model.Egress {
				does = "opens no outgoing connection"
			}
			place := s.spec.Field(d.String())
			if !place.IsWritten() {
				place = s.typeItem(d)
			}
			s.at(place, diag.Finding{
				Summary: fmt.Sprintf("No %s rule: every pod chosen by this policy %s, unless another policy allows it.", d, does),
			})
		}
	},
}

// typeItem gives the item of policyTypes that lists a direction, or what comes nearest
// to it: policyTypes, the spec, the policy.
func (s *subject) typeItem(d model.Direction) (place manifest.Part) {
	for _, item := range s.spec.Field("policyTypes").Items() {
		if item.Text() == typeOf(d) {
			return item
		}
	}
	for _, p := range []manifest.Part{s.spec.Field("policyTypes"), s.spec} {
		if p.IsWritten() {
			return p
		}
	}
	return s.object
}
