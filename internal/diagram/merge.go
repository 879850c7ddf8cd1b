package diagram

import (
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// merge groups the classes of a cluster that behave alike towards everybody. The
// model's classes are finer: they tell apart whatever a selector could tell apart.
// Groups and their members are in order of class index. Above the size up to which a
// whole table is kept nothing is merged.
func merge(m *reach.Matrix, table *cells) [][]int {
	fine := m.Cluster.Classes
	var groups [][]int
	if table.dense == nil {
		for i := range fine {
			groups = append(groups, []int{i})
		}
		return groups
	}
	buckets := map[likeness][]int{}
	for i, c := range fine {
		like := likenessOf(m, c)
		joined := false
		for _, g := range buckets[like] {
			if like.namespace != nil && c.First().Node == nil && twins(table, fine, groups[g][0], i) {
				groups[g] = append(groups[g], i)
				joined = true
				break
			}
		}
		if !joined {
			buckets[like] = append(buckets[like], len(groups))
			groups = append(groups, []int{i})
		}
	}
	slices.SortFunc(groups, func(a, b []int) int { return a[0] - b[0] })
	return groups
}

// likeness is what two classes must have in common before their connections are
// compared: what a reader sees of their boxes.
type likeness struct {
	namespace             *model.Namespace
	inferred, anyOther    bool
	hostNetwork           bool
	in, out, noIn, noneIn bool
}

func likenessOf(m *reach.Matrix, c *model.Class) likeness {
	e := c.First()
	return likeness{
		namespace: e.Namespace, inferred: e.Kind == model.KindInferred, anyOther: e.AnyOther, hostNetwork: e.HostNetwork,
		in: m.Open(c, model.Ingress), out: m.Open(c, model.Egress),
		noIn: m.Closed(c, model.Ingress), noneIn: m.Closed(c, model.Egress),
	}
}

// twins reports whether two classes have the same connections to and from everybody
// else, to each other and among themselves.
func twins(table *cells, fine []*model.Class, a, b int) bool {
	among := table.at(a, b)
	if table.at(b, a) != among ||
		fine[a].Several() && table.at(a, a) != among ||
		fine[b].Several() && table.at(b, b) != among {
		return false
	}
	for x := range fine {
		if x == a || x == b {
			continue
		}
		if table.at(a, x) != table.at(b, x) || table.at(x, a) != table.at(x, b) {
			return false
		}
	}
	return true
}
