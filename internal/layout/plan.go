package layout

import (
	"cmp"
	"math"
	"slices"
)

// plan is what Graphviz is told beyond the graph itself.
type plan struct {
	// from and to are the boxes that an arrow runs between for Graphviz. For an arrow
	// to a frame that is the frame's first box, so that it comes in by the frame's
	// entering side and not through its floor; from a frame, the last.
	from, to []int
	flip     []bool // arrows to write the other way round, by arrow
	grid     []link // hidden arrows between boxes
	// straight arrows end at the middle of the entering wall, or where there are doors
	// begin at the middle of the opposite one, by arrow; nil: none.
	straight []bool
	// spots are where straight arrows meet a box that spreads them, by box, and spot
	// which of them an arrow has, by arrow.
	spots map[int][]float64
	spot  map[int]int
}

// newPlan flips arrows that run against the others between the members of the whole
// picture: circles between clusters cost Graphviz much time. What no arrow touches is
// tied into grids.
func newPlan(t *tree) plan {
	p := plan{flip: make([]bool, len(t.g.Arrows))}
	links, arrows := t.links()
	back := backward(len(t.in(-1)), links[0], adjacency(len(t.in(-1)), links[0]))
	for i, isBack := range back {
		p.flip[arrows[0][i]] = isBack
	}
	of := make([]ends, len(t.g.Frames))
	for frame := len(t.g.Frames) - 1; frame >= -1; frame-- {
		p.grid = append(p.grid, tie(t, frame, links[frame+1], of)...)
	}
	for _, a := range t.g.Arrows {
		from, to := a.From, a.To
		fromFrame, toFrame := t.ends(a)
		if fromFrame >= 0 {
			from = of[fromFrame].last
		}
		if toFrame >= 0 {
			to = of[toFrame].first
		}
		p.from, p.to = append(p.from, from), append(p.to, to)
	}
	return p
}

// ends are two boxes of a frame: one of those where its arrows begin, and one of
// those where they end. A frame without boxes has -1 for both.
type ends struct{ first, last int }

// tie joins the members of a frame that no arrow touches to rows of a grid, and notes
// the frame's ends.
func tie(t *tree, frame int, links []link, of []ends) []link {
	members := t.in(frame)
	if len(members) == 0 {
		if frame >= 0 {
			of[frame] = ends{-1, -1}
		}
		return nil
	}
	touched := make([]bool, len(members))
	for _, l := range links {
		touched[l.from], touched[l.to] = true, true
	}
	end := func(place int) ends {
		if u := members[place]; u.frame {
			return of[u.index]
		}
		return ends{members[place].index, members[place].index}
	}
	var lonely []int
	for place := range members {
		if !touched[place] && end(place).first >= 0 {
			lonely = append(lonely, place)
		}
	}
	var grid []link
	columns := gridColumns(len(lonely))
	for i, place := range lonely {
		if i%columns != 0 {
			before := lonely[i-1]
			grid = append(grid, link{end(before).last, end(place).first})
			links = append(links, link{before, place})
		}
	}
	if frame >= 0 {
		of[frame] = frameEnds(layers(len(members), links), end)
	}
	return grid
}

func gridColumns(n int) int { return max(1, int(math.Sqrt(float64(n))+0.5)) }

// frameEnds are the first end of a first member and the last end of a last one.
func frameEnds(layer []int, end func(int) ends) ends {
	found := ends{-1, -1}
	lowest, highest := 0, 0
	for place, at := range layer {
		e := end(place)
		if e.first < 0 {
			continue
		}
		if found.first < 0 || at < lowest {
			found.first, lowest = e.first, at
		}
		if found.last < 0 || at > highest {
			found.last, highest = e.last, at
		}
	}
	return found
}

// straighten marks the arrows that run along the direction in a finished layout.
func (p *plan) straighten(g Graph, placed Placed) {
	p.straight = make([]bool, len(g.Arrows))
	for i := range g.Arrows {
		from, to := placed.Boxes[p.from[i]], placed.Boxes[p.to[i]]
		if g.Direction == TopToBottom {
			p.straight[i] = from.Y+from.Height < to.Y
		} else {
			p.straight[i] = from.X+from.Width < to.X
		}
	}
}

// door says whether Graphviz is to end an arrow at its door: at the edge of a frame
// it has none.
func (p *plan) door(i int, a Arrow) bool { return a.Door >= 0 && p.to[i] == a.To }

// spread gives the straight arrows to a box that spreads them a place each on its wall,
// in the order in which they come.
func (p *plan) spread(g Graph, placed Placed) {
	const (
		corner = 20 // of the wall, where the lock is
		end    = 8
		most   = 17 // between two
	)
	p.spots, p.spot = map[int][]float64{}, map[int]int{}
	coming := map[int][]int{}
	for i, a := range g.Arrows {
		if to := p.to[i]; p.straight[i] && !a.Hidden && a.ToFrame < 0 && g.Boxes[to].Spread && len(g.Boxes[to].Doors) == 0 {
			coming[to] = append(coming[to], i)
		}
	}
	across := func(q Point) float64 {
		if g.Direction == TopToBottom {
			return q.X
		}
		return q.Y
	}
	for box, arrows := range coming {
		slices.SortStableFunc(arrows, func(i, k int) int {
			return cmp.Compare(across(placed.Curves[i].middle()), across(placed.Curves[k].middle()))
		})
		length := g.Boxes[box].Height
		if g.Direction == TopToBottom {
			length = g.Boxes[box].Width
		}
		n := float64(len(arrows))
		step := min(most, (length-corner-end)/max(1, n-1))
		if step < 4 {
			continue // A wall that is too short has one place for all.
		}
		first := max(corner, length/2-step*(n-1)/2)
		for k, i := range arrows {
			p.spots[box] = append(p.spots[box], first+step*float64(k))
			p.spot[i] = k
		}
	}
}
