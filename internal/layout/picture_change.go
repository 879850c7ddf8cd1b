package layout

import (
	"math"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// paintChange draws an arrow of a comparison: what opened is the heaviest and has a
// plus near the caller, what closed is dotted and has a minus, and what stayed is thin
// and grey where only differences count.
func (a *painter) paintChange(g *Group, e *diagram.Edge, c Curve) {
	tip := c.Points[len(c.Points)-1]
	line := func(style Style, c Curve) {
		g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: style, Path: c.path()})
	}
	point := func(style Style, direction Point, length, width float64) {
		g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: style, Path: head(tip, direction, length, width)})
	}
	line(styleHit, c)
	switch e.Change {
	case diagram.Opened:
		a.seen.opened = true
		shaft, direction := c.before(thickHeadLength - 1)
		line(styleOpened, shaft)
		point(styleOpenedHead, direction, thickHeadLength, thickHeadWidth)
		g.Shapes = append(g.Shapes, plusSign(c.along(signShare(c)))...)
	case diagram.Closed:
		a.seen.shut = true
		shaft, direction := c.before(headLength - 1)
		line(styleClosed, shaft)
		point(styleClosedHead, direction, headLength, headWidth)
		g.Shapes = append(g.Shapes, minusSign(c.along(signShare(c)))...)
	case diagram.Went:
		a.seen.went = true
		shaft, direction := c.before(headLength - 1)
		line(styleWent, shaft)
		point(styleGoneHead, direction, headLength, headWidth)
	default:
		a.seen.same = true
		shaft, direction := c.before(headLength - 1)
		style := styleGone
		if e.Blocked {
			style = styleGoneStop
		}
		line(style, shaft)
		point(styleGoneHead, direction, headLength, headWidth)
	}
}

// signShare is how far along its arrow a sign stands: near the caller, and away from
// labels, which are near the middle.
func signShare(c Curve) float64 {
	const apart, most = 18.0, 0.22
	first, last := c.Points[0], c.Points[len(c.Points)-1]
	length := math.Hypot(last.X-first.X, last.Y-first.Y)
	return min(most, apart/max(length, 1))
}

const signRadius, signArm = 7.0, 3.6

// plusSign marks what opened, around a point.
func plusSign(at Point) []Shape { return sign(styleOpenedSign, styleOpenedMark, at, true) }

// minusSign marks what closed, around a point.
func minusSign(at Point) []Shape { return sign(styleClosedSign, styleClosedMark, at, false) }

// newSign and goneSign mark boxes. They have no colour of a change: no policy need have
// changed.
func newSign(at Point) []Shape  { return sign(styleBoxSign, styleBoxMark, at, true) }
func goneSign(at Point) []Shape { return sign(styleBoxSign, styleBoxMark, at, false) }

// sign is a plus or a minus on a disc.
func sign(disc, mark Style, at Point, plus bool) []Shape {
	path := Path{{Move: true, To: Point{at.X - signArm, at.Y}}, {To: Point{at.X + signArm, at.Y}}}
	if plus {
		path = append(path, Segment{Move: true, To: Point{at.X, at.Y - signArm}}, Segment{To: Point{at.X, at.Y + signArm}})
	}
	return []Shape{{Kind: Circle, Style: disc, At: at, Radius: signRadius}, {Kind: Line, Style: mark, Path: path}}
}

// barStyle gives the bar where an arrow meets a frame the colour of the arrow.
func barStyle(c diagram.Change) Style {
	return [...]Style{
		diagram.NoChange: styleBar, diagram.Unchanged: styleGoneHead, diagram.Opened: styleOpenedHead, diagram.Closed: styleClosedHead,
		diagram.Came: styleBar, diagram.Went: styleGoneHead,
	}[c]
}

// amongStyle is the look of a line about the pods of one box.
func amongStyle(c diagram.Change) Style {
	return [...]Style{
		diagram.NoChange: styleAmong, diagram.Unchanged: styleGhost, diagram.Opened: styleAmongOpen, diagram.Closed: styleAmongShut,
		diagram.Came: styleAmong, diagram.Went: styleGhost,
	}[c]
}

// boxChange puts a sign on a box that is on one side of a comparison only.
func (a *painter) boxChange(g *Group, p reach.Presence, r Rect) {
	at := Point{r.X + r.Width/2, r.Y}
	switch p {
	case reach.OnlyAfter:
		a.seen.newBox = true
		g.Classes += " new"
		g.Shapes = append(g.Shapes, newSign(at)...)
	case reach.OnlyBefore:
		a.seen.goneBox = true
		g.Classes += " gone"
		g.Shapes = append(g.Shapes, goneSign(at)...)
	}
}

// boxSampleWith is a box of the legend with a sign.
func boxSampleWith(style Style, sign func(Point) []Shape) func(x, y float64) []Shape {
	return func(x, y float64) []Shape {
		return append(boxSample(style, boxCorner)(x, y+3), sign(Point{x + legendSample/2, y - 6})...)
	}
}

// changeSample is an entry of the legend.
func changeSample(line, head Style, length, width float64, sign func(Point) []Shape) func(x, y float64) []Shape {
	return func(x, y float64) []Shape {
		return append(arrowSample(x, y, line, head, length, width), sign(Point{x + legendSample*0.35, y})...)
	}
}
