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
