package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Sequence is the content of a sequence picture: what happens, one step after the
// other, when each actor of a path calls the next one.
type Sequence struct {
	// Title says whose picture it is, Subtitle how far the calls come.
	Title, Subtitle string
	// Narrow is set for a reader with a small screen.
	Narrow bool
	Actors []Actor // in the order in which they first act
	Steps  []Step
	// Notes are sentences that belong below the picture.
	Notes []string
}

// Actor is one end of the calls.
type Actor struct {
	ID, Name, Detail string
	// Namespace is the name of its namespace, Label how that is shown; empty outside.
	Namespace, Label string
	Title            string
	// Outside is set for addresses and nodes, Dashed for what only a selector speaks
	// of, HostNetwork for pods that policies do not reach.
	Outside, Dashed, HostNetwork bool
}

// Step is a call or the answer to one.
type Step struct {
	From, To int // indices of Actors
	// Answer is set for a response; it has no ports and nothing stops it.
	Answer bool
	Ports  netset.Ports
	Label  string // the ports in words
	Title  string // a sentence
	// StoppedAt is the side that stops a call, Reasons why, in a few words each.
	StoppedAt Stop
	Reasons   []string
	Undefined model.Reason
	// Unreached is set for a step that would have followed one that is stopped.
	Unreached bool
}

// SequenceView is what a reader asked to see of a path. The zero value is the usual
// picture.
type SequenceView struct {
	// Ports are those that the last call of the path is about; empty means all.
	Ports netset.Ports
	// Narrow draws for a small screen.
	Narrow bool
	// Chosen tells that the path was not asked for but is Chain's.
	Chosen bool
	// Notes say what the reader should know of the path.
	Notes []string
}

// outsideOnly is the reason of a step between two ends outside, where NetworkPolicies
// have no say.
const outsideOnly model.Reason = "notAPod"

// Follow gives the sequence of a path of at least two entities.
func Follow(m *reach.Matrix, path []*model.Entity, v SequenceView) *Sequence {
	s := &Sequence{Narrow: v.Narrow, Notes: slices.Clone(v.Notes)}
	lane := map[*model.Entity]int{}
	for _, e := range path {
		if _, ok := lane[e]; !ok {
			lane[e] = len(s.Actors)
			s.Actors = append(s.Actors, actor(m, e))
		}
	}
	stopped := -1
	for i := range path[1:] {
		asked := netset.All
		if i == len(path)-2 && !v.Ports.IsEmpty() {
			asked = v.Ports
		}
		step := call(m.Flow(path[i], path[i+1]), m, asked)
		step.From, step.To, step.Unreached = lane[path[i]], lane[path[i+1]], stopped >= 0
		if step.Unreached {
			step.Title = "Not reached: " + step.Title
		}
		if step.Ports.IsEmpty() && stopped < 0 {
			stopped = i
		}
		s.Steps = append(s.Steps, step)
	}
	s.answer(stopped)
	s.describe(path, stopped, v)
	return s
}

// answer adds the responses, the last call's first. After a call that is stopped none
// is on its way: each would have waited for the next.
func (s *Sequence) answer(stopped int) {
	for i := len(s.Steps) - 1; i >= 0; i-- {
		request := s.Steps[i]
		if request.Ports.IsEmpty() {
			continue
		}
		back := Step{From: request.To, To: request.From, Answer: true, Unreached: stopped >= 0}
		back.Title = fmt.Sprintf("%s answers %s on the same connection; no rule is needed.", s.Actors[back.From].Name, s.Actors[back.To].Name)
		if back.Unreached {
			back.Title = fmt.Sprintf("Not reached: the answer of %s to %s.", s.Actors[back.From].Name, s.Actors[back.To].Name)
		}
		s.Steps = append(s.Steps, back)
	}
}

func (s *Sequence) describe(path []*model.Entity, stopped int, v SequenceView) {
	names := make([]string, len(path))
	for i, e := range path {
		names[i] = called(e)
	}
	s.Title = "What happens when " + names[0] + " calls " + strings.Join(names[1:], ", which calls ")
	hops := len(path) - 1
	switch {
	case stopped >= 0 && s.Steps[stopped].Undefined != "":
		s.Subtitle = fmt.Sprintf("Whether %s goes through is not for NetworkPolicies to say.", ordinal(stopped, hops))
	case stopped >= 0:
		s.Subtitle = fmt.Sprintf("%s is stopped %s. Nothing answers it (timeout)", capital(ordinal(stopped, hops)), s.where(stopped))
		if hops > 1 {
			s.Subtitle += ", and what would have followed does not happen"
		}
		s.Subtitle += "."
	case hops == 1:
		s.Subtitle = "The call goes through, and the answer comes back on the same connection."
	case hops == 2:
		s.Subtitle = "Both calls go through, and the answers come back on the same connections."
	default:
		s.Subtitle = fmt.Sprintf("All %d calls go through, and the answers come back on the same connections.", hops)
	}
	if slices.ContainsFunc(s.Steps, func(x Step) bool { return x.Undefined != "" && x.Undefined != outsideOnly && !x.Ports.IsEmpty() }) {
		s.Notes = append(s.Notes, "A call with a ? is left to the network plug-in; what most do is shown.")
	}
	switch {
	case !v.Chosen:
	case stopped >= 0:
		s.Notes = append(s.Notes, "No path was asked for, and no call that a rule was written for gets through: this is one that is stopped.")
	case path[0].IsPod():
		s.Notes = append(s.Notes, "No path was asked for: this is the longest chain of calls that rules were written for. None leads in from outside.")
	default:
		s.Notes = append(s.Notes, "No path was asked for: this is the longest chain of calls from outside.")
	}
}

// ordinal names one of several calls.
func ordinal(i, of int) string {
	words := []string{"first", "second", "third", "fourth", "fifth", "sixth"}
	switch {
	case of == 1:
		return "the call"
	case i < len(words):
		return "the " + words[i] + " call"
	default:
		return fmt.Sprintf("call %d", i+1)
	}
}

// where says at which side a call is stopped.
func (s *Sequence) where(i int) string {
	step := &s.Steps[i]
	from, to := s.Actors[step.From].Name, s.Actors[step.To].Name
	switch step.StoppedAt {
	case Leaving:
		return "leaving " + from
	case Entering:
		return "entering " + to
	default:
		return fmt.Sprintf("on both sides, leaving %s and entering %s", from, to)
	}
}

func actor(m *reach.Matrix, e *model.Entity) Actor {
	a := Actor{ID: e.ID, Outside: !e.IsPod(), Dashed: e.Origin == model.Inferred || e.AnyOther, HostNetwork: e.HostNetwork}
	name, detail := nameOf(e, len(e.Labels), false)
	a.Name, a.Detail = Display(name), Display(detail)
	if e.Kind == model.KindInferred && !e.AnyOther {
		a.Detail = "any pod so labelled"
	}
	if e.Namespace != nil {
		a.Namespace, a.Label = e.Namespace.Name, Display(namespaceLabel(e.Namespace))
	}
	if a.Outside {
		a.Name, a.Detail = Display(e.ID), "outside"
		if e.Kind == model.KindNode {
			a.Name, a.Detail = Display(e.Name), "node"
		}
		a.Title = Display(capital(mention(e)) + ", outside the cluster.")
		if e.Kind == model.KindNode {
			a.Title = Display(capital(mention(e)) + ".")
		}
		return a
	}
	var n Node
	n.Detail, n.Dashed, n.HostNetwork = detail, a.Dashed, e.HostNetwork
	for _, d := range model.Directions {
		by := m.IsolatedBy(e, d)
		n.Sides[d] = Side{Locked: len(by) > 0 && !m.Open(e.Class, d), Closed: len(by) > 0 && m.Closed(e.Class, d)}
		for _, p := range by {
			n.Sides[d].Policies = append(n.Sides[d].Policies, p.ID)
		}
	}
	a.Title = Display(boxTitle(e, &n, true))
	return a
}

// call judges one call on the ports that are asked for.
func call(f reach.Flow, m *reach.Matrix, asked netset.Ports) Step {
	step := Step{Ports: f.Ports.Intersect(asked), Undefined: f.Undefined}
	a, b := called(f.From), called(f.To)
	start := a // a name of the user's begins a sentence as it is written
	if f.From.IsPod() && f.From.Origin == model.Inferred {
		start = capital(a)
	}
	if !f.From.IsPod() && !f.To.IsPod() {
		step.Undefined, step.StoppedAt = outsideOnly, NotStopped
		step.Reasons = []string{"both ends are outside"}
		step.Title = fmt.Sprintf("%s and %s are both outside; NetworkPolicies are about pods only.", start, b)
		return step
	}
	if one := asked.Intervals(); len(one) == 1 && one[0].First == one[0].Last && m.Certain(f.From, f.To, one[0].Protocol, one[0].First) {
		step.Undefined = ""
	}
	if !step.Ports.IsEmpty() {
		step.Label = PortWords(step.Ports)
		step.Title = fmt.Sprintf("%s may open %s on %s: egress of %s, ingress of %s.", start, step.Label, b, endName(f.From), endName(f.To))
		if step.Undefined != "" {
			step.Title += " It is left to the network plug-in."
		}
		return step
	}
	on := ""
	if asked != netset.All {
		step.Label = PortWords(asked)
		on = " on " + step.Label
	}
	leaving, entering := f.Egress.Ports.Intersect(asked).IsEmpty(), f.Ingress.Ports.Intersect(asked).IsEmpty()
	var sides []string
	if leaving {
		step.Reasons = append(step.Reasons, shutBy(f.Egress, "out"))
		sides = append(sides, "leaving "+endName(f.From))
	}
	if entering {
		step.Reasons = append(step.Reasons, shutBy(f.Ingress, "in"))
		sides = append(sides, "entering "+endName(f.To))
	}
	switch {
	case leaving && entering:
		step.StoppedAt = BothSides
	case leaving:
		step.StoppedAt = Leaving
	case entering:
		step.StoppedAt = Entering
	default:
		step.StoppedAt = BothSides
		step.Reasons = []string{"no port is open on both sides"}
		sides = []string{"since no port is open on both sides"}
	}
	step.Title = fmt.Sprintf("%s may not call %s%s: stopped %s, %s.", start, b, on, list(sides), list(step.Reasons))
	return step
}

// called names an entity as the sentences about calls do.
func called(e *model.Entity) string {
	if e.Kind == model.KindAddresses {
		return Display(e.ID)
	}
	return Display(mention(e))
}

// endName names an end where its namespace goes without saying.
func endName(e *model.Entity) string {
	if e.Kind == model.KindAddresses {
		return Display(e.ID)
	}
	name, _ := nameOf(e, len(e.Labels), false)
	return Display(name)
}

// mostBlamed is how many policies a reason names.
const mostBlamed = 2

// shutBy says why a side lets nothing through. No policy denies: of those that have
// rules none fits, and those without say nothing that the others do not.
func shutBy(d policy.Decision, way string) string {
	var names, silent []string
	for _, p := range d.IsolatedBy {
		if slices.ContainsFunc(p.Rules, func(r model.Rule) bool { return r.Direction == d.Direction }) {
			names = append(names, p.Name)
		} else {
			silent = append(silent, p.Name)
		}
	}
	rules := len(names) > 0
	if !rules {
		names = silent
	}
	who := names
	if more := len(names) - mostBlamed; more > 1 {
		who = append(slices.Clone(names[:mostBlamed]), fmt.Sprintf("%d more", more))
	}
	switch {
	case len(names) == 0:
		return "nothing is let " + way
	case rules:
		return "no rule of " + Display(strings.Join(who, " or ")) + " lets it " + way
	case len(names) == 1:
		return Display(names[0]) + " lets nothing " + way
	default:
		return Display(list(who)) + " let nothing " + way
	}
}
