package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/templates"
)

// mostSeed is the last exercise of a pattern.
const mostSeed = 1_000_000

// seedOf reads which exercise of a pattern is meant; the first by itself.
func seedOf(fields url.Values) (uint64, error) {
	text := fields.Get("seed")
	if text == "" {
		return 1, nil
	}
	seed, err := strconv.ParseUint(text, 10, 32)
	if err != nil || seed < 1 || seed > mostSeed {
		return 0, badParameter("seed", text, "a number from 1 to "+strconv.Itoa(mostSeed))
	}
	return seed, nil
}

// exam shows an exercise, and how a text fares that was sent for it.
func (s *Server) exam(w http.ResponseWriter, r *http.Request) error {
	of, ok := gallery.FindExam(exampleName(r))
	if !ok {
		return notFound(r.URL.Path)
	}
	in := submission{fields: r.URL.Query()}
	if r.Method == http.MethodPost {
		sent, release, err := s.read(w, r)
		defer release()
		if err != nil {
			return err
		}
		in = sent
	}
	seed, err := seedOf(in.fields)
	if err != nil {
		return err
	}
	l := of.Exercise(seed)
	address := func(n uint64) string { return "/examples/" + of.Name + "?seed=" + strconv.FormatUint(n, 10) }
	v := templates.Exam{
		Page: s.gallery(of.Title, "examples"), Title: of.Title, Look: l.Look, Task: l.Do, Hints: l.Hints,
		Action: address(seed), Another: address(seed%mostSeed + 1), Number: "Exercise " + strconv.FormatUint(seed, 10), Solution: l.Solution, Because: l.Reveal,
	}
	v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/learn.css"], s.assets.paths["css/marked.css"])
	written := l.Exercise
	if r.Method == http.MethodPost {
		written = sentText(in)
	}
	sources := l.Sources("", written)
	e, leave, err := s.run(r, bundle{sources: sources}.submission(nil), across(r))
	defer leave()
	if err != nil {
		return err
	}
	places := newPlaces(sources)
	for i, f := range places.files(e.Findings) {
		if sources[i].Name == lesson.PolicyFile {
			v.Files = append(v.Files, f)
		}
		v.Sources = append(v.Sources, templates.Field{Name: sources[i].Name, Value: string(sources[i].Data)})
	}
	v.World = lessonTexts(sources[:1])
	var failing []lesson.Cell
	if r.Method == http.MethodPost {
		result := l.Grade(l.Began(), e.Report)
		v.Result = resultView(e, result, places)
		failing = slices.DeleteFunc(slices.Clone(result.Cells), func(x lesson.Cell) bool { return x.Right() || x.Is })
	}
	if v.Picture, err = s.examPicture(r, e, failing); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Vary", "Sec-CH-UA-Mobile, User-Agent")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.ExamPage(v))
	return nil
}

// sentText gives the text that was written for an exercise. An empty field is not among
// the sources.
func sentText(in submission) string {
	for _, x := range in.sources {
		if x.Name == lesson.PolicyFile {
			return string(x.Data)
		}
	}
	return ""
}

// examPicture draws what a text allows, with a cross where it should and does not.
func (s *Server) examPicture(r *http.Request, e *evaluation, failing []lesson.Cell) (templ.Component, error) {
	view := e.state.diagramView(nil)
	view.Incomplete = e.Incomplete()
	for _, x := range failing {
		if x.Explanation == nil || x.Explanation.Port == nil || len(view.Blocked) == mostCrosses {
			continue
		}
		from, to := explain.Ends(e.Cluster, x.Explanation.From, x.Explanation.To)
		if len(from) == 1 && len(to) == 1 {
			view.Blocked = append(view.Blocked, diagram.Pair{From: from[0].ID, To: to[0].ID, Ports: x.Explanation.Port.Ports()})
		}
	}
	leave, err := s.processor(r.Context())
	if err != nil {
		return nil, err
	}
	d := diagram.Build(e.Matrix, view)
	leave()
	picture, err := s.layout.Draw(r.Context(), d)
	if err != nil {
		return nil, err
	}
	return templates.Picture(picture, templates.PictureOptions{Inline: true}), nil
}
