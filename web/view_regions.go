package web

import (
	"fmt"

	"github.com/netpolscope/netpolscope/templates"
)

// dockView says what the regions hold.
func dockView(e *evaluation, v templates.Workbench) templates.Dock {
	d := templates.Dock{Entities: "–", Cells: "–", Findings: v.Findings.Count, Verdict: "?"}
	if e.Readable {
		d.Entities = number(len(e.Cluster.Entities))
		d.Cells = fmt.Sprintf("%d×%d", len(v.Matrix.Rows), len(v.Matrix.Columns))
	}
	if v.Why.Answer != nil {
		d.Verdict = map[templates.Verdict]string{templates.Allowed: "✓", templates.Partly: "◐", templates.Blocked: "✕", templates.Undefined: "?"}[v.Why.Answer.Verdict]
	}
	return d
}
