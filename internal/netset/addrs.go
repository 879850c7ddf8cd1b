package netset

import (
	"math/big"
	"net/netip"

	"go4.org/netipx"
)

// Addrs is an exact set of IPv4 and IPv6 addresses. The zero value is the empty set.
type Addrs struct{ set *netipx.IPSet }

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
	var b netipx.IPSetBuilder
	for _, a := range addrs {
		b.Add(a)
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
	if len(set.Ranges()) == 0 {
		return Addrs{}
	}
	return Addrs{set}
}

// IsEmpty reports whether the set has no address.
func (s Addrs) IsEmpty() bool { return s.set == nil }

// Contains reports whether the set holds an address.
func (s Addrs) Contains(a netip.Addr) bool { return s.set != nil && s.set.Contains(a) }

// Equal reports whether both sets hold the same addresses.
func (s Addrs) Equal(t Addrs) bool {
	if s.set == nil || t.set == nil {
		return s.set == t.set
	}
	return s.set.Equal(t.set)
}

// Union gives what is in either set.
func (s Addrs) Union(t Addrs) Addrs { return s.with(t, (*netipx.IPSetBuilder).AddSet) }

// Intersect gives what is in both sets.
func (s Addrs) Intersect(t Addrs) Addrs {
	if s.set == nil || t.set == nil {
		return Addrs{}
	}
	return s.with(t, (*netipx.IPSetBuilder).Intersect)
}

// Minus gives what is in s and not in t.
func (s Addrs) Minus(t Addrs) Addrs { return s.with(t, (*netipx.IPSetBuilder).RemoveSet) }

func (s Addrs) with(t Addrs, op func(*netipx.IPSetBuilder, *netipx.IPSet)) Addrs {
	var b netipx.IPSetBuilder
	if s.set != nil {
		b.AddSet(s.set)
	}
	if t.set != nil {
		op(&b, t.set)
	}
	return built(&b)
}

// Family gives the addresses of one family: IPv4 if v4 is set, else IPv6.
func (s Addrs) Family(v4 bool) Addrs {
	if v4 {
		return s.Intersect(FromPrefixes(netip.MustParsePrefix("0.0.0.0/0")))
	}
	return s.Intersect(FromPrefixes(netip.MustParsePrefix("::/0")))
}

// Prefixes gives the smallest list of disjoint prefixes that covers the set exactly,
// sorted, IPv4 first.
func (s Addrs) Prefixes() []netip.Prefix {
	if s.set == nil {
		return nil
	}
	return s.set.Prefixes()
}

// Ranges gives the set as sorted, disjoint ranges.
func (s Addrs) Ranges() []netipx.IPRange {
	if s.set == nil {
		return nil
	}
	return s.set.Ranges()
}

// Size gives the number of addresses.
func (s Addrs) Size() *big.Int {
	sum := new(big.Int)
	for _, r := range s.Ranges() {
		from, to := r.From().As16(), r.To().As16()
		n := new(big.Int).Sub(new(big.Int).SetBytes(to[:]), new(big.Int).SetBytes(from[:]))
		sum.Add(sum, n.Add(n, big.NewInt(1)))
	}
	return sum
}
