package layout

import (
	"cmp"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// sameColumn is how far apart, in the direction of arrows, the middles of two boxes may
// be for a reader to see them as one column.
const sameColumn = 24.0

// flow gives the nodes and the edges in the order in which a reader follows the
// arrows: column by column, and within a column from one end to the other. It is the
// order of groups in the picture, and so the one in which they are read aloud and
// focused.
func (a *painter) flow() (nodes, edges []int) {
	nodes = inOrder(a.columns(len(a.d.Nodes), func(i int) Rect { return a.nodes[i] }))
	from := a.columns(len(a.d.Edges), func(i int) Rect { return a.flowRect(a.d.Edges[i].From) })
	to := a.columns(len(a.d.Edges), func(i int) Rect { return a.flowRect(a.d.Edges[i].To) })
	for i := range from {
		from[i] = append(from[i], to[i]...)
	}
	return nodes, inOrder(from)
}

// flowRect is the place of an end; nowhere for one that is not drawn.
func (a *painter) flowRect(e diagram.End) Rect {
	if e.Node == diagram.None && e.Frame == diagram.None {
		return Rect{}
	}
	return a.endRect(e)
}

// columns gives the column of each of n places and its distance along the column.
func (a *painter) columns(n int, place func(int) Rect) [][]float64 {
	keys := make([][]float64, n)
	order := make([]int, n)
	for i := range n {
		r := place(i)
		x, y := r.X+r.Width/2, r.Y+r.Height/2
		if a.d.TopToBottom {
			x, y = y, x
		}
		keys[i], order[i] = []float64{x, y}, i
	}
	slices.SortStableFunc(order, func(i, k int) int { return cmp.Compare(keys[i][0], keys[k][0]) })
	column, last := 0.0, 0.0
	for k, i := range order {
		x := keys[i][0]
		if k > 0 && x-last > sameColumn {
			column++
		}
		keys[i][0], last = column, x
	}
	return keys
}

// inOrder gives the indexes of keys in their order.
func inOrder(keys [][]float64) []int {
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, k int) int { return slices.Compare(keys[i], keys[k]) })
	return order
}
