package web

import (
	"fmt"
	"strconv"

	"github.com/netpolscope/netpolscope/static"
	"github.com/netpolscope/netpolscope/templates"
)

// styleSheets in the order in which they build on each other.
var styleSheets = []string{"css/tokens.css", "css/app.css", "css/desk.css", "css/whatif.css", "css/picture.css"}

// page gives what every page has around its content.
func (s *Server) page(view state) templates.Page {
	p := templates.Page{
		Theme:   view.theme,
		Scripts: []string{s.assets.paths["js/app.js"]},
		Icon:    s.assets.paths["icons/icon.svg"],
	}
	for _, name := range styleSheets {
		if at, ok := s.assets.paths[name]; ok {
			p.Styles = append(p.Styles, at)
		}
	}
	switch view.theme {
	case "light":
		p.NextTheme, p.ThemeLabel = "dark", "Theme: light. Change to dark."
	case "dark":
		p.NextTheme, p.ThemeLabel = "auto", "Theme: dark. Follow the system."
	default:
		p.NextTheme, p.ThemeLabel = "light", "Theme: as the system. Change to light."
	}
	if s.config.Version != "" {
		p.Terms = append(p.Terms, templates.Fact{Before: "Netpolscope ", Strong: s.config.Version})
	}
	return p
}

func (s *Server) welcomeView(view state, notice string) templates.Welcome {
	v := templates.Welcome{
		Page: s.page(view), Notice: notice, Hidden: view.hidden(shownSwitches{}), Limit: size(s.config.Limits.TextBytes),
	}
	if s.config.Limits.TextBytes == 0 {
		v.Limit = "any amount"
	}
	v.Page.Section = "workbench"
	v.Page.Title = "What do your network policies really allow?"
	v.Page.Facts = []templates.Fact{{Before: "Runs on your own machine: ", Strong: "netpolscope serve"}}
	v.Page.Terms = append([]templates.Fact{{Before: "No cookies, no accounts, no outside requests"}}, v.Page.Terms...)
	v.Examples = examples()
	return v
}

func examples() []templates.Example {
	var list []templates.Example
	for _, e := range static.Examples {
		list = append(list, templates.Example{Name: e.Name, Title: e.Title, Summary: e.Summary, Href: "/examples/" + e.Name})
	}
	return list
}

// counted gives "1 policy", "2 policies".
func counted(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + several
}

// number writes a count with commas between thousands.
func number(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return number(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
