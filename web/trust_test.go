package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// requests asks every route once, and some addresses and bodies that fail.
func requests() []*http.Request {
	var all []*http.Request
	for _, target := range []string{"/", "/examples/one-policy", "/examples/none", "/api/v1/openapi.yaml", "/healthz", "/readyz", "/robots.txt", "/static/none", "/none", "/none.svg", "/api/none", "/?theme=pink"} {
		all = append(all, newRequest("GET", target, ""))
	}
	for _, target := range []string{"/", "/api/v1/matrix", "/api/v1/render", "/api/v1/explain?from=shop/web&to=shop/db", "/api/v1/lint", "/healthz"} {
		all = append(all, newRequest("POST", target, tiny), newRequest("POST", target, "\x00"))
	}
	return append(all, newRequest("DELETE", "/", ""))
}

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	s := newSite(t)
	all := requests()
	for _, asset := range s.assets.paths {
		all = append(all, newRequest("GET", asset, ""))
	}
	for _, r := range all {
		a := s.do(r)
		name := r.Method + " " + r.URL.String()
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := a.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		want := pageCSP
		if a.Header.Get("Content-Type") == svgType {
			want = pictureCSP
		}
		if got := a.Header.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q", name, got)
		}
		if a.Header.Get("X-Request-Id") == "" || a.Header.Get("Cache-Control") == "" || a.Header.Get("Content-Type") == "" {
			t.Errorf("%s: no request id, no caching rule or no type", name)
		}
		if a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: a cookie", name)
		}
	}
}

// Over a real connection, since the standard library has its own say on headers.
func TestHeadHasTheHeadersOfGet(t *testing.T) {
	s := newSite(t)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	for _, target := range []string{"/", "/examples/one-policy", "/api/v1/openapi.yaml", "/healthz", "/readyz", "/robots.txt", s.assets.paths["css/app.css"], "/none"} {
		headers := map[string]http.Header{}
		for _, method := range []string{"GET", "HEAD"} {
			r, _ := http.NewRequest(method, server.URL+target, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			a, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(a.Body)
			a.Body.Close()
			if method == "HEAD" && len(body) > 0 {
				t.Errorf("%s: HEAD has a body", target)
			}
			for _, h := range []string{"Date", "X-Request-Id"} {
				a.Header.Del(h)
			}
			if strings.HasPrefix(target, "/examples/") {
				a.Header.Del("Content-Length") // the page says how long the evaluation took
			}
			headers[method] = a.Header
		}
		for name := range headers["GET"] {
			if get, head := headers["GET"].Get(name), headers["HEAD"].Get(name); get != head {
				t.Errorf("%s: %s is %q for GET and %q for HEAD", target, name, get, head)
			}
		}
	}
}

func TestMethodsThatARouteDoesNotHave(t *testing.T) {
	s := newSite(t)
	for target, allow := range map[string]string{"/": "GET, HEAD, POST", "/api/v1/matrix": "POST", "/healthz": "GET, HEAD", "/examples/one-policy": "GET, HEAD"} {
		a := s.do(newRequest("PUT", target, ""))
		if a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != allow {
			t.Errorf("PUT %s: status %d, Allow %q, want %q", target, a.StatusCode, a.Header.Get("Allow"), allow)
		}
	}
}

func TestAssetsAreForGood(t *testing.T) {
	s := newSite(t)
	page := s.get("/").page(t)
	links := page.all("link", withAttr("rel", "stylesheet"))
	if len(links) < 2 {
		t.Fatalf("%d style sheets", len(links))
	}
	for _, link := range links {
		a := s.get(link.attr("href"))
		if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.Header.Get("Content-Type") != "text/css; charset=utf-8" {
			t.Errorf("%s: %d %v", link.attr("href"), a.StatusCode, a.Header)
		}
	}
	if a := s.get(page.one(t, "script").attr("src")); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("script: %d %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	if a := s.get("/static/css/app.css"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an address without a hash: status %d, want 404", a.StatusCode)
	}
}

func TestLimitsAreNamed(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.Limits = manifest.WebLimits
		c.Limits.TextBytes = 4 << 10
		c.Limits.ArchiveBytes = 4 << 10
		c.Limits.Documents = 3
	})
	comment := "# " + strings.Repeat("x", 4<<10) + "\n"
	many := strings.Repeat("kind: Pod\napiVersion: v1\nmetadata: {name: a}\n---\n", 4)
	tests := []struct {
		name   string
		answer answer
		status int
		says   string
	}{
		{"text as a body", s.post("/api/v1/matrix", "", tiny+comment), 413, "4 KiB"},
		{"text as a form", s.post("/api/v1/matrix", "application/x-www-form-urlencoded", "bundle="+strings.Repeat("x", 5<<10)), 413, "4 KiB of text"},
		{"text as files", s.upload("/api/v1/matrix", part{"f", "a.yaml", comment[:3<<10]}, part{"f", "b.yaml", comment[:3<<10]}), 413, "4 KiB of text"},
		{"an archive", s.upload("/api/v1/matrix", part{"f", "a.zip", "PK\x03\x04" + comment}), 413, "4 KiB of archives"},
		{"documents", s.post("/api/v1/matrix", "", many), 422, "3 documents"},
		{"on the page", s.post("/", "", many), 422, "3 documents"},
		{"below every limit", s.post("/api/v1/matrix", "", tiny), 200, "shop/Pod/db"},
	}
	for _, test := range tests {
		if test.answer.StatusCode != test.status || !strings.Contains(strings.ToLower(test.answer.body), strings.ToLower(test.says)) {
			t.Errorf("%s: status %d, want %d and %q in %.300s", test.name, test.answer.StatusCode, test.status, test.says, test.answer.body)
		}
	}
}

func TestOtherSitesMayNotPost(t *testing.T) {
	s := newSite(t)
	for _, target := range []string{"/", "/api/v1/matrix"} {
		for site, want := range map[string]int{"cross-site": 403, "same-site": 403, "same-origin": 200, "none": 200, "": 200} {
			r := newRequest("POST", target, tiny)
			if site != "" {
				r.Header.Set("Sec-Fetch-Site", site)
			}
			if a := s.do(r); a.StatusCode != want {
				t.Errorf("POST %s from %q: status %d, want %d", target, site, a.StatusCode, want)
			}
		}
	}
	r := newRequest("POST", "/", tiny)
	r.Header.Set("Origin", "https://evil.example")
	if a := s.do(r); a.StatusCode != 403 {
		t.Errorf("with a foreign Origin: status %d, want 403", a.StatusCode)
	}
}

func TestClientsAreCountedByNetwork(t *testing.T) {
	limited := func(c *Config) { c.Rate = 2 }
	usual := func(c *Config) { c.Rate = 0 }
	from := func(s site, addr, forwarded string) int {
		r := newRequest("POST", "/api/v1/lint", tiny)
		r.RemoteAddr = addr
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		a := s.do(r)
		if a.StatusCode == http.StatusTooManyRequests {
			if wait, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || wait < 1 {
				t.Errorf("429 without Retry-After: %q", a.Header.Get("Retry-After"))
			}
		}
		return a.StatusCode
	}
	proxied := func(c *Config) { limited(c); c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }
	tests := []struct {
		name   string
		change func(*Config)
		addrs  [][2]string
		want   []int
	}{
		{"one address", limited, [][2]string{{"192.0.2.1:1"}, {"192.0.2.1:2"}, {"192.0.2.1:3"}, {"192.0.2.2:1"}}, []int{200, 200, 429, 200}},
		{"one /64", limited, [][2]string{{"[2001:db8::1]:1"}, {"[2001:db8::2]:1"}, {"[2001:db8::3]:1"}, {"[2001:db8:0:1::1]:1"}}, []int{200, 200, 429, 200}},
		{"a header that nobody trusts", limited, [][2]string{{"192.0.2.1:1", "1.1.1.1"}, {"192.0.2.1:1", "2.2.2.2"}, {"192.0.2.1:1", "3.3.3.3"}}, []int{200, 200, 429}},
		{"behind a trusted proxy", proxied, [][2]string{{"10.0.0.1:1", "192.0.2.1"}, {"10.0.0.2:1", "192.0.2.1"}, {"10.0.0.1:1", "192.0.2.1"}, {"10.0.0.1:1", "192.0.2.2"}}, []int{200, 200, 429, 200}},
		{"a limit that was asked for holds at this machine too", limited, [][2]string{{"127.0.0.1:1"}, {"127.0.0.1:1"}, {"127.0.0.1:1"}}, []int{200, 200, 429}},
		{"the person at this machine", usual, slices.Repeat([][2]string{{"127.0.0.1:1"}}, 301), slices.Repeat([]int{200}, 301)},
		{"somebody else", usual, slices.Repeat([][2]string{{"192.0.2.1:1"}}, 301), append(slices.Repeat([]int{200}, 300), 429)},
	}
	for _, test := range tests {
		s := newSite(t, test.change)
		var got []int
		for _, addr := range test.addrs {
			got = append(got, from(s, addr[0], addr[1]))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestGateAdmitsInTurnAndTurnsAway(t *testing.T) {
	g := newGate(Config{WorkBytes: 2 * leastWork, HeldBytes: 100, Queue: 1, Patience: time.Minute})
	ctx := context.Background()
	if err := errors.Join(g.hold(60), g.hold(40)); err != nil {
		t.Fatal(err)
	}
	if g.hold(1) == nil {
		t.Error("more is held than may be")
	}
	g.let(40)
	if err := g.hold(1); err != nil {
		t.Error("what was given back is not free")
	}
	first, _ := g.enter(ctx, 1)
	if _, err := g.enter(ctx, 1); err != nil {
		t.Fatal("the second of two does not fit")
	}
	entered := make(chan int)
	go func() { n, _ := g.enter(ctx, 1); entered <- n }()
	for waiting := 0; waiting == 0; {
		g.mu.Lock()
		waiting = len(g.queue)
		g.mu.Unlock()
	}
	var p *problem
	if _, err := g.enter(ctx, 1); !errors.As(err, &p) || p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") == "" {
		t.Errorf("with a full queue: %v", err)
	}
	g.leave(first)
	if n := <-entered; n != leastWork {
		t.Errorf("the one that waited got %d", n)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := g.enter(gone, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("one who went away: %v", err)
	}
	if len(g.queue) != 0 {
		t.Error("one who went away still waits")
	}
	if n, err := newGate(Config{WorkBytes: 10, Queue: 1, Patience: time.Minute}).enter(ctx, 1000); err != nil || n != 10 {
		t.Errorf("a bundle larger than the gate never gets in: %d, %v", n, err)
	}
}

// The engine runs once for each processor, whatever the bytes, and who goes away does
// not run it.
func TestTheEngineRunsOnceForEachProcessor(t *testing.T) {
	s := newSite(t)
	for range cap(s.processors) {
		s.processors <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequest("POST", "/api/v1/lint", strings.NewReader(tiny)).WithContext(ctx)
	if _, err := s.analyse(r, submission{}, state{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with all processors taken: %v", err)
	}
	for range cap(s.processors) {
		<-s.processors
	}
	if a := s.post("/api/v1/lint", "", tiny); a.StatusCode != http.StatusOK || len(s.processors) != 0 {
		t.Errorf("status %d, %d processors still taken", a.StatusCode, len(s.processors))
	}
}

func TestBusyServerSaysWhenToComeBack(t *testing.T) {
	s := newSite(t, func(c *Config) { c.WorkBytes, c.Queue, c.Patience = 1, 1, time.Millisecond })
	if _, err := s.gate.enter(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	a := s.post("/api/v1/matrix", "", tiny)
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", a.StatusCode, a.Header.Get("Retry-After"))
	}
	s.gate.leave(1)
	if a := s.post("/api/v1/matrix", "", tiny); a.StatusCode != http.StatusOK {
		t.Errorf("when it is free again: status %d", a.StatusCode)
	}
	if s.gate.held != 0 || s.gate.work != 0 {
		t.Errorf("%d bytes are still held, %d at work", s.gate.held, s.gate.work)
	}
}

func TestPanicIsAnApologyWithoutDetail(t *testing.T) {
	s := newSite(t)
	h := withRequestID(s.recovered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret of the user") })))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, newRequest("GET", "/", ""))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || strings.Contains(s.log.String(), "secret") {
		t.Errorf("status %d, body %s\nlog %s", w.Code, w.Body, s.log)
	}
	id := w.Header().Get("X-Request-Id")
	within(t, w.Body.String(), id, "not your fault")
	within(t, s.log.String(), id, "trust_test.go")
}

func TestLogHasNoPayload(t *testing.T) {
	s := newSite(t)
	r := newRequest("POST", "/api/v1/explain?from=shop/web&to=shop/db", tiny)
	r.RemoteAddr = "198.51.100.77:1234"
	s.do(r)
	s.get("/examples/secret-name")
	for _, secret := range []string{"shop", "web", "5432", "secret-name", "198.51.100.77"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, s.log)
		}
	}
	for line := range bytes.Lines(s.log.Bytes()) {
		var entry struct{ Msg, Request, Method, Route, Client string }
		if err := json.Unmarshal(line, &entry); err != nil || entry.Request == "" || entry.Route == "" {
			t.Errorf("a line that is not JSON, or says too little: %s", line)
		}
	}
	within(t, s.log.String(), `"route":"/api/v1/explain"`, `"client":"198.51.100.0/24"`)
}

func TestRunDrainsAndStops(t *testing.T) {
	listening := make(chan net.Addr, 1)
	s := newSite(t, func(c *Config) { c.Addr = "127.0.0.1:0"; c.Listening = func(a net.Addr) { listening <- a } })
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	url := "http://" + (<-listening).String()
	body, send := io.Pipe()
	var answered sync.WaitGroup
	answered.Go(func() {
		a, err := http.Post(url+"/api/v1/lint", "", body)
		if err != nil {
			t.Errorf("a request under way was cut: %v", err)
			return
		}
		defer a.Body.Close()
		if a.StatusCode != http.StatusOK {
			t.Errorf("a request under way got status %d", a.StatusCode)
		}
	})
	io.WriteString(send, tiny[:40]) // returns once the server's end has begun to take it
	for held := 0; held == 0; {
		s.gate.mu.Lock()
		held = s.gate.held
		s.gate.mu.Unlock()
	}
	stop()
	for !s.stopping.Load() {
	}
	if a := s.get("/readyz"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("readyz while stopping: status %d", a.StatusCode)
	}
	if a := s.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("healthz while stopping: status %d", a.StatusCode)
	}
	io.WriteString(send, tiny[40:])
	send.Close()
	answered.Wait()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestAddressInUseIsAnError(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s := newSite(t, func(c *Config) { c.Addr = taken.Addr().String() })
	if err := s.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "listening on") {
		t.Errorf("Run: %v", err)
	}
}

// Every answer of a program that accepts gzip is the same answer.
func TestCompressionChangesNothingElse(t *testing.T) {
	server := httptest.NewServer(newSite(t).Handler())
	defer server.Close()
	r, _ := http.NewRequest("GET", server.URL+"/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if a.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "Accept-Encoding") {
		t.Errorf("headers %v", a.Header)
	}
}
