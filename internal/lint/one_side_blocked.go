package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
)

var oneSideBlocked = check{
	code: diag.OneSideBlocked, severity: diag.Warning,
	policy: func(s *subject) {
		subjects := s.subjects(s.policy)
		for _, r := range s.allRules() {
			for i, item := range r.peers.Items() {
				// Only who is named is promised something.
				if r.means != nil && r.means.Peers[i].Block == nil && !r.means.Peers[i].Pods.Empty() {
					s.otherSide(r, item, subjects, s.peers(s.policy, &r.means.Peers[i]))
				}
			}
		}
	},
}

// otherSide looks for peers whose own policies let none of the subjects through.
func (s *subject) otherSide(r rule, item manifest.Part, subjects, peers []*model.Class) {
	other := model.Ingress + model.Egress - r.direction
	var closed []*model.Class
	for _, peer := range peers {
		if s.matrix().Isolated(peer, other) && s.blockedFor(r, other, peer, subjects) {
			closed = append(closed, peer)
		}
	}
	if len(closed) == 0 {
		return
	}
	var by []string
	policies := s.matrix().IsolatedBy(closed[0].First(), other)
	for _, p := range policies {
		by = append(by, "`"+p.ID+"`")
	}
	word := plural(len(by), "policy", "policies")
	mine, theirs := who(subjects), who(closed)
	on := ""
	if !r.means.AnyPort {
		on = " on " + portWords(r.means)
	}
	f := diag.Finding{
		Detail: "A connection needs both sides: an egress rule where it leaves and an ingress rule where it arrives, if policies choose the pods there.",
	}
	if r.direction == model.Egress {
		f.Summary = fmt.Sprintf("%s may call %s%s by this rule, but %s does not let it in (%s %s); a connection needs both sides.", mine, theirs, on, theirs, word, listed(by))
	} else {
		f.Summary = fmt.Sprintf("This rule lets %s in to %s%s, but %s may not call it (%s %s); a connection needs both sides.", theirs, mine, on, theirs, word, listed(by))
	}
	for _, p := range policies[:min(most, len(policies))] {
		f.Related = append(f.Related, diag.Related{Range: s.nameOf(p), Text: "isolates the other side"})
	}
	if howMany(closed) == 1 {
		f.Fix = s.openOther(r, other, policies)
	}
	s.at(item, f)
}

// blockedFor reports whether a peer's side has none of the rule's ports for any of the
// subjects.
func (s *subject) blockedFor(r rule, other model.Direction, peer *model.Class, subjects []*model.Class) bool {
	asked := false
	for _, c := range subjects {
		if c == peer && !c.Several() {
			continue
		}
		destination := peer
		if r.direction == model.Ingress {
			destination = c
		}
		ports := policy.Assumption{}.Ports(r.means, destination.First())
		if ports.IsEmpty() {
			continue // A port name that nobody has.
		}
		asked = true
		if !s.matrix().Side(other, peer, c).Intersect(ports).IsEmpty() {
			return false
		}
	}
	return asked
}

// openOther is the remedy that adds the missing rule to a policy of the other side,
// one that chooses its pods by labels and already has rules.
func (s *subject) openOther(r rule, other model.Direction, policies []*model.Policy) *diag.Fix {
	for _, p := range policies {
		if p.PodSelector.Empty() || !slices.ContainsFunc(p.Rules, func(r model.Rule) bool { return r.Direction == other }) {
			continue // without a look at its text, which must be parsed for that
		}
		items := manifest.Written(p.Source).Field("spec").Field(other.String()).Items()
		if len(items) == 0 {
			continue
		}
		last := items[len(items)-1]
		text, ok := s.ruleFor(r, other, p)
		if !ok || last.IsFlow() {
			return nil
		}
		return fixIn(p.Source, fmt.Sprintf("Add the missing %s rule to `%s`", other, p.ID), last.InsertAfter(text))
	}
	return nil
}

// ruleFor writes a rule that names the subjects of this policy as peers.
func (s *subject) ruleFor(r rule, other model.Direction, in *model.Policy) (string, bool) {
	labels, ok := matchLabels(s.policy.PodSelector)
	if !ok {
		return "", false
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s:\n- podSelector:\n    matchLabels:\n", other.PeerField())
	for _, l := range labels {
		fmt.Fprintf(&b, "      %s\n", l)
	}
	if in.Namespace != s.policy.Namespace {
		fmt.Fprintf(&b, "  namespaceSelector:\n    matchLabels:\n      %s: %s\n", nameLabel, quoted(s.policy.Namespace.Name))
	}
	if !r.means.AnyPort {
		b.WriteString("ports:\n")
		for _, p := range r.means.Ports {
			switch {
			case p.Name != "":
				fmt.Fprintf(&b, "- port: %s\n", quoted(p.Name))
			case p.First == netset.FirstPort && p.Last == netset.LastPort:
				fmt.Fprintf(&b, "- protocol: %s\n", p.Protocol)
				continue
			default:
				fmt.Fprintf(&b, "- port: %d\n", p.First)
			}
			if p.Name == "" && p.Last != p.First {
				fmt.Fprintf(&b, "  endPort: %d\n", p.Last)
			}
			fmt.Fprintf(&b, "  protocol: %s\n", p.Protocol)
		}
	}
	return strings.TrimSuffix(b.String(), "\n"), true
}

// matchLabels gives a selector as lines of matchLabels; not ok for one that has other
// terms, or none.
func matchLabels(s *model.Selector) ([]string, bool) {
	var lines []string
	for _, t := range s.Terms() {
		if t.Operator != model.In || len(t.Values) != 1 {
			return nil, false
		}
		lines = append(lines, t.Key+": "+quoted(t.Values[0]))
	}
	return lines, len(lines) > 0
}
