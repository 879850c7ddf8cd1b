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

// part is what becomes one box: a namespace, several, or several sets of addresses.
type part struct {
	frames  []int // of namespaces; none for addresses
	members []*model.Entity
}

func (p *part) name(d *Diagram) string {
	if len(p.frames) == 0 {
		return fmt.Sprintf("%d address sets", len(p.members))
	}
	name := d.Frames[p.frames[0]].Label
	if more := len(p.frames) - 1; more > 0 {
		name += " and " + plural(more, "more namespace")
	}
	return name
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
	why := ""
	if tooMany {
		why = fmt.Sprintf(": %s and %s would be too many to read", plural(boxes, "box"), plural(arrows, "arrow"))
		why = strings.Replace(why, "boxs", "boxes", 1)
	}
	a.foldInto(flat, parts)
	a.folded = "Folded by namespace" + why + "."
	for v.Fold == FoldGroups && len(parts) == len(a.namespaceParts(v.Namespaces)) || v.Fold == FoldAuto && a.crowded() {
		next := a.merged(flat, parts)
		if next == nil {
			break
		}
		parts = next
		a.foldInto(flat, parts)
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

// merged joins the two parts that share most ends of lines; all sets of addresses
// become one first.
func (a *artist) merged(flat *Diagram, parts []*part) []*part {
	named := slices.DeleteFunc(slices.Clone(parts), func(p *part) bool { return len(p.frames) == 0 })
	if len(named) == len(parts) {
		ranges := &part{}
		for _, n := range flat.Nodes {
			if n.Kind == Range {
				ranges.members = append(ranges.members, a.matrix.Cluster.Entity(n.ID))
			}
		}
		if len(ranges.members) > 3 {
			return append(named, ranges)
		}
	}
	if len(named) < 3 {
		return nil
	}
	// Folded nodes come first, one for each part.
	ends := make([]map[[2]int]bool, len(a.d.Nodes))
	see := func(x, y, way int) {
		if x == None || y == None {
			return
		}
		if ends[x] == nil {
			ends[x] = map[[2]int]bool{}
		}
		ends[x][[2]int{y, way}] = true
	}
	for _, e := range a.d.Edges {
		if e.Place == Arrow && e.Bundle != nil {
			see(e.From.Node, e.To.Node, 0)
			see(e.To.Node, e.From.Node, 1)
		}
	}
	best, x, y := -1.0, 0, 1
	for i := range parts {
		for j := i + 1; j < len(parts); j++ {
			if len(parts[i].frames) == 0 || len(parts[j].frames) == 0 {
				continue
			}
			shared := 0
			for k := range ends[i] {
				if ends[j][k] {
					shared++
				}
			}
			worth := (1 + 2*float64(shared)) / float64(2+len(ends[i])+len(ends[j]))
			if prefix(parts[i].name(flat)) == prefix(parts[j].name(flat)) {
				worth += 0.3
			}
			worth -= 0.02 * float64(len(parts[i].frames)+len(parts[j].frames))
			if worth > best || best < 0 {
				best, x, y = worth, i, j
			}
		}
	}
	joined := &part{
		frames:  slices.Concat(parts[x].frames, parts[y].frames),
		members: slices.Concat(parts[x].members, parts[y].members),
	}
	slices.Sort(joined.frames)
	next := slices.Clone(parts)
	next[x] = joined
	return slices.Delete(next, y, y+1)
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
		return Display(fontless(name)), true
	}
	return fmt.Sprintf("%d of %d", len(who), len(p.members)), true
}

// fontless cuts a name that is longer than a label should be.
func fontless(name string) string {
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
