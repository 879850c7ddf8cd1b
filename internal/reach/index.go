package reach

import (
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// index is the policies of a cluster compiled to sets of classes: what one
// assumption makes of them. It is read-only once built, and so is its table, which
// all indexes of a matrix share.
type index struct {
	under   policy.Assumption
	classes []*model.Class
	rules   []rule
	ports   *table
	// sides holds, by direction, what is known of each class as a subject.
	sides [2][]side
	// asPeer lists, by direction and class, the rules that have the class among few
	// peers; broad lists the rules with many, which are tested bit by bit.
	asPeer [2][][]int32
	broad  [2][]int32
	// mates lists, by class, the classes that traffic with is exempt since one of the
	// two is the other's node.
	mates map[int][]int
	// names numbers, by class, what its port names mean; there are nameKinds.
	names     []int
	nameKinds int
}

// rule is a rule with peers, or one whose ports each destination resolves for itself.
type rule struct {
	source *model.Rule
	// subjects are the classes its policy selects, peers those its entries match.
	subjects, peers window
	// ports holds for every destination when named is false.
	ports portsID
	named bool
}

// side is one class as the subject of one direction.
type side struct {
	isolated bool
	// base is what every peer may use: all when not isolated, else the ports of the
	// rules without peers.
	base portsID
	// rules lists the other rules that select the class.
	rules []int32
}

// manyPeers is the share of all classes above which a rule's peers are not listed by
// class: one in manyPeers.
const manyPeers = 8

func compile(c *model.Cluster, policies func(*model.Namespace) []*model.Policy, under policy.Assumption, ports *table) *index {
	cs := newClasses(c, under)
	x := &index{under: under, classes: c.Classes, ports: ports, mates: map[int][]int{}, names: cs.names, nameKinds: cs.nameKinds}
	for _, d := range model.Directions {
		x.sides[d] = make([]side, len(c.Classes))
		x.asPeer[d] = make([][]int32, len(c.Classes))
		for i := range x.sides[d] {
			x.sides[d][i].base = allPorts
		}
	}
	for _, ns := range cs.namespaces {
		for _, p := range policies(ns) {
			x.addPolicy(cs, p)
		}
	}
	x.listPeers()
	x.findMates()
	return x
}

func (x *index) addPolicy(cs *classes, p *model.Policy) {
	subjects := cs.local(p.PodSelector, p.Namespace)
	for _, d := range model.Directions {
		if p.Isolates[d] {
			subjects.each(func(i int) {
				if s := &x.sides[d][i]; !s.isolated {
					s.isolated, s.base = true, nonePorts
				}
			})
		}
	}
	for i := range p.Rules {
		x.addRule(cs, p, &p.Rules[i], subjects)
	}
}

func (x *index) addRule(cs *classes, p *model.Policy, r *model.Rule, subjects window) {
	ports, named := x.portsOf(r)
	sides := x.sides[r.Direction]
	if r.AnyPeer && !named {
		subjects.each(func(i int) { sides[i].base = x.ports.union(sides[i].base, ports) })
		return
	}
	var peers window
	if r.AnyPeer {
		peers = spanning(0, len(x.classes))
		for i := range x.classes {
			peers.add(i)
		}
	}
	for _, peer := range r.Peers {
		switch {
		case peer.Block != nil:
			peers = peers.with(cs.inside[peer.Block.Index])
		case peer.Namespaces == nil:
			peers = peers.with(cs.local(peer.Pods, p.Namespace))
		default:
			peers = peers.with(cs.across(peer.Namespaces, peer.Pods))
		}
	}
	id := int32(len(x.rules))
	x.rules = append(x.rules, rule{r, subjects, peers, ports, named})
	subjects.each(func(i int) { sides[i].rules = append(sides[i].rules, id) })
}

// portsOf gives the ports that a rule names by number, and whether it also names some
// by name.
func (x *index) portsOf(r *model.Rule) (numbers portsID, named bool) {
	if r.AnyPort {
		return allPorts, false
	}
	var intervals []netset.Interval
	for _, p := range r.Ports {
		if p.Name != "" {
			named = true
			continue
		}
		intervals = append(intervals, netset.Interval{Protocol: p.Protocol, First: p.First, Last: p.Last})
	}
	return x.ports.id(netset.FromIntervals(intervals...)), named
}

// listPeers turns the rules' peers around: from each class to the rules it is a peer
// of.
func (x *index) listPeers() {
	for id := range x.rules {
		r := &x.rules[id]
		d := r.source.Direction
		if r.peers.count() > len(x.classes)/manyPeers {
			x.broad[d] = append(x.broad[d], int32(id))
			continue
		}
		r.peers.each(func(i int) { x.asPeer[d][i] = append(x.asPeer[d][i], int32(id)) })
	}
}

// findMates pairs pods with their own nodes and with what runs in those nodes'
// networks.
func (x *index) findMates() {
	onNode := map[*model.Entity][]int{}
	for i, class := range x.classes {
		switch e := class.First(); {
		case e.Kind == model.KindNode:
			onNode[e] = append(onNode[e], i)
		case e.Node != nil:
			onNode[e.Node] = append(onNode[e.Node], i)
		}
	}
	for _, group := range onNode {
		for _, i := range group {
			for _, j := range group {
				a, b := x.classes[i].First(), x.classes[j].First()
				if x.under.OwnNode(a, b) || x.under.OwnNode(b, a) {
					x.mates[i] = append(x.mates[i], j)
				}
			}
		}
	}
}

// sidePorts gives what the subject's side of a pair of classes lets through.
func (x *index) sidePorts(d model.Direction, subject, other int) netset.Ports {
	s := &x.sides[d][subject]
	ports := x.ports.sets[s.base]
	if s.base == allPorts {
		return ports
	}
	destination := subject
	if d == model.Egress {
		destination = other
	}
	for _, id := range s.rules {
		r := &x.rules[id]
		switch {
		case !r.peers.has(other):
		case r.named:
			ports = ports.Union(x.under.Ports(r.source, x.classes[destination].First()))
		default:
			ports = ports.Union(x.ports.sets[r.ports])
		}
	}
	return ports
}

// cell gives the ports that one class may open on another.
func (x *index) cell(from, to int) netset.Ports {
	for _, mate := range x.mates[from] {
		if mate == to {
			return netset.All
		}
	}
	ingress := x.sidePorts(model.Ingress, to, from)
	if ingress.IsEmpty() {
		return ingress
	}
	return ingress.Intersect(x.sidePorts(model.Egress, from, to))
}

// allows reports whether one class may open one port on another.
func (x *index) allows(from, to int, p netset.Protocol, port uint16) bool {
	for _, mate := range x.mates[from] {
		if mate == to {
			return true
		}
	}
	return x.sideAllows(model.Ingress, to, from, to, p, port) && x.sideAllows(model.Egress, from, to, to, p, port)
}

func (x *index) sideAllows(d model.Direction, subject, other, destination int, p netset.Protocol, port uint16) bool {
	s := &x.sides[d][subject]
	if s.base == allPorts || x.ports.sets[s.base].Contains(p, port) {
		return true
	}
	for _, id := range s.rules {
		r := &x.rules[id]
		if !r.peers.has(other) {
			continue
		}
		if x.ports.sets[r.ports].Contains(p, port) || r.named && x.under.Ports(r.source, x.classes[destination].First()).Contains(p, port) {
			return true
		}
	}
	return false
}
