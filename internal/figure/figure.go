// Package figure draws what a lesson is about and a diagram of the cluster does not show:
// rungs of a ladder, sets of pods, the ports of a pod, both doors of a connection.
//
// A figure takes a report and the connections that a lesson asks about, and gives a placed
// picture. Nothing in it is drawn for one lesson: a lesson names the kinds that it wants,
// and what they show is what the report says. How a picture looks is settled in layout.
package figure

import (
	"cmp"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/model"
)

// Scene is what a figure is about.
type Scene struct {
	Lesson *lesson.Lesson
	// Report is about the texts that are looked at, Cells the connections that are asked
	// about, as they are in it.
	Report *analysis.Report
	Cells  []lesson.Cell
	// Narrow is set for a small screen.
	Narrow bool
}

// Figure is one picture with its caption.
type Figure struct {
	Kind, Caption string
	Picture       layout.Picture
	// Layers name the parts that a reader may put aside; the groups of part i have the
	// class layer-i, from 1.
	Layers []string
}

// drawers are the figures by kind. Each gives nothing where the scene has nothing for it.
var drawers = map[string]func(Scene) (Figure, bool){
	"ladder": ladder, "growth": growth, "sets": sets, "labels": labels, "relay": relay, "ports": ports,
	"name": name, "gates": gates, "addresses": addresses, "layers": layers, "running": running, "score": score,
}

// Draw draws a figure of a kind; false where there is nothing to draw.
func Draw(kind string, s Scene) (Figure, bool) {
	draw, ok := drawers[kind]
	if !ok {
		return Figure{}, false
	}
	f, ok := draw(s)
	f.Kind = kind
	return f, ok
}

// width is the room that a figure has.
func (s Scene) width() float64 {
	if s.Narrow {
		return 336
	}
	return 640
}

// inForce gives the policies that count, in the order in which they are written.
func (s Scene) inForce() (list []*model.Policy) {
	for _, p := range s.Report.Cluster.Policies {
		if p.InForce {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b *model.Policy) int {
		return cmp.Compare(a.Source.Locate("").Start.Line, b.Source.Locate("").Start.Line)
	})
	return list
}

// ends gives the short names of a cell's ends.
func ends(c *lesson.Cell) (from, to string) {
	return short(c.Caller()), short(strings.Join(c.To, ", "))
}

// short leaves a namespace away.
func short(name string) string {
	if strings.Count(name, ".") == 3 {
		return name // an address
	}
	return name[strings.LastIndex(name, "/")+1:]
}

func joined(sentences []string) string { return strings.Join(sentences, " ") }

func may(yes bool) string {
	if yes {
		return "allowed"
	}
	return "blocked"
}

// Knows reports whether there is a figure of a kind.
func Knows(kind string) bool { return drawers[kind] != nil }
