package web

import "testing"

// Every page leads to every part of the site, wide and narrow.
func TestEveryPageHasTheNavigation(t *testing.T) {
	s := newSite(t)
	for target, current := range map[string]string{
		"/": "/", "/examples/one-policy": "/", "/learn": "/learn", "/learn/06-and-or": "/learn", "/examples": "/examples", "/examples/exam-monitoring": "/examples", "/examples/three-tiers": "/examples", "/myths": "/myths", "/glossary": "/glossary",
		"/checks": "/checks", "/checks/or-looks-like-and": "/checks", "/diff": "/diff", "/nowhere": "",
	} {
		page := s.get(target).page(t)
		for _, class := range []string{"site-nav", "site-menu"} {
			nav := page.one(t, "nav", withClass(class))
			for _, href := range []string{"/", "/learn", "/examples", "/checks", "/myths", "/glossary", "/diff", "/api/v1/openapi.yaml"} {
				if a := nav.one(t, "a", withAttr("href", href)); a.has("aria-current") != (href == current) {
					t.Errorf("%s, %s: %s is current: %t", target, class, href, a.has("aria-current"))
				}
			}
		}
	}
}

// There is one navigation at every width, and no page is wider than its window.
func TestNavigationFitsItsWindow(t *testing.T) {
	b := openTab(t)
	address := serve(t, nil)
	for _, width := range []int64{1440, 1190, 1170, 800, 390} {
		b.size(width, 900)
		for _, target := range []string{"/examples/service-demo", "/examples", "/glossary"} {
			b.show(address + target)
			seen := ask[string](b, `[...document.querySelectorAll(".site-nav, .site-menu")].filter((n) => n.getClientRects().length > 0).map((n) => n.className).join(" ")`)
			want := "site-nav"
			if width <= 1180 {
				want = "site-menu"
			}
			if seen != want {
				t.Errorf("%s at %d pixels shows %q, want %q", target, width, seen, want)
			}
			if got := ask[int64](b, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s at %d pixels is %d wide", target, width, got)
			}
		}
	}
	b.show(address + "/checks")
	links := ask[int64](b, `(document.querySelector("#site-menu > summary").click(), [...document.querySelectorAll("#site-menu a")].filter((a) => a.getClientRects().length > 0).length)`)
	if links != 8 {
		t.Errorf("the menu shows %d links, want 8", links)
	}
}
