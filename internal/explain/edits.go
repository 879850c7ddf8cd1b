package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// Edit is what somebody did to a bundle, in words.
type Edit struct {
	// Object is "NetworkPolicy shop/db", Policy its ID where it is a policy.
	Object, Policy string
	// Was and Is are where it is written before and after; zero where it is not.
	Was, Is diag.Range
	// Text is a sentence without a stop that names the place: "rule 2 of ingress of policy
	// shop/db (b.yaml line 94) is new: it lets in pods app=prometheus on TCP 9104".
	Text string
}

// EditInWords says what was done. The clusters are those of the bundles.
func EditInWords(before, after *model.Cluster, c *manifest.Change) Edit {
	e := Edit{Object: c.Object().Title()}
	e.Policy, _ = strings.CutPrefix(e.Object, "NetworkPolicy ")
	if c.Object().Kind != "NetworkPolicy" {
		e.Policy = ""
	}
	e.Was, e.Is = c.Places()
	if e.Policy == "" {
		e.Text = objectEdit(&e, c)
		return e
	}
	w := edited{&e, c, PolicyOf(before, c.Was), PolicyOf(after, c.Is)}
	e.Text = w.policy()
	return e
}

// PolicyOf gives the policy that was made of an object; nil where there is none. Its name
// may be another, since its namespace has another.
func PolicyOf(c *model.Cluster, o *manifest.Object) *model.Policy {
	if o == nil {
		return nil
	}
	for _, p := range c.Policies {
		if p.Source == o.Source {
			return p
		}
	}
	return nil
}

// edited is an edit of a policy with its model on either side; nil where there is none.
type edited struct {
	*Edit
	change  *manifest.Change
	was, is *model.Policy
}

// at gives the place of an edit: where it is now, else where it was.
func (e *Edit) at() string {
	if !e.Is.IsZero() {
		return place(e.Is)
	}
	if e.Was.IsZero() {
		return ""
	}
	return fmt.Sprintf(" (old %s line %d)", e.Was.File, e.Was.Start.Line)
}

func inForce(p *model.Policy) bool { return p != nil && p.InForce }

func (w *edited) policy() string {
	name := "policy " + w.Policy
	switch w.change.Aspect {
	case manifest.PodSelector:
		if w.is.PodSelector.String() == w.was.PodSelector.String() {
			return fmt.Sprintf("podSelector of %s%s says the same in another way", name, w.at())
		}
		return fmt.Sprintf("podSelector of %s%s now chooses %s; it chose %s", name, w.at(), podsWords(w.is.PodSelector), podsWords(w.was.PodSelector))
	case manifest.PolicyTypes:
		return fmt.Sprintf("%s%s is now about %s; it was about %s", name, w.at(), traffic(w.is), traffic(w.was))
	case manifest.WholeRule, manifest.RulePorts, manifest.RulePeers, manifest.OnePeer:
		return w.rule(name)
	}
	switch {
	case inForce(w.is) && !inForce(w.was):
		if w.was != nil {
			return fmt.Sprintf("%s%s is in force now, which the API server refused before: it chooses %s for %s", name, w.at(), podsWords(w.is.PodSelector), traffic(w.is))
		}
		return fmt.Sprintf("%s%s is new: it chooses %s for %s", name, w.at(), podsWords(w.is.PodSelector), traffic(w.is))
	case inForce(w.was) && !inForce(w.is):
		if w.is != nil {
			return fmt.Sprintf("%s%s is no longer in force, since the API server refuses it as it is written now", name, place(w.is.Source.Locate("")))
		}
		return fmt.Sprintf("%s%s is gone: it chose %s for %s", name, w.at(), podsWords(w.was.PodSelector), traffic(w.was))
	case inForce(w.is) && len(w.change.Parts) == 0:
		return fmt.Sprintf("%s%s is written in another way and says the same", name, w.at())
	case w.change.Was == nil:
		return fmt.Sprintf("%s%s is new", name, w.at())
	case w.change.Is == nil:
		return fmt.Sprintf("%s%s is gone", name, w.at())
	}
	if len(w.change.Parts) == 1 {
		w.change = &w.change.Parts[0]
		w.Was, w.Is = w.change.Places()
		return w.policy()
	}
	return fmt.Sprintf("%s%s was edited", name, w.at())
}

// traffic says which directions a policy is about.
func traffic(p *model.Policy) string {
	var words []string
	for _, d := range model.Directions {
		if p.Isolates[d] {
			words = append(words, [...]string{"incoming", "outgoing"}[d])
		}
	}
	if len(words) == 0 {
		return "no traffic"
	}
	return listed(words, "and") + " traffic"
}

// ruleAt finds the rule that a field is in; nil where it has no effect.
func ruleAt(p *model.Policy, field string) *model.Rule {
	if p == nil || field == "" {
		return nil
	}
	for i := range p.Rules {
		if r := &p.Rules[i]; strings.HasPrefix(field, r.Field()) && !strings.HasPrefix(strings.TrimPrefix(field, r.Field()), "0") {
			return r
		}
	}
	return nil
}

// rule says what was done to a rule.
func (w *edited) rule(policy string) string {
	was, is := ruleAt(w.was, w.change.WasField), ruleAt(w.is, w.change.IsField)
	field := w.change.IsField
	if field == "" {
		field = w.change.WasField
	}
	var direction string
	index := 0
	fmt.Sscanf(strings.NewReplacer("[", " ", "]", " ").Replace(strings.TrimPrefix(field, "spec.")), "%s %d", &direction, &index)
	name := fmt.Sprintf("rule %d of %s of %s%s", index+1, direction, policy, w.at())
	switch w.change.Aspect {
	case manifest.WholeRule:
		switch {
		case is != nil && w.change.Was == nil:
			return fmt.Sprintf("%s, a new policy, lets %s", name, lets(w.is, is))
		case is != nil:
			return fmt.Sprintf("%s is new: it lets %s", name, lets(w.is, is))
		case was != nil:
			return fmt.Sprintf("%s is gone: it let %s", name, lets(w.was, was))
		}
	case manifest.RulePorts:
		if was == nil || is == nil {
			break
		}
		if rulePorts(was) == rulePorts(is) {
			return fmt.Sprintf("%s names the same ports in another way, %s", name, rulePorts(is))
		}
		if is.AnyPort {
			return fmt.Sprintf("%s lost its ports (%s), and a rule without ports allows every port", name, rulePorts(was))
		}
		if was.AnyPort {
			return fmt.Sprintf("%s now names its ports, %s; before it allowed every port", name, rulePorts(is))
		}
		return fmt.Sprintf("%s now allows %s; it allowed %s", name, rulePorts(is), rulePorts(was))
	case manifest.RulePeers:
		if was == nil || is == nil {
			break
		}
		if whom(w.was, was) == whom(w.is, is) {
			return fmt.Sprintf("%s names the same peers in another way", name)
		}
		if is.AnyPeer {
			return fmt.Sprintf("%s lost its peers (%s), and a rule without peers is about everybody", name, peersWords(w.was, was, ""))
		}
		return fmt.Sprintf("%s is now about %s; it was about %s", name, whom(w.is, is), whom(w.was, was))
	case manifest.OnePeer:
		if is != nil {
			if i := lastIndex(field); i < len(is.Peers) {
				return fmt.Sprintf("entry %d of %s is new: %s", i+1, name, peerPhrase(w.is, &is.Peers[i]))
			}
		}
		if was != nil {
			if i := lastIndex(field); i < len(was.Peers) {
				return fmt.Sprintf("entry %d of %s is gone: %s", i+1, name, peerPhrase(w.was, &was.Peers[i]))
			}
		}
	}
	return name + " was edited"
}

// lastIndex gives the last index of a path.
func lastIndex(field string) (i int) {
	fmt.Sscanf(field[strings.LastIndexByte(field, '[')+1:], "%d", &i)
	return i
}

func whom(p *model.Policy, r *model.Rule) string {
	if r.AnyPeer {
		return "everybody"
	}
	return peersWords(p, r, "")
}

// lets says what a rule lets through: "in pods app=web of shop on TCP 80".
func lets(p *model.Policy, r *model.Rule) string {
	if r.Direction == model.Egress {
		return fmt.Sprintf("%s call %s on %s", podsWords(p.PodSelector), strings.TrimSuffix(to(p, r), ","), rulePorts(r))
	}
	return fmt.Sprintf("in %s on %s", whom(p, r), rulePorts(r))
}

// objectEdit says what was done to an object that is no policy.
func objectEdit(e *Edit, c *manifest.Change) string {
	name := e.Object + e.at()
	switch {
	case c.Was == nil:
		return name + " is new"
	case c.Is == nil:
		return name + " is gone"
	}
	if before, ok := c.Renamed(); ok {
		return fmt.Sprintf("%s has another name: it was %s", name, before)
	}
	was, is := c.Was.Labels(), c.Is.Labels()
	if maps.Equal(was, is) {
		return name + " was edited"
	}
	var words []string
	for _, key := range slices.Sorted(maps.Keys(merged(was, is))) {
		old, had := was[key]
		value, has := is[key]
		switch {
		case old == value && had == has:
		case !had:
			words = append(words, fmt.Sprintf("%s=%s is new", key, value))
		case !has:
			words = append(words, fmt.Sprintf("%s=%s is gone", key, old))
		default:
			words = append(words, fmt.Sprintf("%s=%s was %s", key, value, old))
		}
	}
	return fmt.Sprintf("%s has other labels: %s", name, few(words, mostNames, "and"))
}

func merged(a, b map[string]string) map[string]string {
	m := maps.Clone(a)
	if m == nil {
		m = map[string]string{}
	}
	maps.Copy(m, b)
	return m
}
