package diagram

import (
	"cmp"
	"slices"
)

// tooMany is the number of cells times port classes above which arrows are not
// compared with each other again: the cover stays exact, only less neat.
const tooMany = 20_000_000

// tally counts how many arrows say each port class of each cell.
type tally struct {
	counts  []uint16
	classes int
}

func (s *solver) tally() *tally {
	n := len(s.ports.classes)
	slots := 0
	if s.width > 0 {
		slots = len(s.left) / s.width
	}
	if slots*n > tooMany {
		return nil
	}
	t := &tally{make([]uint16, slots*n), n}
	for _, r := range s.arrows {
		t.count(s, r, 1)
	}
	return t
}

// count adds an arrow to the tally, or takes it out with by = -1.
func (t *tally) count(s *solver, r *arrow, by int) {
	classes := r.ports.members()
	s.slotsOf(r, func(slot int) {
		for _, c := range classes {
			t.counts[slot*t.classes+c] += uint16(by)
		}
	})
}

// own gives, by slot, the port classes of an arrow that it needs of this cell and
// that only it says.
func (t *tally) own(s *solver, r *arrow) (slots []int, ports []set) {
	classes := r.ports.members()
	s.slotsOf(r, func(slot int) {
		var p set
		for _, c := range classes {
			if t.counts[slot*t.classes+c] == 1 {
				if p == nil {
					p = newSet(t.classes)
				}
				p.add(c)
			}
		}
		if p != nil {
			slots, ports = append(slots, slot), append(ports, p)
		}
	})
	return slots, ports
}

// Above this price an arrow has to compete with plain ones.
const suspicious = 1.5

// secondLook replaces a dear arrow by plain ones that say what only it says, where
// those cost no more.
func (s *solver) secondLook() {
	t := s.tally()
	if t == nil {
		return
	}
	cheap := s.cheapArrows()
	if cheap == nil {
		return
	}
	for i := 0; i < len(s.arrows) && !s.exhausted(); i++ {
		r := s.arrows[i]
		if r.price <= suspicious || plainWords(r.a) && plainWords(r.b) {
			continue
		}
		slots, ports := t.own(s, r)
		instead := s.cheaply(slots, ports, cheap.near(slots), r.price)
		if instead == nil && len(slots) > 0 {
			continue
		}
		t.count(s, r, -1)
		s.arrows = slices.Delete(s.arrows, i, i+1)
		i--
		for _, c := range instead {
			t.count(s, c, 1)
		}
		s.arrows = append(s.arrows, instead...)
	}
}

// plainWords reports whether a reader needs no thought for a group: a class, or a
// namespace that a rule speaks of.
func plainWords(g *group) bool {
	return g.kind == single || g.kind == ofNamespace && g.words && len(g.but) == 0
}

// plainArrows are the candidates with plain ends, by the slots that they say.
type plainArrows struct {
	arrows []*arrow
	starts []int32 // by slot, where its stretch of bySlot begins
	bySlot []int32
}

// cheapArrows collects the candidates with plain ends; nil if they are too many to be
// looked through.
func (s *solver) cheapArrows() *plainArrows {
	c := &plainArrows{starts: make([]int32, len(s.left)/max(1, s.width)+1)}
	total := 0
	for _, r := range s.candidates {
		if plainWords(r.a) && plainWords(r.b) {
			c.arrows = append(c.arrows, r)
			s.slotsOf(r, func(slot int) { c.starts[slot]++; total++ })
		}
		if total > tooMany {
			return nil
		}
	}
	end := int32(0)
	for slot, n := range c.starts {
		end += n
		c.starts[slot] = end
	}
	c.bySlot = make([]int32, total)
	for i := len(c.arrows) - 1; i >= 0; i-- {
		s.slotsOf(c.arrows[i], func(slot int) {
			c.starts[slot]--
			c.bySlot[c.starts[slot]] = int32(i)
		})
	}
	return c
}

// near gives the arrows that say any of the slots, in order.
func (c *plainArrows) near(slots []int) []*arrow {
	var numbers []int32
	for _, slot := range slots {
		numbers = append(numbers, c.bySlot[c.starts[slot]:c.starts[slot+1]]...)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	arrows := make([]*arrow, len(numbers))
	for i, n := range numbers {
		arrows[i] = c.arrows[n]
	}
	return arrows
}

// cheaply covers port classes of slots with some of the arrows near them for at most a
// price; nil if that can't be done.
func (s *solver) cheaply(slots []int, ports []set, near []*arrow, price float64) []*arrow {
	open := map[int]set{}
	for i, slot := range slots {
		open[slot] = slices.Clone(ports[i])
	}
	var taken []*arrow
	for len(open) > 0 {
		var best *arrow
		bestWorth := 0.0
		for _, r := range near {
			n := 0
			s.slotsOf(r, func(slot int) {
				for i, w := range open[slot] {
					n += set{w & r.ports[i]}.count()
				}
			})
			if worth := float64(n) / r.price; worth > bestWorth {
				best, bestWorth = r, worth
			}
		}
		if best == nil || price < best.price {
			return nil
		}
		price -= best.price
		taken = append(taken, best)
		s.slotsOf(best, func(slot int) {
			p := open[slot]
			for i := range p {
				p[i] &^= best.ports[i]
			}
			if p != nil && p.empty() {
				delete(open, slot)
			}
		})
	}
	return taken
}

// prune drops every arrow that others say, dearest first.
func (s *solver) prune() {
	t := s.tally()
	if t == nil {
		return
	}
	byPrice := slices.Clone(s.arrows)
	slices.SortStableFunc(byPrice, func(x, y *arrow) int { return cmp.Compare(y.price, x.price) })
	dropped := map[*arrow]bool{}
	for _, r := range byPrice {
		if s.exhausted() {
			break
		}
		if slots, _ := t.own(s, r); len(slots) == 0 {
			t.count(s, r, -1)
			dropped[r] = true
		}
	}
	s.arrows = slices.DeleteFunc(s.arrows, func(r *arrow) bool { return dropped[r] })
}

// label reduces the ports of arrows to what only they say, biggest groups first,
// unless that makes for longer words.
func (s *solver) label() {
	t := s.tally()
	if t == nil {
		return
	}
	bySize := slices.Clone(s.arrows)
	slices.SortStableFunc(bySize, func(x, y *arrow) int { return cmp.Compare(y.size, x.size) })
	for _, r := range bySize {
		if s.exhausted() {
			break
		}
		_, ports := t.own(s, r)
		only := newSet(t.classes)
		for _, p := range ports {
			for i := range only {
				only[i] |= p[i]
			}
		}
		if slices.Equal(only, r.ports) || only.empty() ||
			len(portWords(s.ports.ports(only))) > len(portWords(s.ports.ports(r.ports))) {
			continue
		}
		t.count(s, r, -1)
		r.ports = only
		t.count(s, r, 1)
	}
}
