package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// pillKey tells pills apart; arrows that mean the same group at the same place share
// one.
type pillKey struct {
	members string
	name    string
	calls   bool
	wide    bool
	frame   int
}

// weight gives how an arrow between two groups is drawn.
func weight(a, b *group) Weight {
	switch {
	case a.manner == whole || b.manner == whole:
		return Thick
	case a.manner == free || b.manner == free, a.kind.crowd() || b.kind.crowd():
		return Wide
	case a.manner == either || b.manner == either:
		return Thick
	}
	return Thin
}

func (a *artist) drawArrow(r *arrow) {
	change := a.passing(r)
	e := Edge{Ports: netset.All, Weight: weight(r.a, r.b), Change: change, Blocked: change == Closed || change == Went}
	if r.change.IsChange() {
		e.Weight = changeWeight(r.a, r.b)
	}
	if !r.openness {
		e.Ports = a.ports.ports(r.ports)
		e.Label = r.change.words(e.Ports)
	}
	switch {
	case r.openness:
		e.Label = openLabel(e.Weight)
	case !e.Blocked:
		e.Undefined = a.undefinedOf(r)
	}
	from, to := a.words(r.a, model.Egress, e.Weight), a.words(r.b, model.Ingress, e.Weight)
	e.Title = Display(fmt.Sprintf("%s %s %s on %s.", capital(from), change.may(), to, portWords(e.Ports)))
	if e.Undefined != "" {
		e.Title += " The API leaves this to the network plug-in."
	}
	if a.drawAmong(r, e) {
		return
	}
	for _, from := range a.ends(r.a, r.b, true, e.Weight) {
		for _, to := range a.ends(r.b, r.a, false, e.Weight) {
			e.From, e.To = from, to
			a.addEdge(e)
		}
	}
}

func (a *artist) addEdge(e Edge) int {
	for _, end := range []End{e.From, e.To} {
		e.Inferred = e.Inferred || end.Node != None && a.d.Nodes[end.Node].Dashed
	}
	a.d.Edges = append(a.d.Edges, e)
	return len(a.d.Edges) - 1
}

// undefinedOf gives the reason for which a whole arrow rests on implementation-defined
// behaviour, or none.
func (a *artist) undefinedOf(r *arrow) model.Reason {
	var reason model.Reason
	for _, s := range r.a.list {
		for _, d := range r.b.list {
			if a.at(s, d) == anything {
				continue
			}
			if reason = a.undefined[[2]int{s, d}]; reason == "" {
				return ""
			}
		}
	}
	return reason
}

// drawAmong draws an arrow of a group to itself as a line of text in its box or in
// its frame's title, and reports whether it was one.
func (a *artist) drawAmong(r *arrow, e Edge) bool {
	if r.a.kind != r.b.kind || !slices.Equal(r.a.classes, r.b.classes) {
		return false
	}
	e.Place = Line
	frame := None
	switch r.a.kind {
	case ofNamespace:
		frame = a.namespaces[r.a.namespace]
	case everyPod:
		if a.outer == None {
			return false // a namespace's frame would read as its own pods
		}
		frame = a.outer
	case single:
		class := r.a.list[0]
		if f, ok := a.alike[class]; ok {
			frame = f
			break
		}
		end := a.ends(r.a, r.b, true, Thin)[0]
		e.From, e.To = end, end
		at := a.addEdge(e)
		a.d.Nodes[end.Node].Lines = append(a.d.Nodes[end.Node].Lines, at)
		return true
	default:
		return false
	}
	hub := a.addHub(Hub{
		Name: a.words(r.a, model.Egress, e.Weight), Members: a.members(r.a),
		Open: e.Weight == Wide, Node: None, Frame: frame,
	})
	e.From = End{a.d.Hubs[hub].ID, None, frame}
	e.To = e.From
	at := a.addEdge(e)
	a.d.Frames[frame].Lines = append(a.d.Frames[frame].Lines, at)
	return true
}

// ends gives the places where an arrow meets a group: one, or one a box where a class
// has two boxes.
func (a *artist) ends(g, other *group, calls bool, w Weight) []End {
	switch g.kind {
	case single:
		return a.boxEnds(g, w)
	case ofNamespace:
		frame := a.namespaces[g.namespace]
		if len(g.but) == 0 && !a.inside(other, g.namespace) {
			return a.frameEnd(g, frame, calls, w)
		}
		return a.pillEnd(g, frame, Inside, calls, w)
	case everyPod:
		if len(g.but) == 0 && a.beyond(other) || other.kind == everyPod && !calls {
			return a.frameEnd(g, a.outermost(), calls, w)
		}
		frame := None
		switch other.kind {
		case single:
			frame = a.namespaces[a.classes[other.list[0]].first().Namespace]
		case ofNamespace:
			frame = a.d.Frames[a.namespaces[other.namespace]].Parent
		}
		if frame == None {
			return a.pillEnd(g, None, dock(calls), calls, w)
		}
		return a.pillEnd(g, frame, Inside, calls, w)
	case selected:
		return a.pillEnd(g, a.around(g), Inside, calls, w)
	}
	return a.pillEnd(g, None, dock(calls), calls, w)
}

// beyond reports whether a group stands outside the outermost frame.
func (a *artist) beyond(g *group) bool {
	return g.kind == outside || g.kind == everyone || g.kind == single && !a.classes[g.list[0]].isPod()
}

func dock(calls bool) Dock {
	if calls {
		return Before
	}
	return Behind
}

// inside reports whether a group stands within a namespace's frame.
func (a *artist) inside(g *group, ns *model.Namespace) bool {
	switch g.kind {
	case single:
		return a.classes[g.list[0]].first().Namespace == ns
	case ofNamespace:
		return g.namespace == ns
	case selected:
		at, ok := a.namespaces[ns]
		return ok && a.around(g) == at
	}
	return false
}

// around gives the innermost frame around all boxes of a group.
func (a *artist) around(g *group) int {
	first := a.classes[g.list[0]].first().Namespace
	for _, c := range g.list {
		switch ns := a.classes[c].first().Namespace; {
		case ns == nil:
			return None
		case ns != first:
			return a.outermost()
		}
	}
	if at, ok := a.namespaces[first]; ok {
		return at
	}
	return a.outermost()
}

func (a *artist) boxEnds(g *group, w Weight) []End {
	class := g.list[0]
	if hub, ok := a.stacks[class]; ok {
		h := a.d.Hubs[hub]
		return []End{{h.ID, h.Node, None}}
	}
	if frame, ok := a.alike[class]; ok {
		hub := a.addHub(Hub{Name: a.words(g, model.Egress, w), Members: a.members(g), Node: None, Frame: frame})
		return []End{{a.d.Hubs[hub].ID, None, frame}}
	}
	var ends []End
	for _, e := range a.classes[class].entities {
		ends = append(ends, End{e.ID, a.nodes[e], None})
	}
	return ends
}

func (a *artist) frameEnd(g *group, frame int, calls bool, w Weight) []End {
	hub := a.addHub(Hub{
		Name: a.words(g, side(calls), w), Members: a.members(g), Open: w == Wide, Node: None, Frame: frame,
	})
	return []End{{a.d.Hubs[hub].ID, None, frame}}
}

func side(calls bool) model.Direction {
	if calls {
		return model.Egress
	}
	return model.Ingress
}

// pillEnd gives the end at a pill, which is made when it is first needed.
func (a *artist) pillEnd(g *group, frame int, at Dock, calls bool, w Weight) []End {
	name, detail := a.pillWords(g, calls, w)
	members := a.members(g)
	key := pillKey{strings.Join(members, "\n"), name, calls, w == Wide, frame}
	hub, ok := a.pills[key]
	if !ok {
		n := a.addNode(Node{
			Kind: Pill, Frame: frame, Name: Display(name), Detail: Display(detail), Open: w == Wide, Dock: at,
			Title: Display(capital(a.words(g, side(calls), w)) + ": " + plural(len(members), "entity") + "."),
		})
		hub = a.addHub(Hub{Name: name, Members: members, Open: w == Wide, Node: n, Frame: None})
		a.d.Nodes[n].ID = a.d.Hubs[hub].ID
		a.pills[key] = hub
	}
	h := a.d.Hubs[hub]
	return []End{{h.ID, h.Node, None}}
}

func (a *artist) members(g *group) []string {
	var all []*model.Entity
	for _, c := range g.list {
		all = append(all, a.classes[c].entities...)
	}
	return ids(all)
}

// pillWords gives the two lines of a pill.
func (a *artist) pillWords(g *group, calls bool, w Weight) (name, detail string) {
	switch g.kind {
	case everyone:
		name, detail = "anyone", "inside or outside"
	case outside:
		name, detail = "anywhere outside", "the cluster"
		if calls {
			name = "anyone outside"
		}
	case everyPod:
		name = "every pod"
		if w == Wide {
			name = "any pod"
		}
	case ofNamespace:
		name = "every pod of " + namespaceLabel(g.namespace)
		if w == Wide {
			name = "any pod of " + namespaceLabel(g.namespace)
		}
	default:
		name, detail = g.selector, plural(g.size, "entity")
	}
	if len(g.but) > 0 {
		name += " but " + list(a.butNames(g))
	}
	return name, detail
}

func (a *artist) butNames(g *group) []string {
	var names []string
	for _, c := range g.but {
		for _, e := range a.classes[c].entities {
			name, _ := nameOf(e, len(e.Labels), false)
			names = append(names, name)
		}
	}
	return names
}

// words names a group in a sentence.
func (a *artist) words(g *group, d model.Direction, w Weight) string {
	without := ""
	if w == Wide {
		without = " without a lock on that side"
	}
	words := ""
	switch g.kind {
	case single:
		var names []string
		for _, e := range a.classes[g.list[0]].entities {
			names = append(names, mention(e))
		}
		if len(names) > alikeBoxes {
			names = append(names[:alikeBoxes], fmt.Sprintf("%d more", len(names)-alikeBoxes))
		}
		return list(names)
	case everyone:
		words = "everybody, every pod" + without + " and every address"
	case outside:
		words = "any address outside the cluster"
	case everyPod:
		words = "every pod" + without
	case ofNamespace:
		words = "every pod of " + namespaceLabel(g.namespace) + without
	default:
		words = "each of the " + g.selector + without
	}
	if len(g.but) > 0 {
		words += " but " + list(a.butNames(g))
	}
	return words
}

// drawImplied adds the connections between pods and their nodes as data.
func (a *artist) drawImplied() {
	for _, i := range a.implied {
		a.d.Edges = append(a.d.Edges, Edge{
			From: End{i.from.ID, None, None}, To: End{i.to.ID, None, None}, Ports: i.ports, Place: Sentence,
			Title: Display(fmt.Sprintf("%s and %s: a pod and its own node always reach each other.", capital(mention(i.from)), mention(i.to))),
		})
	}
}
