package web

import (
	"net/url"
	"strings"
	"testing"
)

// changed is tiny with one more way in.
const changed = tiny + `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: more, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - ports: [{port: 9104}]
`

// A form with two texts and one with two uploads give the same page.
func TestDiffOfTextsAndUploads(t *testing.T) {
	s := newSite(t)
	if a := s.get("/diff"); a.StatusCode != 200 || !strings.Contains(a.body, `name="old"`) || !strings.Contains(a.body, `name="new"`) {
		t.Fatal(a.StatusCode, a.body)
	}
	typed := s.post("/diff", "application/x-www-form-urlencoded", url.Values{"old": {tiny}, "new": {changed}}.Encode())
	sent := s.upload("/diff", part{"old", "old.yaml", tiny}, part{"new", "new.yaml", changed})
	for _, a := range []answer{typed, sent} {
		if a.StatusCode != 200 || !strings.Contains(a.body, "TCP 9104") || !strings.Contains(a.body, "policy shop/more (new.yaml line") {
			t.Errorf("%d\n%s", a.StatusCode, a.body)
		}
	}
	for _, want := range []string{"The lines behind it", `href="#text-1-25">line 25</a>`, `id="text-1-25" class="a cause"`, `id="only-changes"`, "1 policy new"} {
		if !strings.Contains(sent.body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if typed.body != sent.body {
		t.Error("the pages differ")
	}
	for _, bad := range []answer{
		s.post("/diff", "application/x-www-form-urlencoded", "old=&new="),
		s.post("/api/v1/diff", "application/yaml", tiny),
		s.post("/api/v1/diff?format=none", "application/x-www-form-urlencoded", url.Values{"old": {tiny}, "new": {tiny}}.Encode()),
	} {
		if bad.StatusCode != 400 {
			t.Errorf("%d\n%s", bad.StatusCode, bad.body)
		}
	}
	a := s.upload("/api/v1/diff", part{"old", "old.yaml", "a: [b"}, part{"new", "new.yaml", tiny})
	if a.StatusCode != 422 {
		t.Errorf("%d for text that nothing can be read of", a.StatusCode)
	}
}

// Two stored links are compared at an address of their own, in every form; versions lead
// to what they changed.
func TestDiffOfLinks(t *testing.T) {
	s, _ := newSharing(t)
	one := s.share(t, "?title=One", tiny)
	two := s.share(t, "?title=Two&parent="+string(one.ID), changed)
	three := s.share(t, "?title=Three&parent="+string(two.ID), tiny)
	there := "/p/" + string(one.ID) + "..." + string(two.ID)
	for suffix, want := range map[string]string{
		"": "TCP 9104", ".json": `"schema":"netpolscope.diff/v1"`, ".md": "| + |", ".svg": `edge request allowed opened`, ".png": "PNG",
	} {
		a := s.get(there + suffix)
		if a.StatusCode != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d, without %q\n%.3000s", suffix, a.StatusCode, want, a.body)
		}
		if a.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%q: may be indexed", suffix)
		}
	}
	page := s.get("/p/" + string(three.ID)).body
	whole := "/p/" + string(one.ID) + "..." + string(three.ID)
	for _, href := range []string{"/p/" + string(two.ID) + "..." + string(three.ID), whole} {
		if !strings.Contains(page, `href="`+href+`"`) {
			t.Errorf("the page of the third version does not lead to %s", href)
		}
	}
	timeline := s.get(whole).body
	for _, want := range []string{"No connection opens or closes", "v2: ", "v3: Nothing opens, "} {
		if !strings.Contains(timeline, want) {
			t.Errorf("the timeline does not say %q\n%s", want, timeline)
		}
	}
	if a := s.get("/p/" + string(one.ID) + "...aaaaaaaaaaaaaaaaaaaaaaaaaa.json"); a.StatusCode != 404 {
		t.Errorf("%d for a link that is not there", a.StatusCode)
	}
}

// What is in the editor is compared with the text that the page was opened with, with the
// stored version that it goes on from, and with any other link, all without script.
func TestDiffOfTheWorkbench(t *testing.T) {
	s, _ := newSharing(t)
	page := s.post("/", "application/x-www-form-urlencoded", url.Values{"bundle": {tiny}, "name": {"shop.yaml"}}.Encode()).body
	_, code, ok := strings.Cut(page, `name="loaded" value="`)
	code, _, _ = strings.Cut(code, `"`)
	if !ok || !strings.Contains(page, `formaction="/diff"`) {
		t.Fatal("the page cannot be compared with what it was opened with")
	}
	stored := s.share(t, "?title=One", tiny)
	for name, fields := range map[string]url.Values{
		"loaded": {"against": {"loaded"}, "loaded": {code}},
		"parent": {"against": {"parent"}, "parent": {string(stored.ID)}},
		"link":   {"against": {"link"}, "link": {"https://example.org/p/" + string(stored.ID)}},
	} {
		fields["bundle"], fields["name"] = []string{changed}, []string{"shop.yaml"}
		a := s.post("/diff", "application/x-www-form-urlencoded", fields.Encode())
		if a.StatusCode != 200 || !strings.Contains(a.body, "TCP 9104") || !strings.Contains(a.body, "policy shop/more (shop.yaml line") {
			t.Errorf("%s: %d\n%.2000s", name, a.StatusCode, a.body)
		}
	}
	if a := s.post("/diff", "application/x-www-form-urlencoded", url.Values{"bundle": {tiny}, "against": {"loaded"}, "loaded": {"1x"}}.Encode()); a.StatusCode != 400 {
		t.Errorf("%d for a code that is none", a.StatusCode)
	}
	// The code goes with the text: what was opened stays what it was.
	again := s.post("/", "application/x-www-form-urlencoded", url.Values{"bundle": {changed}, "loaded": {code}}.Encode()).body
	if !strings.Contains(again, `name="loaded" value="`+code+`"`) {
		t.Error("the text that the page was opened with is forgotten")
	}
}
