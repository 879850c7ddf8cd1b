package layout

import (
	"math"
	"slices"
)

func (r Rect) distance(p Point) float64 {
	dx := max(r.X-p.X, 0, p.X-r.X-r.Width)
	dy := max(r.Y-p.Y, 0, p.Y-r.Y-r.Height)
	return math.Hypot(dx, dy)
}

// contains allows for the rounding of Graphviz's numbers, which have five digits.
func (r Rect) contains(s Rect) bool {
	slack := 1 + (math.Abs(r.X)+math.Abs(r.Y)+r.Width+r.Height)/5000
	return s.X >= r.X-slack && s.Y >= r.Y-slack &&
		s.X+s.Width <= r.X+r.Width+slack && s.Y+s.Height <= r.Y+r.Height+slack
}

func (r Rect) holds(p Point) bool { return r.distance(p) == 0 }

// doorPoint is where an arrow to a door ends.
func doorPoint(g Graph, placed Placed, a Arrow) Point {
	box, at := placed.Boxes[a.To], g.Boxes[a.To].Doors[a.Door]
	if g.Direction == TopToBottom {
		return Point{box.X + at, box.Y}
	}
	return Point{box.X, box.Y + at}
}

// clipEnds cuts a curve between two boxes down to the edges of the frames that the
// arrow begins or ends at.
func clipEnds(t *tree, placed Placed, a Arrow, points []Point) []Point {
	from, to := t.ends(a)
	if to >= 0 {
		points = clip(placed.Frames[to], points)
	}
	if from >= 0 {
		reverse(points)
		points = clip(placed.Frames[from], points)
		reverse(points)
	}
	return points
}

func reverse(points []Point) { slices.Reverse(points) }

// clip cuts off what follows the last place where the curve enters the rectangle, in
// which it ends.
func clip(r Rect, points []Point) []Point {
	const steps = 32
	for s := len(points) - 4; s >= 0; s -= 3 {
		segment := points[s : s+4]
		for k := steps - 1; k >= 0; k-- {
			outside := float64(k) / steps
			if r.holds(bezier(segment, outside)) {
				continue
			}
			inside := float64(k+1) / steps
			for range 24 {
				middle := (outside + inside) / 2
				if r.holds(bezier(segment, middle)) {
					inside = middle
				} else {
					outside = middle
				}
			}
			part := firstPart(segment, inside)
			return append(slices.Clone(points[:s]), part[:]...)
		}
	}
	return points
}

// nearLabel moves a label to the middle of its curve if what was left of the curve
// does not pass it any more.
func nearLabel(c *Curve, a Arrow) {
	const far, steps = 12, 16
	label := Rect{c.Label.X - a.LabelWidth/2, c.Label.Y - a.LabelHeight/2, a.LabelWidth, a.LabelHeight}
	segments := len(c.Points) / 3
	for s := range segments {
		for k := range steps + 1 {
			if label.distance(bezier(c.Points[3*s:3*s+4], float64(k)/steps)) < far {
				return
			}
		}
	}
	middle := segments / 2
	at := 0.0 // between two segments, or
	if segments%2 == 1 {
		at = 0.5
	}
	c.Label = bezier(c.Points[3*middle:3*middle+4], at)
}

// bezier is the point of a cubic segment at a time from 0 to 1.
func bezier(s []Point, at float64) Point {
	part := firstPart(s, at)
	return part[3]
}

// firstPart is the segment up to a time, by de Casteljau.
func firstPart(s []Point, at float64) [4]Point {
	ab, bc, cd := between(s[0], s[1], at), between(s[1], s[2], at), between(s[2], s[3], at)
	abc, bcd := between(ab, bc, at), between(bc, cd, at)
	return [4]Point{s[0], ab, abc, between(abc, bcd, at)}
}

func between(a, b Point, at float64) Point {
	return Point{a.X + (b.X-a.X)*at, a.Y + (b.Y-a.Y)*at}
}

// toOrigin moves the picture so that its top left corner is the origin, and sets its
// size. Curves count where they run, not where their control points are.
func toOrigin(g Graph, placed Placed) Placed {
	left, top := math.Inf(1), math.Inf(1)
	right, bottom := math.Inf(-1), math.Inf(-1)
	see := func(r Rect) {
		left, top = min(left, r.X), min(top, r.Y)
		right, bottom = max(right, r.X+r.Width), max(bottom, r.Y+r.Height)
	}
	for _, rects := range [][]Rect{placed.Boxes, placed.Frames} {
		for _, r := range rects {
			see(r)
		}
	}
	for i, c := range placed.Curves {
		for s := 0; s+4 <= len(c.Points); s += 3 {
			for k := range 9 {
				p := bezier(c.Points[s:s+4], float64(k)/8)
				see(Rect{p.X, p.Y, 0, 0})
			}
		}
		if a := g.Arrows[i]; labelled(a) {
			see(Rect{c.Label.X - a.LabelWidth/2, c.Label.Y - a.LabelHeight/2, a.LabelWidth, a.LabelHeight})
		}
	}
	if right < left {
		return placed
	}
	move(g, placed, -left, -top)
	placed.Width, placed.Height = right-left, bottom-top
	return placed
}

func move(g Graph, placed Placed, dx, dy float64) {
	for _, rects := range [][]Rect{placed.Boxes, placed.Frames} {
		for i := range rects {
			rects[i].X += dx
			rects[i].Y += dy
		}
	}
	for i := range placed.Curves {
		c := &placed.Curves[i]
		for k := range c.Points {
			c.Points[k].X += dx
			c.Points[k].Y += dy
		}
		if labelled(g.Arrows[i]) {
			c.Label.X += dx
			c.Label.Y += dy
		}
	}
}
