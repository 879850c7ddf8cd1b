package web

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/permalink"
)

// newSharing gives a site that stores links, and the folder of its store.
func newSharing(t testing.TB, change ...func(*Config)) (site, string) {
	t.Helper()
	folder := t.TempDir()
	store, err := permalink.OpenStore(t.Context(), "sqlite:"+filepath.Join(folder, "links.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	keep := func(c *Config) {
		c.Links = permalink.New(store, permalink.Options{})
		c.BaseURL = "https://netpolscope.example"
	}
	return newSite(t, append([]func(*Config){keep}, change...)...), folder
}

// share stores a bundle and gives the answer of the API.
func (s site) share(t testing.TB, query, bundle string) createdLink {
	t.Helper()
	a := s.post("/api/v1/links"+query, "application/yaml", bundle)
	var made createdLink
	if err := json.Unmarshal([]byte(a.body), &made); a.StatusCode != 201 || err != nil {
		t.Fatal(a.StatusCode, a.body)
	}
	return made
}

func exampleText(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("../static/examples/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every suffix answers as the API does for what is kept, with headers that let other
// sites show it.
func TestLinkBySuffix(t *testing.T) {
	s, _ := newSharing(t)
	shop := exampleText(t, "three-tier-shop")
	made := s.share(t, "?title=Shop&show=blocked&theme=dark", shop)
	if made.URL != "https://netpolscope.example/p/"+string(made.ID) || made.Expires == nil {
		t.Errorf("%+v", made)
	}
	kept := s.get("/p/" + string(made.ID) + ".yaml").body
	for suffix, ask := range map[string]string{
		"svg": "/api/v1/render?show=blocked&theme=dark", "png": "/api/v1/render?format=png&show=blocked&theme=dark",
		"json": "/api/v1/matrix", "csv": "/api/v1/matrix?format=csv", "md": "/api/v1/matrix?format=markdown",
		"mmd": "/api/v1/render?format=mermaid&show=blocked", "dot": "/api/v1/render?format=dot&show=blocked",
	} {
		a := s.get("/p/" + string(made.ID) + "." + suffix)
		want := s.post(ask, "application/yaml", kept)
		body := strings.ReplaceAll(a.body, "three-tier-shop.yaml", pasted)
		if a.StatusCode != 200 || body != strings.ReplaceAll(want.body, "three-tier-shop.yaml", pasted) {
			t.Errorf("%s: %d, and %d bytes where the API gives %d", suffix, a.StatusCode, len(a.body), len(want.body))
		}
		if got, want := a.Header.Get("Content-Type"), want.Header.Get("Content-Type"); got != want {
			t.Errorf("%s: type %s, and %s of the API", suffix, got, want)
		}
		for name, want := range map[string]string{
			"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex",
			"Cross-Origin-Resource-Policy": "cross-origin", "Referrer-Policy": "no-referrer",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", suffix, name, got)
			}
		}
		again := httptest.NewRequest("GET", "/p/"+string(made.ID)+"."+suffix, nil)
		again.Header.Set("If-None-Match", `"other", W/`+a.Header.Get("ETag"))
		if a := s.do(again); a.StatusCode != 304 || a.body != "" {
			t.Errorf("%s: asked again, %d with %d bytes", suffix, a.StatusCode, len(a.body))
		}
		head := s.do(httptest.NewRequest("HEAD", "/p/"+string(made.ID)+"."+suffix, nil))
		if head.StatusCode != 200 || head.Header.Get("ETag") != a.Header.Get("ETag") || head.Header.Get("Content-Length") != a.Header.Get("Content-Length") {
			t.Errorf("%s: HEAD %d %v", suffix, head.StatusCode, head.Header)
		}
	}
	light := s.get("/p/" + string(made.ID) + ".svg?theme=light").body
	if light == s.get("/p/"+string(made.ID)+".svg").body {
		t.Error("the query does not change the view")
	}
}

// What is not there is the same whatever the cause, and an image route never answers
// with a page.
func TestLinkThatIsNotThere(t *testing.T) {
	s, _ := newSharing(t)
	made := s.share(t, "", exampleText(t, "one-policy"))
	wrong := httptest.NewRequest("DELETE", "/api/v1/links/"+string(made.ID), nil)
	wrong.Header.Set("Authorization", "Bearer "+strings.Repeat("a", 26))
	if a := s.do(wrong); a.StatusCode != 404 {
		t.Error("a wrong token:", a.StatusCode)
	}
	if a := s.do(httptest.NewRequest("DELETE", "/api/v1/links/"+string(made.ID), nil)); a.StatusCode != 401 {
		t.Error("no token:", a.StatusCode)
	}
	for _, suffix := range []string{".svg", ".json"} {
		if a := s.get("/p/" + string(made.ID) + suffix); a.StatusCode != 200 {
			t.Error(suffix, a.StatusCode)
		}
	}
	right := httptest.NewRequest("DELETE", "/api/v1/links/"+string(made.ID), nil)
	right.Header.Set("Authorization", "Bearer "+made.DeleteToken)
	if a := s.do(right); a.StatusCode != 204 {
		t.Error("deleting:", a.StatusCode, a.body)
	}
	never := strings.Repeat("a", 26)
	for _, suffix := range []string{".svg", ".png", ".json", ".yaml", ".csv", ".md", ".mmd", ".dot"} {
		deleted, unknown, wrong := s.get("/p/"+string(made.ID)+suffix), s.get("/p/"+never+suffix), s.get("/p/x"+suffix)
		for _, a := range []*answer{&deleted, &unknown, &wrong} {
			a.body = regexp.MustCompile(`"requestId":"[0-9a-f]+"`).ReplaceAllString(a.body, "")
		}
		if deleted.StatusCode != 404 || deleted.body != unknown.body || deleted.body != wrong.body {
			t.Errorf("%s: %d\n%s\n%s\n%s", suffix, deleted.StatusCode, deleted.body, unknown.body, wrong.body)
		}
		if got := deleted.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: %s", suffix, got)
		}
		browser := httptest.NewRequest("GET", "/p/"+never+suffix, nil)
		browser.Header.Set("Accept", "text/html,*/*")
		if a := s.do(browser); (suffix == ".svg" || suffix == ".png") && strings.Contains(a.Header.Get("Content-Type"), "html") {
			t.Errorf("%s: %s", suffix, a.Header.Get("Content-Type"))
		}
	}
}

func TestLinkRequests(t *testing.T) {
	s, _ := newSharing(t, func(c *Config) { c.LinksPerDay = 4 })
	policy := exampleText(t, "one-policy")
	made := s.share(t, "?expires=never", policy)
	if made.Expires != nil {
		t.Error("never is", made.Expires)
	}
	for _, c := range []struct {
		query, body string
		status      int
		says        string
	}{
		{"?expires=5w", policy, 400, "1d, 30d, 1y, never"},
		{"?view=nothing", policy, 400, "view"},
		{"?title=" + strings.Repeat("t", 201), policy, 400, "title has 201 characters"},
		{"?parent=x", policy, 400, "the id of a link"},
		{"?parent=" + strings.Repeat("a", 26), policy, 404, "no such link"},
		{"", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\n", 422, ""},
		{"?parent=" + string(made.ID), policy, 201, ""},
		{"?preview=1", policy, 200, `"rewritten": `},
		{"?expires=1d", policy, 201, ""},
		{"", policy, 201, ""},
		{"", policy, 429, "More than 4 links in a day"},
	} {
		a := s.post("/api/v1/links"+c.query, "application/yaml", c.body)
		if a.StatusCode != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: %d %s", c.query, a.StatusCode, a.body)
		}
	}
	if a := newSite(t).post("/api/v1/links", "application/yaml", policy); a.StatusCode != 404 || !strings.Contains(a.body, "--store none") {
		t.Error("without a store:", a.StatusCode, a.body)
	}
}

// Secrets that are planted in everything that is not kept leave no trace: not in the
// files of the store, not in the log, not in any answer about the link.
func TestPlantedSecretsLeaveNoTrace(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		s, folder := newSharing(t)
		plant(t, s, "CREATE TABLE links", func() string { return folder })
	})
	t.Run("postgres", func(t *testing.T) {
		address := os.Getenv("NETPOLSCOPE_POSTGRES")
		if address == "" {
			if os.Getenv("CI") != "" {
				t.Fatal("NETPOLSCOPE_POSTGRES gives no address")
			}
			t.Skip("NETPOLSCOPE_POSTGRES gives no address; .ci/test starts a server")
		}
		admin, err := sql.Open("pgx", address)
		if err != nil {
			t.Fatal(err)
		}
		defer admin.Close()
		run := func(statement string) {
			if _, err := admin.ExecContext(context.Background(), statement); err != nil {
				t.Fatal(err)
			}
		}
		const schema = "planted_secrets"
		run("CREATE SCHEMA " + schema)
		defer run("DROP SCHEMA " + schema + " CASCADE")
		store, err := permalink.OpenStore(t.Context(), address+"&search_path="+schema)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		s := newSite(t, func(c *Config) { c.Links = permalink.New(store, permalink.Options{}) })
		plant(t, s, schema, func() (folder string) {
			run("CHECKPOINT") // What is in memory is written.
			if err := admin.QueryRowContext(t.Context(), "SHOW data_directory").Scan(&folder); err != nil {
				t.Fatal(err)
			}
			return filepath.Dir(folder) // with the server's log
		})
	})
}

// plant shares a bundle full of secrets and looks for them everywhere, the files of the
// store among that, which hold a text that is sure to be found.
func plant(t *testing.T, s site, found string, files func() string) {
	bundle, markers := plantedBundle()
	if len(markers) < 200 {
		t.Fatalf("only %d secrets are planted", len(markers))
	}
	made := s.share(t, "?title=visible-title&note=visible-note", bundle)
	var places = map[string]string{"log": s.log.String()}
	readable := false
	err := filepath.WalkDir(files(), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // A server in use takes files away.
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		places["store "+path] = string(text)
		readable = readable || strings.Contains(string(text), found)
		return err
	})
	if err != nil || !readable {
		t.Fatalf("the files of the store do not show even %q: %v", found, err)
	}
	for name, text := range places {
		// Nothing is readable there, whether secret or not.
		for _, visible := range append([]string{"visible-title", "visible-note", "kept-app", string(made.ID), made.DeleteToken}, markers...) {
			if strings.Contains(text, visible) {
				t.Errorf("%s has %s", name, visible)
			}
		}
	}
	answers := map[string]string{"preview": s.post("/api/v1/links?preview=1", "application/yaml", bundle).body}
	for _, f := range suffixes {
		answers[f.name] = s.get("/p/" + string(made.ID) + "." + f.name).body
	}
	for name, text := range answers {
		for _, marker := range markers {
			if strings.Contains(text, marker) {
				t.Errorf("%s has %s", name, marker)
			}
		}
		if name == "yaml" && !strings.Contains(text, "kept-app") {
			t.Error("nothing was kept at all")
		}
	}
}

// plantedBundle gives objects with a secret in every field that no link keeps.
func plantedBundle() (bundle string, markers []string) {
	secret := func() string {
		m := "planted" + strings.Repeat("x", 3) + string(rune('a'+len(markers)/26%26)) + string(rune('a'+len(markers)%26)) + time.Duration(len(markers)).String()
		markers = append(markers, m)
		return m
	}
	var b strings.Builder
	for range 12 {
		b.WriteString("apiVersion: v1\nkind: Secret\nmetadata: {name: s, annotations: {a: " + secret() + "}}\nstringData: {password: " + secret() + "}\n---\n")
		b.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {url: 'postgres://" + secret() + "@db'}\n---\n")
		b.WriteString("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: kept-app\n  annotations: {note: " + secret() + "}\nspec:\n" +
			"  selector: {matchLabels: {app: kept-app}}\n  template:\n    metadata:\n      labels: {app: kept-app}\n      annotations: {vault: " + secret() + "}\n    spec:\n" +
			"      volumes: [{name: v, hostPath: {path: /" + secret() + "}}]\n      imagePullSecrets: [{name: " + secret() + "}]\n      serviceAccountName: " + secret() + "\n      containers:\n" +
			"      - name: c\n        image: registry.example.com/" + secret() + "\n        command: [" + secret() + "]\n        args: ['--password=" + secret() + "']\n" +
			"        env: [{name: P, value: " + secret() + "}]\n        ports: [{containerPort: 80}]\n        livenessProbe: {httpGet: {path: /" + secret() + ", port: 80}}\n---\n")
		b.WriteString("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: kept-policy\n  annotations:\n" +
			"    kubectl.kubernetes.io/last-applied-configuration: '" + secret() + "'\n  managedFields: [{manager: " + secret() + "}]\nspec: {podSelector: {matchLabels: {app: kept-app}}}\n---\n")
		b.WriteString("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: {auth: " + secret() + "}}\nspec:\n  tls: [{secretName: " + secret() + "}]\n" +
			"  rules: [{host: " + secret() + ".example.com, http: {paths: [{path: /" + secret() + ", pathType: Prefix, backend: {service: {name: kept-service, port: {number: 80}}}}]}}]\n---\n")
	}
	b.WriteString("this: [is " + secret() + "\n")
	return b.String(), markers
}

// A bundle in the address gives its picture; nothing is stored for it.
func TestBundleInTheAddress(t *testing.T) {
	s := newSite(t)
	code := permalink.Encode([]byte(exampleText(t, "one-policy")))
	svg, want := s.get("/d/"+code+".svg?theme=dark"), s.post("/api/v1/render?theme=dark", "application/yaml", exampleText(t, "one-policy"))
	if svg.StatusCode != 200 || svg.body != want.body || svg.Header.Get("Content-Type") != svgType {
		t.Error(svg.StatusCode, svg.Header)
	}
	if png := s.get("/d/" + code + ".png"); png.StatusCode != 200 || png.Header.Get("Content-Type") != pngType {
		t.Error(png.StatusCode, png.Header)
	}
	for target, status := range map[string]int{
		"/d/1abc.svg": 400, "/d/" + code[:20] + ".svg": 400, "/d/9" + code[1:] + ".png": 400, "/d/1" + strings.Repeat("a", permalink.LongestCode) + ".svg": 414,
	} {
		if a := s.get(target); a.StatusCode != status || a.Header.Get("Content-Type") != svgType && a.Header.Get("Content-Type") != pngType {
			t.Errorf("%.40s: %d %s", target, a.StatusCode, a.Header.Get("Content-Type"))
		}
	}
}
