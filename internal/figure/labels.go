package figure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
)

// labels shows the namespaces with their labels, and which of them the namespaceSelectors
// of the policies choose.
func labels(s Scene) (Figure, bool) {
	var wanted []*model.Selector
	for _, p := range s.inForce() {
		for _, r := range p.Rules {
			for _, e := range r.Peers {
				if e.Namespaces != nil && !slices.Contains(wanted, e.Namespaces) {
					wanted = append(wanted, e.Namespaces)
				}
			}
		}
	}
	var namespaces []*model.Namespace
	for _, ns := range s.Report.Cluster.Namespaces {
		if ns.Source != nil {
			namespaces = append(namespaces, ns)
		}
	}
	const most = 6
	if len(wanted) == 0 || len(wanted) > 3 || len(namespaces) == 0 || len(namespaces) > most {
		return Figure{}, false
	}
	var pen layout.Pen
	var said []string
	y := 14.0
	for _, selector := range wanted {
		words := selector.String()
		if selector.Empty() {
			words = "any labels"
		}
		pen.Begin("wanted")
		pen.Words(layout.Point{X: 0, Y: y}, layout.Start, layout.Strong, "namespaceSelector wants "+words, s.width())
		y += 14
		gap, width := 14.0, s.width()
		if !s.Narrow {
			width = (width - gap) / 2
		}
		tallest, x := 0.0, 0.0
		chosen := 0
		for _, ns := range namespaces {
			facts := factsOf(ns)
			fits := selector.Matches(ns.Labels)
			height := 48 + 17*float64(len(facts))
			if x+width > s.width()+1 {
				x, y, tallest = 0, y+tallest+gap, 0
			}
			tone := layout.Quiet
			if fits {
				tone = layout.Yes
				chosen++
			}
			r := layout.Rect{X: x, Y: y, Width: width, Height: height}
			pen.Fill(tone, r, 8)
			pen.Words(layout.Point{X: x + 12, Y: y + 22}, layout.Start, layout.Strong, ns.Name, width-50)
			pen.Mark(layout.Point{X: x + width - 18, Y: y + 18}, fits)
			for i, f := range facts {
				pen.Words(layout.Point{X: x + 12, Y: y + 42 + 17*float64(i)}, layout.Start, layout.Plain, f, width-20)
			}
			said = append(said, fmt.Sprintf("Namespace %s has %s: %s.", ns.Name, strings.Join(facts, ", "), map[bool]string{true: "chosen", false: "not chosen"}[fits]))
			tallest = max(tallest, height)
			x += width + gap
		}
		y += tallest + 22
		y = pen.Paragraph(layout.Point{X: 0, Y: y}, layout.Plain, count(chosen, len(namespaces)), s.width()) - 16
		said = append(said, fmt.Sprintf("The selector wants %s: %s", words, count(chosen, len(namespaces))))
		y += 30
	}
	return Figure{Caption: "Which namespaces the selector chooses", Picture: pen.Picture("Namespaces with their labels", joined(said))}, true
}

func count(n, of int) string {
	if n == 0 {
		return "No namespace fits, so nobody is let in by this entry."
	}
	return fmt.Sprintf("%d of %d namespaces fit.", n, of)
}

func factsOf(ns *model.Namespace) (facts []string) {
	for k, v := range ns.Labels {
		facts = append(facts, k+"="+v)
	}
	slices.Sort(facts)
	return facts
}
