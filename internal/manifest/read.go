package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
	sjson "sigs.k8s.io/json"
	syaml "sigs.k8s.io/yaml"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// result is what one document gave.
type result struct {
	objects      []Object
	findings     diag.List
	notEvaluated []NotEvaluated
	// errors counts the findings that are errors.
	errors int
	// fragment is set when the document is a part of a policy, which was completed.
	fragment *fragment
	operated []string
}

// reader reads one document. On the happy path there is no node tree: trees are made
// when there is a fault to point at.
type reader struct {
	result
	doc   *document
	texts interned
	// duplicates is set when some mapping has the same key twice.
	duplicates bool
	// floats is set when JSON has numbers that are not written as whole ones.
	floats bool
	// odd tells whether ports may be written oddly, once that was looked up.
	odd *bool
	// unlisted counts the findings that are not written out, brought the edits of
	// remedies in a text that is not as the user wrote it.
	unlisted, brought int
	listing           *listing
	// passed is the last policy of which unknown fields were ignored on request.
	passed  *Object
	tree    *tree
	treeErr error
}

// read reads one document, of whose texts some may be known. It has no other way to fail
// than by findings.
func read(d *document, texts interned) result {
	r := &reader{doc: d, texts: texts, listing: &listing{doc: d}}
	text, err := r.toJSON()
	if err != nil {
		r.unreadable(err)
	} else {
		r.value(text, "", typeMeta{})
	}
	r.closing()
	return r.result
}

// toJSON converts the document as kubectl does. A library that panics on some text
// costs only that document.
func (r *reader) toJSON() (text []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			text, err = nil, fmt.Errorf("the YAML parser gave up: %v", p)
		}
	}()
	if r.doc.json {
		text, r.floats = plainNumbers(r.doc.text)
		return text, nil
	}
	if text, err = syaml.YAMLToJSONStrict(r.doc.text); err == nil {
		return text, nil
	}
	// Strictness only adds duplicate keys, which kubectl passes over.
	if text, err = syaml.YAMLToJSON(r.doc.text); err == nil {
		r.duplicates = true
	}
	return text, err
}

// nodes gives the document's tree, or nil when the parser that knows positions does
// not take it.
func (r *reader) nodes() *tree {
	if r.tree == nil && r.treeErr == nil {
		r.tree, r.treeErr = newTree(r.doc)
	}
	return r.tree
}

// at gives the range of a field of the object at path; the whole document's when
// it cannot be told.
func (r *reader) at(path, field string) diag.Range {
	if t := r.nodes(); t != nil {
		return t.locate(join(path, field))
	}
	return r.doc.whole()
}

func join(path, field string) string {
	if path == "" || field == "" || field[0] == '[' {
		return path + field
	}
	return path + "." + field
}

// findingCeiling is the number of findings about one document that are written out.
// Nobody reads more, and a document can be made of nothing but faults.
const findingCeiling = 1_000

// report adds a finding.
func (r *reader) report(f diag.Finding) {
	if f.Fix = r.doc.remedy(f.Fix); f.Fix != nil && r.doc.origin != nil {
		if r.brought += len(f.Fix.Edits); r.brought > 10*mostBrought {
			f.Fix = nil
		}
	}
	if f.Severity == diag.Error {
		r.errors++
	}
	if r.full() {
		r.unlisted++
		return
	}
	r.findings = append(r.findings, f)
}

func (r *reader) reportAll(l diag.List) {
	for _, f := range l {
		r.report(f)
	}
}

// full reports whether further findings are only counted.
func (r *reader) full() bool { return len(r.findings) >= findingCeiling }

// counted reports whether an error that is still to be put into words need only be
// counted, and counts it.
func (r *reader) counted() bool {
	if r.full() {
		r.errors++
		r.unlisted++
	}
	return r.full()
}

// closing says how many findings are not written out.
func (r *reader) closing() {
	if r.unlisted == 0 {
		return
	}
	f := diag.Finding{Code: diag.OverLimit, Severity: diag.Warning, Range: r.doc.whole()}
	f.Summary = fmt.Sprintf("This document has %d more findings that are not listed.", r.unlisted)
	f.Detail = "Mend those that are, and look again."
	r.findings = append(r.findings, f)
}

// typeMeta is what says what an object is.
type typeMeta struct{ APIVersion, Kind string }

// value reads one JSON value: an object, or a list of objects. Items of a typed list
// inherit its kind.
func (r *reader) value(text []byte, path string, inherited typeMeta) {
	var tm typeMeta
	ok := false
	if !r.doc.json {
		tm, ok = sortedTypeMeta(text)
	}
	var keys map[string]json.RawMessage
	if !ok {
		trimmed := bytes.TrimSpace(text)
		if len(trimmed) == 0 || trimmed[0] != '{' {
			r.notAnObject(trimmed, path)
			return
		}
		if err := sjson.UnmarshalCaseSensitivePreserveInts(text, &keys); err != nil {
			r.bad(path, "", "This document cannot be read: "+err.Error()+".")
			return
		}
		if tm, ok = r.typeMeta(keys, path); !ok {
			return
		}
	}
	if tm.APIVersion == "" && tm.Kind == "" && inherited.Kind != "" {
		tm = inherited
	}
	if item, isList := strings.CutSuffix(tm.Kind, "List"); isList && r.list(text, path, tm, item) {
		return
	}
	r.object(text, path, tm, keys)
}

// sortedTypeMeta reads apiVersion and kind from the beginning of an object whose keys
// are sorted, as conversion from YAML leaves them.
func sortedTypeMeta(text []byte) (tm typeMeta, ok bool) {
	rest, ok := bytes.CutPrefix(text, []byte(`{"apiVersion":"`))
	if !ok {
		return tm, false
	}
	api, rest, ok := bytes.Cut(rest, []byte(`","kind":"`))
	if !ok || bytes.ContainsAny(api, `\"`) {
		return tm, false
	}
	kind, _, ok := bytes.Cut(rest, []byte(`"`))
	if !ok || bytes.IndexByte(kind, '\\') >= 0 || len(api) == 0 || len(kind) == 0 {
		return tm, false
	}
	return typeMeta{string(api), string(kind)}, true
}

// typeMeta reads apiVersion and kind, which must be text.
func (r *reader) typeMeta(keys map[string]json.RawMessage, path string) (tm typeMeta, ok bool) {
	for _, f := range []struct {
		name string
		to   *string
	}{{"apiVersion", &tm.APIVersion}, {"kind", &tm.Kind}} {
		raw := keys[f.name]
		if raw == nil {
			continue
		}
		if err := json.Unmarshal(raw, f.to); err != nil {
			r.bad(path, f.name, fmt.Sprintf("`%s` is `%s`, but it must be text.", f.name, short(string(raw))))
			return tm, false
		}
	}
	return tm, true
}

// list reads the items of a List. It reports false when the object is no list after
// all.
func (r *reader) list(text []byte, path string, tm typeMeta, item string) bool {
	var list struct {
		Items json.RawMessage `json:"items"`
	}
	if err := sjson.UnmarshalCaseSensitivePreserveInts(text, &list); err != nil {
		return false
	}
	var items []json.RawMessage
	if list.Items == nil && item != "" && !readKinds[item].read {
		return false // a kind that happens to be called …List
	}
	if list.Items != nil && json.Unmarshal(list.Items, &items) != nil {
		r.bad(path, "items", fmt.Sprintf("`items` of this %s must be a list: put `- ` before each object.", tm.Kind))
		return true
	}
	if r.duplicates {
		r.duplicateKeys(path, "", true)
	}
	inherited := typeMeta{}
	if item != "" {
		inherited = typeMeta{tm.APIVersion, item}
	}
	for i, raw := range items {
		in := indexed(join(path, "items"), i)
		if len(raw) > 0 && raw[0] == '{' {
			r.value(raw, in, inherited)
			continue
		}
		if r.counted() {
			continue
		}
		r.bad(in, "", fmt.Sprintf("Item %d of this %s is no object.", i+1, tm.Kind))
	}
	return true
}

// bad reports an object of any kind that cannot be used.
func (r *reader) bad(path, field, summary string) {
	f := diag.Finding{Code: diag.BadObject, Severity: diag.Error, Range: r.at(path, field), Field: field, Summary: summary}
	f.Detail = notEvaluatedLines(r.at(path, ""))
	r.report(f)
}

// short cuts a user's text to what fits a sentence.
func short(s string) string {
	const limit = 60
	runes := []rune(s)
	if len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return s
}

// unreadable reports a document that is no YAML, or none that JSON could hold.
func (r *reader) unreadable(err error) {
	t := r.nodes()
	if t == nil {
		r.reportAll(syntaxFindings(r.doc, r.treeErr))
		return
	}
	// The parser that knows positions takes it, kubectl's does not: a key that is
	// no text, a number without end. The walker finds those.
	w := newWalker(true)
	var meta typeMeta
	if root := resolveAlias(t.root); root.Kind == yaml.MappingNode {
		for _, e := range newWalker(true).entries(root, place{}) {
			switch e.name {
			case "apiVersion":
				meta.APIVersion = e.value.Value
			case "kind":
				meta.Kind = e.value.Value
			}
		}
	}
	if isPolicy(meta) {
		r.walkPolicy("", meta)
	} else {
		w.plain(t.root, place{})
	}
	for _, f := range w.faults {
		if f.kind != duplicateKey && !r.counted() {
			found := describer{t: t}.describe(f)
			found.Detail = strings.TrimSpace(found.Detail + " " + notEvaluatedLines(r.doc.whole()))
			r.report(found)
		}
	}
	if r.errors > 0 {
		return
	}
	r.objects = nil
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var syntax error = errors.New(message)
	r.reportAll(syntaxFindings(r.doc, syntax))
}
