package layout

import (
	"cmp"
	"math"
	"slices"
)

// simple is our own layout, for when Graphviz gives none: in every frame, what arrows
// join stands in columns from left to right, what none touches in a grid below. It
// takes time in proportion to the graph, and always gives a picture.
func simple(t *tree) Placed {
	s := &simplifier{
		tree:   t,
		gap:    orElse(t.g.NodeSep, 24),
		turn:   orElse(t.g.RankSep, 56),
		size:   make([]extent, len(t.g.Frames)),
		offset: make([][]spot, len(t.members)),
	}
	links, arrows := t.links()
	for frame := len(t.g.Frames) - 1; frame >= -1; frame-- {
		inner := s.arrange(frame, links[frame+1], arrows[frame+1])
		if frame >= 0 {
			s.size[frame] = s.around(t.g.Frames[frame], inner)
		}
	}
	placed := s.place()
	placed.Curves = make([]Curve, len(t.g.Arrows))
	for i, a := range t.g.Arrows {
		if !a.Hidden {
			placed.Curves[i] = simpleCurve(t, placed, a)
		}
	}
	placed = toOrigin(t.g, placed)
	placed.Simplified = true
	return placed
}

// Inside the simple layout lengths go along the arrows' direction and across it, so
// that there is one layout for both directions.
type (
	extent struct{ along, across float64 }
	spot   struct{ along, across float64 }
)

type simplifier struct {
	*tree
	gap, turn float64
	size      []extent // of each frame
	offset    [][]spot // of the members of each frame, from its inner corner
}

// framePadding is the air between a frame and what is in it.
const framePadding = 14

// around is the size of a frame with something of a size in it.
func (s *simplifier) around(f Frame, inner extent) extent {
	width, height := s.turned(inner.along, inner.across)
	width = max(width, f.TitleWidth) + 2*framePadding
	height += 2*framePadding + f.TitleHeight
	along, across := s.turned(width, height)
	return extent{along, across}
}

// turned swaps a width and a height, or their like, if arrows run downwards.
func (s *simplifier) turned(a, b float64) (float64, float64) {
	if s.g.Direction == TopToBottom {
		return b, a
	}
	return a, b
}

func (s *simplifier) extent(u unit) extent {
	if u.frame {
		return s.size[u.index]
	}
	along, across := s.turned(s.g.Boxes[u.index].Width, s.g.Boxes[u.index].Height)
	return extent{along, across}
}

// arrange gives every member of a frame a spot, and returns the size of them all.
func (s *simplifier) arrange(frame int, links []link, arrows []int) extent {
	members := s.in(frame)
	sizes := make([]extent, len(members))
	for i, u := range members {
		sizes[i] = s.extent(u)
	}
	spots := make([]spot, len(members))
	s.offset[frame+1] = spots
	touched := make([]bool, len(members))
	for _, l := range links {
		touched[l.from], touched[l.to] = true, true
	}
	var lonely []int
	for i := range members {
		if !touched[i] {
			lonely = append(lonely, i)
		}
	}
	all := s.columns(links, s.labelRoom(arrows), touched, sizes, spots)
	if len(lonely) > 0 {
		below := 0.0
		if all.across > 0 {
			below = all.across + s.gap
		}
		grid := s.grid(lonely, below, sizes, spots)
		all = extent{max(all.along, grid.along), grid.across}
	}
	return all
}

// labelRoom widens the air between columns for the labels of the arrows across it.
func (s *simplifier) labelRoom(arrows []int) float64 {
	room := 0.0
	for _, i := range arrows {
		if a := s.g.Arrows[i]; labelled(a) {
			along, _ := s.turned(a.LabelWidth, a.LabelHeight)
			room = max(room, along)
		}
	}
	return min(room, 120)
}

// columns stands what links join in columns, one a layer; a layer that would be much
// higher than the picture is wide is broken into several.
func (s *simplifier) columns(links []link, label float64, touched []bool, sizes []extent, spots []spot) extent {
	area, highest := 0.0, 0.0
	for i, e := range sizes {
		if touched[i] {
			area += (e.along + s.turn) * (e.across + s.gap)
			highest = max(highest, e.across)
		}
	}
	limit := max(highest, 1.2*math.Sqrt(area))
	var stacks []stack
	for _, layer := range ordered(layers(len(sizes), links), links, touched) {
		first := true
		for len(layer) > 0 {
			st := s.stack(layer, limit, sizes)
			st.fresh = first
			first = false
			layer = layer[len(st.members):]
			stacks = append(stacks, st)
		}
	}
	return s.bands(stacks, max(s.turn, label+s.gap), sizes, spots)
}

// bands places columns side by side; a row of them that would be a long ribbon is
// broken into bands, one below the other.
func (s *simplifier) bands(stacks []stack, turn float64, sizes []extent, spots []spot) extent {
	ribbon := extent{}
	for _, st := range stacks {
		ribbon.along += st.along + turn
		ribbon.across = max(ribbon.across, st.across)
	}
	limit := math.Inf(1)
	if ribbon.along > 2400 && ribbon.along > 4*ribbon.across {
		limit = math.Sqrt(1.6 * ribbon.along * (ribbon.across + turn))
	}
	all := extent{}
	for len(stacks) > 0 {
		if all.across > 0 {
			all.across += turn
		}
		n, width := 0, 0.0
		for n < len(stacks) && (n == 0 || width+stacks[n].along < limit) {
			width += stacks[n].along + turn
			n++
		}
		band := s.band(stacks[:n], all.across, turn, sizes, spots)
		all = extent{max(all.along, band.along), all.across + band.across}
		stacks = stacks[n:]
	}
	return all
}

// band places columns side by side, their middles at one height.
func (s *simplifier) band(stacks []stack, from, turn float64, sizes []extent, spots []spot) extent {
	all := extent{}
	for _, st := range stacks {
		all.across = max(all.across, st.across)
	}
	for i, st := range stacks {
		if i > 0 {
			if st.fresh {
				all.along += turn
			} else {
				all.along += s.gap
			}
		}
		across := from + (all.across-st.across)/2
		for _, m := range st.members {
			spots[m] = spot{all.along, across}
			across += sizes[m].across + s.gap
		}
		all.along += st.along
	}
	return all
}

// stack is a column of members; fresh if it begins a layer.
type stack struct {
	extent
	members []int
	fresh   bool
}

// stack takes as many of the members as fit under the limit, but at least one.
func (s *simplifier) stack(layer []int, limit float64, sizes []extent) stack {
	st := stack{}
	for i, m := range layer {
		across := sizes[m].across
		if i > 0 {
			across += st.across + s.gap
		}
		if i > 0 && across > limit {
			break
		}
		st.across = across
		st.along = max(st.along, sizes[m].along)
		st.members = layer[:i+1]
	}
	return st
}

// ordered lists the touched members of each layer, each near to those that lead to it.
func ordered(layer []int, links []link, touched []bool) [][]int {
	var all [][]int
	for m, at := range layer {
		for len(all) <= at {
			all = append(all, nil)
		}
		if touched[m] {
			all[at] = append(all[at], m)
		}
	}
	into := make([][]int, len(layer))
	for _, l := range links {
		if layer[l.from] < layer[l.to] {
			into[l.to] = append(into[l.to], l.from)
		}
	}
	rank := make([]float64, len(layer))
	for _, members := range all {
		for i, m := range members {
			rank[m] = float64(i) / float64(len(members))
			if len(into[m]) > 0 {
				sum := 0.0
				for _, before := range into[m] {
					sum += rank[before]
				}
				rank[m] = sum / float64(len(into[m]))
			}
		}
		slices.SortStableFunc(members, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
		for i, m := range members {
			rank[m] = float64(i) / float64(len(members))
		}
	}
	return all
}

// grid stands members in about as many columns as rows, from a height on.
func (s *simplifier) grid(members []int, from float64, sizes []extent, spots []spot) extent {
	columns := gridColumns(len(members))
	width := make([]float64, columns)
	for i, m := range members {
		width[i%columns] = max(width[i%columns], sizes[m].along)
	}
	across, highest := from, 0.0
	along := 0.0
	for i, m := range members {
		if i%columns == 0 {
			if i > 0 {
				across += highest + s.gap
			}
			along, highest = 0, 0
		}
		spots[m] = spot{along, across}
		along += width[i%columns] + s.gap
		highest = max(highest, sizes[m].across)
	}
	all := extent{across: across + highest}
	for i, w := range width {
		if i > 0 {
			all.along += s.gap
		}
		all.along += w
	}
	return all
}

// place turns spots into rectangles, outer frames first.
func (s *simplifier) place() Placed {
	placed := Placed{Boxes: make([]Rect, len(s.g.Boxes)), Frames: make([]Rect, len(s.g.Frames))}
	corner := func(frame, member int) (x, y float64) {
		at := s.offset[frame+1][member]
		x, y = s.turned(at.along, at.across)
		if frame >= 0 {
			around := placed.Frames[frame]
			x += around.X + framePadding
			y += around.Y + framePadding + s.g.Frames[frame].TitleHeight
		}
		return x, y
	}
	for i, f := range s.g.Frames {
		x, y := corner(f.Parent, s.tree.place[i])
		width, height := s.turned(s.size[i].along, s.size[i].across)
		placed.Frames[i] = Rect{x, y, width, height}
	}
	for i, b := range s.g.Boxes {
		x, y := corner(b.Frame, s.boxAt[i])
		placed.Boxes[i] = Rect{x, y, b.Width, b.Height}
	}
	return placed
}
