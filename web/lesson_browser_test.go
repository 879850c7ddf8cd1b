package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// The projector goes on and back by the keys of a presenter; the space bar presses a
// button that has the focus.
func TestProjectorByKeys(t *testing.T) {
	b := openTab(t)
	address := serve(t, nil) + "/learn/06-and-or/projector"
	b.size(1440, 900)
	b.show(address)
	place := func(want string) {
		t.Helper()
		for range 200 {
			if ask[bool](b, "document.readyState === 'complete' && document.querySelector('.projector nav span')?.textContent === '"+want+" of 15'") {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("not at %s but at %s", want, ask[string](b, "location.href"))
	}
	place("1")
	for _, step := range []struct{ key, at string }{
		{kb.ArrowRight, "2"}, {" ", "3"}, {kb.PageDown, "4"}, {kb.ArrowLeft, "3"}, {kb.PageUp, "2"}, {kb.ArrowDown, "3"}, {kb.ArrowUp, "2"},
	} {
		b.press(step.key)
		place(step.at)
	}
	b.reach(`e.rel === "prev"`)
	b.press(kb.Enter)
	place("1")
}

// A lesson inside a strict page of another site has the height that it needs, also when an
// answer is opened, and nothing in it is forbidden.
func TestEmbeddedLessonResizes(t *testing.T) {
	b := openTab(t)
	s, _ := newSharing(t)
	id := string(s.shareLesson(t, sampleWith(t)).ID)
	ours := httptest.NewServer(s.Handler())
	t.Cleanup(ours.Close)
	page := `<!doctype html><html lang="en"><title>Course</title><main><h1>Course</h1>` +
		`<iframe src="` + ours.URL + `/embed/learn/06-and-or" title="One" width="700" height="200"></iframe>` +
		`<iframe src="` + ours.URL + `/embed/` + id + `" title="Two" width="700" height="200"></iframe></main><script src="` + ours.URL + `/embed.js"></script></html>`
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", htmlType)
		w.Header().Set("Content-Security-Policy", strings.ReplaceAll(hostPolicy, "%[1]s", ours.URL))
		_, _ = w.Write([]byte(page))
	}))
	t.Cleanup(host.Close)
	b.size(1000, 1400)
	b.show(host.URL)
	tall := func(least int) {
		t.Helper()
		const heights = `Math.min(...[...document.querySelectorAll("iframe")].map((f) => f.getBoundingClientRect().height))`
		for range 200 {
			if ask[float64](b, heights) >= float64(least) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("the frames have the height %v, want at least %d", ask[float64](b, heights), least)
	}
	tall(500)
	b.show(ours.URL + "/embed/" + id)
	before := ask[float64](b, `document.querySelector(".embed").scrollHeight`)
	ask[bool](b, `document.querySelectorAll("details").forEach((d) => { d.open = true; }), true`)
	if after := ask[float64](b, `document.querySelector(".embed").scrollHeight`); after < before+100 {
		t.Errorf("the height is %v before and %v after the answers are opened", before, after)
	}
}
