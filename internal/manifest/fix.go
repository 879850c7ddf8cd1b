package manifest

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// replace is the edit that puts a text in place of a stretch. In a text that is not as
// the user wrote it, remedy has to resolve the edit.
func (t *tree) replace(from, to int, text string) diag.Edit {
	if t.doc.origin != nil {
		return t.doc.origin.edit(from, to, text)
	}
	return diag.Edit{Range: t.stretch(from, to), NewText: text}
}

// lineStart gives the first byte of the line that holds a byte.
func (t *tree) lineStart(offset int) int {
	i, exact := slices.BinarySearch(t.lines, offset)
	if !exact {
		i--
	}
	return t.lines[i]
}

// begins reports whether only spaces stand before a byte on its line.
func (t *tree) begins(offset int) bool {
	return len(bytes.Trim(t.doc.text[t.lineStart(offset):offset], " ")) == 0
}

// indent gives the edits that put a text in front of every line of a stretch that
// holds something, the first line left out if skipFirst says so.
func (t *tree) indent(from, to int, by string, skipFirst bool) []diag.Edit {
	var edits []diag.Edit
	for pos := t.lineStart(from); pos < to; {
		end, next := lineEnd(t.doc.text, pos)
		if len(bytes.TrimSpace(t.doc.text[pos:end])) > 0 && !(skipFirst && pos <= from) {
			edits = append(edits, t.replace(pos, pos, by))
		}
		if next == pos {
			break
		}
		pos = next
	}
	return edits
}

// remove is the remedy that takes out an entry which has its lines to itself.
func (t *tree) remove(what string, key, value *yaml.Node) *diag.Fix {
	from, to := t.offset(key), t.entryEnd(key, value)
	end, next := lineEnd(t.doc.text, to)
	rest := strings.TrimSpace(string(t.doc.text[to:end]))
	if !t.begins(from) || rest != "" && rest[0] != '#' || t.doc.json {
		return nil
	}
	return &diag.Fix{Text: "Remove `" + what + "`", Edits: []diag.Edit{t.replace(t.lineStart(from), next, "")}}
}

// isFlow reports whether a collection is written in brackets.
func isFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// asList is the remedy for a map where a list of such maps belongs.
func (t *tree) asList(n *yaml.Node) *diag.Fix {
	from, to := t.offset(n), t.end(n)
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 || t.properties(from) != from {
		return nil
	}
	if isFlow(n) {
		return &diag.Fix{Text: "Make it a list", Edits: []diag.Edit{t.replace(from, from, "["), t.replace(to, to, "]")}}
	}
	if !t.begins(from) {
		return nil
	}
	edits := []diag.Edit{t.replace(from, from, "- ")}
	return &diag.Fix{Text: "Put `- ` before the first line", Edits: append(edits, t.indent(from, to, "  ", true)...)}
}

// mostItems is how long a list may be to be taken for a map that was taken apart.
const mostItems = 20

// asMap is the remedy for a list of maps where one map belongs.
func (t *tree) asMap(n *yaml.Node) *diag.Fix {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 || len(n.Content) > mostItems || isFlow(n) {
		return nil
	}
	fix := &diag.Fix{Text: "Remove the `- `"}
	keys := map[string]bool{}
	for _, item := range n.Content {
		if item.Kind != yaml.MappingNode || isFlow(item) || unwieldy(item) {
			return nil
		}
		for i := 0; i < len(item.Content); i += 2 {
			if key := keyText(item.Content[i]); keys[key] {
				return nil // several maps, and not one that was taken apart
			} else {
				keys[key] = true
			}
		}
		dash := bytes.LastIndexByte(t.doc.text[:t.offset(item)], '-')
		if dash < 0 || !t.begins(dash) {
			return nil
		}
		fix.Edits = append(fix.Edits, t.replace(dash, dash+1, " "))
	}
	return fix
}

// withMatchLabels is the remedy for a selector whose labels stand in it directly.
// The name of a namespace becomes the label that has it.
func (t *tree) withMatchLabels(n *yaml.Node, ofNamespaces bool) *diag.Fix {
	if unwieldy(n) {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if name := keyText(n.Content[i]); name == "matchLabels" || name == "matchExpressions" || n.Content[i+1].Kind != yaml.ScalarNode {
			return nil
		}
	}
	from, to := t.offset(n), t.end(n)
	fix := &diag.Fix{Text: "Put the labels under `matchLabels`"}
	open, behind := "matchLabels: {", "}"
	switch {
	case isFlow(n) && t.doc.text[from] != '{':
		return nil
	case isFlow(n) && t.doc.json:
		open = `"matchLabels": {`
	case isFlow(n):
	case !t.begins(from):
		return nil
	default:
		lead := string(t.doc.text[t.lineStart(from):from])
		open, behind = "matchLabels:\n"+lead+"  ", ""
	}
	if isFlow(n) {
		from++
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := open
		if at := t.offset(key); ofNamespaces && keyText(key) == "name" && !t.doc.json {
			fix.Edits = append(fix.Edits, t.replace(at, t.end(key), name+nameLabel))
			open = ""
		} else if open != "" {
			fix.Edits = append(fix.Edits, t.replace(from, from, open))
			open = ""
		}
		if _, isText := resolve(value).(string); !isText && resolve(value) != nil {
			fix.Edits = append(fix.Edits, t.replace(t.offset(value), t.end(value), `"`+value.Value+`"`))
		}
	}
	if behind != "" {
		fix.Edits = append(fix.Edits, t.replace(to, to, behind))
		return fix
	}
	fix.Edits = append(fix.Edits, t.indent(from, to, "  ", true)...)
	return fix
}

// underParents is the remedy for lost indentation: each key is put under the empty
// metadata or spec that it follows.
func (t *tree) underParents(root *yaml.Node, moved []fault) *diag.Fix {
	if isFlow(root) || unwieldy(root) {
		return nil
	}
	fix := &diag.Fix{Text: "Indent them under `metadata:` and `spec:`"}
	parent := ""
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if !slices.ContainsFunc(moved, func(f fault) bool { return f.key == key }) {
			parent = ""
			if value.Kind == yaml.ScalarNode && resolve(value) == nil {
				parent = key.Value
			}
			continue
		}
		if parent == "" || parent != homeOf(key.Value) {
			return nil
		}
		fix.Edits = append(fix.Edits, t.indent(t.offset(key), t.entryEnd(key, value), "  ", false)...)
	}
	return fix
}

// homeOf gives the part of a policy that a key from the left margin belongs under.
func homeOf(key string) string {
	switch key {
	case "name", "namespace", "labels", "annotations":
		return "metadata"
	}
	return "spec"
}
