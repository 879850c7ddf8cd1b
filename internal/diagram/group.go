package diagram

import (
	"cmp"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
)

// groupKind is what a group is called by.
type groupKind uint8

const (
	single groupKind = iota // one class
	ofNamespace
	outside  // every address
	everyPod // of the cluster
	everyone // every pod and every address
	selected // by the words of a selector
)

// crowd reports whether a group is one of those that concern the whole picture.
func (k groupKind) crowd() bool { return k == outside || k == everyPod || k == everyone }

// manner is how an end of an arrow reads its group.
type manner uint8

const (
	plain  manner = iota // a class: it is what it is
	whole                // every member, locked or not
	free                 // only members without a lock on that side
	either               // there is no lock, so both say the same
)

// group is a set of classes that an arrow can begin or end at.
type group struct {
	kind      groupKind
	namespace *model.Namespace
	selector  string
	manner    manner
	classes   set
	list      []int
	size      int   // entities
	but       []int // classes left out, of a group "G but X"
	// price is what the group adds to the price of an arrow.
	price float64
	// words is set when some rule has the group as its peers or its subjects.
	words bool
	order int
}

// What groups cost, see price in cover.go.
const (
	priceNobodysWords = 1
	priceSelector     = 0.6
	// The pods that stand for any other are best said within a group.
	priceAnyOther = 0.5
	priceBut      = 1.5
	priceButEach  = 0.5
	// A group must have this many entities before leaving some out is worth words.
	smallestBut, mostBut = 4, 2
)

// groups are the candidates for the ends of arrows, for one end.
type groups struct {
	direction model.Direction // Egress for callers, Ingress for the called
	all       []*group
	singles   []*group // by class
	base      []*group // the others
}

// words are the sets of classes that rules speak of.
type words struct {
	sets      map[string]bool
	selectors []*group // selectors that cut across namespaces, in order
	// named and anywhere tell, for a set that is both a whole namespace and every
	// pod, how rules call it.
	named, anywhere map[string]bool
	// meant keeps the sets that peers mean; most are written many times.
	meant map[meaning]meant
	// meetings are the pairs of peers and subjects of rules, by their sets.
	meetings [][2]set
}

// meaning is what decides whom a peer means.
type meaning struct {
	home             *model.Namespace // of the policy; nil where it plays no part
	earlier          bool
	namespaces, pods *model.Selector
	block            *model.Block
}

// meant is the set of a meaning, if it cuts no class.
type meant struct {
	classes set
	ok      bool
}

// written is a policy of what is so, or of what was before.
type written struct {
	*model.Policy
	earlier bool
	// home is its namespace in the picture.
	home *model.Namespace
}

// policies lists those in force, of what was before too where that is another bundle.
func (f *facts) policies() (list []written) {
	add := func(c *model.Cluster, earlier bool) {
		homes := map[string]*model.Namespace{}
		for _, ns := range f.cluster.Namespaces {
			homes[ns.Name] = ns
		}
		for _, p := range c.Policies {
			if p.InForce {
				list = append(list, written{p, earlier, homes[p.Namespace.Name]})
			}
		}
	}
	add(f.matrix.Cluster, false)
	if f.union != nil {
		add(f.union.Before.Cluster, true)
	}
	return list
}

// whom gives the classes that a peer means.
func (f *facts) whom(w *words, p written, peer *model.Peer) (set, bool) {
	key := meaning{nil, p.earlier, peer.Namespaces, peer.Pods, peer.Block}
	if peer.Namespaces == nil && peer.Block == nil {
		key.home = p.home
	}
	m, known := w.meant[key]
	if !known {
		among := f.all
		if key.home != nil {
			among = f.within[key.home]
		}
		m.classes, m.ok = f.setOf(among, func(e *model.Entity) bool {
			own := f.own(e, p.earlier)
			return own != nil && matches(p.Policy, peer, own)
		})
		w.meant[key] = m
	}
	return m.classes, m.ok
}

// sizeOf counts the entities of a set of classes.
func (f *facts) sizeOf(list []int) int {
	n := 0
	for _, c := range list {
		n += len(f.classes[c].entities)
	}
	return n
}

func (f *facts) newGroup(kind groupKind, classes set) *group {
	list := classes.members()
	return &group{kind: kind, classes: classes, list: list, size: f.sizeOf(list)}
}

// where gives the set of classes that a test holds for.
func (f *facts) where(test func(*class) bool) set {
	s := newSet(len(f.classes))
	for i, c := range f.classes {
		if test(c) {
			s.add(i)
		}
	}
	return s
}

// groupsFor builds the groups of one end. Groups of equal sets are one, under the
// name that comes first.
func (f *facts) groupsFor(d model.Direction, w *words) *groups {
	gs := &groups{direction: d}
	unlocked := f.where(func(c *class) bool { return !c.isPod() || c.open[d] })
	known := map[string]bool{}

	for i := range f.classes {
		s := newSet(len(f.classes))
		s.add(i)
		g := f.newGroup(single, s)
		g.words = true
		if f.classes[i].first().AnyOther {
			g.price = priceAnyOther
		}
		gs.singles = append(gs.singles, g)
		if g.size == 1 && f.classes[i].isPod() {
			known[s.key()] = true
		}
	}
	for _, base := range f.bases(w) {
		if len(base.list) == 0 {
			continue
		}
		key := base.classes.key()
		base.words = w.sets[key]
		base.manner = whole
		if base.classes.within(unlocked) {
			base.manner = either
		}
		if !known[key] {
			known[key] = true
			gs.base = append(gs.base, base)
		}
		if base.manner == either {
			continue
		}
		part := newSet(len(f.classes))
		for i := range part {
			part[i] = base.classes[i] & unlocked[i]
		}
		if part.empty() {
			continue
		}
		variant := f.newGroup(base.kind, part)
		variant.namespace, variant.selector = base.namespace, base.selector
		variant.words, variant.manner = base.words || w.sets[part.key()], free
		// Several bases can have the same part; a whole group of that very set is
		// the better name.
		if !known[part.key()] && (variant.kind != selected || len(variant.list) > 1) {
			known[part.key()] = true
			gs.base = append(gs.base, variant)
		}
	}
	// A class that is all of a namespace, or all addresses, goes by that name.
	for _, g := range gs.singles {
		if key := g.classes.key(); g.size > 1 && known[key] || !f.classes[g.list[0]].isPod() && known[key] {
			continue
		}
		gs.all = append(gs.all, g)
	}
	for _, g := range gs.base {
		if !g.words {
			g.price += priceNobodysWords
		}
		if g.kind == selected {
			g.price += priceSelector
		}
		gs.all = append(gs.all, g)
	}
	for i, g := range gs.all {
		g.order = i
	}
	// Of two names of one set the group's is better: one arrow to a frame and not
	// several to all that it holds.
	for _, g := range gs.singles {
		if g.size > 1 && known[g.classes.key()] {
			g.order = len(gs.all)
		}
	}
	return gs
}

// bases are the groups before those with a lock are taken out, best names first.
func (f *facts) bases(w *words) []*group {
	var list []*group
	pods := f.newGroup(everyPod, f.where((*class).isPod))
	if key := pods.classes.key(); w.anywhere[key] && !w.named[key] {
		list = append(list, pods)
	}
	seen := map[*model.Namespace]bool{}
	for _, c := range f.classes {
		ns := c.first().Namespace
		if ns == nil || seen[ns] {
			continue
		}
		seen[ns] = true
		g := f.newGroup(ofNamespace, f.where(func(c *class) bool { return c.first().Namespace == ns }))
		g.namespace = ns
		list = append(list, g)
	}
	list = append(list,
		f.newGroup(outside, f.where(func(c *class) bool { return !c.isPod() })),
		pods,
		f.newGroup(everyone, f.where(func(*class) bool { return true })))
	for _, s := range w.selectors {
		g := f.newGroup(selected, s.classes)
		g.selector = s.selector
		list = append(list, g)
	}
	return list
}

// wordsOf collects what the rules of the policies in force speak of.
func (f *facts) wordsOf() *words {
	w := &words{meant: map[meaning]meant{}, sets: map[string]bool{}, named: map[string]bool{}, anywhere: map[string]bool{}}
	known := map[string]bool{}
	for _, p := range f.policies() {
		subjects, ok := f.whom(w, p, &model.Peer{Pods: p.PodSelector})
		if ok {
			w.sets[subjects.key()] = true
			if p.PodSelector.Empty() {
				w.named[f.widened(subjects, p.home).key()] = true
				w.sets[f.widened(subjects, p.home).key()] = true
			}
		}
		for i := range p.Rules {
			f.readRule(w, p, &p.Rules[i], subjects, known)
		}
	}
	slices.SortStableFunc(w.selectors, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.selector, b.selector))
	})
	return w
}

// widened adds the host-network pods of a namespace to the set of all its others:
// whoever writes an empty selector means every pod.
func (f *facts) widened(s set, ns *model.Namespace) set {
	r := slices.Clone(s)
	for i, c := range f.classes {
		if c.first().Namespace == ns && c.first().HostNetwork {
			r.add(i)
		}
	}
	return r
}

func (f *facts) readRule(w *words, p written, r *model.Rule, subjects set, known map[string]bool) {
	all := newSet(len(f.classes))
	exact := true
	if r.AnyPeer {
		all = f.where(func(*class) bool { return true })
	}
	for i := range r.Peers {
		peer := &r.Peers[i]
		s, ok := f.whom(w, p, peer)
		if !ok {
			exact = false
			continue
		}
		for k := range all {
			all[k] |= s[k]
		}
		f.readPeer(w, p, peer, s, known)
	}
	if exact {
		w.sets[all.key()] = true
		if subjects != nil {
			w.meetings = append(w.meetings, [2]set{all, subjects})
		}
	}
}

func (f *facts) readPeer(w *words, p written, peer *model.Peer, s set, known map[string]bool) {
	key := s.key()
	w.sets[key] = true
	switch {
	case peer.Block != nil:
		return
	case peer.Namespaces == nil && peer.Pods.Empty():
		s = f.widened(s, p.home)
		w.named[s.key()] = true
	case peer.Namespaces != nil && peer.Namespaces.Empty() && peer.Pods.Empty():
		s = f.where((*class).isPod)
		w.anywhere[s.key()] = true
	}
	w.sets[s.key()] = true
	if known[key] || !f.cutsAcross(s) {
		return
	}
	known[key] = true
	g := f.newGroup(selected, s)
	g.selector = selectorWords(p.Policy, peer)
	w.selectors = append(w.selectors, g)
}

// cutsAcross reports whether a set has several boxes that no frame holds together.
func (f *facts) cutsAcross(s set) bool {
	list := s.members()
	for _, c := range list {
		if f.classes[c].first().Namespace != f.classes[list[0]].first().Namespace {
			return true
		}
	}
	return false
}

// setOf gives the set of those classes whose entities a test holds for, and whether no
// class is cut by it.
func (f *facts) setOf(among []int, test func(*model.Entity) bool) (set, bool) {
	s := newSet(len(f.classes))
	for _, i := range among {
		c := f.classes[i]
		first := test(c.kinds[0])
		for _, e := range c.kinds[1:] {
			if test(e) != first {
				return nil, false
			}
		}
		if first {
			s.add(i)
		}
	}
	return s, true
}

// matches reports whether a peer of a policy means an entity.
func matches(p *model.Policy, peer *model.Peer, e *model.Entity) bool {
	if peer.Block != nil {
		return slices.Contains(e.Class.Blocks[0], peer.Block) || slices.Contains(e.Class.Blocks[1], peer.Block)
	}
	if !e.IsPod() || e.HostNetwork || !peer.Pods.Matches(e.Labels) {
		return false
	}
	if peer.Namespaces == nil {
		return e.Namespace == p.Namespace
	}
	return peer.Namespaces.Matches(e.Namespace.Labels)
}
