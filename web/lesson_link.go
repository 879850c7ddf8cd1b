package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/templates"
)

// storedLesson is where a lesson stands that somebody shared.
type storedLesson struct {
	id      permalink.ID
	content *permalink.Content
}

// classroomOf finds the lesson that a request names: one of a course by its name, or one
// that stands in a link.
func (s *Server) classroomOf(r *http.Request) (*classroom, error) {
	if name := chi.URLParam(r, "name"); name != "" {
		c, ok := s.findLesson(name)
		if !ok {
			return nil, notFound(r.URL.Path)
		}
		c.r = r
		return c, nil
	}
	id, content, err := s.link(r)
	if err != nil {
		return nil, err
	}
	return s.storedClassroom(r, id, content)
}

// storedClassroom reads the lesson of a link. Whoever wrote it is unknown, so its links
// are text.
func (s *Server) storedClassroom(r *http.Request, id permalink.ID, content *permalink.Content) (*classroom, error) {
	if content.Lesson == "" {
		return nil, notFound(r.URL.Path)
	}
	leave, err := s.processor(r.Context())
	if err != nil {
		return nil, err
	}
	l, err := lesson.ParseForeign("", []byte(content.Lesson))
	leave()
	if err != nil {
		return nil, err // it was read when it was stored
	}
	return &classroom{Lesson: l, of: courseOf{"Shared", []*lesson.Lesson{l}}, stored: &storedLesson{id, content}, r: r}, nil
}

// address is where the lesson stands.
func (c *classroom) address() string {
	if c.stored != nil {
		return "/p/" + string(c.stored.id)
	}
	return "/learn/" + c.Name
}

// label says which lesson it is.
func (c *classroom) label() string {
	if c.stored != nil {
		return "A shared lesson"
	}
	return fmt.Sprintf("Lesson %d of %d", c.place+1, len(c.of.lessons))
}

// more gives the other forms of the lesson.
func (c *classroom) more() []templates.Link {
	links := []templates.Link{
		{Text: "Projector", Href: addressed(c.address()+"/projector", "theme", c.theme)},
		{Text: "Worksheet", Href: c.address() + "/worksheet"},
		{Text: "Answer key", Href: c.address() + "/worksheet?answers=1"},
		{Text: "Embed", Href: "/embed" + strings.TrimPrefix(c.address(), "/p")},
	}
	if c.stored != nil {
		links = append(links, templates.Link{Text: "Edit a copy", Href: "/learn/share?copy=" + string(c.stored.id)})
	}
	return links
}

// headers says how long an answer may be kept, and by whom.
func (c *classroom) headers(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Vary", "Sec-CH-UA-Mobile, User-Agent")
	switch {
	case c.stored != nil:
		h.Set("Cache-Control", "private, no-cache")
		h.Set("X-Robots-Tag", "noindex")
	case c.r.Method != http.MethodPost:
		h.Set("Cache-Control", "public, max-age=300")
	}
}

// frameStored completes the page of a lesson that stands in a link.
func (s *Server) frameStored(c *classroom, v *templates.Lesson) {
	content := c.stored.content
	v.Name, v.Note = "", content.Note // what is done is remembered of courses only
	v.Facts = []string{"shared " + content.Created.Format("2 Jan 2006"), until(content)}
	page := s.base(c.r) + c.address()
	v.Page.Preview = &templates.Preview{
		Title: c.Title, Description: "A lesson about network policies: look, predict, see what is so, repair it.",
		Page: page, Image: page + ".png?width=1200&height=630&theme=light",
		OEmbed: s.base(c.r) + "/oembed?format=json&url=" + url.QueryEscape(page),
	}
}

// storedLessonPage shows a step of a lesson that stands in a link, as it was rendered
// before where nothing about it can have changed.
func (s *Server) storedLessonPage(w http.ResponseWriter, r *http.Request, id permalink.ID, content *permalink.Content) error {
	asked := url.Values{}
	for _, name := range []string{"step", "round", "theme"} {
		asked.Set(name, r.URL.Query().Get(name))
	}
	w.Header().Set("Vary", "Sec-CH-UA-Mobile, User-Agent")
	w.Header().Set("X-Robots-Tag", "noindex")
	return s.cached(w, r, string(id), fmt.Sprint("lesson?", asked.Encode(), " ", state{}.onPhone(r).dir), func() (*rendering, error) {
		c, err := s.storedClassroom(r, id, content)
		if err != nil {
			return nil, err
		}
		if err := s.step(c, submission{fields: asked}); err != nil {
			return nil, err
		}
		var out bytes.Buffer
		err = templates.LessonPage(c.view).Render(r.Context(), &out)
		return &rendering{contentType: htmlType, header: http.Header{"Cache-Control": {"private, no-cache"}}, body: out.Bytes()}, err
	})
}

// embedStored shows a lesson that stands in a link inside another page.
func (s *Server) embedStored(w http.ResponseWriter, r *http.Request, id permalink.ID, content *permalink.Content) error {
	return s.cached(w, r, string(id), "embed?theme="+themeOf(r.URL.Query()), func() (*rendering, error) {
		c, err := s.storedClassroom(r, id, content)
		if err != nil {
			return nil, err
		}
		v, err := s.embedLessonView(c)
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		err = templates.EmbedLessonPage(v).Render(r.Context(), &out)
		h := shareable(content)
		h.Del("Access-Control-Allow-Origin")
		return &rendering{contentType: htmlType, header: h, body: out.Bytes()}, err
	})
}

// linkForm answers the forms of a lesson that stands in a link. A link with a bundle has
// none.
func (s *Server) linkForm(w http.ResponseWriter, r *http.Request) error {
	id, content, err := s.link(r)
	if err != nil {
		return err
	}
	if content.Lesson == "" {
		return methodNotAllowed(r.Method, []string{http.MethodGet, http.MethodHead})
	}
	c, err := s.storedClassroom(r, id, content)
	if err != nil {
		return err
	}
	return s.teach(w, r, c)
}
