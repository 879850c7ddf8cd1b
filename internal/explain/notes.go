package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// notes says what else decides or is worth knowing: Services and names, the ways in
// from outside, what is not in force, and what the plug-in makes of it.
func (w *answerer) notes(e *Explanation) []string {
	var notes []string
	say := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	blocked := e.Verdict == Blocked
	if w.door != nil {
		say("Service %s:%d forwards to %s:%d. Policies look at %s and %d, not at the Service.",
			serviceName(w.door.service), w.door.port.Port, w.b, w.port.Number, w.b, w.port.Number)
		if text := w.servicePortWritten(); blocked && text != "" {
			say("%s", text)
		}
	}
	if w.nameless() {
		say("%s cannot look up %q (UDP and TCP 53 to the cluster DNS are blocked), so the call is never sent. By address it would be %s.",
			upper(w.a), w.door.service.Name+"."+w.door.service.Namespace.Name, verdict(e.Ports, w.port))
	}
	notes = append(notes, w.fromOutside()...)
	if blocked && w.m.Cluster.Plugin.Enforcement != model.NeverEnforces {
		say("Nothing answers a blocked call; it ends in a timeout.")
	}
	if names := w.otherNames(e.Ports); blocked && len(names) > 0 {
		say("A pod that gives the name %s to its port %s is let through all the same.", listed(names, "or"), w.port)
	}
	if blocked && w.from != w.to && !w.m.Ports(w.to, w.from).IsEmpty() {
		say("The way back is open: when %s opens a connection to %s, the answers pass. This is about connections that %s opens.", w.b, w.a, w.a)
	}
	notes = append(notes, w.m.Cluster.Assumed...)
	notes = append(notes, outOfForce(w.m, w.from, w.to)...)
	notes = append(notes, w.plugin(e)...)
	for _, n := range w.m.Cluster.NotEvaluated {
		if n.Policy {
			say("The bundle also holds %s, which can block or allow this and %s not evaluated here.", plural(n.Count, n.Kind), isAre(n.Count))
		}
	}
	return notes
}

// servicePortWritten says that a rule has the number of the Service where the pod's is
// asked for.
func (w *answerer) servicePortWritten() string {
	number := w.door.port.Port
	if number == w.port.Number {
		return ""
	}
	for _, d := range []model.Direction{model.Ingress, model.Egress} {
		decision := w.result.Ingress
		if d == model.Egress {
			decision = w.result.Egress
		}
		for _, g := range decision.Grants {
			if g.Ports.Contains(w.port.Protocol, number) && !g.Ports.Contains(w.port.Protocol, w.port.Number) {
				return fmt.Sprintf("%s names %d, which is the port of the Service; the pod's port is %d.", upperFirst(ruleName(g.Policy, g.Rule, -1)), number, w.port.Number)
			}
		}
	}
	return ""
}

// otherNames gives the port names of the protocol asked for that are let through.
func (w *answerer) otherNames(ports netset.Ports) []string {
	var names []string
	for _, n := range ports.Names() {
		if w.port != nil && n.Protocol == w.port.Protocol {
			names = append(names, n.Name)
		}
	}
	return names
}

// nameless reports whether the call goes to a Service by its name, and the caller may
// not ask the DNS of the cluster.
func (w *answerer) nameless() bool {
	if w.door == nil || !w.from.IsPod() || w.result.Egress.Exempt != "" || len(w.result.Egress.IsolatedBy) == 0 {
		return false
	}
	const dns = 53
	known := false
	for _, e := range w.m.Cluster.Entities {
		if !servesDNS(e) {
			continue
		}
		known = true
		if w.m.Allows(w.from, e, netset.UDP, dns) || w.m.Allows(w.from, e, netset.TCP, dns) {
			return false
		}
	}
	if known {
		return true
	}
	// The bundle does not hold the DNS pods: any rule for their port may be about them.
	for _, p := range w.result.Egress.IsolatedBy {
		for _, r := range p.Rules {
			if r.Direction != model.Egress {
				continue
			}
			if r.AnyPort || slices.ContainsFunc(r.Ports, func(p model.Port) bool {
				return p.Protocol != netset.SCTP && (p.Name != "" || p.First <= dns && dns <= p.Last)
			}) {
				return false
			}
		}
	}
	return true
}

// servesDNS reports whether an entity is the DNS of the cluster.
func servesDNS(e *model.Entity) bool {
	return e.IsPod() && e.Namespace.Name == "kube-system" && (e.Labels["k8s-app"] == "kube-dns" || e.Labels["k8s-app"] == "coredns" || e.Labels["app.kubernetes.io/name"] == "coredns")
}

// fromOutside says by which ways a call from outside reaches the called pod, and whom
// the pod then sees.
func (w *answerer) fromOutside() []string {
	if w.from.IsPod() || !w.to.IsPod() {
		return nil
	}
	var notes []string
	for _, in := range w.m.Cluster.Ingresses {
		if slices.ContainsFunc(in.Backends, func(b model.IngressBackend) bool {
			return b.Service != nil && slices.Contains(b.Service.Entities, w.to)
		}) {
			who := "a pod of the ingress controller"
			if c := w.controller(); c != "" {
				who = fmt.Sprintf("%s (see %s → %s)", c, c, w.to.ID)
			}
			notes = append(notes, fmt.Sprintf("Ingress %s leads to %s. For a call by that way the caller is %s, not %s.", in.Namespace.Name+"/"+in.Name, w.b, who, w.a))
		}
	}
	for _, s := range w.m.Cluster.Services {
		if s.Exposed() && !s.LocalTraffic && slices.Contains(s.Entities, w.to) {
			notes = append(notes, fmt.Sprintf("Service %s (%s, externalTrafficPolicy Cluster) leads to %s. By that way %s may see the address of a node instead of %s; whether an address range fits depends on the cluster.",
				serviceName(s), s.Type, w.b, w.b, w.a))
		}
	}
	return notes
}

// controller gives the pods of an ingress controller, by what they call themselves.
func (w *answerer) controller() string {
	for _, e := range w.m.Cluster.Entities {
		name := e.Labels["app.kubernetes.io/name"]
		if e.IsPod() && (strings.HasPrefix(name, "ingress-") || strings.HasSuffix(name, "-ingress") || name == "traefik" || strings.Contains(e.Name, "ingress-controller") || strings.Contains(e.Name, "ingress-nginx")) {
			return e.ID
		}
	}
	return ""
}

// outOfForce names the policies of the two namespaces that have no say, because the
// API server would refuse them or because they were switched off.
func outOfForce(m *reach.Matrix, from, to *model.Entity) []string {
	var notes []string
	for _, p := range m.Cluster.Policies {
		if p.Namespace != from.Namespace && p.Namespace != to.Namespace {
			continue
		}
		if !p.InForce {
			text := fmt.Sprintf("Policy %s%s would be refused by the API server (%s); the answer is as if it did not exist.", p.ID, place(p.Source.Locate("")), p.Code)
			if slices.Contains(dropped, p.Code) {
				text += " A server that does not validate strictly would leave the field out and keep the rest."
			}
			notes = append(notes, text)
		}
		for _, off := range m.Off {
			if off.Policy == p.ID && p.InForce {
				notes = append(notes, fmt.Sprintf("%s is switched off for this answer. New connections would follow at once; whether one that is open is cut depends on the network plug-in.", off))
			}
		}
	}
	return notes
}

// dropped are the faults that a server which validates loosely passes over.
var dropped = []diag.Code{diag.UnknownField, diag.NamespaceSelectorOnSpec, diag.FieldInWrongPlace}

// plugin says what the network plug-in makes of the answer.
func (w *answerer) plugin(e *Explanation) []string {
	p := w.m.Cluster.Plugin
	var notes []string
	for _, text := range []string{p.Caveat(), w.beyond(p, e)} {
		if text != "" {
			notes = append(notes, text)
		}
	}
	if p.Note != "" {
		notes = append(notes, p.Title+": "+p.Note)
	}
	if w.from.Workload == "Job" || w.from.Workload == "CronJob" {
		notes = append(notes, "A pod that has just started may have no connection at all for a moment, or on some clusters no limit yet; what a short job calls first may fail.")
	}
	return notes
}

// beyond names what the rules that let the connection through need and the plug-in does
// not know.
func (w *answerer) beyond(p model.Plugin, e *Explanation) string {
	if w.port == nil {
		return ""
	}
	for d, side := range [...]Side{model.Ingress: e.Ingress, model.Egress: e.Egress} {
		for _, g := range side.Grants {
			for _, r := range g.Policy.Rules {
				for _, port := range r.Ports {
					if r.Direction != model.Direction(d) || r.Index != g.Rule || port.Protocol != w.port.Protocol || port.First > w.port.Number || w.port.Number > port.Last {
						continue
					}
					switch {
					case p.NoSCTP && port.Protocol == netset.SCTP:
						return p.Title + " does not know rules for SCTP."
					case p.NoEndPort && port.First < port.Last && port.First > netset.FirstPort && port.First < w.port.Number:
						return fmt.Sprintf("%s does not know endPort; it may open only port %d of the range %d-%d.", p.Title, port.First, port.First, port.Last)
					}
				}
			}
		}
	}
	return ""
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
