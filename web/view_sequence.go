package web

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/templates"
)

// path gives the entities of the path that the reader asks for, or the longest chain
// from outside.
func (e *evaluation) path() (explain.Path, error) {
	if strings.TrimSpace(e.state.path) == "" {
		p := explain.Path{Entities: diagram.Chain(e.Matrix)}
		if p.Entities == nil {
			return p, pathProblem(errors.New("there are no calls to draw: the bundle has no pod, and no policy speaks of one"))
		}
		return p, nil
	}
	p, err := explain.FindPath(e.Cluster, e.state.path)
	if err != nil {
		return p, pathProblem(err)
	}
	return p, nil
}

func pathProblem(err error) error {
	return &problem{status: http.StatusUnprocessableEntity, title: "The path cannot be followed", detail: sentence(err.Error())}
}

// sequence gives what happens along the path.
func (e *evaluation) sequence() (*diagram.Sequence, error) {
	p, err := e.path()
	if err != nil {
		return nil, err
	}
	return e.follow(p), nil
}

func (e *evaluation) follow(p explain.Path) *diagram.Sequence {
	v := diagram.SequenceView{Narrow: e.state.dir == "tb", Chosen: strings.TrimSpace(e.state.path) == "", Notes: p.Notes}
	if e.state.port != nil {
		v.Ports = e.state.port.Ports()
	}
	return diagram.Follow(e.Matrix, p.Entities, v)
}

// sendSequence answers with a sequence in words that a program draws. Graphviz has none.
func (s *Server) sendSequence(w http.ResponseWriter, r *http.Request, e *evaluation, f answerFormat) error {
	if f.name != "mermaid" {
		return badRequest("A sequence has no form %s, since Graphviz draws no time; take svg, png or mermaid.", f.name)
	}
	q, err := e.sequence()
	if err != nil {
		return err
	}
	return s.sendWritten(w, r, f.contentType, func(out io.Writer) error { return export.MermaidSequence(out, q) })
}

// sequenceView shows the sequence where that is what the reader looks at. A path that
// is not in the bundle is a remark on the page.
func sequenceView(e *evaluation) templates.Sequence {
	v := templates.Sequence{Path: e.state.path, Port: e.state.portText}
	if e.state.view != "sequence" || !e.Readable {
		return v
	}
	p, err := e.path()
	if err != nil {
		v.Problem = asProblem(err).detail
		return v
	}
	q := e.follow(p)
	v.Path = strings.Join(entityIDs(p.Entities), ",")
	v.Picture = templates.Picture(layout.Sequence(q), templates.PictureOptions{Inline: true})
	for _, x := range q.Steps {
		if !x.Answer {
			v.Steps = append(v.Steps, x.Title)
		}
	}
	return v
}

func entityIDs(entities []*model.Entity) []string {
	list := make([]string, len(entities))
	for i, e := range entities {
		list[i] = e.ID
	}
	return list
}
