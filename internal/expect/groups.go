package expect

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// checker holds what the expectations of a file share. Entities of one class that no
// expectation tells apart are one group, so that the work does not grow with the pods.
type checker struct {
	m     *reach.Matrix
	list  []Expectation
	sides []sides
	// every has all groups, which are the two ends of others.
	every []*group
	// callers are the answers about one class that is called, by the class that calls it.
	called  *model.Class
	callers []answer
}

// sides is who is meant by an expectation.
type sides struct {
	from, to side
	services []string
	// others is set where one end is everybody else, loose where one is a wildcard.
	others, loose bool
	problem       string
}

// side is one end: entities, and then their groups. Of what is only meant in part, as one
// address of a range, nothing may be taken from others.
type side struct {
	found []*model.Entity
	whole map[*model.Entity]bool
	// addrs are the addresses that are named, of which an entity may have more.
	addrs netset.Addrs
	// every is set for others: all there are, who are not listed.
	every  bool
	groups []*group
}

type group struct {
	members []*model.Entity
	// from and to list the expectations that allow something and mean all of the group at
	// that end, in order.
	from, to []int
}

func (g *group) first() *model.Entity { return g.members[0] }

func newChecker(m *reach.Matrix, list []Expectation) *checker {
	k := &checker{m: m, list: list, sides: make([]sides, len(list)), callers: make([]answer, len(m.Cluster.Classes))}
	known := map[string]side{}
	for i := range list {
		k.resolve(i, known)
	}
	k.groups()
	return k
}

// resolve finds who is meant by an expectation.
func (k *checker) resolve(i int, known map[string]side) {
	e, s := &k.list[i], &k.sides[i]
	s.others = isOthers(e.From) || isOthers(e.To)
	for _, end := range []struct {
		names []string
		into  *side
		to    bool
	}{{e.From, &s.from, false}, {e.To, &s.to, true}} {
		end.into.whole = map[*model.Entity]bool{}
		if isOthers(end.names) {
			end.into.every = true
			continue
		}
		for _, name := range end.names {
			s.loose = s.loose || strings.Contains(name, "*")
			if service := k.m.Cluster.Service(name); service != nil {
				if s.problem = e.problemOfService(name); !end.to {
					s.problem = fmt.Sprintf("%s is a Service, and Services open no connections; name the pods behind it", name)
				}
				s.services = append(s.services, name)
				continue
			}
			one, ok := known[name]
			if !ok {
				found, addrs, err := explain.Match(k.m.Cluster, name)
				if err != nil {
					s.problem = err.Error()
					return
				}
				one.whole = map[*model.Entity]bool{}
				one.add(found, addrs)
				known[name] = one
			}
			end.into.merge(one)
		}
		end.into.complete()
	}
}

// add notes who a name stands for. By an address a thing is meant as far as it has it.
func (s *side) add(found []*model.Entity, addrs netset.Addrs) {
	s.found, s.addrs = append(s.found, found...), s.addrs.Union(addrs)
	for _, e := range found {
		s.whole[e] = s.whole[e] || addrs.IsEmpty()
	}
}

func (s *side) merge(other side) {
	s.found, s.addrs = append(s.found, other.found...), s.addrs.Union(other.addrs)
	for e, whole := range other.whole {
		s.whole[e] = s.whole[e] || whole
	}
}

// complete finds what is meant wholly since each of its addresses is.
func (s *side) complete() {
	for e, whole := range s.whole {
		s.whole[e] = whole || e.IsPod() && !e.Several() || !e.IsPod() && e.Addrs.Minus(s.addrs).IsEmpty()
	}
}

// groups puts entities together that are of one class and that every expectation means
// alike.

// groups puts entities together that are of one class, that every expectation means alike,
// and that are all of one pod or all of several.
func (k *checker) groups() {
	entities := k.m.Cluster.Entities
	at := make(map[*model.Entity]int, len(entities))
	for i, e := range entities {
		at[e] = i
	}
	// A mark says which expectations mean an entity, in the order in which they were met.
	marks := make([][]byte, len(entities))
	for i := range k.sides {
		for j, s := range k.sides[i].both() {
			for e := range s.whole {
				mark := binary.AppendUvarint(marks[at[e]], uint64(4*i+2*j))
				if s.whole[e] {
					mark[len(marks[at[e]])]++
				}
				marks[at[e]] = mark
			}
		}
	}
	groups := map[string]*group{}
	of := make([]*group, len(entities))
	for i, e := range entities {
		key := fmt.Sprintf("%d %t %s", e.Class.Index, e.Several(), marks[i])
		g := groups[key]
		if g == nil {
			g = &group{}
			groups[key] = g
			k.every = append(k.every, g)
		}
		g.members = append(g.members, e)
		of[i] = g
	}
	for i := range k.sides {
		allows := k.list[i].Expect == Allowed && k.sides[i].problem == ""
		for j, s := range k.sides[i].both() {
			if s.every {
				s.groups = k.every
				continue
			}
			met := make(map[*group]bool, len(s.whole))
			for _, e := range s.found {
				g := of[at[e]]
				if met[g] {
					continue
				}
				met[g] = true
				s.groups = append(s.groups, g)
				if !allows || !s.whole[e] {
					continue
				}
				if j == 0 {
					g.from = append(g.from, i)
				} else {
					g.to = append(g.to, i)
				}
			}
		}
	}
}

func (s *sides) both() []*side { return []*side{&s.from, &s.to} }

// allowance gives the ports that the expectations of the file allow from one group to
// another.
func (k *checker) allowance(from, to *group) netset.Ports {
	var ports netset.Ports
	for a, b := from.from, to.to; len(a) > 0 && len(b) > 0; {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			ports = ports.Union(k.list[a[0]].wanted(to.first()))
			a, b = a[1:], b[1:]
		}
	}
	return ports
}
