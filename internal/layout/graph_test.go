package layout

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// faults lists what is wrong with a picture of a graph: whatever the layout, these
// must hold.
func faults(g Graph, p Placed) []string {
	var all []string
	fault := func(format string, values ...any) { all = append(all, fmt.Sprintf(format, values...)) }
	if len(p.Boxes) != len(g.Boxes) || len(p.Frames) != len(g.Frames) || len(p.Curves) != len(g.Arrows) {
		return []string{"a box, frame or arrow is missing"}
	}
	whole := Rect{0, 0, p.Width, p.Height}
	for i, r := range p.Boxes {
		if !finite(r.X, r.Y) || r.Width != g.Boxes[i].Width || r.Height != g.Boxes[i].Height {
			fault("box %d is at %v, want size %v × %v", i, r, g.Boxes[i].Width, g.Boxes[i].Height)
		}
		if !whole.contains(r) {
			fault("box %d at %v is outside the picture %v", i, r, whole)
		}
		if f := g.Boxes[i].Frame; f >= 0 && !p.Frames[f].contains(r) {
			fault("box %d at %v is outside its frame %d at %v", i, r, f, p.Frames[f])
		}
	}
	for i := range p.Boxes {
		for k := range i {
			if overlap(p.Boxes[i], p.Boxes[k]) {
				fault("boxes %d and %d overlap", k, i)
			}
		}
	}
	tree := newTree(g)
	for i, r := range p.Frames {
		if !finite(r.X, r.Y, r.Width, r.Height) || !whole.contains(r) {
			fault("frame %d is at %v, outside the picture %v", i, r, whole)
		}
		title := Rect{r.X + TitleX, r.Y + TitleY, g.Frames[i].TitleWidth, g.Frames[i].TitleHeight}
		if title.Width == 0 {
			title.Height = 0
		}
		if !r.contains(title) {
			fault("frame %d at %v has no room for its title", i, r)
		}
		if f := g.Frames[i].Parent; f >= 0 && !p.Frames[f].contains(r) {
			fault("frame %d at %v is outside its frame %d at %v", i, r, f, p.Frames[f])
		}
		for k, b := range p.Boxes {
			if !tree.holds(i, k) && overlap(r, b) {
				fault("box %d at %v lies in frame %d at %v", k, b, i, r)
			}
			if tree.holds(i, k) && overlap(title, b) {
				fault("box %d at %v lies on the title of frame %d at %v", k, b, i, r)
			}
		}
		for k := range i {
			if g.Frames[k].Parent == g.Frames[i].Parent && overlap(r, p.Frames[k]) {
				fault("frames %d and %d overlap", k, i)
			}
			above := g.Frames[k]
			if k == g.Frames[i].Parent && overlap(r, Rect{p.Frames[k].X + TitleX, p.Frames[k].Y + TitleY, above.TitleWidth, above.TitleHeight}) {
				fault("frame %d lies on the title of frame %d", i, k)
			}
		}
	}
	for i, c := range p.Curves {
		all = append(all, arrowFaults(tree, p, i, c)...)
	}
	return all
}

func arrowFaults(t *tree, p Placed, i int, c Curve) []string {
	a := t.g.Arrows[i]
	if a.Hidden {
		if len(c.Points) != 0 {
			return []string{fmt.Sprintf("arrow %d is hidden but drawn", i)}
		}
		return nil
	}
	if len(c.Points) < 4 || len(c.Points)%3 != 1 {
		return []string{fmt.Sprintf("arrow %d has %d points", i, len(c.Points))}
	}
	var all []string
	fault := func(format string, values ...any) { all = append(all, fmt.Sprintf(format, values...)) }
	for _, point := range c.Points {
		if !finite(point.X, point.Y) {
			fault("arrow %d has the point %v", i, point)
		}
	}
	from, to := p.Boxes[a.From], p.Boxes[a.To]
	fromFrame, toFrame := t.ends(a)
	if fromFrame >= 0 {
		from = p.Frames[fromFrame]
	}
	if toFrame >= 0 {
		to = p.Frames[toFrame]
	}
	start, tip := c.Points[0], c.Points[len(c.Points)-1]
	if d := math.Abs(wallDistance(from, start)); d > 3 {
		fault("arrow %d begins at %v, %.1f from the wall of %v", i, start, d, from)
	}
	if d := math.Abs(wallDistance(to, tip)); d > 3 {
		fault("arrow %d ends at %v, %.1f from the wall of %v", i, tip, d, to)
	}
	if a.Door >= 0 && toFrame < 0 {
		if want := doorPoint(t.g, p, a); math.Hypot(tip.X-want.X, tip.Y-want.Y) > 0.01 {
			fault("arrow %d ends at %v, its door is at %v", i, tip, want)
		}
	}
	if labelled(a) && !(Rect{0, 0, p.Width, p.Height}).contains(Rect{c.Label.X - a.LabelWidth/2, c.Label.Y - a.LabelHeight/2, a.LabelWidth, a.LabelHeight}) {
		fault("arrow %d has its label at %v, outside the picture", i, c.Label)
	}
	return all
}

// wallDistance is how far a point is from the nearest wall, inside or outside.
func wallDistance(r Rect, p Point) float64 {
	if d := r.distance(p); d > 0 {
		return d
	}
	return min(p.X-r.X, r.X+r.Width-p.X, p.Y-r.Y, r.Y+r.Height-p.Y)
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// overlap allows for Graphviz's rounding of sizes.
func overlap(a, b Rect) bool {
	const slack = 1
	return a.X+slack < b.X+b.Width && b.X+slack < a.X+a.Width &&
		a.Y+slack < b.Y+b.Height && b.Y+slack < a.Y+a.Height
}

// random makes a graph with everything in it that there can be.
func random(r *rand.Rand, boxes, arrows, frames int) Graph {
	g := Graph{Direction: Direction(r.IntN(2))}
	for i := range frames {
		f := Frame{Parent: r.IntN(i+1)/2 - 1}
		if r.IntN(4) > 0 {
			f.TitleWidth, f.TitleHeight = float64(1+r.IntN(200)), 20
		}
		g.Frames = append(g.Frames, f)
	}
	for range boxes {
		b := Box{Frame: -1, Width: 60 + 80*r.Float64(), Height: 30 + 40*r.Float64()}
		if frames > 0 {
			b.Frame = r.IntN(frames+1) - 1
		}
		for d := r.IntN(3); d > 0; d-- {
			b.Doors = append(b.Doors, b.Height*r.Float64())
		}
		g.Boxes = append(g.Boxes, b)
	}
	doors := r.IntN(2) == 0
	for range arrows {
		a := Arrow{From: r.IntN(boxes), To: r.IntN(boxes), Door: -1, FromFrame: -1, ToFrame: -1, Weight: r.IntN(4)}
		if n := len(g.Boxes[a.To].Doors); doors && n > 0 {
			a.Door = r.IntN(n)
		} else if r.IntN(2) == 0 {
			a.LabelWidth, a.LabelHeight = float64(20+r.IntN(80)), 14
		}
		if r.IntN(6) == 0 {
			a.ToFrame, a.Door = g.Boxes[a.To].Frame, -1
		}
		if r.IntN(6) == 0 {
			a.FromFrame = g.Boxes[a.From].Frame
		}
		a.Hidden = r.IntN(12) == 0
		g.Arrows = append(g.Arrows, a)
	}
	return g
}
