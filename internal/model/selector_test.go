package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// FuzzSelector holds our selectors to apimachinery's: for any selector that it takes
// and any labels, both say the same; and labelsFor gives labels that meet the selector
// whenever it says so.
func FuzzSelector(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		api := randomSelector(r)
		theirs, err := metav1.LabelSelectorAsSelector(api)
		if err != nil {
			t.Fatal(err) // randomSelector makes only selectors that are accepted
		}
		ours := newSelectors().of(api)
		if ours.String() != theirs.String() || ours.Empty() != theirs.Empty() {
			t.Fatalf("ours is %q, theirs %q", ours, theirs)
		}
		for range 20 {
			set := labels.Set{}
			for _, key := range selectorKeys {
				if r.IntN(2) == 0 {
					set[key] = pick(r, selectorValues)
				}
			}
			if got, want := ours.Matches(Labels(set)), theirs.Matches(set); got != want {
				t.Fatalf("%q matches %v: got %t, want %t", theirs, set, got, want)
			}
		}
		if fitting, ok := labelsFor(ours); ok && !theirs.Matches(labels.Set(fitting)) {
			t.Fatalf("labels inferred for %q do not meet it: %v", theirs, fitting)
		}
	})
}

var (
	selectorKeys   = []string{"app", "tier", "example.com/zone"}
	selectorValues = []string{"", "any", "any-2", "db", "web"}
)

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func randomSelector(r *rand.Rand) *metav1.LabelSelector {
	api := &metav1.LabelSelector{}
	for range r.IntN(3) {
		if api.MatchLabels == nil {
			api.MatchLabels = map[string]string{}
		}
		api.MatchLabels[pick(r, selectorKeys)] = pick(r, selectorValues)
	}
	for range r.IntN(4) {
		e := metav1.LabelSelectorRequirement{Key: pick(r, selectorKeys)}
		e.Operator = []metav1.LabelSelectorOperator{
			metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist,
		}[r.IntN(4)]
		if e.Operator == metav1.LabelSelectorOpIn || e.Operator == metav1.LabelSelectorOpNotIn {
			for range 1 + r.IntN(3) {
				e.Values = append(e.Values, pick(r, selectorValues))
			}
		}
		api.MatchExpressions = append(api.MatchExpressions, e)
	}
	return api
}

func TestSelectorsThatSayTheSameAreOne(t *testing.T) {
	in := newSelectors()
	label := in.of(&metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}})
	expression := in.of(&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: "app", Operator: metav1.LabelSelectorOpIn, Values: []string{"web"}},
	}})
	again := in.of(&metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}})
	other := in.of(&metav1.LabelSelector{MatchLabels: map[string]string{"app": "db"}})
	if label != again {
		t.Error("the same selector twice is two")
	}
	if label == other {
		t.Error("two selectors are one")
	}
	// apimachinery prints a label and an In with one value differently.
	if got := []string{label.String(), expression.String()}; !slices.Equal(got, []string{"app=web", "app in (web)"}) {
		t.Errorf("got %q", got)
	}
}

// The namespaces that a selector matches are found by a label that it demands, where
// there is one, and are those that match all of it.
func TestScopes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var namespaces []*Namespace
	for i := range 60 {
		ns := &Namespace{Name: fmt.Sprint("n", i), Labels: Labels{}}
		for _, key := range []string{"a", "b", "c"} {
			if v := r.IntN(4); v > 0 {
				ns.Labels[key] = fmt.Sprint(v)
			}
		}
		namespaces = append(namespaces, ns)
	}
	scopes := NewScopes(namespaces)
	for range 2000 {
		s := &Selector{}
		for _, key := range []string{"a", "b", "c"} {
			switch term := (Term{Key: key, Operator: Operator(r.IntN(4)), Values: []string{fmt.Sprint(1 + r.IntN(4))}}); {
			case r.IntN(2) == 0:
			case r.IntN(3) == 0:
				term.Values = []string{"1", "3"}
				fallthrough
			default:
				s.terms = append(s.terms, term)
			}
		}
		var want []*Namespace
		for _, ns := range namespaces {
			if s.Matches(ns.Labels) {
				want = append(want, ns)
			}
		}
		if got := scopes.Of(s); !slices.Equal(got, want) {
			t.Fatalf("%v matches %v, want %v", s.terms, got, want)
		}
	}
}
