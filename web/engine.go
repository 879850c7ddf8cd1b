package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// evaluation is a request that has been read and answered by the engine.
type evaluation struct {
	*analysis.Report
	sources []manifest.Source
	bytes   int
	state   state
	undo    string // takes back the suggestion that was made
	// base is the address that the reader reached the server by.
	base string
	took time.Duration
}

// evaluate reads a request, waits for its turn and runs the engine. The function that
// it gives ends the turn; it is never nil. Who switches off what is not in the bundle
// is told so.
func (s *Server) evaluate(w http.ResponseWriter, r *http.Request) (*evaluation, func(), error) {
	in, view, release, err := s.question(w, r)
	if err != nil {
		return nil, release, err
	}
	e, leave, err := s.run(r, in, view)
	done := func() { leave(); release() }
	if err != nil || !e.Readable {
		return e, done, err
	}
	if err := explain.CheckOff(e.Cluster, e.state.off); err != nil {
		return nil, done, badRequest("off=%s.", err)
	}
	if err := e.CheckRepairs(e.state.repaired); err != nil {
		return nil, done, badRequest("repaired=%s.", err)
	}
	if err := explain.CheckNamespaces(e.Cluster, e.state.namespaces); err != nil {
		return nil, done, badRequest("ns=%s.", err)
	}
	if _, err := e.focus(); err != nil {
		return nil, done, badRequest("focus=%s.", err)
	}
	return e, done, nil
}

// evaluateForm is evaluate for a page: its text may have been edited since a policy was
// switched off, and what is gone is then forgotten. It carries out the remedy of the
// finding that is asked for.
func (s *Server) evaluateForm(w http.ResponseWriter, r *http.Request) (*evaluation, func(), error) {
	in, view, release, err := s.question(w, r)
	if err != nil {
		return nil, release, err
	}
	if sources, ok := undone(in.sources, in.fields.Get("undo")); ok {
		in.sources = sources
	}
	e, leave, err := s.run(r, in, view)
	if sources, mended := remedied(e, in.fields.Get("fix")); mended {
		leave()
		in.sources = sources
		e, leave, err = s.run(r, in, view)
	}
	return e, func() { leave(); release() }, err
}

// question reads what a request brings and how it wants to see it.
func (s *Server) question(w http.ResponseWriter, r *http.Request) (submission, state, func(), error) {
	in, release, err := s.read(w, r)
	if err != nil {
		return in, state{}, release, err
	}
	if in.fields.Get("reset") != "" { // the button that takes back all assumptions
		for _, name := range []string{"off", "repaired", "only"} {
			in.fields.Del(name)
		}
	}
	if err := s.brought(r, &in); err != nil {
		return in, state{}, release, err
	}
	view, err := parseState(in.fields)
	return in, view, release, err
}

// remedied carries out the remedy of the finding with a number on the texts, and reports
// whether there was one.
func remedied(e *evaluation, number string) ([]manifest.Source, bool) {
	n, err := strconv.Atoi(number)
	if e == nil || err != nil {
		return nil, false
	}
	findings := e.Judged()
	if n < 0 || n >= len(findings) || findings[n].Fix == nil || len(findings[n].Fix.Edits) == 0 {
		return nil, false
	}
	sources, err := manifest.Apply(e.sources, findings[n].Fix.Edits)
	return sources, err == nil
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
	return &evaluation{Report: report, sources: in.sources, bytes: in.bytes, state: view, base: s.base(r), took: time.Since(began)}, leave, nil
}

// largeBundle is how many bytes make a bundle one that others should not wait for.
const largeBundle = 32 << 10

// apart waits until a large bundle may be worked on: all of them together leave one
// processor to the others. Small ones need not wait.
func (s *Server) apart(ctx context.Context, bytes int) (leave func(), err error) {
	if bytes <= largeBundle {
		return func() {}, nil
	}
	return take(ctx, s.large)
}

// processor waits for one to compute on: more of the engine at a time than there are
// processors is no quicker, and takes as much more memory. What a text costs has little
// to do with its bytes, by which the gate admits.
func (s *Server) processor(ctx context.Context) (leave func(), err error) {
	return take(ctx, s.processors)
}

func take(ctx context.Context, tokens chan struct{}) (leave func(), err error) {
	select {
	case tokens <- struct{}{}:
		return func() { <-tokens }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// analyse runs the engine, which only computes.
func (s *Server) analyse(r *http.Request, in submission, view state) (*analysis.Report, error) {
	together, err := s.apart(r.Context(), in.bytes)
	if err != nil {
		return nil, err
	}
	defer together()
	leave, err := s.processor(r.Context())
	if err != nil {
		return nil, err
	}
	defer leave()
	return analysis.Run(in.sources, analysis.Options{
		Limits: s.config.Limits, Kubernetes: view.version(), Plugin: view.cni, Exposure: view.exposure, Off: view.off, Repaired: view.repaired,
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
	x, err := e.Explain(from, to, e.state.port)
	if err == nil && e.state.probe {
		trial := explain.Try(e.Matrix, from, to, &x)
		x.Trial = &trial
	}
	return x, err
}

// draw places the picture of the view.
func (s *Server) draw(r *http.Request, e *evaluation) (layout.Picture, error) {
	if e.state.view == "sequence" {
		q, err := e.sequence()
		if err != nil {
			return layout.Picture{}, err
		}
		return layout.Sequence(q), nil
	}
	together, err := s.apart(r.Context(), e.bytes)
	if err != nil {
		return layout.Picture{}, err
	}
	defer together()
	leave, err := s.processor(r.Context())
	if err != nil {
		return layout.Picture{}, err
	}
	d := e.diagram()
	leave()
	return s.layout.Draw(r.Context(), d)
}

// diagram gives what the picture shows.
func (e *evaluation) diagram() *diagram.Diagram {
	return diagram.Build(e.Matrix, e.view())
}

// view gives what the state says about the picture of this bundle. A focus on what is
// not in it is none.
func (e *evaluation) view() diagram.View {
	view := e.state.diagramView(e.blockedPair())
	view.Incomplete = e.Incomplete()
	view.Focus, _ = e.focus()
	return view
}

// focus gives the ids of the entities that the picture is about; none: all of them.
func (e *evaluation) focus() ([]string, error) {
	if e.state.focus == "" {
		return nil, nil
	}
	return explain.Focus(e.Cluster, []string{e.state.focus})
}

// mostCrosses is how many pairs of one question are drawn that are blocked.
const mostCrosses = 6

// blockedPair gives the pairs that the reader asks about as far as they are blocked, since
// that is then worth an arrow.
func (e *evaluation) blockedPair() (pairs []diagram.Pair) {
	var ports netset.Ports
	if p := e.state.port; p != nil && p.Other == "" {
		ports = p.Ports()
	}
	from, to := e.state.ends(e.Cluster)
	callers, called := explain.Ends(e.Cluster, from, to)
	service := e.Cluster.Service(to)
	for _, a := range callers {
		for _, b := range called {
			if service != nil && e.state.port != nil {
				ports = behind(service, b, e.state.port)
				if ports.IsEmpty() {
					continue
				}
			}
			through := e.Matrix.Ports(a, b)
			if !ports.IsEmpty() {
				through = through.Intersect(ports)
			}
			if a != b && (a.IsPod() || b.IsPod()) && through.IsEmpty() && len(pairs) < mostCrosses {
				pairs = append(pairs, diagram.Pair{From: a.ID, To: b.ID, Ports: ports})
			}
		}
	}
	return pairs
}

// behind gives the port of a pod that a Service's port leads to.
func behind(s *model.Service, pod *model.Entity, port *explain.Port) netset.Ports {
	for _, p := range s.Ports {
		if number, ok := p.On(pod); ok && p.Port == port.Number && p.Protocol == port.Protocol && port.Other == "" {
			return explain.Port{Protocol: p.Protocol, Number: number}.Ports()
		}
	}
	return netset.Ports{}
}
