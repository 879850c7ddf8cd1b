package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// sideOf is one side while it is being explained: whose policies decide, and who is
// at the other end.
type sideOf struct {
	*answerer
	d              policy.Decision
	subject, other *model.Entity
	s, o           string // their names
}

func (w *answerer) side(d policy.Decision) Side {
	v := sideOf{answerer: w, d: d, subject: w.from, other: w.to, s: w.a, o: w.b}
	lead := "Leaving " + w.a + ": "
	if d.Direction == model.Ingress {
		v.subject, v.other, v.s, v.o = w.to, w.from, w.b, w.a
		lead = "Entering " + w.b + ": "
	}
	side := Side{Verdict: verdict(d.Ports, w.port), IsolatedBy: d.IsolatedBy}
	var wrongPort []policy.Grant
	for _, g := range d.Grants {
		if w.port == nil || g.Ports.Contains(w.port.Protocol, w.port.Number) {
			side.Grants = append(side.Grants, entry(g.Policy, g.Rule, g.Peer, "", v.grantText(g)))
		} else {
			wrongPort = append(wrongPort, g)
			side.Misses = append(side.Misses, entry(g.Policy, g.Rule, g.Peer, v.portReason(g), v.portText(g)))
		}
	}
	for _, m := range d.Misses {
		side.Misses = append(side.Misses, entry(m.Policy, m.Rule, m.Peer, m.Reason, v.missText(m)))
	}
	locate(side.Grants, d.Direction)
	locate(side.Misses, d.Direction)
	switch {
	case d.Exempt != "":
		side.Text = lead + v.exempt()
	case len(d.IsolatedBy) == 0:
		side.Text = lead + v.open()
	case len(side.Grants) > 0:
		side.Text = lead + v.granted(side.Grants)
	default:
		side.Text = lead + v.shut(wrongPort)
	}
	return side
}

func entry(p *model.Policy, r *model.Rule, peer int, reason policy.Reason, text string) Entry {
	e := Entry{Policy: p, Rule: -1, Peer: peer, Reason: reason, Text: text}
	if r != nil {
		e.Rule = r.Index
	}
	return e
}

// locate looks up where entries stand, those of one policy together: each look-up
// reads the document again, and a rule can have a thousand peers.
func locate(entries []Entry, d model.Direction) {
	of := map[*model.Policy][]int{}
	for i, e := range entries {
		of[e.Policy] = append(of[e.Policy], i)
	}
	for p, places := range of {
		fields := make([]string, len(places))
		for i, at := range places {
			e := entries[at]
			r := model.Rule{Direction: d, Index: e.Rule}
			switch {
			case e.Rule < 0: // the whole policy
			case e.Peer < 0:
				fields[i] = r.Field()
			default:
				fields[i] = r.PeerField(e.Peer)
			}
		}
		for i, r := range manifest.LocateAll(p.Source, fields) {
			entries[places[i]].At = r
		}
	}
}

// exempt says why no policy has a say on this side.
func (v *sideOf) exempt() string {
	leaving := v.d.Direction == model.Egress
	switch v.d.Exempt {
	case policy.OnHost:
		if leaving {
			seen := strings.TrimSpace("the node's address " + addressWords(v.subject))
			return fmt.Sprintf("%s runs in the network of %s. Egress policies do not hold it, and other pods see %s.", v.s, nodeWords(v.subject), seen)
		}
		return fmt.Sprintf("policies do not protect %s, because it uses the address of its node; a firewall on the node would.", v.s)
	case policy.OwnNode:
		if leaving {
			return fmt.Sprintf("a pod always reaches the node that it runs on (%s).", nodeWords(v.subject))
		}
		return "a node always reaches its own pods (probes, `kubectl port-forward`)."
	case policy.SamePod:
		return "a pod can always talk to itself."
	}
	if v.subject.Kind == model.KindNode {
		return fmt.Sprintf("%s is a machine, and policies are only about pods; it counts by its address (%s).", v.s, addressWords(v.subject))
	}
	if leaving {
		return fmt.Sprintf("%s is outside, and no policy limits what it sends.", v.s)
	}
	return fmt.Sprintf("%s is outside, and no policy limits what it accepts.", v.s)
}

// open says why no policy limits this side of a pod.
func (v *sideOf) open() string {
	accepts := v.s + " accepts everything"
	coming := "incoming"
	if v.d.Direction == model.Egress {
		accepts, coming = v.s+" may call everybody", "outgoing"
	}
	policies := v.inForce()
	if len(policies) == 0 && v.subject.Namespace.Elsewhere {
		return fmt.Sprintf("the bundle has no policy for other namespaces, so %s.", accepts)
	}
	if len(policies) == 0 {
		if len(v.subject.Namespace.Policies) > 0 || v.refused() {
			return fmt.Sprintf("no policy is in force in namespace %s, so %s.", v.subject.Namespace.Name, accepts)
		}
		return fmt.Sprintf("nobody has written a policy in namespace %s, so %s.", v.subject.Namespace.Name, accepts)
	}
	var chosen []*model.Policy
	for _, p := range policies {
		if p.Selects(v.subject) {
			chosen = append(chosen, p)
		}
	}
	if len(chosen) > 0 {
		return fmt.Sprintf("%s %s %s, but %s not about %s traffic (policyTypes), so %s.", policyNames(chosen),
			verb(len(chosen), "choose"), v.s, isAre(len(chosen)), coming, accepts)
	}
	nearest := slices.MinFunc(policies, func(a, b *model.Policy) int {
		return wrong(a.PodSelector, v.subject.Labels) - wrong(b.PodSelector, v.subject.Labels)
	})
	others := "the only policy of namespace %s chooses other pods"
	if len(policies) > 1 {
		others = fmt.Sprintf("the %d policies of namespace %%s choose other pods", len(policies))
	}
	return fmt.Sprintf(others+", so %s. Closest: %s%s chooses pods %s; %s has %s.", v.subject.Namespace.Name, accepts,
		policyNames([]*model.Policy{nearest}), place(nearest.Source.Locate("spec.podSelector")), nearest.PodSelector, v.s, labelWords(nearest.PodSelector, v.subject.Labels))
}

// refused reports whether the namespace has a policy that is not in force.
func (v *sideOf) refused() bool {
	return slices.ContainsFunc(v.m.Cluster.Policies, func(p *model.Policy) bool { return !p.InForce && p.Namespace == v.subject.Namespace })
}

// addressWords lists an entity's addresses.
func addressWords(e *model.Entity) string {
	var words []string
	for _, p := range e.Addrs.Prefixes() {
		words = append(words, strings.TrimSuffix(strings.TrimSuffix(p.String(), "/32"), "/128"))
	}
	if len(words) == 0 {
		return ""
	}
	return listed(words, "and")
}

// inForce gives the policies of the subject's namespace that were evaluated.
func (v *sideOf) inForce() []*model.Policy {
	var policies []*model.Policy
	for _, p := range v.subject.Namespace.Policies {
		off := false
		for _, o := range v.m.Off {
			off = off || o.Policy == p.ID && !o.Rule
		}
		if !off {
			policies = append(policies, p)
		}
	}
	return policies
}

func wrong(s *model.Selector, labels model.Labels) int {
	n := 0
	for _, t := range s.Terms() {
		if !t.Matches(labels) {
			n++
		}
	}
	return n
}

// verb gives the form of a regular verb for a count of subjects.
func verb(n int, word string) string {
	if n == 1 {
		return word + "s"
	}
	return word
}

// granted says which rule lets the other end through, and that others do as well.
func (v *sideOf) granted(grants []Entry) string {
	text := fmt.Sprintf("%s %s %s; ", policyNames(v.d.IsolatedBy), verb(len(v.d.IsolatedBy), "choose"), v.s) + v.its(grants[0].Text) + "."
	if v.port == nil && len(grants) > 1 {
		for _, g := range grants[1:min(len(grants), 4)] {
			text += " " + upperFirst(g.Text) + "."
		}
		if more := len(grants) - 4; more > 0 {
			text += fmt.Sprintf(" %s more let it through.", plural(more, "entry"))
		}
		return text
	}
	if len(grants) > 1 {
		g := grants[1]
		text += fmt.Sprintf(" Also allowed by rule %d of policy %s%s. One yes is enough.", g.Rule+1, g.Policy.Name, place(g.At))
	}
	return text
}

// its makes "its rule 1 of ingress" of the name of a rule where only one policy, which
// was named just before, can be meant.
func (v *sideOf) its(text string) string {
	if len(v.d.IsolatedBy) != 1 {
		return text
	}
	before, behind, ok := strings.Cut(text, " of policy "+v.d.IsolatedBy[0].Name)
	if !ok || !strings.HasPrefix(before, "rule ") {
		return text
	}
	return "its " + before + behind
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// grantText says what an entry lets through and why the other end is meant.
func (v *sideOf) grantText(g policy.Grant) string {
	rule, ports := ruleName(g.Policy, g.Rule, g.Peer), portWords(g.Ports)
	if g.Rule.AnyPort {
		ports += ", since it names none"
	}
	var text string
	switch {
	case g.Rule.AnyPeer && v.d.Direction == model.Ingress:
		text = fmt.Sprintf("%s %s, so everybody is let in on %s: other pods, nodes and the whole Internet", rule, noLimit(g), portWords(g.Ports))
	case g.Rule.AnyPeer:
		text = fmt.Sprintf("%s %s, so it may call everybody on %s: other pods, nodes and the whole Internet", rule, noLimit(g), portWords(g.Ports))
	case v.d.Direction == model.Ingress:
		text = fmt.Sprintf("%s lets in %s on %s, and %s fits%s", rule, peerWords(g.Policy, g.Rule, g.Peer), ports, v.o, v.facts(g))
	default:
		text = fmt.Sprintf("%s lets it call %s on %s, and %s fits%s", rule, peerWords(g.Policy, g.Rule, g.Peer), ports, v.o, v.facts(g))
	}
	return text + v.portNames(g)
}

// noLimit says why a rule is about everybody. An empty list is taken by many for the
// opposite.
func noLimit(g policy.Grant) string {
	field := g.Rule.Direction.PeerField()
	switch {
	case ruleText(g.Policy, g.Rule).Field(field).IsWritten():
		return fmt.Sprintf("has an empty `%s`, and an empty list puts no limit on who", field)
	case g.Rule.AnyPort:
		return "limits neither who nor which port"
	}
	return "puts no limit on who"
}

// facts gives the labels by which the other end fits, or that it fits by its address.
func (v *sideOf) facts(g policy.Grant) string {
	peer := &g.Rule.Peers[g.Peer]
	switch {
	case peer.Block != nil && v.other.IsPod():
		return " by its address (plug-ins differ here: for Calico it counts, for Cilium it does not)"
	case peer.Block != nil || peer.Pods.Empty():
		return ""
	default:
		return " (" + labelWords(peer.Pods, v.other.Labels) + ")"
	}
}

// portNames says what the rule's port names mean on the called pod.
func (v *sideOf) portNames(g policy.Grant) string {
	text := ""
	for _, p := range g.Rule.Ports {
		if number, ok := named(v.to, p.Name, p.Protocol); ok && p.Name != "" {
			text += fmt.Sprintf("; the port name %q means %d on %s", p.Name, number, v.b)
		}
	}
	return text
}

// portReason tells whether an entry that knows the other end misses the protocol or
// only the port.
func (v *sideOf) portReason(g policy.Grant) policy.Reason {
	for _, i := range g.Ports.Intervals() {
		if i.Protocol != v.port.Protocol && i.First <= v.port.Number && v.port.Number <= i.Last {
			return "protocol"
		}
	}
	return "port"
}

func (v *sideOf) portText(g policy.Grant) string {
	if v.portReason(g) == "protocol" {
		var other netset.Protocol
		for _, i := range g.Ports.Intervals() {
			if i.Protocol != v.port.Protocol && i.First <= v.port.Number && v.port.Number <= i.Last {
				other = i.Protocol
			}
		}
		if other == netset.TCP {
			return fmt.Sprintf("the rule allows %d for TCP (the protocol of an entry that names none), and this is %s", v.port.Number, v.port.Protocol)
		}
		return fmt.Sprintf("the rule allows %d for %s, and this is %s", v.port.Number, other, v.port.Protocol)
	}
	return fmt.Sprintf("the rule knows %s, but only for %s; %s is not among them", v.o, portWords(g.Ports), v.port)
}

// missText says why an entry does not know the other end, which it calls as the other
// sentences do. An address that was asked for by itself is named, rather than the entity
// that it belongs to.
func (v *sideOf) missText(m policy.Miss) string {
	addr := v.fromAddr
	if v.d.Direction == model.Egress {
		addr = v.toAddr
	}
	if !addr.IsValid() || m.Reason != policy.Except && m.Reason != policy.Address {
		end := v.other
		if m.Reason == policy.NamedPort {
			end = v.to
		}
		name := map[bool]string{true: v.a, false: v.b}[end == v.from]
		// No label has the form of an ID, so that nothing else is replaced.
		return strings.Replace(m.Text, end.ID, name, 1)
	}
	b := m.Rule.Peers[m.Peer].Block
	if !b.CIDR.Contains(addr) {
		return fmt.Sprintf("the entry is %s; %s lies outside it", b.Name, addr)
	}
	excepted := ""
	for _, p := range b.CIDR.Minus(b.Addrs).Prefixes() {
		if p.Contains(addr) {
			excepted = p.String()
		}
	}
	return fmt.Sprintf("the entry is %s, and %s lies in the excepted range %s; another rule could still allow it", b.Name, addr, excepted)
}

// shut says why no rule lets the other end through. wrongPort are the grants that do,
// on other ports.
func (v *sideOf) shut(wrongPort []policy.Grant) string {
	by := v.d.IsolatedBy
	chosen := fmt.Sprintf("%s %s %s", policyNames(by), verb(len(by), "choose"), v.s)
	if len(wrongPort) > 0 {
		g := wrongPort[0]
		return fmt.Sprintf("%s. Closest: in %s, %s.", chosen, v.its(ruleName(g.Policy, g.Rule, g.Peer)), v.portText(g))
	}
	rules := 0
	for _, p := range by {
		for i := range p.Rules {
			if p.Rules[i].Direction == v.d.Direction {
				rules++
			}
		}
	}
	if rules == 0 {
		return v.nothingListed(by)
	}
	m := v.d.Misses[0]
	does, what := "name", v.o
	if m.Reason == policy.NamedPort {
		does, what = "open", "a port of "+v.b
	}
	none := fmt.Sprintf("none of the %s %s %s", plural(rules, "rule"), verb(1, does), what)
	if rules == 1 {
		whose := map[bool]string{true: "its", false: "their"}[len(by) == 1]
		none = fmt.Sprintf("%s only rule does not %s %s", whose, does, what)
	}
	return fmt.Sprintf("%s, and %s. Closest: in %s, %s.", chosen, none, v.its(ruleName(m.Policy, m.Rule, m.Peer)), v.missText(m))
}

// nothingListed says that the policies have no rule in this direction.
func (v *sideOf) nothingListed(by []*model.Policy) string {
	coming, nothing := "incoming", "nothing comes in"
	if v.d.Direction == model.Egress {
		coming, nothing = "outgoing", "nothing goes out"
	}
	text := fmt.Sprintf("%s%s %s %s for %s traffic and %s nothing, so %s.", policyNames(by), place(by[0].Source.Locate("")),
		verb(len(by), "choose"), v.s, coming, verb(len(by), "list"), nothing)
	return text + v.defaulted(by)
}

// defaulted says where a policy is about incoming traffic only because it does not
// say otherwise.
func (v *sideOf) defaulted(by []*model.Policy) string {
	if v.d.Direction != model.Ingress {
		return ""
	}
	for _, p := range by {
		if p.Isolates[model.Egress] && p.Source.Locate("spec.policyTypes") == p.Source.Locate("spec") {
			return fmt.Sprintf(" Policy %s has no policyTypes, so Kubernetes treats it as an ingress policy as well.", p.Name)
		}
	}
	return ""
}
