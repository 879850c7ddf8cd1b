package diagram

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// drawLines adds a line for every sheaf.
func (f *folder) drawLines() {
	for _, key := range f.order {
		s := f.lines[key]
		e := Edge{
			From: s.from, To: s.to, Ports: s.ports, Bundle: s.edges, Label: s.sign() + f.portsInShort(s.ports),
			Change: s.change, Blocked: s.change == Closed || s.change == Went,
		}
		var from, to string
		from, e.PartOfFrom = f.who(s.from, s.callers)
		to, e.PartOfTo = f.who(s.to, s.calls)
		switch {
		case s.inFrame != "" && s.from.Frame != None:
			from, e.PartOfFrom = s.inFrame, true
		case s.inFrame != "":
			to, e.PartOfTo = s.inFrame, true
		}
		if s.uneven {
			from, e.PartOfFrom = f.some(s.from, from, e.PartOfFrom)
			to, e.PartOfTo = f.some(s.to, to, e.PartOfTo)
		}
		if from == "" && e.PartOfTo && f.isFolded(s.from) {
			from = "all"
		}
		if to == "" && e.PartOfFrom && f.isFolded(s.to) {
			to = "all"
		}
		switch {
		case from != "" && to != "":
			e.Who = from + " → " + to
		default:
			e.Who = from + to
		}
		e.Title = Display(fmt.Sprintf("%s %s %s on %s%s.",
			capital(f.whole(s.from, from)), strings.Replace(s.change.may(), "a connection", "connections", 1), f.whole(s.to, to), portWords(s.ports), s.count()))
		f.d.Edges = append(f.d.Edges, e)
	}
}

// some marks an end of a line that does not mean everybody alike.
func (f *folder) some(e End, who string, part bool) (string, bool) {
	switch {
	case !f.isFolded(e):
		return who, part
	case who == "":
		return "some", true
	}
	return who, true
}

// count says how many arrows a line stands for.
func (s *sheaf) count() string {
	switch {
	case len(s.edges) > 0:
		return "; " + plural(len(s.edges), "arrow")
	case s.uneven:
		return ", but not everyone to everyone"
	}
	return ""
}

func (f *folder) portsInShort(p netset.Ports) string {
	if n := len(p.Intervals()) + len(p.Names()); n > 3 && !p.IsAll() {
		return plural(n, "port")
	}
	return portWords(p)
}

// isFolded reports whether a line ends at the box of a part.
func (f *folder) isFolded(e End) bool { return e.Node != None && e.Node < len(f.parts) }

// who says whom of a folded box a line means, and whether that is only a part.
func (f *folder) who(e End, some map[*model.Entity]bool) (string, bool) {
	if !f.isFolded(e) {
		return "", false
	}
	p := f.parts[e.Node]
	var who []*model.Entity
	for _, x := range p.members {
		if some[x] {
			who = append(who, x)
		}
	}
	k, n := len(counted(who)), len(counted(p.members))
	switch {
	case len(who) == len(p.members):
		return "", false
	case len(who) == 1:
		name, _ := nameOf(who[0], 1, false)
		return Display(inShort(name)), true
	case counted(who)[0].AnyOther && !counted(p.members)[0].AnyOther:
		return "any other pod", true
	case k == n:
		return fmt.Sprintf("the %d named", n), true
	}
	return fmt.Sprintf("%d of %d", k, n), true
}

// counted are the members that a reader would count: those that stand for any other
// pod only where there is nothing else.
func counted(members []*model.Entity) []*model.Entity {
	var list []*model.Entity
	for _, e := range members {
		if !e.AnyOther {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return members
	}
	return list
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
	if p.kind == addresses {
		return
	}
	workloads := counted(p.members)
	n.Detail = plural(len(workloads), "workload")
	if more := len(p.frames) - 1; more > 0 {
		n.More = append(n.More, n.Detail)
		n.Detail = "and " + plural(more, "more namespace")
	}
	open := true
	for _, d := range model.Directions {
		locked, closed := 0, 0
		for _, e := range workloads {
			c := f.classes[f.of[e]]
			if !c.open[d] {
				locked++
				if c.closed[d] {
					closed++
				}
			}
		}
		n.Sides[d] = Side{Locked: locked > 0, Closed: closed == len(workloads), Gate: locked < len(workloads), Share: float64(locked) / float64(len(workloads))}
		word := [...]string{model.Ingress: "in", model.Egress: "out"}[d]
		switch {
		case locked == len(workloads):
			n.More = append(n.More, word+": all locked")
			open = false
		case locked > 0:
			n.More = append(n.More, fmt.Sprintf("%s: %d of %d locked", word, locked, len(workloads)))
			open = false
		}
	}
	if open {
		n.More = append(n.More, "open both ways")
	}
	if f.among[i] {
		n.More = append(n.More, "connections inside")
	}
	inside := 0
	for _, e := range n.Within.Edges {
		if f.d.Edges[e].From.Node == f.d.Edges[e].To.Node && !f.d.Edges[e].Blocked {
			inside++
		}
	}
	if inside > 0 {
		n.More = append(n.More, plural(inside, "arrow")+" inside")
	}
	n.More = append(n.More, f.changeWords(i)...)
	n.Title = n.Name + ", folded: " + n.Detail + "; " + strings.Join(n.More, "; ") + "."
}
