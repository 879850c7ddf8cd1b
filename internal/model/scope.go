package model

// Scopes finds the namespaces that a selector matches, without asking each of them
// where the selector demands a certain value of some label.
type Scopes struct {
	all []*Namespace
	by  map[[2]string][]*Namespace // by key and value
}

// NewScopes knows namespaces whose labels do not change any more.
func NewScopes(namespaces []*Namespace) *Scopes {
	s := &Scopes{by: map[[2]string][]*Namespace{}}
	for _, ns := range namespaces {
		s.add(ns)
	}
	return s
}

func (s *Scopes) add(ns *Namespace) {
	s.all = append(s.all, ns)
	for key, value := range ns.Labels {
		s.by[[2]string{key, value}] = append(s.by[[2]string{key, value}], ns)
	}
}

// Of gives the namespaces that a selector matches, in the order in which they were
// given.
func (s *Scopes) Of(selector *Selector) []*Namespace {
	candidates := s.all
	for i := range selector.terms {
		if t := &selector.terms[i]; t.Operator == In && len(t.Values) == 1 {
			candidates = s.by[[2]string{t.Key, t.Values[0]}]
			break
		}
	}
	var matching []*Namespace
	for _, ns := range candidates {
		if selector.Matches(ns.Labels) {
			matching = append(matching, ns)
		}
	}
	return matching
}
