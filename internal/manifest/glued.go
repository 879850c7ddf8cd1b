package manifest

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// A colon or a dash means something only with a space behind it. Without one YAML takes
// it for a part of the word, and stops at the next line or finds a key that no one
// knows.

var (
	gluedValue = regexp.MustCompile(`^[ \t]*(?:- +)*([A-Za-z][A-Za-z]*):([^ \t:/])`)
	gluedDash  = regexp.MustCompile(`^[ \t]*(?:- +)*-([A-Za-z][A-Za-z]*)(:|[ \t]*$)`)
)

// scalarKeys are the keys of a policy that have one value, and stand in no list of keys
// that others stand under.
var scalarKeys = []string{"apiVersion", "kind", "name", "namespace", "port", "endPort", "protocol", "cidr", "key", "operator"}

// itemWords are what an item of a list of a policy may begin with.
func isItemWord(word string) bool {
	return near(word) != "" || slices.Contains(scalarKeys, word) || nearPolicyType(word) != ""
}

// glued finds a colon or a dash on a row that lacks the space behind it.
func (s *syntax) glued(i int) (found diag.List) {
	r := &s.rows[i]
	if m := gluedValue.FindStringSubmatchIndex(r.text); m != nil {
		key, next := r.text[m[2]:m[3]], r.text[m[4]:m[5]]
		if near(key) != "" && strings.ContainsAny(next, `[{"'`) || slices.Contains(scalarKeys, key) {
			at := s.at(i, m[3], m[3]+1)
			found = append(found, spaceBehindColon(s.line(i), key, diag.Edit{Range: at, NewText: ": "}))
		}
	}
	if m := gluedDash.FindStringSubmatchIndex(r.text); m != nil && isItemWord(r.text[m[2]:m[3]]) {
		at := s.at(i, m[2]-1, m[2])
		word := strings.TrimRight(r.text[m[2]:m[5]], " \t")
		found = append(found, spaceBehindDash(at, s.line(i), word, s.widen(i, m[2]-1)...))
	}
	return found
}

// widen gives the edits that put a space behind the dash of a row, and move along what
// stands below in the column of the word behind it, or under the word and no longer
// deeper.
func (s *syntax) widen(i, dash int) []diag.Edit {
	edits := []diag.Edit{{Range: s.at(i, dash+1, dash+1), NewText: " "}}
	by := 0
	for j := i + 1; j < len(s.rows); j++ {
		r := &s.rows[j]
		if r.blank() {
			continue
		}
		if r.indent <= dash || strings.Contains(r.text[:r.indent], "\t") {
			break
		}
		dashed, under := strings.HasPrefix(r.text[r.indent:], "-"), strings.HasSuffix(strings.TrimRight(s.rows[i].text, " \t"), ":")
		switch {
		case by > 0:
		case under && !dashed && r.indent <= dash+2:
			by = dash + 4 - r.indent
		case !under && r.indent == dash+1:
			by = 1
		default:
			return edits
		}
		edits = append(edits, diag.Edit{Range: s.at(j, 0, r.indent), NewText: strings.Repeat(" ", max(0, r.indent-r.shift+by))})
	}
	return edits
}

func spaceBehindColon(line int, key string, edit diag.Edit) diag.Finding {
	return diag.Finding{
		Code: diag.MissingColon, Severity: diag.Error, Range: edit.Range,
		Summary: fmt.Sprintf("Line %d: `%s:` needs a space behind the colon.", line, short(key)),
		Fix:     &diag.Fix{Text: "Put a space behind the colon", Edits: []diag.Edit{edit}},
	}
}

func spaceBehindDash(at diag.Range, line int, word string, edits ...diag.Edit) diag.Finding {
	return diag.Finding{
		Code: diag.MissingColon, Severity: diag.Error, Range: at,
		Summary: fmt.Sprintf("Line %d: `-%s` needs a space behind the dash (`- %s`), otherwise YAML takes the dash for a part of the word.", line, word, word),
		Fix:     &diag.Fix{Text: "Put a space behind the dash", Edits: edits},
	}
}

// gluedColon explains a text that is a key and its value without the space between
// them, which YAML reads as one word.
func (d describer) gluedColon(f fault, found *diag.Finding) bool {
	n := f.value
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 || d.t.doc.json {
		return false
	}
	m := gluedLabel.FindStringSubmatch(n.Value)
	if m == nil || f.want.Kind() != reflect.Map && (f.want.Kind() != reflect.Struct || structFields(f.want)[m[1]] == nil && near(m[1]) == "") {
		return false
	}
	from := d.t.offset(n) + len(m[1])
	edit := d.t.replace(from, from+1, ": ")
	at := d.t.stretch(from, from+1)
	told := spaceBehindColon(at.Start.Line, m[1], edit)
	found.Code, found.Range, found.Summary, found.Fix = told.Code, at, told.Summary, told.Fix
	return true
}

// gluedLabel matches a key and its value in one word.
var gluedLabel = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9./_-]*):([^ \t\n:/][^ \t\n]*)$`)

// gluedDash explains a key that begins with the dash of an item.
func (d describer) gluedDash(f fault, found *diag.Finding) bool {
	word, dashed := strings.CutPrefix(f.name, "-")
	if !dashed || !isItemWord(word) || isFlow(f.mapping) || d.t.doc.json || f.key.Style != 0 {
		return false
	}
	t, from := d.t, d.t.offset(f.key)
	at := t.stretch(from, from+1)
	told := spaceBehindDash(at, at.Start.Line, word+":", t.widen(f.key, f.value)...)
	found.Code, found.Range, found.Summary, found.Fix = told.Code, at, told.Summary, told.Fix
	return true
}

// gluedItems explains a mapping whose keys all begin with the dash of an item, where a
// list belongs.
func (d describer) gluedItems(f fault, found *diag.Finding) bool {
	m := f.value
	if m.Kind != yaml.MappingNode || len(m.Content) == 0 || isFlow(m) || d.t.doc.json || unwieldy(m) {
		return false
	}
	var edits []diag.Edit
	for i := 0; i+1 < len(m.Content); i += 2 {
		word, dashed := strings.CutPrefix(keyText(m.Content[i]), "-")
		if !dashed || !isItemWord(word) || m.Content[i].Style != 0 {
			return false
		}
		edits = append(edits, d.t.widen(m.Content[i], m.Content[i+1])...)
	}
	from := d.t.offset(m.Content[0])
	at := d.t.stretch(from, from+1)
	told := spaceBehindDash(at, at.Start.Line, strings.TrimPrefix(keyText(m.Content[0]), "-")+":", edits...)
	found.Code, found.Range, found.Summary, found.Fix = told.Code, at, told.Summary, told.Fix
	return true
}

// widen gives the edits that put a space behind the dash that a key begins with, and
// move its value to the right where it would no longer stand deeper.
func (t *tree) widen(key, value *yaml.Node) []diag.Edit {
	from := t.offset(key)
	edits := []diag.Edit{t.replace(from+1, from+1, " ")}
	if value.Kind != yaml.MappingNode || isFlow(value) || len(value.Content) == 0 {
		return edits
	}
	begin := t.offset(value)
	if !t.begins(begin) {
		return edits
	}
	deeper := (begin - t.lineStart(begin)) - (from - t.lineStart(from))
	if deeper > 2 {
		return edits
	}
	return append(edits, t.indent(begin, t.end(value), strings.Repeat(" ", 4-deeper), false)...)
}
