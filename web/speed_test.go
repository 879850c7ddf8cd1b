package web

import (
	"context"
	"net/url"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// spent gives the seconds of processor time that the page's thread has spent on scripts,
// on styles and on layout. Unlike the clock it does not count what other processes of a
// busy machine took.
func (b tab) spent() (script, style, layout float64) {
	b.t.Helper()
	err := chromedp.Do(b.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		got, err := cdp.Call(ctx, target, performance.GetMetrics, cdp.Empty{})
		for _, m := range got.Metrics {
			switch m.Name {
			case "ScriptDuration":
				script = m.Value
			case "RecalcStyleDuration":
				style = m.Value
			case "LayoutDuration":
				layout = m.Value
			}
		}
		return err
	}))
	if err != nil {
		b.t.Fatal(err)
	}
	return script, style, layout
}

// A table of a hundred rows and columns is put into the page in less than a tenth of a
// second of its thread.
func TestLargeTableIsSwappedQuickly(t *testing.T) {
	b := openTab(t)
	desk := newSite(t).form(url.Values{"bundle": {many(100)}, "view": {"matrix"}, "exposure": {"off"}})
	b.size(1440, 900)
	call(b, performance.Enable, performance.EnableParams{TimeDomain: "threadTicks"})
	b.show(serve(t, map[string]string{"/desk": desk.body}) + "/desk")
	ask[bool](b, "new Promise((ready) => setTimeout(ready, 500)).then(() => true)")
	script, style, layout := b.spent()
	got := ask[struct {
		Buttons           int
		Swap, Frame, Loop float64
		Verdict           string
	}](b, b.script("table.js"))
	script2, style2, layout2 := b.spent()
	const presses = 7
	each := (script2 - script) / presses * 1000
	t.Logf("%d cells, %d KiB: each press takes %.0f ms of script, %.0f ms of style and %.0f ms of layout; by the clock %.0f ms to swap, %.0f ms from press to frame",
		got.Buttons, len(desk.body)>>10, each, (style2-style)/presses*1000, (layout2-layout)/presses*1000, got.Swap, got.Loop)
	if got.Buttons < 100*99 || got.Verdict == "" {
		t.Errorf("%+v", got)
	}
	if each > 100 {
		t.Errorf("the scripts take %.0f ms for each press of a cell, want at most 100", each)
	}
}
