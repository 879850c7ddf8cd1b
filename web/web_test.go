package web

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/netpolscope/netpolscope/internal/layout"
)

// engine is shared by all tests: a worker takes longer to start than to draw.
var engine *layout.Engine

func TestMain(m *testing.M) {
	engine = layout.New(layout.Options{Workers: 1})
	code := m.Run()
	engine.Close()
	if chromium.end != nil {
		chromium.end()
	}
	os.Exit(code)
}

// site is a server and what it wrote to its log.
type site struct {
	*Server
	log *bytes.Buffer
}

func newSite(t testing.TB, change ...func(*Config)) site {
	t.Helper()
	log := &bytes.Buffer{}
	c := Config{Layout: engine, Log: slog.New(slog.NewJSONHandler(log, nil)), Rate: -1}
	for _, f := range change {
		f(&c)
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return site{s, log}
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

func (s site) do(r *http.Request) answer {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return answer{w.Result(), w.Body.String()}
}

func (s site) get(target string) answer { return s.do(httptest.NewRequest("GET", target, nil)) }

func (s site) post(target, contentType, body string) answer {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return s.do(r)
}

// form sends the workbench's form.
func (s site) form(fields url.Values) answer {
	return s.post("/", "application/x-www-form-urlencoded", fields.Encode())
}

// part is one part of a multipart form; file is empty for a field.
type part struct{ field, file, data string }

func (s site) upload(target string, parts ...part) answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		var out io.Writer
		if p.file != "" {
			out, _ = w.CreateFormFile(p.field, p.file)
		} else {
			out, _ = w.CreateFormField(p.field)
		}
		io.WriteString(out, p.data)
	}
	w.Close()
	return s.post(target, w.FormDataContentType(), body.String())
}

// element is a node of a parsed page.
type element struct{ *html.Node }

func (a answer) page(t *testing.T) element {
	t.Helper()
	node, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatalf("the page does not parse: %v", err)
	}
	return element{node}
}

func (e element) attr(name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (e element) has(name string) bool {
	for _, a := range e.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func (e element) class(name string) bool {
	for _, c := range strings.Fields(e.attr("class")) {
		if c == name {
			return true
		}
	}
	return false
}

// text gives all text within, with single spaces.
func (e element) text() string {
	var b strings.Builder
	for n := range e.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// all gives the elements of a tag for which every condition holds.
func (e element) all(tag string, conditions ...func(element) bool) []element {
	var found []element
next:
	for n := range e.Descendants() {
		if n.Type != html.ElementNode || tag != "*" && n.Data != tag {
			continue
		}
		for _, holds := range conditions {
			if !holds(element{n}) {
				continue next
			}
		}
		found = append(found, element{n})
	}
	return found
}

// one gives the only such element.
func (e element) one(t *testing.T, tag string, conditions ...func(element) bool) element {
	t.Helper()
	found := e.all(tag, conditions...)
	if len(found) != 1 {
		t.Fatalf("%d elements %s, want 1", len(found), tag)
	}
	return found[0]
}

func withAttr(name, value string) func(element) bool {
	return func(e element) bool { return e.has(name) && e.attr(name) == value }
}

func withClass(name string) func(element) bool { return func(e element) bool { return e.class(name) } }

func within(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("missing %q in:\n%.3000s", w, text)
		}
	}
}

// tiny is a bundle whose answers fit in a sentence: web may call db on TCP 5432, and
// nobody else may.
const tiny = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
`

func newRequest(method, target, body string) *http.Request {
	return httptest.NewRequest(method, target, strings.NewReader(body))
}
