package export

import (
	"bufio"
	"cmp"
	"io"
	"iter"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// group is a namespace with pods, or a node or set of addresses by itself.
type group struct {
	// name is unlike that of every other group: a namespace that is called as an
	// address entity is, which only world can be, is namespace/world.
	name    string
	kind    string // Namespace, Addresses or Node
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
// itself, are no question. What has no connection is made up on the way, since
// thousands of namespaces are millions of pairs.
func namespaceAccess(m *reach.Matrix) (groups []*group, pairs iter.Seq[*access]) {
	groups, of := groupsOf(m.Cluster)
	connected := map[[2]*group]*access{}
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
				a := connected[[2]*group{from.group, to.group}]
				if a == nil {
					a = newAccess(from.group, to.group)
					connected[[2]*group{from.group, to.group}] = a
				}
				a.some += n
				if c.Ports.IsAll() {
					a.all += n
				}
				a.ports = a.ports.Union(c.Ports)
			}
		}
	}
	return groups, func(yield func(*access) bool) {
		for _, from := range groups {
			for _, to := range groups {
				a := connected[[2]*group{from, to}]
				if a == nil {
					a = newAccess(from, to)
				}
				if a.pairs > 0 && !(from.outside && to.outside) && !yield(a) {
					return
				}
			}
		}
	}
}

func newAccess(from, to *group) *access {
	a := &access{from: from, to: to, pairs: from.pods * to.pods}
	if from == to {
		a.pairs = from.pods*(from.pods-1) + from.several
	}
	return a
}

// groupsOf gives the groups of a cluster and the one that each entity is in.
func groupsOf(c *model.Cluster) ([]*group, map[*model.Entity]*group) {
	byNamespace := map[*model.Namespace]*group{}
	of := map[*model.Entity]*group{}
	var groups []*group
	for _, e := range c.Entities {
		g := byNamespace[e.Namespace]
		if e.Namespace == nil || g == nil {
			g = &group{name: e.ID, kind: e.Kind.String(), outside: e.Namespace == nil}
			if e.Namespace != nil {
				g.name, g.kind = e.Namespace.Name, "Namespace"
				if c.Entity(g.name) != nil {
					g.name = "namespace/" + g.name
				}
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
	_, pairs := namespaceAccess(m)
	return table{
		head: record{"from", "to", "access", "ports"},
		records: func(yield func(record) bool) {
			for a := range pairs {
				if !yield(record{a.from.name, a.to.name, a.word(), a.ports.String()}) {
					return
				}
			}
		},
	}
}

// groupJSON is a namespace with its number of entities, or what is outside.
type groupJSON struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Entities int    `json:"entities"`
}

// accessJSON is what one group may open on another.
type accessJSON struct {
	From       string     `json:"from"`
	To         string     `json:"to"`
	Access     string     `json:"access"`
	Ports      []portJSON `json:"ports"`
	NamedPorts []string   `json:"namedPorts"`
}

// NamespacesJSON writes from namespace to namespace as netpolscope.namespaces/v1, one
// pair a line, with the errors among the findings.
func NamespacesJSON(out io.Writer, m *reach.Matrix, findings diag.List) error {
	w := newWriter(bufio.NewWriterSize(out, bufferSize), "netpolscope.namespaces/v1")
	groups, pairs := namespaceAccess(m)
	list(w, "groups", mapped(groups, func(g *group) groupJSON { return groupJSON{g.name, g.kind, g.pods} }))
	list(w, "access", func(yield func(accessJSON) bool) {
		for a := range pairs {
			if !yield(accessJSON{a.from.name, a.to.name, a.word(), portsOf(a.ports), namesOf(a.ports)}) {
				return
			}
		}
	})
	list(w, "notEvaluated", mapped(m.Cluster.NotEvaluated, func(n model.NotEvaluated) notEvaluatedJSON {
		return notEvaluatedJSON(n)
	}))
	list(w, "findings", mapped(findings.AtLeast(diag.Error), findingOf))
	return w.close()
}
