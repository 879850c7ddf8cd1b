package layout

import (
	"math"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// apartBy is how far an arrow is moved along a wall from where another one ends.
const apartBy = 9.0

// apart moves the beginnings of thin arrows off the tips of others: where two boxes
// call each other both arrows often meet a wall in its middle, and would look like one
// that turns round.
func (a *painter) apart() {
	for i := range a.d.Edges {
		if !a.thin(i) || a.d.Edges[i].From.Node == diagram.None {
			continue
		}
		points := a.curves[i].Points
		start, next := &points[0], &points[1]
		for j := range a.d.Edges {
			if i == j || !a.thin(j) || a.d.Edges[j].To.Node != a.d.Edges[i].From.Node {
				continue
			}
			other := a.curves[j].Points
			tip := other[len(other)-1]
			if far(tip, *start) > 5 {
				continue
			}
			r := a.nodes[a.d.Edges[i].From.Node]
			// To the side on which the other does not come.
			mine, its := a.curves[i].along(0.3), a.curves[j].along(0.7)
			if math.Abs(start.X-r.X) < 3 || math.Abs(start.X-r.X-r.Width) < 3 {
				by := math.Copysign(apartBy, mine.Y-its.Y)
				if middle := start.Y + by; middle > r.Y+apartBy/2 && middle < r.Y+r.Height-apartBy/2 {
					start.Y += by
					next.Y += by
				}
			} else {
				by := math.Copysign(apartBy, mine.X-its.X)
				start.X += by
				next.X += by
			}
		}
	}
}

// thin reports whether an edge is drawn as a thin arrow.
func (a *painter) thin(i int) bool {
	e := &a.d.Edges[i]
	return e.Place == diagram.Arrow && e.Weight == diagram.Thin && !e.Blocked && len(a.curves[i].Points) >= 4
}
