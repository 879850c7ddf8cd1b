package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
)

var portsWithoutPeers = check{
	code: diag.PortsWithoutPeers, severity: diag.Warning,
	policy: func(s *subject) {
		for _, d := range model.Directions {
			rules := s.rules(d)
			for i, r := range rules {
				if r.means == nil || r.means.AnyPort || r.peers.IsWritten() {
					continue
				}
				where := "from anywhere"
				if d == model.Egress {
					where = "to anywhere"
				}
				f := diag.Finding{
					Severity: diag.Info,
					Summary:  fmt.Sprintf("%s has only ports, so it allows %s %s.", r.number(), portWords(r.means), where),
					Detail:   fmt.Sprintf("Add `%s` to the rule if only some may use these ports.", d.PeerField()),
				}
				if n := neighbour(rules, i); n >= 0 {
					f.Severity = diag.Warning
					f.Summary = fmt.Sprintf("%s has only ports, so it allows %s %s; rule %d names no ports and allows all of them – probably the dash before `ports` is too much.",
						r.number(), portWords(r.means), where, n+1)
					f.Detail = "Two rules are alternatives: one of them is enough. Who is meant and the ports that are meant stand in one rule, under one dash."
					f.Related = []diag.Related{{Range: rules[n].text.Range(), Text: "the rule that has only peers"}}
					if n == i-1 {
						f.Fix = fix("Remove the dash before `ports`, so that both are one rule", r.text.Join())
					}
				}
				s.at(r.text, f)
			}
		}
	},
}

// neighbour gives the rule with peers and without ports that a rule may belong to: the
// one before it, else any.
func neighbour(rules []rule, i int) int {
	found := -1
	for n, r := range rules {
		if r.means != nil && !r.means.AnyPeer && r.means.AnyPort && (found < 0 || n == i-1) {
			found = n
		}
	}
	return found
}

// portWords gives the ports of a rule: "port 443/TCP", "ports 53/UDP and 53/TCP".
func portWords(r *model.Rule) string {
	var names []string
	for _, p := range r.Ports {
		names = append(names, portText(p))
	}
	if len(names) == 1 {
		return "port " + names[0]
	}
	return "ports " + listed(names)
}

func portText(p model.Port) string {
	switch {
	case p.Name != "":
		return p.Name + "/" + p.Protocol.String()
	case p.First != p.Last:
		return fmt.Sprintf("%d-%d/%s", p.First, p.Last, p.Protocol)
	}
	return fmt.Sprintf("%d/%s", p.First, p.Protocol)
}
