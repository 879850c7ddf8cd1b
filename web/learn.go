package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/templates"
)

// learn lists the lessons.
func (s *Server) learn(w http.ResponseWriter, r *http.Request) error {
	theme := themeOf(r.URL.Query())
	v := templates.Course{Page: s.learning("Learn", theme)}
	for _, g := range s.courses() {
		group := templates.LessonGroup{Title: g.title}
		for i, l := range g.lessons {
			group.Lessons = append(group.Lessons, templates.LessonLine{
				Name: l.Name, Number: strconv.Itoa(i + 1), Title: l.Title, Goal: l.Goal, Href: addressed("/learn/"+l.Name, "theme", theme),
			})
		}
		v.Groups = append(v.Groups, group)
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.CoursePage(v))
	return nil
}

// lesson shows one lesson at the step that is asked for, and answers its forms.
func (s *Server) lesson(w http.ResponseWriter, r *http.Request) error {
	c, err := s.classroomOf(r)
	if err != nil {
		return err
	}
	return s.teach(w, r, c)
}

// teach shows the step of a lesson that is asked for.
func (s *Server) teach(w http.ResponseWriter, r *http.Request, c *classroom) error {
	in := submission{fields: r.URL.Query()}
	if r.Method == http.MethodPost {
		sent, release, err := s.read(w, r)
		defer release()
		if err != nil {
			return err
		}
		in = sent
	}
	if err := s.step(c, in); err != nil {
		return err
	}
	c.headers(w)
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.LessonPage(c.view))
	return nil
}

// step makes the view of the step that is asked for.
func (s *Server) step(c *classroom, in submission) error {
	step := or(in.fields.Get("step"), "predict")
	if step == "look" { // They are one page.
		step = "predict"
	}
	show, ok := map[string]func(*Server, *classroom) error{
		"predict": (*Server).predict, "reveal": (*Server).reveal, "do": (*Server).exercise,
	}[step]
	if !ok {
		return badParameter("step", step, "predict, reveal, do")
	}
	c.in, c.theme = in, themeOf(in.fields)
	if in.fields.Get("round") == "2" && c.Then != nil && step == "do" {
		c.Lesson, c.second = c.Then, true
	}
	c.view = c.frame(s, step)
	return show(s, c)
}

// courseOf is a list of lessons under a title.
type courseOf struct {
	title   string
	lessons []*lesson.Lesson
}

func (s *Server) courses() []courseOf {
	all := []courseOf{{"The course", lesson.Course()}}
	if len(s.config.Lessons) > 0 {
		all = append(all, courseOf{"Lessons of this server", s.config.Lessons})
	}
	return all
}

// classroom is a lesson in the making of its page.
type classroom struct {
	*lesson.Lesson
	of    courseOf
	place int // in its course, from 0
	// stored is set for a lesson that stands in a link.
	stored *storedLesson
	// second is set for the second exercise of a lesson.
	second bool
	// theme is light or dark, where the reader chose one and has no script to keep it.
	theme string
	r     *http.Request
	in    submission
	view  templates.Lesson
}

func (s *Server) findLesson(name string) (*classroom, bool) {
	for _, g := range s.courses() {
		i := slices.IndexFunc(g.lessons, func(l *lesson.Lesson) bool { return l.Name == name })
		if i >= 0 {
			return &classroom{Lesson: g.lessons[i], of: g, place: i}, true
		}
	}
	return nil, false
}

// at gives the address of a step of the lesson; empty is the first one.
func (c *classroom) at(step string) string {
	round := ""
	if c.second && step == "do" {
		round = "2"
	}
	return addressed(c.address(), "step", step, "round", round, "theme", c.theme)
}

// addressed adds fields with their values to an address, but for empty ones.
func addressed(address string, fields ...string) string {
	sign := "?"
	for i := 0; i < len(fields); i += 2 {
		if fields[i+1] != "" {
			address += sign + fields[i] + "=" + url.QueryEscape(fields[i+1])
			sign = "&"
		}
	}
	return address
}

// themeOf gives the theme that a reader without script asks for.
func themeOf(fields url.Values) string {
	if theme := fields.Get("theme"); theme == "light" || theme == "dark" {
		return theme
	}
	return ""
}

// frame gives what a lesson's page has around each step.
func (c *classroom) frame(s *Server, step string) templates.Lesson {
	v := templates.Lesson{
		Page: s.learning(c.Title, c.theme), Course: addressed("/learn", "theme", c.theme), Address: c.address(), Name: c.Name, Title: c.Title, Words: c.Look,
		Of: c.label(), More: c.more(),
	}
	if c.stored != nil {
		s.frameStored(c, &v)
	}
	if step == "do" {
		v.Words = c.Do
	}
	if c.theme != "" {
		v.Kept = []templates.Field{{Name: "theme", Value: c.theme}}
	}
	names := []string{"predict", "reveal", "do"}
	current := slices.Index(names, step)
	v.Steps = []templates.LessonStep{{Name: "Look", Href: c.at(""), Done: true}}
	for i, name := range names {
		href := c.at("")
		if i > 0 {
			href = c.at(name)
		}
		v.Steps = append(v.Steps, templates.LessonStep{Name: capital(name), Href: href, Done: i < current, Current: i == current})
	}
	return v
}

// learning gives the frame of a page of the course.
func (s *Server) learning(title, theme string) templates.Page {
	p, shown := s.reading(title, "learn"), s.page(state{theme: theme})
	p.ThemeByScript = false
	p.Theme, p.NextTheme, p.ThemeLabel, p.ThemeForm = theme, shown.NextTheme, shown.ThemeLabel, templates.ThemeForm
	p.Styles = append(p.Styles, s.assets.paths["css/learn.css"], s.assets.paths["css/figures.css"], s.assets.paths["css/marked.css"], s.assets.paths["css/class.css"])
	p.Scripts = append(p.Scripts, s.assets.paths["js/learn.js"])
	p.Facts = []templates.Fact{{Strong: strconv.Itoa(len(lesson.Course())), After: " lessons"}}
	return p
}

// evaluated runs the engine on texts of the lesson.
func (s *Server) evaluated(c *classroom, sources []manifest.Source) (*evaluation, func(), error) {
	return s.evaluatedAs(c, sources, state{})
}

// evaluatedAs does it with assumptions. Pictures run downwards on a phone.
func (s *Server) evaluatedAs(c *classroom, sources []manifest.Source, view state) (*evaluation, func(), error) {
	in := submission{sources: sources}
	for _, x := range sources {
		in.bytes += len(x.Data)
	}
	if view = view.onPhone(c.r); view.dir == "" {
		view.dir = "lr"
	}
	return s.run(c.r, in, view)
}

// lessonTexts shows the texts of a lesson with lines that reasons lead to.
func lessonTexts(sources []manifest.Source) []templates.LessonText {
	texts := make([]templates.LessonText, 0, len(sources))
	for i, x := range slices.Backward(sources) {
		t := templates.LessonText{Name: x.Name, Folded: x.Name == lesson.WorldFile}
		if t.Folded {
			t.Note = "namespaces, pods and what else there is"
		}
		lines := strings.Split(strings.TrimRight(string(x.Data), "\n"), "\n")
		if len(lines) == 1 && lines[0] == "" {
			continue // there is no policy yet
		}
		for n, text := range lines {
			t.Lines = append(t.Lines, templates.LessonTextLine{ID: lineID(i, n+1), Text: text})
		}
		texts = append(texts, t)
	}
	return texts
}

// predict asks for predictions about the start.
func (s *Server) predict(c *classroom) error {
	sources := c.Sources("", c.Start)
	e, leave, err := s.evaluated(c, sources)
	defer leave()
	if err != nil {
		return err
	}
	c.view.Texts = lessonTexts(sources)
	c.view.PictureName = "The pods, without what they may do"
	v := &templates.LessonPredict{Question: c.Predict, Action: c.address(), Skip: c.at("reveal") + "#answer"}
	for i, x := range c.Cells {
		v.Cells = append(v.Cells, templates.LessonChoice{
			Field: "g" + strconv.Itoa(i), From: x.Caller(), To: x.Place(),
			Answers: []templates.LessonAnswer{{Value: "allowed", Text: "allowed"}, {Value: "blocked", Text: "blocked"}},
		})
	}
	depends := slices.ContainsFunc(c.Claims, func(x lesson.Claim) bool { return x.Answer == lesson.Depends })
	for i, x := range c.Claims {
		choice := templates.LessonChoice{Field: "c" + strconv.Itoa(i), Text: x.Text, Answers: []templates.LessonAnswer{{Value: "true", Text: "true"}, {Value: "false", Text: "false"}}}
		if depends {
			choice.Answers = append(choice.Answers, templates.LessonAnswer{Value: "depends", Text: "it depends"})
		}
		v.Claims = append(v.Claims, choice)
	}
	c.view.Predict = v
	c.view.Picture, err = s.askedPicture(c, e, c.Predicted(e.Report), false)
	return err
}

// reveal says what is so, beside what the learner said.
func (s *Server) reveal(c *classroom) error {
	sources := c.Sources("", c.Start)
	e, leave, err := s.evaluatedAs(c, sources, state{cni: c.plugin()})
	defer leave()
	if err != nil {
		return err
	}
	c.view.Texts = lessonTexts(sources)
	c.view.PictureName = "What is allowed"
	v := &templates.LessonReveal{Words: c.Reveal, Next: c.at("do")}
	places := newPlaces(sources)
	cells := c.Predicted(e.Report)
	right, said := 0, 0
	for i, x := range cells {
		shown := lessonCell(e, x, places)
		shown.State = allowedWord(x.Is)
		if guess := c.in.fields.Get("g" + strconv.Itoa(i)); guess == "allowed" || guess == "blocked" {
			shown.Said, shown.Right = "You said "+guess+".", guess == allowedWord(x.Allowed) // whatever plug-in is looked at
			said++
			right += count(shown.Right)
		}
		v.Cells = append(v.Cells, shown)
	}
	for i, x := range c.Claims {
		shown := templates.LessonClaim{Text: x.Text, Answer: answerWord(x.Answer), Because: x.Because}
		if guess := lesson.Answer(c.in.fields.Get("c" + strconv.Itoa(i))); guess == lesson.True || guess == lesson.False || guess == lesson.Depends {
			shown.Said, shown.Right = "You said "+answerWord(guess)+".", guess == x.Answer
			said++
			right += count(shown.Right)
		}
		v.Claims = append(v.Claims, shown)
	}
	if said > 0 {
		v.Score = fmt.Sprintf("%d of %d right.", right, said)
	}
	c.view.Reveal = v
	if c.view.Figures, err = s.figures(&scene{c, e, sources, cells}); err != nil {
		return err
	}
	c.view.InWords, c.view.Found = lessonWords(e), alsoFound(e, nil, places)
	c.view.Picture, err = s.lessonPicture(c, e, cells)
	return err
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func allowedWord(allowed bool) string {
	if allowed {
		return "allowed"
	}
	return "blocked"
}

func answerWord(a lesson.Answer) string {
	if a == lesson.Depends {
		return "it depends"
	}
	return string(a)
}

// lessonCell shows a cell with the reasons and the lines that decide it.
func lessonCell(e *evaluation, x lesson.Cell, places places) templates.LessonCell {
	v := templates.LessonCell{From: x.Caller(), To: x.Place(), Open: x.Is, Right: x.Right(), State: x.State()}
	if x.Problem != "" {
		v.Why = []string{sentence(x.Problem)}
		return v
	}
	v.Why = x.Why()
	if x.Explanation == nil {
		return v
	}
	v.Unsure = x.Explanation.Verdict == explain.Undefined
	for _, side := range []explain.Side{x.Explanation.Egress, x.Explanation.Ingress} {
		shown := sideView("Side", side, places)
		for _, l := range append(shown.Policies, shown.Reasons...) {
			if !slices.Contains(v.Where, l) {
				v.Where = append(v.Where, l)
			}
		}
	}
	return v
}

// plugin gives the network plug-in that the reader chose for a lesson about them.
func (c *classroom) plugin() (plugin model.Plugin) {
	if slices.ContainsFunc(c.Pictures, func(p lesson.Picture) bool { return p.Kind == "plugins" }) {
		plugin, _ = model.ParsePlugin(c.in.fields.Get("cni")) // any other is none
	}
	return plugin
}

// begun evaluates what the lesson starts with, which Grade compares with.
func (s *Server) begun(c *classroom) (*analysis.Report, error) {
	e, leave, err := s.evaluated(c, c.Sources("", c.Start))
	leave()
	if err != nil {
		return nil, err
	}
	return e.Report, nil
}
