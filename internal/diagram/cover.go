package diagram

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
)

// arrow is one arrow of the cover: every member of a to every member of b.
type arrow struct {
	a, b  *group
	value int32 // all port classes that hold for the whole rectangle
	ports set   // those that the arrow says
	price float64
	// size is the number of pairs of entities, crowds the number of ends that concern
	// the whole picture.
	size, crowds int
	// openness is set for the wide arrows that say what is open, whose cells are
	// not counted again.
	openness bool
	change   Change
}

// solver finds a cover of the cells that openness does not say.
type solver struct {
	*facts
	callers, called *groups
	slots           cells // slot of a cell that must be said, from 1
	width           int   // words of a set of port classes
	left            []uint64
	candidates      []*arrow
	arrows          []*arrow
	// work counts cells looked at, so that a cover that takes too long is given up at
	// the same point on every machine.
	work int
}

// mostWork is how many cells the search for a cover of a whole matrix may look at.
const mostWork = 40_000_000

func (s *solver) exhausted() bool { return s.work > mostWork && s.focus == nil }

// manyClasses is the number of classes above which groups are only paired with
// groups that some rule lets them meet.
const manyClasses = 300

// cover gives arrows that say exactly what the matrix says: first those of openness,
// then the others in order of their ends. Where that would take too much work it
// gives those of openness alone.
func cover(f *facts) (arrows []*arrow, exact bool) {
	open := f.open()
	s := &solver{facts: f, slots: f.table(), width: (len(f.ports.classes) + 63) / 64}
	for _, step := range []func(){s.need, s.propose, s.greedy} {
		if step(); s.exhausted() {
			return open, false
		}
	}
	s.secondLook()
	s.prune()
	s.label()
	slices.SortStableFunc(s.arrows, func(x, y *arrow) int {
		return cmp.Or(cmp.Compare(x.a.order, y.a.order), cmp.Compare(x.b.order, y.b.order))
	})
	return append(open, s.arrows...), true
}

// need numbers the cells that have to be said.
func (s *solver) need() {
	count := int32(0)
	add := func(from, to int, v int32) {
		if v <= 0 || s.said(from, to) {
			return
		}
		count++
		s.work += 16 * s.width
		s.slots.put(from, to, count)
		s.left = append(s.left, s.ports.sets[v]...)
	}
	for from, to := range s.pairs() {
		if s.exhausted() {
			return
		}
		add(from, to, s.at(from, to))
	}
}

// said reports whether the arrows of openness say a cell.
func (f *facts) said(from, to int) bool {
	if f.plain {
		return false
	}
	a, b := f.classes[from], f.classes[to]
	return (!a.isPod() || a.open[model.Egress]) && (!b.isPod() || b.open[model.Ingress])
}

// propose lists every rectangle that never claims too much.
func (s *solver) propose() {
	w := s.wordsOf()
	s.callers, s.called = s.groupsFor(model.Egress, w), s.groupsFor(model.Ingress, w)
	for from, to := range s.pairs() {
		if s.slots.at(from, to) != 0 {
			s.offer(s.callers.singles[from], s.called.singles[to])
		}
	}
	for _, a := range s.callers.base {
		if s.exhausted() {
			return
		}
		for _, b := range s.called.singles {
			s.offer(a, b)
			s.offerBut(a, b, true)
		}
	}
	for _, b := range s.called.base {
		if s.exhausted() {
			return
		}
		for _, a := range s.callers.singles {
			s.offer(a, b)
			s.offerBut(b, a, false)
		}
	}
	if len(s.classes) <= manyClasses {
		for _, a := range s.callers.base {
			for _, b := range s.called.base {
				s.offer(a, b)
			}
		}
		return
	}
	callers, called := s.callers.bySet(), s.called.bySet()
	for _, m := range w.meetings {
		for _, pair := range [][2]set{m, {m[1], m[0]}} {
			a, b := callers[pair[0].key()], called[pair[1].key()]
			if a != nil && b != nil {
				s.offer(a, b)
			}
		}
	}
}

func (g *groups) bySet() map[string]*group {
	m := map[string]*group{}
	for _, b := range g.base {
		m[b.classes.key()] = b
	}
	return m
}

// fits reports whether one arrow may have both ends: a wide arrow is wide at both,
// and what concerns everybody at both ends is said by openness alone.
func fits(a, b *group) bool {
	if a.kind.crowd() && b.kind.crowd() && !(a.kind == everyPod && b.kind == everyPod) {
		return false
	}
	return !(a.manner == whole && b.manner == free || a.manner == free && b.manner == whole)
}

// offer makes the rectangle a × b a candidate if it says something.
func (s *solver) offer(a, b *group) {
	if !fits(a, b) || !s.concerns(a, b) {
		return
	}
	value, needed := anything, false
	for _, from := range a.list {
		for _, to := range b.list {
			s.work++
			v := s.at(from, to)
			if v == anything {
				continue
			}
			if value == anything {
				value = v
			} else {
				value = s.ports.meet(value, v)
			}
			if value == 0 {
				return
			}
			needed = needed || s.slots.at(from, to) != 0
		}
	}
	if !needed {
		return
	}
	r := &arrow{a: a, b: b, value: value, ports: s.ports.sets[value], price: 1 + a.price + b.price, size: a.size * b.size}
	for _, g := range []*group{a, b} {
		if g.kind.crowd() {
			r.crowds++
		}
	}
	s.candidates = append(s.candidates, r)
}

// offerBut proposes "everybody of g but one or two" with one class at the other end.
func (s *solver) offerBut(g, other *group, calls bool) {
	if g.size < smallestBut || !fits(g, other) || !s.concerns(g, other) {
		return
	}
	cell := func(c int) int32 {
		if calls {
			return s.at(c, other.list[0])
		}
		return s.at(other.list[0], c)
	}
	// Only classes without any port can be left out; the others would cut ports.
	rest, size := newSet(len(s.classes)), 0
	var but []int
	for _, c := range g.list {
		s.work++
		if cell(c) != 0 {
			rest.add(c)
			continue
		}
		but = append(but, c)
		if size += len(s.classes[c].entities); size > mostBut {
			return
		}
	}
	if len(but) == 0 || rest.empty() {
		return
	}
	part := s.newGroup(g.kind, rest)
	part.namespace, part.selector, part.manner = g.namespace, g.selector, g.manner
	part.but, part.order = but, g.order
	part.price = priceNobodysWords + priceBut + priceButEach*float64(size)
	if calls {
		s.offer(part, other)
	} else {
		s.offer(other, part)
	}
}

// slotsOf calls f with every cell of a rectangle that must be said.
func (s *solver) slotsOf(r *arrow, f func(slot int)) {
	s.work += len(r.a.list) * len(r.b.list) * s.width
	for _, from := range r.a.list {
		for _, to := range r.b.list {
			if n := s.slots.at(from, to); n != 0 {
				f(int(n - 1))
			}
		}
	}
}

// gain counts the pairs of cell and port class that an arrow would newly say.
func (s *solver) gain(r *arrow) int {
	n := 0
	s.slotsOf(r, func(slot int) {
		left := set(s.left[slot*s.width : (slot+1)*s.width])
		for i, w := range r.ports {
			if w &= left[i]; w != 0 {
				n += set{w}.count()
			}
		}
	})
	return n
}

func (s *solver) take(r *arrow) {
	s.slotsOf(r, func(slot int) {
		for i, w := range r.ports {
			s.left[slot*s.width+i] &^= w
		}
	})
	s.arrows = append(s.arrows, r)
}

// greedy takes the arrow that says most for its price until all is said.
func (s *solver) greedy() {
	q := make(queue, 0, len(s.candidates))
	for _, r := range s.candidates {
		if s.exhausted() {
			return
		}
		if n := s.gain(r); n > 0 {
			q = append(q, bid{r, float64(n) / r.price})
		}
	}
	heap.Init(&q)
	for len(q) > 0 && !s.exhausted() {
		best := &q[0]
		n := s.gain(best.arrow)
		worth := float64(n) / best.arrow.price
		switch {
		case n == 0:
			heap.Pop(&q)
		case worth < best.worth:
			best.worth = worth
			heap.Fix(&q, 0)
		default:
			s.take(heap.Pop(&q).(bid).arrow)
		}
	}
}

// bid is a candidate with what it was worth when last looked at; it never gets more.
type bid struct {
	arrow *arrow
	worth float64
}

// queue is a heap of bids, the best first.
type queue []bid

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	x, y := q[i], q[j]
	if x.worth != y.worth {
		return x.worth > y.worth
	}
	return compareArrows(x.arrow, y.arrow) < 0
}

// compareArrows orders arrows of the same worth: the bigger rectangle first; but what
// concerns everybody says more than it has to when it is no better.
func compareArrows(x, y *arrow) int {
	switch {
	case x.crowds != y.crowds:
		return x.crowds - y.crowds
	case x.size != y.size:
		return y.size - x.size
	case x.price != y.price:
		return cmp.Compare(x.price, y.price)
	case x.a.order != y.a.order:
		return x.a.order - y.a.order
	case x.b.order != y.b.order:
		return x.b.order - y.b.order
	}
	return len(x.a.but) + len(x.b.but) - len(y.a.but) - len(y.b.but)
}

func (q *queue) Push(x any) { *q = append(*q, x.(bid)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
