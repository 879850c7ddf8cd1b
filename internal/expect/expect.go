// Package expect holds what somebody expects of connections against what the policies
// allow.
//
// It takes a small YAML file, and a matrix, and gives a result for each expectation: it
// holds, it fails, with the pairs that are otherwise and why, or it cannot be judged. It
// decides nothing about traffic; every verdict is the matrix's own. How results look is
// settled elsewhere.
package expect

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Others, as one end of an expectation, is everybody that no expectation of the file that
// allows something names for the other end, and the ports that none of them allows.
const Others = "others"

// Verdict is what is expected.
type Verdict string

const (
	Allowed Verdict = "allowed"
	Blocked Verdict = "blocked"
)

// Expectation is one entry of a file.
type Expectation struct {
	// From and To are names as a person writes them, with wildcards, or Others alone. All
	// that they stand for is meant.
	From, To []string
	// Ports are empty for all of Protocols.
	Ports []Port
	// Protocols has more than one, or all, only where no port is named.
	Protocols []netset.Protocol
	Expect    Verdict
	Reason    string
	At        diag.Range
}

// Port is a range of ports, or the port of a name, which each pod resolves by itself.
type Port struct {
	Name        string
	First, Last uint16
}

func (p Port) String() string {
	switch {
	case p.Name != "":
		return p.Name
	case p.First == p.Last:
		return fmt.Sprint(p.First)
	}
	return fmt.Sprintf("%d-%d", p.First, p.Last)
}

// Every reports whether the expectation is about every port of every protocol.
func (e *Expectation) Every() bool {
	return len(e.Ports) == 0 && len(e.Protocols) == len(netset.Protocols)
}

// wanted gives the ports of one destination that the expectation is about.
func (e *Expectation) wanted(to *model.Entity) netset.Ports {
	if e.Every() {
		return netset.All
	}
	var set netset.Ports
	for _, protocol := range e.Protocols {
		if len(e.Ports) == 0 {
			set = set.Union(netset.FromIntervals(netset.Interval{Protocol: protocol, First: netset.FirstPort, Last: netset.LastPort}))
		}
		for _, p := range e.Ports {
			set = set.Union(p.on(to, protocol))
		}
	}
	return set
}

func (p Port) on(to *model.Entity, protocol netset.Protocol) netset.Ports {
	if p.Name == "" {
		return netset.FromIntervals(netset.Interval{Protocol: protocol, First: p.First, Last: p.Last})
	}
	for _, c := range to.Ports {
		if c.Name == p.Name && c.Protocol == protocol {
			return netset.FromIntervals(netset.Interval{Protocol: protocol, First: c.Port, Last: c.Port})
		}
	}
	return netset.FromName(protocol, p.Name)
}

// PortWords says which ports are meant, as "TCP 5432"; every port is "every port".
func (e *Expectation) PortWords() string {
	var protocols, ports []string
	for _, p := range e.Protocols {
		protocols = append(protocols, p.String())
	}
	for _, p := range e.Ports {
		ports = append(ports, p.String())
	}
	switch {
	case e.Every():
		return "every port"
	case len(ports) == 0:
		return "every " + strings.Join(protocols, " and ") + " port"
	}
	return strings.Join(protocols, " and ") + " " + strings.Join(ports, ", ")
}

// String says what is expected in a sentence without a stop.
func (e *Expectation) String() string {
	return fmt.Sprintf("%s to %s on %s: %s", ends(e.From), ends(e.To), e.PortWords(), e.Expect)
}

// mostEnds is how many names of one end a sentence lists.
const mostEnds = 4

func ends(names []string) string {
	if more := len(names) - mostEnds; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostEnds], ", "), more)
	}
	return strings.Join(names, ", ")
}
