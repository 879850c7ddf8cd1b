package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var rulesNotListedInTypes = check{
	code: diag.RulesNotListedInTypes, severity: diag.Warning,
	policy: func(s *subject) {
		for _, d := range model.Directions {
			if s.untyped() || s.policy.Isolates[d] || len(s.rules(d)) == 0 {
				continue
			}
			other := model.Ingress + model.Egress - d
			types := s.spec.Field("policyTypes").Items()
			s.at(s.spec.Field(d.String()), diag.Finding{
				Summary: fmt.Sprintf("The %s rules are ignored, because `policyTypes` names only %s.", d, typeOf(other)),
				Detail:  fmt.Sprintf("Add %s to `policyTypes`: the chosen pods are then closed for all other %s traffic. Or remove the rules, which do nothing.", typeOf(d), incoming(d)),
				Fix:     fix("Add "+typeOf(d)+" to `policyTypes`", types[len(types)-1].InsertAfter(typeOf(d))),
			})
		}
	},
}
