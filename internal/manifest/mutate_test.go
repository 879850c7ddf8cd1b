package manifest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// shape is a YAML value to be written down in one of many styles: a map, a list, or
// the text of a scalar.
type shape struct {
	keys   []string
	values []*shape
	list   bool
	scalar string
}

func word(text string) *shape { return &shape{scalar: text} }

func list(items ...*shape) *shape { return &shape{list: true, values: items} }

func fields(pairs ...any) *shape {
	s := &shape{}
	for i := 0; i < len(pairs); i += 2 {
		s.keys, s.values = append(s.keys, pairs[i].(string)), append(s.values, pairs[i+1].(*shape))
	}
	return s
}

// randomPolicy makes a policy that has no fault.
func randomPolicy(r *rand.Rand) *shape {
	selector := func() *shape {
		s := fields("matchLabels", fields("app", word("web"), "app.kubernetes.io/name", word(`"1"`)))
		if r.IntN(2) == 0 {
			s = fields("matchExpressions", list(fields("key", word("a"), "operator", word("In"), "values", list(word("b"), word("'yes'")))))
		}
		return s
	}
	peer := func() *shape {
		switch r.IntN(3) {
		case 0:
			return fields("ipBlock", fields("cidr", word("10.0.0.0/8"), "except", list(word("10.1.0.0/16"))))
		case 1:
			return fields("podSelector", selector(), "namespaceSelector", selector())
		}
		return fields("podSelector", selector())
	}
	rule := func(direction string) *shape {
		return fields(direction, list(peer(), peer()), "ports", list(fields("port", word("80"), "endPort", word("90")), fields("protocol", word("UDP"), "port", word("dns"))))
	}
	return fields("apiVersion", word(policyAPI), "kind", word("NetworkPolicy"), "metadata", fields("name", word("p"), "labels", fields("é", word("ü"))),
		"spec", fields("podSelector", selector(), "policyTypes", list(word("Ingress"), word("Egress")), "ingress", list(rule("from"), rule("from")), "egress", list(rule("to"))))
}

// spot is a value in a shape: entry i of its parent, at path.
type spot struct {
	parent *shape
	i      int
	path   string
}

func (s *shape) spots(path string) (all []spot) {
	for i, v := range s.values {
		in := indexed(path, i)
		if !s.list {
			in = join(path, s.keys[i])
		}
		all = append(all, spot{s, i, in})
		all = append(all, v.spots(in)...)
	}
	return all
}

// writer writes a shape down and remembers where keys and values stand.
type writer struct {
	strings.Builder
	r            *rand.Rand
	line         int
	keys, values map[string]diag.Range
	json         bool
}

func (w *writer) put(text string) diag.Range {
	at := func() diag.Position {
		all := w.String()
		return diag.Position{Line: w.line + 1, Column: utf8.RuneCountInString(all[strings.LastIndexByte(all, '\n')+1:]) + 1}
	}
	start := at()
	w.WriteString(text)
	return diag.Range{File: "f", Start: start, End: at()}
}

func (w *writer) newline(indent int) {
	w.WriteByte('\n')
	w.line++
	if w.r.IntN(12) == 0 && !w.json {
		w.WriteString("# a: comment\n")
		w.line++
	}
	w.WriteString(strings.Repeat(" ", indent))
}

func (w *writer) scalar(text string) string {
	if w.json && !strings.Contains("0123456789[{\"tfn", text[:1]) {
		return `"` + strings.Trim(text, "'") + `"`
	}
	return text
}

func (w *writer) key(path, key string) {
	if w.json || w.r.IntN(8) == 0 {
		key = `"` + key + `"`
	}
	w.keys[path] = w.put(key)
	w.WriteString(":")
}

func (w *writer) write(s *shape, path string, indent int, flow bool) {
	flow = flow || w.json || len(s.values) == 0 || indent > 2 && w.r.IntN(6) == 0
	switch {
	case s.scalar != "":
		w.values[path] = w.put(w.scalar(s.scalar))
	case flow:
		w.flow(s, path, indent)
	default:
		w.block(s, path, indent)
	}
}

func (w *writer) flow(s *shape, path string, indent int) {
	open, shut := "{", "}"
	if s.list {
		open, shut = "[", "]"
	}
	start := w.put(open)
	for i, v := range s.values {
		if i > 0 {
			w.WriteString(",")
		}
		if w.r.IntN(4) == 0 {
			w.newline(indent + 4)
		}
		w.WriteString([]string{"", " "}[w.r.IntN(2)])
		in := indexed(path, i)
		if !s.list {
			in = join(path, s.keys[i])
			w.key(in, s.keys[i])
			w.WriteString(" ")
		}
		w.write(v, in, indent+4, true)
	}
	start.End = w.put(shut).End
	w.values[path] = start
}

func (w *writer) block(s *shape, path string, indent int) {
	for i, v := range s.values {
		if i > 0 {
			w.newline(indent)
		}
		in := indexed(path, i)
		var begin diag.Range
		if s.list {
			begin = w.put("- ")
		} else {
			in = join(path, s.keys[i])
			w.key(in, s.keys[i])
			begin = w.keys[in]
		}
		if i == 0 {
			w.values[path] = diag.Range{File: "f", Start: begin.Start} // it ends where its last value does
		}
		switch {
		case s.list:
			w.write(v, in, indent+2, false)
		case v.scalar == "" && len(v.values) > 0 && !w.json:
			w.newline(indent + 2)
			w.write(v, in, indent+2, false)
		default:
			w.WriteString(" ")
			w.write(v, in, indent+2, false)
		}
	}
}

// misspell changes a field's name to one that nothing knows.
func misspell(r *rand.Rand, key string) string {
	switch r.IntN(3) {
	case 0:
		return strings.ToUpper(key[:1]) + key[1:] + "x"
	case 1:
		return strings.ToUpper(key)
	}
	return key[:len(key)-1] + "ß"
}

var wrongScalars = []string{"true", "yes", "1.5", "text", "12", "off", "~x", "99999999999"}

// A fault in a policy, however the policy is written down, is found at the very
// characters that are wrong; an untouched policy has none.
func TestFaultsAreFoundWhereTheyAre(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	seen := map[diag.Code]int{}
	for range 800 {
		policy := randomPolicy(r)
		spots := policy.spots("")
		at := spots[r.IntN(len(spots))]
		value := at.parent.values[at.i]
		wantKey := false
		path := at.path
		kind := r.IntN(4)
		isText := strings.Contains(path, "matchLabels.") || strings.Contains(path, "labels.")
		switch {
		case path == "apiVersion" || path == "kind" || kind == 0:
			path = ""
		case kind == 1 && !at.parent.list && !isText:
			key := misspell(r, at.parent.keys[at.i])
			path = strings.TrimSuffix(path, at.parent.keys[at.i]) + key
			at.parent.keys[at.i], wantKey = key, true
		case value.scalar != "":
			at.parent.values[at.i] = []*shape{list(word("a")), fields("a", word("b"))}[r.IntN(2)]
		case value.list:
			at.parent.values[at.i] = []*shape{word("12"), fields("podSelector", fields())}[r.IntN(2)]
		default:
			at.parent.values[at.i] = []*shape{word(wrongScalars[r.IntN(len(wrongScalars))]), list(fields())}[r.IntN(2)]
		}
		w := &writer{r: r, keys: map[string]diag.Range{}, values: map[string]diag.Range{}, json: r.IntN(4) == 0}
		w.write(policy, "", 0, false)
		text := w.String() + "\n"
		source := []Source{{Name: "f", Data: []byte(text)}}
		b, err := Parse(source, WebLimits)
		if err != nil {
			t.Fatal(err)
		}
		checkBundle(t, source, b)
		if why := refused([]byte(text)); (why != "") != (path != "") || len(b.Objects) != 1 || (b.Objects[0].Refused != "") != (path != "") {
			t.Fatalf("at %q: decoder says %q, objects %s, findings\n%sin\n%s", path, why, objectLines(b), findingLines(b), text)
		}
		if path == "" {
			if len(b.Findings) > 0 {
				t.Fatalf("findings in a good policy:\n%sin\n%s", findingLines(b), text)
			}
			continue
		}
		want := w.values[path]
		if wantKey {
			want = w.keys[path]
		}
		i := slices.IndexFunc(b.Findings, func(f diag.Finding) bool {
			return f.Field == path && f.Range.Start == want.Start && (want.End.Line == 0 || f.Range.End == want.End)
		})
		if i < 0 {
			t.Fatalf("no finding about %s at %s:\n%sin\n%s", path, rangeText(want), findingLines(b), text)
		}
		seen[b.Findings[i].Code]++
	}
	for _, code := range []diag.Code{diag.UnknownField, diag.ListOrMap, diag.LabelValueNotText, diag.BadPolicyType, diag.BadPortNumber, diag.BadProtocol, diag.BadCIDR} {
		if seen[code] == 0 {
			t.Errorf("%s never came up: %v", code, fmt.Sprint(seen))
		}
	}
}
