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
	// recent holds the latest unions and intersections where they are found without
	// hashing much.
	recent [2][]recent
}

type recent struct {
	pair   [2]portsID
	result portsID
}

// recents is a power of two.
const recents = 1 << 12

func newTable() *table {
	t := &table{ids: map[netset.Ports]portsID{}, unions: map[[2]portsID]portsID{}, meets: map[[2]portsID]portsID{}}
	t.id(netset.Ports{})
	t.id(netset.All)
	return t
}

// clone gives a table with the same numbers that can grow by itself.
func (t *table) clone() *table {
	return &table{sets: slices.Clone(t.sets), ids: maps.Clone(t.ids), unions: maps.Clone(t.unions), meets: maps.Clone(t.meets)}
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
	return t.memo(0, a, b)
}

func (t *table) intersect(a, b portsID) portsID {
	switch {
	case a == b || a == nonePorts || b == allPorts:
		return a
	case b == nonePorts || a == allPorts:
		return b
	}
	return t.memo(1, a, b)
}

// memo gives the union (0) or intersection (1) of two sets. No pair of IDs that comes
// here has a 0 in it, so an empty entry of recent matches none.
func (t *table) memo(op int, a, b portsID) portsID {
	key := [2]portsID{min(a, b), max(a, b)}
	if t.recent[op] == nil {
		t.recent[op] = make([]recent, recents)
	}
	slot := &t.recent[op][(key[0]*31+key[1])%recents]
	if slot.pair == key {
		return slot.result
	}
	known, combine := t.unions, netset.Ports.Union
	if op == 1 {
		known, combine = t.meets, netset.Ports.Intersect
	}
	id, ok := known[key]
	if !ok {
		id = t.id(combine(t.sets[a], t.sets[b]))
		known[key] = id
	}
	*slot = recent{key, id}
	return id
}
