package model

import (
	"cmp"
	"fmt"
	"math/big"
	"net/netip"
	"slices"

	"go4.org/netipx"

	"github.com/netpolscope/netpolscope/internal/netset"
)

// addAddresses makes entities of the addresses outside the cluster. Borders of blocks
// cut them into atoms; an atom belongs to the smallest block that contains it, and
// the atoms of one block that lie in the same blocks are one entity. What no block
// contains is the world, and so is what only the block of a whole family contains.
// The addresses of nodes are theirs, those of pods are not cut out.
func (b *builder) addAddresses() {
	nodes := netset.Addrs{}
	for _, n := range b.nodes {
		nodes = nodes.Union(n.Addrs)
	}
	outside := netset.Everywhere.Minus(nodes)
	var rest [2]struct { // IPv4, IPv6
		addrs netset.Addrs
		uses  []use
	}
	if len(b.cluster.Blocks) == 0 && !b.splitBeside() {
		b.addAddressEntity("world", outside)
		return
	}
	used := map[string]int{}
	for _, g := range b.addressGroups() {
		addrs := netset.FromRanges(g.spans...).Intersect(outside)
		switch {
		case addrs.IsEmpty():
		case g.owner == nil:
			family := 1
			if g.v4 {
				family = 0
			}
			rest[family].addrs, rest[family].uses = addrs, b.usesOf(g.set)
		default:
			name := b.addressName(g.owner, addrs)
			if used[name]++; used[name] > 1 {
				name = fmt.Sprintf("%s#%d", name, used[name])
			}
			b.addAddressEntity(name, addrs)
		}
	}
	v4, v6 := rest[0], rest[1]
	switch {
	case b.splitBeside():
		b.addAddressEntity("world (IPv4)", v4.addrs)
		b.addAddressEntity("world (IPv6)", v6.addrs)
	case slices.Equal(v4.uses, v6.uses) || len(v4.uses) == 0 && v6.addrs.IsEmpty() || len(v6.uses) == 0 && v4.addrs.IsEmpty():
		b.addAddressEntity("world", v4.addrs.Union(v6.addrs))
	default:
		b.addAddressEntity("world (IPv4)", v4.addrs)
		b.addAddressEntity("world (IPv6)", v6.addrs)
	}
}

// usesOf gives the rules that have one of the blocks as a peer, sorted.
func (b *builder) usesOf(blocks []*Block) []use {
	var uses []use
	for _, block := range blocks {
		uses = append(uses, b.uses[block.Index]...)
	}
	slices.SortFunc(uses, func(x, y use) int {
		return cmp.Or(cmp.Compare(x.policy, y.policy), cmp.Compare(x.direction, y.direction), cmp.Compare(x.rule, y.rule))
	})
	return slices.Compact(uses)
}

// use is a rule that has a block as a peer.
type use struct {
	policy    string
	direction Direction
	rule      int
}

func (b *builder) addAddressEntity(name string, addrs netset.Addrs) {
	if !addrs.IsEmpty() {
		b.cluster.Entities = append(b.cluster.Entities, &Entity{ID: name, Kind: KindAddresses, Name: name, Addrs: addrs})
	}
}

// addressGroup is the addresses that lie in the same blocks, of which owner is the
// smallest; nil for the rest of a family.
type addressGroup struct {
	owner *Block
	set   []*Block
	v4    bool
	spans []netipx.IPRange
	first netip.Addr
}

// addressGroups gives the groups by name of their owner and first address.
func (b *builder) addressGroups() []*addressGroup {
	a := &b.mentions.atoms
	rank := b.rankBlocks()
	type key struct {
		set int
		v4  bool
	}
	byKey := map[key]*addressGroup{}
	var groups []*addressGroup
	for i, from := range a.from {
		k := key{a.set[i], from.Is4()}
		g, ok := byKey[k]
		if !ok {
			g = &addressGroup{set: a.sets[k.set], v4: k.v4, first: from}
			for _, block := range g.set {
				if r := rank[block.Index]; r >= 0 && (g.owner == nil || r < rank[g.owner.Index]) {
					g.owner = block
				}
			}
			byKey[k] = g
			groups = append(groups, g)
		}
		last := lastOf(from)
		if i+1 < len(a.from) && a.from[i+1].Is4() == k.v4 {
			last = a.from[i+1].Prev()
		}
		g.spans = append(g.spans, netipx.IPRangeFrom(from, last))
	}
	name := func(g *addressGroup) string {
		if g.owner == nil {
			return ""
		}
		return g.owner.Name
	}
	slices.SortStableFunc(groups, func(x, y *addressGroup) int {
		return cmp.Or(cmp.Compare(name(x), name(y)), x.first.Compare(y.first))
	})
	return groups
}

func lastOf(addr netip.Addr) netip.Addr {
	if addr.Is4() {
		return netipx.PrefixLastIP(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
	}
	return netipx.PrefixLastIP(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
}

// rankBlocks gives each block its place from small to large, -1 for a whole family.
func (b *builder) rankBlocks() []int {
	order := slices.Clone(b.cluster.Blocks)
	sizes := make([]*big.Int, len(order))
	for _, block := range order {
		sizes[block.Index] = block.Addrs.Size()
	}
	slices.SortFunc(order, func(x, y *Block) int {
		return cmp.Or(sizes[x.Index].Cmp(sizes[y.Index]), cmp.Compare(x.Name, y.Name))
	})
	rank := make([]int, len(order))
	for i, block := range order {
		rank[block.Index] = i
		if block.Addrs.Equal(netset.Everywhere.Family(true)) || block.Addrs.Equal(netset.Everywhere.Family(false)) {
			rank[block.Index] = -1
		}
	}
	return rank
}
