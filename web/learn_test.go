package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/lesson"
)

// learnt sends a form of a lesson's page.
func (s site) learnt(name string, fields url.Values) answer {
	return s.post("/learn/"+name, "application/x-www-form-urlencoded", fields.Encode())
}

// solve sends a text for the exercise of a lesson.
func (s site) solve(name, text string) answer {
	return s.learnt(name, url.Values{"step": {"do"}, "check": {"1"}, "name": {lesson.PolicyFile}, "bundle": {text}})
}

// Every lesson can be gone through by forms and links alone, and what it says of the
// cells is what its files say.
func TestEveryLessonIsGoneThroughWithoutScript(t *testing.T) {
	s := newSite(t)
	list := s.get("/learn").page(t)
	for _, l := range lesson.Course() {
		t.Run(l.Name, func(t *testing.T) {
			address := "/learn/" + l.Name
			list.one(t, "a", withAttr("href", address))
			asked := s.get(address).page(t)
			if n, want := len(asked.all("fieldset")), len(l.Cells)+len(l.Claims); n != want {
				t.Errorf("%d questions, want %d", n, want)
			}
			picture := asked.one(t, "svg", withClass("np"))
			arrows := len(picture.all("g", withClass("edge")))
			if asked := len(picture.all("g", withClass("asked"))); asked != arrows || asked == 0 || asked > len(l.Cells) || len(picture.all("g", withClass("lock"))) > 0 || len(picture.all("g", withClass("node"))) == 0 {
				t.Errorf("of %d arrows %d are questions: the picture gives the answer away, or shows nothing: %s", arrows, asked, picture.text())
			}
			fields := formFields(asked)
			for i, c := range l.Cells {
				fields.Set("g"+strconv.Itoa(i), allowedWord(c.Allowed))
			}
			for i, c := range l.Claims {
				fields.Set("c"+strconv.Itoa(i), string(c.Answer))
			}
			revealed := s.learnt(l.Name, fields).page(t)
			n := strconv.Itoa(len(l.Cells) + len(l.Claims))
			within(t, revealed.one(t, "p", withClass("score")).text(), n+" of "+n+" right.")
			if len(revealed.all("g", withClass("edge"))) == 0 {
				t.Error("the picture of what is so has no arrow")
			}
			if len(revealed.all("a", withAttr("href", address+"?step=do"))) == 0 {
				t.Error("nothing leads to the exercise")
			}
			do := s.get(address + "?step=do").page(t)
			if len(l.Needed) > 0 {
				return
			}
			if len(do.all("section", withClass("result"))) > 0 {
				t.Error("there is a result before the first check")
			}
			begun := s.learnt(l.Name, with(formFields(do), "check", "1")).page(t)
			within(t, begun.one(t, "section", withClass("result")).text(), "Not yet")
			within(t, s.solve(l.Name, l.Solution).page(t).one(t, "section", withClass("passed")).text(), "Right")
			s.second(t, l)
		})
	}
}

// second goes through the second exercise of a lesson, if it has one.
func (s site) second(t *testing.T, l *lesson.Lesson) {
	t.Helper()
	if l.Then == nil {
		return
	}
	again := "/learn/" + l.Name + "?step=do&round=2"
	s.solve(l.Name, l.Solution).page(t).one(t, "a", withAttr("href", again))
	do := s.get(again).page(t)
	for text, result := range map[string]string{l.Then.Exercise: "Not yet", l.Then.Solution: "Right"} {
		sent := formFields(do)
		sent.Set("bundle", text)
		within(t, s.learnt(l.Name, with(sent, "check", "1")).page(t).one(t, "section", withClass("result")).text(), result)
	}
}

// A lesson that repairs a text counts the faults that are left, and shows the way step by
// step with the answers of the API server and what is found.
func TestRepairsAreCounted(t *testing.T) {
	s := newSite(t)
	for _, l := range lesson.Course() {
		if len(l.Steps) == 0 {
			continue
		}
		for i, x := range l.Steps {
			page := s.solve(l.Name, x.Text).page(t)
			within(t, page.one(t, "p", withClass("counter")).text(), strconv.Itoa(i)+" of "+strconv.Itoa(len(l.Steps)-1)+" faults")
			if n := len(page.all("details", withClass("repair"))); n != len(l.Steps) {
				t.Errorf("%s: %d repairs are shown, want %d", l.Name, n, len(l.Steps))
			}
		}
		within(t, s.get("/learn/"+l.Name+"?step=do").page(t).text(), "supported values", "NP207", "NP103", "mapping values are not allowed")
	}
}

// Graphviz draws every picture of the course, to the right and downwards: what stands in
// for it has labels across the boxes.
func TestPicturesOfTheCourseAreGraphvizs(t *testing.T) {
	s := newSite(t)
	for _, l := range lesson.Course() {
		for _, step := range []string{"predict", "reveal", "do"} {
			for _, mobile := range []string{"?0", "?1"} {
				r := httptest.NewRequest("GET", "/learn/"+l.Name+"?step="+step, nil)
				r.Header.Set("Sec-CH-UA-Mobile", mobile)
				if a := s.do(r); a.StatusCode != http.StatusOK || strings.Contains(a.body, "Simplified layout") {
					t.Errorf("%s, %s, on a phone %s: status %d, or not by Graphviz", l.Name, step, mobile, a.StatusCode)
				}
			}
		}
	}
}

// The pages to read have pictures that run downwards on a phone.
func TestPagesToReadKnowPhones(t *testing.T) {
	s := newSite(t)
	for _, target := range []string{"/examples/exam-service-port?seed=2", "/examples/three-tiers", "/learn/12-both-sides?step=reveal", "/checks/one-side-blocked"} {
		var boxes []string
		for _, mobile := range []string{"?0", "?1"} {
			r := httptest.NewRequest("GET", target, nil)
			r.Header.Set("Sec-CH-UA-Mobile", mobile)
			a := s.do(r)
			boxes = append(boxes, a.page(t).all("svg", withClass("np"))[0].attr("viewBox"))
			within(t, a.Header.Get("Vary"), "Sec-CH-UA-Mobile")
		}
		if boxes[0] == boxes[1] {
			t.Errorf("%s: the same picture %s on a phone", target, boxes[0])
		}
	}
}

func with(fields url.Values, name, value string) url.Values {
	fields.Set(name, value)
	return fields
}

// What fails is explained, with the lines that decide it, and the solution is not in what
// is said.
func TestFailingCellsAreExplained(t *testing.T) {
	s := newSite(t)
	l := lesson.Course()[5]
	page := s.solve(l.Name, l.Exercise).page(t)
	result := page.one(t, "section", withClass("result"))
	within(t, result.text(), "2 things are left", "prod/batch", "still open", "lets in every pod in namespaces labelled name=prod")
	if len(result.all("a", withAttr("href", "#f1-14"))) == 0 {
		t.Error("no reason leads to line 14")
	}
	if strings.Contains(result.text(), "To close it") {
		t.Errorf("the result says what to write: %s", result.text())
	}
	broken := s.solve("08-typos", lesson.Course()[7].Exercise).page(t).one(t, "section", withClass("result"))
	within(t, broken.text(), "matchLabel", "needs a colon")
}

// No result of a text that is not right yet says what to write, in any lesson: neither a
// suggestion nor a line of the solution that the learner has not written.
func TestNoResultGivesTheSolutionAway(t *testing.T) {
	s := newSite(t)
	for _, l := range lesson.Course() {
		if len(l.Needed) > 0 || len(l.Steps) > 0 {
			continue // nothing to write, or remedies are offered
		}
		text := s.solve(l.Name, l.Exercise).page(t).one(t, "section", withClass("result")).text()
		for _, never := range []string{"To open it", "To close it", "add a rule", "Write "} {
			if strings.Contains(text, never) {
				t.Errorf("%s: the result says %q: %s", l.Name, never, text)
			}
		}
		for line := range strings.Lines(l.Solution) {
			if line = strings.TrimSpace(line); len(line) > 20 && !strings.Contains(l.Exercise+l.World, line) && strings.Contains(text, line) {
				t.Errorf("%s: the result holds a line of the solution: %s", l.Name, line)
			}
		}
	}
}

// An exercise of marks is right when exactly what is needed is marked.
func TestMarksAreJudged(t *testing.T) {
	s := newSite(t)
	const name = "01-open-by-default"
	marks := url.Values{"step": {"do"}, "check": {"1"}, "bundle": {""}, "m0": {"1"}, "m1": {"1"}, "m3": {"1"}}
	text := s.learnt(name, marks).page(t).text()
	within(t, text, "2 marks are not as they should be", "nobody needs it", "does not work without it")
	marks.Del("m3")
	marks.Set("m2", "1")
	s.learnt(name, marks).page(t).one(t, "section", withClass("passed"))
}

// Where a lesson says so, the other manifests may be edited, and nowhere else.
func TestWorldIsEditedWhereALessonSaysSo(t *testing.T) {
	s := newSite(t)
	for _, l := range lesson.Course() {
		areas := s.get("/learn/" + l.Name + "?step=do").page(t).all("textarea")
		want := 1
		switch {
		case l.Rules.WorldMayChange:
			want = 2
		case len(l.Needed) > 0:
			want = 0
		}
		if len(areas) != want {
			t.Errorf("%s has %d texts to edit, want %d", l.Name, len(areas), want)
		}
	}
	l := lesson.Course()[6]
	labelled := strings.Replace(l.World, `kubernetes.io/metadata.name: "prod"`, "name: prod", 1)
	a := s.learnt(l.Name, url.Values{"step": {"do"}, "check": {"1"}, "name": {lesson.PolicyFile, lesson.WorldFile}, "bundle": {l.Start, labelled}})
	a.page(t).one(t, "section", withClass("passed"))
}

func TestLessonsThatAreNotThere(t *testing.T) {
	s := newSite(t)
	if a := s.get("/learn/none"); a.StatusCode != http.StatusNotFound {
		t.Errorf("status %d for a lesson that is not there", a.StatusCode)
	}
	if a := s.get("/learn/06-and-or?step=win"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d for a step that is not there", a.StatusCode)
	}
}

// own is a lesson of a server's own.
const own = `# Close <b>db</b>

# Goal
A goal.

# Look
Look.

# Predict
Who?

# Reveal
Everybody.

# Do
Close db, but for web.

# Hints
- A hint.

-- world.yaml --
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
-- start.yaml --
-- solution.yaml --
-- predict.yaml --
expectations:
- {from: shop/web, to: shop/db, port: 5432, expect: allowed}
-- expect.yaml --
expectations:
- {from: shop/web, to: shop/db, port: 5432, expect: allowed}
- {from: others, to: shop/db, expect: blocked}
`

// The lessons of a server stand beside the course, and may expect what is written with
// wildcards; what fails of that is named pair by pair.
func TestLessonsOfAServer(t *testing.T) {
	l, err := lesson.Parse("own", []byte(own))
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *Config) { c.Lessons = []*lesson.Lesson{l} })
	list := s.get("/learn").page(t)
	within(t, list.text(), "The course", "Lessons of this server", "Close <b>db</b>")
	within(t, s.get("/learn/own").page(t).text(), "Lesson 1 of 1", "Close <b>db</b>")
	failing := s.solve("own", "").page(t).one(t, "section", withClass("result")).text()
	within(t, failing, "one thing is left", "others", "shop/db on every port", "world → shop/Pod/db: Allowed.")
}
