package layout

import "math"

// Shapes of arrowheads.
const (
	headLength, headWidth           = 11.0, 9.0
	thickHeadLength, thickHeadWidth = 13.0, 13.0
	wideHeadLength, wideHeadWidth   = 15.0, 20.0
	barLength, barWidth             = 26.0, 5.0
	responseShift                   = 8.0
)

// path makes a path of a curve.
func (c Curve) path() Path {
	if len(c.Points) < 4 {
		return nil
	}
	p := Path{{Move: true, To: c.Points[0]}}
	for i := 1; i+2 < len(c.Points); i += 3 {
		p = append(p, Segment{Curved: true, A: c.Points[i], B: c.Points[i+1], To: c.Points[i+2]})
	}
	return p
}

// straight is a curve along a line.
func straight(a, b Point) Curve {
	return Curve{Points: []Point{a, between(a, b, 1.0/3), between(a, b, 2.0/3), b}}
}

// before cuts the last stretch of a given length off a curve, to make room for the
// head, and gives the direction in which the head points.
func (c Curve) before(length float64) (Curve, Point) {
	points := c.Points
	tip := points[len(points)-1]
	for s := len(points) - 4; s >= 0; s -= 3 {
		segment := points[s : s+4]
		if far(segment[0], tip) < length && s > 0 {
			continue
		}
		inside, outside := 0.0, 1.0
		if s+4 < len(points) || far(segment[0], tip) > length {
			for range 24 {
				middle := (inside + outside) / 2
				if far(bezier(segment, middle), tip) > length {
					inside = middle
				} else {
					outside = middle
				}
			}
		}
		part := firstPart(segment, inside)
		cut := append(append([]Point{}, points[:s]...), part[:]...)
		return Curve{Points: cut, Label: c.Label}, unitVector(part[3], tip)
	}
	return c, Point{1, 0}
}

func far(a, b Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

// unitVector gives the direction from one point to another; to the right if they are
// the same.
func unitVector(a, b Point) Point {
	d := far(a, b)
	if d < 1e-6 {
		return Point{1, 0}
	}
	return Point{(b.X - a.X) / d, (b.Y - a.Y) / d}
}

// head is a triangle with its tip at a point.
func head(tip, direction Point, length, width float64) Path {
	back := Point{tip.X - direction.X*length, tip.Y - direction.Y*length}
	side := Point{-direction.Y * width / 2, direction.X * width / 2}
	return Path{
		{Move: true, To: tip},
		{To: Point{back.X + side.X, back.Y + side.Y}},
		{To: Point{back.X - side.X, back.Y - side.Y}},
		{Close: true},
	}
}

// shifted moves a curve sideways, to its right as it runs, and turns it around.
func (c Curve) shifted(by float64) Curve {
	n := len(c.Points)
	moved := make([]Point, n)
	for i := range c.Points {
		a, b := c.Points[max(0, i-1)], c.Points[min(n-1, i+1)]
		d := unitVector(a, b)
		moved[n-1-i] = Point{c.Points[i].X - d.Y*by, c.Points[i].Y + d.X*by}
	}
	return Curve{Points: moved}
}

// middle is the point half way along a curve's parameter.
func (c Curve) middle() Point { return c.along(0.5) }

// along is a point of a curve at a share of its length, roughly.
func (c Curve) along(share float64) Point {
	const steps = 16
	segments := (len(c.Points) - 1) / 3
	last := c.Points[0]
	total := 0.0
	for k := 1; k <= segments*steps; k++ {
		p := c.step(k, steps)
		total += far(last, p)
		last = p
	}
	gone := 0.0
	last = c.Points[0]
	for k := 1; k <= segments*steps; k++ {
		p := c.step(k, steps)
		if gone += far(last, p); gone >= share*total {
			return p
		}
		last = p
	}
	return last
}

func (c Curve) step(k, steps int) Point {
	s := min(k/steps, (len(c.Points)-1)/3-1)
	return bezier(c.Points[3*s:3*s+4], float64(k-s*steps)/float64(steps))
}

// bar is the short bar where an arrow meets the edge of a frame.
func bar(frame Rect, at Point) Rect {
	left, right := math.Abs(at.X-frame.X), math.Abs(at.X-frame.X-frame.Width)
	top, bottom := math.Abs(at.Y-frame.Y), math.Abs(at.Y-frame.Y-frame.Height)
	if min(left, right) <= min(top, bottom) {
		x := frame.X
		if right < left {
			x += frame.Width
		}
		y := min(max(at.Y-barLength/2, frame.Y+2), frame.Y+frame.Height-2-barLength)
		return Rect{x - barWidth/2, y, barWidth, barLength}
	}
	y := frame.Y
	if bottom < top {
		y += frame.Height
	}
	x := min(max(at.X-barLength/2, frame.X+2), frame.X+frame.Width-2-barLength)
	return Rect{x, y - barWidth/2, barLength, barWidth}
}

// connect is a curve between two rectangles that Graphviz did not see together, by
// the sides that face each other.
func connect(a, b Rect) Curve {
	ax, ay := a.X+a.Width/2, a.Y+a.Height/2
	bx, by := b.X+b.Width/2, b.Y+b.Height/2
	within := func(v, low, high float64) float64 { return min(max(v, low), max(low, high)) }
	switch {
	case a.X+a.Width <= b.X, b.X+b.Width <= a.X:
		from, to := Point{a.X + a.Width, ay}, Point{b.X, within(ay, b.Y+16, b.Y+b.Height-16)}
		if b.X < a.X {
			from.X, to.X = a.X, b.X+b.Width
			from.Y = within(by, a.Y+16, a.Y+a.Height-16)
			to.Y = by
			if b.Height > a.Height {
				from.Y, to.Y = ay, within(ay, b.Y+16, b.Y+b.Height-16)
			}
		} else if a.Height > b.Height {
			from.Y, to.Y = within(by, a.Y+16, a.Y+a.Height-16), by
		}
		half := (from.X + to.X) / 2
		return Curve{Points: []Point{from, {half, from.Y}, {half, to.Y}, to}}
	default:
		from, to := Point{within(bx, a.X+16, a.X+a.Width-16), a.Y + a.Height}, Point{within(ax, b.X+16, b.X+b.Width-16), b.Y}
		if b.Y < a.Y {
			from.Y, to.Y = a.Y, b.Y+b.Height
		}
		half := (from.Y + to.Y) / 2
		return Curve{Points: []Point{from, {from.X, half}, {to.X, half}, to}}
	}
}

// crosses reports whether a wide arrow along the curve would touch a rectangle.
func (c Curve) crosses(r Rect) bool {
	const half = 4 // of a wide arrow
	for k := range 8 * (len(c.Points) - 1) / 3 {
		if r.distance(c.step(k, 8)) < half {
			return true
		}
	}
	return false
}
