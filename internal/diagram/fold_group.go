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
			p.members = append(p.members, a.cluster.Entity(n.ID))
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
	g := newGrouping(flat, parts, pairs)
	for len(g.live) > 2 && (must || boxes > manyBoxes || g.count() > mostLines) {
		x, y, ok := g.best()
		if !ok {
			break
		}
		g.join(x, y)
		boxes--
		must = false
	}
	return slices.DeleteFunc(g.parts, func(p *part) bool { return p == nil })
}

// place numbers where an arrow ends: folded boxes, the first nodes, keep their numbers.
func place(e End) int {
	if e.Node != None {
		return e.Node
	}
	return -2 - e.Frame
}

// grouping is the state of joining parts. Places are numbered: parts come first.
type grouping struct {
	flat  *Diagram
	parts []*part // nil for one that was joined to another
	live  []int   // parts of namespaces that are left, ascending
	// to and from are, by place, the places that lines lead to and come from.
	to, from []set
}

func newGrouping(flat *Diagram, parts []*part, pairs [][2]int) *grouping {
	g := &grouping{flat: flat, parts: slices.Clone(parts)}
	number := map[int]int{}
	for i, p := range parts {
		number[i] = i
		if p.kind != addresses {
			g.live = append(g.live, i)
		}
	}
	for _, p := range pairs {
		for _, place := range p {
			if _, known := number[place]; !known {
				number[place] = len(number)
			}
		}
	}
	for range number {
		g.to, g.from = append(g.to, newSet(len(number))), append(g.from, newSet(len(number)))
	}
	for _, p := range pairs {
		x, y := number[p[0]], number[p[1]]
		g.to[x].add(y)
		g.from[y].add(x)
	}
	return g
}

// count gives the number of lines that are left.
func (g *grouping) count() int {
	n := 0
	for i, to := range g.to {
		n += to.count()
		if to.has(i) {
			n--
		}
	}
	return n
}

// best gives the two parts that are joined next: those that share most ends of lines,
// and names that begin alike are a reason too.
func (g *grouping) best() (x, y int, ok bool) {
	sizes := make([]int, len(g.parts))
	prefixes := make([]string, len(g.parts))
	for _, i := range g.live {
		sizes[i] = g.to[i].count() + g.from[i].count()
		prefixes[i] = g.parts[i].prefix(g.flat)
	}
	best := 0.0
	for k, i := range g.live {
		for _, j := range g.live[k+1:] {
			p, q := g.parts[i], g.parts[j]
			if !p.joins(q) {
				continue
			}
			shared := 0
			for w := range g.to[i] {
				shared += bits.OnesCount64(g.to[i][w]&g.to[j][w]) + bits.OnesCount64(g.from[i][w]&g.from[j][w])
			}
			worth := (1 + 2*float64(shared)) / float64(2+sizes[i]+sizes[j])
			if prefixes[i] == prefixes[j] {
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

// join makes the second part one with the first.
func (g *grouping) join(x, y int) {
	g.parts[x], g.parts[y] = g.parts[x].with(g.parts[y]), nil
	for _, ends := range [][]set{g.to, g.from} {
		for w := range ends[x] {
			ends[x][w] |= ends[y][w]
		}
		clear(ends[y])
		for _, s := range ends {
			if s.has(y) {
				s.add(x)
				s[y/64] &^= 1 << (y % 64)
			}
		}
	}
	g.live = slices.DeleteFunc(g.live, func(i int) bool { return i == y })
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
