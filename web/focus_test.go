package web

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// boxesOf lists the entities that a page's picture draws.
func boxesOf(t *testing.T, page element) (ids []string) {
	t.Helper()
	for _, g := range page.one(t, "div", withClass("picture")).all("g", withClass("node")) {
		if id := g.attr("data-entity"); id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// A page shows one entity alone and everything again, by its form and without script,
// and its state goes along.
func TestFocusOnThePage(t *testing.T) {
	s := newSite(t)
	page := s.get("/examples/three-tier-shop?from=shop/db").page(t)
	all := boxesOf(t, page)
	only := page.one(t, "button", withAttr("name", "focus"))
	if only.attr("value") != "shop/StatefulSet/db" || only.text() != "Show only this one" {
		t.Errorf("the button is %q, %q", only.attr("value"), only.text())
	}
	page = s.get("/examples/three-tier-shop?from=shop/db&focus=shop/StatefulSet/db").page(t)
	want := []string{"kube-system/Deployment/coredns", "shop/Deployment/api", "shop/StatefulSet/db"}
	if got := boxesOf(t, page); !slices.Equal(got, want) {
		t.Errorf("the picture has %q, want %q", got, want)
	}
	within(t, page.one(t, "svg", withClass("np")).text(), "Focus on shop/db: 2 other boxes are not drawn.")
	page.one(t, "input", withAttr("type", "hidden"), withAttr("name", "focus"), withAttr("value", "shop/StatefulSet/db"))
	again := page.one(t, "button", withAttr("name", "focus"))
	if again.attr("value") != "" || again.text() != "Show everything again" {
		t.Errorf("the button is %q, %q", again.attr("value"), again.text())
	}
	// The button comes after the hidden field, and says that there is no focus.
	page = s.get("/examples/three-tier-shop?from=shop/db&focus=shop/StatefulSet/db&focus=").page(t)
	if got := boxesOf(t, page); !slices.Equal(got, all) {
		t.Errorf("without a focus the picture has %q, want %q", got, all)
	}
	// What is gone from an edited text is forgotten, and the way back is kept.
	page = s.form(url.Values{"bundle": {tiny}, "focus": {"shop/gone"}}).page(t)
	page.one(t, "input", withAttr("type", "hidden"), withAttr("name", "focus"), withAttr("value", "shop/gone"))
}

func TestFocusOfTheAPI(t *testing.T) {
	s := newSite(t)
	if a := s.post("/api/v1/render?focus=shop/nobody", "", tiny); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a focus on nobody is answered with %d", a.StatusCode)
	} else {
		within(t, a.body, "shop/nobody", "is not in the bundle")
	}
	if a := s.post("/api/v1/matrix?focus=world", "", tiny); a.StatusCode != http.StatusOK {
		t.Errorf("a matrix with a focus is answered with %d", a.StatusCode)
	}
	within(t, s.post("/api/v1/render?format=mermaid&focus=world", "", tiny).body, "Focus on world")
}
