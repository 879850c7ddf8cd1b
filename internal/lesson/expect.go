package lesson

import (
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Expectation is one of package expect, with its words.
type Expectation struct {
	expect.Expectation
	// Allowed says what is expected.
	Allowed bool
}

// Caller gives the one end as people write it: "shop/web".
func (e Expectation) Caller() string { return strings.Join(e.From, ", ") }

// Place gives the other end with its port: "shop/db on TCP 3306".
func (e Expectation) Place() string { return strings.Join(e.To, ", ") + " on " + e.PortWords() }

// question gives the one connection that the expectation is about, if it is one.
func (e Expectation) question() (from, to string, port *explain.Port, ok bool) {
	if len(e.From) != 1 || len(e.To) != 1 || len(e.Ports) != 1 || len(e.Protocols) != 1 {
		return "", "", nil, false
	}
	from, to, p := e.From[0], e.To[0], e.Ports[0]
	if strings.Contains(from+to, "*") || from == expect.Others || to == expect.Others || p.Name != "" || p.First != p.Last {
		return "", "", nil, false
	}
	return from, to, &explain.Port{Protocol: e.Protocols[0], Number: p.First}, true
}

// readExpectations reads a file in the format of package expect. What is to be predicted
// or marked is one connection each.
func (r *reading) readExpectations(file, text string, single bool) (all []Expectation) {
	list, problems := expect.Parse(manifest.Source{Name: file, Data: []byte(text)})
	for _, p := range problems {
		r.stop(file, p.At.Start.Line, "%s", p.Text)
	}
	for _, x := range list {
		e := Expectation{x, x.Expect == expect.Allowed}
		if _, _, _, ok := e.question(); single && !ok {
			r.stop(file, x.At.Start.Line, "an entry here is about one connection; name one caller, one called and one port")
		}
		all = append(all, e)
	}
	if len(list)+len(problems) == 0 {
		r.stop(file, 1, "there is no connection in it; write at least one, like “- {from: shop/web, to: shop/db, port: 5432, expect: blocked}” below “expectations:”")
	}
	return all
}

// judged holds expectations against a report, and against the one of the start.
func judged(expected []Expectation, start, report *analysis.Report) []Cell {
	list := make([]expect.Expectation, len(expected))
	for i, e := range expected {
		list[i] = e.Expectation
	}
	now, before := expect.Check(report.Matrix, list), expect.Check(start.Matrix, list)
	cells := make([]Cell, len(expected))
	for i, e := range expected {
		c := Cell{Expectation: e, Problem: now[i].Problem}
		c.Is = (now[i].Outcome == expect.Holds) == e.Allowed
		c.Before = (before[i].Outcome == expect.Holds) == e.Allowed
		from, to, port, ok := e.question()
		if !ok {
			c.Failures = now[i].Failures
		} else if x, err := explain.Ask(report.Matrix, from, to, port); err == nil {
			c.Explanation = &x
		}
		cells[i] = c
	}
	return cells
}
