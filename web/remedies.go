package web

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// byWeight gives the indexes of findings as a page lists them: errors first, since what
// is cut off at the end should be notes, and what is silenced last.
func byWeight(findings diag.List) []int {
	order := make([]int, len(findings))
	for i := range order {
		order[i] = i
	}
	silenced := func(i int) int {
		if findings[i].Silenced != nil {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(silenced(a), silenced(b)), cmp.Compare(findings[a].Severity, findings[b].Severity))
	})
	return order
}

// pageEdit is an edit for the script of the page, which knows files by the numbers of
// their text areas.
type pageEdit struct {
	File      int    `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	NewText   string `json:"newText"`
}

// edits gives the edits of a remedy as JSON; empty where there are none, or one is about
// an archive.
func (p places) edits(fix *diag.Fix) string {
	var edits []pageEdit
	for _, e := range fix.Edits {
		file, ok := p.index[e.Range.File]
		if !ok || p.areas[file] < 0 {
			return ""
		}
		edits = append(edits, pageEdit{p.areas[file], e.Range.Start.Line, e.Range.Start.Column, e.Range.End.Line, e.Range.End.Column, e.NewText})
	}
	if len(edits) == 0 {
		return ""
	}
	text, err := json.Marshal(edits)
	if err != nil {
		panic(err) // numbers and text are always written
	}
	return string(text)
}
