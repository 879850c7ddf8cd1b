package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Fold tells how far a picture is folded.
type Fold uint8

const (
	FoldAuto Fold = iota // as far as it takes to be readable
	FoldNone
	FoldClasses    // workloads that are alike share a box
	FoldNamespaces // a box for a namespace
	FoldGroups     // a box for several namespaces
)

// Folds are the words for ways of folding, by Fold.
var Folds = [...]string{"auto", "none", "classes", "namespaces", "groups"}

// ParseFold reads one of Folds.
func ParseFold(word string) (Fold, bool) {
	i := slices.Index(Folds[:], word)
	return Fold(max(i, 0)), i >= 0
}

// mostLines is the number of lines between boxes above which namespaces are grouped.
const mostLines = 30

// mostRanges is the number of address sets that stay apart in groups of namespaces.
const mostRanges = 3

// mostData is the number of arrows above which a folded picture leaves them out.
const mostData = 2000

// part is what becomes one box: a namespace, several, or several sets of addresses.
type part struct {
	frames  []int // of namespaces; none for addresses
	members []*model.Entity
}

func (p *part) name(d *Diagram) string {
	if len(p.frames) == 0 {
		return fmt.Sprintf("%d address sets", len(p.members))
	}
	return d.Frames[p.frames[0]].Label
}

// folder turns a picture into one whose namespaces are single boxes. It folds the
// cover and not the matrix: every arrow stays, as data within the line or the box
// that stands for it.
type folder struct {
	*artist
	old   *Diagram
	parts []*part
	at    map[*model.Entity]int // part
	inner map[int]int           // frame of the old picture → part
	frame []int                 // old frame → new, None when folded
	node  []int                 // old node → new
	hub   map[string]string     // pills that became one with another
	lines map[[4]int]*sheaf
	order [][4]int
}

// sheaf is the arrows that one line stands for.
type sheaf struct {
	from, to       End
	edges          []int
	ports          netset.Ports
	callers, calls map[*model.Entity]bool
}

// drawn counts the boxes and arrows of a picture.
func drawn(d *Diagram) (boxes, arrows int) {
	for _, n := range d.Nodes {
		if n.Kind == Box || n.Kind == Stack || n.Kind == Folded {
			boxes++
		}
	}
	for _, e := range d.Edges {
		if e.Place == Arrow && !e.Blocked {
			arrows++
		}
	}
	return boxes, arrows
}

// fold folds as far as the view asks for, or as readers need.
func (a *artist) fold(v View) {
	boxes, arrows := drawn(a.d)
	tooMany := boxes > manyBoxes || arrows > manyArrows
	parts := a.namespaceParts(v.Namespaces)
	switch v.Fold {
	case FoldNone, FoldClasses:
		return
	case FoldAuto:
		if (!tooMany || len(parts) < 2) && len(v.Namespaces) == 0 {
			return
		}
	}
	if len(parts) == 0 {
		return
	}
	flat := a.d
	flat.Summary = len(flat.Edges) > mostData
	why := ""
	if tooMany {
		why = fmt.Sprintf(": %s and %s would be too many to read", plural(boxes, "box"), plural(arrows, "arrow"))
		why = strings.Replace(why, "boxs", "boxes", 1)
	}
	a.foldInto(flat, parts)
	a.folded = "Folded by namespace" + why + "."
	if v.Fold == FoldNamespaces || v.Fold == FoldAuto && !a.crowded() {
		return
	}
	if ranges := a.ranges(flat); len(ranges.members) > mostRanges {
		parts = append(parts, ranges)
		a.foldInto(flat, parts)
	}
	if grouped := a.grouped(flat, parts, v.Fold == FoldGroups); len(grouped) < len(parts) {
		a.foldInto(flat, grouped)
		a.folded = "Folded by groups of namespaces" + why + "."
	}
}

func (a *artist) crowded() bool {
	boxes, arrows := drawn(a.d)
	return boxes > manyBoxes || arrows > mostLines
}

// namespaceParts makes a part of every namespace with pods that is not to stay open.
func (a *artist) namespaceParts(open []string) []*part {
	by := map[int]*part{}
	for _, e := range a.matrix.Cluster.Entities {
		if e.Namespace == nil || slices.Contains(open, e.Namespace.Name) {
			continue
		}
		if f, ok := a.namespaces[e.Namespace]; ok {
			if by[f] == nil {
				by[f] = &part{frames: []int{f}}
			}
			by[f].members = append(by[f].members, e)
		}
	}
	var parts []*part
	for f := range a.d.Frames {
		if by[f] != nil {
			parts = append(parts, by[f])
		}
	}
	return parts
}

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

// foldInto replaces the picture by the flat one with a box for every part.
func (a *artist) foldInto(flat *Diagram, parts []*part) {
	f := &folder{
		artist: a, old: flat, parts: parts, at: map[*model.Entity]int{}, inner: map[int]int{},
		hub: map[string]string{}, lines: map[[4]int]*sheaf{},
	}
	a.d = &Diagram{Title: flat.Title, TopToBottom: flat.TopToBottom, Summary: flat.Summary}
	for i, p := range parts {
		for _, e := range p.members {
			f.at[e] = i
		}
		for _, frame := range p.frames {
			f.inner[frame] = i
		}
	}
	f.foldFrames()
	for _, p := range parts {
		f.addFolded(p)
	}
	f.foldNodes()
	f.foldHubs()
	f.foldEdges()
	f.drawLines()
	for i := range parts {
		f.describe(i)
	}
	if a.d.Summary {
		f.leaveOut()
	}
}

// leaveOut takes the arrows that are not drawn out of the data.
func (f *folder) leaveOut() {
	kept := map[int]int{}
	var edges []Edge
	for i, e := range f.d.Edges {
		if e.Place != Hidden && e.Place != Sentence {
			kept[i] = len(edges)
			edges = append(edges, e)
		}
	}
	used := map[string]bool{}
	for i := range edges {
		if edges[i].Bundle != nil {
			edges[i].Bundle = []int{}
		}
		used[edges[i].From.ID], used[edges[i].To.ID] = true, true
	}
	hubs := map[int]int{}
	var left []Hub
	for i, h := range f.d.Hubs {
		if h.Node != None || h.Frame != None || used[h.ID] {
			hubs[i] = len(left)
			left = append(left, h)
		}
	}
	for i := range f.d.Nodes {
		n := &f.d.Nodes[i]
		n.Within.Edges = nil
		n.Lines = renumbered(n.Lines, kept)
		n.Within.Hubs = renumbered(n.Within.Hubs, hubs)
	}
	for i := range f.d.Frames {
		f.d.Frames[i].Lines = renumbered(f.d.Frames[i].Lines, kept)
	}
	f.d.Edges, f.d.Hubs = edges, left
}

func renumbered(list []int, kept map[int]int) []int {
	var next []int
	for _, i := range list {
		if k, ok := kept[i]; ok {
			next = append(next, k)
		}
	}
	return next
}

func (f *folder) foldFrames() {
	f.frame = make([]int, len(f.old.Frames))
	for i, fr := range f.old.Frames {
		f.frame[i] = None
		p, folded := f.inner[i]
		if !folded && fr.Parent != None {
			p, folded = f.inner[fr.Parent]
		}
		if folded {
			f.inner[i] = p
			continue
		}
		fr.Lines = slices.Clone(fr.Lines)
		if fr.Parent != None {
			fr.Parent = f.frame[fr.Parent]
		}
		f.frame[i] = f.addFrame(fr)
	}
}

func (f *folder) addFolded(p *part) {
	n := Node{Kind: Folded, Frame: None, Name: Display(p.name(f.old))}
	if len(p.frames) == 0 {
		n.Kind = Range
		n.Title = "Sets of addresses outside the cluster: " + list(ids(p.members)) + "."
	} else if parent := f.old.Frames[p.frames[0]].Parent; parent != None {
		n.Frame = f.frame[parent]
	}
	f.addNode(n)
}

func (f *folder) foldNodes() {
	f.node = make([]int, len(f.old.Nodes))
	pills := map[pillKey]int{}
	hubs := map[int]*Hub{}
	for i := range f.old.Hubs {
		if h := &f.old.Hubs[i]; h.Node != None {
			hubs[h.Node] = h
		}
	}
	for i, n := range f.old.Nodes {
		p, folded := None, false
		if n.Frame != None {
			p, folded = f.inner[n.Frame]
		}
		if h := hubs[i]; n.Kind == Pill && folded && !f.within(h.Members, p) {
			folded = false
			n.Frame = f.old.Frames[f.parts[p].frames[0]].Parent
		}
		if e := f.matrix.Cluster.Entity(n.ID); n.Kind == Range && e != nil {
			p, folded = f.at[e]
		}
		if folded {
			f.node[i] = p
			continue
		}
		if n.Frame != None {
			n.Frame = f.frame[n.Frame]
		}
		n.Lines = slices.Clone(n.Lines)
		if h := hubs[i]; n.Kind == Pill {
			key := pillKey{strings.Join(h.Members, "\n"), n.Name, false, n.Open, int(n.Dock)*len(f.old.Frames) + n.Frame}
			if first, ok := pills[key]; ok {
				f.node[i] = f.node[first]
				f.hub[h.ID] = hubs[first].ID
				continue
			}
			pills[key] = i
		}
		f.node[i] = f.addNode(n)
	}
}

func (f *folder) within(members []string, part int) bool {
	return !slices.ContainsFunc(members, func(id string) bool {
		at, ok := f.at[f.matrix.Cluster.Entity(id)]
		return !ok || at != part
	})
}

// foldHubs keeps every hub under its id; those of what is folded become data in its box.
func (f *folder) foldHubs() {
	for _, h := range f.old.Hubs {
		home := None
		if h.Node != None {
			if h.Node = f.node[h.Node]; h.Node < len(f.parts) {
				home, h.Node = h.Node, None
			}
		}
		if h.Frame != None {
			if p, ok := f.inner[h.Frame]; ok {
				home, h.Frame = p, None
			} else {
				h.Frame = f.frame[h.Frame]
			}
		}
		if _, gone := f.hub[h.ID]; gone {
			continue
		}
		if home != None {
			f.d.Nodes[home].Within.Hubs = append(f.d.Nodes[home].Within.Hubs, len(f.d.Hubs))
		}
		f.d.Hubs = append(f.d.Hubs, h)
	}
	for i, p := range f.parts {
		id := fmt.Sprintf("fold-%d", i+1)
		f.d.Nodes[i].ID = id
		f.d.Hubs = append(f.d.Hubs, Hub{ID: id, Name: f.d.Nodes[i].Name, Members: ids(p.members), Node: i, Frame: None})
	}
}

func (f *folder) end(e End) (End, bool) {
	if id, ok := f.hub[e.ID]; ok {
		e.ID = id
	}
	folded := false
	if e.Node != None {
		e.Node = f.node[e.Node]
		folded = e.Node < len(f.parts)
	}
	if e.Frame != None {
		if p, ok := f.inner[e.Frame]; ok {
			e.Node, e.Frame, folded = p, None, true
		} else {
			e.Frame = f.frame[e.Frame]
		}
	}
	return e, folded
}

func (f *folder) foldEdges() {
	members := map[string][]string{}
	for _, h := range f.old.Hubs {
		members[h.ID] = h.Members
	}
	who := func(id string) []*model.Entity {
		var es []*model.Entity
		for _, m := range members[id] {
			es = append(es, f.matrix.Cluster.Entity(m))
		}
		if e := f.matrix.Cluster.Entity(id); e != nil {
			es = append(es, e)
		}
		return es
	}
	wide := map[[4]int]bool{}
	for i, e := range f.old.Edges {
		from, a := f.end(e.From)
		to, b := f.end(e.To)
		key := [4]int{from.Node, from.Frame, to.Node, to.Frame}
		e.From, e.To = from, to
		at := len(f.d.Edges)
		switch {
		case e.Place == Sentence || !a && !b:
		case e.Place == Line || from.Node == to.Node && from.Frame == to.Frame:
			home := &f.d.Nodes[from.Node]
			// What holds for a whole namespace is worth a line of its own.
			if p := f.parts[from.Node]; e.Place == Line && len(p.frames) == 1 && len(members[e.From.ID]) == len(p.members) {
				home.Lines = append(home.Lines, at)
			} else {
				e.Place = Hidden
				home.Within.Edges = append(home.Within.Edges, at)
			}
		case e.Blocked:
		case e.Weight == Wide && e.Label == "" && !wide[key]:
			wide[key] = true
		default:
			e.Place = Hidden
			s := f.lines[key]
			if s == nil {
				s = &sheaf{from: from, to: to, callers: map[*model.Entity]bool{}, calls: map[*model.Entity]bool{}}
				f.lines[key] = s
				f.order = append(f.order, key)
			}
			s.edges = append(s.edges, at)
			s.ports = s.ports.Union(e.Ports)
			for _, x := range who(f.old.Edges[i].From.ID) {
				s.callers[x] = true
			}
			for _, x := range who(f.old.Edges[i].To.ID) {
				s.calls[x] = true
			}
		}
		f.d.Edges = append(f.d.Edges, e)
	}
}

// drawLines adds a line for every sheaf.
func (f *folder) drawLines() {
	for _, key := range f.order {
		s := f.lines[key]
		e := Edge{From: s.from, To: s.to, Ports: s.ports, Bundle: s.edges, Label: f.portsInShort(s.ports)}
		var from, to string
		from, e.PartOfFrom = f.who(s.from, s.callers)
		to, e.PartOfTo = f.who(s.to, s.calls)
		if from == "" && e.PartOfTo {
			from = "all"
		}
		if to == "" && e.PartOfFrom {
			to = "all"
		}
		switch {
		case from != "" && to != "":
			e.Who = from + " → " + to
		case from != "":
			e.Who = from
		}
		e.Title = Display(fmt.Sprintf("%s may open connections to %s on %s; %s.",
			capital(f.whole(s.from, from)), f.whole(s.to, to), portWords(s.ports), plural(len(s.edges), "arrow")))
		f.d.Edges = append(f.d.Edges, e)
	}
}

func (f *folder) portsInShort(p netset.Ports) string {
	if n := len(p.Intervals()) + len(p.Names()); n > 3 && !p.IsAll() {
		return plural(n, "port")
	}
	return portWords(p)
}

// who says whom of a folded box a line means, and whether that is only a part.
func (f *folder) who(e End, some map[*model.Entity]bool) (string, bool) {
	if e.Node == None || e.Node >= len(f.parts) {
		return "", false
	}
	p := f.parts[e.Node]
	var who []*model.Entity
	for _, x := range p.members {
		if some[x] {
			who = append(who, x)
		}
	}
	switch len(who) {
	case len(p.members):
		return "", false
	case 1:
		name, _ := nameOf(who[0], 1, false)
		return Display(inShort(name)), true
	}
	return fmt.Sprintf("%d of %d", len(who), len(p.members)), true
}

// inShort cuts a name that is longer than a label should be.
func inShort(name string) string {
	if r := []rune(name); len(r) > 28 {
		return string(r[:27]) + "…"
	}
	return name
}

func (f *folder) whole(e End, words string) string {
	name := ""
	switch {
	case e.Node != None:
		name = f.d.Nodes[e.Node].Name
	case e.Frame != None:
		name = f.d.Frames[e.Frame].Label
	}
	if words == "" || words == "all" {
		return name
	}
	return words + " in " + name
}

// describe gives a folded box its lines and sides.
func (f *folder) describe(i int) {
	p, n := f.parts[i], &f.d.Nodes[i]
	if len(p.frames) == 0 {
		return
	}
	n.Detail = plural(len(p.members), "workload")
	if more := len(p.frames) - 1; more > 0 {
		n.More = append(n.More, n.Detail)
		n.Detail = "and " + plural(more, "more namespace")
	}
	open := true
	for _, d := range model.Directions {
		locked, closed := 0, 0
		for _, e := range p.members {
			c := f.classes[f.of[e]]
			if !c.open[d] {
				locked++
				if c.closed[d] {
					closed++
				}
			}
		}
		n.Sides[d] = Side{Locked: locked > 0, Closed: closed == len(p.members), Gate: locked < len(p.members), Share: float64(locked) / float64(len(p.members))}
		word := [...]string{model.Ingress: "in", model.Egress: "out"}[d]
		switch {
		case locked == len(p.members):
			n.More = append(n.More, word+": all locked")
			open = false
		case locked > 0:
			n.More = append(n.More, fmt.Sprintf("%s: %d of %d locked", word, locked, len(p.members)))
			open = false
		}
	}
	if open {
		n.More = append(n.More, "open both ways")
	}
	if inside := len(n.Within.Edges); inside > 0 {
		n.More = append(n.More, plural(inside, "arrow")+" inside")
	}
	n.Title = n.Name + ", folded: " + n.Detail + "; " + strings.Join(n.More, "; ") + "."
}
