package layout

// simpleCurve draws an arrow of the simple layout: from wall to wall, over whatever
// lies between.
func simpleCurve(t *tree, placed Placed, a Arrow) Curve {
	from, to := placed.Boxes[a.From], placed.Boxes[a.To]
	fromFrame, toFrame := t.ends(a)
	if fromFrame >= 0 {
		from = placed.Frames[fromFrame]
	}
	if toFrame >= 0 {
		to = placed.Frames[toFrame]
	}
	down := t.g.Direction == TopToBottom
	if down {
		from, to = from.turned(), to.turned()
	}
	curve := Curve{Points: wallToWall(from, to, a.From == a.To)}
	if a.Door >= 0 && toFrame < 0 {
		door := doorPoint(t.g, placed, a)
		if down {
			door = door.turned()
		}
		curve.Points = toDoor(from, door)
	}
	if down {
		for i, p := range curve.Points {
			curve.Points[i] = p.turned()
		}
	}
	if labelled(a) {
		curve.Label = bezier(curve.Points, 0.5)
	}
	return curve
}

func (r Rect) turned() Rect   { return Rect{r.Y, r.X, r.Height, r.Width} }
func (p Point) turned() Point { return Point{p.Y, p.X} }

func (r Rect) leaving() Point  { return Point{r.X + r.Width, r.Y + r.Height/2} }
func (r Rect) entering() Point { return Point{r.X, r.Y + r.Height/2} }

// wallToWall runs to the right if it can, else up or down, else around.
func wallToWall(from, to Rect, loop bool) []Point {
	switch {
	case loop:
		start, tip := Point{from.X + from.Width, from.Y + from.Height/4}, Point{from.X + from.Width, from.Y + from.Height*3/4}
		return []Point{start, {start.X + 28, start.Y}, {tip.X + 28, tip.Y}, tip}
	case from.X+from.Width <= to.X:
		return sideways(from.leaving(), to.entering())
	case to.X+to.Width <= from.X:
		return backwards(from, to)
	case from.Y+from.Height <= to.Y:
		return downwards(Point{from.X + from.Width/2, from.Y + from.Height}, Point{to.X + to.Width/2, to.Y})
	case to.Y+to.Height <= from.Y:
		return downwards(Point{from.X + from.Width/2, from.Y}, Point{to.X + to.Width/2, to.Y + to.Height})
	}
	return toDoor(from, to.entering())
}

// sideways is level at both ends.
func sideways(start, tip Point) []Point {
	bend := (tip.X - start.X) / 2
	return []Point{start, {start.X + bend, start.Y}, {tip.X - bend, tip.Y}, tip}
}

// downwards is upright at both ends.
func downwards(start, tip Point) []Point {
	bend := (tip.Y - start.Y) / 2
	return []Point{start, {start.X, start.Y + bend}, {tip.X, tip.Y - bend}, tip}
}

// backwards runs to the left, below where the two are side by side, so that it does
// not lie on an arrow that runs forward.
func backwards(from, to Rect) []Point {
	start, tip := from.entering(), to.leaving()
	lift := 0.0
	if max(from.Y, to.Y) < min(from.Y+from.Height, to.Y+to.Height) {
		lift = 0.6 * min(from.Height, to.Height)
	}
	bend := (start.X - tip.X) / 2
	return []Point{start, {start.X - bend, start.Y + lift}, {tip.X + bend, tip.Y + lift}, tip}
}

// toDoor ends at a point of the entering wall, level, wherever it comes from.
func toDoor(from Rect, door Point) []Point {
	start := from.leaving()
	bend := max(24, (door.X-start.X)/2)
	return []Point{start, {start.X + bend, start.Y}, {door.X - bend, door.Y}, door}
}
