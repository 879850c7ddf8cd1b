package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/lesson"
)

// shareLesson stores a lesson and gives the answer of the API.
func (s site) shareLesson(t testing.TB, text string) createdLink {
	t.Helper()
	return s.share(t, "?kind=lesson&note=For+you", text)
}

// sampleWith is the sample with some of its words replaced.
func sampleWith(t testing.TB, pairs ...string) string {
	t.Helper()
	text := lesson.Sample()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the sample has no %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// placesOf are all addresses of a shared lesson.
func placesOf(id string) []string {
	p := "/p/" + id
	return []string{p, p + "?step=reveal", p + "?step=do", p + "/worksheet", p + "/worksheet?answers=1", p + "/projector", p + "/projector?at=99", "/embed/" + id,
		p + ".svg", p + ".json", p + ".yaml", "/learn/share?copy=" + id}
}

// A lesson in a link is gone through as those of the course are, and is gone when it is
// deleted.
func TestLessonInALink(t *testing.T) {
	s, _ := newSharing(t)
	made := s.shareLesson(t, lesson.Sample())
	l, err := lesson.Parse("", []byte(lesson.Sample()))
	if err != nil {
		t.Fatal(err)
	}
	address := "/p/" + string(made.ID)
	if made.URL != "https://netpolscope.example"+address || len(made.Dropped) > 0 {
		t.Errorf("%+v", made)
	}
	page := s.get(address)
	if page.Header.Get("X-Robots-Tag") != "noindex" || page.Header.Get("Cache-Control") != "private, no-cache" {
		t.Error(page.Header)
	}
	within(t, page.page(t).text(), "Only the desk prints", "A shared lesson", "For you", "Who can send it a job?")
	fields := formFields(page.page(t).one(t, "form", withAttr("action", address+"#answer")))
	for i, c := range l.Cells {
		fields.Set(fmt.Sprint("g", i), allowedWord(c.Allowed))
	}
	for i, c := range l.Claims {
		fields.Set(fmt.Sprint("c", i), string(c.Answer))
	}
	post := func(fields url.Values) element {
		return s.post(address, "application/x-www-form-urlencoded", fields.Encode()).page(t)
	}
	within(t, post(fields).text(), "7 of 7 right.", "an empty list means everybody")
	try := func(text string) string {
		return post(url.Values{"step": {"do"}, "check": {"1"}, "name": {lesson.PolicyFile}, "bundle": {text}}).one(t, "section", withClass("result")).text()
	}
	within(t, try(l.Start), "Not yet", "others")
	within(t, try(l.Solution), "Right")
	for _, target := range placesOf(string(made.ID)) {
		if a := s.get(target); a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", target, a.StatusCode)
		}
	}
	r := newRequest("DELETE", "/api/v1/links/"+string(made.ID), "")
	r.Header.Set("Authorization", "Bearer "+made.DeleteToken)
	if a := s.do(r); a.StatusCode != http.StatusNoContent {
		t.Fatal(a.StatusCode)
	}
	for _, target := range placesOf(string(made.ID)) {
		if a := s.get(target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d after deletion", target, a.StatusCode)
		}
	}
	if a := s.post(address, "application/x-www-form-urlencoded", "step=do&bundle="); a.StatusCode != http.StatusNotFound {
		t.Errorf("POST: status %d after deletion", a.StatusCode)
	}
	bundle := s.share(t, "", tiny)
	if a := s.post("/p/"+string(bundle.ID), "application/x-www-form-urlencoded", "step=do&bundle="); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("a link with a bundle: status %d, Allow %q", a.StatusCode, a.Header.Get("Allow"))
	}
	if a := s.get("/p/" + string(bundle.ID) + "/worksheet"); a.StatusCode != http.StatusNotFound {
		t.Errorf("the worksheet of a bundle: status %d", a.StatusCode)
	}
}

// Of the manifests of a lesson no more is kept than of every bundle, in all of its files.
func TestSharedLessonKeepsWhatLinksKeep(t *testing.T) {
	s, _ := newSharing(t)
	const planted = "planted-secret"
	text := sampleWith(t,
		"    image: printer\n", "    image: printer\n    env: [{name: TOKEN, value: planted-secret}]\n    command: [planted-secret]\n",
		"  name: kiosk\n", "  annotations: {note: planted-secret}\n  name: kiosk\n",
		"-- solution.yaml --\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n", "-- solution.yaml --\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  annotations: {note: planted-secret}\n",
		"-- start.yaml --\n", "---\napiVersion: v1\nkind: Secret\nmetadata: {name: planted-secret}\nstringData: {a: planted-secret}\n-- start.yaml --\n# A comment of a policy.\n")
	made := s.shareLesson(t, text)
	if !slices.Equal(made.Dropped, []string{"world.yaml: 1 Secret"}) {
		t.Errorf("dropped: %q", made.Dropped)
	}
	copied := s.get("/learn/share?copy=" + string(made.ID))
	within(t, copied.body, "A comment of a policy.", "app: kiosk")
	for _, target := range placesOf(string(made.ID)) {
		if a := s.get(target); strings.Contains(a.body, planted) {
			t.Errorf("%s tells the secret", target)
		}
	}
	preview := s.upload("/learn/share", part{"name", "", "lesson.txtar"}, part{"bundle", "", text}, part{"check", "", "1"})
	kept := preview.page(t).one(t, "details", withClass("exactly")).text()
	within(t, preview.page(t).text(), "world.yaml: 1 Secret", "as written; links are shown as text")
	if strings.Contains(kept, planted) {
		t.Error("the preview says that the secret is kept")
	}
	if strings.Contains(s.log.String(), planted) {
		t.Error("the log tells the secret")
	}
}

// payloads are what does harm where it is not escaped.
const payloads = "<script>alert(1)</script> <img src=x onerror=alert(1)> \"><svg onload=alert(1)> [a](javascript:alert(1)) [b](https://evil.example/) <https://evil.example/> [c](/learn) \u202e"

// Whatever stands in a shared lesson, it is text: there is no element and no link of it.
func TestSharedLessonDoesNoHarm(t *testing.T) {
	s, _ := newSharing(t)
	clean := s.shareLesson(t, lesson.Sample())
	// HTML and links that lead nowhere are among what has to be mended.
	refused := s.post("/api/v1/links?kind=lesson", "text/plain", sampleWith(t, "# Look\n", "# Look\n\n"+payloads+"\n\n"))
	if refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refused.body, "HTML is shown as text") {
		t.Error(refused.StatusCode, refused.body)
	}
	const linked = "`<script>alert(1)</script>` \"x=\" [b](https://evil.example/) <https://evil.example/> [c](/learn/evil) \u202e"
	hostile := sampleWith(t, "Only the desk prints", "Only `<b>` \u202e & \"the\" [desk](https://evil.example/)", "A policy names the pods", linked+" A policy", "# Look\n", "# Look\n\n> "+linked+"\n\n## "+linked+"\n\n",
		"Somebody has written", "| a |\n|---|\n| "+linked+" |\n\nSomebody", "an empty list means *everybody*", linked, "An empty `from` list lets", "A "+linked+" lets", "as if `from` were not there", linked, "Let only desk", linked+"\n\nLet only desk",
		"Whom does", linked+" Whom does", "expect: allowed}\n", "expect: allowed, reason: '<script>alert(1)</script>'}\n", "  labels: {app: desk}", "  labels: {app: desk} # <script>alert(1)</script>", "-- solution.yaml --\n", "-- solution.yaml --\n# </pre><script>alert(1)</script>\n")
	made := s.share(t, "?kind=lesson&note="+url.QueryEscape(payloads), hostile)
	count := func(id, target string) string {
		page := s.get(strings.ReplaceAll(target, id, string(made.ID)))
		tags := map[string]int{}
		for _, e := range page.page(t).all("*", func(element) bool { return true }) {
			tags[e.Data]++
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Key, "on") || (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.Contains(a.Val, "evil") {
					t.Errorf("%s: %s=%q", target, a.Key, a.Val)
				}
			}
		}
		plain := map[string]int{}
		for _, e := range s.get(target).page(t).all("*", func(element) bool { return true }) {
			plain[e.Data]++
		}
		return fmt.Sprint(tags["script"]-plain["script"], tags["img"]-plain["img"], tags["b"]-plain["b"], tags["a"]-plain["a"])
	}
	for _, target := range placesOf(string(clean.ID)) {
		if strings.HasSuffix(target, ".json") || strings.HasSuffix(target, ".yaml") {
			continue
		}
		if got := count(string(clean.ID), target); got != "0 0 0 0" {
			t.Errorf("%s: more scripts, images, bold words and links than without: %s", target, got)
		}
	}
	within(t, s.get("/p/"+string(made.ID)).page(t).text(), "(https://evil.example/)", `\u202E`)
}

// A lesson that does not hold, or is over a limit, is not stored, and the answer says what
// is wrong.
func TestLessonsThatAreNotShared(t *testing.T) {
	s, _ := newSharing(t)
	many := func(n int, line string) string { return strings.Repeat(line, n) }
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i+1, i+1, i, i, i, i, i, i, i, i, i)
	}
	for _, test := range []struct {
		name, text string
		status     int
		says       string
	}{
		{"a lesson", lesson.Sample(), 201, `"deleteToken"`},
		{"with lines of Windows", strings.ReplaceAll(lesson.Sample(), "\n", "\r\n"), 201, `"deleteToken"`},
		{"a bundle", tiny, 422, "The lesson does not hold"},
		{"an expectation that is not so", sampleWith(t, "port: 22, expect: blocked", "port: 22, expect: allowed"), 422, `"file":"predict.yaml","line":91`},
		{"too long", sampleWith(t, "-- world.yaml --\n", "-- world.yaml --\n"+many(3000, "# "+strings.Repeat("x", 60)+"\n")), 413, "128 KiB"},
		{"too many words", sampleWith(t, "# Look\n", "# Look\n"+many(2000, "word word word\n")), 422, "Its words have more than 16 KiB"},
		{"too many questions", sampleWith(t, "-- predict.yaml --\nexpectations:\n", "-- predict.yaml --\nexpectations:\n"+many(100, "- {from: library/desk, to: library/printer, port: 631, expect: allowed}\n")), 422, "questions, and 100 are possible"},
		{"too many expectations", sampleWith(t, "-- expect.yaml --\nexpectations:\n", "-- expect.yaml --\nexpectations:\n"+many(200, "- {from: library/desk, to: library/printer, port: 631, expect: allowed}\n")), 422, "expected connections, and 200 are possible"},
		{"too many hints", sampleWith(t, "# Hints\n", "# Hints\n"+many(30, "- a\n")), 422, "hints, and 30 are possible"},
		{"too many pods", sampleWith(t, "-- world.yaml --\n", "-- world.yaml --\n"+func() (pods string) {
			for i := range 200 {
				pods += fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: p%d, namespace: library}}\n---\n", i)
			}
			return pods
		}()), 422, "pods and workloads, and 200 are possible"},
		{"what cannot be read", sampleWith(t, "-- solution.yaml --\n", "-- exercise.yaml --\na: [b\n-- solution.yaml --\n"), 201, "exercise.yaml: what stands at exercise.yaml:1 and cannot be read"},
		{"aliases that blow up", sampleWith(t, "-- solution.yaml --\n", "-- exercise.yaml --\n"+bomb+"-- solution.yaml --\n"), 422, "limit"},
		{"aliases in expectations", sampleWith(t, "-- predict.yaml --\n", "-- predict.yaml --\n"+bomb), 422, "The lesson does not hold"},
		{"values that blow up", sampleWith(t, "\n-- world.yaml", "\n# Then\nAgain.\n\n-- world.yaml") + "-- variant --\na=" + strings.Repeat("b", 50<<10) + "\n", 422, "longer by more than"},
		{"values that make aliases", sampleWith(t, "\n-- world.yaml", "\n# Then\nAgain.\n\n-- world.yaml", "-- solution.yaml --\n", "-- exercise.yaml --\n"+strings.NewReplacer("&", "ZZ", "*", "YY").Replace(bomb)+"-- solution.yaml --\n") + "-- variant --\nZZ=& YY=*\n", 422, "limit"},
		{"a zip", "PK\x03\x04" + lesson.Sample(), 415, "one txtar file"},
		{"with a NUL", lesson.Sample() + "\x00", 415, ""},
		{"a file that is not known", lesson.Sample() + "-- notes.txt --\n", 422, "a lesson has no such file"},
	} {
		a := s.post("/api/v1/links?kind=lesson", "text/plain", test.text)
		if a.StatusCode != test.status || !strings.Contains(a.body, test.says) {
			t.Errorf("%s: status %d, want %d and %q in %.600s", test.name, a.StatusCode, test.status, test.says, a.body)
		}
	}
	if a := s.post("/api/v1/links?kind=poem", "text/plain", lesson.Sample()); a.StatusCode != http.StatusBadRequest {
		t.Errorf("kind=poem: %d", a.StatusCode)
	}
	few := newSite(t)
	if a := few.post("/api/v1/links?kind=lesson", "text/plain", lesson.Sample()); a.StatusCode != http.StatusNotFound {
		t.Errorf("without a store: %d", a.StatusCode)
	}
}

// A lesson is checked, looked at, shared, copied and shared again by forms alone.
func TestSharingALessonByForms(t *testing.T) {
	s, _ := newSharing(t)
	empty := s.get("/learn/share").page(t)
	empty.one(t, "a", withAttr("href", "/learn/share?sample=1"))
	if len(empty.all("a", withAttr("href", "/learn/write"))) == 0 {
		t.Error("nothing leads to how a lesson is written")
	}
	form := s.get("/learn/share?sample=1").page(t).one(t, "form", withAttr("action", "/learn/share#result"))
	if got := formFields(form).Get("bundle"); !strings.Contains(got, "Only the desk prints") {
		t.Errorf("the sample is not in the form: %q", got)
	}
	send := func(text string, more ...part) answer {
		return s.upload("/learn/share", append([]part{{"name", "", "lesson.txtar"}, {"bundle", "", text}, {"note", "", "Read this"}}, more...)...)
	}
	wrong := send(sampleWith(t, "# Do\n", "# Doo\n"), part{"check", "", "1"})
	if wrong.StatusCode != http.StatusUnprocessableEntity {
		t.Error(wrong.StatusCode)
	}
	within(t, wrong.page(t).text(), "line 22, lesson.md", "write # Do", "Read this")
	checked := send(lesson.Sample(), part{"check", "", "1"})
	if page := checked.page(t); checked.StatusCode != http.StatusOK || len(page.all("button", withAttr("name", "create"))) != 1 {
		t.Fatal(checked.StatusCode, page.text())
	} else {
		within(t, page.text(), "It holds", "One solution; there are others", "Words, hints, expectations and rules")
	}
	made := send(lesson.Sample(), part{"create", "", "1"}, part{"expires", "", "1d"})
	id := regexp.MustCompile(`/p/([a-z2-9]{26})\b`).FindStringSubmatch(made.body)
	if made.StatusCode != http.StatusCreated || id == nil {
		t.Fatal(made.StatusCode, made.body)
	}
	within(t, made.body, "/p/"+id[1]+"/worksheet", "/p/"+id[1]+"/projector", "/embed/"+id[1], `action="/share/delete"`)
	copied := formFields(s.get("/learn/share?copy="+id[1]).page(t).one(t, "form", withAttr("action", "/learn/share#result")))
	if copied.Get("parent") != id[1] || !strings.Contains(copied.Get("bundle"), "Only the desk prints") {
		t.Error("the copy does not know what it is of:", copied.Get("parent"))
	}
	if a := send(copied.Get("bundle"), part{"create", "", "1"}, part{"parent", "", id[1]}); a.StatusCode != http.StatusCreated {
		t.Error("the next version:", a.StatusCode)
	}
	var folder []part
	for name, text := range lesson.Unpack([]byte(lesson.Sample())) {
		folder = append(folder, part{"files", "01-first/" + name, text})
	}
	files := s.upload("/learn/share", append(folder, part{"name", "", "lesson.txtar"}, part{"bundle", "", "what stood there before"}, part{"check", "", "1"})...)
	within(t, files.page(t).text(), "It holds")
	unstored := newSite(t)
	within(t, unstored.get("/learn/share").page(t).text(), "stores no links")
	if a := unstored.upload("/learn/share", part{"name", "", "lesson.txtar"}, part{"bundle", "", lesson.Sample()}, part{"check", "", "1"}); a.StatusCode != http.StatusOK || strings.Contains(a.body, "Make the link") {
		t.Error("without a store:", a.StatusCode)
	}
}

// The preview of the API says what a lesson would keep.
func TestPreviewOfALesson(t *testing.T) {
	s, _ := newSharing(t)
	a := s.post("/api/v1/links?kind=lesson&preview=1", "text/plain", lesson.Sample())
	var got previewedLink
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.StatusCode != 200 || len(got.Kept) != 1 || got.Kept[0].Name != "lesson.txtar" {
		t.Fatal(a.StatusCode, a.body)
	}
	within(t, got.Kept[0].Text, "# Goal", "-- expect.yaml --", "app: kiosk")
}
