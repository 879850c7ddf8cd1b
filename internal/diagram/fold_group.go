package diagram

import (
	"slices"
	"strings"
)

// ranges are the sets of addresses that a picture shows.
func (a *artist) ranges(flat *Diagram) *part {
	p := &part{}
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
	g := grouping{flat: flat, parts: slices.Clone(parts)}
	for i := range parts {
		g.root = append(g.root, i)
		if len(parts[i].frames) > 0 {
			g.live = append(g.live, i)
		}
	}
	for _, e := range a.d.Edges {
		if e.Place == Arrow {
			g.pairs = append(g.pairs, [2]int{place(e.From), place(e.To)})
		}
	}
	boxes, _ := drawn(a.d)
	for len(g.live) > 2 && (must || boxes > manyBoxes || g.count() > mostLines) {
		x, y := g.best()
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

// manyParts is the number of parts above which only neighbours in order are joined.
const manyParts = 150

// best gives the two parts that are joined next.
func (g *grouping) best() (x, y int) {
	names := make([]string, len(g.parts))
	for _, i := range g.live {
		names[i] = prefix(g.flat.Frames[g.parts[i].frames[0]].Label)
	}
	best := -1e9
	see := func(i, j int, worth float64) {
		if names[i] == names[j] {
			worth += 0.3
		}
		worth -= 0.02 * float64(len(g.parts[i].frames)+len(g.parts[j].frames))
		if worth > best {
			best, x, y = worth, i, j
		}
	}
	if len(g.live) > manyParts {
		for k := 1; k < len(g.live); k++ {
			see(g.live[k-1], g.live[k], 0)
		}
		return x, y
	}
	ends := make([]map[[2]int]bool, len(g.parts))
	for _, i := range g.live {
		ends[i] = map[[2]int]bool{}
	}
	for _, p := range g.pairs {
		from, to := g.at(p[0]), g.at(p[1])
		if from >= 0 && from < len(ends) && ends[from] != nil {
			ends[from][[2]int{to, 0}] = true
		}
		if to >= 0 && to < len(ends) && ends[to] != nil {
			ends[to][[2]int{from, 1}] = true
		}
	}
	for k, i := range g.live {
		for _, j := range g.live[k+1:] {
			shared := 0
			for end := range ends[i] {
				if ends[j][end] {
					shared++
				}
			}
			see(i, j, (1+2*float64(shared))/float64(2+len(ends[i])+len(ends[j])))
		}
	}
	return x, y
}

func (g *grouping) join(x, y int) {
	p, q := g.parts[x], g.parts[y]
	joined := &part{frames: slices.Concat(p.frames, q.frames), members: slices.Concat(p.members, q.members)}
	slices.Sort(joined.frames)
	g.parts[x] = joined
	for i := range g.root {
		if g.root[i] == y {
			g.root[i] = x
		}
	}
	g.live = slices.DeleteFunc(g.live, func(i int) bool { return i == y })
}

func prefix(name string) string {
	name, _, _ = strings.Cut(name, " ")
	if i := strings.LastIndexByte(name, '-'); i > 0 {
		return name[:i]
	}
	return name
}
