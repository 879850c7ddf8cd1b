package model

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/netpolscope/netpolscope/internal/netset"
)

// mentions is what the policies in force can tell pods apart by: the keys of their
// pod selectors, the port names of their rules, and their address blocks.
type mentions struct {
	keys  []string
	ports []netset.Name
	atoms atoms
}

func mentionsOf(c *Cluster) mentions {
	var m mentions
	mentioned := map[*Selector]bool{}
	mention := func(s *Selector) {
		if mentioned[s] {
			return
		}
		mentioned[s] = true
		for _, t := range s.terms {
			m.keys = append(m.keys, t.Key)
		}
	}
	for _, p := range c.Policies {
		if !p.InForce {
			continue
		}
		mention(p.PodSelector)
		for i := range p.Rules {
			for _, peer := range p.Rules[i].Peers {
				if peer.Pods != nil {
					mention(peer.Pods)
				}
			}
			for _, port := range p.Rules[i].Ports {
				if port.Name != "" {
					m.ports = append(m.ports, netset.Name{Protocol: port.Protocol, Name: port.Name})
				}
			}
		}
	}
	slices.Sort(m.keys)
	m.keys = slices.Compact(m.keys)
	slices.SortFunc(m.ports, func(x, y netset.Name) int {
		return cmp.Or(cmp.Compare(x.Protocol, y.Protocol), cmp.Compare(x.Name, y.Name))
	})
	m.ports = slices.Compact(m.ports)
	m.atoms = atomsOf(c.Blocks)
	return m
}

// classOf gives the class of an entity, which nothing tells apart from the others of
// it. The class does not list the entity yet.
func (b *builder) classOf(e *Entity) *Class {
	if e.Class == nil {
		b.signature = b.mentions.signature(b.signature[:0], e)
		e.Class = b.classFor(b.signature, e)
	}
	return e.Class
}

// classFor gives the class of a signature, which an entity has.
func (b *builder) classFor(signature []byte, e *Entity) *Class {
	class, ok := b.classes[string(signature)]
	if !ok {
		atoms := &b.mentions.atoms
		class = &Class{Blocks: [2][]*Block{atoms.blocks(e.Addrs, true), atoms.blocks(e.Addrs, false)}}
		b.classes[string(signature)] = class
	}
	return class
}

// signature appends bytes that are equal for entities that nothing tells apart.
func (m *mentions) signature(s []byte, e *Entity) []byte {
	text := func(t string) {
		s = binary.AppendUvarint(s, uint64(len(t)))
		s = append(s, t...)
	}
	if !e.IsPod() {
		s = append(s, 'a')
		if e.Kind == KindNode {
			text(e.Name) // Its own pods are exempt from policies towards it.
		}
		return m.appendAddrs(s, e)
	}
	text(e.Namespace.Name)
	flag := byte(0)
	if e.HostNetwork {
		flag |= 1
	}
	if e.Origin == Inferred {
		flag |= 2 // Its ports and addresses are open questions.
	}
	s = append(s, flag)
	if e.Node != nil {
		text(e.Node.Name)
	}
	s = append(s, 'l')
	for i, key := range m.keys {
		if value, ok := e.Labels[key]; ok {
			s = binary.AppendUvarint(s, uint64(i))
			text(value)
		}
	}
	s = append(s, 'p')
	for i, name := range m.ports {
		for _, p := range e.Ports {
			if p.Name == name.Name && p.Protocol == name.Protocol {
				s = binary.AppendUvarint(s, uint64(i))
				s = binary.BigEndian.AppendUint16(s, p.Port)
			}
		}
	}
	return m.appendAddrs(s, e)
}

func (m *mentions) appendAddrs(s []byte, e *Entity) []byte {
	if len(m.atoms.sets) == 0 {
		return s
	}
	for _, v4 := range []bool{true, false} {
		s = append(s, '|')
		if r := e.Addrs.Ranges(); len(r) == 1 && r[0].From() == r[0].To() {
			if r[0].From().Is4() == v4 {
				s = binary.AppendUvarint(s, uint64(m.atoms.set[m.atoms.at(r[0].From())]))
			}
			continue
		}
		for _, id := range m.atoms.of(e.Addrs, v4) {
			s = binary.AppendUvarint(s, uint64(id))
		}
	}
	return s
}

// atoms is the address space cut at the borders of every block, so that no block
// contains a part of an atom.
type atoms struct {
	// from holds the first address of each run of addresses that lie in the same
	// blocks, sorted, IPv4 before IPv6; set the index in sets of those blocks. Both
	// are empty when there is no block.
	from []netip.Addr
	set  []int
	sets [][]*Block
}

func atomsOf(blocks []*Block) atoms {
	if len(blocks) == 0 {
		return atoms{}
	}
	type border struct {
		at    netip.Addr
		block *Block
		enter bool
	}
	borders := []border{{at: netip.IPv4Unspecified()}, {at: netip.IPv6Unspecified()}}
	for _, b := range blocks {
		for _, r := range b.Addrs.Ranges() {
			borders = append(borders, border{r.From(), b, true})
			if next := r.To().Next(); next.IsValid() {
				borders = append(borders, border{next, b, false})
			}
		}
	}
	slices.SortFunc(borders, func(x, y border) int {
		return x.at.Compare(y.at)
	})
	var a atoms
	known := map[string]int{}
	inside := make([]bool, len(blocks))
	for i, b := range borders {
		if i > 0 && b.at.Is6() && borders[i-1].at.Is4() {
			clear(inside) // Blocks that reach to the end of IPv4.
		}
		if b.block != nil {
			inside[b.block.Index] = b.enter
		}
		if i+1 < len(borders) && borders[i+1].at == b.at {
			continue
		}
		var set []*Block
		key := []byte{}
		for j, in := range inside {
			if in {
				set = append(set, blocks[j])
				key = binary.AppendUvarint(key, uint64(j))
			}
		}
		id, ok := known[string(key)]
		if !ok {
			id = len(a.sets)
			known[string(key)] = id
			a.sets = append(a.sets, set)
		}
		a.from, a.set = append(a.from, b.at), append(a.set, id)
	}
	return a
}

// at gives the index of the atom that holds an address.
func (a *atoms) at(addr netip.Addr) int {
	i, found := slices.BinarySearchFunc(a.from, addr, netip.Addr.Compare)
	if !found {
		i--
	}
	return i
}

// of gives the sets, without repeats and sorted, that the addresses of one family lie
// in; none when there is no block that tells any address from another.
func (a *atoms) of(addrs netset.Addrs, v4 bool) []int {
	if len(a.sets) == 0 {
		return nil
	}
	var ids []int
	for _, r := range addrs.Ranges() {
		if r.From().Is4() != v4 {
			continue
		}
		for i, last := a.at(r.From()), a.at(r.To()); i <= last; i++ {
			ids = append(ids, a.set[i])
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// blocks gives the blocks that hold an address of one family, by index.
func (a *atoms) blocks(addrs netset.Addrs, v4 bool) []*Block {
	var blocks []*Block
	for _, id := range a.of(addrs, v4) {
		blocks = append(blocks, a.sets[id]...)
	}
	slices.SortFunc(blocks, func(x, y *Block) int { return cmp.Compare(x.Index, y.Index) })
	return slices.Compact(blocks)
}
