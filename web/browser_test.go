package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is one browser for all tests of the package; each test has a tab of its own.
var chromium struct {
	start sync.Once
	ctx   context.Context
	err   error
	end   func()
}

// browserPath finds a Chromium. Without one the test is skipped, on a person's machine
// only.
func browserPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("NETPOLSCOPE_BROWSER"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("no Chromium found; set NETPOLSCOPE_BROWSER")
	}
	t.Skip("no Chromium found; set NETPOLSCOPE_BROWSER")
	return ""
}

// startBrowser runs the browser with an empty profile.
func startBrowser(path string) {
	profile, err := os.MkdirTemp("", "netpolscope-browser")
	if err != nil {
		chromium.err = err
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	chromium.ctx = ctx
	chromium.end = func() {
		cancel()
		stop()
		// Processes of the browser may still be writing when it is told to end.
		_ = os.RemoveAll(profile)
	}
	chromium.err = chromedp.Do(ctx)
}

// tab is a page of the browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// openTab gives a test its own tab, for ten minutes at most. Every page that it shows
// notes what the content security policy has forbidden.
func openTab(t *testing.T) tab {
	t.Helper()
	path := browserPath(t)
	chromium.start.Do(func() { startBrowser(path) })
	if chromium.err != nil {
		t.Fatalf("starting %s: %v", path, chromium.err)
	}
	ctx, cancel := chromedp.NewContext(chromium.ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	b := tab{t, ctx}
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		window.forbidden = [];
		window.troubles = [];
		addEventListener("error", (e) => window.troubles.push(e.message || "not loaded: " + (e.target.src || e.target.href)), true);
		addEventListener("unhandledrejection", (e) => window.troubles.push(String(e.reason)));
		const complain = console.error;
		console.error = (...said) => { window.troubles.push(said.join(" ")); complain(...said); };
		addEventListener("securitypolicyviolation", (e) => window.forbidden.push(e.violatedDirective + " " + e.blockedURI));`})
	return b
}

// call sends the browser a command.
func call[P, R any](b tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	err := chromedp.Do(b.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	}))
	if err != nil {
		b.t.Fatal(err)
	}
}

// show goes to an address.
func (b tab) show(address string) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(address)); err != nil {
		b.t.Fatalf("%s: %v", address, err)
	}
}

// size makes the window so wide, and a phone's below 500 pixels.
func (b tab) size(width, height int64) {
	b.t.Helper()
	var options []chromedp.EmulateViewportOption
	if width < 500 {
		options = append(options, chromedp.EmulateMobile)
	}
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height, options...)); err != nil {
		b.t.Fatal(err)
	}
}

// prefer has the reader's system ask for light or dark, on a screen or in print.
func (b tab) prefer(scheme, media string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// ask evaluates a script, which may be a promise.
func ask[T any](b tab, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, func(p *runtime.EvaluateParams) {
		yes := true
		p.AwaitPromise = &yes
	}))
	if err != nil {
		b.t.Fatalf("%v in the script\n%.400s", err, script)
	}
	return v
}

// script reads a script of the tests.
func script(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// serve gives the site an address, and adds pages of the test's own.
func serve(t *testing.T, own map[string]string) string {
	t.Helper()
	s := newSite(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text, ok := own[r.URL.Path]; ok {
			kind := htmlType
			if strings.HasSuffix(r.URL.Path, ".svg") {
				kind = svgType
			}
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write([]byte(text))
			return
		}
		s.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// control is a page with the faults that the test looks for.
const control = `<!doctype html><meta http-equiv="Content-Security-Policy" content="style-src 'self'">
<title>control</title><table width="3000"><tr><td style="color: red">wide</td></tr></table>`

// sight is what a page turned out to be.
type sight struct {
	Overflow         int
	Styled, Scripted bool
	Forbidden        []string
}

const look = `new Promise((settled) => setTimeout(settled, 100)).then(() => {
	const picture = document.querySelector("[data-picture] svg");
	return {
		Overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
		Styled: getComputedStyle(document.body).margin === "0px",
		Scripted: !picture || innerWidth <= 760 || document.documentElement.dataset.script === "",
		Forbidden: window.forbidden,
	};
})`

// Pages fit their window, have their style and script, and do nothing that their
// policy forbids.
func TestPagesInABrowser(t *testing.T) {
	b := openTab(t)
	address := serve(t, map[string]string{"/control": control})
	for _, target := range []string{
		"/", "/examples/three-tier-shop?select=shop/CronJob/backup..shop/StatefulSet/db",
		"/examples/one-policy?view=matrix&theme=dark", "/examples/and-or?view=policies", "/examples/three-tier-shop?view=rules", "/examples/three-tier-shop?view=sequence", "/checks", "/checks/or-looks-like-and", "/learn", "/learn/15-limits", "/learn/11-egress-dns?step=reveal", "/learn/08-typos?step=do", "/none", "/control",
	} {
		for _, width := range []int64{1440, 390} {
			b.size(width, 900)
			b.show(address + target)
			got := ask[sight](b, look)
			if target == "/control" {
				if got.Overflow == 0 || got.Styled || len(got.Forbidden) == 0 {
					t.Errorf("the control is fine: %+v", got)
				}
				continue
			}
			if got.Overflow > 0 || !got.Styled || !got.Scripted || len(got.Forbidden) > 0 {
				t.Errorf("%s at %d pixels: %+v", target, width, got)
			}
		}
	}
}
