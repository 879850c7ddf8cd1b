package explain

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// NotAPod is the reason for the verdict Undefined where both ends are addresses.
const NotAPod = "notAPod"

// answerer holds what the sentences about one flow share.
type answerer struct {
	flow
	m      *reach.Matrix
	result reach.Flow
	// a and b name the caller and the called.
	a, b string
}

// answer judges one flow. Where the network plug-in does not enforce policies the
// reasons are those of the policies all the same, and the verdict is that it goes
// through.
func answer(m *reach.Matrix, f flow) Explanation {
	written := m.Written()
	e := byPolicies(written, f)
	if written == m || e.UndefinedReason == NotAPod {
		return e
	}
	e.Ports = m.Ports(f.from, f.to)
	if e.Verdict == Allowed {
		return e
	}
	would := "Would be blocked, but this cluster does not enforce policies, so it goes through."
	if e.Verdict != Blocked {
		would = "Would be limited, but this cluster does not enforce policies, so all of it goes through."
	}
	e.Verdict, e.UndefinedReason = Allowed, ""
	e.Headline = would + " By the policies: " + e.Headline
	return e
}

// byPolicies answers as the policies say.
func byPolicies(m *reach.Matrix, f flow) Explanation {
	w := answererOf(m, f)
	e := Explanation{From: f.from.ID, To: f.to.ID, Port: f.port, Ports: w.result.Ports}
	switch {
	case !f.from.IsPod() && !f.to.IsPod():
		e.Verdict, e.UndefinedReason = Undefined, NotAPod
		e.Headline = "Not decided by NetworkPolicy: both ends are outside, and NetworkPolicy is only about pods."
		e.Egress.Verdict, e.Ingress.Verdict = Undefined, Undefined
		return e
	case w.result.Egress.Exempt == policy.SamePod || f.from == f.to && !f.from.Several():
		e.Verdict, e.Egress.Verdict, e.Ingress.Verdict = Allowed, Allowed, Allowed
		e.Headline = "Allowed. A pod can always talk to itself; no policy can change that."
		e.Notes = []string{"The containers of a pod share one address, so that the same holds between them."}
		return e
	}
	e.Verdict = verdict(w.result.Ports, f.port)
	if w.result.Undefined != "" && (f.port == nil || !m.Certain(f.from, f.to, f.port.Protocol, f.port.Number)) {
		e.Verdict, e.UndefinedReason = Undefined, string(w.result.Undefined)
	}
	e.Egress, e.Ingress = w.side(w.result.Egress), w.side(w.result.Ingress)
	e.Headline = w.headline(&e)
	e.Notes = w.notes(&e)
	return e
}

// verdict judges a set of ports by the port asked for, or by all of them.
func verdict(s netset.Ports, port *Port) Verdict {
	switch {
	case port != nil && s.Contains(port.Protocol, port.Number), port == nil && s.IsAll():
		return Allowed
	case port != nil || s.IsEmpty():
		return Blocked
	default:
		return Partly
	}
}

// on gives " on TCP 80" for the port asked for.
func (w *answerer) on() string {
	if w.port == nil {
		return ""
	}
	return " on " + w.port.String()
}

func (w *answerer) headline(e *Explanation) string {
	a, b := w.a, w.b
	if w.from == w.to {
		a, b = "one pod of "+w.a, "another pod of it"
		if w.from.Kind == model.KindInferred {
			a, b = w.a, "another such pod"
		}
	}
	chosen := verdict(e.Ports, w.port)
	switch {
	case e.Verdict == Undefined:
		return fmt.Sprintf("Not decided by NetworkPolicy: %s. Shown as %s.", w.undecided(), shownAs(chosen, e.Ports))
	case chosen == Allowed && w.nameless():
		return fmt.Sprintf("Allowed by address, but the name cannot be found. %s may open a connection to %s on %s, and cannot look up the name of the Service.", upper(a), b, w.port)
	case chosen == Allowed && w.port != nil && silent(w.to, *w.port):
		return fmt.Sprintf("Allowed by the rules, but nothing seems to listen: %s declares no port %s.", b, w.port)
	case chosen == Allowed && w.port != nil:
		return fmt.Sprintf("Allowed. %s may open a connection to %s on %s; the answers come back by themselves.", upper(a), b, w.port)
	case chosen == Allowed:
		return fmt.Sprintf("Allowed. %s may open connections to %s on every port; the answers come back by themselves.", upper(a), b)
	case chosen == Partly:
		return fmt.Sprintf("Allowed on some ports only: %s; every other port is blocked. %s calls %s.", portWords(e.Ports), upper(a), b)
	case e.Egress.Verdict == Blocked && e.Ingress.Verdict == Blocked:
		return fmt.Sprintf("Blocked on both sides. %s may not send this%s, and %s does not let it in.", upper(a), w.on(), b)
	case e.Egress.Verdict == Blocked:
		return fmt.Sprintf("Blocked when leaving %s. %s may not send this%s; %s would let it in.", w.a, upper(a), w.on(), b)
	case e.Ingress.Verdict == Blocked:
		return fmt.Sprintf("Blocked when entering %s. %s may send this%s, but %s does not let it in.", w.b, upper(a), w.on(), b)
	default:
		return fmt.Sprintf("Blocked. No port is open on both sides: %s may leave on %s only, and %s lets in %s only.",
			a, portWords(w.result.Egress.Ports), b, portWords(w.result.Ingress.Ports))
	}
}

// silent reports whether an entity declares ports and none is the one.
func silent(e *model.Entity, port Port) bool {
	return len(e.Ports) > 0 && !slices.ContainsFunc(e.Ports, func(p model.ContainerPort) bool {
		return p.Port == port.Number && p.Protocol == port.Protocol
	})
}

// undecided says why the answer depends on the cluster.
func (w *answerer) undecided() string {
	host, name := w.to, w.b
	if w.from.HostNetwork {
		host, name = w.from, w.a
	}
	switch w.result.Undefined {
	case model.HostNetwork:
		return fmt.Sprintf("%s uses the network of %s, and plug-ins differ in whether policies see it", name, nodeWords(host))
	case model.DualStack:
		return "the answer for IPv4 differs from the one for IPv6"
	default:
		return "whether an address range covers a pod depends on the address that the pod gets, and the bundle does not say it"
	}
}

func nodeWords(e *model.Entity) string {
	if e.Node == nil {
		return "its node"
	}
	return "node " + e.Node.Name
}

func shownAs(v Verdict, ports netset.Ports) string {
	if v == Partly {
		return "allowed on " + portWords(ports) + " only"
	}
	return string(v)
}

// upper begins a sentence with a name of ours ("any pod …"); a name of the user's
// stays as it is written.
func upper(name string) string {
	for _, prefix := range []string{"any ", "one pod of ", "node "} {
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			return string(name[0]-'a'+'A') + name[1:]
		}
	}
	return name
}
