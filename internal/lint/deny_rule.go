package lint

import (
	"regexp"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// The API server refuses keys such as action. A comment it does not see, and the rule
// beneath allows what the comment denies.
var denyRule = check{
	code: diag.DenyRule, severity: diag.Error,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			if r.means == nil || r.peers.IsEmpty() {
				continue // An empty list of peers is another check's.
			}
			for line := range strings.Lines(r.text.Comments()) {
				if !denyWords.MatchString(line) || allowWords.MatchString(line) {
					continue
				}
				comment := strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "#"))
				s.at(r.text, diag.Finding{
					Severity: diag.Info,
					Summary:  "The comment “" + comment + "” speaks of denying, but a rule can only allow: what this one lists is let through.",
					Detail:   "To deny, select the pods and simply do not list the traffic.",
				})
				break
			}
		}
	},
}

// allowWords are what comments say that tell of both sides.
var allowWords = regexp.MustCompile(`(?i)\b(allow\w*|permit\w*|let\w*|open\w*|except\w*|only|but|unless|else|other\w*|rest)\b`)
