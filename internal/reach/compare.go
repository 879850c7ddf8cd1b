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
// have, told by ID.
func Compare(before, after *Matrix) Change {
	var c Change
	for d := range Differences(before, after) {
		both := d.Was.Union(d.Is)
		if both != d.Was {
			c.Opened += d.Pairs
		}
		if both != d.Is {
			c.Closed += d.Pairs
		}
	}
	return c
}

// Difference is what changes for pairs of entities that are alike before and after.
type Difference struct {
	From, To *model.Entity // of the cluster before, one pair of them
	Was, Is  netset.Ports
	Pairs    int
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
				d := Difference{From: from.first, To: to.first, Was: t.sets[x], Is: u.sets[y], Pairs: from.size * to.size}
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
}

func joint(before, after *model.Cluster) []*group {
	byClasses := map[[2]int]*group{}
	var groups []*group
	for _, e := range before.Entities {
		other := after.Entity(e.ID)
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
	return groups
}
