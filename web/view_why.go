package web

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/templates"
)

// mostOptions is how many entities a menu lists; beyond it a name is typed.
const mostOptions = 200

// mostReasons is how many rules a side names.
const mostReasons = 6

// whyView explains the connection that the reader asks about, if there is one.
func whyView(e *evaluation, places places) templates.Why {
	from, to := e.state.ends(e.Cluster)
	v := templates.Why{From: from, To: to, Port: e.state.portText}
	if v.Typed = len(e.Cluster.Entities) > mostOptions; !v.Typed {
		for _, x := range e.Cluster.Entities {
			v.Options = append(v.Options, templates.Option{Value: x.ID, Text: x.ID})
		}
	}
	if from == "" && to == "" || !e.Readable {
		return v
	}
	if from == "" || to == "" {
		v.Problem = "Say both who calls and who is called."
		return v
	}
	answer, err := e.explanation()
	if err != nil {
		v.Problem = sentence(err.Error())
		return v
	}
	v.Answer = answerView(e.Cluster, answer, places)
	return v
}

func answerView(c *model.Cluster, x explain.Explanation, places places) *templates.Answer {
	a := &templates.Answer{
		From: shortName(c, x.From), To: shortName(c, x.To), Line: x.Headline, Opening: x.Opening, Notes: x.Notes,
		Leaving: sideView("Leaving "+shortName(c, x.From), x.Egress, places), Entering: sideView("Entering "+shortName(c, x.To), x.Ingress, places),
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
	for _, p := range s.IsolatedBy {
		l := places.link(p.Source.Locate(""))
		l.Text = strings.TrimSuffix(p.ID+", "+l.Text, ", ")
		v.Policies = append(v.Policies, l)
	}
	add := func(entries []explain.Entry, grants bool) {
		for _, r := range entries {
			if len(v.Reasons) == mostReasons {
				return
			}
			v.Reasons = append(v.Reasons, reasonView(r, grants, places))
		}
	}
	add(s.Grants, true)
	if len(s.Grants) == 0 {
		add(s.Misses, false)
	}
	return v
}

// reasonView names a rule as people count, from 1.
func reasonView(r explain.Entry, grants bool, places places) templates.Reason {
	l := places.link(r.At)
	text := r.Policy.ID
	if r.Rule >= 0 {
		text += fmt.Sprintf(" rule %d", r.Rule+1)
	}
	l.Text = strings.TrimSuffix(text+", "+l.Text, ", ")
	return templates.Reason{Grants: grants, Rule: l, Text: r.Text}
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
	first, width := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[width:] + "."
}
