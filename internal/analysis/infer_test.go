package analysis

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netpolscope/netpolscope/internal/model"
)

// inferred is what the judge infers from the selectors of a bundle.
type inferred struct {
	b          *bundle
	namespaces map[string]map[string]string // those inferred
	pods       map[string]*end              // by id
}

// ask is a selector that wants a pod: its own terms and, for a peer, those on
// namespaces.
type ask struct {
	policyNamespace string
	namespaces      *metav1.LabelSelector // nil: the policy's own
	pods            *metav1.LabelSelector // nil: none asked for
}

// asks lists the selectors of the rules that have an effect: those of subjects and
// then those of peers, both in name order of their policies.
func (b *bundle) asks() (out []ask) {
	policies := slices.Clone(b.policies)
	slices.SortFunc(policies, func(x, y *networkingv1.NetworkPolicy) int {
		return cmp.Compare(x.Namespace+"/"+x.Name, y.Namespace+"/"+y.Name)
	})
	for _, p := range policies {
		out = append(out, ask{p.Namespace, nil, &p.Spec.PodSelector})
	}
	for _, p := range policies {
		peers, _ := rules(p, false)
		for _, peer := range peers {
			if peer.IPBlock == nil {
				out = append(out, ask{p.Namespace, peer.NamespaceSelector, peer.PodSelector})
			}
		}
	}
	return out
}

// infer follows the rules of design.md, "Inferred entities", for the pods. Which
// namespaces are inferred depends on an order that the rules leave open, so those are
// given, and judged by themselves.
func infer(b *bundle, namespaces map[string]map[string]string) *inferred {
	in := &inferred{b, namespaces, map[string]*end{}}
	asks := slices.DeleteFunc(b.asks(), func(a ask) bool { return a.pods == nil })
	sortAsks(asks)
	for _, a := range asks {
		in.inferPod(a)
	}
	return in
}

// sortAsks puts the selectors with most terms first; among equals those with fewer
// Exists, and then by the selector's text.
func sortAsks(asks []ask) {
	weight := func(s *metav1.LabelSelector) (terms, vague int, text string) {
		for _, e := range s.MatchExpressions {
			if e.Operator == metav1.LabelSelectorOpExists {
				vague++
			}
		}
		selector, err := metav1.LabelSelectorAsSelector(s)
		must(err)
		return len(s.MatchLabels) + len(s.MatchExpressions), vague, selector.String()
	}
	slices.SortStableFunc(asks, func(x, y ask) int {
		xTerms, xVague, xText := weight(x.pods)
		yTerms, yVague, yText := weight(y.pods)
		return cmp.Or(cmp.Compare(yTerms, xTerms), cmp.Compare(xVague, yVague), cmp.Compare(xText, yText))
	})
}

// wanted gives the labels that a pod must have for a selector, by the rule of
// design.md, and whether any pod can satisfy it.
func wanted(s *metav1.LabelSelector) (map[string]string, bool) {
	labels := map[string]string{}
	for k, v := range s.MatchLabels {
		labels[k] = v
	}
	for _, e := range s.MatchExpressions {
		if _, set := labels[e.Key]; set || e.Operator != metav1.LabelSelectorOpIn {
			continue
		}
		for _, v := range slices.Sorted(slices.Values(e.Values)) {
			if permitted(s, e.Key, v) {
				labels[e.Key] = v
				break
			}
		}
	}
	for _, e := range s.MatchExpressions {
		if _, set := labels[e.Key]; !set && e.Operator == metav1.LabelSelectorOpExists {
			labels[e.Key] = "any"
		}
	}
	return labels, selects(s, labels)
}

// permitted reports whether all terms on a key allow a value.
func permitted(s *metav1.LabelSelector, key, value string) bool {
	only := &metav1.LabelSelector{}
	for _, e := range s.MatchExpressions {
		if e.Key == key {
			only.MatchExpressions = append(only.MatchExpressions, e)
		}
	}
	return selects(only, map[string]string{key: value})
}

// all gives the labels of every namespace known so far.
func (in *inferred) all() map[string]map[string]string {
	all := maps.Clone(in.b.namespaces)
	maps.Copy(all, in.namespaces)
	return all
}

// judgeNamespaces compares the inferred namespaces with the selectors that ask for
// one: each has one that it matches unless none can exist or the name is taken, and
// none is there unasked.
func (in *inferred) judgeNamespaces() error {
	asked := map[string]bool{}
	for _, a := range in.b.asks() {
		if a.namespaces == nil || anyMatches(a.namespaces, in.b.namespaces) {
			continue
		}
		want, possible := wanted(a.namespaces)
		name := nameOf(want)
		for n, labels := range in.namespaces {
			expected := maps.Clone(want)
			expected[corev1.LabelMetadataName] = n
			if selects(a.namespaces, labels) && maps.Equal(labels, expected) && (name == n || name == "" && strings.HasPrefix(n, "inferred-") || n == "any") {
				asked[n] = true
			}
		}
		_, taken := in.all()[name]
		if want[corev1.LabelMetadataName] == "any" && in.all()["any"] != nil {
			taken = true // a term that wants any name may be read as wanting that one
		}
		whole := maps.Clone(want)
		whole[corev1.LabelMetadataName] = cmp.Or(name, "inferred-1")
		if len(want) > 0 && possible && !taken && selects(a.namespaces, whole) && !anyMatches(a.namespaces, in.all()) {
			return fmt.Errorf("namespace: none for %v", a.namespaces)
		}
	}
	for n, labels := range in.namespaces {
		if !asked[n] {
			return fmt.Errorf("namespace: nothing asks for %s %v", n, labels)
		}
	}
	return nil
}

// nameOf gives the name that labels want for a namespace. That a name exists wants
// none.
func nameOf(labels map[string]string) string {
	if name := labels[corev1.LabelMetadataName]; name != "" && name != "any" {
		return name
	}
	return labels["name"]
}

// infersNone reports whether a selector infers no namespace: it wants none, or one of
// the name of one that is there without its labels.
func (in *inferred) infersNone(a ask) bool {
	if a.namespaces == nil {
		return false
	}
	want, _ := wanted(a.namespaces)
	if len(want) == 0 && firstOf(in.scope(a), in.b.namespaces) == "" {
		return true // it infers no namespace, and those in its scope may be inferred after it
	}
	labels := in.all()[nameOf(want)]
	return labels != nil && !selects(a.namespaces, labels)
}

// firstOf gives the first of the names that is declared.
func firstOf(names []string, declared map[string]map[string]string) string {
	for _, n := range names {
		if declared[n] != nil {
			return n
		}
	}
	return ""
}

func anyMatches(s *metav1.LabelSelector, namespaces map[string]map[string]string) bool {
	for _, labels := range namespaces {
		if selects(s, labels) {
			return true
		}
	}
	return false
}

func (in *inferred) scope(a ask) (names []string) {
	if a.namespaces == nil {
		return []string{a.policyNamespace}
	}
	for name, labels := range in.all() {
		if selects(a.namespaces, labels) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (in *inferred) inferPod(a ask) {
	scope := in.scope(a)
	labels, possible := wanted(a.pods)
	if len(labels) == 0 || !possible || len(scope) == 0 || in.satisfied(a, true) {
		return
	}
	var words []string
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		words = append(words, k+"="+labels[k])
	}
	in.pods[scope[0]+"/Inferred/"+strings.Join(words, ",")] = &end{
		pod: true, namespace: scope[0], labels: labels,
	}
}

// satisfied reports whether something declared, or also something inferred,
// satisfies a selector.
func (in *inferred) satisfied(a ask, alsoInferred bool) bool {
	scope := in.scope(a)
	match := func(e *end) bool {
		return !e.hostNetwork && slices.Contains(scope, e.namespace) && selects(a.pods, e.labels)
	}
	for _, p := range in.b.pods {
		if match(p) {
			return true
		}
	}
	for _, g := range in.b.groups {
		if g.template != nil && match(g.template) {
			return true
		}
	}
	if slices.ContainsFunc(in.b.ghosts, match) {
		return true
	}
	for _, p := range in.pods {
		if alsoInferred && match(p) {
			return true
		}
	}
	return false
}

// Inferred entities and namespaces are exactly those of the rules, and the entities
// that stand for any other pod are there when the rules say.
func TestInferredEntities(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		in := infer(b, inferredNamespaces(compute(texts, model.ExposureOff).Cluster))
		if err := in.judgeNamespaces(); err != nil {
			return err
		}
		for exposure, shown := range map[model.Exposure]bool{
			model.ExposureOn: true, model.ExposureOff: false,
			model.ExposureAuto: !b.declares || len(in.pods) > 0 || len(in.namespaces) > 0,
		} {
			c := compute(texts, exposure).Cluster
			want := slices.Collect(maps.Keys(in.pods))
			if shown {
				want = append(want, "*/Inferred/*")
				for name := range in.all() {
					want = append(want, name+"/Inferred/*")
				}
			}
			slices.Sort(want)
			var got []string
			for _, e := range c.Entities {
				if e.Kind != model.KindInferred {
					continue
				}
				got = append(got, e.ID)
				if p := in.pods[e.ID]; p != nil && !maps.Equal(p.labels, e.Labels) {
					return fmt.Errorf("labels: %s has %v, want %v", e.ID, e.Labels, p.labels)
				}
				if e.AnyOther != strings.HasSuffix(e.ID, "/*") || e.AnyOther && len(e.Labels) > 0 || e.Replicas != 0 || e.Origin != model.Inferred {
					return fmt.Errorf("entity: %+v", e)
				}
			}
			if len(in.namespaces) > 0 {
				// Whether a pod is inferred in a namespace that is inferred later is open;
				// TestInferredEntitiesAreAskedFor judges those.
				got = slices.DeleteFunc(got, func(id string) bool { return !strings.HasSuffix(id, "/*") })
				want = slices.DeleteFunc(want, func(id string) bool { return !strings.HasSuffix(id, "/*") })
			}
			if !slices.Equal(got, want) || c.Exposure != shown {
				return fmt.Errorf("inferred: exposure %v:\n%s\nwant\n%s", exposure, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if !maps.EqualFunc(inferredNamespaces(c), in.namespaces, maps.Equal[map[string]string, map[string]string]) {
				return fmt.Errorf("namespaces: %v, want %v", inferredNamespaces(c), in.namespaces)
			}
		}
		return nil
	})
}

func inferredNamespaces(c *model.Cluster) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, n := range c.Namespaces {
		if n.Origin == model.Inferred {
			out[n.Name] = n.Labels
		}
	}
	return out
}

// Whatever the order of inference: a selector that asks for a pod that can exist has
// one, unless its namespace cannot be told from a declared one; and an inferred pod
// is what some selector asks for that nothing declared satisfies.
func TestInferredEntitiesAreAskedFor(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		c := compute(texts, model.ExposureAuto).Cluster
		in := &inferred{b, inferredNamespaces(c), map[string]*end{}}
		for _, e := range c.Entities {
			if e.Kind == model.KindInferred && !e.AnyOther {
				in.pods[e.ID] = b.members(e)[0].end
			}
		}
		reasons := map[string]bool{}
		for _, a := range b.asks() {
			if a.pods == nil {
				continue
			}
			labels, possible := wanted(a.pods)
			scope := in.scope(a)
			if len(labels) == 0 || !possible || len(scope) == 0 {
				continue
			}
			if !in.satisfied(a, true) && !in.infersNone(a) {
				return fmt.Errorf("unsatisfied: %v in %v", a.pods, scope)
			}
			if in.satisfied(a, false) {
				continue
			}
			for id, p := range in.pods {
				// Namespaces may be inferred before or after the pods that could be in them.
				declared := firstOf(scope, b.namespaces)
				fits := slices.Contains(scope, p.namespace) && (declared == "" || p.namespace <= declared)
				if fits && maps.Equal(p.labels, labels) {
					reasons[id] = true
				}
			}
		}
		for id := range in.pods {
			if !reasons[id] {
				return fmt.Errorf("unasked: nothing asks for %s", id)
			}
		}
		return nil
	})
}
