package netset

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// naive is the model that Ports is judged by: one bit for each port of each
// protocol, and the names that are in the set. A name stands for a port that
// nobody knows, so it is in the set when it was put there or when every port of its
// protocol is.
type naive struct {
	port [len(Protocols)][1 << 16 / 64]uint64
	name map[Name]bool
}

func newNaive(intervals []Interval, names []Name) *naive {
	n := &naive{name: map[Name]bool{}}
	for _, i := range intervals {
		for port := int(i.First); port <= int(i.Last); port++ {
			n.port[i.Protocol][port/64] |= 1 << (port % 64)
		}
	}
	for _, x := range names {
		n.name[x] = true
	}
	return n
}

func (n *naive) contains(p Protocol, port int) bool { return n.port[p][port/64]>>(port%64)&1 == 1 }

func (n *naive) full(p Protocol) bool {
	for i, word := range n.port[p] {
		if i == 0 {
			word |= 1 // port 0 is none
		}
		if word != ^uint64(0) {
			return false
		}
	}
	return true
}

func (n *naive) has(x Name) bool { return n.name[x] || n.full(x.Protocol) }

// merge applies a bitwise operation to every port, and to every name of the pool as
// one bit.
func (n *naive) merge(m *naive, op func(a, b uint64) uint64) *naive {
	out := newNaive(nil, nil)
	for p := range out.port {
		for i := range out.port[p] {
			out.port[p][i] = op(n.port[p][i], m.port[p][i])
		}
	}
	for _, x := range namePool {
		out.name[x] = op(bit(n.has(x)), bit(m.has(x)))&1 == 1
	}
	return out
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// String prints the model in the form the contract asks of Ports.
func (n *naive) String() string {
	var words []string
	full := true
	for _, p := range Protocols {
		full = full && n.full(p)
		for first := FirstPort; first <= LastPort; first++ {
			if !n.contains(p, first) {
				continue
			}
			last := first
			for last < LastPort && n.contains(p, last+1) {
				last++
			}
			if first == last {
				words = append(words, fmt.Sprintf("%d/%v", first, p))
			} else {
				words = append(words, fmt.Sprintf("%d-%d/%v", first, last, p))
			}
			first = last
		}
	}
	if full {
		return "all"
	}
	for _, x := range namePool {
		if n.name[x] && !n.full(x.Protocol) {
			words = append(words, fmt.Sprintf("%s/%v", x.Name, x.Protocol))
		}
	}
	return strings.Join(words, " ")
}

// namePool is in the order in which names are printed.
var namePool = []Name{{TCP, "dns"}, {TCP, "http"}, {UDP, "dns"}, {UDP, "http"}, {SCTP, "http"}}

// edges are ports that random intervals begin and end at, so that intervals often
// touch, overlap, nest and reach the ends of the range.
var edges = []uint16{1, 2, 3, 79, 80, 81, 8079, 8080, 30500, 30700, 30800, 32767, 32768, 33567, 65533, 65534, 65535}

func randomParts(r *rand.Rand) (intervals []Interval, names []Name) {
	for range r.IntN(5) {
		a, b := edges[r.IntN(len(edges))], edges[r.IntN(len(edges))]
		intervals = append(intervals, Interval{Protocols[r.IntN(len(Protocols))], min(a, b), max(a, b)})
	}
	for _, p := range Protocols {
		if r.IntN(8) == 0 {
			intervals = append(intervals, Interval{p, FirstPort, LastPort})
		}
	}
	for range r.IntN(3) {
		names = append(names, namePool[r.IntN(len(namePool))])
	}
	return intervals, names
}

func portsOf(intervals []Interval, names []Name) Ports {
	s := FromIntervals(intervals...)
	for _, n := range names {
		s = s.Union(FromName(n.Protocol, n.Name))
	}
	return s
}

// judge compares two sets and everything made of them with the model.
func judge(t *testing.T, si []Interval, sn []Name, ti []Interval, tn []Name) {
	t.Helper()
	a, b := newNaive(si, sn), newNaive(ti, tn)
	s, u := portsOf(si, sn), portsOf(ti, tn)
	for _, c := range []struct {
		op   string
		got  Ports
		want *naive
	}{
		{"s", s, a},
		{"t", u, b},
		{"s or t", s.Union(u), a.merge(b, func(x, y uint64) uint64 { return x | y })},
		{"t or s", u.Union(s), a.merge(b, func(x, y uint64) uint64 { return x | y })},
		{"s and t", s.Intersect(u), a.merge(b, func(x, y uint64) uint64 { return x & y })},
		{"t and s", u.Intersect(s), a.merge(b, func(x, y uint64) uint64 { return x & y })},
		{"s without t", s.Minus(u), a.merge(b, func(x, y uint64) uint64 { return x &^ y })},
		{"t without s", u.Minus(s), a.merge(b, func(x, y uint64) uint64 { return y &^ x })},
	} {
		want := c.want.String()
		if got := c.got.String(); got != want {
			// A name that an open protocol holds cannot be taken out of it, nor is it
			// left over when some of the protocol's ports are taken away.
			if !strings.Contains(c.op, "without") || numbers(got) != numbers(want) {
				t.Fatalf("s = %v %v\nt = %v %v\n%s = %q, want %q", si, sn, ti, tn, c.op, got, want)
			}
			continue
		}
		judgeParts(t, c.got, c.want)
	}
	covers := true
	for p := range a.port {
		for i := range a.port[p] {
			covers = covers && b.port[p][i]&^a.port[p][i] == 0
		}
	}
	for _, x := range namePool {
		covers = covers && (a.has(x) || !b.has(x))
	}
	if s.Covers(u) != covers {
		t.Fatalf("s = %v %v\nt = %v %v\ns covers t: %v, want %v", si, sn, ti, tn, s.Covers(u), covers)
	}
	if (s == u) != (a.String() == b.String()) {
		t.Fatalf("s = %v %v\nt = %v %v\ns == t: %v, but they print %q and %q", si, sn, ti, tn, s == u, a, b)
	}
}

// numbers leaves the names out of a printed set.
func numbers(s string) string {
	words := strings.Fields(s)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w[0] > '9' }), " ")
}

// judgeParts compares what can be asked of one set with the model.
func judgeParts(t *testing.T, s Ports, want *naive) {
	t.Helper()
	if rebuilt := portsOf(s.Intervals(), s.Names()); rebuilt != s {
		t.Fatalf("%q is not equal to the same set made of its parts, %q", s, rebuilt)
	}
	text := want.String()
	if s.IsEmpty() != (text == "") || s.IsAll() != (text == "all") {
		t.Fatalf("%q: empty %v, all %v", text, s.IsEmpty(), s.IsAll())
	}
	for _, p := range Protocols {
		if s.ContainsAll(p) != want.full(p) {
			t.Fatalf("%q: ContainsAll(%v) is %v", text, p, s.ContainsAll(p))
		}
		for _, e := range edges {
			for _, port := range []uint16{e - 1, e, e + 1} {
				if port != 0 && s.Contains(p, port) != want.contains(p, int(port)) {
					t.Fatalf("%q: Contains(%v, %d) is %v", text, p, port, s.Contains(p, port))
				}
			}
		}
	}
}

func TestPortsAgreeWithBitmaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		si, sn := randomParts(r)
		ti, tn := randomParts(r)
		judge(t, si, sn, ti, tn)
	}
}

// The ranges of semantics.md, section 6, which a well-known analyser gets wrong.
func TestPortsOverlappingRanges(t *testing.T) {
	s := FromIntervals(Interval{TCP, 30700, 32767})
	u := FromIntervals(Interval{TCP, 30800, 33567}, Interval{TCP, 30500, 33267})
	if got, want := s.Intersect(u).String(), "30700-32767/TCP"; got != want {
		t.Errorf("30700-32767 met with 30800-33567 and 30500-33267: got %q, want %q", got, want)
	}
	if got := u.String(); got != "30500-33567/TCP" {
		t.Errorf("30800-33567 and 30500-33267 together: got %q", got)
	}
}

func TestPortsSpelling(t *testing.T) {
	for _, c := range []struct {
		ports Ports
		want  string
	}{
		{Ports{}, ""},
		{All, "all"},
		{FromIntervals(Interval{UDP, 1, 65535}), "1-65535/UDP"},
		{FromIntervals(Interval{TCP, 8000, 8080}, Interval{TCP, 5000, 5000}), "5000/TCP 8000-8080/TCP"},
		{FromIntervals(Interval{TCP, 81, 90}, Interval{TCP, 80, 80}), "80-90/TCP"},
		{FromIntervals(Interval{SCTP, 7, 7}, Interval{UDP, 7, 7}, Interval{TCP, 7, 7}), "7/TCP 7/UDP 7/SCTP"},
		{FromName(TCP, "http"), "http/TCP"},
		{FromName(UDP, "dns").Union(FromIntervals(Interval{TCP, 53, 53})), "53/TCP dns/UDP"},
		// A protocol that is open altogether holds every name of its own, no others.
		{FromName(TCP, "http").Union(FromIntervals(Interval{TCP, 1, 65535})), "1-65535/TCP"},
		{FromName(TCP, "http").Union(FromIntervals(Interval{UDP, 1, 65535})), "1-65535/UDP http/TCP"},
		{FromName(TCP, "http").Intersect(FromIntervals(Interval{TCP, 1, 65535})), "http/TCP"},
		// Nobody knows the number of a name: it is not in a part of its protocol.
		{FromName(TCP, "http").Intersect(FromIntervals(Interval{TCP, 1, 65534})), ""},
		{FromName(TCP, "http").Intersect(FromName(UDP, "http")), ""},
		{FromName(TCP, "http").Intersect(All), "http/TCP"},
	} {
		if got := c.ports.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestPortsRefuseWhatIsNoInterval(t *testing.T) {
	for _, i := range []Interval{{TCP, 0, 1}, {TCP, 0, 0}, {UDP, 2, 1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d-%d was taken as an interval", i.First, i.Last)
				}
			}()
			FromIntervals(i)
		}()
	}
}

func TestProtocolSpelling(t *testing.T) {
	for _, p := range Protocols {
		if got, ok := ParseProtocol(p.String()); !ok || got != p {
			t.Errorf("ParseProtocol(%q) = %v, %v", p, got, ok)
		}
	}
	for _, s := range []string{"", "tcp", "Udp", "ICMP", "TCP "} {
		if _, ok := ParseProtocol(s); ok {
			t.Errorf("ParseProtocol(%q) took it", s)
		}
	}
}

// FuzzPorts reads two sets from bytes, five to an interval, and judges them.
func FuzzPorts(f *testing.F) {
	f.Add([]byte{0, 0x77, 0xec, 0x7f, 0xff}, []byte{0, 0x78, 0x50, 0x83, 0x1f, 0, 0x77, 0x24, 0x81, 0xf3})
	f.Add([]byte{0, 0, 1, 0xff, 0xff, 0x80, 0, 0, 0, 0}, []byte{0x81, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, s, u []byte) {
		si, sn := parts(s)
		ti, tn := parts(u)
		judge(t, si, sn, ti, tn)
	})
}

func parts(data []byte) (intervals []Interval, names []Name) {
	for ; len(data) >= 5; data = data[5:] {
		if data[0]&0x80 != 0 {
			names = append(names, namePool[int(data[0]&0x7f)%len(namePool)])
			continue
		}
		a, b := uint16(data[1])<<8|uint16(data[2]), uint16(data[3])<<8|uint16(data[4])
		intervals = append(intervals, Interval{
			Protocols[int(data[0])%len(Protocols)], max(1, min(a, b)), max(1, max(a, b)),
		})
	}
	return intervals, names
}

func TestComplement(t *testing.T) {
	one := FromIntervals(Interval{TCP, 80, 80})
	if rest, ok := All.Minus(one).Complement(); !ok || rest != one {
		t.Errorf("what all but TCP 80 leaves out is %s, %v", rest, ok)
	}
	for _, p := range []Ports{{}, All, one, FromIntervals(Interval{TCP, 80, 80}, Interval{UDP, 53, 53}), All.Minus(one).Union(FromName(TCP, "http"))} {
		if rest, ok := p.Complement(); ok {
			t.Errorf("%s is said to be all but %s", p, rest)
		}
	}
}
