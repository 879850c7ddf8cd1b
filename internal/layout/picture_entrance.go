package layout

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// Measures of entrances: the Services and Ingresses in front of a box, at its bottom
// and standing in its entering wall. Port cells are outside of the wall, where arrows
// end; entrances are inside, and no arrow ends at one.
const (
	entranceLine   = 15.0
	entrancePad    = 7.0 // left and right of a text
	entranceGap    = 3.0 // between two
	entranceBelow  = 6.0 // of the last one
	entranceOut    = 5.0 // how far they stand out of the wall
	entranceCorner = 4.0
	widestEntrance = 190.0
	mostEntrances  = 4 // rows of a box; the rest is counted
)

// entrance is a diagram.Door, measured.
type entrance struct {
	doors  []diagram.Door // one, or those that are only counted
	lines  []string
	whole  string  // the first line, if it was shortened
	x, y   float64 // from the left bottom corner of the box, upwards
	width  float64
	height float64
}

// addEntrances places the doors of a node in rows, an Ingress in the row of its
// Service, and makes room for them.
func (m *nodePlan) addEntrances(doors []diagram.Door) {
	doors = slices.DeleteFunc(slices.Clone(doors), func(d diagram.Door) bool { return d.Silent })
	if len(doors) == 0 {
		return
	}
	var rows [][]entrance
	for i := 0; i < len(doors); i++ {
		row := []entrance{newEntrance(doors[i])}
		if len(doors[i].Ingresses) > 0 && i+1 < len(doors) {
			i++
			row = append(row, newEntrance(doors[i]))
		}
		rows = append(rows, row)
	}
	if len(rows) > mostEntrances {
		rest := entrance{lines: []string{fmt.Sprintf("%d more Services", len(rows)-mostEntrances+1)}}
		for _, row := range rows[mostEntrances-1:] {
			for _, e := range row {
				rest.doors = append(rest.doors, e.doors...)
			}
		}
		rest.measure()
		rows = append(rows[:mostEntrances-1], []entrance{rest})
	}
	for _, row := range rows {
		height := 0.0
		for _, e := range row {
			height = max(height, e.height)
		}
		m.hall += height + entranceGap
		x := -entranceOut
		for _, e := range row {
			e.x, e.y, e.height = x, m.hall, height
			x += e.width
			m.entrances = append(m.entrances, e)
		}
		m.width = max(m.width, x+8)
	}
	m.hall += entranceBelow
	// The first row is the top one.
	for i := range m.entrances {
		m.entrances[i].y = m.hall - m.entrances[i].y + m.entrances[i].height
	}
	m.height += m.hall - 4
}

func newEntrance(d diagram.Door) entrance {
	e := entrance{doors: []diagram.Door{d}}
	name := fontEntrance.Cut(d.Name, widestEntrance)
	e.whole = hint(name, d.Name)
	switch len(d.Ports) {
	case 0:
		e.lines = []string{name}
	case 1:
		e.lines = []string{strings.TrimSpace(name + " " + d.Ports[0])}
	default:
		e.lines = append([]string{name}, d.Ports...)
	}
	e.measure()
	return e
}

func (e *entrance) measure() {
	for _, line := range e.lines {
		e.width = max(e.width, fontEntrance.Room(line)+2*entrancePad)
	}
	e.height = entranceLine*float64(len(e.lines)) + 4
}

// raise lets arrows meet the entering wall of a box beside its name rather than at its middle, where they
// would seem to come through an entrance. Their labels follow.
func (a *painter) raise() {
	if a.d.TopToBottom {
		return
	}
	for i := range a.d.Edges {
		e, points := &a.d.Edges[i], a.curves[i].Points
		if len(points) < 4 {
			continue
		}
		before := Curve{Points: slices.Clone(points)}
		last := len(points) - 1
		if e.To.Node != diagram.None && !a.hasDoor(e) {
			a.raiseEnd(e.To.Node, &points[last], &points[last-1])
		}
		if e.From.Node != diagram.None {
			a.raiseEnd(e.From.Node, &points[0], &points[1])
			if up := before.Points[last].Y - points[last].Y; up > 0 && a.lifts(e.From.Node, up) {
				a.nodes[e.From.Node].Y -= up
				points[0].Y -= up
				points[1].Y -= up
			}
		}
		a.curves[i].Label.Y += shiftAt(before, a.curves[i])
	}
}

// lifts reports whether a node stands outside all frames, has one arrow alone and has
// room above it, so that it can go up with its arrow.
func (a *painter) lifts(node int, by float64) bool {
	if a.d.Nodes[node].Frame != diagram.None {
		return false
	}
	arrows := 0
	for i := range a.d.Edges {
		if e := &a.d.Edges[i]; e.Place == diagram.Arrow && (e.From.Node == node || e.To.Node == node) {
			arrows++
		}
	}
	r := a.nodes[node]
	r.Y -= by
	for i, other := range a.nodes {
		if i != node && other.Width > 0 && overlapping(r, a.whole(i)) {
			return false
		}
	}
	return arrows == 1
}

// shiftAt says how far a curve moved up or down where its label is.
func shiftAt(before, after Curve) float64 {
	nearest, shift := math.Inf(1), 0.0
	for k := 0; k <= 24; k++ {
		at := k * ((len(before.Points) - 1) / 3)
		old := before.step(at, 24)
		if away := math.Abs(old.X - after.Label.X); away < nearest {
			nearest, shift = away, after.step(at, 24).Y-old.Y
		}
	}
	return shift
}

func (a *painter) raiseEnd(node int, end, control *Point) {
	r, by := a.nodes[node], a.planner.nodes[node].hall/2
	if by > 0 && math.Abs(end.X-r.X) < 2 && math.Abs(end.Y-r.Y-r.Height/2) < 2 {
		end.Y -= by
		control.Y -= by
	}
}

func (a *painter) paintEntrances(n *diagram.Node, m *nodePlan, r Rect) {
	for _, e := range m.entrances {
		at := Rect{r.X + e.x, r.Y + r.Height - e.y, e.width, e.height}
		for i, d := range e.doors {
			g := doorGroup(d)
			a.seen.service = a.seen.service || len(d.Services) > 0
			a.seen.ingress = a.seen.ingress || len(d.Ingresses) > 0
			if i == 0 {
				g.Shapes = e.shapes(at)
			}
			a.add(g)
		}
	}
	for _, d := range n.Doors {
		if d.Silent {
			a.add(doorGroup(d))
		}
	}
}

func doorGroup(d diagram.Door) Group {
	return Group{
		Kind: DoorGroup, Classes: "door", Title: d.Title,
		Service: strings.Join(d.Services, " "), Ingress: strings.Join(d.Ingresses, " "),
	}
}

// shapes draw an entrance as a plate with its lines.
func (e entrance) shapes(r Rect) []Shape {
	shapes := []Shape{{Kind: Rectangle, Style: styleEntrance, Rect: r, Corner: entranceCorner}}
	for i, line := range e.lines {
		t := Shape{Kind: Text, Style: styleEnterText, At: Point{r.X + entrancePad, r.Y + 13.6 + float64(i)*entranceLine}, Text: line}
		if i == 0 {
			t.Hint = e.whole
		}
		shapes = append(shapes, t)
	}
	return shapes
}

var (
	sampleService = newEntrance(diagram.Door{Ports: []string{"80 → 8080"}})
	sampleIngress = newEntrance(diagram.Door{Name: "Ingress"})
)

func (e entrance) sample(x, y float64) []Shape {
	return e.shapes(Rect{x, y - e.height/2, e.width, e.height})
}
