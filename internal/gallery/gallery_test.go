package gallery

import (
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/model"
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
	view, err := url.ParseQuery(c.View)
	if err != nil {
		t.Fatal(err)
	}
	var o analysis.Options
	if name := view.Get("cni"); name != "" {
		if o.Plugin, err = model.ParsePlugin(name); err != nil {
			t.Fatal(err)
		}
	}
	report, err := analysis.Run(c.Files, o)
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

// What a card advises changes who may call whom.
func TestAdviceChangesSomething(t *testing.T) {
	advised := 0
	for _, g := range Groups() {
		for _, c := range g.Cards {
			if c.Before == nil {
				continue
			}
			advised++
			found, err := analysis.Compare(c.Before, c.Files, analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if opened, closed := found.Counts(); opened+closed == 0 {
				t.Errorf("%s: it is all the same whether one follows the advice", c.Name)
			}
			if !found.Before.Readable || !found.After.Readable {
				t.Errorf("%s cannot be read", c.Name)
			}
		}
	}
	if advised < 6 {
		t.Errorf("%d cards advise something", advised)
	}
}

// Every myth of the folder is shown once, and its bundle proves what is said of it.
func TestMythsAreProved(t *testing.T) {
	answers := map[Answer]int{}
	for _, m := range Myths() {
		answers[m.Answer]++
		t.Run(m.Name, func(t *testing.T) { hold(t, &m.Card) })
		if _, ok := Find(m.Of); !ok {
			t.Errorf("%s: there is no example %s", m.Name, m.Of)
		}
	}
	if names, err := fs.Glob(files, "myths/*.txtar"); err != nil || len(names) != len(Myths()) {
		t.Errorf("the folder has %d myths, and %d are shown (%v)", len(names), len(Myths()), err)
	}
	if answers[True] < 3 || answers[False] < 3 {
		t.Errorf("nobody needs to think about claims that are all alike: %v", answers)
	}
}
