package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/static"
)

// Every example stands in the gallery with its picture, and opens in the workbench, as a
// table and as text.
func TestEveryExampleIsInTheGallery(t *testing.T) {
	s := newSite(t)
	page := s.get("/examples").page(t)
	var names []string
	for _, e := range static.Examples {
		names = append(names, e.Name)
	}
	for _, g := range gallery.Groups() {
		page.one(t, "section", withAttr("id", g.Name))
		for _, c := range g.Cards {
			names = append(names, c.Name)
		}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			card := page.one(t, "li", withAttr("id", name))
			picture := s.get(card.one(t, "img").attr("src"))
			if picture.StatusCode != http.StatusOK || picture.Header.Get("Content-Type") != svgType || picture.Header.Get("ETag") == "" {
				t.Errorf("the picture: status %d, %v", picture.StatusCode, picture.Header)
			}
			if err := wellFormed(picture.body); err != nil {
				t.Errorf("the picture: %v", err)
			}
			shown := map[string]bool{}
			for _, a := range card.all("a") {
				href := a.attr("href")
				if shown[href] {
					continue
				}
				shown[href] = true
				got := s.get(href)
				if got.StatusCode != http.StatusOK {
					t.Errorf("%s: status %d", href, got.StatusCode)
				}
				if strings.HasSuffix(href, ".yaml") && !strings.Contains(got.body, "apiVersion") {
					t.Errorf("%s is no bundle: %s", href, got.body)
				}
			}
			if len(shown) < 3 {
				t.Errorf("the card leads only to %v", shown)
			}
		})
	}
	for _, missing := range []string{"/examples/none", "/examples/none.svg", "/examples/none.yaml"} {
		if a := s.get(missing); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", missing, a.StatusCode)
		}
	}
}

// What a card says of connections is what its matrix says.
func TestCardsShowTheirVerdicts(t *testing.T) {
	page := newSite(t).get("/examples").page(t)
	card := page.one(t, "li", withAttr("id", "recipe-01-deny-all-to-an-app"))
	var said []string
	for _, li := range card.one(t, "ul", withClass("outcomes")).all("li") {
		said = append(said, li.one(t, "svg").attr("aria-label")+" "+li.text())
	}
	want := "blocked: job → web on every port|blocked: world → web on every port|allowed: web → job on every port|allowed: job → world on every port"
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Every page leads to every part of the site, wide and narrow.
func TestEveryPageHasTheNavigation(t *testing.T) {
	s := newSite(t)
	for target, current := range map[string]string{
		"/": "/", "/examples/one-policy": "/", "/learn": "/learn", "/learn/06-and-or": "/learn", "/examples": "/examples",
		"/checks": "/checks", "/checks/or-looks-like-and": "/checks", "/diff": "/diff", "/nowhere": "",
	} {
		page := s.get(target).page(t)
		for _, class := range []string{"site-nav", "site-menu"} {
			nav := page.one(t, "nav", withClass(class))
			for _, href := range []string{"/", "/learn", "/examples", "/checks", "/diff", "/api/v1/openapi.yaml"} {
				if a := nav.one(t, "a", withAttr("href", href)); a.has("aria-current") != (href == current) {
					t.Errorf("%s, %s: %s is current: %t", target, class, href, a.has("aria-current"))
				}
			}
		}
	}
}
