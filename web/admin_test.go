package web

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// Metrics are for the operator's address alone, and name routes, never addresses.
func TestMetricsAreApart(t *testing.T) {
	s, _ := newSharing(t)
	made := s.share(t, "", exampleText(t, "one-policy"))
	s.get("/p/" + string(made.ID) + ".json")
	for _, target := range []string{"/metrics", "/debug/pprof/"} {
		if a := s.get(target); a.StatusCode != 404 {
			t.Errorf("%s on the page's address: %d", target, a.StatusCode)
		}
		w := httptest.NewRecorder()
		s.admin().ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		if w.Code != 200 {
			t.Errorf("%s: %d", target, w.Code)
		}
		text := w.Body.String()
		if strings.Contains(text, string(made.ID)) {
			t.Errorf("%s has the id of a link", target)
		}
		if want := `netpolscope_requests_total{method="GET",route="/p/{id}.json",status="200"} 1`; target == "/metrics" && !strings.Contains(text, want) {
			t.Errorf("no %s in:\n%s", want, text)
		}
	}
}
