package web

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/templates"
)

// exercise shows the exercise, and where the learner sent an answer how it fares.
func (s *Server) exercise(c *classroom) error {
	v := &templates.LessonDo{Action: c.address(), Hints: c.Hints, Again: c.at("do")}
	if c.second {
		v.Round = "2"
	} else if c.Then != nil {
		v.Then = addressed(c.address(), "step", "do", "round", "2", "theme", c.theme)
	}
	if next := c.place + 1; next < len(c.of.lessons) {
		l := c.of.lessons[next]
		v.Next = &templates.Link{Text: l.Title, Href: addressed("/learn/"+l.Name, "theme", c.theme)}
	}
	c.view.Do = v
	c.view.PictureName = "What your text allows"
	if len(c.Needed) > 0 {
		return s.marking(c)
	}
	v.Solution = c.Solution
	sources := c.written()
	e, leave, err := s.evaluated(c, sources)
	defer leave()
	if err != nil {
		return err
	}
	places := newPlaces(sources)
	for i, f := range places.files(e.Findings) {
		switch {
		case sources[i].Name == lesson.PolicyFile:
			v.Files = append([]templates.File{f}, v.Files...)
		case c.Rules.WorldMayChange:
			v.Files = append(v.Files, f)
		}
	}
	if !c.Rules.WorldMayChange {
		c.view.Texts = lessonTexts(sources[:1])
	}
	v.Steps = s.stepsOf(c)
	var cells []lesson.Cell
	if c.in.fields.Get("check") != "" {
		start, err := s.begun(c)
		if err != nil {
			return err
		}
		result := c.Grade(start, e.Report)
		cells = slices.Clone(result.Cells)
		v.Result = resultView(e, result, places)
		if left, all := c.FaultsLeft(string(sources[1].Data)); all > 0 {
			v.Result.Counter = fmt.Sprintf("%d of %d faults repaired", all-left, all)
		}
	}
	// A cell that is closed as it should be is no news.
	cells = slices.DeleteFunc(cells, func(x lesson.Cell) bool { return x.Right() })
	c.view.Picture, err = s.lessonPicture(c, e, cells)
	return err
}

// written gives the texts that the learner sent; what was not sent is as it was given.
func (c *classroom) written() []manifest.Source {
	world, text := "", c.Exercise
	if c.in.fields.Get("check") != "" {
		text = "" // an empty field is not among the sources
	}
	for _, x := range c.in.sources {
		switch x.Name {
		case lesson.PolicyFile:
			text = string(x.Data)
		case lesson.WorldFile:
			world = string(x.Data)
		}
	}
	return c.Sources(world, text)
}

func resultView(e *evaluation, r lesson.Result, places places) *templates.LessonResult {
	v := &templates.LessonResult{Passed: r.Passed(), Broken: r.Broken, Summary: "Right: everything is as it should be."}
	if left := r.Left(); left == 1 {
		v.Summary = "Not yet: one thing is left."
	} else if left > 1 {
		v.Summary = fmt.Sprintf("Not yet: %d things are left.", left)
	}
	for _, x := range r.Cells {
		if x.Right() {
			v.Fine = append(v.Fine, lessonCell(e, x, places))
		} else {
			v.Failing = append(v.Failing, left(lessonCell(e, x, places)))
		}
	}
	for _, x := range r.Bonus {
		cell := lessonCell(e, x, places)
		if !x.Right() {
			cell = left(cell)
		}
		v.Bonus = append(v.Bonus, cell)
	}
	for _, f := range r.Findings {
		x := findingOf(f)
		x.Where = places.link(f.Range)
		v.Findings = append(v.Findings, x)
	}
	return v
}

// findingOf shows a finding without its place.
func findingOf(f diag.Finding) templates.Finding {
	x := templates.Finding{Severity: f.Severity.String(), Summary: f.Summary, Detail: f.Detail, Code: string(f.Code)}
	if _, ok := lint.PageOf(f.Code.Name()); ok {
		x.Page = "/checks/" + f.Code.Name()
	}
	return x
}

// left marks a cell as one that is left to be done.
func left(c templates.LessonCell) templates.LessonCell {
	c.Left = true
	return c
}

// marking is an exercise in which connections are marked that are needed.
func (s *Server) marking(c *classroom) error {
	sources := c.Sources("", c.Start)
	e, leave, err := s.evaluated(c, sources)
	defer leave()
	if err != nil {
		return err
	}
	c.view.Texts = lessonTexts(sources)
	c.view.PictureName = "What is allowed"
	checked := c.in.fields.Get("check") != ""
	wrong := 0
	for i, x := range c.Needed {
		m := templates.LessonMark{Field: "m" + strconv.Itoa(i), From: x.Caller(), To: x.Place()}
		m.Marked = c.in.fields.Get(m.Field) != ""
		switch {
		case checked && m.Marked && !x.Allowed:
			m.Said = "Marked, and nobody needs it."
			wrong++
		case checked && !m.Marked && x.Allowed:
			m.Said = "Not marked, and the shop does not work without it."
			wrong++
		}
		c.view.Do.Marks = append(c.view.Do.Marks, m)
		if x.Allowed {
			c.view.Do.Solution += m.From + " → " + m.To + "\n"
		}
	}
	if checked {
		c.view.Do.Result = &templates.LessonResult{Passed: wrong == 0, Summary: "Right: these are the calls that are needed."}
		if wrong == 1 {
			c.view.Do.Result.Summary = "Not yet: one mark is not as it should be."
		} else if wrong > 1 {
			c.view.Do.Result.Summary = fmt.Sprintf("Not yet: %d marks are not as they should be.", wrong)
		}
	}
	c.view.Picture, err = s.lessonPicture(c, e, nil)
	return err
}
