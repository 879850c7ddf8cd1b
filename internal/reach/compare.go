package reach

import (
	"iter"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Change counts the connections that differ between two matrices: ordered pairs of
// entities that gain ports or lose some. A pair that does both counts twice.
type Change struct{ Opened, Closed int }

// Compare counts what changes from one matrix to another for the entities that both
// have, told by ID. Addresses that are cut otherwise are followed: a connection with one
// of them closes if it does for some of its addresses, and one opens if it does for some
// of those that it has then.
func Compare(before, after *Matrix) Change {
	var c Change
	seen := map[[3]any]bool{}
	for d := range Differences(before, after) {
		both := d.Was.Union(d.Is)
		if both != d.Was && d.first(seen, true) {
			c.Opened += d.Pairs
		}
		if both != d.Is && d.first(seen, false) {
			c.Closed += d.Pairs
		}
	}
	return c
}

// first reports whether a difference is not one of addresses of which others of the same
// entity were counted, and notes it.
func (d *Difference) first(seen map[[3]any]bool, after bool) bool {
	if !d.from.cut && !d.to.cut {
		return true
	}
	end := func(g *group) any {
		switch {
		case !g.cut:
			return g
		case after:
			return g.now
		}
		return g.first
	}
	key := [3]any{end(d.from), end(d.to), after}
	counted := seen[key]
	seen[key] = true
	return !counted
}

// Difference is what changes for pairs of entities that are alike before and after.
type Difference struct {
	From, To *model.Entity // of the cluster before, one pair of them
	Was, Is  netset.Ports
	Pairs    int
	from, to *group
}

// Differences gives the pairs whose ports are others, by the first of the entities that
// are alike.
func Differences(before, after *Matrix) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		groups := joint(before.Cluster, after.Cluster)
		t, u := before.ports.clone(), after.ports.clone()
		old, now := before.sweeps(before.chosen, t), after.sweeps(after.chosen, u)
		for i, from := range groups {
			a, b := from.before.Index, from.after.Index
			rows, newRows := old.of(a), now.of(b)
			for j, to := range groups {
				if !from.first.IsPod() && !to.first.IsPod() {
					continue
				}
				x, _ := before.combine(t, rows, a, to.before.Index)
				y, _ := after.combine(u, newRows, b, to.after.Index)
				d := Difference{From: from.first, To: to.first, Was: t.sets[x], Is: u.sets[y], Pairs: from.size * to.size, from: from, to: to}
				if i == j { // an entity and itself is a pair only for two pods of it
					d.Pairs += from.several - from.size
				}
				if d.Was != d.Is && d.Pairs > 0 && !yield(d) {
					return
				}
			}
		}
	}
}

// group is entities that are of one class in both of two clusters.
type group struct {
	before, after *model.Class
	first         *model.Entity // before
	// size is how many they are, several how many of them stand for several pods.
	size, several int
	// cut is set for the addresses that one entity has before and another after, which
	// is now.
	cut bool
	now *model.Entity
}

func joint(before, after *model.Cluster) []*group {
	byClasses := map[[2]int]*group{}
	var groups []*group
	var recut []*model.Entity
	for _, e := range before.Entities {
		other := after.Entity(e.ID)
		if e.Kind == model.KindAddresses && (other == nil || !other.Addrs.Equal(e.Addrs)) {
			recut = append(recut, e)
			continue
		}
		if other == nil {
			continue
		}
		key := [2]int{e.Class.Index, other.Class.Index}
		g := byClasses[key]
		if g == nil {
			g = &group{before: e.Class, after: other.Class, first: e}
			byClasses[key] = g
			groups = append(groups, g)
		}
		g.size++
		if e.Several() && other.Several() {
			g.several++
		}
	}
	if len(recut) == 0 {
		return groups
	}
	for _, now := range after.Entities {
		was := before.Entity(now.ID)
		if now.Kind != model.KindAddresses || was != nil && was.Addrs.Equal(now.Addrs) {
			continue
		}
		for _, e := range recut {
			if e.Addrs.Overlaps(now.Addrs) {
				groups = append(groups, &group{before: e.Class, after: now.Class, first: e, size: 1, cut: true, now: now})
			}
		}
	}
	return groups
}
