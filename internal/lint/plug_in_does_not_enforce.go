package lint

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// The plug-in is said once for all policies, at the first; what it does not know of a
// policy at each place.
var plugInDoesNotEnforce = check{
	code: diag.PlugInDoesNotEnforce, severity: diag.Warning,
	whole: func(b *bundle, r *report) {
		plugin := b.cluster.Plugin
		i := slices.IndexFunc(b.cluster.Policies, func(p *model.Policy) bool { return p.InForce })
		if i < 0 {
			return
		}
		first := b.cluster.Policies[i]
		switch plugin.Enforcement {
		case model.NeverEnforces:
			r.add(diag.Finding{
				Range: first.Source.Locate("kind"), Object: "NetworkPolicy " + first.ID, Field: "kind",
				Summary: fmt.Sprintf("With %s the API server accepts %s and nothing enforces %s: every arrow stays open.", plugin.Title, these(b.cluster.Policies), itOrThem(b.cluster.Policies)),
				Detail:  fmt.Sprintf("Everything is shown as open, and the matrix marks what the policies would close. To make them hold, %s.", plugin.TurnOn),
			})
			return
		case model.EnforcesOnRequest:
			r.add(diag.Finding{
				Severity: diag.Info,
				Range:    first.Source.Locate("kind"), Object: "NetworkPolicy " + first.ID, Field: "kind",
				Summary: fmt.Sprintf("%s enforces policies only where that is turned on; without it every arrow stays open.", plugin.Title),
				Detail:  fmt.Sprintf("To make them hold, %s.", plugin.TurnOn),
			})
		}
		if plugin.NoEndPort || plugin.NoSCTP {
			for _, p := range b.cluster.Policies {
				if p.InForce {
					b.unknownToPlugin(r, p)
				}
			}
		}
	},
}

// these speaks of the policies in force, itOrThem of them again.
func these(policies []*model.Policy) string {
	if n := inForce(policies); n > 1 {
		return fmt.Sprintf("these %d policies", n)
	}
	return "this policy"
}

func itOrThem(policies []*model.Policy) string {
	if inForce(policies) > 1 {
		return "them"
	}
	return "it"
}

func inForce(policies []*model.Policy) (n int) {
	for _, p := range policies {
		if p.InForce {
			n++
		}
	}
	return n
}

// unknownToPlugin reports the entries of ports that the plug-in cannot read.
func (b *bundle) unknownToPlugin(r *report, p *model.Policy) {
	s := &subject{bundle: b, report: r, policy: p, object: manifest.Written(p.Source)}
	s.spec = s.object.Field("spec")
	for _, rule := range s.allRules() {
		if rule.means == nil {
			continue
		}
		for i, text := range rule.ports.Items() {
			port := rule.means.Ports[i]
			switch endPort := text.Field("endPort"); {
			case b.cluster.Plugin.NoEndPort && endPort.IsWritten():
				s.at(endPort, diag.Finding{
					Object: "NetworkPolicy " + p.ID,
					Summary: fmt.Sprintf("%s does not know `endPort`: of the ports %d to %d it may open only %d.",
						b.cluster.Plugin.Title, port.First, port.Last, port.First),
				})
			case b.cluster.Plugin.NoSCTP && port.Protocol == netset.SCTP:
				s.at(text, diag.Finding{
					Object:  "NetworkPolicy " + p.ID,
					Summary: fmt.Sprintf("%s does not know SCTP in policies: this entry opens nothing there.", b.cluster.Plugin.Title),
				})
			}
		}
	}
}
