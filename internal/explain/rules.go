package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Rules are the policies of a bundle in words, and what comes of them for each entity.
type Rules struct {
	// Always says what no policy can close.
	Always string
	// Policies are those of the cluster in their order, PoliciesLeft counts those that
	// were over the limit.
	Policies     []PolicyRules
	PoliciesLeft int
	// Ends are the entities, those that are alike as one, EndsLeft the entities that
	// were over the limit.
	Ends     []End
	EndsLeft int
}

// Most bounds how many policies and kinds of entities are put into words; zero means
// all of them.
type Most struct{ Policies, Ends int }

const always = "Whatever the policies say: a pod can talk to itself, a node reaches the pods that run on it, and answers come back by themselves."

// InWords says in sentences what the policies of a matrix ask for, and who may call
// whom in the end.
func InWords(m *reach.Matrix, most Most) Rules {
	r := Rules{Always: always}
	if written := m.Written(); written != m {
		m, r.Always = written, m.Cluster.Plugin.Caveat()+" What stands here is what the policies say. "+always
	}
	for i, p := range m.Cluster.Policies {
		if most.Policies > 0 && i == most.Policies {
			r.PoliciesLeft = len(m.Cluster.Policies) - i
			break
		}
		r.Policies = append(r.Policies, policyRules(m, p))
	}
	r.Ends, r.EndsLeft = ends(m, most.Ends)
	return r
}

// PolicyRules are the sentences about one policy.
type PolicyRules struct {
	Policy *model.Policy
	// Chosen are the entities that the policy is about, by ID; Off is set when it was
	// switched off for this answer.
	Chosen    []*model.Entity
	Off       bool
	Sentences []Sentence
}

// Sentence is one statement about a policy.
type Sentence struct {
	Text string
	// Rule is the rule that is put into words; nil for what is said of the policy as a
	// whole. At is where it is written.
	Rule *model.Rule
	At   diag.Range
}

// RulesOf puts one policy into words.
func RulesOf(m *reach.Matrix, p *model.Policy) PolicyRules { return policyRules(m, p) }

// PolicyInWords says in sentences what one policy asks for.
func PolicyInWords(m *reach.Matrix, p *model.Policy) []string {
	var texts []string
	for _, s := range policyRules(m, p).Sentences {
		texts = append(texts, s.Text)
	}
	return texts
}

func policyRules(m *reach.Matrix, p *model.Policy) PolicyRules {
	w := wording{m: m, p: p, out: PolicyRules{Policy: p}}
	w.whole = p.Source.Locate("")
	if !p.InForce {
		w.say(nil, fmt.Sprintf("Not in force: the API server would refuse it (%s, %s), so it limits nobody.", p.Code, p.Code.Name()))
		return w.out
	}
	w.locate()
	w.out.Off = slices.Contains(m.Off, reach.Off{Policy: p.ID})
	w.choose()
	for _, d := range model.Directions {
		if p.Isolates[d] {
			w.direction(d)
		}
	}
	w.remarks()
	return w.out
}

// wording is a policy while it is put into words.
type wording struct {
	m *reach.Matrix
	p *model.Policy
	// whole is where the policy stands, places where its rules do, by index of p.Rules.
	whole  diag.Range
	places []diag.Range
	// emptyPeers tells of which rules from or to is written although it is empty;
	// typed whether policyTypes are written.
	emptyPeers map[int]bool
	typed      bool
	// onHost are the pods that the selector would match if they had a network of their
	// own.
	onHost []*model.Entity
	out    PolicyRules
}

func (w *wording) say(r *model.Rule, text string) {
	s := Sentence{Text: text, Rule: r, At: w.whole}
	for i := range w.places {
		if r == &w.p.Rules[i] {
			s.At = w.places[i]
		}
	}
	w.out.Sentences = append(w.out.Sentences, s)
}

// locate looks up every place at once, since each look-up reads the document again. A
// field that is not written has the place of what would hold it.
func (w *wording) locate() {
	fields := []string{"spec", "spec.policyTypes"}
	for i := range w.p.Rules {
		r := &w.p.Rules[i]
		fields = append(fields, r.Field(), r.Field()+"."+r.Direction.PeerField())
	}
	at := manifest.LocateAll(w.p.Source, fields)
	w.typed = at[0] != at[1]
	w.emptyPeers = map[int]bool{}
	for i := range w.p.Rules {
		rule, peers := at[2+2*i], at[3+2*i]
		w.places = append(w.places, rule)
		w.emptyPeers[i] = w.p.Rules[i].AnyPeer && rule != peers
	}
}

func (w *wording) choose() {
	for _, class := range w.m.Cluster.Classes {
		e := class.First()
		switch {
		case w.p.Selects(e):
			w.out.Chosen = append(w.out.Chosen, class.Entities...)
		case e.HostNetwork && e.Namespace == w.p.Namespace && w.p.PodSelector.Matches(e.Labels):
			w.onHost = append(w.onHost, class.Entities...)
		}
	}
	slices.SortFunc(w.out.Chosen, func(a, b *model.Entity) int { return strings.Compare(a.ID, b.ID) })
}

// subject names the pods that the policy chooses. One is set where the sentence goes
// on as about one pod.
func (w *wording) subject() (text string, one bool) {
	if w.p.PodSelector.Empty() {
		return "Every pod of " + w.p.Namespace.Name, true
	}
	return upperFirst(podsWords(w.p.PodSelector)) + " in " + w.p.Namespace.Name, false
}

// direction says what the rules of one direction let through. The last sentence says
// that nothing else is, which holds as far as no other policy chooses the same pods.
func (w *wording) direction(d model.Direction) {
	var rules []int
	open := false
	for i := range w.p.Rules {
		r := &w.p.Rules[i]
		if r.Direction != d || w.ruleOff(r) {
			continue
		}
		rules = append(rules, i)
		open = open || r.AnyPeer && r.AnyPort
	}
	if len(rules) == 0 {
		w.say(nil, w.nothing(d))
		return
	}
	for n, i := range rules {
		r := &w.p.Rules[i]
		text := w.rule(r, n > 0)
		switch {
		case r.AnyPeer && r.AnyPort:
			text += ", so this policy limits nothing"
			if d == model.Ingress {
				text += " that comes in"
			} else {
				text += " that goes out"
			}
		case len(rules) == 1:
			text += ", and nothing else" + w.unless(d)
		}
		w.say(r, text+".")
		if w.emptyPeers[i] {
			w.say(r, fmt.Sprintf("The list %q of this rule is empty, and an empty list puts no limit on who is meant.", d.PeerField()))
		}
	}
	if len(rules) > 1 && !open {
		closing := "Nothing else comes in"
		if d == model.Egress {
			closing = "Nothing else goes out"
		}
		w.say(nil, closing+w.unless(d)+".")
	}
}

// nothing says that no rule lets anything through in a direction.
func (w *wording) nothing(d model.Direction) string {
	subject, one := w.subject()
	unless := w.unless(d)
	if unless != "" {
		unless = "," + unless
	}
	switch {
	case d == model.Ingress && one:
		return fmt.Sprintf("No pod of %s accepts anything%s.", w.p.Namespace.Name, unless)
	case d == model.Ingress:
		return fmt.Sprintf("%s accept nothing%s.", subject, unless)
	case one:
		return fmt.Sprintf("No pod of %s may call anybody%s.", w.p.Namespace.Name, unless)
	default:
		return fmt.Sprintf("%s may call nobody%s.", subject, unless)
	}
}

// rule says what a rule lets through, without the full stop.
func (w *wording) rule(r *model.Rule, further bool) string {
	subject, one := w.subject()
	accept := " accept "
	if one {
		accept = " accepts "
	}
	also := ""
	if further {
		subject, also = "They", "also "
		if one {
			subject = "Each"
		}
	}
	ports := rulePorts(r) + w.means(r)
	if r.Direction == model.Ingress {
		if also != "" {
			accept = " also" + accept
		}
		return subject + accept + ports + " " + from(w.p, r)
	}
	return subject + " may " + also + "call " + to(w.p, r) + " on " + ports
}

// unless names the other policies that choose some of the same pods and let something
// through; without one, "nothing else" is the whole truth.
func (w *wording) unless(d model.Direction) string {
	var names []string
	for _, class := range w.m.Cluster.Classes {
		e := class.First()
		if !w.p.Selects(e) {
			continue
		}
		for _, q := range w.m.IsolatedBy(e, d) {
			grants := slices.ContainsFunc(q.Rules, func(r model.Rule) bool { return r.Direction == d })
			if q.ID != w.p.ID && grants && !slices.Contains(names, q.Name) {
				names = append(names, q.Name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	if len(names) == 1 {
		return fmt.Sprintf(" unless policy %s allows it", names[0])
	}
	return fmt.Sprintf(" unless one of the policies %s allows it", few(names, mostNames, "and"))
}

// means says what the port names of an ingress rule are on the chosen pods.
func (w *wording) means(r *model.Rule) string {
	if r.Direction != model.Ingress || len(w.out.Chosen) == 0 || r.AnyPort {
		return ""
	}
	var words []string
	for _, p := range r.Ports {
		if p.Name == "" {
			continue
		}
		pods := map[uint16][]string{}
		var numbers []uint16
		declared := false
		for _, e := range w.out.Chosen {
			declared = declared || e.Origin == model.Declared
			if n, ok := named(e, p.Name, p.Protocol); ok {
				if len(pods[n]) == 0 {
					numbers = append(numbers, n)
				}
				pods[n] = append(pods[n], e.Name)
			}
		}
		slices.Sort(numbers)
		switch {
		case len(numbers) == 0 && declared:
			words = append(words, fmt.Sprintf("no chosen pod has a %s port named %s", p.Protocol, p.Name))
		case len(numbers) == 1:
			words = append(words, fmt.Sprintf("%s is %d", p.Name, numbers[0]))
		default:
			for _, n := range numbers {
				words = append(words, fmt.Sprintf("%s is %d on %s", p.Name, n, few(pods[n], mostNames, "and")))
			}
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + few(words, mostNames, "and") + ")"
}

func (w *wording) ruleOff(r *model.Rule) bool {
	return slices.Contains(w.m.Off, reach.Off{Policy: w.p.ID, Rule: true, Direction: r.Direction, Index: r.Index})
}

// remarks say what is easily overlooked: a side that is limited without being named,
// rules that are off, and a selector that finds nobody.
func (w *wording) remarks() {
	p := w.p
	rules := [2]int{}
	for i := range p.Rules {
		rules[p.Rules[i].Direction]++
		if w.ruleOff(&p.Rules[i]) {
			w.say(&p.Rules[i], fmt.Sprintf("Rule %d of %s is switched off for this answer.", p.Rules[i].Index+1, p.Rules[i].Direction))
		}
	}
	if w.out.Off {
		w.say(nil, "The whole policy is switched off for this answer; this is what it would say.")
	}
	if !w.typed && p.Isolates[model.Egress] && rules[model.Ingress] == 0 {
		w.say(nil, "The policy has no policyTypes, so Kubernetes takes it for an ingress policy as well.")
	}
	if len(w.onHost) > 0 {
		var names []string
		for _, e := range w.onHost {
			names = append(names, short(e))
		}
		w.say(nil, fmt.Sprintf("%s %s the labels, but %s the network of the node, where most plug-ins do not apply policies.",
			few(names, mostNames, "and"), hasHave(len(names)), usesUse(len(names))))
	}
	if len(w.out.Chosen) == 0 {
		w.say(nil, "No pod of the bundle is chosen, so this changes nothing yet.")
	}
}

func hasHave(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func usesUse(n int) string { return verb(n, "use") }
