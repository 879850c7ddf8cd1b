package manifest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// walker holds a node tree against a Go type, as the JSON decoder of the API server
// would, and notes every fault instead of the first. What it returns is the value
// with the faulty parts left out.
type walker struct {
	// strict makes unknown fields faults.
	strict bool
	// deep has it look for equal keys in what does not count, too: it would count after
	// the mistake is mended.
	deep   bool
	faults []fault
}

type faultKind uint8

const (
	unknownField faultKind = iota
	wrongShape
	badKey
	duplicateKey
)

// fault is one place where a tree does not fit its type.
type fault struct {
	kind faultKind
	place
	value *yaml.Node
	// want is the type that the value should have, for wrongShape.
	want reflect.Type
	// first is the key that comes before, for duplicateKey.
	first *yaml.Node
	// mapping is the one that holds the key.
	mapping *yaml.Node
	// with are the other keys that one object repeats of the one before it.
	with []fault
}

// place is where a value stands: in a field of parent, in an item of a list that is
// such a field, or at the root.
type place struct {
	path string
	// name is the field's name, also for items of a list.
	name   string
	key    *yaml.Node
	parent reflect.Type
	// item is set for items of a list.
	item bool
}

func (p place) child(name string, key *yaml.Node, parent reflect.Type) place {
	path := name
	if p.path != "" {
		path = p.path + "." + name
	}
	return place{path: path, name: name, key: key, parent: parent}
}

func newWalker(strict bool) *walker {
	return &walker{strict: strict, deep: true}
}

func (w *walker) fault(f fault) { w.faults = append(w.faults, f) }

var jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()

// walk gives the plain value of a node for a type, and false when nothing of it can
// be used.
func (w *walker) walk(n *yaml.Node, t reflect.Type, at place) (any, bool) {
	written := n
	n = resolveAlias(n)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.Kind == yaml.ScalarNode && resolve(n) == nil {
		return nil, true // null is taken for every type and means nothing
	}
	wrong := fault{kind: wrongShape, place: at, value: written, want: t}
	if reflect.PointerTo(t).Implements(jsonUnmarshaler) {
		v, ok := w.plain(n, at)
		if !ok {
			return nil, false
		}
		text, err := json.Marshal(v)
		if err != nil || reflect.New(t).Interface().(json.Unmarshaler).UnmarshalJSON(text) != nil {
			w.fault(wrong)
			return nil, false
		}
		return v, true
	}
	switch {
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		return w.object(n, t, at), true
	case t.Kind() == reflect.Map && n.Kind == yaml.MappingNode:
		out := map[string]any{}
		for _, e := range w.entries(n, at) {
			if v, ok := w.walk(e.value, t.Elem(), at.child(e.name, e.key, t)); ok {
				out[e.name] = v
			}
		}
		return out, true
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		out := []any{}
		for i, item := range n.Content {
			in := at
			in.path, in.item = indexed(at.path, i), true
			if v, ok := w.walk(item, t.Elem(), in); ok {
				out = append(out, v)
			}
		}
		return out, true
	case t.Kind() == reflect.Interface:
		return w.plain(n, at)
	case n.Kind == yaml.ScalarNode:
		if v, ok := scalarOf(resolve(n), t); ok {
			return v, true
		}
	}
	w.fault(wrong)
	return nil, false
}

// scalarOf gives a scalar as JSON would have it for a type, and false when the
// decoder would refuse it.
func scalarOf(v any, t reflect.Type) (any, bool) {
	switch t.Kind() {
	case reflect.String:
		s, ok := v.(string)
		return s, ok
	case reflect.Bool:
		b, ok := v.(bool)
		return b, ok
	case reflect.Int, reflect.Int32, reflect.Int64:
		switch v.(type) {
		case int64, uint64, float64:
			number, ok := jsonNumber(v)
			i, err := number.Int64()
			return number, ok && err == nil && !reflect.Zero(t).OverflowInt(i)
		}
	}
	return nil, false
}

func (w *walker) object(n *yaml.Node, t reflect.Type, at place) map[string]any {
	known := structFields(t)
	out := map[string]any{}
	for _, e := range w.entries(n, at) {
		in := at.child(e.name, e.key, t)
		field, ok := known[e.name]
		if !ok {
			if w.strict {
				w.fault(fault{kind: unknownField, place: in, value: e.value, mapping: n})
				// Not a number that JSON cannot hold, nor a key that it cannot have,
				// may hide in there: the document would not be read at all.
				w.plain(resolveAlias(e.value), in)
			}
			continue
		}
		if v, ok := w.walk(e.value, field, in); ok {
			out[e.name] = v
		}
	}
	return out
}

// mapEntry is an entry of a mapping with merges resolved and its key as text.
type mapEntry struct {
	name       string
	key, value *yaml.Node
	merged     bool
}

// entries gives the entries of a mapping that count: of equal keys the last.
func (w *walker) entries(n *yaml.Node, at place) []mapEntry {
	all := w.flatten(n, at, false, nil)
	last := make(map[string]int, len(all))
	for i, e := range all {
		last[e.name] = i
	}
	out := make([]mapEntry, 0, len(last))
	first := map[string]*yaml.Node{}
	for i, e := range all {
		if f := first[e.name]; f != nil && !e.merged {
			w.fault(fault{kind: duplicateKey, place: at.child(e.name, e.key, nil), value: e.value, first: f, mapping: n})
		}
		if !e.merged {
			first[e.name] = e.key
		}
		switch {
		case last[e.name] == i:
			out = append(out, e)
		case w.deep && !e.merged:
			w.duplicates(e.value, at.child(e.name, e.key, nil))
		}
	}
	return out
}

// duplicates notes the equal keys within a value that does not count.
func (w *walker) duplicates(n *yaml.Node, at place) {
	inner := newWalker(false)
	inner.plain(n, at)
	for _, f := range inner.faults {
		if f.kind == duplicateKey {
			w.fault(f)
		}
	}
}

func (w *walker) flatten(n *yaml.Node, at place, merged bool, out []mapEntry) []mapEntry {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if isMerge(key) {
			out = w.merge(key, value, at, out)
			continue
		}
		name := keyText(key)
		if name == "" && !emptyText(key) {
			w.fault(fault{kind: badKey, place: at.child("?", key, nil), value: key})
			continue
		}
		out = append(out, mapEntry{name: name, key: key, value: value, merged: merged})
	}
	return out
}

func (w *walker) merge(key, value *yaml.Node, at place, out []mapEntry) []mapEntry {
	switch from := resolveAlias(value); {
	case from.Kind == yaml.MappingNode:
		return w.flatten(from, at, true, out)
	case from.Kind == yaml.SequenceNode && value.Kind != yaml.AliasNode:
		// Earlier ones win, so that they come last.
		for i := len(from.Content) - 1; i >= 0; i-- {
			out = w.merge(key, from.Content[i], at, out)
		}
		return out
	}
	w.fault(fault{kind: badKey, place: at.child("<<", key, nil), value: value})
	return out
}

func emptyText(key *yaml.Node) bool {
	key = resolveAlias(key)
	if key.Kind != yaml.ScalarNode {
		return false
	}
	s, ok := resolve(key).(string)
	return ok && s == ""
}

// plain gives a value of any shape, and notes what JSON cannot hold.
func (w *walker) plain(n *yaml.Node, at place) (any, bool) {
	n = resolveAlias(n)
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for _, e := range w.entries(n, at) {
			if v, ok := w.plain(e.value, at.child(e.name, e.key, nil)); ok {
				out[e.name] = v
			}
		}
		return out, true
	case yaml.SequenceNode:
		out := []any{}
		for i, item := range n.Content {
			in := at
			in.path, in.item = indexed(at.path, i), true
			if v, ok := w.plain(item, in); ok {
				out = append(out, v)
			}
		}
		return out, true
	}
	v := resolve(n)
	switch v.(type) {
	case int64, uint64, float64:
		number, ok := jsonNumber(v)
		if !ok {
			w.fault(fault{kind: wrongShape, place: at, value: n, want: jsonNumberType})
		}
		return number, ok
	}
	return v, true
}

func resolveAlias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// fieldsOf remembers the fields of types, which never change.
var fieldsOf sync.Map

// structFields gives the JSON names of a struct's fields and their types.
func structFields(t reflect.Type) map[string]reflect.Type {
	if known, ok := fieldsOf.Load(t); ok {
		return known.(map[string]reflect.Type)
	}
	known := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case name == "" && f.Anonymous:
			for n, ft := range structFields(f.Type) {
				known[n] = ft
			}
		case name == "":
			known[f.Name] = f.Type
		default:
			known[name] = f.Type
		}
	}
	fieldsOf.Store(t, known)
	return known
}

func indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
