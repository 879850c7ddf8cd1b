package web

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/static"
	"github.com/netpolscope/netpolscope/templates"
)

func (s *Server) matrix(w http.ResponseWriter, r *http.Request) error {
	e, done, err := s.evaluate(w, r)
	defer done()
	if err != nil {
		return err
	}
	f, err := format(r, matrixFormats)
	if err != nil {
		return err
	}
	if err := e.readable(); err != nil {
		return err
	}
	return s.sendWritten(w, r, f.contentType, func(out io.Writer) error { return f.write(out, e) })
}

func (s *Server) lint(w http.ResponseWriter, r *http.Request) error {
	e, done, err := s.evaluate(w, r)
	defer done()
	if err != nil {
		return err
	}
	f, err := format(r, lintFormats)
	if err != nil {
		return err
	}
	return s.sendWritten(w, r, f.contentType, func(out io.Writer) error { return f.write(out, e) })
}

func (s *Server) explain(w http.ResponseWriter, r *http.Request) error {
	e, done, err := s.evaluate(w, r)
	defer done()
	if err != nil {
		return err
	}
	f, err := format(r, explainFormats)
	if err != nil {
		return err
	}
	if err := e.readable(); err != nil {
		return err
	}
	if query := r.URL.Query(); query.Get("policy") != "" || query.Get("entity") != "" {
		return s.about(w, r, e, query.Get("policy"), query.Get("entity"))
	}
	return s.sendWritten(w, r, f.contentType, func(out io.Writer) error { return f.write(out, e) })
}

// about says in sentences what one policy changes, or what is so for one entity.
func (s *Server) about(w http.ResponseWriter, r *http.Request, e *evaluation, policy, entity string) error {
	var lines []string
	if policy != "" {
		p := e.Cluster.Policy(policy)
		if p == nil || !p.InForce {
			return badRequest("policy=%s: there is no such policy in force.", policy)
		}
		lines = append(explain.PolicyInWords(e.Matrix, p), explain.EffectOf(e.Matrix, p).Sentences...)
	}
	if entity != "" {
		_, sentences, problem := profile(e, entity)
		if problem != "" {
			return badRequest("entity=%s: %s", entity, problem)
		}
		lines = append(lines, sentences...)
	}
	s.send(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte(strings.Join(lines, "\n")+"\n"))
	return nil
}

func (s *Server) render(w http.ResponseWriter, r *http.Request) error {
	e, done, err := s.evaluate(w, r)
	defer done()
	if err != nil {
		return err
	}
	f, err := format(r, renderFormats)
	if err != nil {
		return err
	}
	if err := e.readable(); err != nil {
		return err
	}
	if f.write != nil {
		if e.state.view == "sequence" {
			return s.sendSequence(w, r, e, f)
		}
		return s.sendWritten(w, r, f.contentType, func(out io.Writer) error { return f.write(out, e) })
	}
	picture, err := s.draw(r, e)
	if err != nil {
		return err
	}
	if f.contentType == pngType {
		if picture, err = s.drawCoarser(r, e, picture); err != nil {
			return err
		}
		return s.sendPNG(w, r, picture, e.state.pixels())
	}
	options := templates.PictureOptions{Theme: e.state.pictureTheme()}
	if e.state.source {
		if options.Source, err = s.projection(e); err != nil {
			return err
		}
	}
	s.sendComponent(w, r, http.StatusOK, svgType, templates.Picture(picture, options))
	return nil
}

// drawCoarser folds a picture that could not be read at the size that was asked for,
// unless it was said how to fold it.
func (s *Server) drawCoarser(r *http.Request, e *evaluation, p layout.Picture) (layout.Picture, error) {
	var err error
	for _, fold := range raster.Coarser {
		if err != nil || e.state.fold != diagram.FoldAuto || len(e.state.namespaces) > 0 || e.state.pixels().Legible(p) {
			break
		}
		d := e.view()
		d.Fold = fold
		p, err = s.layout.Draw(r.Context(), diagram.Build(e.Matrix, d))
	}
	return p, err
}

// projection gives what a picture carries of its bundle.
func (s *Server) projection(e *evaluation) (string, error) {
	parsed, err := manifest.Parse(e.sources, s.config.Limits)
	return string(permalink.Project(parsed).YAML), err
}

func (s *Server) sendPNG(w http.ResponseWriter, r *http.Request, p layout.Picture, o raster.Options) error {
	leave, err := s.paint(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	return s.sendWritten(w, r, pngType, func(out io.Writer) error { return raster.PNG(out, p, o) })
}

// paint waits for its turn to make a PNG, since one in the making is large whatever the
// bundle.
func (s *Server) paint(ctx context.Context) (leave func(), err error) {
	patient, cancel := context.WithTimeout(ctx, s.config.Patience)
	defer cancel()
	leave, err = take(patient, s.painting)
	if err != nil && ctx.Err() == nil {
		err = busy()
	}
	return leave, err
}

// answerFormat is one form in which an answer can be had.
type answerFormat struct {
	name        string
	contentType string
	write       func(io.Writer, *evaluation) error
}

// The first format of each list is what one gets without asking.
var (
	matrixFormats = []answerFormat{
		{"json", jsonType, func(out io.Writer, e *evaluation) error {
			if e.state.by == export.ByNamespace {
				return export.NamespacesJSON(out, e.Matrix, e.Findings)
			}
			return export.MatrixJSON(out, e.Matrix, e.Findings)
		}},
		{"csv", "text/csv; charset=utf-8", func(out io.Writer, e *evaluation) error { return export.CSV(out, e.Matrix, e.state.by) }},
		{"markdown", "text/markdown; charset=utf-8", func(out io.Writer, e *evaluation) error { return export.Markdown(out, e.Matrix, e.state.by) }},
		{"table", "text/plain; charset=utf-8", func(out io.Writer, e *evaluation) error { return export.TableWithCaveats(out, e.Matrix, e.state.by) }},
	}
	lintFormats = []answerFormat{
		{"json", jsonType, func(out io.Writer, e *evaluation) error { return export.LintJSON(out, e.Weighed(false)) }},
		{"text", "text/plain; charset=utf-8", func(out io.Writer, e *evaluation) error { return export.LintText(out, e.Weighed(false)) }},
		{"sarif", "application/sarif+json", func(out io.Writer, e *evaluation) error {
			return export.SARIF(out, e.Weighed(false), export.SARIFOptions{BaseURL: e.base, Column: e.UTF16Columns()})
		}},
	}
	explainFormats = []answerFormat{
		{"json", jsonType, func(out io.Writer, e *evaluation) error {
			return explained(e, func(x explain.Explanation) error { return export.ExplanationJSON(out, x) })
		}},
		{"text", "text/plain; charset=utf-8", func(out io.Writer, e *evaluation) error {
			return explained(e, func(x explain.Explanation) error { return export.ExplanationText(out, x) })
		}},
	}
	// An SVG or PNG is not only written but laid out first.
	renderFormats = []answerFormat{
		{name: "svg", contentType: svgType},
		{name: "png", contentType: pngType},
		{"dot", "text/vnd.graphviz; charset=utf-8", func(out io.Writer, e *evaluation) error { return export.DOT(out, e.diagram()) }},
		{"mermaid", "text/plain; charset=utf-8", func(out io.Writer, e *evaluation) error { return export.Mermaid(out, e.diagram()) }},
	}
)

// explained asks the question of the state; a name that is not in the bundle is the
// caller's mistake.
func explained(e *evaluation, write func(explain.Explanation) error) error {
	if from, to := e.state.ends(e.Cluster); from == "" || to == "" {
		return badRequest("Say who calls whom: the parameters from and to are needed.")
	}
	x, err := e.explanation()
	if err != nil {
		return &problem{status: http.StatusBadRequest, title: "The question cannot be answered", detail: sentence(err.Error())}
	}
	return write(x)
}

// format finds the form of the answer: the parameter format if there is one, else what
// the Accept header names, else the first.
func format(r *http.Request, formats []answerFormat) (answerFormat, error) {
	if asked := r.URL.Query().Get("format"); asked != "" {
		i := slices.IndexFunc(formats, func(f answerFormat) bool { return f.name == asked })
		if i < 0 {
			return answerFormat{}, badParameter("format", asked, names(formats))
		}
		return formats[i], nil
	}
	for accepted := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		kind, _, _ := strings.Cut(accepted, ";")
		for _, f := range formats {
			own, _, _ := strings.Cut(f.contentType, ";")
			if strings.TrimSpace(kind) == own {
				return f, nil
			}
		}
	}
	return formats[0], nil
}

func names(formats []answerFormat) string {
	var all []string
	for _, f := range formats {
		all = append(all, f.name)
	}
	return strings.Join(all, ", ")
}

func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=300")
	s.send(w, r, http.StatusOK, "application/yaml", static.OpenAPI())
	return nil
}

func (s *Server) healthy(w http.ResponseWriter, r *http.Request) error {
	s.send(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	return nil
}

var errStopping = &problem{status: http.StatusServiceUnavailable, title: "stopping"}

// ready tells a balancer to send nothing more once the server is stopping.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	if s.stopping.Load() {
		return errStopping
	}
	// Without the store everything but links works, so a balancer should go on.
	text := "ok\n"
	if s.config.Links != nil {
		if err := s.config.Links.Ready(r.Context()); err != nil {
			text += "links: the store does not answer\n"
		}
	}
	s.send(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte(text))
	return nil
}

func (s *Server) robots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=86400")
	s.send(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("User-agent: *\nDisallow: /api/\nDisallow: /p/\nDisallow: /embed/\nDisallow: /d/\n"))
	return nil
}
