package layout

import (
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

const (
	boxCorner  = 6.0
	wallWidth  = 5.0
	lockRadius = 8.0
	gateWidth  = 6.0
	gateHeight = 20.0
)

func (a *painter) paintNodes(order []int) {
	hubs := map[int]*diagram.Hub{}
	for i := range a.d.Hubs {
		if h := &a.d.Hubs[i]; h.Node != diagram.None {
			hubs[h.Node] = h
		}
	}
	for _, i := range order {
		n, m, r := &a.d.Nodes[i], &a.planner.nodes[i], a.nodes[i]
		g := Group{Kind: NodeGroup, Classes: "node", Entity: n.ID, Title: n.Title}
		if h := hubs[i]; h != nil {
			g = hubGroup(h)
			g.Title = n.Title
		}
		g.Within = a.dataGroups(n.Within.Hubs, n.Within.Edges)
		switch n.Kind {
		case diagram.Nothing:
			g = Group{Kind: Decoration, Classes: "nothing", Shapes: []Shape{text(styleGhost, m.detail, "", r.X+r.Width/2, r.Y+r.Height/2+4)}}
		case diagram.Pill:
			g.Shapes = pillShapes(n, m, r)
		case diagram.Range:
			g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: styleRange, Path: hexagon(r)})
			g.Shapes = append(g.Shapes, nameShapes(styleName, styleDetail, n, m, r)...)
			a.boxChange(&g, n.Presence, r)
			a.seen.outside = true
		default:
			a.paintBox(&g, n, m, r)
		}
		if n.Dashed && n.Kind != diagram.Pill {
			g.Classes += " inferred"
		}
		if n.HostNetwork {
			g.Classes += " undefined"
		}
		a.add(g)
		a.paintEntrances(n, m, r)
		for k, line := range n.Lines {
			y := r.Y + r.Height - m.hall - 11 - float64(len(n.Lines)-1-k)*boxLine
			width := fontDetail.Width(m.lines[k]) + 13
			a.add(a.amongGroup(line, Point{r.X + (r.Width-width)/2, y}, Rect{}))
		}
	}
}

// text is one line of text, centred.
func text(style Style, shown, whole string, x, y float64) Shape {
	s := Shape{Kind: Text, Style: style, At: Point{x, y}, Anchor: Middle, Text: shown}
	if whole != "" {
		s.Hint = hint(shown, whole)
	}
	return s
}

// nameShapes are the name and the small line of a node, in the middle of a box
// without the lines of what its pods do among themselves.
func nameShapes(name, detail Style, n *diagram.Node, m *nodePlan, r Rect) []Shape {
	x, y := r.X+r.Width/2, r.Y+(r.Height-m.hall-float64(len(m.lines)+len(n.More))*boxLine)/2
	if m.detail == "" {
		return []Shape{text(name, m.name, n.Name, x, y+4.6)}
	}
	shapes := []Shape{text(name, m.name, n.Name, x, y-2.5), text(detail, m.detail, n.Detail, x, y+14)}
	for i, line := range n.More {
		shapes = append(shapes, text(detail, line, "", x, y+14+float64(i+1)*boxLine))
	}
	return shapes
}

func pillShapes(n *diagram.Node, m *nodePlan, r Rect) []Shape {
	body, name, detail := stylePill, stylePillName, stylePillD
	if n.Open {
		body, name, detail = stylePillOpen, stylePillOpenN, stylePillOpenD
	}
	shapes := []Shape{{Kind: Rectangle, Style: body, Rect: r, Corner: min(r.Height/2, 22)}}
	if n.Detail == "" {
		return append(shapes, text(detail, m.name, n.Name, r.X+r.Width/2, r.Y+r.Height/2+4))
	}
	return append(shapes, nameShapes(name, detail, n, m, r)...)
}

func hexagon(r Rect) Path {
	const cut = 11
	y := r.Y + r.Height/2
	return Path{
		{Move: true, To: Point{r.X, y}}, {To: Point{r.X + cut, r.Y}}, {To: Point{r.X + r.Width - cut, r.Y}},
		{To: Point{r.X + r.Width, y}}, {To: Point{r.X + r.Width - cut, r.Y + r.Height}}, {To: Point{r.X + cut, r.Y + r.Height}},
		{Close: true},
	}
}

func (a *painter) paintBox(g *Group, n *diagram.Node, m *nodePlan, r Rect) {
	style, name := styleBox, styleName
	if n.Dashed {
		style, name = styleBoxDash, styleNameFaint
		a.seen.inferred = true
	}
	switch {
	case n.HostNetwork:
		style = styleBoxHost
		a.seen.host = true
	case n.Presence == reach.OnlyAfter && !n.Dashed:
		style = styleBoxNew
	case n.Presence == reach.OnlyBefore:
		style, name = styleBoxGone, styleNameFaint
	}
	if n.Kind == diagram.Stack || n.Kind == diagram.Folded {
		a.seen.stack = a.seen.stack || n.Kind == diagram.Stack
		a.seen.folded = a.seen.folded || n.Kind == diagram.Folded
		for _, by := range [...]float64{6, 3} {
			g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: styleBehind, Rect: Rect{r.X + by, r.Y - by, r.Width, r.Height}, Corner: boxCorner})
		}
	}
	g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: style, Rect: r, Corner: boxCorner})
	for _, d := range model.Directions {
		a.paintSide(g, n.Sides[d], d, r, m.hall)
	}
	g.Shapes = append(g.Shapes, nameShapes(name, styleDetail, n, m, r)...)
	g.Shapes = append(g.Shapes, a.doorShapes(m, r)...)
	a.boxChange(g, n.Presence, r)
}

// paintSide draws the wall with its lock, or the gate of an open side.
func (a *painter) paintSide(g *Group, s diagram.Side, d model.Direction, r Rect, hall float64) {
	x := r.X
	if d == model.Egress {
		x += r.Width
	}
	switch {
	case s.Locked:
		wall := Rect{x - wallWidth/2, r.Y, wallWidth, r.Height - 4}
		if s.Gate {
			// The wall is as long as the share that is locked, the gate the rest.
			a.seen.gate = true
			wall.Height = max(wall.Height*s.Share, lockRadius+6)
			g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: styleGate, Corner: gateWidth / 2, Rect: Rect{
				x - gateWidth/2, r.Y + wall.Height, gateWidth, max(r.Height-4-wall.Height, gateWidth),
			}})
		}
		g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: styleWall, Corner: 2, Rect: wall})
		g.Shapes = append(g.Shapes, lockShapes(Point{x, r.Y + 1}, s.Closed)...)
		if s.Closed {
			a.seen.closed = true
		} else {
			a.seen.locked = true
		}
	case s.Gate:
		a.seen.gate = true
		g.Shapes = append(g.Shapes, Shape{
			Kind: Rectangle, Style: styleGate, Corner: gateWidth / 2,
			Rect: Rect{x - gateWidth/2, r.Y + (r.Height-hall-gateHeight)/2, gateWidth, gateHeight},
		})
	}
}

// lockShapes are a ring with a padlock in it; filled where nobody gets through.
func lockShapes(c Point, full bool) []Shape {
	ring, key, arc := styleLock, styleKey, styleKeyArc
	if full {
		ring, key, arc = styleLockFull, styleKeyFull, styleKeyFullA
	}
	return []Shape{
		{Kind: Circle, Style: ring, At: c, Radius: lockRadius},
		{Kind: Line, Style: arc, Path: Path{
			{Move: true, To: Point{c.X - 2.3, c.Y - 0.5}},
			{To: Point{c.X - 2.3, c.Y - 2.2}},
			{Curved: true, A: Point{c.X - 2.3, c.Y - 5.2}, B: Point{c.X + 2.3, c.Y - 5.2}, To: Point{c.X + 2.3, c.Y - 2.2}},
			{To: Point{c.X + 2.3, c.Y - 0.5}},
		}},
		{Kind: Rectangle, Style: key, Rect: Rect{c.X - 3.7, c.Y - 1, 7.4, 5.2}, Corner: 1},
	}
}

func (a *painter) doorShapes(m *nodePlan, r Rect) []Shape {
	var shapes []Shape
	for _, d := range m.doors {
		// Doors reach from where arrows end to a little behind the wall.
		cell := Rect{r.X - m.doorWidth, r.Y - m.behind + d.at - doorHeight/2, m.doorWidth + doorOverlap, doorHeight}
		a.seen.door = true
		shapes = append(shapes,
			Shape{Kind: Rectangle, Style: styleDoor, Rect: cell, Corner: 4},
			text(styleDoorText, d.text, d.whole, cell.X+cell.Width/2, cell.Y+cell.Height/2+4.2))
	}
	return shapes
}
