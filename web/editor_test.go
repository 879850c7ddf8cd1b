package web

import "testing"

// edited is what came of using the editor.
type edited struct {
	Scrolls, Folds, Unfolds, Searches, Snippet bool
	Completes, Explains                        string
}

// The editor scrolls by itself, folds, searches, completes snippets and explains fields.
func TestEditorHasItsTools(t *testing.T) {
	b := openTab(t)
	b.size(1440, 900)
	b.show(serve(t, nil) + "/examples/three-tier-shop")
	got := ask[edited](b, b.script("editor.js"))
	want := edited{true, true, true, true, true, "allow-dnsthey may look up names", "podSelector "}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
