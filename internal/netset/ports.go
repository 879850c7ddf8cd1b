// Package netset holds exact sets of ports and of IP addresses.
//
// Sets are small immutable values: operations take sets and give new ones, and two
// equal sets of ports are equal by ==. The package knows nothing of Kubernetes.
package netset

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Protocol is a transport protocol that a NetworkPolicy can name.
type Protocol uint8

const (
	TCP Protocol = iota
	UDP
	SCTP
)

// Protocols lists the protocols in the order in which they are printed.
var Protocols = [...]Protocol{TCP, UDP, SCTP}

// String gives the name as the API spells it.
func (p Protocol) String() string { return [...]string{"TCP", "UDP", "SCTP"}[p] }

// ParseProtocol reads the API's spelling; it is case-sensitive as the API is.
func ParseProtocol(s string) (Protocol, bool) {
	for _, p := range Protocols {
		if p.String() == s {
			return p, true
		}
	}
	return 0, false
}

// The lowest and highest port number; 0 is none.
const (
	FirstPort = 1
	LastPort  = 65535
)

// Interval is a run of ports of one protocol, both ends included.
type Interval struct {
	Protocol    Protocol
	First, Last uint16
}

// Full reports whether the interval holds every port of its protocol.
func (i Interval) Full() bool { return i.First == FirstPort && i.Last == LastPort }

// String gives "80/TCP" or "8000-8080/TCP".
func (i Interval) String() string {
	if i.First == i.Last {
		return fmt.Sprintf("%d/%s", i.First, i.Protocol)
	}
	return fmt.Sprintf("%d-%d/%s", i.First, i.Last, i.Protocol)
}

// Name is a port name that no pod in sight resolves: the port that a pod would
// have to declare under that name.
type Name struct {
	Protocol Protocol
	Name     string
}

// String gives "http/TCP".
func (n Name) String() string { return n.Name + "/" + n.Protocol.String() }

// Ports is a set of ports of the three protocols, and of port names that are not
// resolved. The zero value is the empty set. Equal sets are equal by ==.
//
// A name stands for an unknown port, so a protocol that is open on all its ports
// contains its every name; such names are not kept.
type Ports struct {
	// The canonical form: records of five bytes for the intervals, which are
	// sorted, disjoint and not adjacent, then records for the names, sorted: a
	// byte with nameMark set and the protocol, the length in a byte, the name.
	repr string
}

const (
	intervalSize = 5
	nameMark     = 0x80
)

// All is every port of every protocol.
var All = FromIntervals(
	Interval{TCP, FirstPort, LastPort},
	Interval{UDP, FirstPort, LastPort},
	Interval{SCTP, FirstPort, LastPort},
)

// FromIntervals gives the union of intervals. An interval whose first port is above
// its last, or that starts at 0, is a programming mistake.
func FromIntervals(intervals ...Interval) Ports { return build(slices.Clone(intervals), nil) }

// FromName gives the set of one unresolved name of at most 255 bytes.
func FromName(p Protocol, name string) Ports { return build(nil, []Name{{p, name}}) }

func build(intervals []Interval, names []Name) Ports {
	slices.SortFunc(intervals, func(a, b Interval) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.First, b.First))
	})
	merged := intervals[:0]
	for _, i := range intervals {
		if i.First == 0 || i.First > i.Last {
			panic(fmt.Sprintf("netset: %d-%d is no interval of ports", i.First, i.Last))
		}
		if n := len(merged); n > 0 && merged[n-1].Protocol == i.Protocol && int(i.First) <= int(merged[n-1].Last)+1 {
			merged[n-1].Last = max(merged[n-1].Last, i.Last)
			continue
		}
		merged = append(merged, i)
	}
	var full [len(Protocols)]bool
	repr := make([]byte, 0, intervalSize*len(merged))
	for _, i := range merged {
		full[i.Protocol] = full[i.Protocol] || i.Full()
		repr = append(repr, byte(i.Protocol))
		repr = binary.BigEndian.AppendUint16(repr, i.First)
		repr = binary.BigEndian.AppendUint16(repr, i.Last)
	}
	slices.SortFunc(names, func(a, b Name) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Name, b.Name))
	})
	for _, n := range slices.Compact(names) {
		if full[n.Protocol] {
			continue
		}
		repr = append(repr, nameMark|byte(n.Protocol), byte(len(n.Name)))
		repr = append(repr, n.Name...)
	}
	return Ports{string(repr)}
}

// IsEmpty reports whether the set has neither port nor name.
func (s Ports) IsEmpty() bool { return s.repr == "" }

// IsAll reports whether the set holds every port of every protocol.
func (s Ports) IsAll() bool { return s == All }

// Intervals gives the ports as disjoint intervals in order of protocol and number.
func (s Ports) Intervals() []Interval {
	intervals, _ := s.parts()
	return intervals
}

// Names gives the unresolved names, sorted.
func (s Ports) Names() []Name {
	_, names := s.parts()
	return names
}

func (s Ports) parts() (intervals []Interval, names []Name) {
	rest := s.repr
	for len(rest) > 0 && rest[0]&nameMark == 0 {
		intervals = append(intervals, Interval{
			Protocol: Protocol(rest[0]),
			First:    uint16(rest[1])<<8 | uint16(rest[2]),
			Last:     uint16(rest[3])<<8 | uint16(rest[4]),
		})
		rest = rest[intervalSize:]
	}
	for len(rest) > 0 {
		end := 2 + int(rest[1])
		names = append(names, Name{Protocol(rest[0] &^ nameMark), rest[2:end]})
		rest = rest[end:]
	}
	return intervals, names
}

// Contains reports whether the set holds a port.
func (s Ports) Contains(p Protocol, port uint16) bool {
	for rest := s.repr; len(rest) > 0 && rest[0]&nameMark == 0; rest = rest[intervalSize:] {
		first, last := uint16(rest[1])<<8|uint16(rest[2]), uint16(rest[3])<<8|uint16(rest[4])
		if Protocol(rest[0]) == p && first <= port && port <= last {
			return true
		}
	}
	return false
}

// ContainsAll reports whether the set holds every port of a protocol.
func (s Ports) ContainsAll(p Protocol) bool {
	for rest := s.repr; len(rest) > 0 && rest[0]&nameMark == 0; rest = rest[intervalSize:] {
		if Protocol(rest[0]) == p {
			return rest[1:intervalSize] == "\x00\x01\xff\xff"
		}
	}
	return false
}

// Union gives what is in either set.
func (s Ports) Union(t Ports) Ports {
	switch {
	case s == t || t.IsEmpty():
		return s
	case s.IsEmpty():
		return t
	case s.IsAll() || t.IsAll():
		return All
	}
	si, sn := s.parts()
	ti, tn := t.parts()
	return build(append(si, ti...), append(sn, tn...))
}

// Intersect gives what is in both sets. A name is in a set that has it or that holds
// every port of its protocol.
func (s Ports) Intersect(t Ports) Ports {
	switch {
	case s == t || t.IsAll():
		return s
	case s.IsAll():
		return t
	case s.IsEmpty() || t.IsEmpty():
		return Ports{}
	}
	si, sn := s.parts()
	ti, tn := t.parts()
	var intervals []Interval
	for _, a := range si {
		for _, b := range ti {
			if first, last := max(a.First, b.First), min(a.Last, b.Last); a.Protocol == b.Protocol && first <= last {
				intervals = append(intervals, Interval{a.Protocol, first, last})
			}
		}
	}
	names := slices.DeleteFunc(sn, func(n Name) bool { return !t.ContainsAll(n.Protocol) && !slices.Contains(tn, n) })
	for _, n := range tn {
		if s.ContainsAll(n.Protocol) {
			names = append(names, n)
		}
	}
	return build(intervals, names)
}

// Minus gives what is in s and not in t.
func (s Ports) Minus(t Ports) Ports {
	if s.IsEmpty() || t.IsEmpty() {
		return s
	}
	si, sn := s.parts()
	ti, tn := t.parts()
	var left []Interval
	for _, a := range si {
		first := int(a.First)
		for _, b := range ti {
			if a.Protocol != b.Protocol || int(b.Last) < first || b.First > a.Last {
				continue
			}
			if int(b.First) > first {
				left = append(left, Interval{a.Protocol, uint16(first), b.First - 1})
			}
			first = int(b.Last) + 1
		}
		if first <= int(a.Last) {
			left = append(left, Interval{a.Protocol, uint16(first), a.Last})
		}
	}
	sn = slices.DeleteFunc(sn, func(n Name) bool { return t.ContainsAll(n.Protocol) || slices.Contains(tn, n) })
	return build(left, sn)
}

// Covers reports whether every port and name of t is in s.
func (s Ports) Covers(t Ports) bool { return s.Intersect(t) == t }

// String gives the set as tables and pictures write it: "5000/TCP 8000-8080/TCP",
// "http/TCP", "all", or "" for the empty set. Every port of one protocol is
// "1-65535/UDP".
func (s Ports) String() string {
	if s.IsAll() {
		return "all"
	}
	intervals, names := s.parts()
	words := make([]string, 0, len(intervals)+len(names))
	for _, i := range intervals {
		words = append(words, i.String())
	}
	for _, n := range names {
		words = append(words, n.String())
	}
	return strings.Join(words, " ")
}

// Complement gives the ports that a set leaves out, where that is the shorter way to say
// it: it is ok for a set that leaves out few.
func (s Ports) Complement() (rest Ports, ok bool) {
	rest = All.Minus(s)
	return rest, !rest.IsEmpty() && len(s.Names()) == 0 && len(rest.Intervals()) < len(s.Intervals())
}

// Count gives the number of ports of the three protocols together; names count as one
// each.
func (s Ports) Count() int {
	intervals, names := s.parts()
	n := len(names)
	for _, i := range intervals {
		n += int(i.Last) - int(i.First) + 1
	}
	return n
}
