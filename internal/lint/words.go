package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// counted gives a number with its noun: "1 pod", "3 pods".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// most is how many names a sentence lists before it only counts the others.
const most = 3

// listed gives the first names of a list, "a, b, c and 2 more".
func listed(names []string) string {
	if len(names) <= most {
		return joined(names, "and")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// joined gives "a", "a and b", "a, b and c".
func joined(names []string, last string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
	}
	return strings.Join(names, "")
}

// code puts every text in backticks.
func code(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = "`" + t + "`"
	}
	return out
}

// who names what is in classes: "`shop/web`", "any pod with `app=web` in `shop`", and of
// many the first and the number of others. Classes may hold thousands, so that only the
// first are written and sorted.
func who(classes []*model.Class) string {
	var first []*model.Entity
	n := 0
	for _, c := range classes {
		n += len(c.Entities)
		for _, e := range c.Entities {
			i := len(first)
			for i > 0 && e.ID < first[i-1].ID {
				i--
			}
			if i < most {
				first = slices.Insert(first, i, e)
				first = first[:min(most, len(first))]
			}
		}
	}
	var names []string
	for _, e := range first {
		if e.AnyOther {
			names = append(names, "every pod of `"+e.Namespace.Name+"`")
		} else if e.Origin == model.Inferred {
			names = append(names, "any pod with `"+e.Name+"` in `"+e.Namespace.Name+"`")
		} else {
			names = append(names, "`"+nameOf(e)+"`")
		}
	}
	if n > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), n-most)
	}
	return joined(names, "and")
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// howMany gives the number of entities in classes.
func howMany(classes []*model.Class) (n int) {
	for _, c := range classes {
		n += len(c.Entities)
	}
	return n
}

func nameOf(e *model.Entity) string {
	if e.Namespace == nil {
		return e.Name
	}
	return e.Namespace.Name + "/" + e.Name
}

// selected says which pods a selector chooses: "pods with app=web", "every pod".
func selected(s *model.Selector) string {
	if s.Empty() {
		return "every pod"
	}
	return "pods with `" + s.String() + "`"
}

// containerPorts gives the ports that the pods of classes declare, sorted: nothing
// where a pod declares none, since it may listen anywhere.
func containerPorts(classes []*model.Class) []netset.Interval {
	var ports netset.Ports
	for _, c := range classes {
		for _, e := range c.Entities {
			for _, p := range e.Ports {
				ports = ports.Union(netset.FromIntervals(netset.Interval{Protocol: p.Protocol, First: p.Port, Last: p.Port}))
			}
		}
	}
	var single []netset.Interval
	for _, i := range ports.Intervals() {
		for port := int(i.First); port <= int(i.Last); port++ {
			single = append(single, netset.Interval{Protocol: i.Protocol, First: uint16(port), Last: uint16(port)})
		}
	}
	return single
}

// flow of an adjective: what goes in or out.
func incoming(d model.Direction) string { return [...]string{"incoming", "outgoing"}[d] }

// typeOf gives the word of policyTypes for a direction.
func typeOf(d model.Direction) string { return [...]string{"Ingress", "Egress"}[d] }

// number names a rule as people count: "Rule 1 of `ingress`".
func (r *rule) number() string { return fmt.Sprintf("Rule %d of `%s`", r.index+1, r.direction) }
