package reach

import "github.com/netpolscope/netpolscope/internal/model"

// Change counts the connections that differ between two matrices: ordered pairs of
// entities that gain ports or lose some. A pair that does both counts twice.
type Change struct{ Opened, Closed int }

// Compare says what changes from one matrix to another for the entities that both
// have, told by ID.
func Compare(before, after *Matrix) Change {
	groups := joint(before.Cluster, after.Cluster)
	t, u := before.ports.clone(), after.ports.clone()
	old, now := before.sweeps(before.chosen, t), after.sweeps(after.chosen, u)
	var c Change
	for i, from := range groups {
		a, b := from.before.Index, from.after.Index
		rows, newRows := old.of(a), now.of(b)
		for j, to := range groups {
			if !from.pod && !to.pod {
				continue
			}
			x, _ := before.combine(t, rows, a, to.before.Index)
			y, _ := after.combine(u, newRows, b, to.after.Index)
			was, is := t.sets[x], u.sets[y]
			if was == is {
				continue
			}
			pairs := from.size * to.size
			if i == j { // an entity and itself is a pair only for two pods of it
				pairs += from.several - from.size
			}
			both := was.Union(is)
			if both != was {
				c.Opened += pairs
			}
			if both != is {
				c.Closed += pairs
			}
		}
	}
	return c
}

// group is entities that are of one class in both of two clusters.
type group struct {
	before, after *model.Class
	pod           bool
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
			g = &group{before: e.Class, after: other.Class, pod: e.IsPod()}
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
