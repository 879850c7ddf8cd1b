package layout

import (
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// edgeGroup is the group of an edge, without marks, by the contract.
func (a *painter) edgeGroup(e *diagram.Edge) Group {
	g := Group{Kind: EdgeGroup, Classes: "edge request allowed", From: e.From.ID, To: e.To.ID, Ports: e.Ports.String(), Title: e.Title}
	if e.Blocked {
		g.Classes = "edge blocked"
		if e.Ports.IsEmpty() {
			g.Ports = netset.All.String()
		}
	}
	if e.Asked {
		g.Classes = "edge asked"
	}
	switch e.Change {
	case diagram.Closed:
		g.Classes, g.Ports = "edge closed", e.Ports.String()
	case diagram.Opened:
		g.Classes += " opened"
	case diagram.Unchanged:
		g.Classes += " same"
	case diagram.Came:
		g.Classes += " new"
	case diagram.Went:
		g.Classes, g.Ports = "edge gone", e.Ports.String()
	}
	switch e.Weight {
	case diagram.Wide:
		g.Classes += " open"
	case diagram.Thick:
		g.Classes += " thick"
	}
	if e.Undefined != "" {
		g.Classes += " undefined"
	}
	if e.Inferred {
		g.Classes += " inferred"
	}
	switch e.Place {
	case diagram.Sentence:
		g.Classes += " implied"
	case diagram.Line:
		g.Classes += " among"
	}
	return g
}

// dataGroups are edges and hubs that are only data.
func (a *painter) dataGroups(hubs, edges []int) []Group {
	var groups []Group
	for _, h := range hubs {
		groups = append(groups, hubGroup(&a.d.Hubs[h]))
	}
	for _, e := range edges {
		groups = append(groups, a.edgeGroup(&a.d.Edges[e]))
	}
	return groups
}

// lineGroup is a line that stands for the arrows within it. It is no arrow itself
// and carries no ends.
func (a *painter) lineGroup(e *diagram.Edge) Group {
	g := Group{Kind: LineGroup, Classes: "line", Title: e.Title, Within: a.dataGroups(nil, e.Bundle)}
	switch e.Change {
	case diagram.Opened:
		g.Classes += " opened"
	case diagram.Closed:
		g.Classes += " closed"
	case diagram.Unchanged:
		g.Classes += " same"
	case diagram.Came:
		g.Classes += " new"
	case diagram.Went:
		g.Classes += " gone"
	}
	if e.PartOfFrom || e.PartOfTo {
		g.Classes += " partial"
	}
	return g
}

// paintEdges draws the arrows, wide ones first, and adds those that are only data.
func (a *painter) paintEdges(order []int) {
	for _, wide := range [...]bool{true, false} {
		for _, i := range order {
			e := &a.d.Edges[i]
			if e.Place == diagram.Line || e.Place == diagram.Hidden || (e.Weight == diagram.Wide) != wide {
				continue
			}
			g := a.edgeGroup(e)
			if e.Bundle != nil {
				g = a.lineGroup(e)
			}
			if e.Place == diagram.Arrow && len(a.curves[i].Points) >= 4 {
				a.paintArrow(&g, e, a.curves[i])
			}
			a.add(g)
			if a.d.Responses && e.Place == diagram.Arrow && e.Weight == diagram.Thin && !e.Blocked && !e.Asked && e.Change != diagram.Unchanged {
				a.paintAnswer(e, a.curves[i])
			}
		}
	}
	// Labels lie above all lines.
	for _, i := range order {
		e := &a.d.Edges[i]
		if e.Place == diagram.Arrow && len(a.curves[i].Points) >= 4 {
			a.paintLabel(e, i)
		}
	}
}

func (a *painter) paintArrow(g *Group, e *diagram.Edge, c Curve) {
	tip := c.Points[len(c.Points)-1]
	line := func(style Style, c Curve) {
		g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: style, Path: c.path()})
	}
	point := func(style Style, direction Point, length, width float64) {
		g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: style, Path: head(tip, direction, length, width)})
	}
	switch {
	case e.Change != diagram.NoChange && e.Change != diagram.Came:
		a.paintChange(g, e, c)
	case e.Asked:
		a.seen.asked = true
		shaft, direction := c.before(headLength - 1)
		line(styleHit, c)
		line(styleGone, shaft)
		point(styleGoneHead, direction, headLength, headWidth)
		g.Shapes = append(g.Shapes, questionMark(c.along(0.5))...)
	case e.Blocked:
		a.seen.blocked = true
		shaft, direction := c.before(headLength)
		line(styleBlocked, shaft)
		point(styleBlockHead, direction, headLength, headWidth)
		a.paintCross(g, e, c)
	case e.Weight == diagram.Wide:
		a.seen.wide = true
		shaft, direction := c.before(wideHeadLength - 1)
		line(styleRim, shaft)
		line(styleCore, shaft)
		point(styleWideHead, direction, wideHeadLength, wideHeadWidth)
	case e.Undefined != "":
		a.seen.undefined = true
		shaft, direction := c.before(headLength - 1)
		line(styleHit, c)
		line(styleUndef, shaft)
		point(styleUndefHead, direction, headLength, headWidth)
	case e.Weight == diagram.Thick:
		a.seen.thick = true
		shaft, direction := c.before(thickHeadLength - 1)
		line(styleHit, c)
		line(styleThick, shaft)
		point(styleHead, direction, thickHeadLength, thickHeadWidth)
	case e.PartOfFrom || e.PartOfTo:
		a.seen.partial = true
		shaft, direction := c.before(headLength - 1)
		line(styleHit, c)
		line(styleThin, shaft)
		tipStyle := styleHead
		if e.PartOfTo {
			tipStyle = styleHollow
		}
		point(tipStyle, direction, headLength, headWidth)
		if e.PartOfFrom {
			g.Shapes = append(g.Shapes, Shape{Kind: Circle, Style: styleHollow, At: c.Points[0], Radius: 4})
		}
	default:
		a.seen.thin = a.seen.thin || e.Change != diagram.Came
		a.seen.came = a.seen.came || e.Change == diagram.Came
		shaft, direction := c.before(headLength - 1)
		line(styleHit, c)
		line(styleThin, shaft)
		point(styleHead, direction, headLength, headWidth)
	}
}

// paintCross marks the side that stops a blocked connection.
func (a *painter) paintCross(g *Group, e *diagram.Edge, c Curve) {
	share := 0.5
	switch e.StoppedAt {
	case diagram.Leaving:
		share = 0.2
	case diagram.Entering:
		share = 0.8
	}
	at := c.along(share)
	const r, k = 8.5, 3.2
	g.Shapes = append(g.Shapes,
		Shape{Kind: Circle, Style: styleCrossRing, At: at, Radius: r},
		Shape{Kind: Line, Style: styleCross, Path: Path{
			{Move: true, To: Point{at.X - k, at.Y - k}}, {To: Point{at.X + k, at.Y + k}},
			{Move: true, To: Point{at.X + k, at.Y - k}}, {To: Point{at.X - k, at.Y + k}},
		}})
}

// questionMark stands on an arrow whose answer is to be found.
func questionMark(at Point) []Shape {
	return []Shape{
		{Kind: Circle, Style: styleAskRing, At: at, Radius: 10},
		text(styleAskText, "?", "", at.X, at.Y+5),
	}
}

// paintAnswer draws the way back of a request: its curve, moved aside and turned.
func (a *painter) paintAnswer(e *diagram.Edge, request Curve) {
	if len(request.Points) < 4 {
		return
	}
	a.seen.answer = true
	cut, _ := request.before(6)
	back := cut.shifted(responseShift)
	shaft, direction := back.before(9)
	tip := back.Points[len(back.Points)-1]
	a.add(Group{
		Kind: EdgeGroup, Classes: "edge response", From: e.To.ID, To: e.From.ID,
		Title: "Answers travel back on the same connection; no rule is needed.",
		Shapes: []Shape{
			{Kind: Line, Style: styleAnswer, Path: shaft.path()},
			{Kind: Line, Style: styleAnswerTip, Path: head(tip, direction, 9, 7.5)},
		},
	})
}

func (a *painter) paintLabel(e *diagram.Edge, i int) {
	l := a.labels[i]
	if l.text == "" {
		return
	}
	at := a.curves[i].Label
	y := at.Y + 4.2
	var shapes []Shape
	if l.who != "" {
		y += labelLine / 2
		shapes = append(shapes, Shape{Kind: Text, Style: l.style, At: Point{at.X, y - labelLine}, Anchor: Middle, Text: l.who, Hint: hint(l.who, e.Who)})
	}
	shapes = append(shapes, Shape{Kind: Text, Style: l.style, At: Point{at.X, y}, Anchor: Middle, Text: l.text, Hint: hint(l.text, l.whole)})
	a.add(Group{Kind: Decoration, Classes: "label", Shapes: shapes})
}
