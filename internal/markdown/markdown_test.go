package markdown

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what is so into the files of testdata")

// Each file of testdata is a text, the tree that is read of it, and the notes.
func TestParse(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) < 4 {
		t.Fatalf("%d files in testdata, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text, notes := Parse(string(archive.Files[0].Data))
			var got strings.Builder
			outline(&got, text, "")
			for _, n := range notes {
				fmt.Fprintf(&got, "note at %d: %s\n", n.Line, n.Text)
			}
			want := &archive.Files[1]
			if got.String() == string(want.Data) {
				return
			}
			if *update {
				want.Data = []byte(got.String())
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("got:\n%s\nwant:\n%s\nto accept it: go test ./internal/markdown -update", got.String(), want.Data)
		})
	}
}

func outline(b *strings.Builder, text Text, indent string) {
	for _, x := range text {
		fmt.Fprintf(b, "%s%s at %d", indent, [...]string{"paragraph", "heading", "list", "code", "quote", "table", "rule"}[x.Kind], x.Line)
		if x.Level > 0 || x.First > 0 {
			fmt.Fprintf(b, ", %d", x.Level+x.First)
		}
		if len(x.Spans) > 0 {
			b.WriteString(": " + inline(x.Spans))
		}
		if x.Kind == Code {
			fmt.Fprintf(b, ": %q", x.Code)
		}
		b.WriteString("\n")
		outline(b, x.Inside, indent+"  ")
		for _, item := range x.Items {
			b.WriteString(indent + "  item\n")
			outline(b, item, indent+"    ")
		}
		for _, row := range append([][]Cell{x.Head}, x.Rows...) {
			if row == nil {
				continue
			}
			b.WriteString(indent + "  row")
			for _, cell := range row {
				b.WriteString(" | " + inline(cell))
			}
			b.WriteString("\n")
		}
	}
}

func inline(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		switch s.Kind {
		case Plain:
			b.WriteString(s.Text)
		case CodeSpan:
			b.WriteString("{code " + s.Text + "}")
		case Emphasis:
			b.WriteString("{em " + inline(s.Inside) + "}")
		case Strong:
			b.WriteString("{strong " + inline(s.Inside) + "}")
		case Link:
			b.WriteString("{to " + s.Href + ": " + inline(s.Inside) + "}")
		case Break:
			b.WriteString("{break}")
		}
	}
	return b.String()
}

func TestUnlinkedTellsTheAddress(t *testing.T) {
	text, _ := Parse("- See [the *checks*](/checks).\n- <https://example.com/a>\n\n| a |\n|---|\n| [b](https://example.com) |\n")
	const want = "See the checks (/checks). https://example.com/a a b (https://example.com)"
	if got := text.Unlinked().Words(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := text.Words(); got != "See the checks. https://example.com/a a b" {
		t.Errorf("the text itself was changed: %q", got)
	}
}

// hostile are pieces that make parsers slow when there are many of them.
var hostile = []string{">", "[", "![", "*", "_a", "`", "- ", "a|", "<a ", "&amp;", "[a](", "1. ", "> - ", "\n\n#", "<!--", "[a]: b\n"}

// repeated fills what a lesson may hold with a piece.
func repeated(piece string) string {
	const most = 16 << 10
	return strings.Repeat(piece, most/len(piece))
}

// Texts that are made to be hard are read like others.
func TestHostileTextsAreRead(t *testing.T) {
	for _, piece := range hostile {
		text, _ := Parse("before\n\n" + repeated(piece))
		if got := text.Words(); !strings.HasPrefix(got, "before") {
			t.Errorf("of %q is left %.40q", piece, got)
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	for _, piece := range hostile {
		b.Run(piece, func(b *testing.B) {
			text := repeated(piece)
			for b.Loop() {
				Parse(text)
			}
		})
	}
}
