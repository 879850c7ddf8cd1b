package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/templates"
)

// writtenTexts are the texts behind a comparison, each of which has a place on the page.
type writtenTexts []export.WrittenDiff

// link leads to the line of an edit, if it is shown.
func (w writtenTexts) link(e *explain.Edit) (text, href string) {
	for i := range w {
		if w[i].Object != e.Object {
			continue
		}
		for side, at := range []diag.Range{e.Is, e.Was} {
			if at.IsZero() {
				continue
			}
			for k := range w[i].Lines {
				if line := w[i].Lines[k]; line.New == at.Start.Line && side == 0 || line.Old == at.Start.Line && side == 1 {
					return fmt.Sprintf("line %d", at.Start.Line), "#" + textLineID(i, line)
				}
			}
		}
		return "its lines", fmt.Sprintf("#text-%d", i+1)
	}
	return "", ""
}

// textLineID names a line on the page by its number after, or that before.
func textLineID(text int, l export.WrittenLine) string {
	if l.New > 0 {
		return fmt.Sprintf("text-%d-%d", text+1, l.New)
	}
	return fmt.Sprintf("text-%d-old-%d", text+1, l.Old)
}

// shown gives the texts for the page. Of stored links each leads to the workbench.
func (w writtenTexts) shown(ids []permalink.ID) (list []templates.DiffWritten) {
	for i, d := range w {
		t := templates.DiffWritten{ID: fmt.Sprintf("text-%d", i+1), Title: strings.Replace(d.Object, "NetworkPolicy ", "policy ", 1), More: d.More}
		at := 1
		switch {
		case d.New == "":
			t.Title += ", gone; before in " + d.Old
			at = 0
		case d.Old == "":
			t.Title += ", new, in " + d.New
		default:
			t.Title += ", in " + d.New
		}
		if len(ids) == 2 && d.Policy != "" {
			t.Href = "/p/" + string(ids[at]) + "?" + url.Values{"select": {d.Policy}}.Encode()
		}
		for _, l := range d.Lines {
			t.Lines = append(t.Lines, writtenLine(i, l))
		}
		list = append(list, t)
	}
	return list
}

func writtenLine(text int, l export.WrittenLine) templates.DiffWrittenLine {
	if l.Old == 0 && l.New == 0 {
		return templates.DiffWrittenLine{Gap: true}
	}
	line := templates.DiffWrittenLine{ID: textLineID(text, l), Text: l.Text, Cause: l.Cause}
	if l.Old > 0 {
		line.Old = strconv.Itoa(l.Old)
	}
	if l.New > 0 {
		line.New = strconv.Itoa(l.New)
	}
	switch {
	case l.Old == 0:
		line.Class, line.Sign = "a", "+"
	case l.New == 0:
		line.Class, line.Sign = "d", "−"
	}
	return line
}

// editsInWords counts what became of the policies: "3 policies edited, 1 new, 1 gone".
func editsInWords(d export.DiffLines) string {
	var words []string
	for i, what := range [...]string{"edited", "new", "gone"} {
		switch n := d.Policies[i]; {
		case n == 0:
		case len(words) > 0:
			words = append(words, fmt.Sprintf("%d %s", n, what))
		default:
			words = append(words, counted(n, "policy "+what, "policies "+what))
		}
	}
	return strings.Join(words, ", ")
}
