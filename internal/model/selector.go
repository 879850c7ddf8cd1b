package model

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Operator is how a term of a selector compares.
type Operator uint8

const (
	In Operator = iota
	NotIn
	Exists
	DoesNotExist
)

// Term is one requirement of a selector; all terms of a selector must hold. An entry
// of matchLabels is an In with one value.
type Term struct {
	Key      string
	Operator Operator
	Values   []string // sorted; only for In and NotIn
}

// Matches reports whether labels meet the term. NotIn also holds for labels without
// the key.
func (t *Term) Matches(labels Labels) bool {
	value, ok := labels[t.Key]
	switch t.Operator {
	case In:
		return ok && slices.Contains(t.Values, value)
	case NotIn:
		return !ok || !slices.Contains(t.Values, value)
	case Exists:
		return ok
	default:
		return !ok
	}
}

// Selector is a label selector. Selectors of one Cluster that say the same are the
// same pointer.
type Selector struct {
	terms []Term
	text  string
}

// Matches reports whether labels meet every term. The empty selector matches all.
func (s *Selector) Matches(labels Labels) bool {
	for i := range s.terms {
		if !s.terms[i].Matches(labels) {
			return false
		}
	}
	return true
}

// Empty reports whether the selector has no term and so selects everything.
func (s *Selector) Empty() bool { return len(s.terms) == 0 }

// Possible reports whether there are labels that meet every term.
func (s *Selector) Possible() bool {
	_, ok := labelsFor(s)
	return ok
}

// Terms gives the selector's requirements in order of key.
func (s *Selector) Terms() []Term { return s.terms }

// String gives the selector as apimachinery prints it: "app=web,env notin (dev)".
func (s *Selector) String() string { return s.text }

var operatorOf = map[metav1.LabelSelectorOperator]Operator{
	metav1.LabelSelectorOpIn:           In,
	metav1.LabelSelectorOpNotIn:        NotIn,
	metav1.LabelSelectorOpExists:       Exists,
	metav1.LabelSelectorOpDoesNotExist: DoesNotExist,
}

// selectors interns the selectors of one cluster: those written alike by their
// labels and expressions as they stand, those that say the same by their text.
type selectors struct {
	single  map[[2]string]*Selector // one label and nothing else, as most are
	written map[string]*Selector
	text    map[string]*Selector
}

func newSelectors() *selectors {
	return &selectors{single: map[[2]string]*Selector{}, written: map[string]*Selector{}, text: map[string]*Selector{}}
}

// of gives the selector for an API value that validation has accepted.
func (in *selectors) of(api *metav1.LabelSelector) *Selector {
	if len(api.MatchLabels) == 1 && len(api.MatchExpressions) == 0 {
		for key, value := range api.MatchLabels {
			s, ok := in.single[[2]string{key, value}]
			if !ok {
				s = in.compile(api)
				in.single[[2]string{key, value}] = s
			}
			return s
		}
	}
	key := textOf(api)
	s, ok := in.written[key]
	if !ok {
		s = in.compile(api)
		in.written[key] = s
	}
	return s
}

// textOf gives a text that only selectors with the same labels and expressions have.
func textOf(api *metav1.LabelSelector) string {
	var b []byte
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	keys := make([]string, 0, 4)
	for key := range api.MatchLabels {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		text(key)
		text(api.MatchLabels[key])
	}
	for _, e := range api.MatchExpressions {
		b = append(b, 0xff)
		text(e.Key)
		text(string(e.Operator))
		for _, v := range e.Values {
			text(v)
		}
	}
	return string(b)
}

func (in *selectors) compile(api *metav1.LabelSelector) *Selector {
	text := apiText(api)
	if s, ok := in.text[text]; ok {
		return s
	}
	s := &Selector{text: text}
	for key, value := range api.MatchLabels {
		s.terms = append(s.terms, Term{Key: key, Operator: In, Values: []string{value}})
	}
	for _, e := range api.MatchExpressions {
		values := slices.Clone(e.Values)
		slices.Sort(values)
		s.terms = append(s.terms, Term{Key: e.Key, Operator: operatorOf[e.Operator], Values: slices.Compact(values)})
	}
	slices.SortFunc(s.terms, func(x, y Term) int {
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Operator, y.Operator), slices.Compare(x.Values, y.Values))
	})
	in.text[text] = s
	return s
}

// apiText gives a selector as apimachinery prints it. Most have labels only, of which
// that is easy to say.
func apiText(api *metav1.LabelSelector) string {
	if len(api.MatchExpressions) == 0 {
		keys := slices.Sorted(maps.Keys(api.MatchLabels))
		for i, key := range keys {
			keys[i] = key + "=" + api.MatchLabels[key]
		}
		return strings.Join(keys, ",")
	}
	matcher, err := metav1.LabelSelectorAsSelector(api)
	if err != nil {
		// Validation refuses what cannot be converted, and no policy with a refused
		// selector comes here; a selector without labels selects nothing wrongly.
		panic("model: selector was not validated: " + err.Error())
	}
	return matcher.String()
}

// everyPod is the empty selector, which a peer without podSelector has.
var everyPod metav1.LabelSelector
