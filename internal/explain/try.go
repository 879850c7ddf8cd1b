package explain

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Trial is what somebody sees who tries a connection, and the commands to try it with.
type Trial struct {
	Outcome Outcome
	// Text says after the outcome what is seen, and what that tells.
	Text     string
	Commands []Command
}

// Outcome is how a connection ends that somebody tries.
type Outcome string

const (
	Connected Outcome = "connected"
	TimedOut  Outcome = "timed out"
	// NothingListens: let through, and most likely refused by the pod itself.
	NothingListens Outcome = "refused"
	// Depends: on the pod, the port or the cluster.
	Depends Outcome = "depends"
)

// Command is a line for a shell; Text says when it is the one to take.
type Command struct{ Text, Line string }

// Try says what somebody sees who tries the connection of an answer, and how. A nil port
// is tried on one that the answer allows, or that the called declares.
func Try(m *reach.Matrix, from, to string, x *Explanation) Trial {
	q, err := parse(m.Cluster, from, to, x.Port)
	if err != nil || q.nothing != "" || len(q.flows) == 0 {
		return Trial{Outcome: Depends, Text: "There is nothing to try."}
	}
	f := q.flows[0]
	t := trier{flow: f, question: q}
	t.a, t.b = f.pair()
	port := x.Port
	if port == nil {
		port = t.sample(x)
		t.sampled = true
	}
	t.asked = *port
	trial := Trial{Outcome: t.outcome(m, x)}
	trial.Text = t.words(trial.Outcome, x)
	if port.Other == "" && (f.from.IsPod() || f.to.IsPod()) && !(f.from == f.to && !f.from.Several()) {
		trial.Commands = t.commands()
	}
	return trial
}

// trier holds what the sentences and commands of one trial share.
type trier struct {
	flow
	question question
	// asked is the port that is tried: the Service's where one is called. It is ours
	// where nobody named one.
	asked   Port
	sampled bool
	a, b    string
}

// sample gives a port to try where none was asked for.
func (t *trier) sample(x *Explanation) *Port {
	if s := t.question.service; s != nil {
		return &Port{Protocol: s.Ports[0].Protocol, Number: s.Ports[0].Port}
	}
	for _, i := range x.Ports.Intervals() {
		if !i.Full() {
			return &Port{Protocol: i.Protocol, Number: i.First}
		}
	}
	if len(t.to.Ports) > 0 {
		return &Port{Protocol: t.to.Ports[0].Protocol, Number: t.to.Ports[0].Port}
	}
	const usual = 80
	return &Port{Protocol: netset.TCP, Number: usual}
}

func (t *trier) outcome(m *reach.Matrix, x *Explanation) Outcome {
	verdict := x.Verdict
	if t.sampled && verdict == Partly && t.question.service == nil {
		verdict = verdictOn(x.Ports, t.asked)
	}
	switch {
	case verdict == Blocked, t.question.service != nil && verdict == Allowed && x.Port != nil && namelessTo(m, t.flow):
		return TimedOut
	case verdict == Allowed && silent(t.to, t.reached()):
		return NothingListens
	case verdict == Allowed:
		return Connected
	}
	return Depends
}

func verdictOn(ports netset.Ports, p Port) Verdict { return verdict(ports, &p) }

// namelessTo reports whether the name of the Service cannot be looked up.
func namelessTo(m *reach.Matrix, f flow) bool {
	return m.Written() == m && answererOf(m, f).nameless()
}

// reached is the port of the pod.
func (t *trier) reached() Port {
	if t.port != nil {
		return *t.port
	}
	return t.asked
}

func (t *trier) words(o Outcome, x *Explanation) string {
	tried := ""
	if t.sampled {
		tried = fmt.Sprintf(" No port was named; the commands try %s.", t.asked)
	}
	udp := t.asked.Protocol == netset.UDP
	switch {
	case t.asked.Other != "":
		return "On the network plug-in: policies do not speak of " + t.asked.spoken() + "."
	case !t.from.IsPod() && !t.to.IsPod():
		return "Policies have no say in it: both ends are outside."
	case o == TimedOut && t.question.service != nil && x.Verdict == Allowed:
		return "The name cannot be looked up, so the call is never sent. By address it connects." + tried
	case o == TimedOut && udp:
		return "Nothing answers. UDP has no handshake, so that nc cannot tell this from a pod that keeps silent." + tried
	case o == TimedOut:
		return "Nothing answers, and the caller waits until it gives up. It is not refused." + tried
	case o == NothingListens:
		return fmt.Sprintf("Most likely: it gets through, and %s declares no port %s.", t.b, t.reached()) + tried
	case o == Connected && udp:
		return "UDP has no handshake: only an answer of the application shows that it arrived." + tried
	case o == Connected:
		return "The call goes through." + tried
	case x.Verdict == Partly && t.question.service != nil:
		return "On the pod that the Service picks: some connect, with others it times out." + tried
	case x.Verdict == Partly:
		return "On the pod: some connect, with others it times out." + tried
	}
	return "On the network plug-in; try it on your cluster." + tried
}

// labelled gives the labels of an entity's pods for kubectl's -l, sorted.
func labelled(e *model.Entity) string {
	var keys []string
	for key := range e.Labels {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	text := ""
	for i, key := range keys {
		if i > 0 {
			text += ","
		}
		text += key + "=" + e.Labels[key]
	}
	return text
}
