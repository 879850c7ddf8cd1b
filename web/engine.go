package web

import (
	"net/http"
	"time"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// evaluation is a request that has been read and answered by the engine.
type evaluation struct {
	*analysis.Report
	sources []manifest.Source
	state   state
	took    time.Duration
}

// evaluate reads a request, waits for its turn and runs the engine. The function that
// it gives ends the turn; it is never nil. Who switches off what is not in the bundle
// is told so.
func (s *Server) evaluate(w http.ResponseWriter, r *http.Request) (*evaluation, func(), error) {
	e, done, err := s.evaluateForm(w, r)
	if err != nil || !e.Readable {
		return e, done, err
	}
	if err := explain.CheckOff(e.Cluster, e.state.off); err != nil {
		return nil, done, badRequest("off=%s.", err)
	}
	return e, done, nil
}

// evaluateForm is evaluate for a page: its text may have been edited since a policy was
// switched off, and what is gone is then forgotten.
func (s *Server) evaluateForm(w http.ResponseWriter, r *http.Request) (*evaluation, func(), error) {
	in, release, err := s.read(w, r)
	if err != nil {
		return nil, release, err
	}
	view, err := parseState(in.fields)
	if err != nil {
		return nil, release, err
	}
	e, leave, err := s.run(r, in, view)
	return e, func() { leave(); release() }, err
}

// run waits for the turn of a submission and runs the engine.
func (s *Server) run(r *http.Request, in submission, view state) (*evaluation, func(), error) {
	admitted, err := s.gate.enter(r.Context(), in.bytes)
	if err != nil {
		return nil, func() {}, err
	}
	leave := func() { s.gate.leave(admitted) }
	began := time.Now()
	report, err := s.analyse(r, in, view)
	if err != nil {
		return nil, leave, err
	}
	return &evaluation{Report: report, sources: in.sources, state: view, took: time.Since(began)}, leave, nil
}

// analyse runs the engine, which only computes: more of it at a time than there are
// processors is no quicker, and takes as much more memory. What a text costs to parse
// has little to do with its bytes, by which the gate admits.
func (s *Server) analyse(r *http.Request, in submission, view state) (*analysis.Report, error) {
	select {
	case s.processors <- struct{}{}:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	defer func() { <-s.processors }()
	return analysis.Run(in.sources, analysis.Options{
		Limits: s.config.Limits, Kubernetes: view.version(), Plugin: view.cni, Exposure: view.exposure, Off: view.off,
	})
}

// readable gives the error for a bundle without a single object.
func (e *evaluation) readable() error {
	if e.Readable {
		return nil
	}
	return unreadable(e.Findings)
}

// explanation answers the question in the state, with the names as the reader wrote
// them.
func (e *evaluation) explanation() (explain.Explanation, error) {
	from, to := e.state.ends(e.Cluster)
	return e.Explain(from, to, e.state.port)
}

// draw places the picture.
func (s *Server) draw(r *http.Request, e *evaluation) (layout.Picture, error) {
	return s.layout.Draw(r.Context(), e.diagram())
}

// diagram gives what the picture shows.
func (e *evaluation) diagram() *diagram.Diagram {
	view := e.state.diagramView(e.blockedPair())
	view.Incomplete = e.Incomplete()
	return diagram.Build(e.Matrix, view)
}

// blockedPair gives the pair that the reader asks about if it is blocked, since that
// is then worth an arrow.
func (e *evaluation) blockedPair() []diagram.Pair {
	from, to := e.state.ends(e.Cluster)
	a, b := e.Cluster.Entity(from), e.Cluster.Entity(to)
	if a == nil || b == nil || a == b || !a.IsPod() && !b.IsPod() || !e.Matrix.Ports(a, b).IsEmpty() {
		return nil
	}
	return []diagram.Pair{{From: a.ID, To: b.ID}}
}
