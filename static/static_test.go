package static

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestAddressesChangeWithTheContent(t *testing.T) {
	assets := Assets()
	for _, name := range []string{"css/tokens.css", "css/app.css", "js/app.js", "icons/icon.svg"} {
		a, ok := assets[name]
		if !ok {
			t.Errorf("%s is not served", name)
			continue
		}
		if !regexp.MustCompile(`^(css|js|icons)/[a-z]+\.[0-9a-f]{16}\.(css|js|svg)$`).MatchString(a.Path) {
			t.Errorf("%s has the address %s", name, a.Path)
		}
	}
	if fingerprinted("a.css", []byte("a")) == fingerprinted("a.css", []byte("b")) {
		t.Error("two contents, one address")
	}
	for name := range assets {
		if strings.HasPrefix(name, "examples/") {
			t.Errorf("%s is served as a file", name)
		}
	}
}

func TestEveryExampleFileIsListed(t *testing.T) {
	entries, err := fs.ReadDir(files, "examples")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(Examples) {
		t.Errorf("%d files, %d examples", len(entries), len(Examples))
	}
	for _, entry := range entries {
		e, ok := FindExample(strings.TrimSuffix(entry.Name(), path.Ext(entry.Name())))
		if !ok || len(e.Text()) == 0 || e.Title == "" || e.Summary == "" {
			t.Errorf("%s is not listed, or says nothing", entry.Name())
		}
	}
}

// The dark colours are written twice, for a reader's system and for a reader's choice.
func TestBothDarkThemesAreTheSame(t *testing.T) {
	css := string(mustRead("css/tokens.css"))
	blocks := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)(:root:not\(\[data-theme="light"\]\)|:root\[data-theme="dark"\]) \{(.*?)\}`).FindAllStringSubmatch(css, -1) {
		blocks[m[1]] = strings.Join(strings.Fields(m[2]), " ")
	}
	if len(blocks) != 2 {
		t.Fatalf("%d dark blocks, want 2", len(blocks))
	}
	var first string
	for _, b := range blocks {
		if first == "" {
			first = b
		}
		if b != first {
			t.Error("the two dark blocks of tokens.css differ")
		}
	}
}

// Colours are tokens, so that both themes are whole; the logo's ink is on its own
// yellow in both.
func TestNoColourOutsideTheTokens(t *testing.T) {
	css := strings.ReplaceAll(string(mustRead("css/app.css"))+string(mustRead("css/desk.css")), ".brand .gl { stroke: #14212c;", "")
	if found := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(`).FindAllString(css, -1); found != nil {
		t.Errorf("colours in the style sheets: %v", found)
	}
	used := regexp.MustCompile(`var\((--[a-z0-9-]+)\)`).FindAllStringSubmatch(css, -1)
	if len(used) < 100 {
		t.Fatalf("only %d uses of tokens found", len(used))
	}
	tokens := string(mustRead("css/tokens.css"))
	for _, u := range used {
		if !strings.Contains(tokens, u[1]+":") {
			t.Errorf("%s is not in tokens.css", u[1])
		}
	}
	for _, outside := range []string{"url(", "@import", "http"} {
		if strings.Contains(css, outside) {
			t.Errorf("the style sheets have %q", outside)
		}
	}
}
