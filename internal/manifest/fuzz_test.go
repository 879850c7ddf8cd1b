package manifest

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// FuzzParse holds for any bytes: nothing panics, the answer is the same twice, every
// place is inside the text, and a policy that is handed out as in force is one that
// the decoder of the API server takes.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		whole, header + "spec:\n  podSelector\n    a: b\n", "%YAML 1.1\n---\na: b\n...\n", "- podSelector: {}\n", "{}{}\n{\"a\":\"\\ud83d\"}",
		"apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(whole, "\n", "\n  "), "a: &a [*a]\n", "a: |\n  b\n---\nc: 'd\n\n e'\n",
		"\xff\xfea\x00", "\xef\xbb\xbfa: b\r\nc: \u2028d\u0085e\n", "PK\x05\x06" + strings.Repeat("\x00", 18), "\x1f\x8b\x08", "<<: {a: b}\n? [c]\n: d\n",
		namespace("a") + "---\n" + strings.Replace(namespace("b"), "name: b", "name: b, labels: {x: 1}", 1), "--- {kind: Pod}\n--- # x\n",
		"from:\n- podSelector: {}\n---\n- to: []\n", "{\"egress\": [{}]}", "--- {spec: {podSelector: {}}}\n",
		"• podSelector:\n•   é: “x”\n", "\u00a0\u00a0podSelector:\u00a0{}\n", "\u200bfrom: []\n",
	} {
		f.Add([]byte(seed))
	}
	for _, d := range decorations {
		f.Add([]byte(decorated(d, "podSelector:\n  app: x\ningress:\n- from: []\n") + "---\n" + decorated(d, whole)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		sources := []Source{{Name: "f", Data: data}}
		b, err := Parse(sources, WebLimits)
		if limit := (*LimitError)(nil); err != nil && !errors.As(err, &limit) {
			t.Fatal(err)
		}
		again, _ := Parse(sources, WebLimits)
		if !reflect.DeepEqual(b.Findings, again.Findings) || titles(b) != titles(again) {
			t.Fatalf("two answers:\n%s\n%s", show(b.Findings), show(again.Findings))
		}
		text, trouble := decodeText(data)
		if trouble != "" || archiveFormat(data) != "" {
			return
		}
		lossless(t, text)
		for i := range b.Objects {
			agrees(t, &b.Objects[i])
		}
		ends := lineLengths(text)
		for _, found := range b.Findings {
			inside(t, ends, found.Range, found.Summary)
			if found.Fix != nil {
				for _, e := range found.Fix.Edits {
					inside(t, ends, e.Range, found.Fix.Text)
				}
			}
		}
		for _, o := range b.Objects {
			for _, field := range []string{"", "metadata.name", "spec.ingress[0].from[0]", "spec[", "]"} {
				inside(t, ends, o.Source.Locate(field), field)
			}
		}
	})
}

// lossless holds that splitting a text drops nothing but white space.
func lossless(t *testing.T, text []byte) {
	t.Helper()
	var parts []byte
	split("f", text, func(d document) bool {
		parts = append(parts, d.text...)
		return true
	})
	bare := func(b []byte) []byte { return bytes.Join(bytes.Fields(b), nil) }
	if !bytes.Equal(bare(parts), bare(text)) {
		t.Fatalf("splitting %q gives %q", text, parts)
	}
}

// agrees holds that a policy in a document of its own is refused when and only when
// the decoder refuses it.
func agrees(t *testing.T, o *Object) {
	t.Helper()
	at := o.Source.(*source)
	if o.Kind != "NetworkPolicy" || at.path != "" || o.Refused == diag.WrongAPIOrKind {
		return
	}
	why := refused(at.doc.text)
	if at.doc.json {
		why = refusedJSON(at.doc.text)
	}
	if (why != "") != (o.Refused != "") {
		t.Fatalf("the decoder says %q, but refused is %q: %q", why, o.Refused, at.doc.text)
	}
}

// lineLengths gives the code points of each line.
func lineLengths(text []byte) []int {
	var lengths []int
	pos := 0
	for pos < len(text) {
		end, next := lineEnd(text, pos)
		lengths = append(lengths, utf8.RuneCount(text[pos:end]))
		pos = next
	}
	if len(text) == 0 || bytes.IndexByte([]byte("\r\n"), text[len(text)-1]) >= 0 {
		lengths = append(lengths, 0)
	}
	return lengths
}

func inside(t *testing.T, lengths []int, r diag.Range, what string) {
	t.Helper()
	for _, p := range []diag.Position{r.Start, r.End} {
		if p.Line < 1 || p.Line > len(lengths) || p.Column < 1 || p.Column > lengths[p.Line-1]+1 {
			t.Fatalf("%s: %+v is outside of the text", what, r)
		}
	}
	if r.End.Line < r.Start.Line || r.End.Line == r.Start.Line && r.End.Column < r.Start.Column {
		t.Fatalf("%s: %+v ends before it begins", what, r)
	}
}
