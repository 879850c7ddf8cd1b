package web

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/permalink"
)

// While the store is away links that were opened lately stay open, what needs it is
// refused quickly with a time to come back, and everything else goes on.
func TestStoreAway(t *testing.T) {
	store, err := permalink.OpenStore(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "links.db"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	s := newSite(t, func(c *Config) {
		c.Links = permalink.New(store, permalink.Options{Now: func() time.Time { return now }})
	})
	policy := exampleText(t, "one-policy")
	opened, other := s.share(t, "", policy), s.share(t, "", policy)
	if a := s.get("/p/" + string(opened.ID) + ".svg"); a.StatusCode != 200 {
		t.Fatal(a.StatusCode)
	}
	if a := s.get("/readyz"); a.body != "ok\n" {
		t.Errorf("ready: %q", a.body)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	for target, status := range map[string]int{
		"/p/" + string(opened.ID): 200, "/p/" + string(opened.ID) + ".svg": 200, "/embed/" + string(opened.ID): 200,
		"/p/" + string(other.ID): 503, "/p/" + string(other.ID) + ".png": 503, "/p/" + string(other.ID) + ".json": 503,
		"/": 200, "/healthz": 200, "/readyz": 200, "/examples/one-policy": 200,
	} {
		a := s.get(target)
		if a.StatusCode != status || status == 503 && a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d, Retry-After %q", target, a.StatusCode, a.Header.Get("Retry-After"))
		}
	}
	if a := s.get("/readyz"); !strings.Contains(a.body, "the store does not answer") {
		t.Errorf("ready: %q", a.body)
	}
	for target, status := range map[string]int{"/api/v1/links": 503, "/api/v1/links?preview=1": 200, "/api/v1/matrix": 200} {
		if a := s.post(target, "application/yaml", policy); a.StatusCode != status {
			t.Errorf("%s: %d %s", target, a.StatusCode, a.body)
		}
	}
}

// A store without room says so with its own status, and links that are there stay.
func TestStoreFull(t *testing.T) {
	store, err := permalink.OpenStore(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "links.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	s := newSite(t, func(c *Config) { c.Links = permalink.New(store, permalink.Options{Quota: 1 << 10}) })
	policy := exampleText(t, "one-policy")
	first := s.share(t, "", policy)
	for range 5 {
		if a := s.post("/api/v1/links", "application/yaml", policy); a.StatusCode == 507 {
			if !strings.Contains(a.body, "There is no room for more links") {
				t.Error(a.body)
			}
			if a := s.get("/p/" + string(first.ID)); a.StatusCode != 200 {
				t.Error(a.StatusCode)
			}
			return
		}
	}
	t.Error("the quota is not kept")
}
