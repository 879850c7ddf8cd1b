package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Switching, probing, making a suggestion and taking it back at the desk, wide and on a
// phone.
func TestWhatIfAtTheDesk(t *testing.T) {
	b := openTab(t)
	desk := newSite(t).form(map[string][]string{"bundle": {tiny}})
	address := serve(t, map[string]string{"/desk": desk.body})
	want := []string{
		"off: 2 connections open; +all; true; shop/db",
		"only: true; true; differences",
		"as written: nothing; ; 0; 0",
		"probe: timed out; 1 cross; 2 boxes; 1 cell; 80",
		"apply: connected; true; false",
		"undo: timed out; true; true",
	}
	for _, width := range []int64{1440, 390} {
		b.size(width, 900)
		b.show(address + "/desk")
		if got := ask[[]string](b, b.script("whatif.js")); !slices.Equal(got, want) {
			t.Errorf("%d pixels: got\n\t%s\nwant\n\t%s", width, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
		if got := ask[[]string](b, "window.forbidden"); len(got) > 0 {
			t.Errorf("the policy of the page was broken: %v", got)
		}
	}
}

// What is assumed, and what comes of a probe, is sound by axe's rules and fits the window.
func TestWhatIfIsAccessible(t *testing.T) {
	checks := axe(t)
	b := openTab(t)
	s := newSite(t)
	page := func(fields map[string][]string) string { return s.form(fields).body }
	address := serve(t, map[string]string{
		"/off":      page(map[string][]string{"bundle": {tiny}, "off": {"shop/db"}, "from": {"world"}, "to": {"shop/Pod/db"}, "port": {"80"}}),
		"/only":     page(map[string][]string{"bundle": {tiny}, "off": {"shop/db:ingress:0"}, "only": {"differences"}}),
		"/repaired": page(map[string][]string{"bundle": {refused}, "repaired": {"NP201:shop/db"}}),
		"/rules":    page(map[string][]string{"bundle": {tiny}, "off": {"shop/db:ingress:0"}, "view": {"policies"}}),
		"/flannel":  page(map[string][]string{"bundle": {tiny}, "cni": {"flannel"}, "from": {"world"}, "to": {"shop/Pod/db"}}),
	})
	for _, target := range []string{"/off", "/only", "/repaired", "/rules", "/flannel"} {
		for _, look := range []struct {
			scheme string
			width  int64
		}{{"light", 1440}, {"dark", 1440}, {"light", 390}, {"dark", 390}} {
			b.prefer(look.scheme, "screen")
			b.size(look.width, 900)
			b.show(address + target)
			ask[bool](b, `document.querySelectorAll("details").forEach((d) => { if (d.closest(".why")) d.open = true }); true`)
			ask[bool](b, checks+"; true")
			for _, v := range ask[[]violation](b, runAxe) {
				t.Error(fmt.Sprintf("%s, %s, %d pixels: %s (%s)\n\t%s", target, look.scheme, look.width, v.Help, v.ID, strings.Join(v.Where, "\n\t")))
			}
			if wide := ask[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
				t.Errorf("%s, %d pixels: %d pixels too wide", target, look.width, wide)
			}
		}
	}
}
