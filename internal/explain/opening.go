package explain

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// opening says what would let a blocked connection through, one sentence for each
// side that blocks it.
func (w *answerer) opening(e *Explanation) []string {
	if e.Verdict != Blocked {
		return nil
	}
	var sentences []string
	for _, d := range []policy.Decision{w.result.Egress, w.result.Ingress} {
		if d.Exempt == "" && len(d.IsolatedBy) > 0 && verdict(d.Ports, w.port) == Blocked {
			sentences = append(sentences, w.openSide(d))
		}
	}
	if len(sentences) == 2 {
		sentences[0] = "Both sides must let it through. " + sentences[0]
	}
	return sentences
}

func (w *answerer) openSide(d policy.Decision) string {
	subject, other, name, addr := w.from, w.to, w.b, w.toAddr
	lead := fmt.Sprintf("To let %s leave for %s", w.a, w.b)
	if d.Direction == model.Ingress {
		subject, other, name, addr = w.to, w.from, w.a, w.fromAddr
		lead = fmt.Sprintf("To let %s into %s", w.a, w.b)
	}
	if g, ok := widened(d.Grants); ok && w.port != nil {
		also := ""
		if len(g.Rule.Peers) > 1 {
			also = "; it then holds for every entry of that rule"
		}
		return fmt.Sprintf("%s, add %s to the ports of %s%s.", lead, w.port, ruleName(g.Policy, g.Rule, -1), also)
	}
	entry := peerFor(subject, other, addr)
	if entry == "" {
		return fmt.Sprintf("%s, give %s something to name it by (a label, an address) and add a rule that names it.", lead, name)
	}
	if len(d.Misses) > 0 {
		m := d.Misses[0]
		if m.Reason == policy.NamedPort {
			return fmt.Sprintf("%s, name a port that %s declares in %s, or write its number.", lead, w.b, ruleName(m.Policy, m.Rule, -1))
		}
		if m.Rule != nil && w.covers(m.Rule) {
			entries := "entry"
			if entry == everywhere {
				entries = "entries"
			}
			return fmt.Sprintf("%s, add the %s `%s` to the `%s` list of %s, or a rule of its own; policies add up, so a second policy with the rule will do.",
				lead, entries, entry, d.Direction.PeerField(), ruleName(m.Policy, m.Rule, -1))
		}
	}
	rule := fmt.Sprintf("%s: [%s]", d.Direction.PeerField(), entry)
	if w.port != nil {
		rule += ", ports: [" + portEntry(*w.port) + "]"
	}
	return fmt.Sprintf("%s, add the rule `{%s}`; policies add up, so a second policy with the rule will do.", lead, rule)
}

// widened gives a grant whose rule can take another port without opening it to
// everybody.
func widened(grants []policy.Grant) (policy.Grant, bool) {
	i := slices.IndexFunc(grants, func(g policy.Grant) bool { return !g.Rule.AnyPeer })
	if i < 0 {
		return policy.Grant{}, false
	}
	return grants[i], true
}

// covers reports whether a rule would open the port asked for to a new entry.
func (w *answerer) covers(r *model.Rule) bool {
	return w.port == nil || policy.Assumption{}.Ports(r, w.to).Contains(w.port.Protocol, w.port.Number)
}

func portEntry(p Port) string {
	if p.Protocol == netset.TCP {
		return fmt.Sprintf("{port: %d}", p.Number)
	}
	return fmt.Sprintf("{port: %d, protocol: %s}", p.Number, p.Protocol)
}

// peerFor writes an entry of from or to that names the other end in a policy of the
// subject's namespace; empty where nothing tells that end from others.
func peerFor(subject, other *model.Entity, addr netip.Addr) string {
	switch {
	case addr.IsValid() && !other.IsPod():
		return blockEntry(netip.PrefixFrom(addr, addr.BitLen()).String())
	case other.HostNetwork && other.Node != nil:
		return addressEntry(other.Node)
	case !other.IsPod() || other.HostNetwork:
		return addressEntry(other)
	case other.AnyOther && other.Namespace.Elsewhere:
		return "{namespaceSelector: {}}"
	}
	pods := ""
	if key := tellingLabel(other.Labels); key != "" {
		pods = fmt.Sprintf("podSelector: {matchLabels: {%s: %s}}", key, quoteScalar(other.Labels[key]))
	} else if other.AnyOther {
		pods = "podSelector: {}"
	}
	switch {
	case pods == "":
		return ""
	case other.Namespace == subject.Namespace:
		return "{" + pods + "}"
	}
	return fmt.Sprintf("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}, %s}", quoteScalar(other.Namespace.Name), pods)
}

// everywhere names the addresses of both families, since no ipBlock does.
const everywhere = `{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: "::/0"}}`

// addressEntry writes an ipBlock for a node or a set of addresses, as far as one can
// say it.
func addressEntry(e *model.Entity) string {
	if prefixes := e.Addrs.Prefixes(); len(prefixes) == 1 {
		return blockEntry(prefixes[0].String())
	}
	if strings.HasPrefix(e.ID, "world") {
		switch {
		case e.Addrs.Family(true).IsEmpty():
			return blockEntry("::/0")
		case e.Addrs.Family(false).IsEmpty():
			return blockEntry("0.0.0.0/0")
		}
		return everywhere
	}
	cidr, excepts, ok := strings.Cut(e.ID, " except ")
	if !ok || strings.Contains(excepts, " and ") || strings.Contains(excepts, "#") {
		return "" // the name is shortened or numbered
	}
	return fmt.Sprintf("{ipBlock: {cidr: %q, except: [%s]}}", cidr, excepts)
}

func blockEntry(cidr string) string {
	if strings.Contains(cidr, ":") {
		return fmt.Sprintf("{ipBlock: {cidr: %q}}", cidr)
	}
	return fmt.Sprintf("{ipBlock: {cidr: %s}}", cidr)
}

// telling are the label keys that most often say what a pod is, best first.
var telling = [...]string{"app.kubernetes.io/name", "app", "k8s-app", "name", "role", "component", "tier"}

// tellingLabel gives the label to name a pod by, "" when it has none.
func tellingLabel(labels model.Labels) string {
	for _, key := range telling {
		if _, ok := labels[key]; ok {
			return key
		}
	}
	var keys []string
	for key := range labels {
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return ""
	}
	return slices.Min(keys)
}
