package raster

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"github.com/fogleman/gg"

	"github.com/netpolscope/netpolscope/internal/layout"
)

// canvas is a picture in the making. Points are the SVG's; the width of lines gg
// wants in pixels.
type canvas struct {
	*gg.Context
	scale   float64
	colours map[layout.Colour]color.Color
}

// look is a rule with its dashes as numbers.
type look struct {
	layout.Rule
	dashes []float64
}

var looks = func() map[layout.Style]look {
	all := map[layout.Style]look{}
	for _, r := range layout.Rules {
		l := look{Rule: r}
		for _, word := range strings.Fields(r.Dash) {
			length, err := strconv.ParseFloat(word, 64)
			if err != nil || length <= 0 {
				panic(fmt.Sprintf("raster: %s has the dashes %q", r.Style, r.Dash)) // rules are ours
			}
			l.dashes = append(l.dashes, length)
		}
		all[r.Style] = l
	}
	return all
}()

func (c *canvas) draw(s layout.Shape) {
	l, ok := looks[s.Style]
	if !ok {
		panic(fmt.Sprintf("raster: no rule for the style %q", s.Style)) // layout has one for each
	}
	path := s.Path
	switch s.Kind {
	case layout.Rectangle:
		path = roundRect(s.Rect, s.Corner)
	case layout.Circle:
		path = roundRect(layout.Rect{X: s.At.X - s.Radius, Y: s.At.Y - s.Radius, Width: 2 * s.Radius, Height: 2 * s.Radius}, s.Radius)
	case layout.Text:
		c.write(s, l.Rule)
		return
	}
	if l.dashes == nil {
		path = seamless(path)
	}
	c.trace(path)
	c.fillAndStroke(l)
}

// fillAndStroke fills the path that was traced and draws its line.
func (c *canvas) fillAndStroke(l look) {
	if fill, ok := c.colours[l.Fill]; ok {
		c.SetFillStyle(gg.NewSolidPattern(fill))
		c.FillPreserve()
	}
	if stroke, ok := c.colours[l.Stroke]; ok {
		c.SetStrokeStyle(gg.NewSolidPattern(stroke))
		c.SetLineWidth(l.StrokeWidth * c.scale)
		var dashes []float64
		for _, length := range l.dashes {
			dashes = append(dashes, length*c.scale)
		}
		c.SetDash(dashes...)
		c.SetLineCapButt()
		if l.RoundCap {
			c.SetLineCapRound()
		}
		c.StrokePreserve()
	}
	c.ClearPath()
}

// trace makes a path the current one.
func (c *canvas) trace(p layout.Path) {
	for _, s := range p {
		switch {
		case s.Close:
			c.ClosePath()
		case s.Move:
			c.MoveTo(s.To.X, s.To.Y)
		case s.Curved:
			c.CubicTo(s.A.X, s.A.Y, s.B.X, s.B.Y, s.To.X, s.To.Y)
		default:
			c.LineTo(s.To.X, s.To.Y)
		}
	}
}

// seamless lets a closed path begin in the middle of its first side. gg gives a closed
// line two ends like an open one, which shows at a corner and does not on a side.
func seamless(p layout.Path) layout.Path {
	if len(p) < 3 || !p[len(p)-1].Close || p[1].Curved || p[1].Move {
		return p
	}
	a, b := p[0].To, p[1].To
	middle := layout.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
	turned := layout.Path{{Move: true, To: middle}}
	turned = append(turned, p[1:len(p)-1]...)
	return append(turned, layout.Segment{To: a}, layout.Segment{Close: true})
}

// roundRect is a rectangle as SVG draws it: from the end of its first corner to the
// right, which is where its dashes begin.
func roundRect(r layout.Rect, corner float64) layout.Path {
	q := min(corner, r.Width/2, r.Height/2)
	k := q * 0.4477 // what is left of a corner beyond the control points of a quarter circle
	left, top, right, bottom := r.X, r.Y, r.X+r.Width, r.Y+r.Height
	at := func(x, y float64) layout.Point { return layout.Point{X: x, Y: y} }
	turn := func(a, b, to layout.Point) layout.Segment {
		return layout.Segment{Curved: true, A: a, B: b, To: to}
	}
	if q <= 0 {
		return layout.Path{{Move: true, To: at(left, top)}, {To: at(right, top)}, {To: at(right, bottom)}, {To: at(left, bottom)}, {Close: true}}
	}
	return layout.Path{
		{Move: true, To: at(left+q, top)},
		{To: at(right-q, top)},
		turn(at(right-k, top), at(right, top+k), at(right, top+q)),
		{To: at(right, bottom-q)},
		turn(at(right, bottom-k), at(right-k, bottom), at(right-q, bottom)),
		{To: at(left+q, bottom)},
		turn(at(left+k, bottom), at(left, bottom-k), at(left, bottom-q)),
		{To: at(left, top+q)},
		turn(at(left, top+k), at(left+k, top), at(left+q, top)),
		{Close: true},
	}
}
