package web

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
)

// Each button of the copy menu puts into the clipboard what it says.
func TestCopyReachesTheClipboard(t *testing.T) {
	b := openTab(t)
	server := httptest.NewServer(newSite(t).Handler())
	defer server.Close()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		call(b, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted, Origin: server.URL,
		})
	}
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	b.size(1440, 900)
	b.show(server.URL + "/examples/one-policy")
	want := []string{
		`Picture, SVG is in the clipboard. <svg xmlns="http://w`,
		`Picture, PNG is in the clipboard. image/png`,
		`Picture, Mermaid is in the clipboard. flowchart LR`,
		`Picture, DOT is in the clipboard. digraph netpolscope `,
		"Table, Markdown is in the clipboard. | from ↓ to → | `*/I",
		`All pairs, CSV is in the clipboard. from,to,ports`,
		`All data, JSON is in the clipboard. {"schema":"netpolsco`,
	}
	if got := ask[[]string](b, b.script("copy.js")); !slices.Equal(got, want) {
		t.Errorf("got\n\t%s", strings.Join(got, "\n\t"))
	}
}

// Nothing moves for readers who have asked for that: whatever takes its time otherwise
// takes none.
func TestReducedMotion(t *testing.T) {
	b := openTab(t)
	server := httptest.NewServer(newSite(t).Handler())
	defer server.Close()
	const moving = `[...document.querySelectorAll("*")].flatMap((e) => ["", "::before", "::after"].flatMap((part) => {
		const style = getComputedStyle(e, part || null);
		const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0);
		return style.animationName !== "none" && lasts(style.animationDuration) || lasts(style.transitionDuration) || style.scrollBehavior === "smooth"
			? [e.tagName + "." + (e.getAttribute("class") ?? "") + part] : [];
	}))`
	for _, path := range []string{"/", "/examples/three-tier-shop", "/learn", "/learn/first-policy", "/checks"} {
		b.show(server.URL + path)
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		ask[bool](b, `document.querySelector(".col-view")?.setAttribute("aria-busy", "true") ?? true`)
		if got := ask[[]string](b, moving); len(got) > 0 {
			t.Errorf("%s: %v", path, got)
		}
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
		if got := ask[[]string](b, moving); path == "/examples/three-tier-shop" && len(got) == 0 {
			t.Errorf("%s: nothing moves for anybody, so the test finds nothing", path)
		}
	}
}

// From one picture to the next new arrows are drawn and old ones fade, for readers who
// have not asked for the contrary.
func TestPicturesMove(t *testing.T) {
	b := openTab(t)
	server := httptest.NewServer(newSite(t).Handler())
	defer server.Close()
	b.size(1440, 900)
	for _, wish := range []string{"no-preference", "reduce"} {
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: wish}},
		})
		b.show(server.URL + "/examples/three-tier-shop")
		got := ask[[]string](b, b.script("motion.js"))
		moves := len(got) > 2 && slices.Contains(got, "gone") && slices.Contains(got, "a box")
		if moves != (wish == "no-preference") || !slices.Equal(got[len(got)-2:], []string{"then 0", "left 0"}) {
			t.Errorf("%s: %q", wish, got)
		}
		if got := ask[[]string](b, "[...window.forbidden, ...window.troubles]"); len(got) > 0 {
			t.Errorf("%s: %v", wish, got)
		}
	}
}

// A theme that was chosen on one page is that of the others.
func TestThemeIsRemembered(t *testing.T) {
	b := openTab(t)
	server := httptest.NewServer(newSite(t).Handler())
	defer server.Close()
	const theme = `new Promise((ready) => setTimeout(ready, 200)).then(() => document.documentElement.dataset.theme + ", " + document.querySelector("[data-theme-button]").title)`
	b.show(server.URL + "/glossary")
	for _, want := range []string{", Theme: as the system", "light, Theme: light", "dark, Theme: dark"} {
		if got := ask[string](b, theme); got != want {
			t.Errorf("pressed: %q, want %q", got, want)
		}
		ask[bool](b, `(document.querySelector("[data-theme-button]").click(), true)`)
	}
	ask[bool](b, `(document.querySelector("[data-theme-button]").click(), document.querySelector("[data-theme-button]").click(), true)`)
	for _, path := range []string{"/", "/checks", "/learn", "/examples", "/examples/and-or"} {
		b.show(server.URL + path)
		if got := ask[string](b, theme); got != "dark, Theme: dark" {
			t.Errorf("%s: %q", path, got)
		}
	}
	b.show(server.URL + "/examples/and-or?theme=light")
	if got := ask[string](b, theme); !strings.HasPrefix(got, "light, ") {
		t.Errorf("an address that asks for light: %q", got)
	}
}

// Over every YAML of the site a field says what it means.
func TestFieldsSayWhatTheyMean(t *testing.T) {
	b := openTab(t)
	server := httptest.NewServer(newSite(t).Handler())
	defer server.Close()
	const subject, from = "podSelector: podSelector selects the pods to which this NetworkPolicy object applies", "from: from is a list of sources which should be able to access the pods selected for this rule"
	for path, want := range map[string][]string{
		"/learn/06-and-or": {subject}, "/checks/or-looks-like-and": {subject},
		"/learn/write": {subject}, "/learn/03-first-policy?step=do": {from}, "/examples/exam-monitoring": {subject, from},
	} {
		b.show(server.URL + path)
		got := ask[[]string](b, b.script("hover.js"))
		for _, sentence := range want {
			if !slices.ContainsFunc(got, func(said string) bool { return strings.HasPrefix(said, sentence) }) {
				t.Errorf("%s: nothing says %q: %q", path, sentence, got)
			}
		}
	}
}
