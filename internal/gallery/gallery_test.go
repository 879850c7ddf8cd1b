package gallery

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/lint"
)

// Every card of the folder is shown once, and the engine says of it what the card says.
func TestCardsAreAsTheySay(t *testing.T) {
	var shown []string
	for _, g := range Groups() {
		for _, c := range g.Cards {
			shown = append(shown, c.Name)
			t.Run(c.Name, func(t *testing.T) { hold(t, c) })
		}
	}
	names, err := fs.Glob(files, "cards/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(name, "cards/"), ".txtar")
	}
	slices.Sort(names)
	slices.Sort(shown)
	if !slices.Equal(names, shown) {
		t.Errorf("the folder has %v\nand the gallery shows %v", names, shown)
	}
}

// hold holds a card against the engine.
func hold(t *testing.T, c *Card) {
	t.Helper()
	report, err := analysis.Run(c.Files, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range expect.Check(report.Matrix, c.Cells) {
		if r.Outcome != expect.Holds {
			t.Errorf("%s: %s %s %+v", &r.Expectation, r.Outcome, r.Problem, r.Failures)
		}
	}
	var found []diag.Code
	for _, f := range report.Judged() {
		found = append(found, f.Code)
	}
	for _, code := range c.Codes {
		if _, ok := lint.PageOf(code.Name()); !ok || !slices.Contains(found, code) {
			t.Errorf("the card promises %s, and there are %v", code, found)
		}
	}
}
