package web

import (
	"net/http"
	"path"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/static"
	"github.com/netpolscope/netpolscope/templates"
)

func (s *Server) welcome(w http.ResponseWriter, r *http.Request) error {
	view, err := parseState(r.URL.Query())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.WelcomePage(s.welcomeView(view, "")))
	return nil
}

// workbench answers the form: the same page with what the bundle allows.
func (s *Server) workbench(w http.ResponseWriter, r *http.Request) error {
	e, done, err := s.evaluateForm(w, r)
	defer done()
	if err != nil {
		return err
	}
	if len(e.sources) == 0 && r.Header.Get("HX-Request") == "" {
		s.sendComponent(w, r, http.StatusOK, htmlType, templates.WelcomePage(s.welcomeView(e.state, "There was nothing to read. Paste manifests, or choose files.")))
		return nil
	}
	if err := s.apply(r, e); err != nil {
		return err
	}
	return s.desk(w, r, e, "")
}

// apply makes the suggestion that the reader asked for, and evaluates the text anew. A
// text that was edited in the meantime may not have the suggestion any more; then
// nothing happens.
func (s *Server) apply(r *http.Request, e *evaluation) error {
	if e.state.apply == "" || !e.Readable {
		return nil
	}
	x, err := e.explanation()
	if err != nil {
		return nil // the page says why the question has no answer
	}
	for _, suggestion := range x.Suggestions {
		if suggestion.Text != e.state.apply {
			continue
		}
		before := e.sources
		if e.sources, err = manifest.Apply(before, suggestion.Edits); err != nil {
			return err
		}
		e.undo = reversed(before, e.sources)
		e.Report, err = s.analyse(r, submission{sources: e.sources}, e.state)
		return err
	}
	return nil
}

// example shows a bundle of ours in the workbench; what is made from parameters
// has a page of its own.
func (s *Server) example(w http.ResponseWriter, r *http.Request) error {
	name := exampleName(r)
	// With a view it is looked at like any other.
	if name == gallery.TiersName && r.URL.Query().Get("view") == "" {
		return s.tiers(w, r)
	}
	b, err := findBundle(name, r.URL.Query())
	if err != nil {
		return err
	}
	view, err := parseState(r.URL.Query())
	if err != nil {
		return err
	}
	e, leave, err := s.run(r, b.submission(nil), view)
	defer leave()
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	return s.desk(w, r, e, b.title)
}

// desk sends the workbench for a bundle; one without any object is a page too, with
// the findings that say why.
func (s *Server) desk(w http.ResponseWriter, r *http.Request, e *evaluation, title string) error {
	e.state = e.state.onPhone(r)
	// The text may have been edited since, and what is gone from it is forgotten.
	e.state.namespaces = slices.DeleteFunc(e.state.namespaces, func(name string) bool {
		return explain.CheckNamespaces(e.Cluster, []string{name}) != nil
	})
	e.state.off = slices.DeleteFunc(e.state.off, func(o reach.Off) bool {
		return explain.CheckOff(e.Cluster, []reach.Off{o}) != nil
	})
	e.state.repaired = slices.DeleteFunc(e.state.repaired, func(r analysis.Repair) bool {
		return e.CheckRepairs([]analysis.Repair{r}) != nil
	})
	status := http.StatusOK
	if !e.Readable {
		status = http.StatusUnprocessableEntity
	}
	view, err := s.deskView(r, e, title)
	if err != nil {
		return err
	}
	w.Header().Set("Vary", "HX-Request")
	if r.Header.Get("HX-Request") == "true" {
		s.sendComponent(w, r, http.StatusOK, htmlType, templates.LiveAnswer(view))
		return nil
	}
	s.sendComponent(w, r, status, htmlType, templates.WorkbenchPage(view))
	return nil
}

// assets are the files below /static/.
type assets struct {
	byPath map[string]static.Asset
	paths  map[string]string // from the name in the source
}

func newAssets(all map[string]static.Asset) assets {
	a := assets{map[string]static.Asset{}, map[string]string{}}
	for name, asset := range all {
		a.byPath[asset.Path] = asset
		a.paths[name] = path.Join("/static", asset.Path)
	}
	return a
}

// asset serves a file for good, since its address changes with its content.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	asset, ok := s.assets.byPath[chi.URLParam(r, "*")]
	if !ok {
		return notFound(r.URL.Path)
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	s.send(w, r, http.StatusOK, asset.ContentType, asset.Data)
	return nil
}
