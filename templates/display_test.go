package templates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDisplay(t *testing.T) {
	for text, want := range map[string]string{
		"plain":             "plain",
		"größer 数":          "größer 数",
		"a\x00b":            `a\x00b`,
		"a\nb":              `a\x0Ab`,
		"evil\u202Etxt":     `evil\u202Etxt`,
		"zero\u200Bwidth":   `zero\u200Bwidth`,
		"tag\U000E0041":     `tag\U000E0041`,
		"not utf-8: \xff":   "not utf-8: \uFFFD",
		"<b>&amp;</b>":      "<b>&amp;</b>", // markup is templ's business
		"half \u115F blank": `half \u115F blank`,
	} {
		if got := Display(text); got != want {
			t.Errorf("Display(%q) = %q, want %q", text, got, want)
		}
	}
	if got := DisplayText("one\ntwo\u202E"); got != "one\ntwo\\u202E" {
		t.Errorf("DisplayText: %q", got)
	}
	if got := Shorten(strings.Repeat("ä", 20), 10); got != strings.Repeat("ä", 9)+"…" {
		t.Errorf("Shorten: %q", got)
	}
	if got := Shorten(strings.Repeat("ä", 10), 10); got != strings.Repeat("ä", 10) {
		t.Errorf("Shorten of what fits: %q", got)
	}
}

// Text becomes markup only through templ's escaping. The one piece of markup that is
// written as text is the style of a picture that stands by itself; it holds nothing of
// a user.
func TestNothingGoesAroundTheEscaping(t *testing.T) {
	names, err := filepath.Glob("*.templ")
	if err != nil || len(names) < 6 {
		t.Fatalf("%d templates found: %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), "@templ.Raw(pictureStyle(o.Theme))", "")
		for _, forbidden := range []string{"templ.Raw", "SafeURL", "SafeCSS", "JSFuncCall", "JSUnsafe", "onclick", "style=", "<style", "templ.Attributes"} {
			if strings.Contains(text, forbidden) {
				t.Errorf("%s: %s", name, forbidden)
			}
		}
	}
}
