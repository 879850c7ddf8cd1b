package diagram

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// drawBlocked adds a connection that was asked for and does not exist. A pair that
// may connect, or that no entity of the bundle bears, adds nothing.
func (a *artist) drawBlocked(p Pair) {
	from, to := a.cluster.Entity(p.From), a.cluster.Entity(p.To)
	if from == nil || to == nil || from == to {
		return
	}
	start, ok := a.nodes[from]
	end, ok2 := a.nodes[to]
	flow, both := a.flow(from, to)
	through := func(ports netset.Ports) bool {
		if p.Ports.IsEmpty() {
			return !ports.IsEmpty()
		}
		return !ports.Intersect(p.Ports).IsEmpty()
	}
	if !ok || !ok2 || !both || through(flow.Ports) || !from.IsPod() && !to.IsPod() {
		return
	}
	fromName, _ := nameOf(from, 1, false)
	toName, _ := nameOf(to, 1, false)
	e := Edge{
		From: End{from.ID, start, None}, To: End{to.ID, end, None},
		Ports: p.Ports, Blocked: true, Undefined: flow.Undefined,
	}
	leaves, enters := through(flow.Egress.Ports), through(flow.Ingress.Ports)
	switch {
	case leaves && enters:
		e.StoppedAt, e.StopText = BothSides, "no port that both sides let through"
	case leaves:
		e.StoppedAt, e.StopText = Entering, "stopped entering "+toName
	case enters:
		e.StoppedAt, e.StopText = Leaving, "stopped leaving "+fromName
	default:
		e.StoppedAt, e.StopText = BothSides, "stopped on both sides"
	}
	on := ""
	if !p.Ports.IsEmpty() {
		on = " on " + portWords(p.Ports)
		e.StopText = portWords(p.Ports) + ": " + e.StopText
	}
	e.StopText = Display(e.StopText)
	e.Title = Display(fmt.Sprintf("%s may not open a connection to %s%s: %s.", capital(mention(from)), mention(to), on, e.StopText))
	a.addEdge(e)
}

// drawEveryBlocked draws the connections between boxes that do not exist, unless they
// are too many to tell anything. A filled lock says by itself that nobody gets through.
func (a *artist) drawEveryBlocked(v View) {
	boxes, arrows := drawn(a.d)
	if v.Fold == FoldNamespaces || v.Fold == FoldGroups || len(v.Namespaces) > 0 || boxes > manyBoxes || arrows > manyArrows {
		a.crosses = "Blocked connections are not drawn in a picture of this size; the matrix has them."
		return
	}
	asked := map[Pair]bool{}
	for _, p := range v.Blocked {
		asked[Pair{From: p.From, To: p.To}] = true
	}
	standing := a.standing()
	var pairs []Pair
	for _, from := range standing {
		for _, to := range standing {
			p := Pair{From: from.ID, To: to.ID}
			if a.nodes[from] == a.nodes[to] || asked[p] || !a.about(p) || !from.IsPod() && !to.IsPod() {
				continue
			}
			c, d := a.classes[a.of[from]], a.classes[a.of[to]]
			if from.IsPod() && c.closed[model.Egress] || to.IsPod() && d.closed[model.Ingress] {
				continue
			}
			if flow, both := a.flow(from, to); both && flow.Ports.IsEmpty() {
				pairs = append(pairs, p)
			}
		}
	}
	if len(pairs) > manyArrows {
		a.crosses = fmt.Sprintf("%d blocked connections are too many to draw; the matrix has them.", len(pairs))
		return
	}
	for _, p := range pairs {
		a.drawBlocked(p)
	}
}

// standing lists one entity for each box, by id.
func (a *artist) standing() (list []*model.Entity) {
	taken := map[int]bool{}
	for _, e := range a.cluster.Entities {
		if at, ok := a.nodes[e]; ok && !taken[at] {
			taken[at] = true
			list = append(list, e)
		}
	}
	return list
}
