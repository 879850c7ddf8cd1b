package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/templates"
)

// mostOptions is how many names the fields offer.
const mostOptions = 500

// mostReasons is how many rules a side names.
const mostReasons = 4

// whyView explains the connection that the reader asks about, if there is one.
func whyView(e *evaluation, places places) templates.Why {
	from, to := e.state.ends(e.Cluster)
	v := templates.Why{From: from, To: to, Port: e.state.portText, Undo: e.undo}
	v.Callers, v.Called, v.Ports = offers(e.Cluster)
	v.FromIDs, v.ToIDs = e.endIDs()
	if !e.Readable {
		return v
	}
	v.Alone, v.Focus = aloneView(e, from, to)
	if from == "" && to == "" {
		return v
	}
	if from == "" || to == "" {
		v.ProfileOf, v.Profile, v.Problem = profile(e, cmp.Or(from, to))
		return v
	}
	answer, err := e.explanation()
	if err != nil {
		v.Problem = sentence(err.Error())
		return v
	}
	v.Answer = answerView(e.Cluster, answer, places)
	v.Answer.Was = was(e, from, to, answer)
	v.Answer.Trial = trialView(explain.Try(e.Matrix, from, to, &answer))
	return v
}

// aloneView offers to show the entities that the reader asks about alone, unless the
// picture does.
func aloneView(e *evaluation, names ...string) (offers []templates.Option, focused bool) {
	shown, _ := e.focus()
	var asked []string
	for _, name := range names {
		if x, err := explain.Find(e.Cluster, name); name != "" && err == nil && !slices.Contains(asked, x.ID) {
			asked = append(asked, x.ID)
		}
	}
	for _, id := range asked {
		switch {
		case len(shown) == 1 && shown[0] == id:
		case len(asked) == 1:
			offers = append(offers, templates.Option{Value: id, Text: "Show only this one"})
		default:
			offers = append(offers, templates.Option{Value: id, Text: "Show only " + shortName(e.Cluster, id)})
		}
	}
	return offers, len(shown) > 0
}

// profile says what is so for one entity, where the reader chose no second one.
func profile(e *evaluation, name string) (title string, sentences []string, problem string) {
	x, err := explain.Find(e.Cluster, name)
	if err != nil {
		return "", nil, sentence(err.Error())
	}
	return x.ID, explain.Profile(e.Matrix, x), ""
}

func answerView(c *model.Cluster, x explain.Explanation, places places) *templates.Answer {
	line, rest, _ := strings.Cut(x.Headline, ". ")
	a := &templates.Answer{
		From: shortName(c, x.From), To: shortName(c, x.To), Line: line, Text: rest, Notes: x.Notes,
		Leaving: sideView("Leaving "+shortName(c, x.From), x.Egress, places), Entering: sideView("Entering "+shortName(c, x.To), x.Ingress, places),
	}
	for _, s := range x.Suggestions {
		v := templates.Suggestion{Text: s.Text, YAML: s.YAML, Opens: s.Opens, Closes: s.Closes}
		if len(s.Edits) > 0 {
			v.Apply, v.Edits = s.Text, placedEdits(s.Edits, places)
		}
		a.Suggestions = append(a.Suggestions, v)
	}
	switch x.Verdict {
	case explain.Allowed:
		a.Verdict = templates.Allowed
	case explain.Partly:
		a.Verdict = templates.Partly
	case explain.Blocked:
		a.Verdict = templates.Blocked
	default:
		a.Verdict = templates.Undefined
		a.Undecided = x.Egress.Verdict == explain.Undefined && x.Ingress.Verdict == explain.Undefined
	}
	return a
}

func sideView(title string, s explain.Side, places places) templates.Side {
	v := templates.Side{Title: title, Open: s.Verdict != explain.Blocked, Text: s.Text}
	if opening, rest, ok := strings.Cut(s.Text, ": "); ok && strings.HasPrefix(opening, strings.Fields(title)[0]+" ") {
		v.Text = capital(rest) // the heading has said which side
	}
	for _, p := range s.IsolatedBy {
		l := places.link(p.Source.Locate(""))
		l.Text = strings.TrimSuffix(p.ID+", "+l.Text, ", ")
		v.Policies = append(v.Policies, l)
	}
	reasons := s.Misses
	if v.Granted = len(s.Grants) > 0; v.Granted {
		reasons = s.Grants
	}
	for _, r := range reasons[:min(len(reasons), mostReasons)] {
		if l := ruleLink(r, places); !slices.Contains(v.Reasons, l) {
			v.Reasons = append(v.Reasons, l)
		}
	}
	return v
}

// ruleLink names a rule as people count, from 1.
func ruleLink(r explain.Entry, places places) templates.Link {
	l := places.link(r.At)
	text := r.Policy.ID
	if r.Rule >= 0 {
		text += fmt.Sprintf(" rule %d", r.Rule+1)
	}
	l.Text = strings.TrimSuffix(text+", "+l.Text, ", ")
	return l
}

// shortName gives the name of an entity without its namespace and kind.
func shortName(c *model.Cluster, id string) string {
	if x := c.Entity(id); x != nil && x.Name != "" && !x.AnyOther {
		return x.Name
	}
	return id
}

// sentence gives an error as people read one.
func sentence(text string) string {
	return capital(text) + "."
}

func capital(text string) string {
	first, width := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[width:]
}
