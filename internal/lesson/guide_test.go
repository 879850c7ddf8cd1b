package lesson

import (
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

func TestSampleHolds(t *testing.T) {
	l, err := Parse("sample", []byte(Sample()))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range l.Verify() {
		t.Error(p)
	}
}

// The guide names every file, section and rule that the parser knows, and every rule that
// it shows is one.
func TestGuideIsTrue(t *testing.T) {
	text, notes := markdown.Parse(guide)
	for _, n := range notes {
		t.Errorf("write.md:%d: %s", n.Line, n.Text)
	}
	for _, name := range slices.Concat([]string{textFile}, needed, possible, second) {
		if !strings.Contains(guide, "| `"+name+"` |") {
			t.Errorf("the guide does not tell of the file %s", name)
		}
	}
	for _, name := range Kinds {
		if !strings.Contains(guide, "| `"+name+"` |") {
			t.Errorf("the guide does not tell of the picture %s", name)
		}
	}
	for _, name := range sections {
		if !strings.Contains(guide, "| `# "+name+"` |") {
			t.Errorf("the guide does not tell of the section %s", name)
		}
	}
	i := slices.IndexFunc(text, func(b markdown.Block) bool {
		return b.Kind == markdown.Table && markdown.Sentence(b.Head[0]...).Words() == "Rule"
	})
	for _, row := range text[i].Rows {
		r := reading{given: map[string]part{"rules": {text: row[0][0].Text}}, lesson: &Lesson{}}
		if r.readRules("rules"); len(r.broken) > 0 {
			t.Error(r.broken)
		}
	}
	if len(text[i].Rows) != 7 {
		t.Errorf("the guide has %d rules, want 7", len(text[i].Rows))
	}
}
