package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// ask is a selector that wants a pod to exist.
type ask struct {
	policy *Policy
	// namespaces is nil when the pod is wanted in the policy's own namespace.
	namespaces *Selector
	pods       *Selector
	rule       *Rule // nil for the policy's own podSelector
	peer       int
}

// field gives the path of the namespaceSelector that asks.
func (a *ask) field() string { return a.rule.PeerField(a.peer) + ".namespaceSelector" }

// infer adds the pods and namespaces that selectors speak of and nothing in the
// bundle satisfies, so that a policy pasted alone has somebody to speak about.
func (b *builder) infer() {
	known := b.labelledPods()
	b.scopes = NewScopes(b.cluster.Namespaces)
	scopes := map[*Selector][]*Namespace{}
	for _, a := range b.asks() {
		scope := []*Namespace{a.policy.Namespace}
		if a.namespaces != nil {
			var ok bool
			if scope, ok = scopes[a.namespaces]; !ok {
				before := len(b.cluster.Namespaces)
				scope = b.scope(a)
				if len(b.cluster.Namespaces) > before {
					clear(scopes) // The new namespace may be in the scope of others.
				}
				scopes[a.namespaces] = scope
			}
		}
		b.inferPod(a, scope, known)
	}
}

// labelled finds the pods of a namespace that carry a label.
type labelled map[label][]*Entity

type label struct {
	namespace  *Namespace
	key, value string
}

// add lists a pod under the labels that selectors mention, and under no label.
func (l labelled) add(e *Entity, keys []string) {
	if !e.IsPod() || e.HostNetwork { // No selector sees a host-network pod.
		return
	}
	l[label{e.Namespace, "", ""}] = append(l[label{e.Namespace, "", ""}], e)
	for _, key := range keys {
		if value, ok := e.Labels[key]; ok {
			k := label{e.Namespace, key, value}
			l[k] = append(l[k], e)
		}
	}
}

func (b *builder) labelledPods() labelled {
	l := make(labelled, len(b.classes)*2)
	for _, e := range b.cluster.Entities {
		if class := b.classOf(e); !class.listed { // Its others answer every selector alike.
			class.listed = true
			l.add(e, b.mentions.keys)
		}
	}
	for _, e := range b.idle {
		l.add(e, b.mentions.keys)
	}
	return l
}

// some reports whether a pod of the scope meets a selector.
func (l labelled) some(s *Selector, scope []*Namespace) bool {
	key, values := "", []string{""}
	for i := range s.terms {
		if s.terms[i].Operator == In {
			key, values = s.terms[i].Key, s.terms[i].Values
			break
		}
	}
	for _, ns := range scope {
		for _, value := range values {
			if slices.ContainsFunc(l[label{ns, key, value}], func(e *Entity) bool { return s.Matches(e.Labels) }) {
				return true
			}
		}
	}
	return false
}

// asks lists every subject selector and then every peer selector of the policies in
// force, those with most terms first: the pod inferred for one that wants much may
// satisfy one that wants less.
func (b *builder) asks() []ask {
	var asks []ask
	type wish struct {
		own        *Namespace
		namespaces *Selector
		pods       *Selector
	}
	wished := make(map[wish]bool, len(b.cluster.Policies))
	add := func(a ask) {
		w := wish{a.policy.Namespace, a.namespaces, a.pods}
		if a.namespaces != nil {
			w.own = nil
		}
		if !wished[w] { // The same wish again asks for nothing more.
			wished[w] = true
			asks = append(asks, a)
		}
	}
	for _, p := range b.cluster.Policies {
		if p.InForce {
			add(ask{policy: p, pods: p.PodSelector})
		}
	}
	for _, p := range b.cluster.Policies {
		for r := range p.Rules {
			for i, peer := range p.Rules[r].Peers {
				if peer.Block == nil {
					add(ask{policy: p, rule: &p.Rules[r], peer: i, namespaces: peer.Namespaces, pods: peer.Pods})
				}
			}
		}
	}
	open := func(s *Selector) int {
		n := 0
		for _, t := range s.terms {
			if t.Operator == Exists {
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(asks, func(x, y ask) int {
		return cmp.Or(
			-cmp.Compare(len(x.pods.terms), len(y.pods.terms)),
			cmp.Compare(open(x.pods), open(y.pods)),
			cmp.Compare(x.pods.text, y.pods.text),
		)
	})
	return asks
}

// scope gives the namespaces that an ask's namespaceSelector matches, by name, after
// inferring one if there is none. It is empty when none can be inferred.
func (b *builder) scope(a ask) []*Namespace {
	scope := b.scopes.Of(a.namespaces)
	if len(scope) == 0 {
		if ns := b.inferNamespace(a); ns != nil {
			scope = append(scope, ns)
		}
	}
	slices.SortFunc(scope, func(x, y *Namespace) int { return cmp.Compare(x.Name, y.Name) })
	return scope
}

// nameLikeKeys are labels that people expect to hold a namespace's name.
var nameLikeKeys = []string{"name", "namespace", "ns"}

func (b *builder) inferNamespace(a ask) *Namespace {
	labels, ok := labelsFor(a.namespaces)
	if ok && len(labels) == 0 {
		return nil // Every other namespace will do; exposure stands for it.
	}
	name, fixed := namedBy(a.namespaces, labels), true
	if ok && name == "" {
		name, fixed = b.nameLike(a, labels)
	}
	labels[nameLabel] = name
	if !ok || name == "" || !a.namespaces.Matches(labels) {
		b.cluster.Notes = append(b.cluster.Notes, Note{Entity: a.policy.ID, Reason: NoPods, Text: fmt.Sprintf(
			"No namespace can carry the labels that %s of policy %s asks for (%s).", a.field(), a.policy.ID, a.namespaces)})
		return nil
	}
	if taken, exists := b.namespaces[name]; fixed && exists {
		b.cluster.Notes = append(b.cluster.Notes, Note{Entity: a.policy.ID, Reason: NoPods, Text: fmt.Sprintf(
			"Namespace %s does not carry the labels that %s of policy %s asks for (%s), so that entry matches nobody.", taken.Name, a.field(), a.policy.ID, a.namespaces)})
		return nil
	}
	ns := b.namespace(name)
	ns.Origin = Inferred
	maps.Copy(ns.Labels, labels)
	b.scopes.add(ns)
	b.inferred = true
	return ns
}

// namedBy gives the name that a namespaceSelector asks for by the label that holds it,
// or "" when it asks for none in particular.
func namedBy(s *Selector, labels Labels) string {
	for _, t := range s.terms {
		if t.Key == nameLabel && t.Operator == In {
			return labels[nameLabel]
		}
	}
	return ""
}

// nameLike names a namespace by the value of a label that looks like a name, which no
// namespace has by itself; else by a number. The name is fixed if a namespace that
// already has it is the one that was meant; it is empty if the selector takes none.
func (b *builder) nameLike(a ask, labels Labels) (name string, fixed bool) {
	for _, key := range nameLikeKeys {
		value := labels[key]
		if value == "" || len(validation.IsDNS1123Label(value)) > 0 {
			continue
		}
		return value, true
	}
	// A selector may forbid some names, each by a value it lists.
	for i, refused := 1, 0; refused <= forbidden(a.namespaces.terms); i++ {
		name = fmt.Sprintf("inferred-%d", i)
		if _, taken := b.namespaces[name]; taken {
			continue
		}
		named := maps.Clone(labels)
		named[nameLabel] = name
		if a.namespaces.Matches(named) {
			return name, false
		}
		refused++
	}
	return "", false
}

func (b *builder) inferPod(a ask, scope []*Namespace, known labelled) {
	if len(scope) == 0 || known.some(a.pods, scope) {
		return
	}
	labels, ok := labelsFor(a.pods)
	if !ok {
		b.cluster.Notes = append(b.cluster.Notes, Note{Entity: a.policy.ID, Reason: NoPods, Text: fmt.Sprintf(
			"No pod can carry the labels that a selector of policy %s asks for (%s).", a.policy.ID, a.pods)})
		return
	}
	if len(labels) == 0 {
		return // Every pod will do; exposure stands for it.
	}
	var words []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		words = append(words, key+"="+labels[key])
	}
	name := strings.Join(words, ",")
	e := &Entity{
		ID: scope[0].Name + "/Inferred/" + name, Kind: KindInferred, Namespace: scope[0],
		Name: name, Labels: labels, Origin: Inferred,
	}
	b.cluster.Entities = append(b.cluster.Entities, e)
	known.add(e, b.mentions.keys)
	b.inferred = true
}

// labelsFor gives the fewest labels that meet a selector: the values of matchLabels,
// of In its smallest value that the other terms permit, "any" for Exists. Not ok when
// no labels can meet it.
func labelsFor(s *Selector) (labels Labels, ok bool) {
	labels = Labels{}
	for i := 0; i < len(s.terms); {
		key := s.terms[i].Key
		end := i
		for end < len(s.terms) && s.terms[end].Key == key {
			end++
		}
		if value, needed := valueFor(s.terms[i:end]); needed {
			labels[key] = value
		}
		i = end
	}
	return labels, s.Matches(labels)
}

// valueFor chooses a value for the terms of one key. It is not needed when the terms
// are content without the key.
func valueFor(terms []Term) (value string, needed bool) {
	meets := func(value string) bool {
		for i := range terms {
			if !terms[i].Matches(Labels{terms[i].Key: value}) {
				return false
			}
		}
		return true
	}
	for _, t := range terms {
		switch t.Operator {
		case In:
			needed = true
			if i := slices.IndexFunc(t.Values, meets); i >= 0 {
				return t.Values[i], true
			}
		case Exists:
			needed = true
		}
	}
	for i := 1; needed; i++ {
		value = "any"
		if i > 1 {
			value = fmt.Sprintf("any-%d", i)
		}
		// A NotIn may list "any"; after as many tries as there are values one is
		// free, or an In or DoesNotExist forbids them all.
		if meets(value) || i > forbidden(terms) {
			break
		}
	}
	return value, needed
}

func forbidden(terms []Term) int {
	n := 0
	for _, t := range terms {
		n += len(t.Values)
	}
	return n
}

// addExposure adds, for each namespace and for all others together, the pod that the
// bundle says nothing about.
func (b *builder) addExposure() {
	switch b.options.Exposure {
	case ExposureOff:
		return
	case ExposureAuto:
		if b.declaredPods && !b.inferred {
			return
		}
	}
	b.cluster.Exposure = true
	elsewhere := &Namespace{Name: "*", Labels: Labels{nameLabel: "*"}, Origin: Inferred, Elsewhere: true}
	for _, ns := range append(slices.Clone(b.cluster.Namespaces), elsewhere) {
		b.cluster.Entities = append(b.cluster.Entities, &Entity{
			ID: ns.Name + "/Inferred/*", Kind: KindInferred, Namespace: ns, Name: "*",
			Labels: Labels{}, Origin: Inferred, AnyOther: true,
		})
	}
}
