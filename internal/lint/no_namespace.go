package lint

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

// Where the namespace of a policy is not written, its pods may be in another one.
var noNamespace = check{
	code: diag.NoNamespace, severity: diag.Info,
	policy: func(s *subject) {
		metadata := s.object.Field("metadata")
		if ns := metadata.Field("namespace"); ns.IsWritten() && !ns.IsEmpty() && ns.Text() != "" {
			return
		}
		own := s.policy.Namespace.Name
		f := diag.Finding{
			Field: "metadata.namespace",
			Summary: fmt.Sprintf("`%s` has no namespace, so it lands in the namespace that kubectl uses at that moment (here: `%s`) and protects only pods there.",
				s.policy.Name, own),
		}
		homes := s.homes()
		home := own
		switch {
		case len(homes) == 0 || slices.Contains(homes, own):
		case len(homes) == 1:
			home = homes[0]
			f.Detail = fmt.Sprintf("The pods that it chooses by their labels are in namespace `%s`.", home)
		default:
			home = ""
			f.Detail = fmt.Sprintf("The pods that it chooses by their labels are in the namespaces %s: write one copy of the policy for each.", listed(code(homes)))
		}
		name := metadata.Field("name")
		switch ns := metadata.Field("namespace"); {
		case home == "":
		case ns.IsWritten():
			f.Fix = fix("Write `namespace: "+home+"`", ns.Set(home))
		default:
			f.Fix = fix("Write `namespace: "+home+"`", name.InsertAfter("namespace: "+home))
		}
		f.Range = name.Range()
		if f.Range.IsZero() {
			f.Range = s.policy.Source.Locate(f.Field)
		}
		s.add(f)
	},
}

// homes gives the namespaces with declared pods that the policy's podSelector matches,
// wherever the policy itself is.
func (s *subject) homes() []string {
	var homes []string
	for _, ns := range s.namespaces {
		for _, c := range s.pods[ns] {
			if e := c.First(); e.Origin == model.Declared && s.policy.PodSelector.Matches(e.Labels) {
				homes = append(homes, ns.Name)
				break
			}
		}
	}
	return homes
}
