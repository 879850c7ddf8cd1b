package explain

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Effect is what a policy changes, compared with not having it.
type Effect struct {
	reach.Change
	// Idle is set when every answer is the same without the policy.
	Idle bool
	// Sentences say it in words.
	Sentences []string
}

// mostNamed is how many connections a sentence about an effect names.
const mostNamed = 3

// EffectOf says what a policy in force changes on top of the others. It evaluates the
// cluster again without the policy, and again without each of its rules.
func EffectOf(m *reach.Matrix, p *model.Policy) Effect {
	m = m.Written()
	with, without := m, m
	if i := slices.Index(m.Off, reach.Off{Policy: p.ID}); i >= 0 {
		with = reach.Compute(m.Cluster, slices.Delete(slices.Clone(m.Off), i, i+1)...).Written()
	} else {
		without = reach.Compute(m.Cluster, append(slices.Clone(m.Off), reach.Off{Policy: p.ID})...).Written()
	}
	e := Effect{Change: reach.Compare(without, with)}
	say := func(format string, args ...any) { e.Sentences = append(e.Sentences, fmt.Sprintf(format, args...)) }
	if !slices.ContainsFunc(m.Cluster.Entities, p.Selects) {
		e.Idle = true
		say("It has no effect: no pod of the bundle is one that it chooses.")
		return e
	}
	if e.Change == (reach.Change{}) {
		e.Idle = true
		say("Without it every answer is the same, since %s.", because(with, p))
		return e
	}
	closed, opened := examples(without, with)
	if e.Closed > 0 {
		say("It closes %s: %s.", plural(e.Closed, "connection"), closed)
	}
	if e.Opened > 0 {
		say("On top of what other policies allow it opens %s: %s.", plural(e.Opened, "connection"), opened)
	}
	for i := range p.Rules {
		r := &p.Rules[i]
		off := reach.Off{Policy: p.ID, Rule: true, Direction: r.Direction, Index: r.Index}
		if less := reach.Compute(m.Cluster, append(slices.Clone(with.Off), off)...).Written(); reach.Compare(less, with) == (reach.Change{}) {
			say("Rule %d of %s changes nothing: without it every answer is the same.", r.Index+1, r.Direction)
		}
	}
	return e
}

// because says why a policy that chooses pods changes nothing.
func because(m *reach.Matrix, p *model.Policy) string {
	var others []*model.Policy
	for _, c := range m.Cluster.Classes {
		if !p.Selects(c.First()) {
			continue
		}
		for _, d := range model.Directions {
			by := m.IsolatedBy(c.First(), d)
			if !p.Isolates[d] {
				continue
			}
			if len(by) == 1 {
				return "its rules let everybody through whom the bundle knows, or the other side holds them anyway"
			}
			for _, other := range by {
				if other != p && !slices.Contains(others, other) {
					others = append(others, other)
				}
			}
		}
	}
	if len(others) == 0 {
		return "it limits no direction"
	}
	if len(p.Rules) == 0 {
		return fmt.Sprintf("%s %s the same pods already", policyNames(others), verb(len(others), "limit"))
	}
	return fmt.Sprintf("%s %s the same pods and %s what it allows", policyNames(others), verb(len(others), "limit"), verb(len(others), "allow"))
}

// Named names some of the connections that open and close from one matrix to another,
// empty where there are none.
func Named(before, after *reach.Matrix) (opened, closed string) {
	c := reach.Compare(before, after)
	closed, opened = examples(before, after)
	if c.Opened == 0 {
		opened = ""
	}
	if c.Closed == 0 {
		closed = ""
	}
	return opened, closed
}

// examples names some of the connections that differ, in words.
func examples(before, after *reach.Matrix) (closed, opened string) {
	var shut, open []string
	shutMore, openMore := 0, 0
	add := func(list *[]string, more *int, d reach.Difference, ports netset.Ports) {
		if len(*list) == mostNamed {
			*more += d.Pairs
			return
		}
		f := flow{from: d.From, to: d.To}
		a, b := f.pair()
		text := fmt.Sprintf("%s → %s on %s", a, b, portWords(ports))
		if d.Pairs > 1 {
			text += fmt.Sprintf(" and %d alike", d.Pairs-1)
		}
		*list = append(*list, text)
	}
	for d := range reach.Differences(before, after) {
		both := d.Was.Union(d.Is)
		if both != d.Is {
			add(&shut, &shutMore, d, d.Was.Minus(d.Is))
		}
		if both != d.Was {
			add(&open, &openMore, d, d.Is.Minus(d.Was))
		}
	}
	return withMore(shut, shutMore), withMore(open, openMore)
}

func withMore(list []string, more int) string {
	if more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	if len(list) == 0 {
		return "none"
	}
	return semicolons(list)
}
