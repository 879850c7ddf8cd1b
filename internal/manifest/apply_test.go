package manifest

import (
	"testing"

	"github.com/netpolscope/netpolscope/internal/diag"
)

func TestApplyEditsTheFileThatIsMeant(t *testing.T) {
	at := func(file string) []diag.Edit {
		return []diag.Edit{{Range: diag.Range{File: file, Start: diag.Position{Line: 2, Column: 4}, End: diag.Position{Line: 2, Column: 5}}, NewText: "X"}}
	}
	sources := []Source{{"a", []byte("a: 1\nb: 2\n")}, {"b", []byte("\xff\xfea\x00\n\x00b\x00:\x00 \x002\x00")}, {"zip", []byte("PK\x03\x04\nabcdefg")}}
	for _, c := range []struct{ file, want string }{
		{"a", "a: 1\nb: X\n"},
		{"b", "a\nb: X"}, // UTF-16 becomes UTF-8
		{"zip", ""},
		{"zip:a", ""},
	} {
		got, err := Apply(sources, at(c.file))
		if (err == nil) != (c.want != "") {
			t.Errorf("%s: error %v", c.file, err)
		}
		for i := range got {
			want := string(sources[i].Data)
			if sources[i].Name == c.file {
				want = c.want
			}
			if string(got[i].Data) != want {
				t.Errorf("an edit of %s makes %q of %s, want %q", c.file, got[i].Data, sources[i].Name, want)
			}
		}
	}
	if string(sources[0].Data) != "a: 1\nb: 2\n" {
		t.Errorf("the source given became %q", sources[0].Data)
	}
}

// A text keeps its byte order mark and the way its lines end.
func TestApplyKeepsTheTextsOwnWays(t *testing.T) {
	place := diag.Position{Line: 2, Column: 1}
	edits := []diag.Edit{{Range: diag.Range{File: "a", Start: place, End: place}, NewText: "b: 2\nc: 3\n"}}
	for text, want := range map[string]string{
		"\ufeffa: 1\n":            "\ufeffa: 1\nb: 2\nc: 3\n",
		"a: 1\r\nd: 4\r\n":        "a: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\n",
		"\ufeffa: 1\r\n":          "\ufeffa: 1\r\nb: 2\r\nc: 3\r\n",
		"<svg>\n</svg>":           "",
		"<?xml version='1.0'?>\n": "",
	} {
		got, err := Apply([]Source{{"a", []byte(text)}}, edits)
		if (err == nil) != (want != "") || err == nil && string(got[0].Data) != want {
			t.Errorf("%q became %q, want %q; %v", text, got, want, err)
		}
	}
}

func TestRigidTexts(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\n":        "",
		"\ufeffa: 1\n":  "",
		"":              "",
		"PK\x03\x04":    "it is an archive",
		"<svg></svg>":   "it is a picture that carries its manifests",
		"\xff\xfea\x00": "it is not text in UTF-8",
		"a\x00":         "it is not text in UTF-8",
	} {
		if got := (Source{Data: []byte(text)}).Rigid(); got != want {
			t.Errorf("%q is rigid: %q, want %q", text, got, want)
		}
	}
}
