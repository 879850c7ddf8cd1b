package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/figure"
	"github.com/netpolscope/netpolscope/internal/lesson"
)

// Every picture that a lesson may ask for is drawn by somebody.
func TestEveryKindOfPictureIsDrawn(t *testing.T) {
	l := lesson.Course()[0]
	for _, kind := range lesson.Kinds {
		_, page := figurePages[kind]
		if drawn := figure.Knows(kind); page == drawn {
			t.Errorf("%s is drawn by a page: %v, and as a figure: %v", kind, page, drawn)
		}
	}
	if len(l.Pictures) == 0 || !slices.IsSorted(lesson.Kinds) {
		t.Error("the first lesson has no picture, or the kinds are not in order")
	}
}

// The pictures of the lessons are on their pages at the steps that they are for, each with
// a name and words of its own.
func TestPicturesOfLessons(t *testing.T) {
	s := newSite(t)
	for _, l := range lesson.Course() {
		revealed := s.get("/learn/" + l.Name + "?step=reveal").page(t)
		var done element
		if len(l.Needed) == 0 {
			done = s.solve(l.Name, l.Solution).page(t)
		}
		ids := map[string]bool{}
		for _, p := range l.Pictures {
			for _, x := range []struct {
				shown bool
				page  element
			}{{p.Reveal, revealed}, {p.Do && len(l.Needed) == 0 && p.Kind != "ignored", done}} {
				if x.shown && len(x.page.all("figure", withClass("figure-"+p.Kind))) == 0 {
					t.Errorf("%s has no picture %s", l.Name, p.Kind)
				}
			}
		}
		for _, svg := range revealed.all("svg", withClass("np")) {
			id := svg.attr("aria-labelledby")
			if id == "" || ids[id] {
				t.Errorf("%s: two pictures are named by %q", l.Name, id)
			}
			ids[id] = true
		}
	}
}

// A lesson about plug-ins shows the same policies on each of them, and keeps what the
// learner said.
func TestPluginsAreTriedOut(t *testing.T) {
	s := newSite(t)
	l := lesson.Course()[14]
	fields := url.Values{"step": {"reveal"}, "bundle": {""}, "cni": {"flannel"}}
	for i, c := range l.Cells {
		fields.Set("g"+strconv.Itoa(i), allowedWord(c.Allowed))
	}
	page := s.learnt(l.Name, fields).page(t)
	within(t, page.text(), "Shown now: Flannel", "enforces none of them", "2 of 2 right", "ALLOW sys/scraper -> sys/app TCP/8080 ingress policy=sys/deny rule=none (not enforced)")
	if locks := page.all("g", withClass("lock")); len(locks) > 0 {
		t.Error("a plug-in that does not enforce has locks")
	}
	within(t, page.one(t, "table", withClass("plugins")).text(), "Flannel no", "Weave Net did", "OVN-Kubernetes yes", "GKE on request")
	fields.Set("cni", "any")
	within(t, s.learnt(l.Name, fields).page(t).text(), "any plug-in that enforces", "DROP sys/scraper -> sys/app TCP/8080 ingress policy=sys/deny rule=none")
}

// The lesson about typos can be done with the buttons alone, one fault after the other, up
// to the one that no server refuses.
func TestFaultsAreRepairedByButtons(t *testing.T) {
	s := newSite(t)
	l := lesson.Course()[7]
	page := s.solve(l.Name, l.Exercise).page(t)
	for range 6 {
		buttons := page.all("button", withAttr("name", "fix"))
		if len(buttons) == 0 {
			break
		}
		fields := formFields(page)
		fields.Del("check")
		page = s.learnt(l.Name, with(fields, "fix", buttons[0].attr("value"))).page(t)
	}
	within(t, page.text(), "4 of 5 faults repaired")
	if strings.Contains(page.one(t, "section", withClass("result")).text(), "error") {
		t.Errorf("an error is left: %s", page.text())
	}
	if n := len(s.solve("06-and-or", lesson.Course()[5].Exercise+"\n  x: y\n").page(t).all("button", withAttr("name", "fix"))); n > 0 {
		t.Errorf("a lesson that is not about repairs has %d buttons that repair", n)
	}
}

// What is marked in the first lesson is found in the last one, hidden until script knows
// what was marked.
func TestMarksAreCarried(t *testing.T) {
	s := newSite(t)
	first := s.get("/learn/01-open-by-default?step=do").page(t)
	last := lesson.Course()[15]
	marks := s.solve(last.Name, last.Solution).page(t).one(t, "figure", withClass("figure-marks"))
	for _, box := range first.all("input", withAttr("type", "checkbox")) {
		item := marks.one(t, "li", withAttr("data-mark", box.attr("data-mark")))
		if !item.has("hidden") {
			t.Errorf("%s is shown to somebody who may not have marked it", item.text())
		}
	}
	within(t, marks.text(), "open now shop/web → shop/api on TCP 5000", "closed now 203.0.113.10 → shop/web on TCP 80")
}
