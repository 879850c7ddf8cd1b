package diagram

import (
	"math/bits"
	"slices"
	"strings"
)

// ranges are the sets of addresses that a picture shows.
func (a *artist) ranges(flat *Diagram) *part {
	p := &part{kind: addresses}
	for _, n := range flat.Nodes {
		if n.Kind == Range {
			p.members = append(p.members, a.matrix.Cluster.Entity(n.ID))
		}
	}
	return p
}

// grouped joins parts that share most ends of their lines until few enough lines and
// boxes are left, once at least when it must.
func (a *artist) grouped(flat *Diagram, parts []*part, must bool) []*part {
	var pairs [][2]int
	for _, e := range a.d.Edges {
		if e.Place == Arrow {
			pairs = append(pairs, [2]int{place(e.From), place(e.To)})
		}
	}
	boxes, _ := drawn(a.d)
	return joined(flat, parts, pairs, boxes, must)
}

// joined joins parts of a picture with so many boxes and lines between those pairs.
func joined(flat *Diagram, parts []*part, pairs [][2]int, boxes int, must bool) []*part {
	g := grouping{flat: flat, parts: slices.Clone(parts), pairs: pairs}
	for i := range parts {
		g.root = append(g.root, i)
		if parts[i].kind != addresses {
			g.live = append(g.live, i)
		}
	}
	for len(g.live) > 2 && (must || boxes > manyBoxes || g.count() > mostLines) {
		x, y, ok := g.best()
		if !ok {
			break
		}
		g.join(x, y)
		boxes--
		must = false
	}
	var left []*part
	for i, p := range g.parts {
		if g.root[i] == i {
			left = append(left, p)
		}
	}
	return left
}

// place numbers where an arrow ends: folded boxes, the first nodes, keep their numbers.
func place(e End) int {
	if e.Node != None {
		return e.Node
	}
	return -2 - e.Frame
}

// grouping is the state of joining parts.
type grouping struct {
	flat  *Diagram
	parts []*part
	root  []int // part → the one that it was joined to
	live  []int // parts of namespaces that are left, ascending
	pairs [][2]int
}

func (g *grouping) at(place int) int {
	if place >= 0 && place < len(g.root) {
		return g.root[place]
	}
	return place
}

// count gives the number of lines that are left.
func (g *grouping) count() int {
	lines := map[[2]int]bool{}
	for _, p := range g.pairs {
		if x, y := g.at(p[0]), g.at(p[1]); x != y {
			lines[[2]int{x, y}] = true
		}
	}
	return len(lines)
}

// best gives the two parts that are joined next: those that share most ends of lines,
// and names that begin alike are a reason too.
func (g *grouping) best() (x, y int, ok bool) {
	// The ends of a part are the places that its lines lead to and come from.
	number := map[[2]int]int{}
	for _, p := range g.pairs {
		from, to := g.at(p[0]), g.at(p[1])
		for _, end := range [][2]int{{to, 0}, {from, 1}} {
			if _, known := number[end]; !known {
				number[end] = len(number)
			}
		}
	}
	ends := make([]set, len(g.parts))
	for _, i := range g.live {
		ends[i] = newSet(len(number))
	}
	for _, p := range g.pairs {
		from, to := g.at(p[0]), g.at(p[1])
		if from >= 0 && from < len(ends) && ends[from] != nil {
			ends[from].add(number[[2]int{to, 0}])
		}
		if to >= 0 && to < len(ends) && ends[to] != nil {
			ends[to].add(number[[2]int{from, 1}])
		}
	}
	sizes := make([]int, len(g.parts))
	for _, i := range g.live {
		sizes[i] = ends[i].count()
	}
	best := 0.0
	for k, i := range g.live {
		for _, j := range g.live[k+1:] {
			p, q := g.parts[i], g.parts[j]
			if !p.joins(q) {
				continue
			}
			shared := 0
			for w := range ends[i] {
				shared += bits.OnesCount64(ends[i][w] & ends[j][w])
			}
			worth := (1 + 2*float64(shared)) / float64(2+sizes[i]+sizes[j])
			if p.prefix(g.flat) == q.prefix(g.flat) {
				worth += 0.3
			}
			worth -= 0.02 * float64(p.weight()+q.weight())
			if !ok || worth > best {
				best, x, y, ok = worth, i, j, true
			}
		}
	}
	return x, y, ok
}

// joins reports whether two parts can be one box.
func (p *part) joins(q *part) bool {
	return p.kind == q.kind && (p.kind == namespaces || p.kind == workloads && p.frames[0] == q.frames[0])
}

// weight counts what a part was joined from.
func (p *part) weight() int {
	if p.kind == namespaces {
		return len(p.frames)
	}
	return len(p.members)
}

func (p *part) prefix(flat *Diagram) string {
	if p.kind == namespaces {
		return prefix(flat.Frames[p.frames[0]].Label)
	}
	return prefix(p.members[0].Name)
}

// with gives the part that two make together.
func (p *part) with(q *part) *part {
	r := &part{kind: p.kind, frames: p.frames, members: slices.Concat(p.members, q.members)}
	if p.kind == namespaces {
		r.frames = slices.Concat(p.frames, q.frames)
		slices.Sort(r.frames)
	}
	return r
}

func (g *grouping) join(x, y int) {
	g.parts[x] = g.parts[x].with(g.parts[y])
	for i := range g.root {
		if g.root[i] == y {
			g.root[i] = x
		}
	}
	g.live = slices.DeleteFunc(g.live, func(i int) bool { return i == y })
}

// manyParts is the number of parts above which neighbours in order are joined before
// anybody looks at their lines.
const manyParts = 150

// joinNeighbours leaves few enough parts to be compared with each other: neighbours
// whose names begin alike become one, and where that is not enough neighbours do.
func joinNeighbours(flat *Diagram, parts []*part) []*part {
	if len(parts) <= manyParts {
		return parts
	}
	parts = joinRuns(parts, func(_ int, p, q *part) bool { return p.prefix(flat) == q.prefix(flat) })
	if each := (len(parts) + manyParts - 1) / manyParts; each > 1 {
		parts = joinRuns(parts, func(i int, _, _ *part) bool { return i%each != 0 })
	}
	return parts
}

// joinRuns joins every part with the one before it that a test agrees to.
func joinRuns(parts []*part, same func(i int, p, q *part) bool) []*part {
	var list []*part
	begin := 0
	for i := range parts {
		if i+1 < len(parts) && parts[i].joins(parts[i+1]) && same(i+1, parts[i], parts[i+1]) {
			continue
		}
		run := &part{kind: parts[begin].kind, frames: parts[begin].frames}
		for k, p := range parts[begin : i+1] {
			run.members = append(run.members, p.members...)
			if k > 0 && p.kind == namespaces {
				run.frames = append(run.frames[:len(run.frames):len(run.frames)], p.frames...)
			}
		}
		list = append(list, run)
		begin = i + 1
	}
	return list
}

func prefix(name string) string {
	name, _, _ = strings.Cut(name, " ")
	if i := strings.LastIndexByte(name, '-'); i > 0 {
		return name[:i]
	}
	return name
}
