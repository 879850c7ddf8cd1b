package export

import (
	"cmp"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// group is a namespace with pods, or a node or set of addresses by itself.
type group struct {
	name    string
	outside bool
	pods    int // entities
	several int // entities of more than one pod
}

// access is what the entities of one group may open on those of another: pairs are
// how many pairs of entities there are, some those with an allowed port, all those
// with every port.
type access struct {
	from, to         *group
	pairs, some, all int
	ports            netset.Ports
}

// word gives all, some or none.
func (a *access) word() string {
	switch {
	case a.some == 0:
		return "none"
	case a.all == a.pairs:
		return "all"
	default:
		return "some"
	}
}

// namespaceAccess gives the access between every two groups, from namespaces first,
// each in order of name. Pairs of addresses, and of a namespace's only pod with
// itself, are no question.
func namespaceAccess(m *reach.Matrix) []*access {
	groups, of := groupsOf(m.Cluster)
	pairs := map[[2]*group]*access{}
	var ordered []*access
	for _, from := range groups {
		for _, to := range groups {
			a := &access{from: from, to: to, pairs: from.pods * to.pods}
			if from == to {
				a.pairs = from.pods*(from.pods-1) + from.several
			}
			if a.pairs > 0 && !(from.outside && to.outside) {
				pairs[[2]*group{from, to}] = a
				ordered = append(ordered, a)
			}
		}
	}
	for c := range m.Connections() {
		for _, from := range partsOf(c.From, of) {
			for _, to := range partsOf(c.To, of) {
				n := from.entities * to.entities
				if c.From == c.To && from.group == to.group {
					n = from.entities*(from.entities-1) + from.several
				}
				if n == 0 {
					continue
				}
				a := pairs[[2]*group{from.group, to.group}]
				a.some += n
				if c.Ports.IsAll() {
					a.all += n
				}
				a.ports = a.ports.Union(c.Ports)
			}
		}
	}
	return ordered
}

// groupsOf gives the groups of a cluster and the one that each entity is in.
func groupsOf(c *model.Cluster) ([]*group, map[*model.Entity]*group) {
	byNamespace := map[*model.Namespace]*group{}
	of := map[*model.Entity]*group{}
	var groups []*group
	for _, e := range c.Entities {
		g := byNamespace[e.Namespace]
		if e.Namespace == nil || g == nil {
			g = &group{name: e.ID, outside: e.Namespace == nil}
			if e.Namespace != nil {
				g.name = e.Namespace.Name
				byNamespace[e.Namespace] = g
			}
			groups = append(groups, g)
		}
		g.pods++
		if e.Several() {
			g.several++
		}
		of[e] = g
	}
	slices.SortStableFunc(groups, func(a, b *group) int {
		if a.outside != b.outside {
			return cmp.Compare(boolInt(a.outside), boolInt(b.outside))
		}
		return cmp.Compare(a.name, b.name)
	})
	return groups, of
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// part is the members of a class that are in one group.
type part struct {
	group             *group
	entities, several int
}

func partsOf(c *model.Class, of map[*model.Entity]*group) []part {
	var parts []part
	for _, e := range c.Entities {
		i := slices.IndexFunc(parts, func(p part) bool { return p.group == of[e] })
		if i < 0 {
			i = len(parts)
			parts = append(parts, part{group: of[e]})
		}
		parts[i].entities++
		if e.Several() {
			parts[i].several++
		}
	}
	return parts
}

// namespaceTable lists groups with all, some or none, and the ports that some pair
// has.
func namespaceTable(m *reach.Matrix) table {
	return table{
		head: record{"from", "to", "access", "ports"},
		records: mapped(namespaceAccess(m), func(a *access) record {
			return record{a.from.name, a.to.name, a.word(), a.ports.String()}
		}),
	}
}
