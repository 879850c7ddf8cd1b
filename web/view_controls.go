package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/templates"
)

// maxFind is the longest text that is looked for.
const maxFind = 200

// shows are the marks that can be drawn beside the arrows, as show= names them and as
// people do.
var shows = []templates.Toggle{
	{Value: "blocked", Label: "Blocked", Key: "b"}, {Value: "responses", Label: "Answers", Key: "a"}, {Value: "open", Label: "Open", Key: "o"},
}

// joinShow adds a word of show to those before it: a form sends each of its switches by
// itself, and none before them, since a form without a switch that is on sends nothing.
func joinShow(before, word string) string {
	if before == "" || before == "none" || before == "auto" {
		return word
	}
	return before + "," + word
}

// sameShow reports whether two lists name the same marks.
func sameShow(a, b string) bool {
	x, _ := diagram.ParseShow(cmp.Or(a, "auto"))
	y, _ := diagram.ParseShow(b)
	return x == y
}

// controlled are the parameters that the desk has controls for, and that its form need
// not carry hidden; show only where the view is a picture of arrows, ns only where there
// is more than one namespace to choose.
var controlled = []string{"dir", "fold", "exposure", "kubernetes", "cni", "find"}

// uncontrolled leaves out of a form's hidden fields what it has controls for.
func uncontrolled(fields []templates.Field, c templates.Controls) []templates.Field {
	return slices.DeleteFunc(fields, func(f templates.Field) bool {
		return slices.Contains(controlled, f.Name) || f.Name == "show" && c.Shows != nil || f.Name == "ns" && c.Namespaces != nil
	})
}

// mostNamespaces is how many namespaces the menu lists.
const mostNamespaces = 200

// controlsView gives the controls of a view and their state.
func controlsView(e *evaluation, picture layout.Picture) templates.Controls {
	s := e.state
	v := templates.Controls{
		Find: s.find,
		Settings: []templates.Choice{
			choice("fold", "Fold alike pods", diagram.Folds[s.fold], "auto", foldWords),
			choice("dir", "Direction", s.dir, "", [][2]string{{"", "as it fits"}, {"lr", "left to right"}, {"tb", "top to bottom"}}),
			choice("exposure", "Any other pod", s.exposure.String(), "auto", [][2]string{{"auto", "where it matters"}, {"on", "always shown"}, {"off", "never shown"}}),
			choice("kubernetes", "Kubernetes", s.version().String(), model.DefaultVersion.String(), versionWords(s.version())),
			choice("cni", "Network plug-in", s.cni.String(), model.AnyPlugin, pluginWords()),
		},
		PluginNote: strings.TrimSpace(s.cni.Caveat() + " " + s.cni.Note),
	}
	if picture.Groups != nil {
		if s.show == "" {
			v.Was = pictureShows(picture)
		}
		shown, _ := diagram.ParseShow(cmp.Or(s.show, v.Was))
		for i, on := range []bool{shown.Blocked, shown.Responses == diagram.On, shown.Open} {
			t := shows[i]
			t.On = on
			v.Shows = append(v.Shows, t)
		}
	}
	v.NamespacesLabel = "All namespaces"
	if n := len(s.namespaces); n > 0 {
		v.NamespacesLabel = counted(n, "namespace", "namespaces")
	}
	if len(e.Cluster.Namespaces) > 1 {
		for i, ns := range e.Cluster.Namespaces {
			on := slices.Contains(s.namespaces, ns.Name)
			if !ns.Elsewhere && (i < mostNamespaces || on) {
				v.Namespaces = append(v.Namespaces, templates.Toggle{Value: ns.Name, Label: ns.Name, On: on})
			}
		}
	}
	return v
}

// pictureShows gives, as show= is written, what a picture draws where nobody has said:
// answers where there is room for them.
func pictureShows(picture layout.Picture) string {
	for _, g := range picture.Groups {
		if slices.Contains(strings.Fields(g.Classes), "response") {
			return "responses"
		}
	}
	return "none"
}

var foldWords = [][2]string{{"auto", "where there are many"}, {"none", "never"}, {"classes", "pods that are alike"}, {"namespaces", "whole namespaces"}, {"groups", "as far as possible"}}

// choice gives a menu; the usual value is sent as none, so that it leaves no mark in the
// address.
func choice(name, label, current, usual string, words [][2]string) templates.Choice {
	c := templates.Choice{Name: name, Label: label}
	for _, w := range words {
		o := templates.Chosen{Value: w[0], Text: w[1], Current: w[0] == current}
		if o.Value == usual {
			o.Value = ""
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// versionWords lists the versions of Kubernetes whose rules for values differ from the
// newest, and the one that is chosen.
func versionWords(current model.Version) [][2]string {
	var list [][2]string
	for v := model.DefaultVersion; v.Minor >= 20; v.Minor-- {
		list = append(list, [2]string{v.String(), v.String()})
	}
	if word := current.String(); !slices.Contains(list, [2]string{word, word}) {
		list = append(list, [2]string{word, word})
	}
	return list
}

func pluginWords() [][2]string {
	list := [][2]string{{model.AnyPlugin, "any that enforces"}}
	for _, name := range model.PluginNames() {
		if p, _ := model.ParsePlugin(name); p.Name != "" {
			title := strings.TrimPrefix(p.Title, "The ")
			switch p.Enforcement {
			case model.NeverEnforces:
				title += " (does not enforce)"
			case model.EnforcesOnRequest:
				title += " (on request)"
			}
			list = append(list, [2]string{p.String(), title})
		}
	}
	return list
}

// address gives the link to this look at a page that has an address of its own.
func (s state) address(path string) string {
	fields := url.Values{}
	for _, f := range s.hidden(shownSwitches{}) {
		fields.Add(f.Name, f.Value)
	}
	for name, value := range map[string]string{"select": s.selected, "from": s.from, "to": s.to, "port": s.portText, "path": s.path} {
		if value != "" {
			fields.Set(name, value)
		}
	}
	if len(fields) == 0 {
		return path
	}
	return fmt.Sprintf("%s?%s", path, fields.Encode())
}
