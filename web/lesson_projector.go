package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/markdown"
	"github.com/netpolscope/netpolscope/templates"
)

// projector shows a lesson to a room, one thing after the other.
func (s *Server) projector(w http.ResponseWriter, r *http.Request) error {
	c, err := s.classroomOf(r)
	if err != nil {
		return err
	}
	at, word := 1, r.URL.Query().Get("at")
	if word != "" {
		if at, err = strconv.Atoi(word); err != nil || at < 1 {
			return badParameter("at", word, "a number from 1")
		}
	}
	c.theme = themeOf(r.URL.Query())
	slides := c.slides()
	at = min(at, len(slides))
	v := templates.Projector{Page: s.learning(c.Title, c.theme), Title: c.Title, Place: fmt.Sprintf("%d of %d", at, len(slides)), Leave: templates.Link{Text: "Leave", Href: c.at("")}}
	v.Page.Scripts = []string{s.assets.paths["js/projector.js"]}
	to := func(n int, text string) *templates.Link {
		return &templates.Link{Text: text, Href: addressed(c.address()+"/projector", "theme", c.theme, "at", strconv.Itoa(n))}
	}
	if at > 1 {
		v.Previous = to(at-1, "Back")
	}
	if at < len(slides) {
		v.Next = to(at+1, "Next")
	}
	if err := s.projected(c, slides[at-1], &v); err != nil {
		return err
	}
	c.headers(w)
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.ProjectorPage(v))
	return nil
}

// slide is one view of the projector.
type slide struct {
	heading string
	words   markdown.Text
	// cells and claims are how many are told of those that are shown; -1 shows none.
	cells, claims int
	// bare and whole say which picture is drawn, and texts that the policies are shown.
	bare, whole, texts bool
	hints              []markdown.Text
	solution           string
}

// slides cuts a lesson into what is shown one after the other.
func (c *classroom) slides() []slide {
	hidden := func(x slide) slide { x.cells, x.claims = -1, -1; return x }
	all := []slide{
		hidden(slide{words: c.Goal}),
		hidden(slide{heading: "Look", words: c.Look, bare: true, texts: true}),
	}
	for told := range len(c.Cells) + 1 {
		all = append(all, slide{heading: "Predict", words: c.Predict, cells: told, claims: -1, bare: true})
	}
	for told := range len(c.Claims) + 1 {
		if len(c.Claims) > 0 {
			all = append(all, slide{heading: "True or false?", cells: -1, claims: told})
		}
	}
	all = append(all,
		hidden(slide{heading: "What is so", words: c.Reveal, whole: true, texts: true}),
		hidden(slide{heading: "Now you", words: c.Do, texts: true}))
	for n := range c.Hints {
		all = append(all, hidden(slide{heading: "Hints", words: c.Do, texts: true, hints: c.Hints[:n+1]}))
	}
	others := markdown.Sentence(markdown.Span{Text: "There are others: whatever has the right effect is right."})
	all = append(all, hidden(slide{heading: "One solution", solution: solutionOf(c.Lesson), words: others}))
	if c.Then != nil {
		all = append(all, hidden(slide{heading: "Once more", words: c.Then.Do}),
			hidden(slide{heading: "One solution", solution: solutionOf(c.Then), words: others}))
	}
	return all
}

// projected fills in what a slide shows.
func (s *Server) projected(c *classroom, x slide, v *templates.Projector) error {
	v.Heading, v.Words, v.Hints, v.Solution = x.heading, x.words, x.hints, x.solution
	sources := c.Sources("", c.Start)
	e, leave, err := s.evaluated(c, sources)
	defer leave()
	if err != nil {
		return err
	}
	cells := c.Predicted(e.Report)
	if x.texts {
		v.Texts = lessonTexts(sources[1:])
	}
	for i, cell := range cells {
		if x.cells < 0 {
			break
		}
		told := i < x.cells
		shown := templates.ProjectedCell{From: cell.Caller(), To: cell.Place(), Told: told, Allowed: told && cell.Is, Now: i == x.cells-1}
		if shown.Now {
			shown.Why = cell.Why()
		}
		v.Cells = append(v.Cells, shown)
	}
	for i, claim := range c.Claims {
		if x.claims < 0 {
			break
		}
		shown := templates.ProjectedClaim{Text: claim.Text, Now: i == x.claims-1}
		if i < x.claims {
			shown.Answer, shown.Because = answerWord(claim.Answer), claim.Because
		}
		v.Claims = append(v.Claims, shown)
	}
	if x.bare || x.whole {
		v.PictureName = pictureNames[x.whole]
		v.Picture, err = s.sketch(c, e, cells, x.whole)
	}
	return err
}

// solutionOf gives what is right: a text, or the connections to mark.
func solutionOf(l *lesson.Lesson) string {
	if len(l.Needed) == 0 {
		return l.Solution
	}
	text := ""
	for _, x := range l.Needed {
		if x.Allowed {
			text += x.Caller() + " → " + x.Place() + "\n"
		}
	}
	return text
}

// embedLesson shows a lesson inside another page: the picture and the questions, with
// answers that open, and nothing to fill in.
func (s *Server) embedLesson(w http.ResponseWriter, r *http.Request) error {
	framed(w)
	c, err := s.classroomOf(r)
	if err != nil {
		return err
	}
	v, err := s.embedLessonView(c)
	if err != nil {
		return err
	}
	c.headers(w)
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.EmbedLessonPage(v))
	return nil
}

func (s *Server) embedLessonView(c *classroom) (templates.EmbedLesson, error) {
	v := templates.EmbedLesson{Page: s.page(state{theme: themeOf(c.r.URL.Query())}), Title: c.Title, Look: c.Look.Unlinked(), Question: c.Predict.Unlinked(), Path: c.address(), Facts: []string{c.label()}}
	if c.stored != nil {
		v.Facts = append(v.Facts, until(c.stored.content))
	}
	v.Page.Scripts = []string{s.assets.paths["js/embed.js"]}
	v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/learn.css"], s.assets.paths["css/marked.css"], s.assets.paths["css/share.css"], s.assets.paths["css/class.css"])
	e, leave, err := s.evaluated(c, c.Sources("", c.Start))
	defer leave()
	if err != nil {
		return v, err
	}
	cells := c.Predicted(e.Report)
	for _, x := range cells {
		v.Cells = append(v.Cells, sheetCell(x, true))
	}
	v.Picture, err = s.sketch(c, e, cells, false)
	return v, err
}
