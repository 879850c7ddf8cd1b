package manifest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Change is one thing that is not the same in two bundles: an object was added, removed
// or edited, or one part of a policy was.
type Change struct {
	// Was is the object before, nil where it was added; Is is the one after, nil where it
	// was removed.
	Was, Is *Object
	Aspect  Aspect
	// WasField and IsField are the paths of the aspect before and after. Both are empty
	// for a whole object, and one is where the part is not there.
	WasField, IsField string
	// Parts are the changes that the edit of a policy consists of, and the rules of one
	// that was added or removed. Each can be undone by itself.
	Parts []Change
	// undone is the object after with the change undone; nil where none is left.
	undone *Object
	// renamed is set for a namespace that has another name: that before and after.
	renamed *[2]string
}

// Aspect is what of an object a Change is about.
type Aspect uint8

const (
	WholeObject Aspect = iota
	PodSelector
	PolicyTypes
	WholeRule // added or removed
	RulePorts
	RulePeers // all of them
	OnePeer   // added or removed
)

// Object gives the object that the change is about, as it is after if it is there.
func (c *Change) Object() *Object {
	if c.Is != nil {
		return c.Is
	}
	return c.Was
}

// Places gives where the change is written before and after; zero where it is not.
func (c *Change) Places() (was, is diag.Range) {
	if c.Was != nil && (c.WasField != "" || c.Aspect == WholeObject) {
		was = c.Was.Source.Locate(c.WasField)
	}
	if c.Is != nil && (c.IsField != "" || c.Aspect == WholeObject) {
		is = c.Is.Source.Locate(c.IsField)
	}
	return was, is
}

// Undone gives the object as it would be without the change, nil where there would be none.
// It is not plain where more objects would be others.
func (c *Change) Undone() (o *Object, plain bool) { return c.undone, c.renamed == nil }

// Undo gives the objects of the bundle after as they would be without the change.
func (c *Change) Undo(objects []Object) []Object {
	if c.renamed != nil {
		return c.named(objects)
	}
	undone := make([]Object, 0, len(objects)+1)
	key := keyOf(c.Object())
	for i := range objects {
		if keyOf(&objects[i]) != key {
			undone = append(undone, objects[i])
		}
	}
	if c.undone != nil {
		undone = append(undone, *c.undone)
	}
	return undone
}

// objectKey tells objects apart as the API server does. A policy that is refused
// replaces none, so it has a key of its own.
type objectKey struct {
	kind, namespace, name string
	refused               bool
}

func keyOf(o *Object) objectKey {
	k := objectKey{kind: o.Kind, namespace: o.Namespace, name: o.Name, refused: o.Refused != ""}
	switch o.Kind {
	case "Namespace", "Node":
		k.namespace = ""
	default:
		k.namespace = cmp.Or(k.namespace, "default")
	}
	return k
}

// Changes lists what is not the same in two bundles, policies first, by kind, namespace
// and name. Of objects with the same name the last counts. What the evaluation does not
// read is not compared.
//
// Namespaces that were renamed are given after by before. What is in them is the same under
// the new name; that they have another is a change by itself.
func Changes(before, after Bundle, renamed map[string]string) []Change {
	olds, news := lastOfEach(moved(before.Objects, renamed)), lastOfEach(after.Objects)
	changes := renamings(before, after, renamed)
	for key, is := range news {
		was := olds[key]
		switch {
		case was != nil && key.kind == "Namespace" && renamed[was.Name] == is.Name && was.Name != is.Name:
		case was == nil:
			changes = append(changes, Change{Is: is, Parts: rulesOf(nil, is)})
		case !sameValue(was, is):
			changes = append(changes, Change{Was: was, Is: is, undone: was, Parts: partsOf(was, is)})
		}
	}
	for key, was := range olds {
		if news[key] == nil {
			changes = append(changes, Change{Was: was, undone: was, Parts: rulesOf(was, nil)})
		}
	}
	slices.SortFunc(changes, func(x, y Change) int {
		a, b := keyOf(x.Object()), keyOf(y.Object())
		place := func(k objectKey) int {
			return slices.Index([]string{"NetworkPolicy", "Namespace"}, k.kind)
		}
		rank := func(k objectKey) int { return (place(k) + 3) % 3 } // what is not listed comes last
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.kind, b.kind), cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name), compareBools(a.refused, b.refused))
	})
	return changes
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func lastOfEach(objects []Object) map[objectKey]*Object {
	last := make(map[objectKey]*Object, len(objects))
	for i := range objects {
		last[keyOf(&objects[i])] = &objects[i]
	}
	return last
}

// sameValue reports whether two objects say the same of what is read.
func sameValue(a, b *Object) bool {
	p, q := policyOf(a), policyOf(b)
	if p != nil && q != nil {
		return a.Refused == b.Refused && reflect.DeepEqual(p.Spec, q.Spec)
	}
	return a.Refused == b.Refused && reflect.DeepEqual(a.Value, b.Value)
}

func policyOf(o *Object) *networkingv1.NetworkPolicy {
	if o == nil {
		return nil
	}
	p, _ := o.Value.(*networkingv1.NetworkPolicy)
	return p
}

// edited gives a policy object with another spec.
func edited(o *Object, edit func(*networkingv1.NetworkPolicySpec)) *Object {
	policy := policyOf(o).DeepCopy()
	edit(&policy.Spec)
	changed := *o
	changed.Value = policy
	return &changed
}

// rulesOf gives the rules of a policy that was added or removed, as changes.
func rulesOf(was, is *Object) (parts []Change) {
	o := is
	if o == nil {
		o = was
	}
	p := policyOf(o)
	if p == nil || is == nil || o.Refused != "" {
		return nil // Of a policy that is gone no rule can be brought back without the rest.
	}
	for i := range p.Spec.Ingress {
		parts = append(parts, Change{Is: is, Aspect: WholeRule, IsField: fmt.Sprintf("spec.ingress[%d]", i),
			undone: edited(is, func(s *networkingv1.NetworkPolicySpec) { s.Ingress = slices.Delete(s.Ingress, i, i+1) })})
	}
	for i := range p.Spec.Egress {
		parts = append(parts, Change{Is: is, Aspect: WholeRule, IsField: fmt.Sprintf("spec.egress[%d]", i),
			undone: withTypes(is, func(s *networkingv1.NetworkPolicySpec) { s.Egress = slices.Delete(s.Egress, i, i+1) })})
	}
	return parts
}

// withTypes is edited, with the policyTypes kept as they are defaulted before: whether a
// policy is about egress may depend on its having a rule.
func withTypes(o *Object, edit func(*networkingv1.NetworkPolicySpec)) *Object {
	return edited(o, func(s *networkingv1.NetworkPolicySpec) {
		if len(s.PolicyTypes) == 0 {
			s.PolicyTypes = typesOf(s)
		}
		edit(s)
	})
}

// typesOf gives the policyTypes of a policy, defaulted.
func typesOf(s *networkingv1.NetworkPolicySpec) []networkingv1.PolicyType {
	types := s.PolicyTypes
	if len(types) == 0 {
		types = append(types, networkingv1.PolicyTypeIngress)
		if len(s.Egress) > 0 {
			types = append(types, networkingv1.PolicyTypeEgress)
		}
	}
	return types
}

// partsOf splits the edit of a policy.
func partsOf(was, is *Object) (parts []Change) {
	p, q := policyOf(was), policyOf(is)
	if p == nil || q == nil || was.Refused != "" || is.Refused != "" {
		return nil
	}
	if !reflect.DeepEqual(p.Spec.PodSelector, q.Spec.PodSelector) {
		parts = append(parts, Change{Was: was, Is: is, Aspect: PodSelector, WasField: "spec.podSelector", IsField: "spec.podSelector",
			undone: edited(is, func(s *networkingv1.NetworkPolicySpec) { s.PodSelector = p.Spec.PodSelector })})
	}
	if !reflect.DeepEqual(typesOf(&p.Spec), typesOf(&q.Spec)) {
		parts = append(parts, Change{Was: was, Is: is, Aspect: PolicyTypes, WasField: "spec.policyTypes", IsField: "spec.policyTypes",
			undone: edited(is, func(s *networkingv1.NetworkPolicySpec) { s.PolicyTypes = typesOf(&p.Spec) })})
	}
	parts = append(parts, ruleChanges(was, is, "ingress", "from", ingressOf(p), ingressOf(q), func(s *networkingv1.NetworkPolicySpec, rules []peersAndPorts) {
		s.Ingress = nil
		for _, r := range rules {
			s.Ingress = append(s.Ingress, networkingv1.NetworkPolicyIngressRule{From: r.peers, Ports: r.ports})
		}
	})...)
	return append(parts, ruleChanges(was, is, "egress", "to", egressOf(p), egressOf(q), func(s *networkingv1.NetworkPolicySpec, rules []peersAndPorts) {
		s.Egress = nil
		for _, r := range rules {
			s.Egress = append(s.Egress, networkingv1.NetworkPolicyEgressRule{To: r.peers, Ports: r.ports})
		}
	})...)
}

// peersAndPorts is a rule of either direction.
type peersAndPorts struct {
	peers []networkingv1.NetworkPolicyPeer
	ports []networkingv1.NetworkPolicyPort
}

func ingressOf(p *networkingv1.NetworkPolicy) (rules []peersAndPorts) {
	for _, r := range p.Spec.Ingress {
		rules = append(rules, peersAndPorts{r.From, r.Ports})
	}
	return rules
}

func egressOf(p *networkingv1.NetworkPolicy) (rules []peersAndPorts) {
	for _, r := range p.Spec.Egress {
		rules = append(rules, peersAndPorts{r.To, r.Ports})
	}
	return rules
}

// ruleChanges compares the rules of one direction. Equal ones are paired first, then
// those that share peers or ports, then what is left in order.
func ruleChanges(was, is *Object, direction, peerField string, olds, news []peersAndPorts, set func(*networkingv1.NetworkPolicySpec, []peersAndPorts)) (parts []Change) {
	partner := paired(olds, news)
	field := func(i int, more string) string { return fmt.Sprintf("spec.%s[%d]%s", direction, i, more) }
	with := func(edit func([]peersAndPorts) []peersAndPorts) *Object {
		return withTypes(is, func(s *networkingv1.NetworkPolicySpec) { set(s, edit(slices.Clone(news))) })
	}
	replaced := func(j int, r peersAndPorts) *Object {
		return with(func(rules []peersAndPorts) []peersAndPorts { rules[j] = r; return rules })
	}
	taken := make([]bool, len(olds))
	for j, r := range news {
		i := partner[j]
		if i < 0 {
			parts = append(parts, Change{Was: was, Is: is, Aspect: WholeRule, IsField: field(j, ""),
				undone: with(func(rules []peersAndPorts) []peersAndPorts { return slices.Delete(rules, j, j+1) })})
			continue
		}
		taken[i] = true
		old := olds[i]
		if !reflect.DeepEqual(old.ports, r.ports) {
			parts = append(parts, Change{Was: was, Is: is, Aspect: RulePorts, WasField: field(i, ".ports"), IsField: field(j, ".ports"),
				undone: replaced(j, peersAndPorts{r.peers, old.ports})})
		}
		if reflect.DeepEqual(old.peers, r.peers) {
			continue
		}
		gone, come := without(old.peers, r.peers), without(r.peers, old.peers)
		if len(come) == len(r.peers) || len(gone) == len(old.peers) {
			// Without a common entry, taking one away could leave an empty list, which
			// means everybody.
			parts = append(parts, Change{Was: was, Is: is, Aspect: RulePeers, WasField: field(i, "."+peerField), IsField: field(j, "."+peerField),
				undone: replaced(j, peersAndPorts{old.peers, r.ports})})
			continue
		}
		for _, k := range come {
			parts = append(parts, Change{Was: was, Is: is, Aspect: OnePeer, IsField: field(j, fmt.Sprintf(".%s[%d]", peerField, k)),
				undone: replaced(j, peersAndPorts{slices.Delete(slices.Clone(r.peers), k, k+1), r.ports})})
		}
		for _, k := range gone {
			parts = append(parts, Change{Was: was, Is: is, Aspect: OnePeer, WasField: field(i, fmt.Sprintf(".%s[%d]", peerField, k)),
				undone: replaced(j, peersAndPorts{append(slices.Clone(r.peers), old.peers[k]), r.ports})})
		}
	}
	for i, old := range olds {
		if !taken[i] {
			parts = append(parts, Change{Was: was, Is: is, Aspect: WholeRule, WasField: field(i, ""),
				undone: with(func(rules []peersAndPorts) []peersAndPorts { return append(rules, old) })})
		}
	}
	return parts
}

// without gives the places of the entries of one list that another does not have.
func without(list, other []networkingv1.NetworkPolicyPeer) (places []int) {
	for i := range list {
		if !slices.ContainsFunc(other, func(p networkingv1.NetworkPolicyPeer) bool { return reflect.DeepEqual(p, list[i]) }) {
			places = append(places, i)
		}
	}
	return places
}

// paired gives, for each rule after, the place of the rule before that it was, or -1.
func paired(olds, news []peersAndPorts) []int {
	partner := make([]int, len(news))
	taken := make([]bool, len(olds))
	for j := range partner {
		partner[j] = -1
	}
	alike := []func(a, b peersAndPorts) bool{
		func(a, b peersAndPorts) bool { return reflect.DeepEqual(a, b) },
		func(a, b peersAndPorts) bool { return reflect.DeepEqual(a.peers, b.peers) },
		func(a, b peersAndPorts) bool {
			return len(a.peers) > 0 && len(without(a.peers, b.peers)) < len(a.peers)
		},
		func(a, b peersAndPorts) bool { return reflect.DeepEqual(a.ports, b.ports) },
	}
	for _, same := range alike {
		for j := range news {
			for i := range olds {
				if partner[j] < 0 && !taken[i] && same(olds[i], news[j]) {
					partner[j], taken[i] = i, true
				}
			}
		}
	}
	return partner
}

// Labels gives the labels that selectors see: of a workload those of its template.
func (o *Object) Labels() map[string]string {
	switch v := o.Value.(type) {
	case *Namespace:
		return v.Metadata.Labels
	case *Pod:
		return v.Metadata.Labels
	case *Workload:
		return v.Template.Metadata.Labels
	}
	return nil
}
