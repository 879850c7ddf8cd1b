package lint

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

var allPortsOpen = check{
	code: diag.AllPortsOpen, severity: diag.Info,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			if r.means == nil || r.means.AnyPeer || !r.means.AnyPort {
				continue
			}
			f := diag.Finding{
				Summary: fmt.Sprintf("%s names no port, so everyone it lets in may use every port.", r.number()),
				Detail:  "There is no default port. Add `ports` to the rule to name those that are meant.",
			}
			ends := s.subjects(s.policy)
			if r.direction == model.Egress {
				f.Summary = fmt.Sprintf("%s names no port, so the pods may call everyone it names on every port.", r.number())
				ends = s.peersOf(r.means)
			}
			if ports := containerPorts(declared(ends)); len(ports) > 0 {
				f.Summary = fmt.Sprintf("%s, not only those that the pods declare (%s).", strings.TrimSuffix(f.Summary, "."), intervalWords(ports))
				if len(ports) <= mostPorts {
					f.Fix = s.addPorts(r, ports)
				}
			}
			s.at(r.text, f)
		}
	},
}

// mostPorts is how many ports a remedy writes; a rule with more is a choice that nobody
// can make for its author.
const mostPorts = 5

// peersOf gives the classes of pods that the peers of a rule match, without repeats.
func (s *subject) peersOf(r *model.Rule) []*model.Class {
	var all []*model.Class
	seen := map[*model.Class]bool{}
	for i := range r.Peers {
		for _, c := range s.peers(s.policy, &r.Peers[i]) {
			if !seen[c] {
				seen[c] = true
				all = append(all, c)
			}
		}
	}
	return all
}

func intervalWords(ports []netset.Interval) string {
	words := make([]string, len(ports))
	for i, p := range ports {
		words[i] = p.String()
	}
	return listed(words)
}

// addPorts is the remedy that gives a rule its ports.
func (s *subject) addPorts(r rule, ports []netset.Interval) *diag.Fix {
	var items, flow []string
	for _, p := range ports {
		item, inline := fmt.Sprintf("- port: %d", p.First), fmt.Sprintf("port: %d", p.First)
		if p.Protocol != netset.TCP {
			item += "\n  protocol: " + p.Protocol.String()
			inline += ", protocol: " + p.Protocol.String()
		}
		items, flow = append(items, item), append(flow, "{"+inline+"}")
	}
	text := "Name the ports that the pods declare"
	if r.ports.IsWritten() {
		return fix(text, r.ports.Set("["+strings.Join(flow, ", ")+"]"))
	}
	if edits := r.peers.InsertAfter("ports:\n" + strings.Join(items, "\n")); edits != nil {
		return fix(text, edits)
	}
	return fix(text, r.peers.InsertAfter("ports: ["+strings.Join(flow, ", ")+"]"))
}
