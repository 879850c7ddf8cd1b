package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/lesson"
)

// The worksheet of every lesson asks all of its questions and gives no answer away; the
// key has them all, with the reasons.
func TestWorksheets(t *testing.T) {
	s := newSite(t)
	for _, l := range lesson.Course() {
		t.Run(l.Name, func(t *testing.T) {
			address := "/learn/" + l.Name + "/worksheet"
			sheet, key := s.get(address).page(t), s.get(address+"?answers=1").page(t)
			questions := len(l.Cells) + len(l.Claims)
			rows := 0
			for _, table := range sheet.all("table", withClass("ticks")) {
				rows += len(table.all("tr", func(e element) bool { return len(e.all("td", withClass("tick"))) > 0 }))
			}
			if rows != questions {
				t.Errorf("the sheet asks %d questions, want %d", rows, questions)
			}
			if n := len(sheet.all("article")[0].all("use", withAttr("href", "#i-check"))); n != 0 {
				t.Errorf("the sheet has %d ticks", n)
			}
			if len(sheet.all("g", withClass("lock"))) > 0 || strings.Contains(sheet.text(), "stopped entering") {
				t.Error("the picture of the sheet gives answers away")
			}
			if n := len(key.all("article")[0].all("use", withAttr("href", "#i-check"))); n != questions {
				t.Errorf("the key has %d ticks, want %d", n, questions)
			}
			for i, tr := range key.all("tr", func(e element) bool { return len(e.all("td", withClass("because"))) > 0 })[:len(l.Cells)] {
				ticks := tr.all("td", withClass("tick"))
				if got := len(ticks[0].all("svg", func(element) bool { return true })) > 0; got != l.Cells[i].Allowed {
					t.Errorf("the key says that %s → %s is allowed: %v", l.Cells[i].Caller(), l.Cells[i].Place(), got)
				}
				if len(tr.one(t, "td", withClass("because")).text()) < 10 {
					t.Errorf("the key has no reason for %s", tr.text())
				}
			}
			if len(l.Needed) == 0 {
				line := strings.TrimSpace(strings.Split(l.Solution, "\n")[0])
				within(t, key.text(), "What has to be so in the end", line)
			}
		})
	}
	if a := s.get("/learn/06-and-or/worksheet?answers=all"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("answers=all: status %d", a.StatusCode)
	}
	if a := s.get("/learn/none/worksheet"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a lesson that is not there: status %d", a.StatusCode)
	}
}

// The projector goes through every lesson by links alone, tells one answer after the
// other, and none before its time.
func TestProjector(t *testing.T) {
	s := newSite(t)
	for _, l := range lesson.Course() {
		t.Run(l.Name, func(t *testing.T) {
			at, told, most := "/learn/"+l.Name+"/projector", 0, 0
			for n := 1; ; n++ {
				page := s.get(at).page(t)
				if cells := page.all("ul", withClass("projected-cells")); len(cells) == 1 {
					open := strings.Count(cells[0].text(), "?")
					all := len(cells[0].all("li", func(element) bool { return true }))
					told = len(cells[0].all("li", func(e element) bool { return !strings.Contains(e.text(), "not told yet") }))
					most += count(told == all)
					if open < all-told {
						t.Errorf("%s tells more than it should: %s", at, cells[0].text())
					}
				}
				next := page.all("a", withAttr("rel", "next"))
				if len(next) == 0 {
					if len(l.Needed) == 0 && !strings.Contains(page.text(), strings.TrimSpace(strings.Split(l.Solution, "\n")[0])) {
						t.Errorf("%s: the last view has no solution", at)
					}
					break
				}
				if n > 60 {
					t.Fatal("the projector has no end")
				}
				if at = next[0].attr("href"); !strings.HasSuffix(at, "at="+strconv.Itoa(n+1)) {
					t.Fatalf("after %d comes %s", n, at)
				}
			}
			if want := 1 + count(len(l.Claims) > 0); most != want {
				t.Errorf("all is told on %d views, want %d", most, want)
			}
		})
	}
	for target, status := range map[string]int{"?at=0": 400, "?at=x": 400, "?at=1000": 200, "": 200} {
		if a := s.get("/learn/06-and-or/projector" + target); a.StatusCode != status {
			t.Errorf("%s: status %d, want %d", target, a.StatusCode, status)
		}
	}
}

// A lesson can be framed where it is made for that, has nothing to fill in there, and
// leads to the whole.
func TestEmbeddedLesson(t *testing.T) {
	s, _ := newSharing(t)
	made := s.shareLesson(t, lesson.Sample())
	for target, whole := range map[string]string{"/embed/learn/06-and-or": "/learn/06-and-or", "/embed/" + string(made.ID): "/p/" + string(made.ID)} {
		a := s.get(target)
		if !strings.Contains(a.Header.Get("Content-Security-Policy"), "frame-ancestors *") || a.Header.Get("X-Frame-Options") != "" {
			t.Errorf("%s cannot be framed: %v", target, a.Header)
		}
		page := a.page(t)
		for _, tag := range []string{"form", "input", "textarea"} {
			if n := len(page.all(tag, func(element) bool { return true })); n > 0 {
				t.Errorf("%s has %d %s", target, n, tag)
			}
		}
		for _, link := range page.all("a", func(element) bool { return true }) {
			if link.attr("target") != "_blank" || link.attr("href") != whole {
				t.Errorf("%s: a link to %s in %s", target, link.attr("href"), link.attr("target"))
			}
		}
		if dark := s.get(target+"?theme=dark").page(t).one(t, "html").attr("data-theme"); dark != "dark" {
			t.Errorf("%s?theme=dark has the theme %q", target, dark)
		}
		if len(page.all("details", func(element) bool { return true })) == 0 {
			t.Errorf("%s has no answers", target)
		}
	}
	for _, target := range []string{"/learn/06-and-or", "/learn/06-and-or/worksheet", "/learn/06-and-or/projector", "/p/" + string(made.ID), "/learn/share", "/learn/write"} {
		if a := s.get(target); strings.Contains(a.Header.Get("Content-Security-Policy"), "frame-ancestors *") || a.Header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s can be framed", target)
		}
	}
	answer := s.get("/oembed?url=" + "https://netpolscope.example/p/" + string(made.ID))
	within(t, answer.body, fmt.Sprintf("/embed/%s", made.ID), "Only the desk prints")
}

func TestHowALessonIsWritten(t *testing.T) {
	page := newSite(t).get("/learn/write").page(t)
	within(t, page.text(), "Write a lesson", "netpolscope lesson check", "Only the desk prints", "-- expect.yaml --")
	page.one(t, "a", withAttr("href", "/learn/share"))
}
