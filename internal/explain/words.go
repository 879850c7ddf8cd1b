package explain

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// listed joins words with commas and a last word: "a, b and c".
func listed(words []string, last string) string {
	switch n := len(words); n {
	case 0:
		return "none"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
	}
}

// plural gives a count with its noun.
func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	default:
		return fmt.Sprintf("%d %ss", n, noun)
	}
}

// pair names the two ends as briefly as they can be told apart.
func (f *flow) pair() (from, to string) {
	from, to = short(f.from), short(f.to)
	switch {
	case f.from.Namespace != f.to.Namespace && f.from.Namespace != nil && f.to.Namespace != nil:
		from, to = long(f.from), long(f.to)
	case from == to && f.from != f.to:
		from, to = f.from.ID, f.to.ID
	}
	if f.fromAddr.IsValid() {
		from = addressed(f.fromAddr, f.from, from)
	}
	if f.toAddr.IsValid() {
		to = addressed(f.toAddr, f.to, to)
	}
	return from, to
}

// addressed names an end that was asked for by address.
func addressed(a netip.Addr, e *model.Entity, name string) string {
	if e.Kind == model.KindAddresses {
		return a.String()
	}
	return fmt.Sprintf("%s (%s)", name, a)
}

// short names an entity inside its namespace.
func short(e *model.Entity) string {
	switch {
	case e.Kind == model.KindNode:
		return "node " + strings.TrimPrefix(e.ID, "node/")
	case e.Namespace == nil:
		return e.ID
	case e.AnyOther && e.Namespace.Elsewhere:
		return "any pod of another namespace"
	case e.AnyOther:
		return "any other pod of " + e.Namespace.Name
	case e.Kind == model.KindInferred:
		return "any pod with " + strings.ReplaceAll(e.Name, ",", " and ")
	default:
		return e.Name
	}
}

// long names an entity with its namespace.
func long(e *model.Entity) string {
	switch {
	case e.AnyOther:
		return short(e)
	case e.Kind == model.KindInferred:
		return short(e) + " in " + e.Namespace.Name
	default:
		return e.Namespace.Name + "/" + e.Name
	}
}

// serviceName names a Service with its namespace.
func serviceName(s *model.Service) string { return s.Namespace.Name + "/" + s.Name }

// place gives a line of the user's own file, with a space before it; empty where it
// is not known.
func place(r diag.Range) string {
	if r.IsZero() {
		return ""
	}
	return fmt.Sprintf(" (%s line %d)", r.File, r.Start.Line)
}

// ruleName names a rule and its place; rules are counted from 1 for people.
func ruleName(p *model.Policy, r *model.Rule, peer int) string {
	field := r.Field()
	if peer >= 0 {
		field = r.PeerField(peer)
	}
	return fmt.Sprintf("rule %d of %s of policy %s%s", r.Index+1, r.Direction, p.Name, place(p.Source.Locate(field)))
}

// policyNames lists policies by name: "policy db", "policies db and web".
func policyNames(policies []*model.Policy) string {
	var names []string
	for _, p := range policies {
		names = append(names, p.Name)
	}
	if len(names) == 1 {
		return "policy " + names[0]
	}
	return "policies " + listed(names, "and")
}

// peerWords says whom an entry of from or to names.
func peerWords(p *model.Policy, r *model.Rule, i int) string {
	if i < 0 || r.AnyPeer {
		return "everybody"
	}
	peer := &r.Peers[i]
	if peer.Block != nil {
		return "the address range " + peer.Block.Name
	}
	pods := "every pod"
	if !peer.Pods.Empty() {
		pods = "pods " + peer.Pods.String()
	}
	switch {
	case peer.Namespaces == nil:
		return pods + " of " + p.Namespace.Name
	case peer.Namespaces.Empty():
		return pods + " of every namespace"
	default:
		return pods + " in namespaces labelled " + peer.Namespaces.String()
	}
}

// portWords lists ports as sentences write them: "TCP 80 and UDP 5000-5010".
func portWords(s netset.Ports) string {
	if s.IsAll() {
		return "every port"
	}
	var words []string
	for _, i := range s.Intervals() {
		switch {
		case i.Full():
			words = append(words, "every "+i.Protocol.String()+" port")
		case i.First == i.Last:
			words = append(words, fmt.Sprintf("%s %d", i.Protocol, i.First))
		default:
			words = append(words, fmt.Sprintf("%s %d-%d", i.Protocol, i.First, i.Last))
		}
	}
	for _, n := range s.Names() {
		words = append(words, fmt.Sprintf("the %s port named %s", n.Protocol, n.Name))
	}
	return listed(words, "and")
}

// labelWords gives the labels of an entity that a selector looks at.
func labelWords(s *model.Selector, labels model.Labels) string {
	var words []string
	for _, t := range s.Terms() {
		word := "no label " + t.Key
		if value, ok := labels[t.Key]; ok {
			word = t.Key + "=" + value
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return listed(words, "and")
}

// allLabels gives an entity's labels, sorted.
func allLabels(labels model.Labels) string {
	var words []string
	for k, v := range labels {
		words = append(words, k+"="+v)
	}
	slices.Sort(words)
	const most = 4
	if more := len(words) - most; more > 0 {
		words = append(words[:most], fmt.Sprintf("%d more", more))
	}
	if len(words) == 0 {
		return "no label"
	}
	return listed(words, "and")
}

// quoteScalar writes a label value so that YAML reads it as text.
func quoteScalar(value string) string {
	plain := value != ""
	for i, r := range value {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		plain = plain && (letter || i > 0 && ('0' <= r && r <= '9' || r == '-' || r == '_' || r == '.' || r == '/'))
	}
	switch strings.ToLower(value) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		plain = false
	}
	if plain {
		return value
	}
	return fmt.Sprintf("%q", value)
}

// Name names an entity as sentences do, with its namespace.
func Name(e *model.Entity) string {
	if e.Namespace == nil {
		return short(e)
	}
	return long(e)
}

// PortWords lists ports as sentences write them, most of them as all but the others.
func PortWords(s netset.Ports) string {
	if rest, ok := s.Complement(); ok {
		return "every port but " + portWords(rest)
	}
	return portWords(s)
}
