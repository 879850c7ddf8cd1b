package reach

import (
	"cmp"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Idle is a policy or a rule that could be taken away, alone, without a change to what
// any side of any pod lets through. One that selects or matches nobody is not listed:
// that is another matter.
type Idle struct {
	Policy *model.Policy
	// Rule is nil when the whole policy is idle.
	Rule *model.Rule
	// By are the policies whose rules grant the same, by ID. Where they open all ports
	// for everybody Opened is set.
	By     []*model.Policy
	Opened bool
}

// Idle gives the idle policies by ID, and the idle rules of those that are not.
//
// A rule is idle if for every class that its policy selects, and every peer and port
// of the rule, another rule of that class grants them. A policy is idle if, besides
// that, every class stays isolated by others, or all traffic is granted to it by
// others. It works on the compiled sets of classes: most rules are decided by the
// first class that only they let through.
func (m *Matrix) Idle() []Idle {
	var idle []Idle
	finders := make([]*idleFinder, len(m.chosen))
	for i, x := range m.chosen {
		finders[i] = newIdleFinder(m, x)
	}
	for _, ns := range m.Cluster.Namespaces {
		for _, p := range m.policies[ns] {
			if i, ok := wholly(finders, p); ok {
				idle = append(idle, i)
				continue
			}
			for r := range p.Rules {
				if i, ok := partly(finders, p, &p.Rules[r]); ok {
					idle = append(idle, i)
				}
			}
		}
	}
	return idle
}

// wholly asks whether a policy is idle in every family.
func wholly(finders []*idleFinder, p *model.Policy) (Idle, bool) {
	i := Idle{Policy: p}
	for _, f := range finders {
		by, opened, ok := f.policy(p)
		if !ok {
			return i, false
		}
		i.By, i.Opened = union(i.By, by), opened
	}
	return i, true
}

func partly(finders []*idleFinder, p *model.Policy, r *model.Rule) (Idle, bool) {
	i := Idle{Policy: p, Rule: r}
	for _, f := range finders {
		by, ok := f.rule(p, r, false)
		if !ok {
			return i, false
		}
		i.By = union(i.By, by)
	}
	return i, true
}

func union(a, b []*model.Policy) []*model.Policy {
	for _, p := range b {
		if !slices.Contains(a, p) {
			a = append(a, p)
		}
	}
	slices.SortFunc(a, func(x, y *model.Policy) int { return cmp.Compare(x.ID, y.ID) })
	return a
}

// idleFinder looks for what is idle under one index.
type idleFinder struct {
	x *index
	// rules holds every rule with its policy, peers as a window even where every peer
	// matches.
	rules map[*model.Rule]*granting
	// subjects are the classes that each policy selects.
	subjects map[*model.Policy][]int
	// by lists, by class, the policies that select it.
	by map[int][]*model.Policy
}

// granting is a rule with its policy.
type granting struct {
	policy *model.Policy
	source *model.Rule
	// every is set for a rule without peers and without named ports.
	every bool
	peers window
	ports netset.Ports
	named bool
}

func newIdleFinder(m *Matrix, x *index) *idleFinder {
	f := &idleFinder{x: x, rules: map[*model.Rule]*granting{}, subjects: map[*model.Policy][]int{}, by: map[int][]*model.Policy{}}
	compiled := map[*model.Rule]*rule{}
	for i := range x.rules {
		compiled[x.rules[i].source] = &x.rules[i]
	}
	cs := newClasses(m.Cluster, x.under)
	for _, ns := range m.Cluster.Namespaces {
		for _, p := range m.policies[ns] {
			cs.local(p.PodSelector, p.Namespace).each(func(i int) {
				f.subjects[p] = append(f.subjects[p], i)
				f.by[i] = append(f.by[i], p)
			})
			for i := range p.Rules {
				r := &p.Rules[i]
				g := &granting{policy: p, source: r}
				if c := compiled[r]; c != nil {
					g.peers, g.named, g.ports = c.peers, c.named, x.ports.sets[c.ports]
				} else {
					g.every = true
					id, _ := x.portsOf(r)
					g.ports = x.ports.sets[id]
				}
				f.rules[r] = g
			}
		}
	}
	return f
}

// policy reports whether a whole policy is idle, and who grants the same.
func (f *idleFinder) policy(p *model.Policy) (by []*model.Policy, opened, ok bool) {
	subjects := f.subjects[p]
	if len(subjects) == 0 {
		return nil, false, false
	}
	opened = true
	for _, d := range model.Directions {
		if !p.Isolates[d] {
			continue
		}
		for _, i := range subjects {
			isolated := false
			var opener *model.Policy
			for _, q := range f.by[i] {
				if q == p || !q.Isolates[d] {
					continue
				}
				isolated = true
				for k := range q.Rules {
					if r := &q.Rules[k]; r.Direction == d && r.AnyPeer && r.AnyPort {
						opener = q
					}
				}
			}
			switch {
			case !isolated:
				return nil, false, false // Only this policy closes the class.
			case opener != nil:
				by = union(by, []*model.Policy{opener})
			default:
				opened = false
			}
		}
	}
	for i := range p.Rules {
		covered, ok := f.rule(p, &p.Rules[i], true)
		if !ok && len(f.matched(&p.Rules[i])) > 0 {
			return nil, false, false
		}
		by = union(by, covered)
	}
	return by, opened, true
}

// matched gives some class that a rule matches, if any.
func (f *idleFinder) matched(r *model.Rule) []int {
	g := f.rules[r]
	if g.every {
		return []int{0}
	}
	var some []int
	g.peers.each(func(i int) {
		if len(some) == 0 {
			some = append(some, i)
		}
	})
	return some
}

// rule reports whether a rule is idle, and whose rules grant the same. Rules of its own
// policy count unless they would go with it.
func (f *idleFinder) rule(p *model.Policy, r *model.Rule, withPolicy bool) (by []*model.Policy, ok bool) {
	g := f.rules[r]
	if len(f.subjects[p]) == 0 || g.named || len(f.matched(r)) == 0 {
		return nil, false // What names stand for differs by destination; such a rule is left alone.
	}
	for _, i := range f.subjects[p] {
		covered, ok := f.covered(i, p, g, withPolicy)
		if !ok {
			return nil, false
		}
		by = union(by, covered)
	}
	return by, true
}

// covered reports whether other rules of a class grant all that one does, and whose.
func (f *idleFinder) covered(class int, p *model.Policy, g *granting, withPolicy bool) (by []*model.Policy, ok bool) {
	missing := g.ports
	var partial []*granting
	left := g.peers
	copied := false
	for _, q := range f.by[class] {
		for k := range q.Rules {
			o := f.rules[&q.Rules[k]]
			if o == g || o.source.Direction != g.source.Direction || withPolicy && q == p || o.named {
				continue
			}
			switch {
			case o.every:
				if rest := missing.Minus(o.ports); rest != missing {
					missing, by = rest, union(by, []*model.Policy{q})
				}
			case g.every:
			case o.ports.Covers(g.ports):
				if !copied {
					left, copied = window{left.first, slices.Clone(left.words)}, true
				}
				if left.without(o.peers) {
					by = union(by, []*model.Policy{q})
				}
			default:
				partial = append(partial, o)
			}
		}
	}
	if missing.IsEmpty() {
		return by, true
	}
	if g.every {
		return nil, false
	}
	ok = true
	left.each(func(peer int) {
		if !ok {
			return
		}
		rest := missing
		for _, o := range partial {
			if o.peers.has(peer) {
				if less := rest.Minus(o.ports); less != rest {
					rest, by = less, union(by, []*model.Policy{o.policy})
				}
			}
		}
		ok = rest.IsEmpty()
	})
	return by, ok
}
