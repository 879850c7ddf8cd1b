package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var allowAllRule = check{
	code: diag.AllowAllRule, severity: diag.Info,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			if r.means == nil || !r.text.IsEmpty() {
				continue
			}
			where := "from inside and outside of the cluster"
			if r.direction == model.Egress {
				where = "to destinations inside and outside of the cluster"
			}
			s.at(r.text, diag.Finding{
				Summary: fmt.Sprintf("%s is empty and therefore allows all %s traffic on all ports, %s; no other policy can take that back.",
					r.number(), incoming(r.direction), where),
				Detail: fmt.Sprintf("If a limit was meant, write `%s` and `ports`.", r.direction.PeerField()),
			})
		}
	},
}
