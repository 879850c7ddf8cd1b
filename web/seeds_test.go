package web

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/static"
)

var placeLine = regexp.MustCompile(`^(\d{3}-[A-Za-z]+\d*) +(/\S*)  (.+)$`)

// Every feature, figure, fragment and mistake of the tutorials has its place on the site,
// and what is to be seen there is there.
func TestEverySeedHasItsPlace(t *testing.T) {
	s := newSite(t)
	pages := map[string]element{}
	placed := map[string]bool{}
	for line := range dataLines(t, "../testdata/seeds/places.txt") {
		m := placeLine.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%q is no line of the table", line)
			continue
		}
		number, address, says := m[1], m[2], m[3]
		placed[number] = true
		to, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		target := to.RequestURI()
		page, known := pages[target]
		if !known {
			a := s.get(target)
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s: %s: status %d", number, target, a.StatusCode)
			}
			page = a.page(t)
			pages[target] = page
		}
		if to.Fragment != "" {
			page = page.one(t, "*", withAttr("id", to.Fragment))
		}
		if text := page.text(); !strings.Contains(text, says) {
			t.Errorf("%s: %s does not say %q but\n%.2500s", number, address, says, text)
		}
		if name, ok := strings.CutPrefix(to.Path, "/examples/"); ok && !proved(name) {
			t.Errorf("%s: nothing holds what example %s says", number, name)
		}
	}
	for number := range seedNumbers(t) {
		if !placed[number] {
			t.Errorf("%s has no place", number)
		}
		delete(placed, number)
	}
	for number := range placed {
		t.Errorf("the tutorials have no %s", number)
	}
}

// proved reports whether the tests of package gallery hold an example against the engine,
// or it is one of those to begin with, which claim nothing.
func proved(name string) bool {
	_, card := gallery.Find(name)
	_, exam := gallery.FindExam(name)
	_, begin := static.FindExample(name)
	return card || exam || begin || name == gallery.TiersName
}

// seedNumbers gives every number that the tutorials have.
func seedNumbers(t *testing.T) map[string]bool {
	all := map[string]bool{}
	for line := range dataLines(t, "../testdata/seeds/numbers.txt") {
		kind, count, counted := strings.Cut(line, " ")
		if !counted {
			all[kind] = true
			continue
		}
		var n int
		if _, err := fmt.Sscan(count, &n); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		for i := range n {
			all[fmt.Sprintf("%s%d", kind, i+1)] = true
		}
	}
	return all
}

// dataLines gives the lines of a table, without comments.
func dataLines(t *testing.T, file string) func(func(string) bool) {
	t.Helper()
	table, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(table)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !yield(line) {
				return
			}
		}
	}
}
