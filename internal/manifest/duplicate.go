package manifest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// glue makes one fault of the keys that an object repeats of another in front of it:
// without a marker between them the two are one mapping.
func glue(faults []fault) []fault {
	var out []fault
	open := -1 // where the object stands whose keys are being collected
	for _, f := range faults {
		if f.kind != duplicateKey || strings.ContainsAny(f.path, ".[") {
			out = append(out, f)
			continue
		}
		if open < 0 || out[open].mapping != f.mapping || out[open].repeats(f.name) {
			open = len(out)
			out = append(out, f)
			continue
		}
		out[open].with = append(out[open].with, f)
	}
	return ungrouped(out)
}

// ungrouped takes apart again what is no object: keys that are repeated without
// apiVersion and kind.
func ungrouped(faults []fault) (out []fault) {
	for _, f := range faults {
		with := f.with
		if f.repeats("apiVersion") || f.repeats("kind") {
			with = nil
		} else {
			f.with = nil
		}
		out = append(append(out, f), with...)
	}
	return out
}

// repeats reports whether a key is among those of a fault.
func (f *fault) repeats(name string) bool {
	return f.name == name || slices.ContainsFunc(f.with, func(w fault) bool { return w.name == name })
}

func describeDuplicate(t *tree, f fault, found *diag.Finding) {
	found.Code, found.Severity = diag.DuplicateKey, diag.Warning
	found.Range = t.node(f.key)
	first := t.node(f.first)
	if len(f.with) > 0 {
		names := []string{"`" + f.name + "`"}
		for _, w := range f.with {
			names = append(names, "`"+w.name+"`")
		}
		found.Summary = fmt.Sprintf("A second object begins on line %d without a line `---` before it: %s are written twice, only the last ones count, and the first object disappears without a word.",
			found.Range.Start.Line, listed(names))
		found.Detail = "Put a line `---` between the two objects."
		found.Related = []diag.Related{{Range: first, Text: "the object that disappears"}}
		found.Fix = t.apart(f)
		return
	}
	found.Summary = fmt.Sprintf("`%s` is written twice (lines %d and %d); only the last one counts and the first disappears without a word.",
		f.path, first.Start.Line, found.Range.Start.Line)
	if first.Start.Line == found.Range.Start.Line {
		found.Summary = fmt.Sprintf("`%s` is written twice on line %d; only the last one counts and the first disappears without a word.", f.path, first.Start.Line)
	}
	found.Related = []diag.Related{{Range: first, Text: "the one that disappears"}}
	found.Detail, found.Fix = t.once(f)
}

// apart is the remedy for two objects without a marker between them.
func (t *tree) apart(f fault) *diag.Fix {
	from := t.offset(f.key)
	if !f.repeats("apiVersion") || !f.repeats("kind") || isFlow(f.mapping) || t.doc.json || t.lineStart(from) != from {
		return nil
	}
	return &diag.Fix{Text: "Put a line `---` between the two objects", Edits: []diag.Edit{t.replace(from, from, "---\n")}}
}

// gathered are the keys whose values can be put together: all of both is what people
// mean who write the key twice.
var gathered = []string{
	"ingress", "egress", "from", "to", "ports", "except", "policyTypes", "matchExpressions", "values",
	"metadata", "spec", "matchLabels", "labels", "annotations",
}

// once says how to write a key once, and gives the remedy where there is only one way
// to do it.
func (t *tree) once(f fault) (string, *diag.Fix) {
	i := slices.Index(f.mapping.Content, f.first)
	j := slices.Index(f.mapping.Content, f.key)
	first := Part{tree: t, key: f.first, value: f.mapping.Content[i+1], parent: f.mapping}
	last := Part{tree: t, key: f.key, value: f.mapping.Content[j+1], parent: f.mapping}
	one, two := first.content(), last.content()
	name := keyText(f.key)
	switch {
	case one.Kind == yaml.ScalarNode && two.Kind == yaml.ScalarNode:
		return "Keep the one that you mean.", remedyOf("Remove the first, which does not count", first.Remove())
	case slices.Contains([]string{"podSelector", "namespaceSelector"}, name) && f.path != "spec."+name:
		return "Two labels that one pod must have stand under one selector (AND); to name two kinds of pods write two entries with a dash each (OR).", nil
	case !slices.Contains(gathered, name) || one.Kind != two.Kind || name == "policyTypes" && len(one.Content)+len(two.Content) > 2:
		return "Write the key once and put everything under it.", nil
	}
	return "Write the key once and put everything under it.",
		remedyOf(fmt.Sprintf("Write `%s` once, with everything under it", name), first.gather(last))
}

// remedyOf is a remedy, or nil where the edits cannot be made.
func remedyOf(text string, edits []diag.Edit) *diag.Fix {
	if edits == nil {
		return nil
	}
	return &diag.Fix{Text: text, Edits: edits}
}

// gather moves the items or entries of a later part of the same mapping behind those of
// this one.
func (n Part) gather(last Part) []diag.Edit {
	one, two := n.content(), last.content()
	switch {
	case !n.editable() || !last.editable() || one.Kind == yaml.MappingNode && shareKey(one, two):
		return nil
	case len(two.Content) == 0:
		return last.Remove()
	case len(one.Content) == 0:
		return n.Remove()
	case isFlow(one) != isFlow(two):
		return nil
	case isFlow(one):
		return n.gatherFlow(last)
	}
	return n.gatherBlock(last)
}

// shareKey reports whether two mappings have a key in common.
func shareKey(one, two *yaml.Node) bool {
	keys := map[string]bool{}
	for i := 0; i < len(one.Content); i += 2 {
		keys[keyText(one.Content[i])] = true
	}
	for i := 0; i < len(two.Content); i += 2 {
		if keys[keyText(two.Content[i])] {
			return true
		}
	}
	return false
}

func (n Part) gatherFlow(last Part) []diag.Edit {
	t := n.tree
	inner := bytes.TrimSpace(t.doc.text[t.offset(last.value)+1 : t.end(last.value)-1])
	end := t.end(n.value) - 1
	if bytes.ContainsAny(inner, "\n\r#") || bytes.HasSuffix(bytes.TrimSpace(t.doc.text[:end]), []byte(",")) {
		return nil
	}
	return both([]diag.Edit{t.replace(end, end, ", "+string(inner))}, last.Remove())
}

func (n Part) gatherBlock(last Part) []diag.Edit {
	t, text := n.tree, n.tree.doc.text
	here, there := n.within(), last.within()
	if !t.begins(here) || !t.begins(there) {
		return nil
	}
	by := (here - t.lineStart(here)) - (there - t.lineStart(there))
	_, begin := lineEnd(text, n.end())
	_, end := lineEnd(text, last.end())
	key := t.offset(last.key)
	keyEnd, from := lineEnd(text, key)
	head := t.lineStart(key)
	colon := bytes.IndexByte(text[t.end(last.key):keyEnd], ':')
	if !t.begins(key) || colon < 0 || from > there {
		return nil
	}
	if onlyComments(text[begin:head]) {
		// Nothing stands between them but the second key, whose comment stays.
		edit := t.replace(head, from, "")
		if comment := skipBlank(text, t.end(last.key)+colon+1); comment < keyEnd {
			edit = t.replace(key, comment, "")
		}
		return append([]diag.Edit{edit}, t.reindent(from, end, by)...)
	}
	var moved strings.Builder
	for line := range bytes.Lines(text[from:end]) {
		if spaces := len(line) - len(bytes.TrimLeft(line, " ")); by < 0 {
			line = line[min(-by, spaces):]
		} else {
			moved.WriteString(strings.Repeat(" ", by))
		}
		moved.Write(line)
	}
	if !strings.HasSuffix(moved.String(), "\n") {
		moved.WriteByte('\n')
	}
	return both([]diag.Edit{t.replace(begin, begin, moved.String())}, last.Remove())
}

func onlyComments(text []byte) bool {
	for line := range bytes.Lines(text) {
		if rest := bytes.TrimSpace(line); len(rest) > 0 && rest[0] != '#' {
			return false
		}
	}
	return true
}

// within gives the first byte of the first item or entry.
func (n Part) within() int {
	v := n.value
	if v.Kind == yaml.MappingNode {
		return n.tree.offset(v.Content[0])
	}
	return Part{tree: n.tree, value: v.Content[0], parent: v}.begin()
}

// reindent gives the edits that move the lines of a stretch by some columns.
func (t *tree) reindent(from, to, by int) (edits []diag.Edit) {
	for pos := from; pos < to && by != 0; {
		end, next := lineEnd(t.doc.text, pos)
		line := t.doc.text[pos:end]
		switch spaces := len(line) - len(bytes.TrimLeft(line, " ")); {
		case len(bytes.TrimSpace(line)) == 0:
		case by > 0:
			edits = append(edits, t.replace(pos, pos, strings.Repeat(" ", by)))
		default:
			edits = append(edits, t.replace(pos, pos+min(-by, spaces), ""))
		}
		if next == pos {
			break
		}
		pos = next
	}
	return edits
}
