package diagram

import (
	"cmp"
	"slices"

	"github.com/netpolscope/netpolscope/internal/netset"
)

// portTable cuts the ports that occur in a matrix into port classes: ports that
// occur in exactly the same sets. Sets of ports become small bitsets then.
type portTable struct {
	values  []netset.Ports // distinct sets of the matrix; 0 is the empty one
	index   map[netset.Ports]int32
	sets    []set          // by value: its port classes
	classes []netset.Ports // by port class
	meets   map[[2]int32]int32
	bySet   map[string]int32 // values and met values, by their sets' keys
}

func newPortTable() *portTable {
	return &portTable{values: []netset.Ports{{}}, index: map[netset.Ports]int32{{}: 0}}
}

// value interns a set of ports.
func (t *portTable) value(p netset.Ports) int32 {
	if v, ok := t.index[p]; ok {
		return v
	}
	v := int32(len(t.values))
	t.index[p] = v
	t.values = append(t.values, p)
	return v
}

// cut builds the port classes once every value is known.
func (t *portTable) cut() {
	var atoms []netset.Ports
	for _, p := range netset.Protocols {
		atoms = append(atoms, t.intervals(p)...)
	}
	names := map[netset.Name]bool{}
	for _, v := range t.values {
		for _, n := range v.Names() {
			names[n] = true
		}
	}
	sorted := make([]netset.Name, 0, len(names))
	for n := range names {
		sorted = append(sorted, n)
	}
	slices.SortFunc(sorted, func(a, b netset.Name) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Name, b.Name))
	})
	for _, n := range sorted {
		atoms = append(atoms, netset.FromName(n.Protocol, n.Name))
	}

	number := map[string]int{}
	atomClass := make([]int, len(atoms))
	holders := make([]set, len(atoms))
	for a, atom := range atoms {
		holders[a] = newSet(len(t.values))
		for v, ports := range t.values {
			if ports.Covers(atom) {
				holders[a].add(v)
			}
		}
		if holders[a].empty() {
			continue
		}
		key := holders[a].key()
		c, ok := number[key]
		if !ok {
			c = len(t.classes)
			number[key] = c
			t.classes = append(t.classes, netset.Ports{})
		}
		t.classes[c] = t.classes[c].Union(atom)
		atomClass[a] = c
	}
	t.bySet = map[string]int32{}
	t.meets = map[[2]int32]int32{}
	t.sets = make([]set, len(t.values))
	for v := range t.values {
		s := newSet(len(t.classes))
		for a := range atoms {
			if holders[a].has(v) {
				s.add(atomClass[a])
			}
		}
		t.sets[v] = s
		t.bySet[s.key()] = int32(v)
	}
}

// intervals gives the stretches of a protocol's ports between all borders that occur.
func (t *portTable) intervals(p netset.Protocol) []netset.Ports {
	var borders []int
	for _, v := range t.values {
		for _, i := range v.Intervals() {
			if i.Protocol == p {
				borders = append(borders, int(i.First), int(i.Last)+1)
			}
		}
	}
	slices.Sort(borders)
	borders = slices.Compact(borders)
	var atoms []netset.Ports
	for i := 1; i < len(borders); i++ {
		atoms = append(atoms, netset.FromIntervals(netset.Interval{
			Protocol: p, First: uint16(borders[i-1]), Last: uint16(borders[i] - 1),
		}))
	}
	return atoms
}

// meet gives the number of the intersection of two values. Intersections that no
// cell has become values of their own.
func (t *portTable) meet(a, b int32) int32 {
	switch {
	case a == b || b == 0:
		return b
	case a == 0:
		return 0
	case a > b:
		a, b = b, a
	}
	if v, ok := t.meets[[2]int32{a, b}]; ok {
		return v
	}
	s := make(set, len(t.sets[a]))
	for i := range s {
		s[i] = t.sets[a][i] & t.sets[b][i]
	}
	v, ok := t.bySet[s.key()]
	switch {
	case s.empty():
		v = 0
	case !ok:
		v = int32(len(t.sets))
		t.sets = append(t.sets, s)
		t.bySet[s.key()] = v
	}
	t.meets[[2]int32{a, b}] = v
	return v
}

// ports gives the ports of a set of port classes.
func (t *portTable) ports(s set) netset.Ports {
	var p netset.Ports
	for _, c := range s.members() {
		p = p.Union(t.classes[c])
	}
	return p
}
