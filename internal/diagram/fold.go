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

// part is what becomes one box: a namespace, several, several workloads of one
// namespace, or several sets of addresses.
type part struct {
	kind partKind
	// frames are those of the namespaces, or the one that the workloads are in.
	frames  []int
	members []*model.Entity
}

type partKind uint8

const (
	namespaces partKind = iota
	workloads
	addresses
)

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
	lines map[[5]int]*sheaf
	order [][5]int
	among map[int]bool // parts with connections inside, where the picture is coarse
	// opened and closed count, by part, the pairs within it that change.
	opened, closed map[int]int
}

// sheaf is the arrows that one line stands for.
type sheaf struct {
	from, to       End
	edges          []int
	ports          netset.Ports
	callers, calls map[*model.Entity]bool
	// uneven is set where not every caller may open all the ports on all the called.
	// Arrows of a cover say that by themselves.
	uneven bool
	change Change
	// pairs counts the pairs of entities that change.
	pairs int
	// inFrame says how many are meant at the end that is a frame.
	inFrame string
}

// drawn counts the boxes and arrows of a picture.
func drawn(d *Diagram) (boxes, arrows int) {
	for _, n := range d.Nodes {
		if n.Kind == Box || n.Kind == Stack || n.Kind == Folded {
			boxes++
		}
	}
	for _, e := range d.Edges {
		if e.Place == Arrow && (!e.Blocked || e.Change != NoChange) {
			arrows++
		}
	}
	return boxes, arrows
}

// fold folds as far as the view asks for, or as readers need. How far is decided by the
// lines between boxes; only then those that say the same become one.
func (a *artist) fold(v View) {
	a.foldFar(v)
	// With a focus, which box calls is what the reader asks.
	if a.again != nil && a.focus == nil && a.crossing() {
		a.gathering = true
		a.again()
	}
	if a.coarse {
		a.describeBoxes()
	}
}

func (a *artist) foldFar(v View) {
	boxes, arrows := drawn(a.d)
	tooMany := boxes > manyBoxes || arrows > manyArrows
	parts := a.namespaceParts(v.Namespaces)
	flat := a.d
	why := ""
	switch {
	case a.focus != nil:
		a.foldAround(v)
		return
	case a.coarse:
		flat.Summary = true
		a.foldCoarsely(v, parts)
		return
	case v.Fold == FoldNone, v.Fold == FoldClasses,
		v.Fold == FoldAuto && !tooMany && len(v.Namespaces) == 0:
		return
	case tooMany:
		why = fmt.Sprintf(": %s and %s would be too many to read", plural(boxes, "box"), plural(arrows, "arrow"))
		why = strings.Replace(why, "boxs", "boxes", 1)
	}
	flat.Summary = len(flat.Edges) > mostData
	if len(parts) < 2 && v.Fold == FoldAuto && len(v.Namespaces) == 0 {
		a.foldWorkloads(flat, why)
		return
	}
	if len(parts) == 0 {
		return
	}
	a.foldInto(flat, parts, nil)
	a.folded = "Folded by namespace" + why + "."
	if v.Fold == FoldNamespaces || v.Fold == FoldAuto && !a.crowded() {
		return
	}
	if ranges := a.ranges(flat); len(ranges.members) > mostRanges {
		parts = append(parts, ranges)
		a.foldInto(flat, parts, nil)
	}
	if grouped := a.grouped(flat, parts, v.Fold == FoldGroups); len(grouped) < len(parts) {
		a.foldInto(flat, grouped, nil)
		a.folded = "Folded by groups of namespaces" + why + "."
	}
}

// foldWorkloads folds the workloads of a lone namespace, as many as it takes.
func (a *artist) foldWorkloads(flat *Diagram, why string) {
	parts := joinNeighbours(flat, a.workloadParts(flat, func(*model.Namespace) bool { return true }))
	if ranges := a.ranges(flat); len(ranges.members) > mostRanges {
		parts = append(parts, ranges)
	}
	a.foldInto(flat, parts, nil)
	grouped := several(a.grouped(flat, parts, false))
	a.foldInto(flat, grouped, nil)
	a.folded = "Workloads are folded" + why + "."
}

// several leaves out the parts of one workload: they stay what they are.
func several(parts []*part) []*part {
	return slices.DeleteFunc(parts, func(p *part) bool { return p.kind == workloads && len(p.members) < 2 })
}

func (a *artist) crowded() bool {
	boxes, arrows := drawn(a.d)
	return boxes > manyBoxes || arrows > mostLines
}

// namespaceParts makes a part of every namespace with pods that is not to stay open.
func (a *artist) namespaceParts(open []string) []*part {
	by := map[int]*part{}
	for _, e := range a.cluster.Entities {
		if e.Namespace == nil || slices.Contains(open, e.Namespace.Name) || a.focus != nil && !a.focus.linked.has(a.of[e]) {
			continue
		}
		if f, ok := a.namespaces[e.Namespace]; ok {
			if by[f] == nil {
				by[f] = &part{kind: namespaces, frames: []int{f}}
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

// workloadParts makes a part of what is one box, in the namespaces that are to be
// taken apart.
func (a *artist) workloadParts(flat *Diagram, in func(*model.Namespace) bool) []*part {
	var parts []*part
	at := map[int]*part{} // by node
	for _, e := range a.cluster.Entities {
		n, ok := a.nodes[e]
		if !ok || !e.IsPod() || !in(e.Namespace) {
			continue
		}
		if at[n] == nil {
			at[n] = &part{kind: workloads, frames: []int{flat.Nodes[n].Frame}}
			parts = append(parts, at[n])
		}
		at[n].members = append(at[n].members, e)
	}
	return parts
}

// foldInto replaces the picture by the flat one with a box for every part. Where the
// picture is coarse the lines are those of the table.
func (a *artist) foldInto(flat *Diagram, parts []*part, tables []*partTable) {
	a.again = func() { a.foldInto(flat, parts, tables) }
	f := &folder{
		artist: a, old: flat, parts: parts, at: map[*model.Entity]int{}, inner: map[int]int{},
		hub: map[string]string{}, lines: map[[5]int]*sheaf{}, among: map[int]bool{},
		opened: map[int]int{}, closed: map[int]int{},
	}
	a.d = &Diagram{Title: flat.Title, TopToBottom: flat.TopToBottom, Summary: flat.Summary}
	for i, p := range parts {
		for _, e := range p.members {
			f.at[e] = i
		}
		if p.kind == namespaces {
			for _, frame := range p.frames {
				f.inner[frame] = i
			}
		}
	}
	f.foldFrames()
	for _, p := range parts {
		f.addFolded(p)
	}
	f.foldNodes()
	f.foldHubs()
	f.foldEdges()
	for _, t := range tables {
		f.addLines(t)
	}
	if tables == nil && f.compared() {
		f.countChanges()
	}
	if a.gathering {
		f.gather()
	}
	f.drawLines()
	for i := range parts {
		f.describe(i)
	}
	if a.d.Summary {
		f.leaveOut()
	}
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
	n := Node{Kind: Folded, Frame: None}
	switch p.kind {
	case addresses:
		n.Kind = Range
		n.Name = fmt.Sprintf("%d address sets", len(p.members))
		n.Title = "Sets of addresses outside the cluster: " + list(few(ids(p.members))) + "."
	case workloads:
		n.Frame = f.frame[p.frames[0]]
		first, _ := nameOf(p.members[0], len(p.members[0].Labels), false)
		n.Name = fmt.Sprintf("%s and %d more", inShort(first), len(p.members)-1)
	default:
		n.Name = f.old.Frames[p.frames[0]].Label
		if parent := f.old.Frames[p.frames[0]].Parent; parent != None {
			n.Frame = f.frame[parent]
		}
	}
	n.Name = Display(n.Name)
	f.addNode(n)
}

// few keeps the first of many words.
func few(words []string) []string {
	const most = 12
	if len(words) <= most+1 {
		return words
	}
	return append(slices.Clone(words[:most]), fmt.Sprintf("%d more", len(words)-most))
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
		if id := n.ID; !folded && n.Kind != Pill {
			if h := hubs[i]; h != nil { // a stack, whose entities are in one part
				id = h.Members[0]
			}
			p, folded = f.at[f.cluster.Entity(id)]
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
		at, ok := f.at[f.cluster.Entity(id)]
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
			es = append(es, f.cluster.Entity(m))
		}
		if e := f.cluster.Entity(id); e != nil {
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
			if p := f.parts[from.Node]; e.Place == Line && p.kind == namespaces && len(p.frames) == 1 && len(members[e.From.ID]) == len(p.members) {
				home.Lines = append(home.Lines, at)
			} else {
				e.Place = Hidden
				home.Within.Edges = append(home.Within.Edges, at)
			}
		case e.Blocked && e.Change == NoChange:
		case e.Weight == Wide && e.Label == "" && !wide[key]:
			wide[key] = true
		case e.Weight == Wide && e.Label == "":
			// The wide arrow that is there stops at locks, and so says this one too.
			home := from.Node
			if !a {
				home = to.Node
			}
			e.Place = Hidden
			f.d.Nodes[home].Within.Edges = append(f.d.Nodes[home].Within.Edges, at)
		default:
			e.Place = Hidden
			line := [5]int{key[0], key[1], key[2], key[3], int(e.Change)}
			s := f.lines[line]
			if s == nil {
				s = &sheaf{from: from, to: to, change: e.Change, callers: map[*model.Entity]bool{}, calls: map[*model.Entity]bool{}}
				f.lines[line] = s
				f.order = append(f.order, line)
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
