package web

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/templates"
)

// linkPair gives the two stored links that a request names, the older way of things
// first.
func (s *Server) linkPair(r *http.Request) (ids [2]permalink.ID, contents [2]*permalink.Content, err error) {
	links, err := s.sharing()
	if err != nil {
		return ids, contents, err
	}
	for i, name := range []string{"a", "b"} {
		id, ok := permalink.ParseID(chi.URLParam(r, name))
		if !ok {
			return ids, contents, linkProblem(permalink.ErrNone)
		}
		ids[i] = id
		if contents[i], err = links.Open(r.Context(), id); err != nil {
			return ids, contents, linkProblem(err)
		}
	}
	return ids, contents, nil
}

// linksDiffData answers for one suffix of the difference of two stored links.
func (s *Server) linksDiffData(f diffFormat) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		ids, contents, err := s.linkPair(r)
		if err != nil {
			return err
		}
		query := r.URL.Query()
		view, err := parseState(query)
		if err != nil {
			return err
		}
		return s.cached(w, r, pairPath(ids), f.suffix+"?"+query.Encode(), func() (*rendering, error) {
			header := shareable(contents[1])
			if ends := contents[0].Expires; !ends.IsZero() {
				header.Set("Cache-Control", shareable(contents[0]).Get("Cache-Control"))
			}
			header.Set("Content-Disposition", `inline; filename="netpolscope-diff.`+f.suffix+`"`)
			c, leave, err := s.compare(r, contents[0].Sources(), contents[1].Sources(), view)
			defer leave()
			if err != nil {
				return nil, err
			}
			body, err := s.renderedDiff(r, c, f)
			return &rendering{contentType: f.contentType, header: header, body: body}, err
		})
	}
}

// pairMark stands between two links that are compared.
const pairMark = "..."

func pairPath(ids [2]permalink.ID) string { return string(ids[0]) + pairMark + string(ids[1]) }

// linksDiffPage shows the difference of two stored links.
func (s *Server) linksDiffPage(w http.ResponseWriter, r *http.Request) error {
	ids, contents, err := s.linkPair(r)
	if err != nil {
		return err
	}
	view, err := parseState(r.URL.Query())
	if err != nil {
		return err
	}
	w.Header().Set("X-Robots-Tag", "noindex")
	w.Header().Set("Vary", "User-Agent, Sec-CH-UA-Mobile")
	view = view.onPhone(r)
	what := fmt.Sprint("page?", r.URL.Query().Encode(), " ", view.dir)
	return s.cached(w, r, pairPath(ids), what, func() (*rendering, error) {
		v, err := s.pairView(r, ids, contents, view)
		if err != nil {
			return nil, err
		}
		if v.Versions, err = s.timeline(r, ids); err != nil {
			return nil, err
		}
		v.Data = "/p/" + pairPath(ids)
		for i, content := range contents {
			v.Crumbs = append(v.Crumbs, templates.Link{
				Text: or(content.Title, [...]string{"before", "after"}[i]) + ", " + content.Created.Format("2 Jan 2006 15:04"), Href: "/p/" + string(ids[i]),
			})
		}
		var out bytes.Buffer
		err = templates.DiffPage(v).Render(r.Context(), &out)
		return &rendering{contentType: htmlType, header: http.Header{"Cache-Control": {"private, no-cache"}}, body: out.Bytes()}, err
	})
}

// pairView compares two stored links for a page.
func (s *Server) pairView(r *http.Request, ids [2]permalink.ID, contents [2]*permalink.Content, view state) (templates.Diff, error) {
	c, leave, err := s.compare(r, contents[0].Sources(), contents[1].Sources(), view)
	defer leave()
	if err != nil {
		return templates.Diff{}, err
	}
	return s.diffView(r, c, ids[:]...)
}

// diffForm is the page to give two bundles on.
func (s *Server) diffForm(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-cache")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.DiffPage(s.emptyDiff()))
	return nil
}

// diffPage answers the form.
func (s *Server) diffPage(w http.ResponseWriter, r *http.Request) error {
	c, done, err := s.comparedBody(w, r)
	defer done()
	if err != nil {
		return err
	}
	c.state = c.state.onPhone(r)
	v, err := s.diffView(r, c)
	if err != nil {
		return err
	}
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.DiffPage(v))
	return nil
}

// mostTimeline bounds the versions that are compared for one page.
const mostTimeline = 12

// timeline says of each version from one link to another what it opened and closed; it is
// nil where the one is not among those that the other goes on from.
func (s *Server) timeline(r *http.Request, ids [2]permalink.ID) ([]templates.DiffVersion, error) {
	versions, err := s.config.Links.Versions(r.Context(), ids[1])
	if err != nil {
		return nil, linkProblem(err)
	}
	first := slices.IndexFunc(versions, func(v permalink.Version) bool { return v.ID == ids[0] })
	if first < 0 || len(versions)-first < 3 {
		return nil, nil
	}
	var list []templates.DiffVersion
	for i := len(versions) - 1; i > first && len(list) < mostTimeline; i-- {
		before, after := versions[i-1], versions[i]
		c, leave, err := s.compare(r, before.Content.Sources(), after.Content.Sources(), state{})
		if err != nil {
			leave()
			return nil, err
		}
		opened, closed := c.Counts()
		leave()
		list = append(list, templates.DiffVersion{
			Name: "v" + strconv.Itoa(i+1), Title: or(after.Content.Title, "no title") + ", " + after.Content.Created.Format("2 Jan 2006 15:04"),
			Said: waysIn(opened, closed), Path: "/p/" + pairPath([2]permalink.ID{before.ID, after.ID}),
		})
	}
	return list, nil
}
