package web

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
)

// Two fingers zoom and move the picture, at the desk, on a phone and in an embed; one is
// left to the page.
func TestPinch(t *testing.T) {
	b := openTab(t)
	s, _ := newSharing(t)
	made := s.share(t, "", exampleText(t, "three-tier-shop"))
	pages := map[string]string{"/desk": s.get("/examples/three-tier-shop").body, "/embed": s.get("/embed/" + string(made.ID)).body}
	site := serve(t, pages)
	want := []string{
		"one finger: false false true",
		"two fingers: true",
		"apart: 3.00 times, moved by 0",
		"right: 20 pixels",
		"together: whole true",
	}
	for _, width := range []int64{390, 1440} {
		b.size(width, 900)
		for path := range pages {
			b.show(site + path)
			if got := ask[[]string](b, b.script("pinch.js")); !slices.Equal(got, want) {
				t.Errorf("%s at %d: got\n\t%s", path, width, strings.Join(got, "\n\t"))
			}
			if width == 390 {
				b.pinch(path)
			}
			if got := ask[[]string](b, "[...window.forbidden, ...window.troubles]"); len(got) > 0 {
				t.Errorf("%s at %d: %v", path, width, got)
			}
		}
	}
}

// pinch has the browser's own fingers zoom into the picture, which leaves the page's size
// as it is.
func (b tab) pinch(path string) {
	b.t.Helper()
	at := ask[struct{ X, Y float64 }](b, `(() => { const { x, y } = document.querySelector("[data-picture] > svg").getBoundingClientRect(); return { x: x + 150, y: y + 80 }; })()`)
	call(b, input.SynthesizePinchGesture, input.SynthesizePinchGestureParams{X: at.X, Y: at.Y, ScaleFactor: 2, GestureSourceType: input.GestureSourceTypeTouch})
	got := ask[struct{ Picture, Page float64 }](b, `(() => { const svg = document.querySelector("[data-picture] > svg"); return { picture: svg.width.baseVal.value / svg.viewBox.baseVal.width, page: visualViewport.scale }; })()`)
	if got.Picture < 1.5 || got.Page != 1 {
		b.t.Errorf("%s: a pinch of 2 zooms the picture %.2f and the page %.2f times", path, got.Picture, got.Page)
	}
}
