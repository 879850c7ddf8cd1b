package web

import (
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestBodiesInEveryEncoding(t *testing.T) {
	form := url.Values{"bundle": {tiny}}.Encode()
	const curl = "application/x-www-form-urlencoded"
	tests := []struct{ name, contentType, body string }{
		{"YAML", "application/yaml", tiny},
		{"no type", "", tiny},
		{"curl's own type around YAML", curl, tiny},
		{"an encoded form", curl, form},
		{"a form with more fields", curl, "exposure=off&" + form},
		{"a form that nobody encoded", curl, "bundle=" + tiny},
		{"text", "text/plain; charset=utf-8", tiny},
		{"a type that does not parse", "///", tiny},
		{"CR LF", "application/yaml", strings.ReplaceAll(tiny, "\n", "\r\n")},
		{"JSON", "application/json", `{"apiVersion":"v1","kind":"List","items":[
			{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop"}},
			{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"db","namespace":"shop"},"spec":{"podSelector":{}}}]}`},
	}
	s := newSite(t)
	for _, test := range tests {
		a := s.post("/api/v1/matrix", test.contentType, test.body)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d: %s", test.name, a.StatusCode, a.body)
			continue
		}
		within(t, a.body, `"shop/db"`, `"file":"pasted.yaml"`)
	}
	a := s.upload("/api/v1/matrix", part{"anything", "one.yaml", tiny}, part{"bundle", "", "kind: Namespace\napiVersion: v1\nmetadata: {name: pasted-too}\n"})
	within(t, a.body, `"file":"one.yaml"`, "pasted-too")
}

func TestBodiesThatAreNotRead(t *testing.T) {
	s := newSite(t)
	binary := s.post("/api/v1/matrix", "application/octet-stream", "\x7fELF\x00\x00\x01")
	if binary.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("a program: status %d, want 415", binary.StatusCode)
	}
	if cut := s.post("/api/v1/matrix", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"bundle\"\r\n\r\nkind"); cut.StatusCode != http.StatusBadRequest {
		t.Errorf("a form that is cut off: status %d, want 400", cut.StatusCode)
	}
}

// Switching off what is not there is refused as on the command line; a page, whose text
// may have been edited since, forgets it.
func TestOnlyWhatIsThereCanBeSwitchedOff(t *testing.T) {
	s := newSite(t)
	for _, target := range []string{"matrix", "render", "lint", "explain"} {
		target = "/api/v1/" + target + "?from=shop/web&to=shop/db&off="
		for off, detail := range map[string]string{"shop/bd": "the nearest is shop/db.", "shop/db:ingress:7": "no ingress rule 7"} {
			a := s.post(target+off, "", tiny)
			if a.StatusCode != http.StatusBadRequest {
				t.Errorf("%s%s: status %d, want 400", target, off, a.StatusCode)
			}
			within(t, a.body, detail)
		}
		if a := s.post(target+"shop/db:ingress:0", "", tiny); a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d for a rule that is there: %s", target, a.StatusCode, a.body)
		}
	}
	if a := s.post("/api/v1/render?ns=ship", "", tiny); a.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d for a namespace that is not there", a.StatusCode)
	} else {
		within(t, a.body, "the nearest is shop")
	}
	page := s.form(url.Values{"bundle": {tiny}, "off": {"shop/gone"}})
	if page.StatusCode != http.StatusOK || strings.Contains(page.body, "shop/gone") {
		t.Errorf("status %d; the page still speaks of shop/gone", page.StatusCode)
	}
}

func TestUnreadableIs422WithTheFindingsAnd200ForLint(t *testing.T) {
	s := newSite(t)
	for _, target := range []string{"/api/v1/matrix", "/api/v1/render", "/api/v1/explain?from=a&to=b"} {
		a := s.post(target, "", "{ this is: not, yaml")
		if a.StatusCode != http.StatusUnprocessableEntity || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, type %s", target, a.StatusCode, a.Header.Get("Content-Type"))
		}
		within(t, a.body, `"findings":[{"code":"NP001"`, `"status":422`)
	}
	a := s.post("/api/v1/lint", "", "{ this is: not, yaml")
	if a.StatusCode != http.StatusOK {
		t.Errorf("lint: status %d, want 200", a.StatusCode)
	}
	within(t, a.body, "netpolscope.lint/v1", "NP001")
}

func TestFormats(t *testing.T) {
	s := newSite(t)
	tests := []struct{ target, accept, contentType, begins string }{
		{"/api/v1/matrix", "", "application/json", "{"},
		{"/api/v1/matrix?format=csv", "", "text/csv; charset=utf-8", "from,to,ports"},
		{"/api/v1/matrix", "text/csv, */*", "text/csv; charset=utf-8", "from,to,ports"},
		{"/api/v1/matrix?format=markdown", "", "text/markdown; charset=utf-8", "|"},
		{"/api/v1/matrix?format=csv&by=namespace", "", "text/csv; charset=utf-8", "from,to,"},
		{"/api/v1/lint?format=text", "", "text/plain; charset=utf-8", ""},
		{"/api/v1/lint?format=sarif", "", "application/sarif+json", "{\n  \"$schema\": \"https://docs.oasis-open.org/sarif/"},
		{"/api/v1/lint", "application/sarif+json", "application/sarif+json", "{"},
		{"/api/v1/render", "", "image/svg+xml", "<svg"},
		{"/api/v1/render?format=png", "", "image/png", "\x89PNG"},
		{"/api/v1/render?view=sequence", "", "image/svg+xml", "<svg"},
		{"/api/v1/render?view=sequence&format=mermaid", "", "text/plain; charset=utf-8", "sequenceDiagram"},
		{"/api/v1/render?view=sequence&format=png&path=world,shop/db&port=5432", "", "image/png", "\x89PNG"},
		{"/api/v1/render?scale=1", "image/png", "image/png", "\x89PNG"},
		{"/api/v1/explain?from=shop/web&to=shop/db&port=5432", "", "application/json", "{"},
		{"/api/v1/explain?from=shop/web&to=shop/db&port=5432&format=text", "", "text/plain; charset=utf-8", "Allowed"},
	}
	for _, test := range tests {
		r := newRequest("POST", test.target, tiny)
		r.Header.Set("Accept", test.accept)
		a := s.do(r)
		if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != test.contentType || !strings.HasPrefix(a.body, test.begins) {
			t.Errorf("%s: status %d, type %s, body %.60q", test.target, a.StatusCode, a.Header.Get("Content-Type"), a.body)
		}
	}
}

func TestUnknownValuesAreNamed(t *testing.T) {
	s := newSite(t)
	for _, query := range []string{"exposure=maybe", "kubernetes=new", "off=x", "theme=pink", "dir=up", "show=all", "show=none,open", "view=cube", "port=http", "by=pod", "format=pdf", "select=a",
		"scale=0.5", "scale=NaN", "scale=5", "width=15", "width=8193", "width=wide", "height=15", "source=yes"} {
		name, value, _ := strings.Cut(query, "=")
		a := s.post("/api/v1/matrix?"+query, "", tiny)
		if a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", query, a.StatusCode)
		}
		within(t, a.body, name+` is \"`+value+`\"; allowed: `)
	}
	if a := s.post("/api/v1/matrix?exposure=on&kubernetes=1.35&off=shop/db&theme=dark&dir=tb&show=responses,blocked&port=53/UDP&unheard=of", "", tiny); a.StatusCode != http.StatusOK {
		t.Errorf("known values: status %d: %s", a.StatusCode, a.body)
	}
	if a := s.get("/?theme=pink"); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "<!doctype html>") && !strings.Contains(a.body, "<!DOCTYPE html>") {
		t.Errorf("on a page: status %d", a.StatusCode)
	}
}

func TestExplainNamesCandidates(t *testing.T) {
	s := newSite(t)
	a := s.post("/api/v1/explain?from=shop/wbe&to=shop/db", "", tiny)
	if a.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d, want 400", a.StatusCode)
	}
	within(t, a.body, "the nearest names are shop/web")
	if a := s.post("/api/v1/explain?from=shop/web", "", tiny); a.StatusCode != http.StatusBadRequest {
		t.Errorf("without to: status %d, want 400", a.StatusCode)
	}
	if a := s.post("/api/v1/explain?select=shop/Pod/web..shop/Pod/db&port=80", "", tiny); !strings.Contains(a.body, `"blocked"`) {
		t.Errorf("by selection: %s", a.body)
	}
}

func TestErrorsTakeTheFormThatWasAskedFor(t *testing.T) {
	s := newSite(t)
	for accept, want := range map[string]string{"": "application/problem+json", "image/*": "image/svg+xml", "image/png": "image/png", "image/png,image/svg+xml": "image/svg+xml", "text/html,image/avif": htmlType} {
		r := newRequest("POST", "/api/v1/render?format=pdf", tiny)
		r.Header.Set("Accept", accept)
		a := s.do(r)
		if a.StatusCode != http.StatusBadRequest || a.Header.Get("Content-Type") != want || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("Accept %q: status %d, type %s, %s", accept, a.StatusCode, a.Header.Get("Content-Type"), a.Header.Get("Cache-Control"))
		}
	}
	var problem struct {
		Title, Detail, RequestID string
		Status                   int
	}
	a := s.post("/api/v1/nothing", "", "")
	if err := json.Unmarshal([]byte(a.body), &problem); err != nil || problem.Status != 404 || problem.Title == "" || problem.RequestID == "" {
		t.Errorf("a problem that is none: %v %s", err, a.body)
	}
}

func TestPNGHasTheSizeThatWasAskedFor(t *testing.T) {
	s := newSite(t)
	for query, want := range map[string]int{"width=1200": 1200, "width=300&scale=4": 300, "width=8192&theme=dark": 0} {
		a := s.post("/api/v1/render?format=png&"+query, "", tiny)
		picture, err := png.DecodeConfig(strings.NewReader(a.body))
		if err != nil || want != 0 && picture.Width != want || picture.Width*picture.Height > 16_000_000 {
			t.Errorf("%s: %d×%d, %v", query, picture.Width, picture.Height, err)
		}
	}
}

func TestPNGForALinkPreview(t *testing.T) {
	s := newSite(t)
	for name, text := range map[string]string{"small": tiny, "large": manyNamespaces(40)} {
		a := s.post("/api/v1/render?format=png&width=1200&height=630", "", text)
		picture, err := png.DecodeConfig(strings.NewReader(a.body))
		if err != nil || picture.Width != 1200 || picture.Height != 630 || len(a.body) > 1<<20 {
			t.Errorf("%s: %d×%d, %d bytes, %v", name, picture.Width, picture.Height, len(a.body), err)
		}
	}
}

// manyNamespaces is a bundle of namespaces whose workloads call the next one's.
func manyNamespaces(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n%d, labels: {app: a%[1]d}}\n", i)
		fmt.Fprintf(&b, "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: n%d}\nspec:\n  podSelector: {}\n  ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: a%d}}}], ports: [{port: 80}]}]\n", i, (i+1)%n)
	}
	return b.String()
}

// A picture that carries its manifests is as good as they are; one that does not says
// so.
func TestPicturesAreOpenedAgain(t *testing.T) {
	s := newSite(t)
	const private = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: hidden-secret}\n"
	want := s.post("/api/v1/matrix?format=csv", "", tiny)
	picture := s.post("/api/v1/render?source=1", "", tiny+private)
	if strings.Contains(picture.body, "hidden-secret") {
		t.Error("the picture carries a Secret")
	}
	for _, a := range []answer{
		s.post("/api/v1/matrix?format=csv", "image/svg+xml", picture.body),
		s.post("/api/v1/matrix?format=csv", "", picture.body),
		s.upload("/api/v1/matrix?format=csv", part{"files", "found.svg", picture.body}),
		s.form(url.Values{"bundle": {picture.body}}),
	} {
		if a.StatusCode != http.StatusOK {
			t.Fatalf("status %d: %.300s", a.StatusCode, a.body)
		}
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") && a.body != want.body {
			t.Errorf("got\n%s\nwant\n%s", a.body, want.body)
		}
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			within(t, a.body, "kind: NetworkPolicy")
			if strings.Contains(a.body, "data-netpolscope") {
				t.Error("the page shows the picture's text, not that of the manifests")
			}
		}
	}
	bare := s.post("/api/v1/render", "", tiny)
	a := s.post("/api/v1/lint", "", bare.body)
	within(t, a.body, "is a picture that does not carry its manifests")
}

func TestSoManyPNGsAreDrawnAtATime(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Patience = 10 * time.Millisecond })
	for range maxPainting {
		s.painting <- struct{}{}
	}
	a := s.post("/api/v1/render?format=png", "", tiny)
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, want 429", a.StatusCode)
	}
	if a := s.post("/api/v1/render?format=svg", "", tiny); a.StatusCode != http.StatusOK {
		t.Errorf("an SVG meanwhile: status %d", a.StatusCode)
	}
	<-s.painting
	for range 2 { // the place is given back
		if a := s.post("/api/v1/render?format=png", "", tiny); a.StatusCode != http.StatusOK {
			t.Errorf("with a free place: status %d", a.StatusCode)
		}
	}
}

func TestPictureHasTheContractsAttributes(t *testing.T) {
	a := newSite(t).post("/api/v1/render?exposure=off", "", tiny)
	within(t, a.body, `data-entity="shop/Pod/db"`, `data-from="shop/Pod/web"`, `data-to="shop/Pod/db"`, `data-ports="5432/TCP"`, "<style>")
	if got := a.Header.Get("Content-Security-Policy"); got != pictureCSP {
		t.Errorf("policy %q", got)
	}
}

// A few kilobytes can ask for more than a server should hold.
func TestAnswersAreBounded(t *testing.T) {
	s := newSite(t)
	var peers, ports strings.Builder
	for i := range 220 {
		fmt.Fprintf(&peers, "{podSelector: {matchLabels: {app: w%d}}},", i)
		fmt.Fprintf(&ports, "{port: %d},", 2*i+1)
	}
	body := "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {ingress: [{from: [" + peers.String() + "], ports: [" + ports.String() + "]}]}\n"
	for _, format := range []string{"json", "csv", "markdown"} {
		a := s.post("/api/v1/matrix?format="+format, "", body)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "64 MiB") {
			t.Errorf("%s: status %d with %d bytes, want 422", format, a.StatusCode, len(a.body))
		}
	}
	if a := s.post("/api/v1/matrix?format=csv&by=namespace", "", body); a.StatusCode != http.StatusOK {
		t.Errorf("by namespace: status %d", a.StatusCode)
	}
}

// A sequence answers what is wrong with its path: with the nearest names where one is
// not in the bundle.
func TestSequenceOfABadPath(t *testing.T) {
	s := newSite(t)
	for query, want := range map[string]struct {
		status int
		detail string
	}{
		"path=world,shop/dbb":            {http.StatusUnprocessableEntity, "the nearest names are shop/db"},
		"path=world":                     {http.StatusUnprocessableEntity, "A path has at least two names"},
		"format=dot":                     {http.StatusBadRequest, "take svg, png or mermaid"},
		"path=world,shop/db&port=http":   {http.StatusBadRequest, "port is"},
		"path=shop/db,shop/db&port=5432": {http.StatusOK, "edge request allowed"},
	} {
		a := s.post("/api/v1/render?view=sequence&"+query, "", tiny)
		if a.StatusCode != want.status || !strings.Contains(a.body, want.detail) {
			t.Errorf("%s: status %d and %.200q, want %d and %q", query, a.StatusCode, a.body, want.status, want.detail)
		}
	}
}
