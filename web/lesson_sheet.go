package web

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/templates"
)

// worksheet shows a lesson as it is printed.
func (s *Server) worksheet(w http.ResponseWriter, r *http.Request) error {
	c, err := s.classroomOf(r)
	if err != nil {
		return err
	}
	word := r.URL.Query().Get("answers")
	if word != "" && word != "1" {
		return badParameter("answers", word, "1")
	}
	answers := word == "1"
	v, err := s.sheetView(c, answers)
	if err != nil {
		return err
	}
	v.Page = s.learning(c.Title+", worksheet", "light")
	v.Page.NextTheme = "" // it is as light as the paper is
	v.Page.Scripts = append(v.Page.Scripts, s.assets.paths["js/class.js"])
	c.headers(w)
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.SheetPage(v))
	return nil
}

// sheetView gives a lesson as it stands on paper. Its links are text there.
func (s *Server) sheetView(c *classroom, answers bool) (templates.Sheet, error) {
	v := templates.Sheet{
		Title: c.Title, Of: c.label(), Answers: answers, Depends: c.depends(),
		Look: c.Look.Unlinked(), Question: c.Predict.Unlinked(), Reveal: c.Reveal.Unlinked(),
		Back: templates.Link{Text: "The lesson", Href: c.address()}, Other: templates.Link{Text: "Answer key", Href: c.address() + "/worksheet?answers=1"},
	}
	if answers {
		v.Of += " · Answer key"
		v.Other = templates.Link{Text: "Worksheet", Href: c.address() + "/worksheet"}
	}
	sources := c.Sources("", c.Start)
	e, leave, err := s.evaluated(c, sources)
	defer leave()
	if err != nil {
		return v, err
	}
	v.Texts = lessonTexts(sources[1:])
	v.Things = things(e.Cluster)
	cells := c.Predicted(e.Report)
	for _, x := range cells {
		v.Cells = append(v.Cells, sheetCell(x, answers))
	}
	for _, x := range c.Claims {
		v.Claims = append(v.Claims, templates.SheetClaim{Text: x.Text.Unlinked(), Because: x.Because.Unlinked(), Answer: answerWord(x.Answer)})
	}
	v.Tasks = []templates.SheetTask{sheetTask("Now you", c.Lesson, answers)}
	if c.Then != nil {
		v.Tasks = append(v.Tasks, sheetTask("Once more", c.Then, answers))
	}
	v.PictureName = pictureNames[answers]
	v.Picture, err = s.sketch(c, e, cells, answers)
	return v, err
}

// sketch draws what a lesson starts with: the questions, or what is so.
func (s *Server) sketch(c *classroom, e *evaluation, cells []lesson.Cell, answered bool) (templ.Component, error) {
	if answered {
		return s.lessonPicture(c, e, cells)
	}
	return s.askedPicture(c, e, cells, false)
}

func sheetTask(heading string, l *lesson.Lesson, answers bool) templates.SheetTask {
	v := templates.SheetTask{Heading: heading, Do: l.Do.Unlinked(), Marks: len(l.Needed) > 0, Lines: make([]int, 16)}
	if !answers {
		return v
	}
	v.Solution = l.Solution
	wanted := l.Wanted
	if v.Marks {
		v.Solution = ""
		wanted = slices.DeleteFunc(slices.Clone(l.Needed), func(x lesson.Expectation) bool { return !x.Allowed })
	}
	for _, x := range wanted {
		v.Wanted = append(v.Wanted, templates.SheetCell{From: x.Caller(), To: x.Place(), Allowed: x.Allowed})
	}
	return v
}

// pictureNames say what is drawn, by whether the answers are.
var pictureNames = map[bool]string{false: "The pods, without what they may do", true: "What is allowed"}

func sheetCell(x lesson.Cell, answers bool) templates.SheetCell {
	v := templates.SheetCell{From: x.Caller(), To: x.Place(), Allowed: x.Is}
	if answers {
		v.Why = x.Why()
	}
	return v
}

// depends reports whether the answer to a claim may be that it depends.
func (c *classroom) depends() bool {
	return slices.ContainsFunc(c.Claims, func(x lesson.Claim) bool { return x.Answer == lesson.Depends })
}

// things lists the namespaces and pods with what a selector can see of them, for paper.
func things(c *model.Cluster) (all []templates.SheetThing) {
	for _, ns := range c.Namespaces {
		if ns.Origin == model.Declared && len(ns.Labels) > 1 { // one is the name
			all = append(all, templates.SheetThing{Name: "Namespace " + ns.Name, Labels: labelText(ns.Labels)})
		}
	}
	for _, e := range c.Entities {
		if !e.IsPod() || e.Origin != model.Declared {
			continue
		}
		x := templates.SheetThing{Name: e.Namespace.Name + "/" + e.Name}
		if e.Replicas > 1 {
			x.Name += " × " + number(e.Replicas)
		}
		var ports []string
		for _, p := range e.Ports {
			ports = append(ports, strings.TrimSpace(fmt.Sprintf("%s %d/%s", p.Name, p.Port, p.Protocol)))
		}
		x.Labels, x.Ports = labelText(e.Labels), strings.Join(ports, ", ")
		all = append(all, x)
	}
	return all
}

func labelText(labels model.Labels) string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		all = append(all, key+"="+labels[key])
	}
	return strings.Join(all, ", ")
}
