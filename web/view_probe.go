package web

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/templates"
)

// offers gives the names that the fields of a probe complete: entities, Services for the
// called, and the ports that the bundle speaks of.
func offers(c *model.Cluster) (callers, called, ports []string) {
	for _, x := range c.Entities {
		if len(callers) < mostOptions {
			callers = append(callers, x.ID)
		}
		for _, p := range x.Ports {
			if word := fmt.Sprintf("%d/%s", p.Port, p.Protocol); len(ports) < mostOptions && !slices.Contains(ports, word) {
				ports = append(ports, word)
			}
		}
	}
	called = slices.Clone(callers)
	for _, s := range c.Services {
		if len(called) < mostOptions {
			called = append(called, s.ID)
		}
		for _, p := range s.Ports {
			if word := fmt.Sprintf("%d/%s", p.Port, p.Protocol); len(ports) < mostOptions && !slices.Contains(ports, word) {
				ports = append(ports, word)
			}
		}
	}
	for _, p := range c.Policies {
		for _, r := range p.Rules {
			for _, x := range r.Ports {
				if word := fmt.Sprintf("%d/%s", x.First, x.Protocol); x.Name == "" && x.First == x.Last && x.First >= netset.FirstPort && len(ports) < mostOptions && !slices.Contains(ports, word) {
					ports = append(ports, word)
				}
			}
		}
	}
	return callers, called, ports
}

// selectedEnds gives the entities that the question is about, for what shows them.
func (e *evaluation) selectedEnds() (callers, called []*model.Entity) {
	from, to := e.state.ends(e.Cluster)
	return explain.Ends(e.Cluster, from, to)
}

// endIDs gives the ids of the entities that the question is about, as JSON.
func (e *evaluation) endIDs() (from, to string) {
	list := func(entities []*model.Entity) string {
		ids := []string{}
		for _, x := range entities[:min(len(entities), mostOptions)] {
			ids = append(ids, x.ID)
		}
		return jsonText(ids)
	}
	callers, called := e.selectedEnds()
	return list(callers), list(called)
}

// jsonText writes a value of our own.
func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("web: " + err.Error()) // lists of texts and numbers are always JSON
	}
	return string(text)
}

// was says how the answer differs from the one it is compared with.
func was(e *evaluation, from, to string, now explain.Explanation) string {
	base := e.Matrix.Base
	if base == nil || e.Matrix.Written() != e.Matrix {
		return ""
	}
	before, err := explain.Ask(base, from, to, e.state.port)
	if err != nil || before.Verdict == now.Verdict && before.Ports == now.Ports {
		return ""
	}
	if before.Verdict == now.Verdict {
		return "Without what is assumed other ports are open: " + or(before.Ports.String(), "none") + "."
	}
	return "Without what is assumed it would be " + verdictWord(before.Verdict) + "."
}

func verdictWord(v explain.Verdict) string {
	switch v {
	case explain.Partly:
		return "allowed in part"
	case explain.Undefined:
		return "left to the network plug-in"
	}
	return string(v)
}

func trialView(t explain.Trial) *templates.Trial {
	v := &templates.Trial{Text: t.Text}
	switch t.Outcome {
	case explain.Connected:
		v.Outcome = templates.Connects
	case explain.TimedOut:
		v.Outcome = templates.TimesOut
	case explain.NothingListens:
		v.Outcome = templates.IsRefused
	}
	for _, c := range t.Commands {
		v.Commands = append(v.Commands, templates.Command{Text: c.Text, Line: c.Line})
	}
	return v
}

// placedEdit is an edit of one of the texts of the page, by its number.
type placedEdit struct {
	File      int    `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	NewText   string `json:"newText"`
}

// placedEdits gives edits as the page makes them; empty where one is of a text that is
// not on the page.
func placedEdits(edits []diag.Edit, p places) string {
	var list []placedEdit
	for _, e := range edits {
		file, ok := p.index[e.Range.File]
		if !ok || p.lines[file] == 0 {
			return ""
		}
		list = append(list, placedEdit{file, e.Range.Start.Line, e.Range.Start.Column, e.Range.End.Line, e.Range.End.Column, e.NewText})
	}
	return jsonText(list)
}

// mostUndone is the longest change that a page can take back.
const mostUndone = 64 << 10

// reversed gives the edits that make the texts what they were, as the page's form sends
// them back; empty where they are too long, or of a text that is not on the page.
func reversed(before, after []manifest.Source) string {
	var list []placedEdit
	for i := range after {
		if i >= len(before) || before[i].Name != after[i].Name {
			return ""
		}
		if e, ok := difference(after[i], before[i]); ok {
			list = append(list, placedEdit{i, e.Range.Start.Line, e.Range.Start.Column, e.Range.End.Line, e.Range.End.Column, e.NewText})
		}
	}
	text := jsonText(list)
	if len(list) == 0 || len(text) > mostUndone {
		return ""
	}
	return text
}

// difference gives the one edit that makes a text another.
func difference(a, b manifest.Source) (diag.Edit, bool) {
	x, y := []rune(string(a.Data)), []rune(string(b.Data))
	if slices.Equal(x, y) {
		return diag.Edit{}, false
	}
	begin := 0
	for begin < min(len(x), len(y)) && x[begin] == y[begin] {
		begin++
	}
	for begin > 0 && (x[begin-1] == '\r') { // a line end is one mark
		begin--
	}
	end := 0
	for end < min(len(x), len(y))-begin && x[len(x)-1-end] == y[len(y)-1-end] {
		end++
	}
	at := func(i int) diag.Position {
		p := diag.Position{Line: 1, Column: 1}
		for k, r := range x[:i] {
			switch {
			case r == '\n', r == '\r' && (k+1 >= len(x) || x[k+1] != '\n'):
				p.Line, p.Column = p.Line+1, 1
			case r != '\r':
				p.Column++
			}
		}
		return p
	}
	return diag.Edit{
		Range:   diag.Range{File: a.Name, Start: at(begin), End: at(len(x) - end)},
		NewText: string(y[begin : len(y)-end]),
	}, true
}

// undone makes the edits that a page sent back to take a change back. What no longer fits
// the texts does nothing.
func undone(sources []manifest.Source, text string) ([]manifest.Source, bool) {
	var list []placedEdit
	if text == "" || json.Unmarshal([]byte(text), &list) != nil {
		return sources, false
	}
	var edits []diag.Edit
	for _, e := range list {
		if e.File < 0 || e.File >= len(sources) {
			return sources, false
		}
		edits = append(edits, diag.Edit{NewText: e.NewText, Range: diag.Range{
			File: sources[e.File].Name, Start: diag.Position{Line: e.Line, Column: e.Column}, End: diag.Position{Line: e.EndLine, Column: e.EndColumn},
		}})
	}
	mended, err := manifest.Apply(sources, edits)
	return mended, err == nil
}
