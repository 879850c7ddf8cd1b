package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A suggestion of the API is one that the page makes when it is asked to.
func TestSuggestionIsApplied(t *testing.T) {
	s := newSite(t)
	ask := url.Values{"from": {"world"}, "to": {"shop/db"}, "port": {"5432"}}
	var answer struct {
		Verdict     string
		Suggestions []struct{ Text, YAML string }
	}
	a := s.post("/api/v1/explain?"+ask.Encode(), "application/yaml", "# first\n"+tiny)
	if err := json.Unmarshal([]byte(a.body), &answer); err != nil || answer.Verdict != "blocked" || len(answer.Suggestions) == 0 {
		t.Fatalf("%v: %s", err, a.body)
	}
	for _, suggestion := range answer.Suggestions {
		fields := url.Values{"bundle": {"# first\n" + tiny}, "apply": {suggestion.Text}}
		for name, values := range ask {
			fields[name] = values
		}
		page := s.form(fields).page(t)
		within(t, page.one(t, "p", withClass("verdict")).text(), "Allowed")
		text := page.one(t, "textarea").text()
		if !strings.HasPrefix(text, "# first ") || !strings.Contains(text, "0.0.0.0/0") {
			t.Errorf("after %q the text is\n%s", suggestion.Text, text)
		}
	}
	stale := url.Values{"bundle": {tiny}, "apply": {"To open it: something else."}, "from": {"world"}, "to": {"shop/db"}, "port": {"5432"}}
	within(t, s.form(stale).page(t).one(t, "p", withClass("verdict")).text(), "Blocked")
}

func TestOnePolicyAndOneEntityAreExplained(t *testing.T) {
	s := newSite(t)
	a := s.post("/api/v1/explain?policy=shop/db", "application/yaml", tiny)
	within(t, a.body, "It closes ")
	a = s.post("/api/v1/explain?entity=shop/db", "application/yaml", tiny)
	within(t, a.body, "Entering: limited by policy db.", "From outside the cluster nobody may call it.")
	for _, query := range []string{"policy=shop/none", "entity=shop/none"} {
		if a := s.post("/api/v1/explain?"+query, "application/yaml", tiny); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", query, a.StatusCode)
		}
	}
	page := s.form(url.Values{"bundle": {tiny}, "to": {"shop/Pod/db"}}).page(t)
	within(t, page.one(t, "section", withClass("why")).text(), "Entering: limited by policy db.")
	page = s.form(url.Values{"bundle": {tiny}, "view": {"policies"}}).page(t)
	within(t, page.one(t, "table", withClass("ladder")).text(), "It closes ")
}
