package web

import (
	"slices"

	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/templates"
)

// lessonPicture draws a report with crosses for the cells that are blocked.
func (s *Server) lessonPicture(c *classroom, e *evaluation, cells []lesson.Cell) (templ.Component, error) {
	view := e.state.diagramView(nil)
	view.Incomplete = e.Incomplete()
	for _, x := range cells {
		if x.Is || x.Explanation == nil || x.Explanation.Port == nil || len(view.Blocked) == mostCrosses {
			continue
		}
		from, to := explain.Ends(e.Cluster, x.Explanation.From, x.Explanation.To)
		if len(from) == 1 && len(to) == 1 {
			view.Blocked = append(view.Blocked, diagram.Pair{From: from[0].ID, To: to[0].ID, Ports: x.Explanation.Port.Ports()})
		}
	}
	d, err := s.diagramOf(c, e.Matrix, view)
	if err != nil {
		return nil, err
	}
	c.view.Answers = d.Responses && slices.ContainsFunc(d.Edges, func(x diagram.Edge) bool {
		return x.Place == diagram.Arrow && x.Weight == diagram.Thin && !x.Blocked
	})
	return s.drawn(c, d, "")
}

// askedPicture draws the boxes with an arrow for every question: without the answers, or
// with them.
func (s *Server) askedPicture(c *classroom, e *evaluation, cells []lesson.Cell, answered bool) (templ.Component, error) {
	view := e.state.diagramView(nil)
	view.Fold = diagram.FoldNone
	d, err := s.diagramOf(c, e.Matrix, view)
	if err != nil {
		return nil, err
	}
	name := "asked"
	if !answered {
		name = ""
	}
	return s.drawn(c, d.Asked(lesson.Questions(e.Report, cells, answered)), name)
}

func (s *Server) diagramOf(c *classroom, m *reach.Matrix, view diagram.View) (*diagram.Diagram, error) {
	leave, err := s.processor(c.r.Context())
	if err != nil {
		return nil, err
	}
	defer leave()
	return diagram.Build(m, view), nil
}

// drawn places a diagram. The name keeps it apart from other pictures of the page.
func (s *Server) drawn(c *classroom, d *diagram.Diagram, name string) (templ.Component, error) {
	picture, err := s.layout.Draw(c.r.Context(), d)
	if err != nil {
		return nil, err
	}
	return templates.Picture(picture, templates.PictureOptions{Inline: true, Name: name}), nil
}
