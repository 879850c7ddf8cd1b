package web

import (
	"slices"
	"strings"
	"testing"
)

// Files at the desk: new, named, chosen by key, removed, cleared, added and replaced,
// and back again.
func TestFilesAreTabs(t *testing.T) {
	b := openTab(t)
	desk := newSite(t).form(map[string][]string{"bundle": {tiny}, "name": {"a.yaml"}, "exposure": {"off"}})
	b.size(1440, 900)
	b.show(serve(t, map[string]string{"/desk": desk.body}) + "/desk")
	got := ask[[]string](b, b.script("tabs.js"))
	want := []string{
		"begin: [a.yaml], 3 rows",
		"new file: a.yaml [untitled.yaml], 4 rows",
		"renamed: a.yaml [b.yaml], 4 rows",
		"left: [a.yaml] b.yaml, 4 rows",
		"end: a.yaml [b.yaml], 4 rows",
		"removed: [a.yaml], 3 rows",
		"undone: [a.yaml] b.yaml, 4 rows",
		"cleared: [untitled.yaml], 0 rows",
		"Nothing here yet. Paste or type manifests, drop files, or open an example.",
		"undone: [a.yaml] b.yaml, 4 rows",
		"chosen: a.yaml b.yaml [c.yaml], 5 rows",
		"example: [and-or.yaml], 6 rows",
		"/examples/and-or",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	if got := ask[[]string](b, "window.forbidden"); len(got) > 0 {
		t.Errorf("the policy of the page was broken: %v", got)
	}
}

// script reads a script of the tests that gives a promise, to be begun when the page has
// settled.
func (b tab) script(name string) string {
	b.t.Helper()
	return `new Promise((ready) => setTimeout(ready, 300)).then(() => ` + strings.TrimSuffix(strings.TrimSpace(script(b.t, name)), ";") + `)`
}
