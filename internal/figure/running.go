package figure

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
)

// running shows what becomes of a connection that is open when a policy arrives that would
// not let it in: it lives on, or is cut, as the network plug-in does it.
func running(s Scene) (Figure, bool) {
	lanes := []struct {
		running model.Running
		words   string
	}{
		{model.KeepsRunning, "lives on"},
		{model.CutsRunning, "is cut at once"},
		{model.RunningUnknown, "may live on or not"},
	}
	var pen layout.Pen
	var said []string
	label, width := 200.0, s.width()
	if s.Narrow {
		label = 0
	}
	arrives := label + (width-label)*0.5
	y := 34.0
	pen.Words(layout.Point{X: arrives, Y: 12}, layout.Middle, layout.Strong, "the policy arrives", 0)
	for _, lane := range lanes {
		var who []string
		for _, name := range model.PluginNames() {
			if p, _ := model.ParsePlugin(name); p.Name != "" && p.Enforcement == model.Enforces && p.Running == lane.running {
				who = append(who, p.Title)
			}
		}
		if len(who) == 0 {
			continue
		}
		pen.Begin("lane")
		room := width
		if label > 0 {
			room = label - 14
		}
		next := pen.Paragraph(layout.Point{X: 0, Y: y + 8}, layout.Plain, strings.Join(who, ", "), room)
		if label > 0 {
			next = y
		}
		bar := next + 2
		pen.Line(layout.Plain, layout.Point{X: arrives, Y: bar - 10}, layout.Point{X: arrives, Y: bar + 44})
		pen.Words(layout.Point{X: label, Y: bar + 11}, layout.Start, layout.Quiet, "running", 0)
		pen.Words(layout.Point{X: label, Y: bar + 37}, layout.Start, layout.Quiet, "new", 0)
		start, end := label+56, width-16
		switch lane.running {
		case model.KeepsRunning:
			pen.Arrow(layout.Yes, layout.Point{X: start, Y: bar + 7}, layout.Point{X: end, Y: bar + 7})
		case model.CutsRunning:
			pen.Line(layout.Yes, layout.Point{X: start, Y: bar + 7}, layout.Point{X: arrives, Y: bar + 7})
			pen.No(layout.Point{X: arrives, Y: bar + 7})
		default:
			pen.Line(layout.Yes, layout.Point{X: start, Y: bar + 7}, layout.Point{X: arrives, Y: bar + 7})
			pen.Arrow(layout.Unsure, layout.Point{X: arrives, Y: bar + 7}, layout.Point{X: end, Y: bar + 7})
		}
		pen.Arrow(layout.No, layout.Point{X: arrives + (end-arrives)*0.35, Y: bar + 33}, layout.Point{X: arrives + (end-arrives)*0.7, Y: bar + 33})
		said = append(said, fmt.Sprintf("With %s a connection that is running %s; a new one is blocked.", strings.Join(who, ", "), lane.words))
		y = bar + 74
	}
	return Figure{Caption: "A new policy, and a connection that is running", Picture: pen.Picture("What becomes of a running connection", joined(said))}, true
}
