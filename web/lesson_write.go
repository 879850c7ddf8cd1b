package web

import (
	"errors"
	"fmt"
	"html"
	"net/http"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/templates"
)

// writeLesson tells how a lesson is written.
func (s *Server) writeLesson(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=300")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.WriteLessonPage(templates.WriteLesson{Page: s.learning("Write a lesson", themeOf(r.URL.Query())), Text: lesson.Guide()}))
	return nil
}

// shareLessonForm shows the form with nothing, the sample, or a copy of a shared lesson.
func (s *Server) shareLessonForm(w http.ResponseWriter, r *http.Request) error {
	in := submission{fields: r.URL.Query()}
	text := ""
	if in.fields.Get("sample") != "" {
		text = lesson.Sample()
	}
	if word := in.fields.Get("copy"); word != "" {
		links, err := s.sharing()
		if err != nil {
			return err
		}
		id, ok := permalink.ParseID(word)
		if !ok {
			return linkProblem(permalink.ErrNone)
		}
		c, err := links.Open(r.Context(), id)
		if err != nil {
			return linkProblem(err)
		}
		text = c.Lesson
		in.fields.Set("parent", word)
		w.Header().Set("X-Robots-Tag", "noindex")
	}
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.ShareLessonPage(s.shareLessonView(in, text)))
	return nil
}

// shareLesson checks a lesson, and puts it into a link when it is told to.
func (s *Server) shareLesson(w http.ResponseWriter, r *http.Request) error {
	in, release, err := s.read(w, r)
	defer release()
	if err != nil {
		return err
	}
	in.fields.Set("kind", "lesson")
	create := in.fields.Get("create") != ""
	if create {
		if _, err := s.sharing(); err != nil {
			return err
		}
	}
	v := s.shareLessonView(in, "")
	if sent, err := lessonOf(in.sources); err == nil {
		if v.Text = string(sent.archive); sent.archive == nil {
			v.Text = string(lesson.Pack(sent.files))
		}
	}
	made, d, err := s.store(r, in, !create)
	var p *problem
	if errors.As(err, &p) && (p.lesson != nil || p.status == http.StatusRequestEntityTooLarge || p.status == http.StatusUnprocessableEntity) {
		v.Wrong = p.detail
		if p.lesson != nil {
			v.Wrong = counted(len(p.lesson), "thing", "things") + " to mend:"
		}
		for _, x := range p.lesson {
			place := x.File
			if x.Line > 0 {
				place = "line " + strconv.Itoa(x.Line) + ", " + place
			}
			v.Problems = append(v.Problems, templates.LessonProblem{Place: place, Text: x.Text})
		}
		s.sendComponent(w, r, http.StatusUnprocessableEntity, htmlType, templates.ShareLessonPage(v))
		return nil
	} else if err != nil {
		return err
	}
	if err := s.previewLesson(r, d, &v); err != nil {
		return err
	}
	status := http.StatusOK
	if create {
		v.Made, status = s.madeLesson(r, made), http.StatusCreated
		v.Page.Title = "The lesson is shared"
	}
	s.sendComponent(w, r, status, htmlType, templates.ShareLessonPage(v))
	return nil
}

func (s *Server) shareLessonView(in submission, text string) templates.ShareLesson {
	v := templates.ShareLesson{Page: s.learning("Share a lesson", themeOf(in.fields)), Text: text, Note: in.fields.Get("note"), Parent: in.fields.Get("parent"), Stored: s.config.Links != nil, Ages: s.agesToChoose(in.fields.Get("expires"))}
	v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/share.css"])
	return v
}

// previewLesson shows what a link of a lesson keeps, and how it reads.
func (s *Server) previewLesson(r *http.Request, d draft, v *templates.ShareLesson) error {
	l, err := lesson.ParseForeign("", []byte(d.content.Lesson))
	if err != nil {
		return err
	}
	c := &classroom{Lesson: l, of: courseOf{"Shared", []*lesson.Lesson{l}}, stored: &storedLesson{content: &d.content}, r: r}
	sheet, err := s.sheetView(c, true)
	if err != nil {
		return err
	}
	sheet.Of = c.label()
	v.Preview, v.Exactly = &sheet, d.content.Lesson
	v.Size = size(d.bytes) + " of text, stored compressed and encrypted"
	bundle, err := manifest.Parse(c.Sources("", c.Start), s.config.Limits)
	if err != nil {
		return err
	}
	kept, out := points(bundle, d)
	v.Kept = append(kept, templates.Point{Text: "Words, hints, expectations and rules", Beside: "as written; links are shown as text"},
		templates.Point{Text: "The exercise and a solution", Beside: "the solution is shown on request"})
	v.LeftOut = out
	return nil
}

// madeLesson gives a shared lesson as it is pasted elsewhere.
func (s *Server) madeLesson(r *http.Request, made permalink.Created) *templates.MadeLink {
	path := "/p/" + string(made.ID)
	whole := s.base(r) + path
	title := made.Content.Title
	return &templates.MadeLink{URL: whole, Path: path, Token: made.DeleteToken, Until: until(&made.Content), Snippets: []templates.Snippet{
		{Name: "HTML", Text: fmt.Sprintf("<a href=\"%s\">%s</a>", whole, html.EscapeString(title))},
		{Name: "iframe", Hint: "The picture and the questions, to be read. The script gives the frame its height; without it the frame keeps its own.",
			Text: frameOf(s.base(r), made.ID, title, "100%", embedHeight) + fmt.Sprintf("\n<script src=\"%s/embed.js\" async></script>", s.base(r))},
		{Name: "Confluence, Notion", Hint: "Paste the link; both ask this server how to show it. Where they do not, insert the iframe.", Text: whole},
	}}
}
