package figure

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/layout"
)

// gates shows both doors of each connection, with the policies that keep them.
func gates(s Scene) (Figure, bool) {
	var pen layout.Pen
	var said []string
	width, box, y := s.width(), 96.0, 34.0
	if s.Narrow {
		box = 66
	}
	const most = 6
	for i := range s.Cells {
		c := &s.Cells[i]
		if c.Explanation == nil || c.Explanation.Port == nil || len(said) == most {
			continue
		}
		from, to := ends(c)
		egress, ingress := &c.Explanation.Egress, &c.Explanation.Ingress
		leaves, enters := egress.Verdict != explain.Blocked, ingress.Verdict != explain.Blocked
		pen.Begin("doors")
		pen.Box(layout.Rect{Y: y - 20, Width: box, Height: 40}, from, "")
		pen.Box(layout.Rect{X: width - box, Y: y - 20, Width: box, Height: 40}, to, "")
		one, two := box+(width-2*box)*0.27, box+(width-2*box)*0.73
		tone := func(open bool) layout.Tone {
			if open {
				return layout.Yes
			}
			return layout.Quiet
		}
		pen.Line(layout.Yes, layout.Point{X: box, Y: y}, layout.Point{X: one - 10, Y: y})
		pen.Line(tone(leaves), layout.Point{X: one + 10, Y: y}, layout.Point{X: two - 10, Y: y})
		pen.Arrow(tone(leaves && enters), layout.Point{X: two + 10, Y: y}, layout.Point{X: width - box, Y: y})
		pen.Gate(layout.Point{X: one, Y: y}, leaves)
		pen.Gate(layout.Point{X: two, Y: y}, enters)
		pen.Words(layout.Point{X: width / 2, Y: y - 7}, layout.Middle, layout.Quiet, c.PortWords(), two-one-18)
		for _, door := range []struct {
			x    float64
			side *explain.Side
			word string
		}{{one, egress, "leaving"}, {two, ingress, "entering"}} {
			room := (width - 2*box) / 2
			pen.Words(layout.Point{X: door.x, Y: y + 42}, layout.Middle, layout.Plain, door.word, room)
			pen.Words(layout.Point{X: door.x, Y: y + 57}, layout.Middle, layout.Quiet, keepers(door.side), room)
		}
		said = append(said, fmt.Sprintf("%s to %s on %s: leaving (%s) %s, entering (%s) %s.", from, to, c.PortWords(), keepers(egress), open(leaves), keepers(ingress), open(enters)))
		y += 112
	}
	return Figure{Caption: "Two doors for each connection", Picture: pen.Picture("The two doors of each connection", joined(said))}, len(said) > 0
}

func open(yes bool) string {
	if yes {
		return "open"
	}
	return "shut"
}

// keepers names the policies of a side.
func keepers(side *explain.Side) string {
	if len(side.IsolatedBy) == 0 {
		return "no policy"
	}
	var names []string
	for _, p := range side.IsolatedBy {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}
