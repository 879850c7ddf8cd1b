package layout

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// Space around and between the parts of a picture.
const (
	pageMargin = 24.0
	dockGap    = 46.0
	dockStep   = 16.0
	narrowest  = 540.0
)

// painter gives a placed diagram its shapes.
type painter struct {
	*planner
	placed Placed
	nodes  []Rect  // by node; for doors without them
	frames []Rect  // by frame
	curves []Curve // by edge
	dx, dy float64
	out    Picture
	seen   legendSet
}

func paint(p *planner, placed Placed) Picture {
	a := &painter{planner: p, placed: placed}
	a.out.Simplified, a.out.Summary = placed.Simplified, p.d.Summary
	a.out.Title = p.d.Title
	if a.out.Title == "" {
		a.out.Title = "Who may open connections to whom"
	}
	a.out.Description = strings.Join(append([]string{p.d.Subtitle}, p.d.Caveats()...), " ")
	a.nodes = make([]Rect, len(p.d.Nodes))
	a.curves = make([]Curve, len(p.d.Edges))
	a.place()
	top := a.heading()
	a.moveTo(top)
	a.paintFrames()
	a.paintHubs()
	nodes, edges := a.flow()
	a.paintEdges(edges)
	a.paintCaptions()
	a.paintNodes(nodes)
	a.footer()
	return a.out
}

// place takes over the coordinates and docks what Graphviz has not seen.
func (a *painter) place() {
	a.frames = append([]Rect(nil), a.placed.Frames...)
	for i := range a.nodes {
		if b := a.box[i]; b >= 0 {
			r := a.placed.Boxes[b]
			m := &a.planner.nodes[i]
			r.X += m.doorWidth
			r.Width -= m.doorWidth + m.behind
			r.Y += m.behind
			r.Height -= m.behind
			a.nodes[i] = r
		}
	}
	for i, k := range a.arrow {
		if k >= 0 {
			c := a.placed.Curves[k]
			a.curves[i] = Curve{append([]Point(nil), c.Points...), c.Label}
		}
	}
	a.raise()
	a.apart()
	var known, docked []int
	for i := range a.d.Edges {
		if a.arrow[i] >= 0 {
			known = append(known, i)
		}
	}
	a.settle(known)
	a.dock(diagram.Before)
	a.dock(diagram.Behind)
	for i := range a.d.Edges {
		e := &a.d.Edges[i]
		if e.Place != diagram.Arrow || !a.docked(e) {
			continue
		}
		c := connect(a.aside(e.From), a.aside(e.To))
		c.Label = c.middle()
		c.Label.X -= headLength / 2 // the middle of the shaft
		c.Label.Y -= 13
		a.curves[i] = c
		docked = append(docked, i)
	}
	a.settle(docked)
}

func (a *painter) endRect(e diagram.End) Rect {
	if e.Node != diagram.None {
		return a.nodes[e.Node]
	}
	return a.frames[e.Frame]
}

// whole is a node with everything that sticks out of its box.
func (a *painter) whole(i int) Rect {
	r := a.nodes[i]
	m := &a.planner.nodes[i]
	r.X -= m.doorWidth
	r.Width += m.doorWidth
	for _, s := range a.d.Nodes[i].Sides {
		if s.Locked {
			return Rect{r.X - lockRadius, r.Y - lockRadius, r.Width + 2*lockRadius, r.Height + lockRadius}
		}
	}
	return r
}

// bounds is the rectangle around everything that was placed.
func (a *painter) bounds() Rect {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	see := func(r Rect) {
		left, top = min(left, r.X), min(top, r.Y)
		right, bottom = max(right, r.X+r.Width), max(bottom, r.Y+r.Height)
	}
	for i, r := range a.nodes {
		if r.Width > 0 {
			see(a.whole(i))
		}
	}
	for _, r := range a.frames {
		see(r)
	}
	for i, c := range a.curves {
		for k := 0; len(c.Points) >= 4 && k <= 24; k++ {
			at := c.step(k*((len(c.Points)-1)/3), 24)
			see(Rect{at.X - 4, at.Y - 4, 8, 8})
		}
		if r := a.labelRect(i); r.Width > 0 {
			see(r)
		}
	}
	if right < left {
		return Rect{}
	}
	return Rect{left, top, right - left, bottom - top}
}

// heading writes title and subtitle and gives the height below them.
func (a *painter) heading() float64 {
	b := a.bounds()
	a.out.Width = max(b.Width+2*pageMargin, narrowest)
	y := pageMargin - 4
	var shapes []Shape
	if a.d.Title != "" {
		y += 16
		title := fontTitle.CutEnd(a.d.Title, a.out.Width-2*pageMargin)
		shapes = append(shapes, Shape{Kind: Text, Style: styleTitle, At: Point{pageMargin, y}, Text: title, Hint: hint(title, a.d.Title)})
		y += 8
	}
	if a.d.Subtitle != "" {
		for _, line := range fontSubtitle.Wrap(a.d.Subtitle, a.out.Width-2*pageMargin) {
			y += 16
			shapes = append(shapes, Shape{Kind: Text, Style: styleSubtitle, At: Point{pageMargin, y}, Text: line})
			y += 4
		}
	}
	if len(shapes) > 0 {
		a.out.Groups = append(a.out.Groups, Group{Kind: Decoration, Classes: "heading", Shapes: shapes})
		y += 20
	}
	return y
}

// hint gives the whole of a text that was shortened.
func hint(shown, whole string) string {
	if shown == whole {
		return ""
	}
	return whole
}

// moveTo shifts everything that was placed below the heading and centres it.
func (a *painter) moveTo(top float64) {
	b := a.bounds()
	dx, dy := (a.out.Width-b.Width)/2-b.X, top-b.Y
	for i := range a.nodes {
		a.nodes[i].X += dx
		a.nodes[i].Y += dy
	}
	for i := range a.frames {
		a.frames[i].X += dx
		a.frames[i].Y += dy
	}
	for i := range a.curves {
		c := &a.curves[i]
		for k := range c.Points {
			c.Points[k].X += dx
			c.Points[k].Y += dy
		}
		c.Label.X += dx
		c.Label.Y += dy
	}
	a.out.Height = top + b.Height
}

func (a *painter) add(g Group) { a.out.Groups = append(a.out.Groups, g) }

func (a *painter) paintFrames() {
	for i, f := range a.d.Frames {
		r := a.frames[i]
		g := Group{Kind: Decoration, Classes: "cluster", Title: f.Title}
		style, corner := styleCluster, 12.0
		switch f.Kind {
		case diagram.NamespaceFrame:
			g.Kind, g.Classes, g.Namespace = FrameGroup, "namespace", f.Name
			style, corner = styleZone, 10
			if f.Inferred {
				g.Classes += " inferred"
				style = styleZoneDash
			}
		case diagram.AlikeFrame:
			g.Classes = "alike"
			style, corner = styleAlike, 8
			a.seen.alike = true
		}
		g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: style, Rect: r, Corner: corner})
		a.add(g)
	}
}

// paintCaptions writes the titles of frames above the lines that may cross them.
func (a *painter) paintCaptions() {
	for i, f := range a.d.Frames {
		r := a.frames[i]
		caption, font := styleZoneName, fontFrame
		switch {
		case f.Kind == diagram.ClusterFrame:
			caption, font = styleCaption, fontCluster
		case f.Inferred:
			caption = styleZoneFaint
		}
		x := r.X + titlePadding
		if f.Label != "" {
			text := font.Cut(f.Label, min(widestName, r.Width-titlePadding))
			if len(f.Lines) == 0 {
				x = a.titleAt(r, font.Room(text))
			}
			a.add(Group{Kind: Decoration, Classes: "caption", Shapes: []Shape{
				{Kind: Text, Style: caption, At: Point{x, r.Y + 21}, Text: text, Hint: hint(text, f.Label)},
			}})
			x += font.Room(text) + chipGap
		}
		for _, line := range f.Lines {
			w := a.chipWidth(line)
			a.add(a.amongGroup(line, Point{x + 10, r.Y + 20.5}, Rect{x, r.Y + 7, w, chipHeight}))
			x += w + chipGap
		}
	}
}

// titleAt gives the left end of a frame's title: at its left, or where arrows from above
// cross it there and leave the right free, at its right.
func (a *painter) titleAt(frame Rect, width float64) float64 {
	left, right := frame.X+titlePadding, frame.X+frame.Width-titlePadding-width
	crossed := func(x float64) bool {
		r := Rect{x, frame.Y + 9, width, 15}
		return slices.ContainsFunc(a.curves, func(c Curve) bool { return c.crosses(r) })
	}
	if a.d.TopToBottom && right > left && crossed(left) && !crossed(right) {
		return right
	}
	return left
}

// amongGroup is an "each other" line: an arrow that is a text. A chip frames it
// where it stands in the title of a frame.
func (a *painter) amongGroup(edge int, at Point, chip Rect) Group {
	e := &a.d.Edges[edge]
	g := a.edgeGroup(e)
	if chip.Width > 0 {
		g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: styleChip, Rect: chip, Corner: chipHeight / 2})
	}
	g.Shapes = append(g.Shapes, loopMark(Point{at.X + 4, at.Y - 4.2})...)
	text := amongWords(*e)
	g.Shapes = append(g.Shapes, Shape{Kind: Text, Style: amongStyle(e.Change), At: Point{at.X + 13, at.Y}, Text: text, Hint: hint(text, "each other: "+e.Label)})
	return g
}

// loopMark is an open circle with an arrowhead.
func loopMark(c Point) []Shape {
	const r, k = 4.0, 2.2 // the second makes quarter circles of curves
	return []Shape{{Kind: Line, Style: styleAmongMark, Path: Path{
		{Move: true, To: Point{c.X - 1, c.Y - r}},
		{Curved: true, A: Point{c.X - k - 1.5, c.Y - r}, B: Point{c.X - r, c.Y - k}, To: Point{c.X - r, c.Y}},
		{Curved: true, A: Point{c.X - r, c.Y + k}, B: Point{c.X - k, c.Y + r}, To: Point{c.X, c.Y + r}},
		{Curved: true, A: Point{c.X + k, c.Y + r}, B: Point{c.X + r, c.Y + k}, To: Point{c.X + r, c.Y}},
		{Curved: true, A: Point{c.X + r, c.Y - 1}, B: Point{c.X + r - 0.5, c.Y - 2}, To: Point{c.X + r - 1.2, c.Y - 2.8}},
	}}, {Kind: Line, Style: styleHead, Path: head(Point{c.X + 1.2, c.Y - r - 0.6}, Point{-0.85, -0.53}, 4.6, 5)}}
}

// paintHubs adds the places where arrows meet frames, as groups without marks but
// the bars of thick arrows.
func (a *painter) paintHubs() {
	for i := range a.d.Hubs {
		h := &a.d.Hubs[i]
		if h.Node != diagram.None || h.Frame == diagram.None {
			continue
		}
		g := hubGroup(h)
		g.Title = "Here an arrow meets " + h.Name + "."
		for k := range a.d.Edges {
			e := &a.d.Edges[k]
			c := a.curves[k]
			if e.Place != diagram.Arrow || e.Weight == diagram.Wide || len(c.Points) < 4 {
				continue
			}
			at := c.Points[0]
			if e.To.ID == h.ID {
				at = c.Points[len(c.Points)-1]
			} else if e.From.ID != h.ID {
				continue
			}
			g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: barStyle(e.Change), Rect: bar(a.frames[h.Frame], at), Corner: 1.5})
		}
		a.add(g)
	}
}

func hubGroup(h *diagram.Hub) Group {
	g := Group{Kind: HubGroup, Classes: "node hub", ID: h.ID, Members: membersJSON(h.Members), Title: h.Name}
	if h.Open {
		g.Classes += " open"
	}
	return g
}

func membersJSON(ids []string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(ids); err != nil {
		panic(fmt.Sprintf("layout: texts are not JSON: %v", err)) // they always are
	}
	return strings.TrimSpace(b.String())
}

// Message is a picture that says something in words, for where no other can be given.
func Message(title, detail string) Picture {
	const width = 640.0
	p := Picture{Width: width, Title: title, Description: detail}
	y := pageMargin + 12
	var shapes []Shape
	for _, line := range fontTitle.Wrap(title, width-2*pageMargin) {
		shapes = append(shapes, Shape{Kind: Text, Style: styleTitle, At: Point{pageMargin, y}, Text: line})
		y += 25
	}
	for _, line := range fontSubtitle.Wrap(detail, width-2*pageMargin) {
		shapes = append(shapes, Shape{Kind: Text, Style: styleSubtitle, At: Point{pageMargin, y}, Text: line})
		y += 20
	}
	p.Height = y + pageMargin - 12
	p.Groups = []Group{{Kind: Decoration, Classes: "message", Shapes: shapes}}
	return p
}
