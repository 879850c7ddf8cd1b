package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/permalink"
)

// A link is made, opened, copied and deleted by forms alone.
func TestSharingByForms(t *testing.T) {
	s, _ := newSharing(t)
	shop := exampleText(t, "three-tier-shop")
	form := func(target string, fields url.Values) answer {
		return s.post(target, "application/x-www-form-urlencoded", fields.Encode())
	}
	before := form("/share", url.Values{"bundle": {shop}, "name": {"shop.yaml"}, "view": {"matrix"}})
	for _, want := range []string{"What the link keeps", "5 NetworkPolicies, 1 Namespace", "view=matrix", "https://netpolscope.example/#1", "Make the link"} {
		if !strings.Contains(before.body, want) {
			t.Errorf("before: no %q", want)
		}
	}
	made := form("/share", url.Values{"bundle": {shop}, "name": {"shop.yaml"}, "view": {"matrix"}, "title": {"The <shop>"}, "note": {"Look at backup"}, "create": {"1"}})
	id := regexp.MustCompile(`/p/([a-z2-9]{26})\b`).FindStringSubmatch(made.body)
	token := regexp.MustCompile(`name="token" value="([a-z2-9]{26})"`).FindStringSubmatch(made.body)
	if made.StatusCode != http.StatusCreated || id == nil || token == nil {
		t.Fatal(made.StatusCode, made.body)
	}
	page := s.get("/p/" + id[1])
	for _, want := range []string{"The &lt;shop&gt;", "Look at backup", "shop.yaml", `name="twitter:card"`, "json+oembed", `<meta name="robots" content="noindex"`, "Edit a copy",
		`property="og:image" content="https://netpolscope.example/p/` + id[1] + `.png?width=1200`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page: no %q", want)
		}
	}
	if strings.Contains(page.body, `name="bundle"`) || !regexp.MustCompile(`value="matrix"[^>]* aria-current`).MatchString(page.body) {
		t.Error("the page is not for reading, or shows another view")
	}
	if page.Header.Get("X-Robots-Tag") != "noindex" || page.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Error(page.Header)
	}
	if other := s.get("/p/" + id[1] + "?view=policies"); !regexp.MustCompile(`value="policies"[^>]* aria-current`).MatchString(other.body) {
		t.Error("the query does not choose the view")
	}
	copied := form("/", url.Values{"copy": {id[1]}})
	if copied.StatusCode != 200 || !strings.Contains(copied.body, `name="bundle"`) || !strings.Contains(copied.body, `name="parent" value="`+id[1]+`"`) {
		t.Fatal(copied.StatusCode)
	}
	second := form("/share", url.Values{"bundle": {shop + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: more}\n"}, "parent": {id[1]}, "create": {"1"}})
	next := regexp.MustCompile(`/p/([a-z2-9]{26})\b`).FindStringSubmatch(second.body)
	if next == nil {
		t.Fatal(second.body)
	}
	if page := s.get("/p/" + next[1]); !strings.Contains(page.body, "version 2") || !strings.Contains(page.body, `href="/p/`+id[1]+`"`) {
		t.Error("the second version does not lead to the first")
	}
	if a := form("/share/delete", url.Values{"link": {"/p/" + id[1]}, "token": {strings.Repeat("a", 26)}}); a.StatusCode != 404 {
		t.Error("a wrong token:", a.StatusCode)
	}
	if a := form("/share/delete", url.Values{"link": {"/p/" + id[1]}, "token": {token[1]}}); a.StatusCode != 200 || !strings.Contains(a.body, "deleted") {
		t.Error("deleting:", a.StatusCode)
	}
	for _, target := range []string{"/p/" + id[1], "/embed/" + id[1], "/p/" + id[1] + ".svg"} {
		if a := s.get(target); a.StatusCode != 404 {
			t.Errorf("%s: %d after deletion", target, a.StatusCode)
		}
	}
	if a := newSite(t).post("/share", "application/x-www-form-urlencoded", url.Values{"bundle": {shop}}.Encode()); a.StatusCode != 200 || !strings.Contains(a.body, "stores no links") || strings.Contains(a.body, "Make the link") {
		t.Error("without a store:", a.StatusCode)
	}
}

// A bundle behind /# comes as a field of a form.
func TestBundleBehindTheHash(t *testing.T) {
	s := newSite(t)
	code := permalink.Encode([]byte(exampleText(t, "one-policy")))
	if a := s.post("/", "application/x-www-form-urlencoded", url.Values{"code": {code}}.Encode()); a.StatusCode != 200 || !strings.Contains(a.body, "db-network-policy") {
		t.Error(a.StatusCode)
	}
	if a := s.post("/", "application/x-www-form-urlencoded", url.Values{"code": {"1nonsense"}}.Encode()); a.StatusCode != 400 || !strings.Contains(a.body, "This link is damaged") {
		t.Error(a.StatusCode, a.body)
	}
}

func TestOEmbed(t *testing.T) {
	s, _ := newSharing(t)
	made := s.share(t, `?title=A+"title"`, exampleText(t, "one-policy"))
	a := s.get("/oembed?maxwidth=300&url=" + url.QueryEscape(made.URL))
	var got oembedAnswer
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	want := fmt.Sprintf(`<iframe src="https://netpolscope.example/embed/%s" title="A &#34;title&#34;" width="300" height="480" loading="lazy"></iframe>`, made.ID)
	if got.Version != "1.0" || got.Type != "rich" || got.HTML != want || got.Width != 300 {
		t.Errorf("%+v", got)
	}
	for target, status := range map[string]int{
		"/oembed": 404, "/oembed?url=https://elsewhere.example/p/" + string(made.ID): 404, "/oembed?format=xml&url=" + made.URL: 501,
		"/oembed?maxwidth=x&url=" + made.URL: 400, "/oembed?url=https://netpolscope.example/p/" + strings.Repeat("a", 26): 404,
	} {
		if a := s.get(target); a.StatusCode != status {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
	}
}

func TestEmbedScript(t *testing.T) {
	a := newSite(t).get("/embed.js")
	if a.StatusCode != 200 || !strings.Contains(a.Header.Get("Content-Type"), "javascript") || a.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || !strings.Contains(a.body, "netpolscope:height") {
		t.Error(a.StatusCode, a.Header, a.body)
	}
}

// Only what is made to be embedded can be framed.
func TestOnlyEmbedsAreFramed(t *testing.T) {
	s, _ := newSharing(t)
	made := s.share(t, "", exampleText(t, "one-policy"))
	for target, framed := range map[string]bool{"/embed/" + string(made.ID): true, "/p/" + string(made.ID): false, "/": false, "/share": false} {
		a := s.get(target)
		policy := a.Header.Get("Content-Security-Policy")
		if got := strings.Contains(policy, "frame-ancestors *") && a.Header.Get("X-Frame-Options") == ""; got != framed {
			t.Errorf("%s: framed %v, policy %s", target, got, policy)
		}
	}
}

// hostPolicy is the policy of a strict site, as image proxies and wikis have it: no
// script but ours, no style from elsewhere, pictures and frames of this server.
const hostPolicy = "default-src 'none'; script-src %[1]s; img-src %[1]s; frame-src %[1]s; style-src 'unsafe-inline'"

// A page of another site with a strict policy shows pictures and embeds, several on one
// page, in both themes, and axe finds nothing in them.
func TestEmbeddedInAStrictPage(t *testing.T) {
	checks := axe(t)
	b := openTab(t)
	s, _ := newSharing(t)
	fields := url.Values{"bundle": {exampleText(t, "three-tier-shop")}}
	pages := map[string]string{"/before": s.post("/share", "application/x-www-form-urlencoded", fields.Encode()).body}
	fields.Set("create", "1")
	pages["/made"] = s.post("/share", "application/x-www-form-urlencoded", fields.Encode()).body
	ours := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text, ok := pages[r.URL.Path]; ok {
			w.Header().Set("Content-Type", htmlType)
			_, _ = w.Write([]byte(text))
			return
		}
		s.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(ours.Close)
	// The page of the other site has another port, and so another origin.
	address := ours.URL
	made := s.share(t, "?title=Shop&select=shop/CronJob/backup..shop/StatefulSet/db&port=3306", exampleText(t, "three-tier-shop"))
	code := permalink.Encode([]byte(exampleText(t, "one-policy")))
	id := string(made.ID)
	page := `<!doctype html><html lang="en"><title>Runbook</title><main><h1>Runbook</h1>
<picture><source media="(prefers-color-scheme: dark)" srcset="` + address + "/p/" + id + `.svg?theme=dark"><img alt="Shop" src="` + address + "/p/" + id + `.svg?theme=light"></picture>
<img alt="Shop as PNG" src="` + address + "/p/" + id + `.png">
<img alt="One policy" src="` + address + "/d/" + code + `.svg">
<img alt="Gone" src="` + address + "/p/" + strings.Repeat("a", 26) + `.svg">
<iframe src="` + address + "/embed/" + id + `" title="Shop" width="900" height="480"></iframe>
<iframe src="` + address + "/embed/" + id + `?theme=dark" title="Shop, dark" width="400" height="150"></iframe></main><script src="` + address + `/embed.js"></script></html>`
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", htmlType)
		w.Header().Set("Content-Security-Policy", fmt.Sprintf(hostPolicy, address))
		_, _ = w.Write([]byte(page))
	}))
	t.Cleanup(host.Close)
	for _, scheme := range []string{"light", "dark"} {
		b.prefer(scheme, "screen")
		b.size(1000, 900)
		b.show(host.URL + "/")
		widths := ask[[]int](b, `Promise.all([...document.images].map((i) => i.decode().catch(() => {}))).then(() => [...document.images].map((i) => i.naturalWidth))`)
		if len(widths) != 4 || widths[0] == 0 || widths[1] == 0 || widths[2] == 0 {
			t.Errorf("%s: pictures %v wide", scheme, widths)
		}
		if refused := ask[[]string](b, `window.forbidden`); len(refused) > 0 {
			t.Errorf("%s: refused %v", scheme, refused)
		}
		heights := ask[[]int](b, `new Promise((done) => {
			const frames = [...document.querySelectorAll("iframe")], began = Date.now();
			const look = () => frames[1].clientHeight > 200 || Date.now() - began > 10000 ? done(frames.map((f) => f.clientHeight)) : setTimeout(look, 50);
			look();
		})`)
		if len(heights) != 2 || heights[1] < 200 {
			t.Errorf("%s: frames %v high", scheme, heights)
		}
		b.show(address + "/embed/" + id)
		if got := ask[string](b, `document.querySelector(".say").textContent`); !strings.Contains(got, "backup") {
			t.Errorf("the embed says %q", got)
		}
		if got := ask[int](b, `document.querySelectorAll(".picture .edge").length`); got < 5 {
			t.Errorf("%d arrows", got)
		}
		for _, target := range []string{"/embed/" + id, "/p/" + id, "/before", "/made"} {
			b.show(address + target)
			ask[bool](b, checks+"; true")
			for _, v := range ask[[]violation](b, runAxe) {
				t.Errorf("%s, %s: %s (%s)\n\t%s", target, scheme, v.Help, v.ID, strings.Join(v.Where, "\n\t"))
			}
		}
	}
}
