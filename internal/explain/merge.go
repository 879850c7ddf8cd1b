package explain

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
)

// merge makes one answer of the answers to a question's flows.
func merge(q question, answers []Explanation) Explanation {
	total := 0
	for _, f := range q.flows {
		total += f.pairs
	}
	same := !slices.ContainsFunc(answers, func(a Explanation) bool { return a.Text() != answers[0].Text() })
	if same {
		e := answers[0]
		if total > 1 {
			e.Notes = append(e.Notes, fmt.Sprintf("The same holds for all %d pairs that the question is about.", total))
		}
		return e
	}
	var e Explanation
	verdicts := map[Verdict]int{}
	for i, a := range answers {
		verdicts[a.Verdict] += q.flows[i].pairs
		e.Ports = e.Ports.Union(a.Ports)
		e.Egress = e.Egress.with(a.Egress, i == 0)
		e.Ingress = e.Ingress.with(a.Ingress, i == 0)
		if e.UndefinedReason == "" {
			e.UndefinedReason = a.UndefinedReason
		}
		e.Notes = append(e.Notes, fmt.Sprintf("%s → %s: %s", a.From, a.To, a.Text()))
	}
	behind := ""
	if q.service != nil {
		behind = " behind Service " + q.service.ID
	}
	pairs := fmt.Sprintf("pairs of caller and called%s", behind)
	if called := q.endpoints(); q.service != nil && called == total {
		pairs = "endpoints of Service " + q.service.ID
	}
	switch {
	case verdicts[Allowed] == total:
		e.Verdict = Allowed
		e.Headline = fmt.Sprintf("Allowed for all %d %s.", total, pairs)
	case verdicts[Blocked] == total:
		e.Verdict = Blocked
		e.Headline = fmt.Sprintf("Blocked for all %d %s.", total, pairs)
	case verdicts[Undefined] == total:
		e.Verdict = Undefined
		e.Headline = fmt.Sprintf("Not decided by NetworkPolicy for any of the %d %s.", total, pairs)
	default:
		e.Verdict = Partly
		e.Headline = fmt.Sprintf("Allowed for some of the pods%s only: %d of %d %s.", map[bool]string{true: " behind it"}[q.service != nil], verdicts[Allowed], total, pairs)
	}
	if e.Verdict != Undefined {
		e.UndefinedReason = ""
	}
	return e
}

// with joins what two flows say of the same side.
func (s Side) with(t Side, first bool) Side {
	if first {
		t.Text = ""
		return t
	}
	if s.Verdict != t.Verdict {
		s.Verdict = Partly
	}
	for _, p := range t.IsolatedBy {
		if !slices.ContainsFunc(s.IsolatedBy, func(known *model.Policy) bool { return known == p }) {
			s.IsolatedBy = append(s.IsolatedBy, p)
		}
	}
	s.Grants = joined(s.Grants, t.Grants)
	s.Misses = joined(s.Misses, t.Misses)
	return s
}

func joined(a, b []Entry) []Entry {
	for _, e := range b {
		if !slices.Contains(a, e) {
			a = append(a, e)
		}
	}
	return a
}

// endpoints counts the pods behind the Service that is called, each once for every port
// of the Service that leads to it.
func (q *question) endpoints() int {
	callers := map[string]bool{}
	n := 0
	for _, f := range q.flows {
		callers[f.from.ID] = true
		n += f.pairs
	}
	return n / max(len(callers), 1)
}
