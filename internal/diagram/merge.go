package diagram

import (
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// merge groups the classes of a cluster that behave alike towards everybody. The
// model's classes are finer: they tell apart whatever a selector could tell apart.
// Groups and their members are in order of class index.
func merge(from *source, table *cells, values int) [][]int {
	fine := from.cluster.Classes
	prints := fingerprints(table, fine, values)
	var groups [][]int
	buckets := map[suspects][]int{}
	for i, c := range fine {
		like := likenessOf(from, c)
		// What always holds with its own node holds for no other.
		alone := like.namespace == nil || c.First().Node != nil
		joined := None
		if !alone {
			for _, p := range prints[i] {
				for _, g := range buckets[suspects{like, p}] {
					if (joined == None || g < joined) && twins(table, fine, groups[g][0], i) {
						joined = g
					}
				}
			}
		}
		if joined != None {
			groups[joined] = append(groups[joined], i)
			continue
		}
		for _, p := range prints[i] {
			if !alone {
				buckets[suspects{like, p}] = append(buckets[suspects{like, p}], len(groups))
			}
		}
		groups = append(groups, []int{i})
	}
	return groups
}

// suspects are classes that may be twins.
type suspects struct {
	likeness
	print fingerprint
}

// fingerprint is equal for twins that may open the same on each other: among, for
// which a class has one fingerprint a value.
type fingerprint struct {
	among int32
	sum   uint64
}

// fingerprints sums up the rows and columns of a table. In the sum of a class stands,
// in the place of what it may open on itself, what it may open on its twin; then twins
// have the same sum.
func fingerprints(table *cells, fine []*model.Class, values int) [][]fingerprint {
	n := len(fine)
	sums := make([]uint64, n)
	among := make([][]int32, n) // distinct values of each row
	seen := make([]int, values) // in which row a value was seen last, from 1
	for s := range n {
		among[s], seen[0] = append(among[s], 0), s+1
		for d, v := range table.values[s*n : (s+1)*n] {
			if v == 0 {
				continue
			}
			if seen[v] != s+1 && s != d && table.values[d*n+s] == v {
				among[s], seen[v] = append(among[s], v), s+1
			}
			if s != d {
				sums[s] += mix(d, v, 1)
				sums[d] += mix(s, v, 2)
			}
		}
	}
	prints := make([][]fingerprint, n)
	for i, c := range fine {
		values := among[i]
		if c.Several() {
			values = []int32{table.at(i, i)}
		}
		for _, v := range values {
			sum := sums[i]
			if v != 0 {
				sum += mix(i, v, 1) + mix(i, v, 2)
			}
			prints[i] = append(prints[i], fingerprint{v, sum})
		}
	}
	return prints
}

// mix spreads a cell over 64 bits.
func mix(at int, value int32, way uint64) uint64 {
	h := (uint64(at)<<34 ^ uint64(uint32(value))<<2 ^ way) * 0x9e3779b97f4a7c15
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	return h ^ h>>29
}

// likeness is what two classes must have in common before their connections are
// compared: what a reader sees of their boxes.
type likeness struct {
	namespace             *model.Namespace
	inferred, anyOther    bool
	hostNetwork           bool
	in, out, noIn, noneIn bool
	wasIn, wasOut         bool
	presence              reach.Presence
}

func likenessOf(s *source, c *model.Class) likeness {
	e := c.First()
	return likeness{
		namespace: e.Namespace, inferred: e.Kind == model.KindInferred, anyOther: e.AnyOther, hostNetwork: e.HostNetwork,
		in: s.isOpen(e, model.Ingress), out: s.isOpen(e, model.Egress),
		noIn: s.isClosed(e, model.Ingress), noneIn: s.isClosed(e, model.Egress),
		wasIn: s.wasOpen(e, model.Ingress), wasOut: s.wasOpen(e, model.Egress),
		presence: s.presence(e),
	}
}

// twins reports whether two classes have the same connections to and from everybody
// else, to each other and among themselves.
func twins(table *cells, fine []*model.Class, a, b int) bool {
	among := table.at(a, b)
	if table.at(b, a) != among ||
		fine[a].Several() && table.at(a, a) != among ||
		fine[b].Several() && table.at(b, b) != among {
		return false
	}
	for x := range fine {
		if x == a || x == b {
			continue
		}
		if table.at(a, x) != table.at(b, x) || table.at(x, a) != table.at(x, b) {
			return false
		}
	}
	return true
}
