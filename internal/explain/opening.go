package explain

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
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
	subject, other, name := w.from, w.to, w.b
	if d.Direction == model.Ingress {
		subject, other, name = w.to, w.from, w.a
	}
	field := d.Direction.PeerField()
	lead := map[model.Direction]string{
		model.Egress:  fmt.Sprintf("To let %s leave for %s", w.a, w.b),
		model.Ingress: fmt.Sprintf("To let %s into %s", w.a, w.b),
	}[d.Direction]
	if len(d.Grants) > 0 && w.port != nil {
		g := d.Grants[0]
		return fmt.Sprintf("%s, add %s to the ports of %s of %s.", lead, w.port, ruleName(g.Policy, g.Rule, -1), g.Policy.Name)
	}
	m := d.Misses[0]
	entry := peerFor(subject, other)
	switch {
	case m.Reason == policy.NamedPort:
		return fmt.Sprintf("%s, name a port that %s declares in %s of %s, or write its number.", lead, w.b, ruleName(m.Policy, m.Rule, -1), m.Policy.Name)
	case entry == "":
		return fmt.Sprintf("%s, give %s a label and add a rule that names it; policies add up, so a second policy with the rule will do.", lead, name)
	case m.Rule == nil:
		return fmt.Sprintf("%s, add a rule with `%s: [%s]`; policies add up, so a second policy with the rule will do.", lead, field, entry)
	default:
		return fmt.Sprintf("%s, add the entry `%s` to %s in %s of %s, or a rule of its own; policies add up, so a second policy with the rule will do.",
			lead, entry, field, ruleName(m.Policy, m.Rule, -1), m.Policy.Name)
	}
}

// peerFor writes an entry of from or to that names the other end in a policy of the
// subject's namespace; empty where nothing tells that end from others.
func peerFor(subject, other *model.Entity) string {
	if !other.IsPod() || other.HostNetwork {
		addrs := other.Addrs
		if other.HostNetwork && other.Node != nil {
			addrs = other.Node.Addrs
		}
		if prefixes := addrs.Prefixes(); len(prefixes) == 1 {
			return fmt.Sprintf("{ipBlock: {cidr: %s}}", quoteIPv6(prefixes[0].String()))
		}
		if other.HostNetwork {
			return "{ipBlock: {cidr: …}} with the address of its node"
		}
		return "{ipBlock: {cidr: …}} with the range of addresses that is meant"
	}
	if other.AnyOther && other.Namespace.Elsewhere {
		return "{namespaceSelector: {}}"
	}
	namespace := fmt.Sprintf("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}", other.Namespace.Name)
	if other.Namespace == subject.Namespace {
		namespace = ""
	}
	var pods string
	if key := tellingLabel(other.Labels); key != "" {
		pods = fmt.Sprintf("podSelector: {matchLabels: {%s: %s}}", key, quoteScalar(other.Labels[key]))
	} else if other.AnyOther {
		pods = "podSelector: {}"
	}
	switch {
	case pods == "":
		return ""
	case namespace == "":
		return "{" + pods + "}"
	default:
		return "{" + namespace + ", " + pods + "}"
	}
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
