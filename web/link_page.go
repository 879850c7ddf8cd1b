package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/templates"
)

// linkPage opens the workbench for a stored link, to be read, with the view that its
// maker left or the one that the query says.
func (s *Server) linkPage(w http.ResponseWriter, r *http.Request) error {
	id, c, err := s.link(r)
	if err != nil {
		return err
	}
	if c.Lesson != "" {
		return s.storedLessonPage(w, r, id, c)
	}
	query := r.URL.Query()
	// The form of the page sends every part of the view; a query by hand some.
	if query.Get("whole") == "" {
		query = viewOf(c, query)
	}
	view, err := parseState(query)
	if err != nil {
		return err
	}
	w.Header().Set("X-Robots-Tag", "noindex")
	w.Header().Set("Vary", "HX-Request, User-Agent, Sec-CH-UA-Mobile")
	render := func() ([]byte, error) {
		v, leave, err := s.storedView(r, id, c, view)
		defer leave()
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		page := templates.WorkbenchPage(v)
		if r.Header.Get("HX-Request") == "true" {
			page = templates.LiveAnswer(v)
		}
		err = page.Render(r.Context(), &out)
		return out.Bytes(), err
	}
	what := fmt.Sprint("page?", query.Encode(), " ", view.onPhone(r).dir, r.Header.Get("HX-Request") == "true")
	return s.cached(w, r, string(id), what, func() (*rendering, error) {
		body, err := render()
		return &rendering{contentType: htmlType, header: http.Header{"Cache-Control": {"private, no-cache"}}, body: body}, err
	})
}

// storedView gives the workbench of a stored link.
func (s *Server) storedView(r *http.Request, id permalink.ID, c *permalink.Content, view state) (templates.Workbench, func(), error) {
	e, leave, err := s.linkEvaluation(r, c, view)
	if err != nil {
		return templates.Workbench{}, leave, err
	}
	e.state = e.state.onPhone(r)
	v, err := s.deskView(r, e, c.Title)
	if err != nil {
		return v, leave, err
	}
	v.Stored = templates.StoredLink{Path: "/p/" + string(id), ID: string(id), Note: c.Note, Dropped: c.Dropped,
		Facts: []string{"shared " + c.Created.Format("2 Jan 2006"), until(c)}}
	versions, err := s.config.Links.Versions(r.Context(), id)
	if err != nil {
		return v, leave, linkProblem(err)
	}
	for i, version := range versions {
		v.Stored.Versions = append(v.Stored.Versions, templates.Version{
			Name: "v" + strconv.Itoa(i+1), Title: or(version.Content.Title, "no title") + ", " + version.Content.Created.Format("2 Jan 2006 15:04"),
			Path: "/p/" + string(version.ID), Current: version.ID == id,
		})
		if i > 0 {
			v.Stored.Versions[i].Diff = "/p/" + pairPath([2]permalink.ID{versions[i-1].ID, version.ID})
		}
	}
	if len(versions) > 2 {
		v.Stored.Timeline = "/p/" + pairPath([2]permalink.ID{versions[0].ID, id})
	}
	v.Page.Share, v.Page.Subtitle = false, "stored link, for reading"
	if n := len(versions); n > 1 {
		v.Page.Subtitle = fmt.Sprintf("stored link, version %d", n)
	}
	v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/share.css"])
	v.Page.Preview = s.previewOf(r, id, c, e)
	return v, leave, nil
}

// linkEvaluation evaluates what a link keeps.
func (s *Server) linkEvaluation(r *http.Request, c *permalink.Content, view state) (*evaluation, func(), error) {
	in := submission{sources: c.Sources()}
	for _, source := range in.sources {
		in.bytes += len(source.Data)
	}
	e, leave, err := s.run(r, in, view)
	if err == nil {
		err = e.readable()
	}
	return e, leave, err
}

// previewOf says what other sites show of a link.
func (s *Server) previewOf(r *http.Request, id permalink.ID, c *permalink.Content, e *evaluation) *templates.Preview {
	page := s.base(r) + "/p/" + string(id)
	talking, asked := pairs(e.Matrix)
	return &templates.Preview{
		Title: or(c.Title, "What these network policies allow"),
		Description: fmt.Sprintf("%s, %s: %s of %s pairs can talk.", counted(len(e.Cluster.Policies), "policy", "policies"),
			counted(len(e.Cluster.Entities), "entity", "entities"), number(talking), number(asked)),
		Page: page, Image: page + ".png?width=1200&height=630&theme=light",
		OEmbed: s.base(r) + "/oembed?format=json&url=" + url.QueryEscape(page),
	}
}

// brought loads what is to be edited in the place of a text: a stored link with its
// view, or the bundle that stands in an address behind /#.
func (s *Server) brought(r *http.Request, in *submission) error {
	if code := in.fields.Get("code"); code != "" {
		source, err := permalink.Decode(code, s.config.Limits)
		if err != nil {
			return badRequest("%s", sentence(err.Error()))
		}
		in.sources, in.bytes = []manifest.Source{source}, len(source.Data)
		return nil
	}
	text := in.fields.Get("copy")
	if text == "" {
		return nil
	}
	links, err := s.sharing()
	if err != nil {
		return err
	}
	id, ok := permalink.ParseID(text)
	if !ok {
		return linkProblem(permalink.ErrNone)
	}
	c, err := links.Open(r.Context(), id)
	if err != nil {
		return linkProblem(err)
	}
	in.sources = c.Sources()
	for _, source := range in.sources {
		in.bytes += len(source.Data)
	}
	in.fields = viewOf(c, in.fields)
	in.fields.Set("parent", string(id))
	return nil
}
