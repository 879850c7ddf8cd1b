package figure

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/model"
)

// Stored writes the spec of a policy as the API server keeps it: with what it fills in, and
// without the lists that it drops because they are empty.
func Stored(p *model.Policy) []string {
	lines := selector("  podSelector", p.PodSelector)
	lines = append(lines, "  policyTypes:")
	for _, d := range model.Directions {
		if p.Isolates[d] {
			lines = append(lines, "  - "+capital(d.String()))
		}
	}
	for _, d := range model.Directions {
		begun := false
		for _, r := range p.Rules {
			if r.Direction != d {
				continue
			}
			if !begun {
				lines = append(lines, "  "+d.String()+":")
				begun = true
			}
			rule := ruleLines(r)
			if len(rule) == 0 {
				lines = append(lines, "  - {}")
				continue
			}
			for i, line := range rule {
				lead := "    "
				if i == 0 {
					lead = "  - "
				}
				lines = append(lines, lead+line)
			}
		}
	}
	return append([]string{"spec:"}, lines...)
}

func selector(key string, s *model.Selector) []string {
	if s.Empty() {
		return []string{key + ": {}"}
	}
	return []string{key + ": " + s.String()}
}

func ruleLines(r model.Rule) (lines []string) {
	if len(r.Peers) > 0 {
		lines = append(lines, r.Direction.PeerField()+":")
		for _, e := range r.Peers {
			switch {
			case e.Block != nil:
				lines = append(lines, "- ipBlock: "+e.Block.Name)
			case e.Namespaces != nil:
				lines = append(lines, "- namespaceSelector: "+e.Namespaces.String(), "  podSelector: "+e.Pods.String())
			default:
				lines = append(lines, selector("- podSelector", e.Pods)...)
			}
		}
	}
	if len(r.Ports) > 0 {
		lines = append(lines, "ports:")
		for _, p := range r.Ports {
			text := p.Name
			if text == "" {
				text = fmt.Sprint(p.First)
			}
			lines = append(lines, "- port: "+text, "  protocol: "+p.Protocol.String())
		}
	}
	return lines
}

// Log writes a line for each cell as a plug-in with a log might: the verdict, the ends, the
// port, and the policy and rule that decide.
func Log(cells []lesson.Cell) (lines []string) {
	for i := range cells {
		c := &cells[i]
		x := c.Explanation
		if x == nil || x.Port == nil {
			continue
		}
		verdict := "ALLOW"
		if !c.Is {
			verdict = "DROP "
		}
		lines = append(lines, fmt.Sprintf("%s %s -> %s %s/%d %s", verdict, c.Caller(), strings.Join(c.To, ","), x.Port.Protocol, x.Port.Number, decided(x, c.Is)))
	}
	return lines
}

// decided names what decides a connection: the side that stops it, or the rule that lets it
// in. Through is set where it goes through all the same, since nothing enforces policies.
func decided(x *explain.Explanation, through bool) string {
	for _, side := range []struct {
		word string
		*explain.Side
	}{{"egress", &x.Egress}, {"ingress", &x.Ingress}} {
		if side.Verdict != explain.Blocked {
			continue
		}
		var names []string
		for _, p := range side.IsolatedBy {
			names = append(names, p.ID)
		}
		text := side.word + " policy=" + strings.Join(names, ",") + " rule=none"
		if through {
			text += " (not enforced)"
		}
		return text
	}
	for _, side := range []struct {
		word string
		*explain.Side
	}{{"ingress", &x.Ingress}, {"egress", &x.Egress}} {
		if len(side.Grants) > 0 {
			g := side.Grants[0]
			return fmt.Sprintf("%s policy=%s rule=%d", side.word, g.Policy.ID, g.Rule+1)
		}
	}
	return "policy=none"
}
