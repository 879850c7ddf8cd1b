package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// End is what an entity may do in the end, all policies of both sides taken together.
type End struct {
	// Entity stands for itself and for Alike, which behave the same.
	Entity *model.Entity
	Alike  []*model.Entity
	// Called says who may call it, Calls whom it may call.
	Called, Calls string
	// Note says that policies have no hold on it; empty for most.
	Note string
}

// mostGroups is how many different sets of ports a sentence lists.
const mostGroups = 8

// ends gives what comes of the policies for each class of entities, those outside
// first, since what they may call is what matters most.
func ends(m *reach.Matrix, most int) (list []End, left int) {
	classes := slices.Clone(m.Cluster.Classes)
	slices.SortStableFunc(classes, func(a, b *model.Class) int {
		return cmp.Compare(btoi(a.First().IsPod()), btoi(b.First().IsPod()))
	})
	if most > 0 && len(classes) > most {
		for _, c := range classes[most:] {
			left += len(c.Entities)
		}
		classes = classes[:most]
	}
	w := newCrowd(m)
	for _, c := range classes {
		e := End{Entity: c.First(), Alike: c.Entities[1:]}
		e.Called = w.sentence(c, model.Ingress)
		e.Calls = w.sentence(c, model.Egress)
		if c.First().HostNetwork {
			e.Note = fmt.Sprintf("It uses the network of %s, where most plug-ins do not apply policies.", nodeWords(c.First()))
		}
		list = append(list, e)
	}
	return list, left
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// crowd names sets of classes as briefly as is exact.
type crowd struct {
	m *reach.Matrix
	// population counts the entities of each namespace; under nil those outside.
	population map[*model.Namespace]int
	// free tells, by direction and class, whose side no policy limits. Host-network
	// pods are not among them: what holds for them is not certain.
	free [2][]bool
}

func newCrowd(m *reach.Matrix) *crowd {
	w := &crowd{m: m, population: map[*model.Namespace]int{}}
	for _, e := range m.Cluster.Entities {
		w.population[e.Namespace]++
	}
	for _, d := range model.Directions {
		w.free[d] = make([]bool, len(m.Cluster.Classes))
		for i, c := range m.Cluster.Classes {
			w.free[d][i] = !c.First().HostNetwork && len(m.IsolatedBy(c.First(), d)) == 0
		}
	}
	return w
}

// others are the classes at the other end that have the same answer.
type others struct {
	cell    reach.Cell
	classes []*model.Class
}

// sentence lists who is at the other end of a class's connections, by ports.
func (w *crowd) sentence(c *model.Class, d model.Direction) string {
	lead, again := "May be called by ", "by "
	cell := func(other *model.Class) reach.Cell { return w.m.Cell(other, c) }
	if d == model.Egress {
		lead, again = "May call ", ""
		cell = func(other *model.Class) reach.Cell { return w.m.Cell(c, other) }
	}
	var groups []others
	asked, unspoken := 0, false
	at := map[reach.Cell]int{}
	for _, other := range w.m.Cluster.Classes {
		if !reach.Asked(c, other) {
			continue
		}
		asked++
		x := cell(other)
		if x.Ports.IsEmpty() {
			unspoken = true
			continue
		}
		i, ok := at[x]
		if !ok {
			i = len(groups)
			at[x] = i
			groups = append(groups, others{cell: x})
		}
		groups[i].classes = append(groups[i].classes, other)
	}
	if len(groups) == 0 {
		return lead + "nobody."
	}
	// The largest group comes last, where "everybody else" may say it.
	slices.SortStableFunc(groups, func(a, b others) int { return cmp.Compare(len(a.classes), len(b.classes)) })
	rest := 0
	if over := len(groups) - mostGroups; over > 0 {
		for _, g := range groups[:over] {
			for _, class := range g.classes {
				rest += len(class.Entities)
			}
		}
		groups = groups[over:]
	}
	var parts []string
	for i, g := range groups {
		who := w.who(c, d, g.classes)
		last := i == len(groups)-1
		switch {
		case len(g.classes) == asked && asked > 1:
			who = "everybody"
			if !c.First().IsPod() {
				who = "every pod"
			}
		case last && !unspoken && rest == 0 && len(g.classes) > 2:
			who = "everybody else"
		}
		text := fmt.Sprintf("%s on %s", who, portWords(g.cell.Ports))
		if g.cell.Undefined != "" {
			text += " (left to the network plug-in)"
		}
		if i > 0 {
			text = again + text
		}
		parts = append(parts, text)
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("%s%d more on other ports", again, rest))
	}
	return lead + semicolons(parts) + "."
}

// semicolons separates parts that hold commas and ands themselves.
func semicolons(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], "; ") + "; and " + parts[len(parts)-1]
}

// mostWords is how many words for groups and names a sentence takes before it looks for
// a shorter way to say the same.
const mostWords = 4

// who says who is in a set of classes at the other end of a direction. A long list may
// hold everybody whose own side no policy limits, which is soon said.
func (w *crowd) who(c *model.Class, d model.Direction, classes []*model.Class) string {
	words := w.name(c, classes)
	if len(words) <= mostWords {
		return listed(words, "and")
	}
	free := w.free[model.Ingress]
	all := "everything that no policy protects"
	if d == model.Ingress {
		free = w.free[model.Egress]
		all = "everybody whose calls no policy limits"
	}
	count, found := 0, 0
	for _, other := range w.m.Cluster.Classes {
		if free[other.Index] && reach.Asked(c, other) {
			count++
		}
	}
	var rest []*model.Class
	for _, other := range classes {
		if free[other.Index] {
			found++
		} else {
			rest = append(rest, other)
		}
	}
	if count != found || count == 0 {
		return few(words, mostPeers, "and")
	}
	if len(rest) == 0 {
		return all
	}
	return few(append(w.name(c, rest), all), mostPeers, "and")
}

// name says who is in a set of classes, seen from a class.
func (w *crowd) name(from *model.Class, classes []*model.Class) []string {
	count := map[*model.Namespace]int{}
	byNamespace := map[*model.Namespace][]*model.Class{}
	var order []*model.Namespace
	for _, c := range classes {
		ns := c.First().Namespace
		if count[ns] == 0 {
			order = append(order, ns)
		}
		count[ns] += len(c.Entities)
		byNamespace[ns] = append(byNamespace[ns], c)
	}
	pods, whole := 0, true
	for ns, n := range w.population {
		if ns == nil || n == 0 {
			continue
		}
		pods++
		whole = whole && w.all(from, ns, count[ns])
	}
	var words []string
	if whole && pods > 1 {
		words = append(words, "every other pod")
		if !from.First().IsPod() {
			words[0] = "every pod"
		}
	}
	for _, ns := range order {
		switch {
		case ns != nil && whole && pods > 1:
		case ns == nil && count[nil] == w.population[nil] && count[nil] > 0:
			words = append(words, "everybody outside")
		case ns != nil && w.all(from, ns, count[ns]) && count[ns] > 2:
			words = append(words, w.every(from, ns))
		default:
			words = append(words, w.names(from, byNamespace[ns])...)
		}
	}
	return words
}

// all reports whether a number of entities of a namespace is all of them, apart from
// the one that is asked about where it has no other pods.
func (w *crowd) all(from *model.Class, ns *model.Namespace, n int) bool {
	total := w.population[ns]
	if from.First().Namespace == ns && !from.Several() {
		total--
	}
	return n == total
}

func (w *crowd) every(from *model.Class, ns *model.Namespace) string {
	switch {
	case ns.Elsewhere:
		return "every pod of other namespaces"
	case from.First().Namespace == ns:
		return "every other pod of " + ns.Name
	default:
		return "every pod of " + ns.Name
	}
}

func (w *crowd) names(from *model.Class, classes []*model.Class) []string {
	var names []string
	for _, c := range classes {
		for _, e := range c.Entities {
			switch {
			case c == from && len(c.Entities) > 1:
				names = append(names, "each other")
			case c == from:
				names = append(names, "its own other pods")
			case strings.HasPrefix(e.ID, "world"):
				names = append(names, strings.Replace(e.ID, "world", "any other address", 1))
			case e.Namespace != nil && e.Namespace == from.First().Namespace:
				names = append(names, short(e))
			case e.Namespace != nil:
				names = append(names, long(e))
			default:
				names = append(names, short(e))
			}
			if c == from {
				break
			}
		}
	}
	return names
}

// ShortName names an entity for a heading: with its namespace, and what it stands for.
func ShortName(e *model.Entity) string {
	if e.Namespace == nil {
		return short(e)
	}
	return long(e)
}
