package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/policy"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Proposal is a change of the user's text that should turn an answer round. Whether it
// does is for the caller to find out: it takes the pipeline, which is not here.
type Proposal struct {
	// Text says what to do, without a full stop.
	Text string
	// Edits change policies that are there; Policies are their IDs.
	Edits    []diag.Edit
	Policies []string
	// Added is a new policy as a YAML document; empty when there is none.
	Added string
}

// Wanted gives the verdict that turns an answer round: open what is not open as a
// whole, or close what is. Where plug-ins differ, what is shown counts.
func Wanted(e *Explanation) Verdict {
	if e.Verdict == Allowed || e.Verdict == Undefined && verdict(e.Ports, e.Port) == Allowed {
		return Blocked
	}
	return Allowed
}

// Propose gives changes that should turn the answer to a question round, the smallest
// ways of writing them first. There is none where policies have no say.
func Propose(m *reach.Matrix, from, to string, port *Port, wanted Verdict) []Proposal {
	q, err := parse(m.Cluster, from, to, port)
	if err != nil || q.nothing != "" {
		return nil
	}
	if wanted == Blocked {
		return closings(m, q)
	}
	return openings(m, q)
}

// choice is the ways to change one side of a flow, any one of which will do.
type choice []Proposal

// openings lets every flow of a question through, on each side that holds one.
func openings(m *reach.Matrix, q question) []Proposal {
	var needed []choice
	for _, f := range q.flows {
		w := answererOf(m, f)
		if !f.from.IsPod() && !f.to.IsPod() {
			return nil
		}
		for _, d := range []policy.Decision{w.result.Egress, w.result.Ingress} {
			if d.Exempt != "" || len(d.IsolatedBy) == 0 || verdict(d.Ports, f.port) == Allowed {
				continue
			}
			ways := w.openSide(d)
			if len(ways) == 0 {
				return nil
			}
			if !slices.ContainsFunc(needed, func(known choice) bool { return sameWay(known[0], ways[0]) }) {
				needed = append(needed, ways)
			}
		}
	}
	return combine(needed)
}

func sameWay(a, b Proposal) bool { return a.Text == b.Text && slices.Equal(a.Edits, b.Edits) }

// closings blocks every flow of a question on one of its sides.
func closings(m *reach.Matrix, q question) []Proposal {
	var all []Proposal
	for _, d := range []model.Direction{model.Ingress, model.Egress} {
		var needed []choice
		for _, f := range q.flows {
			w := answererOf(m, f)
			decision := w.result.Ingress
			if d == model.Egress {
				decision = w.result.Egress
			}
			if verdict(w.result.Ports, f.port) == Blocked {
				continue
			}
			ways := w.closeSide(decision)
			if decision.Exempt != "" || len(ways) == 0 {
				needed = nil
				break
			}
			if !slices.ContainsFunc(needed, func(known choice) bool { return sameWay(known[0], ways[0]) }) {
				needed = append(needed, ways)
			}
		}
		all = append(all, combine(needed)...)
	}
	return all
}

func answererOf(m *reach.Matrix, f flow) *answerer {
	w := &answerer{flow: f, m: m, result: m.Flow(f.from, f.to)}
	w.a, w.b = f.pair()
	return w
}

// mostSides is how many sides one proposal may change.
const mostSides = 6

// combine makes proposals of one way for each of several sides: the first ways of all,
// then the second, and so on.
func combine(needed []choice) []Proposal {
	ways := 0
	for _, c := range needed {
		ways = max(ways, len(c))
	}
	if len(needed) > mostSides {
		return nil
	}
	var all []Proposal
	for i := range ways {
		var p Proposal
		var texts, added []string
		for _, c := range needed {
			way := c[min(i, len(c)-1)]
			if slices.Contains(texts, way.Text) {
				continue
			}
			texts = append(texts, way.Text)
			p.Edits = append(p.Edits, way.Edits...)
			for _, id := range way.Policies {
				if !slices.Contains(p.Policies, id) {
					p.Policies = append(p.Policies, id)
				}
			}
			if way.Added != "" {
				added = append(added, way.Added)
			}
		}
		p.Text, p.Added = strings.Join(texts, "; and "), strings.Join(added, "---\n")
		all = append(all, p)
	}
	return all
}

// ends gives who is limited in a direction and who is at the other end, with the other
// one's entries.
func (w *answerer) ends(d model.Direction) (subject, other *model.Entity, peers []any) {
	if d == model.Egress {
		return w.from, w.to, peersFor(w.from, w.to, w.toAddr)
	}
	return w.to, w.from, peersFor(w.to, w.from, w.fromAddr)
}

// openSide gives the ways to let a flow through one side that holds it.
func (w *answerer) openSide(d policy.Decision) choice {
	subject, _, peers := w.ends(d.Direction)
	var ways choice
	add := func(p *model.Policy, edits []diag.Edit, format string, args ...any) {
		if edits = asWritten(p, edits); edits != nil {
			ways = append(ways, Proposal{Text: fmt.Sprintf(format, args...), Edits: edits, Policies: []string{p.ID}})
		}
	}
	if p, r := w.almost(d); r != nil {
		entry := portEntry(*w.port)
		ports := written(p).At("spec", d.Direction.String()).Item(r.Index).Field("ports")
		also := ""
		if len(r.Peers) > 1 {
			also = ", which then holds for every entry of that rule"
		} else if r.AnyPeer {
			also = ", which then holds for everybody"
		}
		add(p, appendTo(ports, entry), "add %s to `ports` of %s%s", w.port, ruleName(p, r, -1), also)
	}
	if len(peers) > 0 {
		rule := mapping{{d.Direction.PeerField(), peers}}
		if w.port != nil {
			rule = append(rule, field{"ports", []any{portEntry(*w.port)}})
		}
		for _, miss := range d.Misses {
			if miss.Rule == nil || miss.Rule.AnyPeer || !w.covers(miss.Rule) {
				continue
			}
			list := written(miss.Policy).At("spec", d.Direction.String()).Item(miss.Rule.Index).Field(d.Direction.PeerField())
			add(miss.Policy, appendTo(list, peers...), "add %s to the `%s` list of %s", entryWords(peers), d.Direction.PeerField(), ruleName(miss.Policy, miss.Rule, -1))
			break
		}
		p := d.IsolatedBy[0]
		if len(d.Misses) > 0 {
			p = d.Misses[0].Policy
		}
		add(p, appendRule(p, d.Direction, rule), "add the rule `%s` to policy %s%s", flowed(rule), p.Name, place(p.Source.Locate("")))
		if added, name := w.newPolicy("allow-"+nameOf(w.from)+"-to-"+nameOf(w.to), subject, d, []any{rule}); added != "" {
			ways = append(ways, Proposal{Text: fmt.Sprintf("add the policy %s, which lets through exactly this; policies add up", name), Added: added})
		}
	}
	return ways
}

func entryWords(peers []any) string {
	var words []string
	for _, p := range peers {
		words = append(words, "`"+flowed(p)+"`")
	}
	if len(words) == 1 {
		return "the entry " + words[0]
	}
	return "the entries " + listed(words, "and")
}

// almost gives the rule that knows the other end but not the port asked for, if there
// is one; best is one that does not let everybody in.
func (w *answerer) almost(d policy.Decision) (*model.Policy, *model.Rule) {
	if w.port == nil {
		return nil, nil
	}
	var p *model.Policy
	var r *model.Rule
	for _, g := range d.Grants {
		if r == nil || r.AnyPeer && !g.Rule.AnyPeer {
			p, r = g.Policy, g.Rule
		}
	}
	if r != nil {
		return p, r
	}
	for _, m := range d.Misses {
		if m.Reason == policy.NamedPort {
			return m.Policy, m.Rule
		}
	}
	return nil, nil
}

// covers reports whether a rule would open the port asked for to a new entry.
func (w *answerer) covers(r *model.Rule) bool {
	ports := policy.Assumption{}.Ports(r, w.to)
	return verdict(ports, w.port) == Allowed
}

// asWritten makes edits of a policy's text ones of the text that the user wrote, where the
// two differ; nil where that cannot be.
func asWritten(p *model.Policy, edits []diag.Edit) []diag.Edit {
	if edits == nil {
		return nil
	}
	if fix := manifest.Remedy(p.Source, &diag.Fix{Edits: edits}); fix != nil {
		return fix.Edits
	}
	return nil
}

func written(p *model.Policy) manifest.Part { return manifest.Written(p.Source) }

// appendTo puts entries behind the last one of a list, in the layout of the list.
func appendTo(list manifest.Part, entries ...any) []diag.Edit {
	items := list.Items()
	if len(items) == 0 {
		return nil
	}
	last := items[len(items)-1]
	write := blocked
	if list.Inline() || last.Inline() {
		write = flowed
	}
	var edits []diag.Edit
	for _, e := range entries {
		edit := last.InsertAfter(write(e))
		if edit == nil {
			return nil
		}
		edits = append(edits, edit...)
	}
	return edits
}

// appendRule adds a rule to a policy, whether or not it has any in the direction.
func appendRule(p *model.Policy, d model.Direction, rule mapping) []diag.Edit {
	spec := written(p).Field("spec")
	list := spec.Field(d.String())
	switch {
	case len(list.Items()) > 0:
		return appendTo(list, rule)
	case list.IsWritten():
		return list.Set("[" + flowed(rule) + "]")
	}
	fields := spec.Fields()
	if len(fields) == 0 {
		return nil
	}
	last := fields[len(fields)-1]
	if spec.Inline() {
		return last.InsertAfter(d.String() + ": [" + flowed(rule) + "]")
	}
	return last.InsertAfter(blocked(mapping{{d.String(), []any{rule}}}))
}

// newPolicy writes a policy about the subject in one direction, with a name that is
// free. It gives nothing where there is no way to choose the subject alone or no
// namespace to put it in.
func (w *answerer) newPolicy(named string, subject *model.Entity, d policy.Decision, rules []any) (text, name string) {
	if subject.Namespace == nil || subject.Namespace.Elsewhere {
		return "", ""
	}
	var chooses mapping
	if key := tellingLabel(subject.Labels); key != "" {
		chooses = labels(key, subject.Labels[key])
	} else if len(d.IsolatedBy) > 0 {
		// Whom another policy limits already, this one does not limit more.
		chooses = selecting(d.IsolatedBy[0].PodSelector)
	} else {
		return "", ""
	}
	name = w.freeName(named, subject.Namespace.Name)
	spec := mapping{{"podSelector", chooses}, {"policyTypes", []any{[...]string{"Ingress", "Egress"}[d.Direction]}}}
	if len(rules) > 0 {
		spec = append(spec, field{d.Direction.String(), rules})
	}
	return blocked(mapping{
		{"apiVersion", "networking.k8s.io/v1"}, {"kind", "NetworkPolicy"},
		{"metadata", mapping{{"name", name}, {"namespace", quoteScalar(subject.Namespace.Name)}}}, {"spec", spec},
	}) + "\n", name
}

// freeName makes a name of a policy that the namespace does not have yet.
func (w *answerer) freeName(named, namespace string) string {
	const longest = 60
	name := ""
	for _, c := range strings.ToLower(named) {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			name += string(c)
		} else if !strings.HasSuffix(name, "-") {
			name += "-"
		}
	}
	name = strings.Trim(name[:min(len(name), longest)], "-")
	for i := 1; ; i++ {
		free := name
		if i > 1 {
			free = fmt.Sprintf("%s-%d", name, i)
		}
		if w.m.Cluster.Policy(namespace+"/"+free) == nil {
			return free
		}
	}
}

func nameOf(e *model.Entity) string {
	switch {
	case e.AnyOther:
		return "any"
	case e.Kind == model.KindInferred && tellingLabel(e.Labels) != "":
		return e.Labels[tellingLabel(e.Labels)]
	}
	return cmp.Or(e.Name, e.ID)
}
