package manifest

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Part is a part of an object as it stands in its text: what is written and where,
// which a decoded value no longer tells (an absent list, a null and an empty one are
// the same to the API). The zero Part is one that is not written.
type Part struct {
	tree *tree
	// key is nil for an item of a list and for the whole object; value is as written,
	// an alias for one.
	key, value *yaml.Node
	// parent is the mapping or list that holds the node, nil for the whole object.
	parent *yaml.Node
	// shared is set for what an alias or a merge brings in from elsewhere: to change
	// it there would change the other users too.
	shared bool
	path   string
}

// Written opens the text of an object, which parses it. It is the zero Part when the
// text cannot be had.
func Written(l diag.Locator) Part {
	s, ok := l.(*source)
	if !ok {
		return Part{}
	}
	t, path := s.tree([]string{"kind"})
	if t == nil {
		return Part{}
	}
	n := Part{tree: t, value: t.root}
	for _, f := range stepsOf(path) {
		n = n.Field(f.name).Item(f.index)
	}
	n.path = ""
	return n
}

// step is one "items[3]" of the path to an object in Lists.
type step struct {
	name  string
	index int
}

func stepsOf(path string) []step {
	var steps []step
	for part := range strings.SplitSeq(path, ".") {
		name, index, ok := strings.Cut(part, "[")
		if !ok {
			continue
		}
		i := 0
		for _, c := range strings.TrimSuffix(index, "]") {
			i = 10*i + int(c-'0')
		}
		steps = append(steps, step{name, i})
	}
	return steps
}

// IsWritten reports whether there is such a part.
func (n Part) IsWritten() bool { return n.value != nil }

// Path gives the node's path in the object as kubectl prints it.
func (n Part) Path() string { return n.path }

// content gives the node's value with an alias followed.
func (n Part) content() *yaml.Node {
	if n.value == nil {
		return &yaml.Node{}
	}
	return resolveAlias(n.value)
}

// Field gives an entry of a mapping; of equal keys the last, which is the one that
// counts.
func (n Part) Field(name string) Part {
	for _, f := range n.Fields() {
		if f.Name() == name {
			return f
		}
	}
	return Part{}
}

// At follows names from mapping to mapping.
func (n Part) At(names ...string) Part {
	for _, name := range names {
		n = n.Field(name)
	}
	return n
}

// Sibling gives another entry of the mapping that an entry stands in.
func (n Part) Sibling(name string) Part {
	if n.key == nil || n.parent == nil {
		return Part{}
	}
	above := Part{tree: n.tree, value: n.parent, shared: n.shared, path: strings.TrimSuffix(n.path, join("", n.Name()))}
	above.path = strings.TrimSuffix(above.path, ".")
	return above.Field(name)
}

// Fields gives the entries of a mapping that count, in the order written.
func (n Part) Fields() []Part {
	m := n.content()
	if m.Kind != yaml.MappingNode {
		return nil
	}
	var w walker
	var fields []Part
	for _, e := range w.entries(m, place{}) {
		fields = append(fields, Part{
			tree: n.tree, key: e.key, value: e.value, parent: m, path: join(n.path, e.name),
			shared: n.shared || e.merged || n.value.Kind == yaml.AliasNode,
		})
	}
	return fields
}

// Items gives the items of a list.
func (n Part) Items() []Part {
	l := n.content()
	if l.Kind != yaml.SequenceNode {
		return nil
	}
	items := make([]Part, len(l.Content))
	for i, c := range l.Content {
		items[i] = Part{
			tree: n.tree, value: c, parent: l, path: indexed(n.path, i),
			shared: n.shared || n.value.Kind == yaml.AliasNode,
		}
	}
	return items
}

// Item gives one item of a list.
func (n Part) Item(i int) Part {
	if items := n.Items(); i < len(items) {
		return items[i]
	}
	return Part{}
}

// Name gives the key of an entry, "" for an item.
func (n Part) Name() string {
	if n.key == nil {
		return ""
	}
	return keyText(n.key)
}

// Text gives a scalar as written, without quotes.
func (n Part) Text() string { return n.content().Value }

// IsEmpty reports whether the node is written and says nothing: null, or a mapping or
// list without entries.
func (n Part) IsEmpty() bool {
	c := n.content()
	return n.IsWritten() && (n.IsNull() || c.Kind != yaml.ScalarNode && len(c.Content) == 0)
}

// IsNull reports whether the node is written without a value, or with null.
func (n Part) IsNull() bool {
	c := n.content()
	return n.IsWritten() && c.Kind == yaml.ScalarNode && resolve(c) == nil
}

// Inline reports whether the value is a mapping or list in brackets.
func (n Part) Inline() bool {
	c := n.content()
	return c.Kind != yaml.ScalarNode && isFlow(c)
}

// IsMap reports whether the value is a mapping.
func (n Part) IsMap() bool { return n.content().Kind == yaml.MappingNode }

// Range gives the place of the node, with its key.
func (n Part) Range() diag.Range {
	switch {
	case n.value == nil:
		return diag.Range{}
	case n.key != nil:
		return n.tree.entry(n.key, n.value)
	}
	return n.tree.node(n.value)
}

// KeyRange gives the place of an entry's key; of an item the whole place.
func (n Part) KeyRange() diag.Range {
	if n.key == nil {
		return n.Range()
	}
	return n.tree.node(n.key)
}

// ValueRange gives the place of the value alone.
func (n Part) ValueRange() diag.Range {
	if n.value == nil {
		return diag.Range{}
	}
	return n.tree.node(n.value)
}

// Comments gives the comments beside, above and inside of the node.
func (n Part) Comments() string {
	var words []string
	if n.key != nil {
		words = append(words, n.key.HeadComment, n.key.LineComment)
	}
	if n.value != nil {
		words = commentsOf(n.value, words)
	}
	return strings.TrimSpace(strings.Join(words, "\n"))
}

func commentsOf(n *yaml.Node, words []string) []string {
	words = append(words, n.HeadComment, n.LineComment)
	for _, c := range n.Content {
		words = commentsOf(c, words)
	}
	return words
}

// IsFlow reports whether the value is written in brackets.
func (n Part) IsFlow() bool { return isFlow(n.content()) }

// Distance is the number of letters to insert, remove, replace or swap with their
// neighbour to make one word of another.
func Distance(a, b string) int { return distance(a, b) }

// Document gives the edit that puts another document behind the object's own; nil
// where the object is no document by itself.
func (n Part) Document(text string) []diag.Edit {
	if n.parent != nil || !n.editable() || n.tree.doc.text == nil || n.value != n.tree.root {
		return nil
	}
	end := len(bytes.TrimRight(n.tree.doc.text, " \n\r"))
	return []diag.Edit{n.tree.replace(end, end, "\n---\n"+strings.TrimSuffix(text, "\n"))}
}
