package reach

import (
	"fmt"
	"maps"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Diff is what changes from one cluster to another: which connections open, which
// close, and what exists in one of them only.
//
// Entities are the same if they have the same ID, or if one is the other under a new
// name and nothing else can be. Addresses are the same if they are: the sets of both
// clusters are cut against each other, so that a difference is exact on addresses.
type Diff struct {
	Before, After *Matrix
	// Ends are the entities of both clusters, those together that nothing in either
	// tells apart, by ID.
	Ends []*End
	// Changes are the pairs that are in both clusters and may use other ports, by From
	// and To.
	Changes []Shift
	// Unchanged counts the pairs of entities in both clusters with an allowed port and
	// the same ports before and after.
	Unchanged int
	// Renamed are the entities that have another name after, by the name before, or are in
	// a namespace that has. Namespaces gives these, after by before.
	Renamed    []Rename
	Namespaces map[string]string
}

// Rename is an entity that is the same under another name.
type Rename struct{ Was, Is *model.Entity }

// End is one or more entities that are alike, as an end of connections. It is on one
// side only where the other does not have its members.
type End struct {
	Index   int
	Members []Member // by ID; never empty
}

// Member is an entity of an End: Was before and Is after, of which one may be nil. Of
// addresses only Addrs are meant, those that both have.
type Member struct {
	Was, Is *model.Entity
	Addrs   netset.Addrs
}

// Shift is what changes from one end to another.
type Shift struct {
	From, To *End
	Was, Is  netset.Ports
	// Pairs counts the pairs of members.
	Pairs int
	// Undefined is set when the answer after rests on what the API leaves open.
	Undefined model.Reason
}

// Opened gives the ports that are new.
func (s *Shift) Opened() netset.Ports { return s.Is.Minus(s.Was) }

// Closed gives the ports that are gone.
func (s *Shift) Closed() netset.Ports { return s.Was.Minus(s.Is) }

// Both reports whether the end is in both clusters.
func (e *End) Both() bool { return e.Members[0].Was != nil && e.Members[0].Is != nil }

// First gives the entity of the first member, as it is after if it is there.
func (e *End) First() *model.Entity { return e.Members[0].Entity() }

// Entity gives the entity as it is after, else as it was.
func (m *Member) Entity() *model.Entity {
	if m.Is != nil {
		return m.Is
	}
	return m.Was
}

// ID names the member: by its entity, or, of addresses that are a part of one, by the
// addresses.
func (m *Member) ID() string {
	e := m.Entity()
	if e.Kind != model.KindAddresses || m.Was == nil || m.Is == nil || m.Addrs.Equal(e.Addrs) {
		return e.ID
	}
	if m.Addrs.Equal(m.Was.Addrs) {
		return m.Was.ID
	}
	const most = 3
	prefixes := m.Addrs.Prefixes()
	name := ""
	for i, p := range prefixes[:min(most, len(prefixes))] {
		if i > 0 {
			name += ", "
		}
		name += p.String()
	}
	if more := len(prefixes) - most; more > 0 {
		name += fmt.Sprintf(" and %d more", more)
	}
	return name
}

// NewDiff compares two matrices. Apart, if not nil, tells entities by ID of which each
// is to be an end of its own.
func NewDiff(before, after *Matrix, apart func(id string) bool) *Diff {
	d := &Diff{Before: before, After: after}
	d.Namespaces = renamedNamespaces(before.Cluster, after.Cluster)
	d.Renamed = renames(before.Cluster, after.Cluster, d.Namespaces)
	d.Ends = d.ends(apart)
	for i, e := range d.Ends {
		e.Index = i
	}
	d.compare()
	return d
}

// ends pairs the entities of both clusters and puts those together that are alike.
func (d *Diff) ends(apart func(string) bool) []*End {
	g := endGroups{at: map[endKey]*End{}, apart: apart}
	renamed, taken := map[*model.Entity]*model.Entity{}, map[*model.Entity]bool{}
	for _, r := range d.Renamed {
		renamed[r.Was], taken[r.Is] = r.Is, true
	}
	var olds, news []*model.Entity // of addresses
	for _, was := range d.Before.Cluster.Entities {
		if was.Kind == model.KindAddresses {
			olds = append(olds, was)
			continue
		}
		is := renamed[was]
		if is == nil {
			if is = d.After.Cluster.Entity(was.ID); is != nil && taken[is] {
				continue // Inferred on this side only for the comparison; another is it.
			}
		}
		if is != nil && imaginedOtherwise(was.Namespace, is.Namespace) {
			g.add(Member{Was: was})
			g.add(Member{Is: is})
			continue
		}
		g.add(Member{Was: was, Is: is})
	}
	for _, is := range d.After.Cluster.Entities {
		switch {
		case is.Kind == model.KindAddresses:
			news = append(news, is)
		case !taken[is] && d.Before.Cluster.Entity(is.ID) == nil:
			g.add(Member{Is: is})
		}
	}
	for _, was := range olds {
		if is := d.After.Cluster.Entity(was.ID); is != nil && is.Addrs.Equal(was.Addrs) {
			g.add(Member{Was: was, Is: is, Addrs: is.Addrs})
			continue
		}
		for _, is := range news {
			if was.Addrs.Overlaps(is.Addrs) {
				g.add(Member{Was: was, Is: is, Addrs: was.Addrs.Intersect(is.Addrs)})
			}
		}
	}
	for _, e := range g.list {
		slices.SortFunc(e.Members, func(x, y Member) int { return compareMembers(&x, &y) })
	}
	slices.SortFunc(g.list, func(x, y *End) int { return compareMembers(&x.Members[0], &y.Members[0]) })
	return g.list
}

// imaginedOtherwise reports whether a namespace that nothing declares was given other
// labels on either side: then it is not the same, though it has the same name.
func imaginedOtherwise(was, is *model.Namespace) bool {
	return was != nil && is != nil && (was.Origin == model.Inferred || is.Origin == model.Inferred) && !maps.Equal(was.Labels, is.Labels)
}

func compareMembers(x, y *Member) int {
	a, b := x.ID(), y.ID()
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case x.Was != nil && y.Was == nil: // One name, first of what is gone and then of what is new.
		return -1
	case x.Was == nil && y.Was != nil:
		return 1
	}
	return 0
}

// endKey is equal for members that are alike: of the same class on either side, and
// pairs with themselves on the same sides.
type endKey struct {
	was, is               int
	wasSeveral, isSeveral bool
	own                   string
}

type endGroups struct {
	at    map[endKey]*End
	list  []*End
	apart func(string) bool
}

func (g *endGroups) add(m Member) {
	key := endKey{was: -1, is: -1}
	if m.Was != nil {
		key.was, key.wasSeveral = m.Was.Class.Index, m.Was.Several()
	}
	if m.Is != nil {
		key.is, key.isSeveral = m.Is.Class.Index, m.Is.Several()
	}
	if id := m.Entity().ID; g.apart != nil && g.apart(id) {
		key.own = id
	}
	e := g.at[key]
	if e == nil {
		e = &End{}
		g.at[key] = e
		g.list = append(g.list, e)
	}
	e.Members = append(e.Members, m)
}

// side gives an end's class in one of the clusters, and whether a member of it stands
// for several pods there; nil where the cluster does not have it.
func (e *End) side(after bool) (class *model.Class, several bool) {
	entity := e.Members[0].Was
	if after {
		entity = e.Members[0].Is
	}
	if entity == nil {
		return nil, false
	}
	return entity.Class, entity.Several()
}

// pairs counts the pairs of members of two ends in one cluster.
func pairs(from, to *End, several bool) int {
	switch n := len(from.Members); {
	case from != to:
		return n * len(to.Members)
	case several:
		return n * n
	default:
		return n * (n - 1)
	}
}

// compare finds the pairs that both clusters have and that differ.
func (d *Diff) compare() {
	t, u := d.Before.ports.clone(), d.After.ports.clone()
	// Both tables number sets in their own way; same tells equal ones without their
	// texts.
	same := map[[2]portsID]bool{}
	certain := d.After.certain()
	old, now := d.Before.sweeps(d.Before.chosen, t), d.After.sweeps(d.After.chosen, u)
	type classes struct {
		end          *End
		was, is      *model.Class
		several, pod bool
	}
	var both []classes
	for _, e := range d.Ends {
		if e.Both() {
			was, wasSeveral := e.side(false)
			is, isSeveral := e.side(true)
			both = append(both, classes{end: e, was: was, is: is, several: wasSeveral && isSeveral, pod: e.First().IsPod()})
		}
	}
	for i := range both {
		from, a, b := both[i].end, both[i].was, both[i].is
		rows, newRows := old.of(a.Index), now.of(b.Index)
		for j := range both {
			if !both[i].pod && !both[j].pod {
				continue
			}
			to, c, e := both[j].end, both[j].was, both[j].is
			x, _ := d.Before.combine(t, rows, a.Index, c.Index)
			y, _ := d.After.combine(u, newRows, b.Index, e.Index)
			if x == nonePorts && y == nonePorts || x == allPorts && y == allPorts {
				if x == allPorts {
					d.Unchanged += pairs(from, to, both[i].several)
				}
				continue
			}
			equal, known := same[[2]portsID{x, y}]
			if !known {
				equal = t.sets[x] == u.sets[y]
				same[[2]portsID{x, y}] = equal
			}
			n := pairs(from, to, both[i].several)
			switch {
			case n == 0:
			case equal:
				d.Unchanged += n
			default:
				shift := Shift{From: from, To: to, Was: t.sets[x], Is: u.sets[y], Pairs: n}
				if !certain {
					shift.Undefined = d.After.Cell(b, e).Undefined
				}
				d.Changes = append(d.Changes, shift)
			}
		}
	}
}

// OneSided gives the connections that exist in one cluster only since an end does, or
// since an entity there stands for several pods and calls itself. Their ports are Is if
// after is asked for, else Was; the other is empty.
func (d *Diff) OneSided(after bool) []Shift {
	m := d.Before
	if after {
		m = d.After
	}
	byClass := map[int][]*End{}
	for _, e := range d.Ends {
		if class, _ := e.side(after); class != nil {
			byClass[class.Index] = append(byClass[class.Index], e)
		}
	}
	var found []Shift
	if !slices.ContainsFunc(d.Ends, func(e *End) bool { return !e.Both() || e.Members[0].Was.Several() != e.Members[0].Is.Several() }) {
		return nil
	}
	for c := range m.Connections() {
		for _, from := range byClass[c.From.Index] {
			for _, to := range byClass[c.To.Index] {
				_, several := from.side(after)
				n := pairs(from, to, several)
				if from.Both() && to.Both() {
					if from != to {
						continue
					}
					_, before := from.side(!after)
					n -= pairs(from, to, several && before)
				}
				if n == 0 {
					continue
				}
				s := Shift{From: from, To: to, Was: c.Ports, Pairs: n, Undefined: c.Undefined}
				if after {
					s.Was, s.Is = s.Is, s.Was
				}
				found = append(found, s)
			}
		}
	}
	slices.SortFunc(found, func(x, y Shift) int {
		if x.From != y.From {
			return x.From.Index - y.From.Index
		}
		return x.To.Index - y.To.Index
	})
	return found
}

// Only gives the entities that one cluster has and the other does not, by ID.
func (d *Diff) Only(after bool) []*model.Entity {
	var only []*model.Entity
	for _, e := range d.Ends {
		if e.Both() {
			continue
		}
		for i := range e.Members {
			if entity := e.Members[i].Was; !after && entity != nil {
				only = append(only, entity)
			}
			if entity := e.Members[i].Is; after && entity != nil {
				only = append(only, entity)
			}
		}
	}
	slices.SortFunc(only, byID)
	return only
}
