package web

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/templates"
)

// emptyDiff is the page before anything was compared.
func (s *Server) emptyDiff() templates.Diff {
	v := templates.Diff{Page: s.page(state{}), Form: true}
	v.Page.Section = "compare"
	v.Page.Title = "Before and after"
	v.Page.KeepTheme()
	v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/diff.css"])
	return v
}

// diffView says what changes, for people.
func (s *Server) diffView(r *http.Request, c *comparison, ids ...permalink.ID) (templates.Diff, error) {
	v := s.emptyDiff()
	d := export.Lines(c.Comparison)
	written := writtenTexts(export.Written(c.Comparison))
	v.Form, v.Answer = len(c.Before.Cluster.Entities) > 0, true
	v.Headline, v.Page.Theme = waysIn(d.Opened, d.Closed), c.state.theme
	v.Page.Title = v.Headline
	v.Opened, v.Closed, v.Unchanged = counted(d.Opened, "opened", "opened"), counted(d.Closed, "closed", "closed"), counted(d.Unchanged, "connection unchanged", "connections unchanged")
	for _, g := range []struct {
		title, small, class string
		kind                export.DiffKind
	}{
		{"Opened", "read these first: each is a new way in", "o", export.Opens},
		{"Changed ports", "some open, others close", "o", export.Swaps},
		{"Closed", "", "c", export.Closes},
	} {
		group := templates.DiffGroup{Title: g.title, Small: g.small}
		for i := range d.Lines {
			l := &d.Lines[i]
			if l.Kind != g.kind {
				continue
			}
			if len(group.Lines) == mostDiffLines {
				group.More++
				continue
			}
			line := templates.DiffLine{Class: g.class, From: l.From, To: l.To, Ports: l.Ports}
			if sentence := l.Sentence(); sentence != "" {
				line.Sentences = append(line.Sentences, templates.DiffSentence{Text: sentence})
			}
			for k, text := range l.Because() {
				s := templates.DiffSentence{Text: text}
				if k < len(l.Causes) {
					s.Link, s.Href = written.link(&l.Causes[k].Edit)
				}
				line.Sentences = append(line.Sentences, s)
			}
			group.Lines = append(group.Lines, line)
		}
		if len(group.Lines) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	same := templates.DiffGroup{Title: "Changed in text only", Small: "no connection changes"}
	for _, e := range slices.Concat(d.Idle, d.Rewritten) {
		if len(same.Lines) == mostDiffLines {
			same.More++
			continue
		}
		s := templates.DiffSentence{Text: sentence(e.Text)}
		s.Link, s.Href = written.link(&e)
		same.Lines = append(same.Lines, templates.DiffLine{Class: "s", From: cmp.Or(e.Policy, e.Object), Ports: "no effect", Sentences: []templates.DiffSentence{s}})
	}
	if len(same.Lines) > 0 {
		v.Groups = append(v.Groups, same)
	}
	v.Written, v.Edits = written.shown(ids), editsInWords(d)
	v.Objects = d.Objects
	v.Sides = append(v.Sides, sideGroup("Connections of what is new", d.Appeared), sideGroup("Connections of what is gone", d.Vanished))
	if text := export.UntriedSentence(d.Untried); text != "" {
		v.Objects = append(v.Objects, text)
	}
	v.Caveats = export.DiffCaveats(c.Comparison)
	var table bytes.Buffer
	if err := export.DiffMarkdown(&table, c.Comparison); err != nil {
		return v, err
	}
	v.Markdown = table.String()
	v.Only = c.state.hideSame
	for _, p := range []struct {
		to   *templ.Component
		hide bool
		name string
	}{{&v.Picture, false, ""}, {&v.Changes, true, "changes"}} {
		picture, err := s.drawDiff(r, c, p.hide)
		if err != nil {
			return v, err
		}
		*p.to = templates.Picture(picture, templates.PictureOptions{Inline: true, Name: p.name})
	}
	v.Page.Facts = []templates.Fact{
		{Strong: fmt.Sprint(len(c.Before.Cluster.Policies)), After: " policies before"}, {Strong: fmt.Sprint(len(c.After.Cluster.Policies)), After: " after"},
		{Strong: fmt.Sprint(len(c.After.Cluster.Entities)), After: " entities"},
	}
	return v, nil
}

// mostDiffLines is how many lines of a kind a page shows; the data has all.
const mostDiffLines = 100

func sideGroup(title string, lines []export.DiffLine) templates.DiffGroup {
	g := templates.DiffGroup{Title: title}
	const most = 20
	for i := range lines[:min(len(lines), most)] {
		g.Lines = append(g.Lines, templates.DiffLine{Class: "s", From: lines[i].From, To: lines[i].To, Ports: lines[i].Ports})
	}
	g.More = max(0, len(lines)-most)
	return g
}

// waysIn is the headline: "3 ways in open, 1 closes".
func waysIn(opened, closed int) string {
	verb := func(n int, word string) string {
		if n == 1 {
			return "1 " + word + "s"
		}
		return number(n) + " " + word
	}
	switch {
	case opened == 0 && closed == 0:
		return "No connection opens or closes"
	case opened == 0:
		return "Nothing opens, " + verb(closed, "close")
	}
	open := verb(opened, "way in open")
	switch {
	case opened == 1:
		open = "1 way in opens"
	default:
		open = number(opened) + " ways in open"
	}
	if closed == 0 {
		return open + ", none closes"
	}
	return open + ", " + verb(closed, "close")
}
