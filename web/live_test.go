package web

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

var edits = flag.Int("edits", 9, "so many keys are pressed for the time from a key to the answer")

// worked is what came of work at the desk.
type worked struct {
	Verdict, Kept, Before, Typed string
	Selected                     int
	Median                       float64
	Ghost, Picture, Mended       bool
	Finding                      string
}

// Typing, choosing and mending at the desk: the answer follows, what was chosen stays,
// and a text that cannot be read leaves the last answer.
func TestDeskIsAlive(t *testing.T) {
	b := openTab(t)
	desk := newSite(t).form(map[string][]string{"bundle": {tiny}})
	if desk.StatusCode != http.StatusOK {
		t.Fatalf("status %d", desk.StatusCode)
	}
	address := serve(t, map[string]string{"/desk": desk.body})
	b.size(1440, 900)
	b.show(address + "/desk")
	ask[bool](b, fmt.Sprintf("(window.edits = %d, true)", *edits))
	got := ask[worked](b, `new Promise((ready) => setTimeout(ready, 300)).then(() => `+strings.TrimSuffix(strings.TrimSpace(script(t, "live.js")), ";")+`)`)
	t.Logf("from the key to the new answer: %.0f ms (median of %d, a pause of 150 ms in each)", got.Median, *edits)
	// What is typed turns the policy's first line into a comment, so that it is none.
	if !strings.Contains(got.Verdict, "5432") || got.Kept != "Allowed" || got.Selected != 2 || got.Before != "5432" {
		t.Errorf("selection: %+v", got)
	}
	if got.Typed != "# "+strings.Repeat("x", *edits-1)+strings.SplitN(tiny, "\n", 2)[0] {
		t.Errorf("typed: %q", got.Typed)
	}
	if !got.Ghost || !got.Picture || !strings.Contains(got.Finding, "tab") {
		t.Errorf("broken text: %+v", got)
	}
	if !got.Mended {
		t.Errorf("the remedy did not mend the text: %+v", got)
	}
	if got := ask[[]string](b, "window.forbidden"); len(got) > 0 {
		t.Errorf("the policy of the page was broken: %v", got)
	}
}
