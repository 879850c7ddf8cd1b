// Package explain says in plain sentences why one entity may or may not open a
// connection to another, and points at the lines that decide it.
//
// It takes a matrix and a question and gives an Explanation: a verdict, what each of
// the two sides says, and what would open what is closed. It decides nothing; every
// verdict is the matrix's own. How an explanation looks is settled elsewhere.
package explain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Port is the port that a question is about.
type Port struct {
	Protocol netset.Protocol
	Number   uint16
	// Other names a protocol of which policies do not speak, as ICMP; the other fields
	// are then zero.
	Other string
}

// otherProtocols are protocols that people ask about and policies do not know.
var otherProtocols = []string{"ICMP", "ICMPv6", "IGMP", "GRE", "ESP", "AH"}

// ParsePort reads "5432" or "5432/TCP"; a protocol that is left out is TCP.
func ParsePort(text string) (Port, error) {
	number, name, named := strings.Cut(text, "/")
	for _, other := range otherProtocols {
		if strings.EqualFold(text, other) || strings.EqualFold(name, other) {
			return Port{Other: other}, nil
		}
	}
	if strings.EqualFold(text, "ping") {
		return Port{Other: "ICMP"}, nil
	}
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil || n == 0 {
		return Port{}, fmt.Errorf("port %q is not a number from 1 to 65535, with or without a protocol (5432/TCP)", text)
	}
	p := Port{Protocol: netset.TCP, Number: uint16(n)}
	if named {
		var ok bool
		if p.Protocol, ok = netset.ParseProtocol(strings.ToUpper(name)); !ok {
			return Port{}, fmt.Errorf("port %q has the protocol %q, which is none of TCP, UDP and SCTP", text, name)
		}
	}
	return p, nil
}

// String gives the port as sentences write it: "TCP 5432".
func (p Port) String() string {
	if p.Other != "" {
		return p.Other
	}
	return fmt.Sprintf("%s %d", p.Protocol, p.Number)
}

// Ports gives the port as a set.
func (p Port) Ports() netset.Ports {
	return netset.FromIntervals(netset.Interval{Protocol: p.Protocol, First: p.Number, Last: p.Number})
}

// Verdict is the answer to a question.
type Verdict string

const (
	// Allowed: the port asked for, or every port where none was.
	Allowed Verdict = "allowed"
	// Blocked: the port asked for, or every port where none was.
	Blocked Verdict = "blocked"
	// Partly: no port was asked for and some are allowed; or some of the pods that
	// the question is about differ from others.
	Partly Verdict = "partly"
	// Undefined: it depends on the cluster, or NetworkPolicies have no say in it.
	Undefined Verdict = "undefined"
)

// Explanation is an answer and its reasons.
type Explanation struct {
	// From and To are IDs of entities, of a Service, or of a workload whose pods are
	// entities of their own.
	From, To string
	Port     *Port // nil when the question was about every port
	Verdict  Verdict
	// UndefinedReason is why, for the verdict Undefined.
	UndefinedReason string
	// Ports is all that is allowed, whatever port was asked for.
	Ports netset.Ports
	// Headline is the verdict in words. Its reasons are the texts of the two sides.
	Headline        string
	Egress, Ingress Side
	// Suggestions say what would turn the answer round, the smallest first. They are
	// filled in where the text can be evaluated again, not by Ask.
	Suggestions []Suggestion
	// Notes say what else there is to know.
	Notes []string
	// Trial is how to try it, where that was asked for; Ask leaves it nil.
	Trial *Trial
}

// Suggestion is a change of the user's text that was made and evaluated, and did turn
// the answer round.
type Suggestion struct {
	// Text says what to do and what else it changes.
	Text string
	// Edits do it. They are empty where no text of the bundle can take them, and YAML
	// is then a document to add.
	Edits []diag.Edit
	// YAML is the policies as they then are.
	YAML string
	// Opens and Closes name connections that then are or are not; empty where there are
	// none.
	Opens, Closes string
}

// Text gives everything in words, one sentence or two a line, the verdict first.
func (e *Explanation) Text() string {
	lines := []string{e.Headline}
	for _, side := range []Side{e.Egress, e.Ingress} {
		if side.Text != "" {
			lines = append(lines, side.Text)
		}
	}
	for _, s := range e.Suggestions {
		lines = append(lines, s.Text)
	}
	return strings.Join(append(lines, e.Notes...), "\n")
}

// Side is what one side of a connection says: egress of the caller or ingress of the
// called.
type Side struct {
	Verdict Verdict
	// Text says it in words; empty where the headline has said it all.
	Text       string
	IsolatedBy []*model.Policy
	// Grants are the rules that let the connection through, Misses those that do not,
	// nearest first.
	Grants, Misses []Entry
}

// Entry is a rule, or one entry of its from or to.
type Entry struct {
	Policy *model.Policy
	// Rule is the rule's index in its list, -1 where the policy has no rule in this
	// direction; Peer is the index in from or to, -1 where the rule as a whole is
	// meant.
	Rule, Peer int
	At         diag.Range
	Reason     policy.Reason // empty for a grant
	Text       string
}

// OtherProtocol is the reason for the verdict Undefined where policies do not speak of
// the protocol.
const OtherProtocol = "protocol"

// spoken names a protocol that policies do not know.
func (p Port) spoken() string {
	if p.Other == "ICMP" {
		return "ICMP (ping)"
	}
	return p.Other
}

// Ask answers whether from may open a connection to to. Both are texts as Find reads
// them; to may be a Service too, and port is then the Service's. A nil port asks
// about all of them.
func Ask(m *reach.Matrix, from, to string, port *Port) (Explanation, error) {
	q, err := parse(m.Cluster, from, to, port)
	if err != nil {
		return Explanation{}, err
	}
	if port != nil && port.Other != "" && q.nothing == "" {
		q.reason, q.nothing = OtherProtocol, fmt.Sprintf("policies speak about TCP, UDP and SCTP; what happens to %s depends on the network plug-in.", port.spoken())
	}
	if q.nothing != "" {
		return Explanation{
			From: q.from, To: q.to, Port: port, Verdict: Undefined, UndefinedReason: q.reason,
			Headline: "Not decided by NetworkPolicy: " + q.nothing,
			Egress:   Side{Verdict: Undefined}, Ingress: Side{Verdict: Undefined},
		}, nil
	}
	var answers []Explanation
	for _, f := range q.flows {
		answers = append(answers, answer(m, f))
	}
	e := merge(q, answers)
	e.From, e.To, e.Port = q.from, q.to, port
	return e, nil
}

// Flow answers whether one entity may open a connection to another. A nil port asks
// about all of them.
func Flow(m *reach.Matrix, from, to *model.Entity, port *Port) Explanation {
	return answer(m, flow{from: from, to: to, port: port, pairs: 1})
}
