package web

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/figure"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/templates"
)

// scene is what the figures of a step are about.
type scene struct {
	*classroom
	e       *evaluation
	sources []manifest.Source
	cells   []lesson.Cell
}

// pages are the figures that are more than one picture. Each gives nil where there is
// nothing to show.
var figurePages = map[string]func(*Server, *scene) ([]templates.LessonFigure, error){
	"answered": (*Server).answeredFigure, "differences": (*Server).differencesFigure, "ignored": (*Server).ignoredFigure,
	"versions": (*Server).versionsFigure, "stored": (*Server).storedFigure, "log": (*Server).logFigure,
	"plugins": (*Server).pluginsFigure, "marks": (*Server).marksFigure,
}

// figures draws what a lesson wants beside the diagram at a step.
func (s *Server) figures(x *scene) (all []templates.LessonFigure, err error) {
	for _, p := range x.Pictures {
		if shown := x.view.Reveal != nil && p.Reveal || x.view.Do != nil && p.Do; !shown {
			continue
		}
		if page, ok := figurePages[p.Kind]; ok {
			list, err := page(s, x)
			if err != nil {
				return nil, err
			}
			all = append(all, list...)
			continue
		}
		drawn, err := s.drawnFigures(x, p.Kind, "", figure.Scene{Lesson: x.Lesson, Report: x.e.Report, Cells: x.cells})
		if err != nil {
			return nil, err
		}
		all = append(all, drawn...)
	}
	for i := range all {
		all[i].Later = slices.Contains([]string{"stored", "log", "plugins", "running", "growth", "marks"}, all[i].Kind)
	}
	return all, nil
}

// drawnFigures draws a figure for wide and for narrow screens. The name keeps the ids of
// several of a kind apart.
func (s *Server) drawnFigures(x *scene, kind, name string, of figure.Scene) ([]templates.LessonFigure, error) {
	leave, err := s.processor(x.r.Context())
	if err != nil {
		return nil, err
	}
	defer leave()
	wide, ok := figure.Draw(kind, of)
	if !ok {
		return nil, nil
	}
	of.Narrow = true
	narrow, _ := figure.Draw(kind, of)
	still := func(f figure.Figure, size string) templ.Component {
		return templates.Picture(f.Picture, templates.PictureOptions{Inline: true, Still: true, Name: kind + name + size})
	}
	return []templates.LessonFigure{{Kind: kind, Caption: wide.Caption, Layers: wide.Layers, Wide: still(wide, ""), Narrow: still(narrow, "-narrow")}}, nil
}

// answeredFigure draws an arrow for each connection that was asked about.
func (s *Server) answeredFigure(x *scene) ([]templates.LessonFigure, error) {
	picture, err := s.askedPicture(x.classroom, x.e, x.cells, true)
	if err != nil {
		return nil, err
	}
	f := templates.LessonFigure{Kind: "answered", Caption: "The calls you were asked about", Wide: picture}
	if !slices.ContainsFunc(x.e.Cluster.Policies, func(p *model.Policy) bool { return p.InForce }) {
		f.Banner = "No policy selects any pod."
		f.Note = "Allowed does not mean that somebody listens there."
	}
	return []templates.LessonFigure{f}, nil
}

// differencesFigure draws only what is otherwise than with the solution.
func (s *Server) differencesFigure(x *scene) ([]templates.LessonFigure, error) {
	solved, leave, err := s.evaluated(x.classroom, x.Sources("", x.Solution))
	defer leave()
	if err != nil {
		return nil, err
	}
	m := x.e.Matrix.Against(solved.Matrix)
	if change := m.Changes(); change.Opened+change.Closed == 0 {
		return []templates.LessonFigure{{Kind: "differences", Caption: "What differs from what is wanted", Note: "Nothing: all that is needed is open, and nothing else."}}, nil
	}
	view := x.e.state.diagramView(nil)
	view.OnlyChanges, view.Subtitle = true, "Opened: open, and nobody needs it. Closed: needed, and not open."
	d, err := s.diagramOf(x.classroom, m, view)
	if err != nil {
		return nil, err
	}
	picture, err := s.drawn(x.classroom, d, "differences")
	if err != nil {
		return nil, err
	}
	return []templates.LessonFigure{{Kind: "differences", Caption: "What differs from what is wanted", Wide: picture}}, nil
}

// ignoredFigure draws what would be allowed if a server left out the fields that it does
// not know, and everything else were repaired.
func (s *Server) ignoredFigure(x *scene) ([]templates.LessonFigure, error) {
	var repairs []analysis.Repair
	ignored := false
	for _, f := range x.e.Findings {
		for _, r := range analysis.RepairOf(f) {
			if r.Ignored || !f.Ignorable {
				repairs = append(repairs, r)
				ignored = ignored || r.Ignored
			}
		}
	}
	if !ignored {
		return nil, nil
	}
	e, leave, err := s.evaluatedAs(x.classroom, x.sources, state{repaired: repairs})
	defer leave()
	if err != nil {
		return nil, nil // it cannot be looked at like this
	}
	view := e.state.diagramView(nil)
	d, err := s.diagramOf(x.classroom, e.Matrix.Against(nil), view)
	if err != nil {
		return nil, err
	}
	picture, err := s.drawn(x.classroom, d, "ignored")
	if err != nil {
		return nil, err
	}
	return []templates.LessonFigure{{
		Kind: "ignored", Caption: "If a server left out what it does not know", Wide: picture,
		Note: "Not so on a server that is asked to be strict, as kubectl asks by itself: it refuses the policy.",
	}}, nil
}

// versionsFigure shows the start beside the solution, line by line, and who gets through
// with each.
func (s *Server) versionsFigure(x *scene) ([]templates.LessonFigure, error) {
	other, leave, err := s.evaluated(x.classroom, x.Sources("", x.Solution))
	defer leave()
	if err != nil {
		return nil, err
	}
	f := templates.LessonFigure{Kind: "versions", Caption: "As it is, and with the change"}
	before, after := strings.Split(strings.TrimRight(x.Start, "\n"), "\n"), strings.Split(strings.TrimRight(x.Solution, "\n"), "\n")
	f.Pairs = []templates.LessonPair{{Left: "as it is", Right: "with the change", Was: marked(before, after), Is: marked(after, before)}}
	cells := x.Predicted(other.Report)
	for i := range x.cells {
		f.Rows = append(f.Rows, templates.LessonRow{
			Words: x.cells[i].Caller() + " → " + x.cells[i].Place(), Was: x.cells[i].Is, Is: cells[i].Is,
		})
	}
	drawn, err := s.drawnFigures(x, "sets", "-other", figure.Scene{Lesson: x.Lesson, Report: other.Report, Cells: cells})
	return append([]templates.LessonFigure{f}, drawn...), err
}

// marked gives lines, marking those that the other text does not have in this place.
func marked(lines, other []string) []templates.LessonPairLine {
	all := make([]templates.LessonPairLine, len(lines))
	for i, text := range lines {
		all[i] = templates.LessonPairLine{Text: text, Marked: i >= len(other) || other[i] != text}
	}
	return all
}

// storedFigure shows each policy as it is written beside what Kubernetes makes of it.
func (s *Server) storedFigure(x *scene) ([]templates.LessonFigure, error) {
	f := templates.LessonFigure{Kind: "stored", Caption: "What is written, and what Kubernetes stores"}
	for _, p := range x.e.Cluster.Policies {
		text, ok := manifest.DocumentText(p.Source)
		if !ok || !p.InForce {
			continue
		}
		_, spec, _ := strings.Cut(string(text), "\nspec:\n")
		pair := templates.LessonPair{Left: p.Name + ", written", Right: p.Name + ", stored"}
		for line := range strings.Lines("spec:\n" + spec) {
			pair.Was = append(pair.Was, templates.LessonPairLine{Text: strings.TrimRight(line, "\n")})
		}
		for _, line := range figure.Stored(p) {
			pair.Is = append(pair.Is, templates.LessonPairLine{Text: line})
		}
		f.Pairs = append(f.Pairs, pair)
	}
	return []templates.LessonFigure{f}, nil
}

// logFigure shows a log as a plug-in that has one might write it.
func (s *Server) logFigure(x *scene) ([]templates.LessonFigure, error) {
	return []templates.LessonFigure{{
		Kind: "log", Caption: "A simulated log", Lines: figure.Log(x.cells),
		Note: "One line for each call above. The API has no log; plug-ins that write one, as Cilium's Hubble or GKE with Dataplane V2, have forms of their own.",
	}}, nil
}

// pluginsFigure lists the network plug-ins with what they do about policies; each can be
// taken for the one that runs.
func (s *Server) pluginsFigure(x *scene) ([]templates.LessonFigure, error) {
	f := templates.LessonFigure{Kind: "plugins", Caption: "The same policies on another network plug-in"}
	now := x.e.Cluster.Plugin
	v := &templates.LessonPlugins{Action: x.address(), Now: "any plug-in that enforces policies", Caveat: now.Caveat(), Any: now.Name != ""}
	if now.Name != "" {
		v.Now = now.Title
	}
	for name, values := range x.in.fields {
		if name == "theme" || len(values) == 1 && len(name) <= 3 && (name[0] == 'g' || name[0] == 'c') {
			v.Kept = append(v.Kept, templates.Field{Name: name, Value: values[0]})
		}
	}
	slices.SortFunc(v.Kept, func(a, b templates.Field) int { return strings.Compare(a.Name, b.Name) })
	for _, name := range model.PluginNames() {
		p, err := model.ParsePlugin(name)
		if err != nil || p.Name == "" {
			continue
		}
		row := templates.LessonPlugin{Name: p.Name, Title: p.Title, Enforces: "yes", Open: p.Enforcement == model.NeverEnforces, Current: p.Name == now.Name}
		if p.Ended {
			row.Enforces = "did"
		}
		switch p.Enforcement {
		case model.NeverEnforces:
			row.Enforces = "no"
		case model.EnforcesOnRequest:
			row.Enforces = "on request"
		}
		row.Note = strings.TrimSpace(p.Note)
		if p.TurnOn != "" {
			row.Note = strings.TrimSpace("To make policies hold, " + p.TurnOn + ". " + p.Note)
		}
		v.Rows = append(v.Rows, row)
	}
	f.Plugins = v
	return []templates.LessonFigure{f}, nil
}

// marksFigure tells how the connections stand that an earlier lesson of the course let the
// learner mark. Which were marked only the browser knows, so that without script nothing
// of it is shown.
func (s *Server) marksFigure(x *scene) ([]templates.LessonFigure, error) {
	for _, l := range x.of.lessons[:x.place] {
		if len(l.Needed) == 0 {
			continue
		}
		f := templates.LessonFigure{Kind: "marks", Caption: "What you marked as needed in “" + l.Title + "”", Of: l.Name}
		for _, c := range l.Needed {
			mark := templates.LessonMarkNow{Name: markName(c), Text: c.Caller() + " → " + c.Place()}
			if answer, err := explain.Ask(x.e.Matrix, c.From[0], c.To[0], &explain.Port{Protocol: c.Protocols[0], Number: c.Ports[0].First}); err == nil {
				mark.Open = answer.Verdict == explain.Allowed
			}
			f.Marks = append(f.Marks, mark)
		}
		return []templates.LessonFigure{f}, nil
	}
	return nil, nil
}

// markName is what a connection that can be marked is remembered by.
func markName(c lesson.Expectation) string { return c.Caller() + " " + c.Place() }
