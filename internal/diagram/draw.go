package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Above these numbers boxes that are alike share one, and the picture says that it is
// large.
const (
	manyBoxes  = 30
	manyArrows = 40
	largest    = 400
	// An arrow to this many boxes that are alike ends at a frame around them.
	alikeBoxes = 3
	// Answers are drawn by themselves up to this number of thin arrows.
	fewArrows = 6
)

// artist turns a cover into boxes, frames and arrows.
type artist struct {
	*facts
	d      *Diagram
	arrows []*arrow

	boxed   map[*model.Entity]bool
	stacked bool // alike boxes share one
	framed  map[int]bool

	outer      int // index of the cluster's frame, or None
	namespaces map[*model.Namespace]int
	alike      map[int]int // class → frame
	nodes      map[*model.Entity]int
	stacks     map[int]int // class → hub
	pills      map[pillKey]int
	doorways   doorways
	crosses    string // why blocked connections are not drawn
	folded     string // what was folded and why
	// coarse is set when there is no cover: the arrows are those of openness only, and
	// what else is allowed is found by part, in lines.
	coarse bool
	// again folds as it was done last; gathering is set when lines that say the same
	// become one by it.
	again     func()
	gathering bool
	// hide is set where what is the same on both sides is left out.
	hide bool
	// peopled are the namespaces with a box, in a picture that leaves some out.
	peopled map[*model.Namespace]bool
	// population counts the entities of a namespace.
	population map[*model.Namespace]int
}

// draw lays a cover out in boxes, frames and arrows, without coordinates. Where there
// is none the picture is coarse.
func draw(f *facts, arrows []*arrow, exact bool, v View) *Diagram {
	a := &artist{
		facts: f, arrows: arrows, coarse: !exact,
		d:          &Diagram{Title: Display(v.Title), TopToBottom: v.TopToBottom},
		boxed:      map[*model.Entity]bool{},
		framed:     map[int]bool{},
		outer:      None,
		namespaces: map[*model.Namespace]int{},
		alike:      map[int]int{},
		nodes:      map[*model.Entity]int{},
		stacks:     map[int]int{},
		pills:      map[pillKey]int{},
		doorways:   doorwaysOf(f.cluster),
		population: map[*model.Namespace]int{},
		peopled:    map[*model.Namespace]bool{},
		hide:       v.HideSame && f.compared(),
	}
	if a.hide {
		f.implied = slices.DeleteFunc(f.implied, func(i implied) bool {
			return f.presence(i.from) == reach.InBoth && f.presence(i.to) == reach.InBoth
		})
	}
	for _, e := range f.cluster.Entities {
		a.population[e.Namespace]++
	}
	a.chooseBoxes(v)
	a.drawFrames()
	a.drawBoxes()
	a.drawGates(v.Show.Open)
	for _, r := range arrows {
		a.drawArrow(r)
	}
	a.drawImplied()
	for _, p := range v.Blocked {
		if a.about(p) {
			a.drawBlocked(p)
		}
	}
	if v.Show.Blocked {
		a.drawEveryBlocked(v)
	}
	a.fold(v)
	if v.OnlyChanges && a.matrix.Base != nil {
		a.quieten()
	}
	a.finish(v)
	return a.d
}

// chooseBoxes decides which entities stand in the picture by themselves, and which
// classes share a box or a frame. All others are members of hubs only.
func (a *artist) chooseBoxes(v View) {
	touched := map[int]bool{}
	within := map[int]bool{}
	for _, r := range a.arrows {
		for _, g := range []*group{r.a, r.b} {
			if g.kind == single {
				touched[g.list[0]] = true
			}
		}
		if r.a.kind == single && r.b.kind == single && r.a.list[0] == r.b.list[0] {
			within[r.a.list[0]] = true
		}
	}
	asked := map[string]bool{}
	for _, p := range v.Blocked {
		if a.about(p) {
			asked[p.From], asked[p.To] = true, true
		}
	}
	if a.lessened() {
		a.chooseAround(func(i int, e *model.Entity) bool {
			return touched[i] || asked[e.ID] || a.focus != nil && a.focus.in.has(i) || a.hide && a.presence(e) != reach.InBoth && e.IsPod() && !e.AnyOther
		})
	}
	boxes := 0
	// Where no namespace is spoken of, any pod elsewhere is all that arrows could reach.
	nowhere := len(a.cluster.Namespaces) == 0
	for i, c := range a.classes {
		locked := c.isPod() && (!c.open[model.Ingress] || !c.open[model.Egress])
		for _, e := range c.entities {
			alone := a.alone(e) && (!e.Namespace.Elsewhere || nowhere)
			switch {
			case a.lessened():
			case touched[i], asked[e.ID], a.coarse:
				a.boxed[e] = true
			case e.IsPod():
				a.boxed[e] = !e.AnyOther || locked || alone
			}
			if a.boxed[e] {
				boxes++
			}
		}
	}
	a.stacked = a.coarse || v.Fold != FoldNone && (v.Fold == FoldClasses || boxes > manyBoxes || len(a.arrows) > manyArrows)
	for i, c := range a.classes {
		if n := len(c.entities); !a.stacked && (touched[i] && n >= alikeBoxes || within[i] && n > 1) {
			a.framed[i] = true
		}
	}
}

// lessened reports whether boxes are left out that nothing drawn meets. A coarse picture
// folds them all.
func (a *artist) lessened() bool { return !a.coarse && (a.focus != nil || a.hide) }

func (a *artist) drawFrames() {
	c := a.cluster
	list := slices.Clone(c.Namespaces)
	for e := range a.boxed {
		if e.Namespace != nil && e.Namespace.Elsewhere && a.boxed[e] && !slices.Contains(list, e.Namespace) {
			list = append(list, e.Namespace)
		}
	}
	spaces := plural(len(list), "namespace")
	if a.lessened() {
		list = slices.DeleteFunc(list, func(ns *model.Namespace) bool { return !a.peopled[ns] })
	}
	if spaces != "1 namespace" && len(list) > 0 {
		a.outer = a.addFrame(Frame{
			Kind: ClusterFrame, Parent: None, Label: "cluster",
			Title: fmt.Sprintf("The cluster: %s.", spaces),
		})
	}
	for _, ns := range list {
		title := "Namespace " + ns.Name + "."
		switch a.presenceOf(ns) {
		case reach.OnlyBefore:
			title = "Namespace " + ns.Name + " is gone."
		case reach.OnlyAfter:
			title = "Namespace " + ns.Name + " is new."
		}
		if ns.Elsewhere {
			title = "Any namespace that the bundle does not speak of."
		} else if ns.Origin == model.Inferred {
			title = capital(namespaceLabel(ns)) + "; only a selector speaks of it."
		}
		a.namespaces[ns] = a.addFrame(Frame{
			Kind: NamespaceFrame, Parent: a.outer, Name: ns.Name, Label: presenceWord(a.presenceOf(ns)) + namespaceLabel(ns),
			Title: title, Inferred: ns.Origin == model.Inferred || ns.Elsewhere, Presence: a.presenceOf(ns),
		})
	}
	for i, c := range a.classes {
		if a.framed[i] && c.isPod() {
			a.alike[i] = a.addFrame(Frame{
				Kind: AlikeFrame, Parent: a.namespaces[c.first().Namespace],
				Title: fmt.Sprintf("%s that every arrow treats alike.", plural(len(c.entities), "workload")),
			})
		}
	}
}

func (a *artist) addFrame(f Frame) int {
	a.d.Frames = append(a.d.Frames, f)
	return len(a.d.Frames) - 1
}

// outermost gives the frame around everything, None where there are no pods.
func (a *artist) outermost() int {
	if len(a.d.Frames) == 0 {
		return None
	}
	return 0
}

// drawBoxes adds a node for every boxed entity in order of id, or one for a class.
func (a *artist) drawBoxes() {
	filled := map[int]bool{}
	drawn := map[int]bool{}
	clashes := a.nameClashes()
	for _, e := range a.cluster.Entities {
		i := a.of[e]
		if !a.boxed[e] || drawn[i] {
			continue
		}
		frame := None
		if e.Namespace != nil {
			frame = a.namespaces[e.Namespace]
		}
		filled[frame] = true
		if f, ok := a.alike[i]; ok {
			frame = f
		}
		if c := a.classes[i]; a.stacked && c.isPod() && len(c.entities) > 1 {
			drawn[i] = true
			a.drawStack(i, frame)
			continue
		}
		a.nodes[e] = a.addNode(a.box(e, frame, clashes[e]))
	}
	for i, f := range a.d.Frames {
		if f.Kind == NamespaceFrame && !filled[i] {
			a.addNode(Node{Kind: Nothing, Frame: i, Name: "no pods", Title: "The bundle has no pods in this namespace."})
		}
	}
}

// nameClashes gives for every inferred entity the number of labels that its name
// needs to differ from the others of its namespace.
func (a *artist) nameClashes() map[*model.Entity]int {
	labels := map[*model.Entity]int{}
	for _, e := range a.cluster.Entities {
		labels[e] = 1
	}
	for range 4 {
		taken := map[[2]string][]*model.Entity{}
		for _, e := range a.cluster.Entities {
			if e.Kind == model.KindInferred && !e.AnyOther {
				name, _ := nameOf(e, labels[e], false)
				key := [2]string{e.Namespace.Name, name}
				taken[key] = append(taken[key], e)
			}
		}
		for _, same := range taken {
			if len(same) > 1 {
				for _, e := range same {
					labels[e]++
				}
			}
		}
	}
	return labels
}

func (a *artist) box(e *model.Entity, frame, labels int) Node {
	n := Node{Kind: Box, ID: e.ID, Frame: frame, HostNetwork: e.HostNetwork, Dashed: e.Origin == model.Inferred || e.AnyOther}
	n.Name, n.Detail = nameOf(e, labels, a.alone(e))
	n.Presence = a.presence(e)
	if was := a.nameBefore(e); was != "" {
		n.Detail += ", was " + was
	}
	n.Name, n.Detail = Display(n.Name), Display(presenceWord(n.Presence)+n.Detail)
	if !e.IsPod() {
		n.Kind = Range
		n.Title = Display(capital(mention(e)) + ", outside the cluster.")
		return n
	}
	a.sides(&n, a.of[e])
	n.Doors = a.doorways.doors(e)
	if !a.coarse {
		a.describeBox(&n, e)
	}
	return n
}

// describeBox names the policies of a box and says in sentences what it is.
func (a *artist) describeBox(n *Node, e *model.Entity) {
	a.isolation(n, e)
	n.Title = Display(boxTitle(e, n, !a.hide && (a.focus == nil || a.focus.in.has(a.of[e]))) + a.unprotected(e))
}

// presenceWord stands before the small line of what is on one side of a comparison only.
func presenceWord(p reach.Presence) string {
	return [...]string{reach.InBoth: "", reach.OnlyBefore: "gone: ", reach.OnlyAfter: "new: "}[p]
}

// alone reports whether an entity is the only one of its namespace.
func (a *artist) alone(e *model.Entity) bool {
	return e.Namespace != nil && a.population[e.Namespace] == 1
}

func (a *artist) sides(n *Node, class int) {
	c := a.classes[class]
	for _, d := range model.Directions {
		n.Sides[d] = Side{Locked: !c.open[d], Closed: !c.open[d] && c.closed[d]}
	}
}

// isolation names the policies that isolate the sides of a box.
func (a *artist) isolation(n *Node, e *model.Entity) {
	for _, d := range model.Directions {
		for _, p := range a.isolatedBy(e, d) {
			n.Sides[d].Policies = append(n.Sides[d].Policies, p.ID)
		}
	}
}

// boxTitle says in sentences what a box and its sides mean, and whether all its
// arrows are there to be seen.
func boxTitle(e *model.Entity, n *Node, whole bool) string {
	var b strings.Builder
	b.WriteString(capital(mention(e)))
	if !n.Dashed {
		b.WriteString(", " + n.Detail)
	}
	b.WriteString(".")
	if n.HostNetwork {
		b.WriteString(" It uses the network of its node: policies do not reach it, and plug-ins may differ.")
	}
	for d, words := range [...][4]string{
		model.Ingress: {" Entering: open to everybody", " Entering: only what arrows show", " Entering: nobody", " Entering: not open to everybody"},
		model.Egress:  {" Leaving: open to everywhere", " Leaving: only what arrows show", " Leaving: nothing", " Leaving: not open to everywhere"},
	} {
		s := n.Sides[d]
		switch {
		case s.Closed:
			b.WriteString(words[2])
		case s.Locked && !whole:
			b.WriteString(words[3])
		case s.Locked:
			b.WriteString(words[1])
		default:
			b.WriteString(words[0])
		}
		switch len(s.Policies) {
		case 0:
		case 1:
			b.WriteString(" (policy " + s.Policies[0] + ")")
		default:
			b.WriteString(" (policies " + list(s.Policies) + ")")
		}
		b.WriteString(".")
	}
	b.WriteString(doorSentence(n.Doors))
	return b.String()
}

// unprotected names the policies that would select an entity if they were in force.
func (a *artist) unprotected(e *model.Entity) string {
	var policies []string
	for _, p := range a.cluster.Policies {
		if p.WouldSelect(e) {
			policies = append(policies, refusal(p))
		}
	}
	if len(policies) == 0 {
		return ""
	}
	return " Not in force, though meant for it: " + list(someOf(policies, 4)) + "."
}

// drawStack adds one box for all entities of a class.
func (a *artist) drawStack(class, frame int) {
	c := a.classes[class]
	n := Node{Kind: Stack, Frame: frame, Dashed: c.first().Kind == model.KindInferred, HostNetwork: c.first().HostNetwork}
	var names, rest []string
	for i, e := range c.entities {
		name, _ := nameOf(e, len(e.Labels), false)
		names = append(names, name)
		if i > 0 {
			rest = append(rest, name)
		}
	}
	n.Presence = c.presence
	n.Name = Display(fmt.Sprintf("%s and %d more", names[0], len(rest)))
	n.Detail = Display(presenceWord(n.Presence) + "alike: " + strings.Join(rest, ", "))
	a.sides(&n, class)
	if !a.coarse {
		a.isolation(&n, c.first())
	}
	n.Doors = a.doorways.count(c.entities)
	alike := "every connection"
	if a.focus != nil {
		alike += " that is drawn"
	}
	n.Title = Display(fmt.Sprintf("%s in %s: alike in %s.", capital(list(names)), c.first().Namespace.Name, alike))
	at := a.addNode(n)
	hub := a.addHub(Hub{Name: n.Name, Members: ids(c.entities), Node: at, Frame: None})
	a.d.Nodes[at].ID = a.d.Hubs[hub].ID
	a.stacks[class] = hub
	for _, e := range c.entities {
		a.nodes[e] = at
	}
}

// drawGates marks open sides where some other box has a lock, or all of them.
func (a *artist) drawGates(all bool) {
	for _, d := range model.Directions {
		locks := slices.ContainsFunc(a.d.Nodes, func(n Node) bool { return n.Sides[d].Locked })
		for i := range a.d.Nodes {
			n := &a.d.Nodes[i]
			if n.Kind == Box || n.Kind == Stack {
				n.Sides[d].Gate = (locks || all) && !n.Sides[d].Locked
			}
		}
	}
}

func (a *artist) addNode(n Node) int {
	a.d.Nodes = append(a.d.Nodes, n)
	return len(a.d.Nodes) - 1
}

// addHub gives a hub its id, which no entity has: theirs hold a slash or are the
// names of addresses.
func (a *artist) addHub(h Hub) int {
	h.ID = fmt.Sprintf("hub-%d", len(a.d.Hubs)+1)
	h.Name = Display(h.Name)
	a.d.Hubs = append(a.d.Hubs, h)
	return len(a.d.Hubs) - 1
}

func ids(entities []*model.Entity) []string {
	list := make([]string, len(entities))
	for i, e := range entities {
		list[i] = e.ID
	}
	slices.Sort(list)
	return list
}
