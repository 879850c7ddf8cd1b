package layout

import "github.com/netpolscope/netpolscope/internal/diagram"

// dock puts the pills of one edge of the picture at the middle of the outermost
// frame's side, one below the other.
func (a *painter) dock(at diagram.Dock) {
	var pills []int
	for i := range a.d.Nodes {
		if a.d.Nodes[i].Dock == at && a.box[i] < 0 {
			pills = append(pills, i)
		}
	}
	if len(pills) == 0 || len(a.frames) == 0 {
		return
	}
	frame := a.frames[0]
	sum := -dockStep
	for _, i := range pills {
		sum += dockStep + a.along(a.planner.nodes[i])
	}
	gap := dockGap
	for i := range a.d.Edges {
		if e := &a.d.Edges[i]; a.docked(e) && e.Label != "" {
			gap = max(gap, fontLabel.Room(short(e.Label))+headLength+24)
		}
	}
	start := a.middleOf(frame) - sum/2
	for _, i := range pills {
		m := a.planner.nodes[i]
		r := a.freePlace(frame, m, gap, start, at)
		a.nodes[i] = r
		start += dockStep + a.along(m)
	}
}

// along is a pill's size along the side of the frame that it stands at.
func (a *painter) along(m nodePlan) float64 {
	if a.d.TopToBottom {
		return m.width
	}
	return m.height
}

func (a *painter) middleOf(r Rect) float64 {
	if a.d.TopToBottom {
		return r.X + r.Width/2
	}
	return r.Y + r.Height/2
}

// freePlace finds the place nearest to the wanted one where a pill covers neither
// box nor curve: beside the frame, so that its arrow is straight, or else beyond the
// frame's corners.
func (a *painter) freePlace(frame Rect, m nodePlan, gap, start float64, at diagram.Dock) Rect {
	rect := func(start float64) Rect {
		r := Rect{frame.X - gap - m.width, start, m.width, m.height}
		if at == diagram.Behind {
			r.X = frame.X + frame.Width + gap
		}
		if a.d.TopToBottom {
			r.X, r.Y = start, frame.Y-dockGap-m.height
			if at == diagram.Behind {
				r.Y = frame.Y + frame.Height + dockGap
			}
		}
		return r
	}
	for _, beyond := range [...]bool{false, true} {
		for k := range 60 {
			for _, sign := range [...]float64{1, -1} {
				r := rect(start + sign*float64(k)*8)
				low, high, side := frame.Y, frame.Y+frame.Height, r.Y+r.Height/2
				if a.d.TopToBottom {
					low, high, side = frame.X, frame.X+frame.Width, r.X+r.Width/2
				}
				if (beyond || side > low+12 && side < high-12) && !a.occupied(r, frame) {
					return r
				}
			}
		}
	}
	return rect(start)
}

// occupied reports whether a docked pill and its arrow would cover something.
func (a *painter) occupied(r, frame Rect) bool {
	const air = 10
	room := Rect{r.X - air, r.Y - air, r.Width + 2*air, r.Height + 2*air}
	for i, n := range a.nodes {
		if n.Width > 0 && overlapping(room, a.whole(i)) {
			return true
		}
	}
	// The arrow needs the strip between pill and frame at its own height.
	strip := Rect{min(r.X, frame.X+frame.Width), r.Y + r.Height/2 - air, dockGap + r.Width, 2 * air}
	if a.d.TopToBottom {
		strip = Rect{r.X + r.Width/2 - air, min(r.Y, frame.Y+frame.Height), 2 * air, dockGap + r.Height}
	}
	for i, c := range a.curves {
		if l := a.labelRect(i); l.Width > 0 && (overlapping(room, l) || overlapping(strip, l)) {
			return true
		}
		for k := 0; k <= 24 && len(c.Points) >= 4; k++ {
			at := c.step(k*((len(c.Points)-1)/3), 24)
			if room.holds(at) || strip.holds(at) {
				return true
			}
		}
	}
	return false
}

func overlapping(a, b Rect) bool {
	return a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height
}

// aside is the rectangle of an end, for an arrow between a pill and the outermost
// frame. Where the pill has other arrows, which leave it in the middle, it is a strip
// beside them.
func (a *painter) aside(end diagram.End) Rect {
	r := a.endRect(end)
	if end.Node == diagram.None || a.box[end.Node] < 0 {
		return r
	}
	const strip, by = 20, 16
	middle := Point{r.X + r.Width/2, r.Y + r.Height/2}
	// Labels stand above arrows to the right and to the right of arrows downwards.
	side := 1.0
	if a.d.TopToBottom {
		side = -1
	}
	for i := range a.d.Edges {
		if e := &a.d.Edges[i]; a.arrow[i] >= 0 && (e.From.ID == end.ID || e.To.ID == end.ID) {
			points := a.curves[i].Points
			far := points[len(points)-1]
			if e.To.ID == end.ID {
				far = points[0]
			}
			switch {
			case !a.d.TopToBottom && far.Y > middle.Y+by:
				side = -1
			case a.d.TopToBottom && far.X < middle.X-by:
				side = 1
			}
		}
	}
	if a.d.TopToBottom {
		return Rect{middle.X + side*by - strip/2, r.Y, strip, r.Height}
	}
	return Rect{r.X + 6, middle.Y + side*by - strip/2, r.Width - 12, strip}
}
