package diag

import "testing"

func TestApply(t *testing.T) {
	at := func(line, column, endLine, endColumn int, text string) Edit {
		return Edit{Range{Start: Position{line, column}, End: Position{endLine, endColumn}}, text}
	}
	for _, c := range []struct {
		what, text string
		edits      []Edit
		want       string // "" where the edits cannot be made
	}{
		{"nothing", "a: b\n", nil, "a: b\n"},
		{"in any order", "a: b\nc: d\n", []Edit{at(2, 4, 2, 5, "y"), at(1, 4, 1, 5, "x")}, "a: x\nc: y\n"},
		{"insertions at one place, as given", "ab", []Edit{at(1, 2, 1, 2, "1"), at(1, 2, 1, 2, "2")}, "a12b"},
		{"in place of what is taken out", "ab", []Edit{at(1, 1, 1, 2, ""), at(1, 1, 1, 1, "x")}, "xb"},
		{"behind what was taken out", "ab", []Edit{at(1, 1, 1, 2, ""), at(1, 2, 1, 2, "-")}, "-b"},
		{"whole lines", "a\nb\nc\n", []Edit{at(2, 1, 3, 1, "")}, "a\nc\n"},
		{"at the end, after a break", "a\n", []Edit{at(2, 1, 2, 1, "b")}, "a\nb"},
		{"characters, not bytes", "é€𝄞: x", []Edit{at(1, 6, 1, 7, "y")}, "é€𝄞: y"},
		{"CR LF and CR", "a\r\nb\rc", []Edit{at(2, 1, 2, 2, "x"), at(3, 1, 3, 2, "y")}, "a\r\nx\ry"},
		{"a byte order mark has no column", "\ufeffa", []Edit{at(1, 1, 1, 2, "b")}, "\ufeffb"},
		{"behind the end of a line", "a\nb", []Edit{at(1, 3, 1, 3, "x")}, ""},
		{"behind the end of the text", "a\n", []Edit{at(3, 1, 3, 1, "x")}, ""},
		{"no place", "a", []Edit{{NewText: "x"}}, ""},
		{"backwards", "ab", []Edit{at(1, 3, 1, 2, "x")}, ""},
		{"overlapping", "abc", []Edit{at(1, 1, 1, 3, "x"), at(1, 2, 1, 3, "y")}, ""},
	} {
		got, ok := Apply([]byte(c.text), c.edits)
		if ok != (c.want != "") || string(got) != c.want {
			t.Errorf("%s: got %q %v, want %q", c.what, got, ok, c.want)
		}
	}
}
