package layout

// unit is a box or a frame, as a member of the frame around it.
type unit struct {
	index int
	frame bool
}

// tree is who is in which frame. Frame -1 is the whole picture.
type tree struct {
	g       Graph
	depth   []int // of each frame; those of the whole picture have depth 0
	members [][]unit
	place   []int // of each frame among the members around it
	boxAt   []int // of each box among the members around it
}

func newTree(g Graph) *tree {
	t := &tree{
		g:       g,
		depth:   make([]int, len(g.Frames)),
		members: make([][]unit, len(g.Frames)+1),
		place:   make([]int, len(g.Frames)),
		boxAt:   make([]int, len(g.Boxes)),
	}
	for i, f := range g.Frames {
		if f.Parent >= 0 {
			t.depth[i] = t.depth[f.Parent] + 1
		}
		t.place[i] = t.join(f.Parent, unit{i, true})
	}
	for i, b := range g.Boxes {
		t.boxAt[i] = t.join(b.Frame, unit{i, false})
	}
	return t
}

func (t *tree) join(frame int, u unit) int {
	t.members[frame+1] = append(t.members[frame+1], u)
	return len(t.members[frame+1]) - 1
}

// in lists what is directly in a frame.
func (t *tree) in(frame int) []unit { return t.members[frame+1] }

// holds says whether the box is somewhere in the frame.
func (t *tree) holds(frame, box int) bool {
	for f := t.g.Boxes[box].Frame; f >= 0; f = t.g.Frames[f].Parent {
		if f == frame {
			return true
		}
	}
	return false
}

// meet finds the innermost frame that holds both boxes, and the places of those of
// its members that are or hold them.
func (t *tree) meet(a, b int) (frame, placeA, placeB int) {
	fa, fb := t.g.Boxes[a].Frame, t.g.Boxes[b].Frame
	placeA, placeB = t.boxAt[a], t.boxAt[b]
	up := func(f *int, place *int) {
		*place = t.place[*f]
		*f = t.g.Frames[*f].Parent
	}
	for fa != fb {
		if fb < 0 || (fa >= 0 && t.depth[fa] >= t.depth[fb]) {
			up(&fa, &placeA)
		} else {
			up(&fb, &placeB)
		}
	}
	return fa, placeA, placeB
}

// links lists, for every frame and the whole picture, the arrows that run between two
// different members of it, as links between their places; arrows gives the arrow of
// each.
func (t *tree) links() (links [][]link, arrows [][]int) {
	links = make([][]link, len(t.members))
	arrows = make([][]int, len(t.members))
	for i, a := range t.g.Arrows {
		frame, from, to := t.meet(a.From, a.To)
		if from != to && !a.Loose {
			links[frame+1] = append(links[frame+1], link{from, to})
			arrows[frame+1] = append(arrows[frame+1], i)
		}
	}
	return links, arrows
}

// ends tells which frames an arrow begins and ends at, -1 for the box: a frame that
// holds the other end too cannot be an end.
func (t *tree) ends(a Arrow) (from, to int) {
	from, to = a.FromFrame, a.ToFrame
	if from >= 0 && (!t.holds(from, a.From) || t.holds(from, a.To)) {
		from = -1
	}
	if to >= 0 && (!t.holds(to, a.To) || t.holds(to, a.From)) {
		to = -1
	}
	return from, to
}
