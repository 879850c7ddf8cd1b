package diagram

import (
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// mostHops bounds how many connections are looked at for a chain. A bundle with more
// gets a chain all the same, though perhaps not its longest.
const mostHops = 200_000

// Chain gives the path that tells most about a cluster: the longest chain of calls
// from outside that policies have written, without a cycle. It prefers calls on some
// ports to those on all, and those that the outside could not make itself. There is
// none without pods. It takes time in proportion to the connections.
func Chain(m *reach.Matrix) []*model.Entity {
	c := &chain{m: m, next: make([]int, len(m.Cluster.Classes)), depth: make([]int, len(m.Cluster.Classes)), state: make([]uint8, len(m.Cluster.Classes))}
	c.outside()
	c.collect()
	for _, root := range c.roots {
		c.visit(root)
	}
	for i := range m.Cluster.Classes {
		c.visit(i)
	}
	return c.best()
}

// chain looks for the longest path in a graph that loses the edges which would close a
// cycle, so that one walk through it is enough.
type chain struct {
	m *reach.Matrix
	// world is what the rest of the world may open on each class; roots are the classes
	// outside that may open anything, the world first.
	world []netset.Ports
	roots []int
	// hops are the calls worth following, by caller; among is a class whose entities
	// may call each other, nil for none.
	hops  [][]int
	among *model.Class
	// next is the call after which the chain from a class is longest, -1 for none, and
	// depth the number of calls of that chain.
	next, depth []int
	state       []uint8
}

// States of a class in the walk.
const (
	unseen uint8 = iota
	onPath
	done
)

func isWorld(e *model.Entity) bool {
	return e.Kind == model.KindAddresses && strings.HasPrefix(e.ID, "world")
}

func (c *chain) outside() {
	classes := c.m.Cluster.Classes
	c.world = make([]netset.Ports, len(classes))
	var rest []int
	for i, class := range classes {
		e := class.First()
		if e.Kind != model.KindAddresses {
			continue
		}
		if !isWorld(e) {
			rest = append(rest, i)
			continue
		}
		c.roots = append(c.roots, i)
		for j, to := range classes {
			c.world[j] = c.world[j].Union(c.m.Cell(class, to).Ports)
		}
	}
	c.roots = append(c.roots, rest...)
}

// collect keeps the calls that some rule was written for: on some ports only, and not
// open to the world as well.
func (c *chain) collect() {
	c.hops = make([][]int, len(c.m.Cluster.Classes))
	seen := 0
	for hop := range c.m.Connections() {
		if seen++; seen > mostHops {
			return
		}
		from, to := hop.From.First(), hop.To.First()
		switch {
		case hop.Undefined != "" || hop.Ports.IsAll():
		case hop.From == hop.To:
			if c.among == nil && len(hop.From.Entities) > 1 {
				c.among = hop.From
			}
		case from.AnyOther || to.AnyOther || isWorld(to):
		case from.IsPod() && c.world[hop.To.Index].Covers(hop.Ports):
		default:
			c.hops[hop.From.Index] = append(c.hops[hop.From.Index], hop.To.Index)
		}
	}
}

// visit finds the longest chain from a class. Among equals the first by id wins.
func (c *chain) visit(i int) {
	if c.state[i] != unseen {
		return
	}
	c.state[i], c.next[i] = onPath, -1
	for _, to := range c.hops[i] {
		c.visit(to)
		if c.state[to] == done && c.depth[to]+1 > c.depth[i] {
			c.depth[i], c.next[i] = c.depth[to]+1, to
		}
	}
	c.state[i] = done
}

// best chooses where the chain begins: outside, wherever that leads furthest; if
// nothing that was written comes in, at the pod whose calls lead furthest.
func (c *chain) best() []*model.Entity {
	var open []*model.Entity
	for _, root := range c.roots {
		path, written := c.path(root)
		if written {
			return path
		}
		if open == nil {
			open = path
		}
	}
	at := -1
	for i := range c.m.Cluster.Classes {
		if c.next[i] >= 0 && (at < 0 || c.depth[i] > c.depth[at]) {
			at = i
		}
	}
	switch {
	case at >= 0:
		return c.follow(at)
	case c.among != nil:
		return c.among.Entities[:2:2]
	case open != nil:
		return open
	}
	return c.closed()
}

// oneHop is what a call counts in a score, more than all that it is weighed by.
const oneHop = 16

// path gives the longest chain that begins at a class outside, and whether any of its
// calls is one that a rule was written for. The first may be on every port, since the
// chain must come in somewhere.
func (c *chain) path(root int) (path []*model.Entity, written bool) {
	first, most := -1, -1
	for i, class := range c.m.Cluster.Classes {
		e := class.First()
		if !e.IsPod() {
			continue
		}
		cell := c.m.Cell(c.m.Cluster.Classes[root], class)
		if cell.Ports.IsEmpty() {
			continue
		}
		// One more call counts most; then what the bundle has, for sure.
		score := c.depth[i] * oneHop
		if !cell.Ports.IsAll() {
			score += oneHop
		}
		if !e.AnyOther {
			score += 8
		}
		if e.Origin == model.Declared {
			score += 4
		}
		if cell.Undefined == "" {
			score++
		}
		if score > most {
			first, most = i, score
		}
	}
	if first < 0 {
		return nil, false
	}
	return append([]*model.Entity{c.m.Cluster.Classes[root].First()}, c.follow(first)...), most >= oneHop
}

// follow walks the calls from a class to the end of its chain.
func (c *chain) follow(i int) []*model.Entity {
	var path []*model.Entity
	for ; i >= 0; i = c.next[i] {
		path = append(path, c.m.Cluster.Classes[i].First())
	}
	return path
}

// closed gives a path where no call from outside and none that was written gets
// through: from the first end that could call, to the first pod.
func (c *chain) closed() []*model.Entity {
	var pod *model.Entity
	for _, e := range c.m.Cluster.Entities {
		if e.IsPod() && (pod == nil || pod.AnyOther && !e.AnyOther) {
			pod = e
		}
	}
	if pod == nil || len(c.roots) == 0 {
		return nil
	}
	return []*model.Entity{c.m.Cluster.Classes[c.roots[0]].First(), pod}
}
