package lint

import (
	"fmt"
	"regexp"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var emptyPeerListAllowsEveryone = check{
	code: diag.EmptyPeerListAllowsEveryone, severity: diag.Warning, refused: true,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			if !r.peers.IsEmpty() {
				continue
			}
			field, who := r.direction.PeerField(), "everyone in"
			nobody := "from nobody"
			if r.direction == model.Egress {
				who, nobody = "every destination", "to nobody"
			}
			written := field + ": []"
			if r.peers.IsNull() {
				written = field + ":"
			}
			f := diag.Finding{
				Summary: fmt.Sprintf("`%s` does not mean “%s”: an empty list puts no limit, so this rule allows %s.", written, nobody, who),
				Detail: fmt.Sprintf("To deny, remove the rule and keep `policyTypes: [%s]`: a direction without a rule lets nothing through. To allow all, write the rule as `- {}` so that it says what it does.",
					typeOf(r.direction)),
				Fix: s.denyInstead(r),
			}
			if s.saysDeny(r) {
				f.Summary = fmt.Sprintf("This is meant to deny, but `%s` puts no limit: the rule allows %s.", written, who)
			}
			s.at(r.peers, f)
		}
	},
}

// denyWords are what people call policies that close something. A block of addresses is
// none of them.
var denyWords = regexp.MustCompile(`(?i)\b(den(y|ies|ied)|blocked|blocking|isolat(e|es|ed|ion)|restrict(s|ed)?|forbid(s|den)?)\b`)

// saysDeny reports whether the policy's name or a comment of the rule speaks of closing
// something.
func (s *subject) saysDeny(r rule) bool {
	return denyWords.MatchString(s.policy.Name) || denyWords.MatchString(r.text.Comments())
}

// denyInstead is the remedy that takes a rule out and names its direction in
// policyTypes, so that it is closed.
func (s *subject) denyInstead(r rule) *diag.Fix {
	list := s.spec.Field(r.direction.String())
	types := s.spec.Field("policyTypes")
	text, want := "Remove the rule, so that nothing is allowed", "["+typeOf(r.direction)+"]"
	remove := r.text.Remove()
	alone := remove == nil
	if alone {
		remove = list.Remove()
	}
	switch {
	case types.IsWritten() && !types.IsEmpty():
		return fix(text, remove)
	case types.IsWritten():
		return fix(text, remove, types.Set(want))
	case alone:
		return fix(text, list.Rename("policyTypes"), list.Set(want))
	}
	return fix(text, remove, list.InsertBefore("policyTypes: "+want))
}
