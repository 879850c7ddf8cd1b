package analysis

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Causes says which edits caused which changes. Each was verified: with the edit undone
// and everything else as it is after, the change is not there.
type Causes struct {
	// Edits are the edits of objects, policies first.
	Edits []manifest.Change
	// Of holds, by the places of Comparison.Shifts, what opened and what closed.
	Of []Cause
	// Idle are the edits of policies that change no connection at all, also not together
	// with others that were named.
	Idle []*manifest.Change
	// Passing are the policies that are gone with all that they chose.
	Passing []*manifest.Change
	// Untried counts the edits that were not looked at since they are too many, and Unsought
	// the last of the shifts, whose causes were not looked for since these are too many.
	Untried, Unsought int
}

// Cause is what made the ports of one change open and close. Either list is empty where
// nothing did, or where no edit was found.
type Cause struct{ Opened, Closed []Blame }

// Blame is an edit and the ports that would not have changed without it. Where Together
// is set one of them alone is not enough: the change is gone when all of the list are
// undone, and not when one of them is left.
type Blame struct {
	Edit     *manifest.Change
	Ports    netset.Ports
	Together bool
}

// Looking for causes evaluates the bundle again, at most as often as these allow: so many
// objects together, but never less than fewestTries and never more than mostTries times.
// Where only policies are compiled again that counts for a share.
const (
	quickShare   = 4
	triedObjects = 200_000
	fewestTries  = 24
	mostTries    = 240
	// mostBlamed bounds the changes that causes are looked for.
	mostBlamed = 4000
	// mostTogether bounds the edits of which several together are tried.
	mostTogether = 16
)

// trial evaluates the bundle after with edits undone.
type trial struct {
	*Comparison
	// left is what may still be tried, in objects; one time costs price, or a share of it
	// where only policies are compiled.
	left, price int
	known       map[string][]gone // by what is undone
	imagined    map[string]bool   // namespaces
	shifts      []*reach.Shift
}

func (c *Comparison) findCauses() *Causes {
	found := &Causes{Edits: manifest.Changes(c.Before.bundle, c.After.bundle, c.Diff.Namespaces), Of: make([]Cause, len(c.Shifts))}
	objects := max(quickShare, len(c.After.bundle.Objects))
	t := &trial{
		Comparison: c, known: map[string][]gone{}, imagined: c.imagined(), shifts: c.Shifts[:min(len(c.Shifts), mostBlamed)],
		price: objects, left: min(max(triedObjects, fewestTries*objects), mostTries*objects),
	}
	found.Unsought = len(c.Shifts) - len(t.shifts)
	same := map[int]bool{}
	for i := range found.Edits {
		e := &found.Edits[i]
		m := t.undo(e)
		if m == nil {
			found.Untried++
			continue
		}
		if t.blame(found, e, m) {
			continue
		}
		if e.Object().Kind == "NetworkPolicy" && reach.Compare(m, c.Diff.After) == (reach.Change{}) {
			same[i] = true
		}
	}
	t.blameTogether(found)
	named := map[*manifest.Change]bool{}
	for _, of := range found.Of {
		for _, b := range slices.Concat(of.Opened, of.Closed) {
			named[b.Edit] = true
		}
	}
	for i := range found.Edits {
		switch e := &found.Edits[i]; {
		case !same[i] || named[e]:
		case t.passing(e):
			found.Passing = append(found.Passing, e)
		default:
			found.Idle = append(found.Idle, e)
		}
	}
	return found
}

// passing reports whether a policy is gone, and everything that it chose too.
func (t *trial) passing(e *manifest.Change) bool {
	if e.Is != nil {
		return false
	}
	p := explain.PolicyOf(t.Diff.Before.Cluster, e.Was)
	if p == nil || !p.InForce {
		return false
	}
	gone := 0
	for _, end := range t.Diff.Ends {
		for i := range end.Members {
			m := &end.Members[i]
			if m.Was == nil || !p.Selects(m.Was) {
				continue
			}
			if m.Is != nil {
				return false
			}
			gone++
		}
	}
	return gone > 0
}

// undo evaluates the bundle after without some edits; nil when that was done often
// enough.
func (t *trial) undo(edits ...*manifest.Change) *reach.Matrix {
	if t.left <= 0 {
		return nil
	}
	if m, ok := t.quickly(edits); ok {
		t.left -= t.price / quickShare
		return m
	}
	t.left -= t.price
	bundle := t.After.bundle
	for _, e := range edits {
		bundle.Objects = e.Undo(bundle.Objects)
	}
	return t.beside(bundle, t.Diff.After.Cluster)
}

// blame notes an edit, or the parts of it that suffice, with the changes that would not
// be there without it, and reports whether there are any.
func (t *trial) blame(found *Causes, e *manifest.Change, m *reach.Matrix) bool {
	whole := t.gone(m)
	some := slices.ContainsFunc(whole, func(g gone) bool { return !g.opened.IsEmpty() || !g.closed.IsEmpty() })
	if !some {
		return false
	}
	parts := make([][]gone, len(e.Parts))
	for i := range e.Parts {
		if m := t.undo(&e.Parts[i]); m != nil {
			parts[i] = t.gone(m)
		}
	}
	pick := func(k int, of func(gone) netset.Ports) (blamed []Blame) {
		all := of(whole[k])
		if all.IsEmpty() {
			return nil
		}
		var covered netset.Ports
		for i := range parts {
			if parts[i] == nil {
				continue
			}
			if ports := of(parts[i][k]); !ports.IsEmpty() {
				blamed = append(blamed, Blame{Edit: &e.Parts[i], Ports: ports})
				covered = covered.Union(ports)
			}
		}
		if !all.Minus(covered).IsEmpty() {
			return []Blame{{Edit: e, Ports: all}}
		}
		return blamed
	}
	for k := range t.shifts {
		of := &found.Of[k]
		of.Opened = append(of.Opened, pick(k, func(g gone) netset.Ports { return g.opened })...)
		of.Closed = append(of.Closed, pick(k, func(g gone) netset.Ports { return g.closed })...)
	}
	return true
}

// gone is what of a change is not there under a trial.
type gone struct{ opened, closed netset.Ports }

// gone gives that for every shift.
func (t *trial) gone(m *reach.Matrix) []gone {
	list := make([]gone, len(t.shifts))
	for i, s := range t.shifts {
		from, to := stand(s)
		a, b := counterpart(m.Cluster, from), counterpart(m.Cluster, to)
		if a == nil || b == nil {
			continue
		}
		ports := m.Ports(a, b)
		list[i] = gone{opened: s.Opened().Minus(ports), closed: s.Closed().Intersect(ports)}
	}
	return list
}

// stand gives two members that stand for all pairs of a shift.
func stand(s *reach.Shift) (from, to *reach.Member) {
	from, to = &s.From.Members[0], &s.To.Members[0]
	if s.From == s.To && !from.Is.Several() {
		to = &s.To.Members[1]
	}
	return from, to
}

// counterpart finds a member in another cluster: by name, and of addresses by the first.
func counterpart(c *model.Cluster, m *reach.Member) *model.Entity {
	if m.Is.Kind != model.KindAddresses {
		if e := c.Entity(m.Is.ID); e != nil || m.Was == nil {
			return e
		}
		return c.Entity(m.Was.ID) // where its new name is what was undone
	}
	first := m.Addrs.Ranges()[0].From()
	if e := c.Entity(m.Is.ID); e != nil && e.Addrs.Contains(first) {
		return e
	}
	for _, e := range c.Entities {
		if !e.IsPod() && e.Addrs.Contains(first) {
			return e
		}
	}
	return nil
}

// blameTogether looks for edits that only together explain what no edit alone does: two
// policies that let the same through, of which either is enough.
func (t *trial) blameTogether(found *Causes) {
	for k, s := range t.shifts {
		of := &found.Of[k]
		of.Opened = append(of.Opened, t.together(found, k, s, s.Opened().Minus(portsOf(of.Opened)), func(g gone) netset.Ports { return g.opened })...)
		of.Closed = append(of.Closed, t.together(found, k, s, s.Closed().Minus(portsOf(of.Closed)), func(g gone) netset.Ports { return g.closed })...)
	}
}

func portsOf(blamed []Blame) (ports netset.Ports) {
	for _, b := range blamed {
		ports = ports.Union(b.Ports)
	}
	return ports
}

// together undoes every edit that can matter to a pair, and then does one after the other
// again as long as the change stays away.
func (t *trial) together(found *Causes, k int, s *reach.Shift, rest netset.Ports, of func(gone) netset.Ports) []Blame {
	if rest.IsEmpty() {
		return nil
	}
	undone := relevant(found.Edits, s, t.imagined)
	without := func(edits []*manifest.Change) bool {
		key := fmt.Sprint(edits)
		list, known := t.known[key]
		if !known {
			m := t.undo(edits...)
			if m == nil {
				return false
			}
			list = t.gone(m)
			t.known[key] = list
		}
		return rest.Minus(of(list[k])).IsEmpty()
	}
	if len(undone) > mostTogether || !without(undone) {
		return nil
	}
	for i := len(undone) - 1; i >= 0 && len(undone) > 1; i-- {
		if fewer := slices.Delete(slices.Clone(undone), i, i+1); without(fewer) {
			undone = fewer
		}
	}
	var blamed []Blame
	for _, e := range undone {
		blamed = append(blamed, Blame{Edit: e, Ports: rest, Together: len(undone) > 1})
	}
	return blamed
}

// relevant gives the edits that can matter to a pair: of policies in the namespaces of
// either end, of those namespaces, and of whatever is no policy. What labels an inferred
// namespace has may depend on any policy.
func relevant(edits []manifest.Change, s *reach.Shift, imagined map[string]bool) (list []*manifest.Change) {
	from, to := s.From.First().Namespace, s.To.First().Namespace
	inferred := from != nil && imagined[from.Name] || to != nil && imagined[to.Name]
	for i := range edits {
		o := edits[i].Object()
		name := o.Namespace
		if name == "" {
			name = "default"
		}
		if inferred || o.Kind != "NetworkPolicy" || from != nil && from.Name == name || to != nil && to.Name == name {
			list = append(list, &edits[i])
		}
	}
	return list
}
