package web

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
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
	sources, err := s.mended(c, c.written())
	if err != nil {
		return err
	}
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
	start, err := s.begun(c)
	if err != nil {
		return err
	}
	result := c.Grade(start, e.Report)
	if c.view.Figures, err = s.figures(&scene{c, e, sources, result.Cells}); err != nil {
		return err
	}
	c.view.InWords, c.view.Found = lessonWords(e), alsoFound(e, result.Findings, places)
	var cells []lesson.Cell
	if c.checked() {
		cells = slices.Clone(result.Cells)
		v.Result = resultView(e, result, places)
		for i, f := range result.Findings {
			if len(c.Steps) > 0 && f.Fix != nil && len(f.Fix.Edits) > 0 && f.Range.File == lesson.PolicyFile {
				v.Result.Findings[i].Fix, v.Result.Findings[i].Edits = f.Fix.Text, remedyName(f)
			}
		}
		if left, all := c.FaultsLeft(string(sources[1].Data)); all > 0 {
			v.Result.Counter = fmt.Sprintf("%d of %d faults repaired", all-left, all)
		}
	}
	// A cell that is closed as it should be is no news.
	cells = slices.DeleteFunc(cells, func(x lesson.Cell) bool { return x.Right() })
	c.view.Picture, err = s.lessonPicture(c, e, cells)
	return err
}

// checked reports whether the learner sent an answer.
func (c *classroom) checked() bool {
	return c.in.fields.Get("check") != "" || c.in.fields.Get("fix") != ""
}

// written gives the texts that the learner sent; what was not sent is as it was given.
func (c *classroom) written() []manifest.Source {
	world, text := "", c.Exercise
	if c.checked() {
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

// remedyName is what the remedy of a finding is asked for by.
func remedyName(f diag.Finding) string { return fmt.Sprintf("%s:%s", f.Code, f.Field) }

// mended carries out the remedy that the learner asked for, in a lesson about repairs.
func (s *Server) mended(c *classroom, sources []manifest.Source) ([]manifest.Source, error) {
	wanted := c.in.fields.Get("fix")
	if wanted == "" || len(c.Steps) == 0 {
		return sources, nil
	}
	e, leave, err := s.evaluated(c, sources)
	leave()
	if err != nil {
		return nil, err
	}
	for _, f := range e.Findings {
		if f.Fix == nil || remedyName(f) != wanted || f.Range.File != lesson.PolicyFile {
			continue
		}
		if text, ok := diag.Apply(sources[1].Data, f.Fix.Edits); ok {
			return c.Sources(string(sources[0].Data), string(text)), nil
		}
	}
	return sources, nil
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
	checked := c.checked()
	wrong := 0
	for i, x := range c.Needed {
		m := templates.LessonMark{Field: "m" + strconv.Itoa(i), From: x.Caller(), To: x.Place(), Name: markName(x)}
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

// mostTold is how many findings and how many policies are put into words; the workbench
// has no such bound.
const mostTold = 30

// alsoFound gives what is found in the policies, but for what counts already. Only what is
// so is said, and not what to write.
func alsoFound(e *evaluation, counted diag.List, places places) (all []templates.Finding) {
	for _, f := range e.Judged() {
		if f.Range.File != lesson.PolicyFile || slices.ContainsFunc(counted, func(x diag.Finding) bool { return x.Code == f.Code && x.Range == f.Range }) {
			continue
		}
		if len(all) == mostTold {
			break
		}
		x := findingOf(f)
		x.Detail, x.Where = "", places.link(f.Range)
		all = append(all, x)
	}
	return all
}

// lessonWords says what the policies ask for, a list for each.
func lessonWords(e *evaluation) (all []templates.LessonWords) {
	for _, p := range e.Cluster.Policies {
		if p.InForce && len(all) < mostTold {
			all = append(all, templates.LessonWords{Policy: p.Name, Sentences: explain.PolicyInWords(e.Matrix, p)})
		}
	}
	return all
}
