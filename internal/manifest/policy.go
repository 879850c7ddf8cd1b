package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
	networkingv1 "k8s.io/api/networking/v1"
	sjson "sigs.k8s.io/json"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// policy reads a NetworkPolicy as strictly as an API server that was asked for strict
// field validation. The strict decoder is the authority; only when it complains, or
// something is to be said that it does not see, are nodes walked.
func (r *reader) policy(text []byte, path string, tm typeMeta) {
	var np networkingv1.NetworkPolicy
	strict, err := sjson.UnmarshalStrict(text, &np)
	right := tm == typeMeta{policyAPI, "NetworkPolicy"}
	if err == nil && len(strict) == 0 && right && !r.duplicates && !r.mayBeOdd(text) {
		r.add(path, tm, &np)
		return
	}
	object := r.walkPolicy(path, tm)
	switch {
	case object == nil: // it was reported as a whole
	case err != nil || len(strict) > 0:
		r.trustDecoder(path, tm, err, strict)
	case len(object.Faults) == 0:
		// The walker knows less of YAML: a tag may make text of a number, or the
		// other way round.
		object.Value = &np
	}
}

// mayBeOdd reports whether ports of the document may have another text than their
// decimal value. It looks at the document once, since a List may have many policies.
func (r *reader) mayBeOdd(text []byte) bool {
	if r.doc.json && !r.floats {
		return oddPort(text)
	}
	if r.odd == nil {
		odd := oddPort(r.doc.text)
		r.odd = &odd
	}
	return *r.odd
}

// oddPort reports whether a text has a port whose value may not be its decimal value,
// or does not stand right behind the key.
func oddPort(text []byte) bool {
	for {
		i := bytes.Index(text, []byte("ort"))
		if i < 0 {
			return false
		}
		key := i > 0 && (text[i-1] == 'p' || text[i-1] == 'P')
		text = text[i+len("ort"):]
		if key && oddValue(text) {
			return true
		}
	}
}

// oddValue looks at what stands behind the word port.
func oddValue(rest []byte) bool {
	if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
		rest = rest[1:]
	}
	rest = bytes.TrimLeft(rest, " \t")
	switch {
	case len(rest) > 0 && (rest[0] == '\n' || rest[0] == '\r'):
		return true // the colon may be on the next line
	case len(rest) == 0 || rest[0] != ':':
		return false
	}
	rest = bytes.TrimLeft(rest[1:], " \t")
	digits := len(rest) - len(bytes.TrimLeft(rest, "0123456789"))
	behind := byte('\n')
	if digits < len(rest) {
		behind = rest[digits]
	}
	switch {
	case digits == 0:
		return bytes.IndexByte([]byte("+-.&*!#\r\n"), behind) >= 0
	case digits > 1 && rest[0] == '0':
		return true
	}
	return bytes.IndexByte([]byte("_eE.xXbBoO"), behind) >= 0
}

// add hands out a policy that has no fault so far.
func (r *reader) add(path string, tm typeMeta, np *networkingv1.NetworkPolicy) *Object {
	name := np.Name
	if name == "" {
		name = np.GenerateName
	}
	r.texts.policy(np)
	r.objects = append(r.objects, Object{
		APIVersion: tm.APIVersion, Kind: "NetworkPolicy", Namespace: np.Namespace, Name: name, Value: np,
		Source: &source{doc: r.doc, path: path, listing: r.listing},
	})
	return &r.objects[len(r.objects)-1]
}

// walkPolicy reports every fault of a policy and hands out what is left of it, nil
// when that is nothing.
func (r *reader) walkPolicy(path string, tm typeMeta) *Object {
	t := r.nodes()
	if t == nil {
		r.bad(path, "", "This NetworkPolicy cannot be read.")
		return nil
	}
	_, node := t.find(path)
	w := newWalker(true)
	value, _ := w.walk(node, reflect.TypeFor[networkingv1.NetworkPolicy](), place{})
	np := &networkingv1.NetworkPolicy{}
	if text, err := json.Marshal(value); err == nil {
		// What the walker left in fits the type, so this cannot fail halfway.
		_ = sjson.UnmarshalCaseSensitivePreserveInts(text, np)
	}
	object := r.add(path, tm, np)
	var found diag.List
	if tm != (typeMeta{policyAPI, "NetworkPolicy"}) {
		found = append(found, r.wrongKind(path, tm))
	}
	for _, f := range w.faults {
		if f.kind != duplicateKey {
			object.Faults = append(object.Faults, f.path)
		}
	}
	faults := mostOf(w.faults)
	r.unlisted += len(w.faults) - len(faults)
	found = append(found, describePolicy(t, resolveAlias(node), faults)...)
	found = append(found, oddNumbers(t, node, "")...)
	passed := false
	for _, f := range found {
		f.Object = object.Title()
		switch {
		case f.Ignorable && r.doc.ignored != nil && r.doc.ignored(f):
			f.Severity, passed = diag.Info, true
		case f.Severity == diag.Error && object.Refused == "":
			object.Refused = f.Code
		}
		r.report(f)
	}
	if passed && object.Refused == "" {
		// The walker has seen every field, and all that are unknown are passed over.
		object.Faults, r.passed = nil, object
	}
	return object
}

// mostOf gives as many faults as are written out, among them one that is an error if
// there is any.
func mostOf(faults []fault) []fault {
	isError := func(f fault) bool { return f.kind != duplicateKey }
	if len(faults) <= findingCeiling {
		return faults
	}
	most := faults[:findingCeiling]
	if i := slices.IndexFunc(faults, isError); i >= findingCeiling {
		most = append(slices.Clone(most[1:]), faults[i])
	}
	return most
}

// trustDecoder makes sure that a policy which the API server's decoder refuses has an
// error, also if the walker saw none.
func (r *reader) trustDecoder(path string, tm typeMeta, err error, strict []error) {
	object := &r.objects[len(r.objects)-1]
	if object.Refused != "" || r.passed == object {
		return
	}
	for _, e := range strict {
		if err == nil && !strings.Contains(e.Error(), "duplicate field") {
			err = e
		}
	}
	if err == nil {
		return
	}
	object.Refused = diag.BadObject
	r.report(diag.Finding{
		Code: diag.BadObject, Severity: diag.Error, Range: r.at(path, ""), Object: object.Title(),
		Summary: fmt.Sprintf("The API server cannot read this %s: %s.", tm.Kind, short(err.Error())),
	})
}

// oddNumbers finds ports that YAML reads as another number than a person does.
func oddNumbers(t *tree, n *yaml.Node, path string) (found diag.List) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if isMerge(key) {
				found = append(found, oddNumbers(t, value, path)...)
				continue
			}
			in := join(path, key.Value)
			if key.Value == "port" || key.Value == "endPort" {
				found = append(found, oddNumber(t, key, value, in)...)
			}
			found = append(found, oddNumbers(t, value, in)...)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			found = append(found, oddNumbers(t, item, indexed(path, i))...)
		}
	}
	return found
}

func oddNumber(t *tree, key, value *yaml.Node, path string) diag.List {
	written := value
	value = resolveAlias(value)
	read, ok := portNumber(value)
	if !ok || value.Value == strconv.FormatInt(read, 10) {
		return nil
	}
	why, want := "", strings.ReplaceAll(strings.TrimLeft(value.Value, "0"), "_", "")
	if strings.HasPrefix(value.Value, "0") && len(bytes.Trim([]byte(value.Value), "0123456789")) == 0 {
		why = " because YAML takes a leading 0 as octal"
	} else {
		want = strconv.FormatInt(read, 10)
	}
	f := diag.Finding{
		Code: diag.NumberReadDifferently, Severity: diag.Warning, Range: t.node(written), Field: path,
		Summary: fmt.Sprintf("Port `%s` on line %d is read as %d%s.", short(value.Value), t.node(value).Start.Line, read, why),
		Detail:  fmt.Sprintf("Write `%s: %s` if that is what you mean.", key.Value, want),
	}
	// An alias stays one: what it stands for may be meant elsewhere.
	f.Fix = &diag.Fix{Text: fmt.Sprintf("Write `%s`", want), Edits: []diag.Edit{{Range: f.Range, NewText: want}}}
	return diag.List{f}
}

// portNumber gives the whole number that a scalar is read as.
func portNumber(n *yaml.Node) (int64, bool) {
	if n.Kind != yaml.ScalarNode {
		return 0, false
	}
	switch v := resolve(n).(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<31
	}
	return 0, false
}

// duplicateKeys reports keys that an object has twice. Of a List only its own, since
// each item is an object of its own.
func (r *reader) duplicateKeys(path, title string, list bool) {
	t := r.nodes()
	if t == nil {
		return
	}
	_, node := t.find(path)
	node = resolveAlias(node)
	w := newWalker(false)
	if !list {
		w.plain(node, place{})
	} else if node.Kind == yaml.MappingNode {
		for _, e := range w.entries(node, place{}) {
			if e.name != "items" {
				w.plain(e.value, place{}.child(e.name, e.key, nil))
			}
		}
	}
	for _, f := range glue(w.faults) {
		if f.kind == duplicateKey && r.full() {
			r.unlisted++
		} else if f.kind == duplicateKey {
			found := describer{t: t}.describe(f)
			found.Object = title
			r.report(found)
		}
	}
}

// withoutKind reads an object that does not say what it is. It always does.
func (r *reader) withoutKind(path string, tm typeMeta, keys map[string]jsonRaw) bool {
	if f := fragmentOf(keys); f != nil && tm.APIVersion == "" && r.isFragment(path, f) {
		return true
	}
	var spec map[string]jsonRaw
	_ = json.Unmarshal(keys["spec"], &spec)
	for _, key := range specKeys {
		if _, ok := spec[key]; ok {
			r.report(r.wrongKind(path, tm))
			return true
		}
	}
	missing := "`kind`"
	if tm.APIVersion == "" {
		missing = "`apiVersion` and `kind`"
	}
	r.bad(path, "", fmt.Sprintf("This object has no %s, so nothing can be said about it.", missing))
	return true
}

// isFragment reads a part of a policy as a policy of its own. Items of a List are not
// completed.
func (r *reader) isFragment(path string, f *fragment) bool {
	if path != "" {
		return false
	}
	f.doc = r.doc
	whole, ok := f.read(exampleName)
	if ok {
		r.result = whole
	}
	return ok
}

// notAnObject reads a document that is a list or a plain text.
func (r *reader) notAnObject(text []byte, path string) {
	if len(text) == 0 || bytes.Equal(text, []byte("null")) {
		return
	}
	what := "text"
	if text[0] == '[' {
		what = "a list"
		if f := listFragment(text); f != nil && r.isFragment(path, f) {
			return
		}
	}
	r.bad(path, "", fmt.Sprintf("This is %s and not a Kubernetes object, which begins with `apiVersion:` and `kind:`.", what))
}
