package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/internal/lesson"
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

// An exercise can be done without script: what is begun with is not right yet, a solution
// is, and there is always another one.
func TestExercisesAreJudged(t *testing.T) {
	s := newSite(t)
	for _, e := range gallery.Exams() {
		t.Run(e.Name, func(t *testing.T) {
			address := "/examples/" + e.Name + "?seed=7"
			page := s.get(address).page(t)
			page.one(t, "a", withAttr("href", "/examples/"+e.Name+"?seed=8"))
			form := page.one(t, "form", withAttr("action", address+"#result"))
			if len(page.all("section", withClass("result"))) > 0 {
				t.Error("there is a result before the first check")
			}
			begun := s.post(address, "application/x-www-form-urlencoded", with(formFields(form), "check", "1").Encode()).page(t)
			within(t, begun.one(t, "section", withClass("result")).text(), "Not yet")
			right := url.Values{"check": {"1"}, "name": {lesson.PolicyFile}, "bundle": {e.Exercise(7).Solution}}
			within(t, s.post(address, "application/x-www-form-urlencoded", right.Encode()).page(t).one(t, "section", withClass("passed")).text(), "Right")
			if other := s.post("/examples/"+e.Name+"?seed=8", "application/x-www-form-urlencoded", right.Encode()); strings.Contains(other.body, "result passed") {
				t.Error("the solution of one exercise is right for the next")
			}
			if a := s.get(address); a.body != s.get(address).body {
				t.Error("the same number gives two exercises")
			}
		})
	}
	for target, want := range map[string]int{
		"/examples/exam-service-port?seed=0": 400, "/examples/exam-service-port?seed=x": 400, "/examples/exam-service-port?seed=1000001": 400,
		"/examples/exam-service-port?seed=1000000": 200, "/examples/exam-none": 404, "/examples/exam-service-port.svg?seed=3": 200,
	} {
		if a := s.get(target); a.StatusCode != want {
			t.Errorf("%s: status %d, want %d", target, a.StatusCode, want)
		}
	}
	for target, want := range map[string]int{"/examples/one-policy": 405, "/examples/exam-none": 404} {
		if a := s.post(target, "application/x-www-form-urlencoded", "check=1"); a.StatusCode != want {
			t.Errorf("POST %s: status %d, want %d", target, a.StatusCode, want)
		}
	}
}

// The three tiers are made with the ports that are asked for, and a port that is none is
// refused where it was written.
func TestTiersAreMade(t *testing.T) {
	s := newSite(t)
	for query, want := range map[string][]string{
		"":                                  {"TCP 5000", "TCP 3306", "allowed: 192.168.5.10 → shop/db on TCP 3306"},
		"?apiPort=3001&dbPort=27017":        {"TCP 3001", "TCP 27017", "allowed: 192.168.5.10 → shop/db on TCP 27017"},
		"?apiPort=1&backupDirection=egress": {"TCP 1", "TCP 3306", "allowed: shop/db → 192.168.5.10 on TCP 80"},
	} {
		a := s.get("/examples/three-tiers" + query)
		page := a.page(t)
		var said []string
		for _, li := range page.one(t, "ul", withClass("outcomes")).all("li") {
			said = append(said, li.one(t, "svg").attr("aria-label")+" "+li.text())
		}
		within(t, page.one(t, "svg", withClass("np")).text(), want[:2]...)
		within(t, strings.Join(said, "\n"), want[2])
		bench := page.one(t, "form", withAttr("action", "/"))
		within(t, s.form(formFields(bench)).page(t).one(t, "svg", withClass("np")).text(), want[:2]...)
		var source string
		for _, link := range page.one(t, "p", withClass("takes")).all("a") {
			source = s.get(link.attr("href")).body
		}
		if got := bench.one(t, "input", withAttr("name", "bundle")).attr("value"); got != source {
			t.Errorf("%s: the text to take away is another one:\n%s\n%s", query, source, got)
		}
	}
	for query, wrong := range map[string]string{"?apiPort=0": "apiPort", "?apiPort=": "apiPort", "?dbPort=65536": "dbPort", "?dbPort=mysql": "dbPort", "?dbPort=-1": "dbPort"} {
		a := s.get("/examples/three-tiers" + query)
		page := a.page(t)
		if a.StatusCode != http.StatusBadRequest || len(page.all("svg", withClass("np"))) > 0 {
			t.Errorf("%s: status %d, and a picture", query, a.StatusCode)
		}
		if field := page.one(t, "input", withAttr("aria-invalid", "true")); field.attr("name") != wrong {
			t.Errorf("%s: %s is said to be wrong", query, field.attr("name"))
		}
		within(t, page.one(t, "p", withAttr("id", wrong+"-wrong")).text(), "A port is a number from 1 to 65535.")
	}
	if a := s.get("/examples/three-tiers?backupDirection=up"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a direction that is none: status %d", a.StatusCode)
	}
}

// The pictures of the gallery are rendered once, and cost nobody anything after that; what
// is asked of an example in another way counts as an evaluation.
func TestPicturesOfTheGalleryAreNotCounted(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Rate = 2 })
	for range 5 {
		if a := s.get("/examples/payroll.svg"); a.StatusCode != http.StatusOK {
			t.Fatalf("the picture: status %d", a.StatusCode)
		}
	}
	picture := s.get("/examples/payroll.svg")
	again := newRequest("GET", "/examples/payroll.svg", "")
	again.Header.Set("If-None-Match", picture.Header.Get("ETag"))
	if a := s.do(again); a.StatusCode != http.StatusNotModified || a.body != "" {
		t.Errorf("a reader who has it already: status %d", a.StatusCode)
	}
	var last int
	for range 3 {
		last = s.get("/examples/payroll.svg?show=blocked").StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("other pictures of it are not counted: status %d", last)
	}
}
