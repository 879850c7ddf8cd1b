package expect

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Outcome is what came of an expectation.
type Outcome string

const (
	Holds Outcome = "holds"
	Fails Outcome = "fails"
	// Unknown: it names something that is not in the bundle, or that no policy can decide.
	Unknown Outcome = "unknown"
)

// Result is an expectation held against a matrix.
type Result struct {
	Expectation
	Outcome Outcome
	// Problem says why it cannot be judged, for Unknown.
	Problem string
	// Pairs counts the connections that were looked at, Failing those that are not as
	// expected.
	Pairs, Failing int
	// Failures are examples of those, different from each other.
	Failures []Failure
	// Unsure counts the connections that are as expected only because of how Netpolscope
	// chooses where the API leaves it to the network plug-in; Note says it of one.
	Unsure int
	Note   string
}

// Failure is a connection that is not as expected.
type Failure struct {
	From, To string
	// Alike counts more pairs of the same kind.
	Alike int
	// Ports are those that are open and should not be, or the other way round.
	Ports netset.Ports
	// Text says why it is as it is, with the lines that decide it.
	Text string
}

// mostFailures is how many kinds of failing pairs of one expectation are explained.
const mostFailures = 10

// Check holds expectations against a matrix, in their order.
func Check(m *reach.Matrix, list []Expectation) []Result {
	k := newChecker(m, list)
	results := make([]Result, len(list))
	for i := range list {
		results[i] = k.result(i)
	}
	return results
}

// Kept reports whether every expectation holds.
func Kept(results []Result) bool {
	for _, r := range results {
		if r.Outcome != Holds {
			return false
		}
	}
	return true
}

func (k *checker) result(i int) Result {
	r := Result{Expectation: k.list[i], Outcome: Holds}
	s := &k.sides[i]
	switch {
	case s.problem != "":
		r.Outcome, r.Problem = Unknown, s.problem
		return r
	case len(s.services) > 0:
		k.throughServices(&r, s)
	}
	for _, to := range s.to.groups {
		for _, from := range s.from.groups {
			k.pair(&r, s, from, to)
		}
	}
	switch {
	case r.Outcome == Unknown:
	case r.Failing > 0:
		r.Outcome = Fails
	case r.Pairs == 0:
		r.Outcome, r.Problem = Unknown, "no policy can decide it: both ends are outside, or they are one and the same pod"
	}
	return r
}

// pair judges the connections from one group to another.
func (k *checker) pair(r *Result, s *sides, from, to *group) {
	a, b, pairs := from.first(), to.first(), len(from.members)*len(to.members)
	if from == to && !a.Several() {
		pairs -= len(from.members)
		if pairs > 0 {
			b = from.members[1]
		} else if len(r.From) == 1 && len(r.To) == 1 && !s.loose && !s.others { // it is asked about by name
			pairs = 1
		}
	}
	if pairs <= 0 || !a.IsPod() && !b.IsPod() || k.always(s, a, b) {
		return
	}
	cell := k.cell(a, b)
	wanted := r.wanted(b)
	wrong := wanted.Intersect(cell.Ports)
	if r.Expect == Allowed {
		wrong = wanted.Minus(cell.Ports)
	}
	if s.others && !wrong.IsEmpty() {
		wrong = wrong.Minus(k.allowance(from, to))
	}
	r.Pairs += pairs
	if !wrong.IsEmpty() {
		r.fail(Failure{From: a.ID, To: b.ID, Alike: pairs - 1, Ports: wrong}, pairs, func() string {
			return reasons(explain.Flow(k.m, a, b, portOf(wrong)))
		})
		return
	}
	if cell.Undefined != "" && k.rests(a, b, wanted) {
		if r.Unsure += pairs; r.Note == "" {
			e := explain.Flow(k.m, a, b, portOf(wanted))
			r.Note = e.Headline
		}
	}
}

// cell gives the answer for a pair, which is that of their classes. Those about the called
// are kept until another is called.
func (k *checker) cell(from, to *model.Entity) reach.Cell {
	if from == to && !from.Several() {
		return reach.Cell{Ports: k.m.Ports(from, to)}
	}
	if k.called != to.Class {
		k.called = to.Class
		clear(k.callers)
	}
	known := &k.callers[from.Class.Index]
	if !known.asked {
		*known = answer{true, k.m.Cell(from.Class, to.Class)}
	}
	return known.Cell
}

// answer is a cell that was asked for.
type answer struct {
	asked bool
	reach.Cell
}

// fail notes pairs that are otherwise; the reason is only made for those that are shown.
func (r *Result) fail(f Failure, pairs int, why func() string) {
	r.Failing += pairs
	if len(r.Failures) < mostFailures {
		f.Text = why()
		r.Failures = append(r.Failures, f)
	}
}

// always reports whether a connection is one that no policy can close, so that those who
// say "nothing else" do not mean it: from a pod's own node.
func (k *checker) always(s *sides, a, b *model.Entity) bool {
	return (s.others || s.loose) && (b.Node == a && a.Kind == model.KindNode || a.Node == b && b.Kind == model.KindNode)
}

// rests reports whether an answer about ports rests on a choice of ours; what was asked
// about every port does where any of it does.
func (k *checker) rests(a, b *model.Entity, wanted netset.Ports) bool {
	if wanted.IsAll() || len(wanted.Names()) > 0 {
		return true
	}
	for _, i := range wanted.Intervals() {
		if i.First != i.Last || !k.m.Certain(a, b, i.Protocol, i.First) {
			return true
		}
	}
	return false
}

// portOf gives the port to explain by: the first of a set where that begins with a single
// one, or nil for all of them.
func portOf(s netset.Ports) *explain.Port {
	if intervals := s.Intervals(); len(intervals) > 0 && intervals[0].First == intervals[0].Last {
		return &explain.Port{Protocol: intervals[0].Protocol, Number: intervals[0].First}
	}
	return nil
}

// reasons gives the verdict and what each side says; what else there is to know is for
// those who ask about the one connection.
func reasons(e explain.Explanation) string {
	e.Notes = nil
	return e.Text()
}

// throughServices judges calls to Services, whose ports are those of the Service.
func (k *checker) throughServices(r *Result, s *sides) {
	for _, service := range s.services {
		for _, from := range s.from.groups {
			for _, port := range r.servicePorts() {
				e, err := explain.Ask(k.m, from.first().ID, service, port)
				if err != nil || e.Verdict == explain.Undefined && len(e.Ingress.IsolatedBy)+len(e.Egress.IsolatedBy) == 0 && e.Ports.IsEmpty() {
					r.Outcome, r.Problem = Unknown, problemOf(e, err)
					return
				}
				pairs := len(from.members)
				r.Pairs += pairs
				if string(e.Verdict) != string(r.Expect) {
					r.fail(Failure{From: from.first().ID, To: service, Alike: pairs - 1}, pairs, func() string { return reasons(e) })
				}
			}
		}
	}
}

func problemOf(e explain.Explanation, err error) string {
	if err != nil {
		return err.Error()
	}
	return e.Headline
}

// servicePorts gives the questions that an expectation is to a Service.
func (e *Expectation) servicePorts() []*explain.Port {
	if len(e.Ports) == 0 {
		return []*explain.Port{nil}
	}
	var ports []*explain.Port
	for _, p := range e.Ports {
		ports = append(ports, &explain.Port{Protocol: e.Protocols[0], Number: p.First})
	}
	return ports
}

// problemOfService says what a Service cannot be asked; empty where it can.
func (e *Expectation) problemOfService(service string) string {
	if isOthers(e.From) {
		return fmt.Sprintf("%s is a Service, which anybody may reach who may reach its pods; name the pods behind it", service)
	}
	for _, p := range e.Ports {
		if p.Name != "" || p.First != p.Last {
			return fmt.Sprintf("%s is a Service; ask about one of its ports by number, not about %s", service, p)
		}
	}
	return ""
}
