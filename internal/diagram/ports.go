package diagram

import (
	"cmp"
	"maps"
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
	atoms, holders := t.atoms()
	number := map[string]int{}
	atomClass := make([]int, len(atoms))
	for a, atom := range atoms {
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
		t.sets[v] = newSet(len(t.classes))
	}
	for a := range atoms {
		for _, v := range holders[a].members() {
			t.sets[v].add(atomClass[a])
		}
	}
	for v, s := range t.sets {
		t.bySet[s.key()] = int32(v)
	}
}

// atoms cuts all ports at every border that occurs in a value, and gives for each
// stretch, and for each name, the values that hold it.
func (t *portTable) atoms() (atoms []netset.Ports, holders []set) {
	add := func(p netset.Ports) int {
		atoms, holders = append(atoms, p), append(holders, newSet(len(t.values)))
		return len(atoms) - 1
	}
	intervals := make([][]netset.Interval, len(t.values))
	for v, ports := range t.values {
		intervals[v] = ports.Intervals()
	}
	for _, p := range netset.Protocols {
		var borders []int
		for _, list := range intervals {
			for _, i := range list {
				if i.Protocol == p {
					borders = append(borders, int(i.First), int(i.Last)+1)
				}
			}
		}
		slices.Sort(borders)
		borders = slices.Compact(borders)
		first := len(atoms)
		for i := 1; i < len(borders); i++ {
			add(netset.FromIntervals(netset.Interval{
				Protocol: p, First: uint16(borders[i-1]), Last: uint16(borders[i] - 1),
			}))
		}
		for v, list := range intervals {
			for _, i := range list {
				if i.Protocol != p {
					continue
				}
				from, _ := slices.BinarySearch(borders, int(i.First))
				to, _ := slices.BinarySearch(borders, int(i.Last)+1)
				for k := from; k < to; k++ {
					holders[first+k].add(v)
				}
			}
		}
	}
	names := map[netset.Name][]int{}
	for v, ports := range t.values {
		for _, n := range ports.Names() {
			names[n] = append(names[n], v)
		}
	}
	for _, n := range slices.SortedFunc(maps.Keys(names), func(a, b netset.Name) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Name, b.Name))
	}) {
		at := add(netset.FromName(n.Protocol, n.Name))
		for _, v := range names[n] {
			holders[at].add(v)
		}
	}
	return atoms, holders
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
	var intervals []netset.Interval
	var names []netset.Name
	for _, c := range s.members() {
		intervals = append(intervals, t.classes[c].Intervals()...)
		names = append(names, t.classes[c].Names()...)
	}
	p := netset.FromIntervals(intervals...)
	for _, n := range names {
		p = p.Union(netset.FromName(n.Protocol, n.Name))
	}
	return p
}
