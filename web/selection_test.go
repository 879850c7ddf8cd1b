package web

import (
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// deskWork is what a selection at the desk shows.
type deskWork struct {
	Selected, Said, Query, Cleared, Address string
	Lit, Caret, Walked, Through             []string
	Arrows, Marked, Stops, Parts            int
	Findings, Dialog, Matrix, Off           bool
}

// A line of a rule is a selection like any other, the caret lights what its rule grants,
// the table is walked by keys, and keys of one letter can be turned off.
func TestLinesAndKeysAtTheDesk(t *testing.T) {
	b := openTab(t)
	desk := newSite(t).form(url.Values{"bundle": {tiny}, "exposure": {"off"}})
	b.size(1440, 900)
	b.show(serve(t, map[string]string{"/desk": desk.body}) + "/desk")
	got := ask[deskWork](b, b.script("selection.js"))
	want := deskWork{
		Selected: "shop/db:ingress:0", Said: got.Said, Query: "?exposure=off&select=shop%2Fdb%3Aingress%3A0", Cleared: "?exposure=off0", Address: "?exposure=off",
		Lit: []string{"shop/Pod/web..shop/Pod/db"}, Caret: []string{"shop/Pod/web..shop/Pod/db"}, Arrows: 1, Marked: 2, Stops: 1,
		Walked:   []string{"shop/Pod/db..world", "shop/Pod/web..world", "shop/Pod/web..shop/Pod/db", "shop/Pod/web..world", "shop/Pod/db..shop/Pod/web", "shop/Pod/db..shop/Pod/web"},
		Through:  []string{"hub-1", "hub-1 > shop/Pod/web", "shop/Pod/web", "hub-1 > shop/Pod/web", "hub-3", "hub-1"},
		Findings: true, Dialog: true, Matrix: true, Off: true,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if !strings.Contains(got.Said, "5432") {
		t.Errorf("of the policy it is said: %s", got.Said)
	}
}

// What a finding is about can be selected from it: the rule, or the policy.
func TestFindingsSelect(t *testing.T) {
	s := newSite(t)
	page := s.get("/examples/three-tier-shop").page(t)
	values := map[string]bool{}
	for _, b := range page.all("button", withAttr("name", "select")) {
		values[b.attr("value")] = true
	}
	for _, want := range []string{"shop/db:ingress:0", "shop/default-deny"} {
		if !values[want] {
			t.Errorf("no finding selects %s: %v", want, values)
		}
	}
	chosen := s.get("/examples/three-tier-shop?select=shop/db:ingress:0").page(t)
	if len(chosen.all("article", withClass("on"))) == 0 {
		t.Error("no finding is marked")
	}
	if refused := s.form(url.Values{"bundle": {"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, policyTypes: [Igress]}\n"}}); strings.Contains(refused.body, `name="select" value="default/a"`) {
		t.Error("a policy that is not in force can be selected")
	}
}

// While something is selected, the editor shows of a long text what has a part in it. What
// a hand has folded stays so.
func TestSelectionFoldsTheRest(t *testing.T) {
	b := openTab(t)
	server := httptest.NewServer(newSite(t).Handler())
	defer server.Close()
	b.size(1440, 6000)
	b.show(server.URL + "/examples/three-tier-shop")
	const most = "Namespace shop, 4 lines; Deployment web, 17 lines; Deployment api, 17 lines; StatefulSet db, 17 lines; CronJob backup, 16 lines; Service web, 9 lines; Deployment coredns, 20 lines"
	want := []string{
		"by hand: 1 line",
		"shop/Deployment/web..shop/Deployment/api: " + most + "; NetworkPolicy db, 17 lines",
		"shop/Deployment/api..shop/StatefulSet/db: " + most + "; NetworkPolicy web, 18 lines; 1 line",
		"cleared: 1 line",
	}
	if got := ask[[]string](b, b.script("folds.js")); !slices.Equal(got, want) {
		t.Errorf("got\n\t%s", strings.Join(got, "\n\t"))
	}
}
