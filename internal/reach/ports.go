package reach

import (
	"maps"
	"slices"

	"github.com/netpolscope/netpolscope/internal/netset"
)

// portsID is an interned port set: an index in table.sets.
type portsID uint32

const (
	nonePorts portsID = iota
	allPorts
)

// table interns port sets and remembers their unions and intersections, of which a
// cluster needs few different ones, each very often.
type table struct {
	sets   []netset.Ports
	ids    map[netset.Ports]portsID
	unions map[[2]portsID]portsID
	meets  map[[2]portsID]portsID
}

func newTable() *table {
	t := &table{ids: map[netset.Ports]portsID{}, unions: map[[2]portsID]portsID{}, meets: map[[2]portsID]portsID{}}
	t.id(netset.Ports{})
	t.id(netset.All)
	return t
}

// clone gives a table with the same numbers that can grow by itself.
func (t *table) clone() *table {
	return &table{slices.Clone(t.sets), maps.Clone(t.ids), maps.Clone(t.unions), maps.Clone(t.meets)}
}

func (t *table) id(s netset.Ports) portsID {
	id, ok := t.ids[s]
	if !ok {
		id = portsID(len(t.sets))
		t.sets = append(t.sets, s)
		t.ids[s] = id
	}
	return id
}

func (t *table) union(a, b portsID) portsID {
	switch {
	case a == b || b == nonePorts || a == allPorts:
		return a
	case a == nonePorts || b == allPorts:
		return b
	}
	return t.memo(t.unions, netset.Ports.Union, a, b)
}

func (t *table) intersect(a, b portsID) portsID {
	switch {
	case a == b || a == nonePorts || b == allPorts:
		return a
	case b == nonePorts || a == allPorts:
		return b
	}
	return t.memo(t.meets, netset.Ports.Intersect, a, b)
}

func (t *table) memo(known map[[2]portsID]portsID, op func(a, b netset.Ports) netset.Ports, a, b portsID) portsID {
	key := [2]portsID{min(a, b), max(a, b)}
	id, ok := known[key]
	if !ok {
		id = t.id(op(t.sets[a], t.sets[b]))
		known[key] = id
	}
	return id
}
