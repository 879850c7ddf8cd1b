package web

import (
	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/templates"
)

// stepsOf shows the repairs of an exercise one by one, each with the findings that are left
// after it.
func (s *Server) stepsOf(c *classroom) (steps []templates.LessonRepair) {
	for _, x := range c.Steps {
		v := templates.LessonRepair{Title: x.Title, Answer: x.Answer, Note: x.Note, Was: x.Was, Is: x.Is}
		report, err := analysis.Run(c.Sources("", x.Text), analysis.Options{Limits: s.config.Limits})
		if err == nil { // else the steps are shown without findings
			for _, f := range report.Judged().AtLeast(diag.Warning) {
				v.Findings = append(v.Findings, findingOf(f))
			}
		}
		steps = append(steps, v)
	}
	return steps
}
