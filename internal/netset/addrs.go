package netset

import (
	"math/big"
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// Addrs is an exact set of IPv4 and IPv6 addresses. The zero value is the empty set.
type Addrs struct {
	// ranges are disjoint, not adjacent and sorted, IPv4 first.
	ranges []netipx.IPRange
}

// Everywhere is every IPv4 and IPv6 address.
var Everywhere = FromPrefixes(netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0"))

// FromPrefixes gives the union of prefixes; bits behind the mask are ignored.
func FromPrefixes(prefixes ...netip.Prefix) Addrs {
	var b netipx.IPSetBuilder
	for _, p := range prefixes {
		b.AddPrefix(p.Masked())
	}
	return built(&b)
}

// FromAddrs gives the set of single addresses.
func FromAddrs(addrs ...netip.Addr) Addrs {
	if len(addrs) > 1 {
		addrs = slices.Clone(addrs)
		slices.SortFunc(addrs, netip.Addr.Compare)
		addrs = slices.Compact(addrs)
	}
	ranges := make([]netipx.IPRange, 0, len(addrs))
	for _, a := range addrs {
		if n := len(ranges) - 1; n >= 0 && ranges[n].To().Next() == a {
			ranges[n] = netipx.IPRangeFrom(ranges[n].From(), a)
			continue
		}
		ranges = append(ranges, netipx.IPRangeFrom(a, a))
	}
	return Addrs{ranges}
}

// FromRanges gives the union of ranges of valid addresses.
func FromRanges(ranges ...netipx.IPRange) Addrs {
	var b netipx.IPSetBuilder
	for _, r := range ranges {
		b.AddRange(r)
	}
	return built(&b)
}

func built(b *netipx.IPSetBuilder) Addrs {
	set, err := b.IPSet()
	if err != nil {
		// The builder only fails on invalid prefixes and addresses, which callers
		// have parsed before.
		panic("netset: " + err.Error())
	}
	return Addrs{set.Ranges()}
}

// set gives the ranges as netipx works on them.
func (s Addrs) set() *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, r := range s.ranges {
		b.AddRange(r)
	}
	set, err := b.IPSet()
	if err != nil {
		panic("netset: " + err.Error())
	}
	return set
}

// IsEmpty reports whether the set has no address.
func (s Addrs) IsEmpty() bool { return len(s.ranges) == 0 }

// Contains reports whether the set holds an address.
func (s Addrs) Contains(a netip.Addr) bool {
	i, found := slices.BinarySearchFunc(s.ranges, a, func(r netipx.IPRange, a netip.Addr) int { return r.From().Compare(a) })
	return found || i > 0 && s.ranges[i-1].Contains(a)
}

// Equal reports whether both sets hold the same addresses.
func (s Addrs) Equal(t Addrs) bool { return slices.Equal(s.ranges, t.ranges) }

// Union gives what is in either set.
func (s Addrs) Union(t Addrs) Addrs {
	switch {
	case s.IsEmpty():
		return t
	case t.IsEmpty():
		return s
	}
	return s.with(t, (*netipx.IPSetBuilder).AddSet)
}

// Intersect gives what is in both sets.
func (s Addrs) Intersect(t Addrs) Addrs { return s.with(t, (*netipx.IPSetBuilder).Intersect) }

// Overlaps reports whether an address is in both sets. It is much cheaper than to
// intersect a few addresses with thousands of ranges.
func (s Addrs) Overlaps(t Addrs) bool {
	if len(s.ranges) > len(t.ranges) {
		s, t = t, s
	}
	for _, r := range s.ranges {
		i, _ := slices.BinarySearchFunc(t.ranges, r.From(), func(in netipx.IPRange, a netip.Addr) int { return in.To().Compare(a) })
		if i < len(t.ranges) && t.ranges[i].From().Compare(r.To()) <= 0 {
			return true
		}
	}
	return false
}

// Minus gives what is in s and not in t.
func (s Addrs) Minus(t Addrs) Addrs { return s.with(t, (*netipx.IPSetBuilder).RemoveSet) }

func (s Addrs) with(t Addrs, op func(*netipx.IPSetBuilder, *netipx.IPSet)) Addrs {
	var b netipx.IPSetBuilder
	b.AddSet(s.set())
	op(&b, t.set())
	return built(&b)
}

// Family gives the addresses of one family: IPv4 if v4 is set, else IPv6.
func (s Addrs) Family(v4 bool) Addrs {
	var family []netipx.IPRange
	for _, r := range s.ranges {
		if r.From().Is4() == v4 {
			family = append(family, r)
		}
	}
	return Addrs{family}
}

// Prefixes gives the smallest list of disjoint prefixes that covers the set exactly,
// sorted, IPv4 first.
func (s Addrs) Prefixes() []netip.Prefix {
	var prefixes []netip.Prefix
	for _, r := range s.ranges {
		prefixes = r.AppendPrefixes(prefixes)
	}
	return prefixes
}

// Ranges gives the set as sorted, disjoint ranges. The caller must not change them.
func (s Addrs) Ranges() []netipx.IPRange { return s.ranges }

// Size gives the number of addresses.
func (s Addrs) Size() *big.Int {
	sum := new(big.Int)
	for _, r := range s.ranges {
		from, to := r.From().As16(), r.To().As16()
		n := new(big.Int).Sub(new(big.Int).SetBytes(to[:]), new(big.Int).SetBytes(from[:]))
		sum.Add(sum, n.Add(n, big.NewInt(1)))
	}
	return sum
}
