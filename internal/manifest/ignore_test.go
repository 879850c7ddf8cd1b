package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diag"
)

func TestIgnoreComments(t *testing.T) {
	const object = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n"
	for _, c := range []struct{ what, text, want string }{
		{"none", object, ""},
		{"behind a line", "apiVersion: v1\nkind: Namespace # netpolscope:ignore NP101 it is meant\nmetadata: {name: a}\n", "2 NP101 it is meant 2-2"},
		{"above a line, and over a gap", "apiVersion: v1\n# netpolscope:ignore NP101 x\n\n# more\nkind: Namespace\nmetadata: {name: a}\n", "2 NP101 x 5-5"},
		{"above an object", "# netpolscope:ignore NP101 x\n" + object, "1 NP101 x 2-5"},
		{"behind its first line", strings.Replace(object, "v1\n", "v1 # netpolscope:ignore NP101 x\n", 1), "1 NP101 x 1-4"},
		{"above the marker, and behind it", "# netpolscope:ignore NP101 x\n--- # netpolscope:ignore NP102 y\n" + object + "---\n" + object, "1 NP101 x 3-6\n2 NP102 y 3-6"},
		{"above an item of a List", "kind: List\napiVersion: v1\nitems:\n# netpolscope:ignore NP101 x\n- kind: Namespace\n  apiVersion: v1\n- kind: Namespace\n", "4 NP101 x 5-6"},
		{"with spaces and a colon", object + "# netpolscope: ignore NP101:  two  words \n", "5 NP101 two  words 0-0"},
		{"without code or reason", "# netpolscope:ignore\n# netpolscope:ignore NP101\n" + object, "1   3-6\n2 NP101  3-6"},
		{"no comment: no space before it", "a: b# netpolscope:ignore NP101 x\n", ""},
		{"no comment: within a text", "a: |\n  # netpolscope:ignore NP101 x\nb: ' # netpolscope:ignore NP101 x'\n", ""},
		{"no comment: in JSON", `{"a": " # netpolscope:ignore NP101 x"}`, ""},
		{"another word", object + "# netpolscope:ignored NP101 x\n# netpolscope is meant\n", ""},
		{"in a text that does not parse", "a: [\n# netpolscope:ignore NP001 x\nb: {\n", "2 NP001 x 3-3"},
		{"with other line ends", strings.ReplaceAll("# netpolscope:ignore NP101 x\n"+object, "\n", "\r\n"), "1 NP101 x 2-5"},
	} {
		b, err := Parse([]Source{{"a.yaml", []byte(c.text)}}, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		var removals []diag.Edit
		for _, i := range b.Ignores {
			got = append(got, fmt.Sprintf("%d %s %s %d-%d", i.Range.Start.Line, i.Code, i.Reason, i.First, i.Last))
			removals = append(removals, i.Removal)
		}
		if got := strings.Join(got, "\n"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
		without, err := Apply([]Source{{"a.yaml", []byte(c.text)}}, removals)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if b, _ := Parse(without, Limits{}); len(b.Ignores) > 0 || len(removals) == 0 != (string(without[0].Data) == c.text) {
			t.Errorf("%s: taken out it leaves %q", c.what, without[0].Data)
		}
	}
}
