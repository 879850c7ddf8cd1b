package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

var noEffect = check{
	code: diag.NoEffect, severity: diag.Info,
	whole: func(b *bundle, r *report) {
		for _, i := range b.matrix().Idle() {
			p := i.Policy
			f := diag.Finding{Object: "NetworkPolicy " + p.ID}
			var by []string
			for _, q := range i.By {
				if q == p {
					by = append(by, "another rule of this policy")
				} else {
					by = append(by, "`"+q.ID+"`")
				}
				f.Related = append(f.Related, diag.Related{Range: b.nameOf(q), Text: "allows it already"})
			}
			switch {
			case i.Rule != nil:
				rule := rule{direction: i.Rule.Direction, index: i.Rule.Index}
				f.Field = i.Rule.Field()
				f.Summary = fmt.Sprintf("%s changes nothing: everything it allows is allowed by %s already.", rule.number(), listed(by))
				written := manifest.Written(p.Source).Field("spec").Field(i.Rule.Direction.String()).Item(i.Rule.Index)
				f.Range, f.Fix = written.Range(), fixIn(p.Source, "Remove the rule", written.Remove())
			case len(p.Rules) == 0 && !i.Opened:
				// A default deny is kept on purpose, whatever else isolates its pods today.
				continue
			case i.Opened:
				f.Summary = fmt.Sprintf("Policy `%s` changes nothing: %s allows all traffic to the same pods, and allow rules cannot be taken back.", p.Name, listed(by))
				f.Detail = "Policies only add up. To close these pods, narrow the rule that allows everything."
				if denyWords.MatchString(p.Name) && b.declaresPods && !p.Namespace.Operated {
					f.Severity = diag.Warning
				}
			default:
				f.Summary = fmt.Sprintf("Policy `%s` changes nothing: everything it allows is allowed by %s already.", p.Name, listed(by))
			}
			if i.Rule == nil {
				f.Field = "metadata.name"
				f.Range = b.nameOf(p)
			}
			r.add(f)
		}
	},
}
