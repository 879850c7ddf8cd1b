package figure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// rung is a level of a policy at which something may be empty.
type rung struct {
	written, level, means string
	opens                 bool
}

// rungs are the levels from the outside in.
var rungs = []rung{
	{"podSelector: {}", "spec: the selector", "every pod of the namespace is chosen", false},
	{"ingress: []", "the list of rules, or no list", "no rule: nothing is let through", false},
	{"- {}", "a rule", "no limit: everything is let through", true},
	{"- from: []", "the list of entries", "no limit on who: everybody is let through", true},
	{"- podSelector: {}", "the selector of an entry", "every pod of the policy's namespace", true},
}

// ladder says at each level of a policy what empty means there, and which policies are empty
// at it.
func ladder(s Scene) (Figure, bool) {
	policies := s.inForce()
	const most = 12
	if len(policies) > most {
		return Figure{}, false
	}
	found := make([][]string, len(rungs))
	for _, p := range policies {
		for i := range rungs {
			if emptyAt(p, i) {
				found[i] = append(found[i], p.Name)
			}
		}
	}
	if !slices.ContainsFunc(found, func(names []string) bool { return len(names) > 0 }) {
		return Figure{}, false
	}
	var pen layout.Pen
	var said []string
	const left = 22.0
	height := 58.0
	if s.Narrow {
		height = 78
	}
	width := s.width()
	for i, r := range rungs {
		y := 20 + float64(i)*height
		indent := left + float64(i)*12
		pen.Begin("rung")
		pen.Line(layout.Plain, layout.Point{X: indent - 14, Y: y - 18}, layout.Point{X: indent - 14, Y: y + height - 18})
		pen.Line(layout.Plain, layout.Point{X: indent - 14, Y: y + 4}, layout.Point{X: indent - 2, Y: y + 4})
		pen.Words(layout.Point{X: indent + 6, Y: y}, layout.Start, layout.Strong, r.written, 0)
		pen.Words(layout.Point{X: indent + 14 + pen.Room(layout.Strong, r.written), Y: y}, layout.Start, layout.Quiet, r.level, 0)
		tone, mark := layout.No, !r.opens
		if i == 0 {
			tone = layout.Plain
		} else if r.opens {
			tone = layout.Yes
		}
		if i > 0 {
			pen.Mark(layout.Point{X: indent + 15, Y: y + 16}, !mark)
		}
		pen.Words(layout.Point{X: indent + 30, Y: y + 20}, layout.Start, tone, r.means, 0)
		if len(found[i]) > 0 {
			text := strings.Join(found[i], ", ")
			chip := layout.Rect{Width: min(pen.Room(layout.Strong, text)+16, 150), Height: 22}
			chip.X, chip.Y = width-chip.Width, y+5
			if s.Narrow {
				chip.Y = y + 30
				chip.X = indent + 30
			}
			pen.Fill(layout.Plain, chip, 4)
			pen.Words(layout.Point{X: chip.X + chip.Width/2, Y: chip.Y + 15.5}, layout.Middle, layout.Strong, text, chip.Width-8)
		}
		said = append(said, fmt.Sprintf("%s (%s): %s%s.", r.written, r.level, r.means, here(found[i])))
	}
	return Figure{Caption: "What empty means, from the outside in", Picture: pen.Picture("A ladder of what empty means at each level of a policy", joined(said))}, true
}

func here(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; here " + strings.Join(names, ", ")
}

// writtenPeers reports whether a rule has a list of peers at all, be it an empty one.
func writtenPeers(p *model.Policy, r model.Rule) bool {
	text, ok := manifest.DocumentText(p.Source)
	if !ok {
		return false
	}
	key := r.Direction.PeerField()
	at := p.Source.Locate(fmt.Sprintf("spec.%s[%d].%s", r.Direction, r.Index, key)).Start
	line := at.Line - p.Source.Locate("").Start.Line
	lines := strings.Split(strings.TrimPrefix(strings.TrimLeft(string(text), "\n"), "---\n"), "\n")
	return line >= 0 && line < len(lines) && strings.Contains(lines[line], key+":")
}

// emptyAt reports whether a policy is empty at a rung.
func emptyAt(p *model.Policy, at int) bool {
	if at == 0 {
		return p.PodSelector.Empty()
	}
	if at == 1 {
		return slices.ContainsFunc(model.Directions[:], func(d model.Direction) bool {
			return p.Isolates[d] && !slices.ContainsFunc(p.Rules, func(r model.Rule) bool { return r.Direction == d })
		})
	}
	for _, r := range p.Rules {
		written := writtenPeers(p, r)
		switch at {
		case 2:
			if r.AnyPeer && !written && len(r.Ports) == 0 {
				return true
			}
		case 3:
			if r.AnyPeer && written {
				return true
			}
		default:
			if slices.ContainsFunc(r.Peers, func(e model.Peer) bool { return e.Block == nil && e.Namespaces == nil && e.Pods.Empty() }) {
				return true
			}
		}
	}
	return false
}
