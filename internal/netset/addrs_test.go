package netset

import (
	"math/big"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

// blockPool holds prefixes that nest, touch and lie apart, of both families.
var blockPool = []string{
	"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16", "10.0.1.0/24",
	"10.0.0.0/24", "10.0.0.4/30", "10.0.0.5/32", "10.0.0.6/32", "255.255.255.255/32", "0.0.0.0/32",
	"::/0", "fd00::/8", "fd00::/64", "fd00:0:0:1::/64", "fd00::4/126", "fd00::5/128", "::/128",
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "::ffff:0:0/96",
}

func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < 8*len(bytes); bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

// samples are the first and last addresses of every block of the pool and their
// neighbours outside: between two of them no set made of the pool can change.
var samples = func() []netip.Addr {
	var out []netip.Addr
	for _, text := range blockPool {
		p := netip.MustParsePrefix(text)
		first, last := p.Masked().Addr(), lastOf(p)
		for _, a := range []netip.Addr{first.Prev(), first, first.Next(), last.Prev(), last, last.Next()} {
			if a.IsValid() {
				out = append(out, a)
			}
		}
	}
	return out
}()

type addrModel func(netip.Addr) bool

func randomAddrs(r *rand.Rand) (Addrs, addrModel, []netip.Prefix) {
	var prefixes []netip.Prefix
	for range r.IntN(5) {
		prefixes = append(prefixes, netip.MustParsePrefix(blockPool[r.IntN(len(blockPool))]))
	}
	return FromPrefixes(prefixes...), func(a netip.Addr) bool {
		return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
	}, prefixes
}

func judgeAddrs(t *testing.T, what string, got Addrs, want addrModel) {
	t.Helper()
	empty := true
	for _, a := range samples {
		empty = empty && !want(a)
		if got.Contains(a) != want(a) {
			t.Fatalf("%s: contains %v is %v, want %v", what, a, got.Contains(a), want(a))
		}
	}
	if got.IsEmpty() != empty {
		t.Fatalf("%s: IsEmpty is %v", what, got.IsEmpty())
	}
	judgeCover(t, what, got)
}

// judgeCover tests that Prefixes and Ranges are sorted, disjoint, exact and the
// smallest possible.
func judgeCover(t *testing.T, what string, s Addrs) {
	t.Helper()
	prefixes := s.Prefixes()
	size := new(big.Int)
	for i, p := range prefixes {
		if p != p.Masked() {
			t.Fatalf("%s: %v has bits behind the mask", what, p)
		}
		size.Add(size, new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits())))
		if i == 0 {
			continue
		}
		before := prefixes[i-1]
		if !lastOf(before).Less(p.Addr()) {
			t.Fatalf("%s: %v does not end before %v", what, before, p)
		}
		wider := netip.PrefixFrom(before.Addr(), max(before.Bits()-1, 0))
		if before.Bits() == p.Bits() && before.Bits() > 0 && wider == wider.Masked() && wider.Contains(p.Addr()) {
			t.Fatalf("%s: %v and %v could be one", what, before, p)
		}
	}
	if s.Size().Cmp(size) != 0 {
		t.Fatalf("%s: Size %v, its prefixes hold %v", what, s.Size(), size)
	}
	if back := FromPrefixes(prefixes...); !back.Equal(s) || !s.Equal(back) {
		t.Fatalf("%s: not equal to the set of its own prefixes %v", what, prefixes)
	}
	for i, r := range s.Ranges() {
		if i > 0 && !s.Ranges()[i-1].To().Less(r.From()) {
			t.Fatalf("%s: ranges out of order: %v", what, s.Ranges())
		}
		if !s.Contains(r.From()) || !s.Contains(r.To()) {
			t.Fatalf("%s: ends of %v are not in the set", what, r)
		}
	}
}

func TestAddrsAgreeWithSamples(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		s, a, sp := randomAddrs(r)
		u, b, up := randomAddrs(r)
		judgeAddrs(t, "s", s, a)
		for _, c := range []struct {
			what string
			got  Addrs
			want addrModel
		}{
			{"union", s.Union(u), func(x netip.Addr) bool { return a(x) || b(x) }},
			{"intersection", s.Intersect(u), func(x netip.Addr) bool { return a(x) && b(x) }},
			{"difference", s.Minus(u), func(x netip.Addr) bool { return a(x) && !b(x) }},
			{"IPv4", s.Family(true), func(x netip.Addr) bool { return a(x) && x.Is4() }},
			{"IPv6", s.Family(false), func(x netip.Addr) bool { return a(x) && !x.Is4() }},
		} {
			judgeAddrs(t, c.what, c.got, c.want)
			if t.Failed() {
				t.Fatalf("s = %v, t = %v", sp, up)
			}
		}
		same := !slices.ContainsFunc(samples, func(x netip.Addr) bool { return a(x) != b(x) })
		if s.Equal(u) != same {
			t.Fatalf("%v equal to %v: %v, want %v", sp, up, s.Equal(u), same)
		}
		if meet := !s.Intersect(u).IsEmpty(); s.Overlaps(u) != meet {
			t.Fatalf("%v overlaps %v: %v, want %v", sp, up, !meet, meet)
		}
	}
}

func TestAddrsEdges(t *testing.T) {
	var zero Addrs
	judgeAddrs(t, "zero value", zero, func(netip.Addr) bool { return false })
	judgeAddrs(t, "nothing", FromPrefixes(), func(netip.Addr) bool { return false })
	judgeAddrs(t, "everywhere", Everywhere, func(netip.Addr) bool { return true })
	judgeAddrs(t, "everywhere without itself", Everywhere.Minus(Everywhere), func(netip.Addr) bool { return false })
	if !zero.Equal(Everywhere.Minus(Everywhere)) || zero.Equal(Everywhere) {
		t.Error("the empty set is not equal to itself, or is equal to everything")
	}
	// Bits behind the mask are ignored, as the API server's older versions did.
	if got := FromPrefixes(netip.MustParsePrefix("10.1.2.3/8")); !got.Equal(FromPrefixes(netip.MustParsePrefix("10.0.0.0/8"))) {
		t.Errorf("10.1.2.3/8 is %v", got.Prefixes())
	}
	one := netip.MustParseAddr("fd00::5")
	if got := FromAddrs(one, one); got.Size().Int64() != 1 || !got.Contains(netip.MustParseAddr("fd00:0:0::5")) {
		t.Errorf("fd00::5 twice is %v", got.Prefixes())
	}
	// An address of one family is not in a block of the other.
	if Everywhere.Family(true).Contains(one) || Everywhere.Family(false).Contains(netip.MustParseAddr("10.0.0.1")) {
		t.Error("the families are mixed")
	}
}

// FuzzAddrs makes two sets of IPv4 prefixes from bytes, five to a prefix, and tests
// set algebra on the ends of all of them.
func FuzzAddrs(f *testing.F) {
	f.Add([]byte{10, 0, 0, 0, 8}, []byte{10, 1, 0, 0, 16, 10, 0, 0, 5, 32})
	f.Add([]byte{0, 0, 0, 0, 0}, []byte{255, 255, 255, 255, 32})
	f.Fuzz(func(t *testing.T, left, right []byte) {
		a, b := prefixesOf(left), prefixesOf(right)
		s, u := FromPrefixes(a...), FromPrefixes(b...)
		union, both, rest := s.Union(u), s.Intersect(u), s.Minus(u)
		for _, p := range slices.Concat(a, b) {
			for _, x := range []netip.Addr{p.Addr().Prev(), p.Masked().Addr(), lastOf(p), lastOf(p).Next()} {
				if !x.IsValid() {
					continue
				}
				inA := slices.ContainsFunc(a, func(p netip.Prefix) bool { return p.Contains(x) })
				inB := slices.ContainsFunc(b, func(p netip.Prefix) bool { return p.Contains(x) })
				if union.Contains(x) != (inA || inB) || both.Contains(x) != (inA && inB) || rest.Contains(x) != (inA && !inB) {
					t.Fatalf("%v: s = %v, t = %v: union %v, both %v, rest %v", x, a, b,
						union.Contains(x), both.Contains(x), rest.Contains(x))
				}
			}
		}
		judgeCover(t, "union", union)
		judgeCover(t, "both", both)
		judgeCover(t, "rest", rest)
		if !both.Union(rest).Equal(s) {
			t.Fatalf("s = %v, t = %v: what s shares with t and what it does not are not s", a, b)
		}
	})
}

func prefixesOf(data []byte) (out []netip.Prefix) {
	for ; len(data) >= 5; data = data[5:] {
		out = append(out, netip.PrefixFrom(netip.AddrFrom4([4]byte(data)), int(data[4])%33))
	}
	return out
}
