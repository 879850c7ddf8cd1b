package manifest

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Edits on the text of an object. Each gives nil where the change cannot be made
// without touching something else: in JSON, in what an alias or a merge shares, or in
// a layout that it does not know. Comments and layout around the change stay.

// editable reports whether the node's text may be changed.
func (n Part) editable() bool {
	return n.value != nil && !n.shared && !n.tree.doc.json && n.value.Kind != yaml.AliasNode && n.value.Anchor == ""
}

// inFlow reports whether what holds the node is written in brackets.
func (n Part) inFlow() bool { return n.parent != nil && isFlow(n.parent) }

// Set replaces the value by a text in flow style, "[Egress]" or "80".
func (n Part) Set(text string) []diag.Edit {
	if !n.editable() {
		return nil
	}
	t := n.tree
	from, to := t.offset(n.value), t.end(n.value)
	if n.key != nil && (n.IsNull() && from == to || !isFlow(n.value) && n.value.Kind != yaml.ScalarNode) {
		// A null has no text, and a block has lines of its own: the new value begins
		// behind the colon.
		colon := skipBlank(t.doc.text, t.end(n.key))
		if colon >= len(t.doc.text) || t.doc.text[colon] != ':' {
			return nil
		}
		return []diag.Edit{t.replace(colon+1, max(colon+1, to), " "+text)}
	}
	return []diag.Edit{t.replace(from, to, text)}
}

// Rename gives an entry another key.
func (n Part) Rename(name string) []diag.Edit {
	if n.key == nil || !n.editable() {
		return nil
	}
	return []diag.Edit{n.tree.replace(n.tree.offset(n.key), n.tree.end(n.key), name)}
}

// begin gives the first byte of the node with its key, or with its dash.
func (n Part) begin() int {
	t := n.tree
	if n.key != nil {
		return t.offset(n.key)
	}
	from := t.offset(n.value)
	if n.parent == nil || n.inFlow() {
		return from
	}
	if dash := bytes.LastIndexByte(t.doc.text[:from], '-'); dash >= 0 && len(bytes.TrimSpace(t.doc.text[dash+1:from])) == 0 {
		return dash
	}
	return from
}

func (n Part) end() int {
	if n.key != nil {
		return n.tree.entryEnd(n.key, n.value)
	}
	return n.tree.end(n.value)
}

// Remove takes out an entry or an item together with its lines. The last one of its
// mapping or list cannot be taken out, since what is left would be null.
func (n Part) Remove() []diag.Edit {
	if !n.editable() || n.parent == nil {
		return nil
	}
	siblings := len(n.parent.Content)
	if n.parent.Kind == yaml.MappingNode {
		siblings /= 2
	}
	if siblings < 2 {
		return nil
	}
	t, text := n.tree, n.tree.doc.text
	from, to := n.begin(), n.end()
	if n.inFlow() {
		if i := skipSpace(text, to); i < len(text) && text[i] == ',' {
			return []diag.Edit{t.replace(from, skipSpace(text, i+1), "")}
		}
		comma := bytes.LastIndexByte(text[:from], ',')
		if comma < 0 || len(bytes.TrimSpace(text[comma+1:from])) > 0 {
			return nil
		}
		return []diag.Edit{t.replace(comma, to, "")}
	}
	end, next := lineEnd(text, to)
	if rest := bytes.TrimSpace(text[to:end]); len(rest) > 0 && rest[0] != '#' {
		return nil
	}
	if t.begins(from) {
		return []diag.Edit{t.replace(t.lineStart(from), next, "")}
	}
	// The first entry of an item stands behind the item's dash; the second takes its
	// place.
	if n.key == nil || n.parent.Content[0] != n.key {
		return nil
	}
	second := t.offset(n.parent.Content[2])
	if second < to || len(bytes.Trim(text[t.lineStart(from):from], " -")) > 0 {
		return nil
	}
	return []diag.Edit{t.replace(from, second, "")}
}

func skipSpace(text []byte, pos int) int {
	for pos < len(text) && isSpace(text[pos]) {
		pos++
	}
	return pos
}

// InsertBefore puts a sibling in front of an entry or an item: "key: value" or, for an
// item, the value alone, in flow style if it has to fit one line.
func (n Part) InsertBefore(text string) []diag.Edit { return n.insert(text, true) }

// InsertAfter puts a sibling behind an entry or an item, as InsertBefore does. The
// text may have several lines, each indented as if the first began in column 1.
func (n Part) InsertAfter(text string) []diag.Edit { return n.insert(text, false) }

func (n Part) insert(text string, before bool) []diag.Edit {
	if !n.editable() || n.parent == nil {
		return nil
	}
	t := n.tree
	from, to := n.begin(), n.end()
	if n.inFlow() {
		switch {
		case strings.Contains(text, "\n"):
			return nil
		case before:
			return []diag.Edit{t.replace(from, from, text+", ")}
		}
		return []diag.Edit{t.replace(to, to, ", "+text)}
	}
	lead, ok := t.margin(from)
	if !ok {
		return nil
	}
	if n.key == nil {
		text = "- " + strings.ReplaceAll(text, "\n", "\n  ")
	}
	text = strings.ReplaceAll(text, "\n", "\n"+lead)
	if before {
		return []diag.Edit{t.replace(from, from, text+"\n"+lead)}
	}
	end, next := lineEnd(t.doc.text, to)
	if rest := bytes.TrimSpace(t.doc.text[to:end]); len(rest) > 0 && rest[0] != '#' {
		return nil
	}
	if next == end { // The last line has no end of its own.
		return []diag.Edit{t.replace(end, end, "\n"+lead+text)}
	}
	return []diag.Edit{t.replace(next, next, lead+text+"\n")}
}

// margin gives the spaces that siblings of what begins at a byte have in front. The
// dash of an item counts as one. It is not ok where something else stands there.
func (t *tree) margin(from int) (string, bool) {
	front := t.doc.text[t.lineStart(from):from]
	if len(bytes.Trim(front, " -")) > 0 {
		return "", false
	}
	return strings.Repeat(" ", len(front)), true
}

// Join makes an item part of the one before it: its dash becomes a space. The items
// must be mappings in block style.
func (n Part) Join() []diag.Edit {
	if !n.editable() || n.key != nil || n.inFlow() || n.parent == nil || n.value.Kind != yaml.MappingNode || isFlow(n.value) {
		return nil
	}
	dash := n.begin()
	if n.tree.doc.text[dash] != '-' || !n.tree.begins(dash) {
		return nil
	}
	return []diag.Edit{n.tree.replace(dash, dash+1, " ")}
}

// SplitAt makes an item of its own of a field and those behind it, of an item that is a
// mapping.
func (n Part) SplitAt(f Part) []diag.Edit {
	m := n.content()
	if !n.editable() || n.key != nil || n.parent == nil || m.Kind != yaml.MappingNode || f.key == nil || f.parent != m || f.shared {
		return nil
	}
	i := slices.Index(m.Content, f.key)
	if i < 2 {
		return nil
	}
	t, text := n.tree, n.tree.doc.text
	from := t.offset(f.key)
	if !isFlow(m) {
		if !t.begins(from) || from < 2 || string(text[from-2:from]) != "  " {
			return nil
		}
		return []diag.Edit{t.replace(from-2, from, "- ")}
	}
	end := t.entryEnd(m.Content[i-2], m.Content[i-1])
	if n.inFlow() {
		return []diag.Edit{t.replace(end, from, "}, {")}
	}
	lead, ok := t.margin(n.begin())
	if !ok {
		return nil
	}
	return []diag.Edit{t.replace(end, from, "}\n"+lead+"- {")}
}

// Replace puts other entries, or the content of another item, in place of a node.
func (n Part) Replace(text string) []diag.Edit {
	if !n.editable() || n.parent == nil || n.inFlow() && strings.Contains(text, "\n") {
		return nil
	}
	t := n.tree
	from, to := t.offset(n.value), n.end()
	if n.key != nil {
		from = t.offset(n.key)
	}
	lead, ok := t.margin(from)
	if !n.inFlow() && !ok {
		return nil
	}
	return []diag.Edit{t.replace(from, to, strings.ReplaceAll(text, "\n", "\n"+lead))}
}

// AskForKey makes matchLabels, which the part is, ask for a label with any value: the
// key moves to matchExpressions, which follows if there is none.
func (n Part) AskForKey(key string) []diag.Edit {
	entry := "{key: " + key + ", operator: Exists}"
	expressions := n.Sibling("matchExpressions")
	items := expressions.Items()
	alone := len(n.Fields()) == 1
	switch {
	case len(items) == 0 && expressions.IsWritten():
		return nil
	case len(items) == 0 && alone:
		return both(n.Rename("matchExpressions"), n.Set("["+entry+"]"))
	case len(items) == 0:
		return both(n.Field(key).Remove(), n.InsertAfter("matchExpressions: ["+entry+"]"))
	case alone:
		return both(n.Remove(), items[len(items)-1].InsertAfter(entry))
	}
	return both(n.Field(key).Remove(), items[len(items)-1].InsertAfter(entry))
}
