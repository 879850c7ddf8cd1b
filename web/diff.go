package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/templates"
)

// comparison is two bundles that were compared.
type comparison struct {
	*analysis.Comparison
	state state
	bytes int
	took  time.Duration
}

// diffFormat is one form of a comparison; suffix is that of links, empty where they have
// none. Without write it is a picture.
type diffFormat struct {
	answerFormat
	suffix string
	write  func(io.Writer, *analysis.Comparison) error
}

// The first is what one gets without asking.
var diffFormats = []diffFormat{
	{answerFormat{name: "json", contentType: jsonType}, "json", export.DiffJSON},
	{answerFormat{name: "text", contentType: "text/plain; charset=utf-8"}, "", export.DiffText},
	{answerFormat{name: "markdown", contentType: "text/markdown; charset=utf-8"}, "md", export.DiffMarkdown},
	{answerFormat{name: "svg", contentType: svgType}, "svg", nil},
	{answerFormat{name: "png", contentType: pngType}, "png", nil},
}

// diff answers what changes from one bundle to another.
func (s *Server) diff(w http.ResponseWriter, r *http.Request) error {
	c, done, err := s.comparedBody(w, r)
	defer done()
	if err != nil {
		return err
	}
	var forms []answerFormat
	for _, f := range diffFormats {
		forms = append(forms, f.answerFormat)
	}
	asked, err := format(r, forms)
	if err != nil {
		return err
	}
	for _, f := range diffFormats {
		if f.name == asked.name {
			body, err := s.renderedDiff(r, c, f)
			if err != nil {
				return err
			}
			s.send(w, r, http.StatusOK, f.contentType, body)
		}
	}
	return nil
}

// comparedBody reads two bundles and compares them.
func (s *Server) comparedBody(w http.ResponseWriter, r *http.Request) (*comparison, func(), error) {
	in, release, err := s.read(w, r)
	if err != nil {
		return nil, release, err
	}
	view, err := parseState(in.fields)
	if err != nil {
		return nil, release, err
	}
	if err := s.against(r, &in, view); err != nil {
		return nil, release, err
	}
	if len(in.sides[0])+len(in.sides[1]) == 0 {
		return nil, release, badRequest("Send two bundles: a multipart form with the files `old` and `new`, or a form with texts of these names.")
	}
	c, leave, err := s.compare(r, in.sides[0], in.sides[1], view)
	return c, func() { leave(); release() }, err
}

// compare waits for its turn and compares two bundles, with the causes of what changes.
func (s *Server) compare(r *http.Request, before, after []manifest.Source, view state) (*comparison, func(), error) {
	c := &comparison{state: view}
	for _, list := range [][]manifest.Source{before, after} {
		for _, source := range list {
			c.bytes += len(source.Data)
		}
	}
	admitted, err := s.gate.enter(r.Context(), c.bytes)
	if err != nil {
		return nil, func() {}, err
	}
	leave := func() { s.gate.leave(admitted) }
	began := time.Now()
	if c.Comparison, err = s.analyseBoth(r.Context(), before, after, c); err != nil {
		return nil, leave, err
	}
	for _, report := range []*analysis.Report{c.Before, c.After} {
		if !report.Readable && len(report.Findings) > 0 {
			return nil, leave, unreadable(report.Findings)
		}
	}
	c.took = time.Since(began)
	return c, leave, c.check()
}

// check refuses parameters that name what neither bundle has.
func (c *comparison) check() error {
	if err := c.CheckOff(); err != nil {
		return badRequest("off=%s.", err)
	}
	if err := c.CheckRepairs(); err != nil {
		return badRequest("repaired=%s.", err)
	}
	if err := c.CheckNamespaces(c.state.namespaces); err != nil {
		return badRequest("ns=%s.", err)
	}
	if _, err := c.focus(); err != nil {
		return badRequest("focus=%s.", err)
	}
	return nil
}

// focus gives the ids of the entities that the picture is about; none: all of them.
func (c *comparison) focus() ([]string, error) {
	if c.state.focus == "" {
		return nil, nil
	}
	return c.Focus([]string{c.state.focus})
}

// analyseBoth runs the engine, which only computes.
func (s *Server) analyseBoth(ctx context.Context, before, after []manifest.Source, c *comparison) (*analysis.Comparison, error) {
	together, err := s.apart(ctx, c.bytes)
	if err != nil {
		return nil, err
	}
	defer together()
	leave, err := s.processor(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	found, err := analysis.Compare(before, after, analysis.Options{
		Limits: s.config.Limits, Kubernetes: c.state.version(), Plugin: c.state.cni, Exposure: c.state.exposure, Off: c.state.off, Repaired: c.state.repaired,
	})
	if err == nil {
		found.Causes()
	}
	return found, err
}

// renderedDiff gives a comparison in a form.
func (s *Server) renderedDiff(r *http.Request, c *comparison, f diffFormat) ([]byte, error) {
	var out bounded
	if f.write != nil {
		err := f.write(&out, c.Comparison)
		return out.buffer.Bytes(), err
	}
	picture, err := s.drawDiff(r, c, c.state.hideSame)
	if err != nil {
		return nil, err
	}
	if f.contentType == pngType {
		leave, err := s.paint(r.Context())
		if err != nil {
			return nil, err
		}
		defer leave()
		err = raster.PNG(&out, picture, c.state.pixels())
		return out.buffer.Bytes(), err
	}
	err = templates.Picture(picture, templates.PictureOptions{Theme: c.state.pictureTheme()}).Render(r.Context(), &out)
	return out.buffer.Bytes(), err
}

// drawDiff places the picture of both, with what opened and closed.
func (s *Server) drawDiff(r *http.Request, c *comparison, hideSame bool) (layout.Picture, error) {
	view := c.state.diagramView(nil)
	view.Incomplete, view.OnlyChanges = c.Before.Incomplete() || c.After.Incomplete(), true
	view.HideSame = hideSame
	view.Focus, _ = c.focus() // checked before
	return s.layout.Draw(r.Context(), diagram.Build(c.Picture(), view))
}
