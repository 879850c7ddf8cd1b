package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// search is a pod selector that matches nobody, and where it looked.
type search struct {
	selector *model.Selector
	text     manifest.Part
	scope    []*model.Namespace
	// elsewhere is the remedy for pods that live in another namespace.
	elsewhere func(namespace string) *diag.Fix
}

// nobody reports whether a selector matches no pod that is written, host-network pods
// and what has no pods now counted as well.
func (b *bundle) nobody(s *model.Selector, scope []*model.Namespace) bool {
	for _, ns := range scope {
		for _, c := range b.pods[ns] {
			if e := c.First(); e.Origin == model.Declared && s.Matches(e.Labels) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(b.cluster.Idle, func(e *model.Entity) bool {
		return slices.Contains(scope, e.Namespace) && s.Matches(e.Labels)
	})
}

// certain reports whether the pods of a scope are written, so that a selector without
// any is a mistake: some are, and no operator makes others.
func (b *bundle) certain(scope []*model.Namespace) bool {
	some := false
	for _, ns := range scope {
		if ns.Operated {
			return false
		}
		some = some || b.written[ns]
	}
	return some
}

// reason says why a selector matches nobody, with what was probably meant; empty when
// nothing is near.
func (s *subject) reason(q search) (text string, remedy *diag.Fix) {
	if names, n := s.foundElsewhere(q); n > 0 {
		if len(names) == 1 && q.elsewhere != nil {
			remedy = q.elsewhere(names[0])
		}
		return fmt.Sprintf("%s in %s %s", counted(n, "pod"), listed(code(names)), plural(n, "has it", "have it")), remedy
	}
	if owner := s.onWorkload(q); owner != "" {
		return fmt.Sprintf("the label is on %s, not on its pod template", owner), nil
	}
	for _, t := range q.selector.Terms() {
		if t.Operator != model.In || len(t.Values) != 1 {
			continue
		}
		values := s.valuesOf(t.Key, q.scope)
		if slices.Contains(values, t.Values[0]) {
			continue
		}
		label := q.text.Field("matchLabels").Field(t.Key)
		if e := s.named(t.Values[0], q.scope); e != nil {
			return fmt.Sprintf("`%s` is the name of %s; policies look at labels", t.Values[0], article(e)), s.useLabels(q, e)
		}
		if len(values) == 0 {
			if key := nearest(t.Key, s.keysIn(q.scope)); key != "" {
				return fmt.Sprintf("no pod has a label `%s`, but some have `%s`", t.Key, key), fix("Write `"+key+"`", label.Rename(key))
			}
			return fmt.Sprintf("no pod there has a label `%s`", t.Key), nil
		}
		meant := nearest(t.Values[0], values)
		if meant != "" {
			remedy = fix(fmt.Sprintf("Write `%s: %s`", t.Key, meant), label.Set(quoted(meant)))
		}
		return "there is " + listed(code(prefixed(t.Key+"=", values))), remedy
	}
	return "", nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// article gives an entity with its kind: "Deployment `web`".
func article(e *model.Entity) string {
	kind := "Pod"
	if e.Workload != "" {
		kind = e.Workload
	}
	return kind + " `" + e.Name + "`"
}

func prefixed(prefix string, texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = prefix + t
	}
	return out
}

// foundElsewhere gives the namespaces out of scope with pods that the selector would
// match, and the number of those.
func (s *subject) foundElsewhere(q search) (names []string, n int) {
	for _, ns := range s.namespaces {
		if slices.Contains(q.scope, ns) {
			continue
		}
		for _, c := range declared(s.pods[ns]) {
			if q.selector.Matches(c.First().Labels) {
				n += max(1, podsIn([]*model.Class{c}))
				if !slices.Contains(names, ns.Name) {
					names = append(names, ns.Name)
				}
			}
		}
	}
	return names, n
}

// onWorkload gives a workload of the scope that has the labels itself, which its pods
// do not have.
func (s *subject) onWorkload(q search) string {
	if q.selector.Empty() {
		return ""
	}
	for _, ns := range q.scope {
		for _, c := range s.pods[ns] {
			for _, e := range c.Entities {
				if e.Kind != model.KindWorkload || e.Source == nil {
					continue
				}
				labels := model.Labels{}
				for _, l := range manifest.Written(e.Source).At("metadata", "labels").Fields() {
					labels[l.Name()] = l.Text()
				}
				if q.selector.Matches(labels) {
					return article(e)
				}
			}
		}
	}
	return ""
}

// valuesOf gives the values that the pods of a scope have for a label, sorted.
func (s *subject) valuesOf(key string, scope []*model.Namespace) []string {
	return s.gather(scope, func(e *model.Entity, found map[string]bool) {
		if v, ok := e.Labels[key]; ok {
			found[v] = true
		}
	})
}

// keysIn gives the label keys of the pods of a scope, sorted.
func (s *subject) keysIn(scope []*model.Namespace) []string {
	return s.gather(scope, func(e *model.Entity, found map[string]bool) {
		for key := range e.Labels {
			found[key] = true
		}
	})
}

func (s *subject) gather(scope []*model.Namespace, add func(*model.Entity, map[string]bool)) []string {
	found := map[string]bool{}
	for _, ns := range scope {
		for _, c := range declared(s.pods[ns]) {
			for _, e := range c.Entities { // labels that no selector mentions may differ
				add(e, found)
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// named gives the pod or workload of a scope that has a name.
func (s *subject) named(name string, scope []*model.Namespace) *model.Entity {
	for _, ns := range scope {
		for _, c := range declared(s.pods[ns]) {
			for _, e := range c.Entities {
				if e.Name == name || slices.Contains(e.Pods, ns.Name+"/"+name) {
					return e
				}
			}
		}
	}
	return nil
}

// useLabels is the remedy that asks for a label of the pod that was named. One that has
// the name as its value is the surest.
func (s *subject) useLabels(q search, e *model.Entity) *diag.Fix {
	keys := slices.Sorted(maps.Keys(e.Labels))
	if len(keys) == 0 || len(q.selector.Terms()) != 1 {
		return nil
	}
	key := keys[0]
	for _, k := range keys {
		if e.Labels[k] == q.selector.Terms()[0].Values[0] {
			key = k
			break
		}
	}
	label := q.text.Field("matchLabels").Field(q.selector.Terms()[0].Key)
	return fix(fmt.Sprintf("Ask for its label `%s=%s`", key, e.Labels[key]), label.Replace(key+": "+quoted(e.Labels[key])))
}

// quoted gives a label's value as YAML reads it as text.
func quoted(value string) string {
	plain := value != "" && strings.IndexFunc(value, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-')
	}) < 0
	switch strings.ToLower(value) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		plain = false
	}
	if plain && value[0] != '-' {
		return value
	}
	return `"` + value + `"`
}

// nearest gives the word that was probably meant: one that differs in a letter or two,
// one that begins alike, or the only one. Empty when none is.
func nearest(word string, words []string) string {
	best, distance := "", 3
	for _, w := range words {
		if d := manifest.Distance(word, w); d < distance && d < max(len(word), 2) {
			best, distance = w, d
		}
	}
	if best != "" {
		return best
	}
	var alike []string
	for _, w := range words {
		if len(w) > 1 && len(word) > 1 && (strings.HasPrefix(word, w) || strings.HasPrefix(w, word)) {
			alike = append(alike, w)
		}
	}
	switch {
	case len(alike) == 1:
		return alike[0]
	case len(words) == 1:
		return words[0]
	}
	return ""
}
