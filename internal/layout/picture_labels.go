package layout

import (
	"math"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// label is the text of an arrow: one line, or two with whom it means.
type label struct {
	who, text, whole string
	style            Style
	width, height    float64 // the room for it
}

// labelOf gives the text that an arrow carries; none if its ports are a door.
func (p *planner) labelOf(e *diagram.Edge) label {
	l := label{text: short(e.Label), whole: e.Label, who: short(e.Who), style: styleLabel}
	switch {
	case e.Change == diagram.Opened:
		l.style = styleOpenedText
	case e.Change == diagram.Closed:
		l.style = styleClosedText
	case p.hasDoor(e):
		return label{}
	case e.Change == diagram.Unchanged && !e.Blocked, e.Change == diagram.Went:
		l.style = styleGoneText
	case e.Blocked:
		l = label{text: e.StopText, whole: e.StopText, style: styleBlockText}
		if words := strings.Fields(l.text); p.d.TopToBottom && len(words) > 2 {
			// In rows a wide label pushes other arrows out of their way.
			middle := (len(words) + 1) / 2
			l.who, l.text = strings.Join(words[:middle], " "), strings.Join(words[middle:], " ")
		}
	case e.Weight == diagram.Wide:
		l.style = styleWideText
	case e.Undefined != "" && l.text != "":
		l.style = styleUndefText
		l.text += " ?"
	}
	if l.text == "" {
		return label{}
	}
	l.width, l.height = fontLabel.Room(l.text), labelLine
	if l.who != "" {
		l.width, l.height = max(l.width, fontLabel.Room(l.who)), 2*labelLine
	}
	return l
}

// labelRect is the room of an arrow's label at its place.
func (a *painter) labelRect(i int) Rect {
	l := a.labels[i]
	if l.width == 0 || len(a.curves[i].Points) < 4 {
		return Rect{}
	}
	at := a.curves[i].Label
	return Rect{at.X - l.width/2, at.Y - l.height/2, l.width, l.height}
}

// mostSettled bounds the labels that are moved, since each is held against all others.
const mostSettled = 400

// settle moves the labels of some arrows along their arrows until they are off boxes,
// titles and each other. Graphviz keeps room for those that it knows, but not from
// arrows and pills that it does not, and our nearing of labels to their arrows may
// bring them close to a box.
func (a *painter) settle(edges []int) {
	if len(edges) > mostSettled {
		return
	}
	lines := a.lines()
	for _, i := range edges {
		r := a.labelRect(i)
		if r.Width == 0 {
			continue
		}
		clear := a.clear(i, r)
		if clear && !struck(r, lines) {
			continue
		}
		// Beside the arrow where no line runs through it, or else where only lines do.
		wanted, found := a.curves[i].Label, clear
		for _, at := range a.labelPlaces(i) {
			a.curves[i].Label = at
			r := a.labelRect(i)
			if !a.clear(i, r) {
				continue
			}
			if !struck(r, lines) {
				found, wanted = true, at
				break
			}
			if !found {
				found, wanted = true, at
			}
		}
		a.curves[i].Label = wanted
	}
}

// fewLines is the number of arrows up to which labels keep off lines too.
const fewLines = 60

// lines gives points along all arrows, near enough to each other that none passes a
// label between two; none where there are many arrows.
func (a *painter) lines() []Point {
	const step = 6
	var points []Point
	arrows := 0
	for _, c := range a.curves {
		if len(c.Points) < 4 {
			continue
		}
		if arrows++; arrows > fewLines {
			return nil
		}
		for s := 0; s+3 < len(c.Points); s += 3 {
			segment := c.Points[s : s+4]
			length := far(segment[0], segment[1]) + far(segment[1], segment[2]) + far(segment[2], segment[3])
			n := int(length/step) + 1
			for k := range n + 1 {
				points = append(points, bezier(segment, float64(k)/float64(n)))
			}
		}
	}
	return points
}

// struck reports whether a line runs through a text.
func struck(r Rect, lines []Point) bool {
	r = Rect{r.X + 1, r.Y + 2, r.Width - 2, r.Height - 4}
	return slices.ContainsFunc(lines, r.holds)
}

// labelPlaces lists where a label can stand beside its arrow, the best place first.
func (a *painter) labelPlaces(i int) []Point {
	l, c := a.labels[i], a.curves[i]
	aside := 5.0
	if a.d.Edges[i].Weight == diagram.Wide {
		aside += wideHeadWidth / 4
	}
	var places []Point
	for _, far := range [...]float64{0, 8, 20} {
		for _, share := range [...]float64{0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9} {
			at := c.along(share)
			d := unitVector(c.along(share-0.05), c.along(share+0.05))
			// Aside by half of the label as seen across the arrow.
			by := math.Abs(d.Y)*l.width/2 + math.Abs(d.X)*l.height/2 + aside + far
			places = append(places, Point{at.X + d.Y*by, at.Y - d.X*by}, Point{at.X - d.Y*by, at.Y + d.X*by})
		}
	}
	return places
}

// clear reports whether a label at a place lies on nothing else that is read.
func (a *painter) clear(own int, r Rect) bool {
	for i, n := range a.nodes {
		if n.Width > 0 && overlapping(r, a.whole(i)) {
			return false
		}
	}
	for i, f := range a.d.Frames {
		if f.Label == "" && len(f.Lines) == 0 {
			continue
		}
		title := a.frames[i]
		title.Width, title.Height = min(title.Width, a.graph.Frames[i].TitleWidth), frameTitle+6
		if overlapping(r, title) {
			return false
		}
	}
	if a.d.Edges[own].Weight == diagram.Wide && a.curves[own].crosses(r) {
		return false
	}
	for i := range a.curves {
		if other := a.labelRect(i); i != own && other.Width > 0 && overlapping(r, other) {
			return false
		}
	}
	return true
}
