package web

import (
	"testing"

	"github.com/chromedp/cdproto/input"
)

// edited is what came of using the editor; X and Y are a place of the word podSelector.
type edited struct {
	Scrolls, Folds, Unfolds, Searches, Snippet bool
	Completes                                  string
	X, Y                                       float64
}

// The editor scrolls by itself, folds, searches, completes snippets and explains fields.
func TestEditorHasItsTools(t *testing.T) {
	b := openTab(t)
	b.size(1440, 900)
	b.show(serve(t, nil) + "/examples/three-tier-shop")
	got := ask[edited](b, b.script("editor.js"))
	if want := (edited{true, true, true, true, true, "allow-dnsthey may look up names", got.X, got.Y}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	about := ""
	for i := 0; i < 20 && about == ""; i++ {
		// An answer that comes in between takes the tip away.
		call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: "mouseMoved", X: got.X - float64(i%2), Y: got.Y})
		about = ask[string](b, `new Promise((settled) => setTimeout(settled, 500)).then(() =>
			document.querySelector(".panel:not([hidden]) .editor").shadowRoot.querySelector(".cm-about")?.textContent ?? "")`)
	}
	within(t, about, "podSelector", "pods")
}
