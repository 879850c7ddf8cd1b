package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/templates"
)

// state is how a reader looks at a bundle: the query of pages, pictures and the API
// alike. The zero value is the usual look.
type state struct {
	by         export.By
	view       string // one of views; empty means graph
	exposure   model.Exposure
	kubernetes model.Version // zero means the newest that is known
	cni        model.Plugin  // zero means any that enforces
	off        []reach.Off
	repaired   []analysis.Repair
	only       bool   // differences alone
	hideSame   bool   // and what is the same not at all
	theme      string // light or dark; empty follows the system
	dir        string // lr or tb; empty leaves it to the page
	fold       diagram.Fold
	namespaces []string // that stay open when the others are folded
	focus      string   // entities that alone are drawn with their connections, as written; empty: everybody
	show       string   // as written, with commas; empty leaves it to the picture
	was        string   // of a form with switches for show: what the picture shows by itself
	find       string   // a part of a name or label, or a port, that is looked for
	selected   string   // from..to, or a policy or rule as off= is written
	// selectedPolicy is what selected names when it is no pair; caret is where the reader
	// writes, whose connections are lit.
	selectedPolicy, caret *reach.Off
	from, to              string
	path                  string // who calls whom in turn, with commas between; empty: the longest chain
	port                  *explain.Port
	portText              string
	probe                 bool    // the answer says how to try it
	parent                string  // id of the stored link that the text was copied from
	loaded                string  // the text as the page was opened with it, as a code; empty: not known
	against, link         string  // what the text is compared with: loaded, parent, or link
	apply                 string  // the text of a suggestion that is to be made
	scale                 float64 // of a PNG; zero means the usual one
	height                int     // of a PNG in pixels, beside its width
	source                bool    // an SVG of its own carries its manifests
	width                 int     // of a PNG in pixels; zero leaves it to the scale
}

// views are the ways to look at a bundle, in the order of their tabs.
var views = []string{"graph", "matrix", "sequence", "rules", "policies"}

// parameter is a part of a state as it is written.
type parameter struct {
	name    string
	allowed string
	read    func(*state, string) bool
}

// parameters lists what a state is written with, and how each is read.
var parameters = []parameter{
	{"view", strings.Join(views, ", "), func(s *state, v string) bool { s.view = v; return oneOf(v, views...) }},
	{"by", "entity, namespace", func(s *state, v string) (ok bool) { s.by, ok = export.ParseBy(v); return ok }},
	{"exposure", "auto, on, off", func(s *state, v string) (ok bool) {
		s.exposure, ok = model.ParseExposure(v)
		return ok
	}},
	{"kubernetes", "a version like 1.36", func(s *state, v string) bool {
		version, err := model.ParseVersion(v)
		s.kubernetes = version
		return err == nil
	}},
	{"cni", strings.Join(model.PluginNames(), ", "), func(s *state, v string) bool {
		plugin, err := model.ParsePlugin(v)
		s.cni = plugin
		return err == nil
	}},
	{"off", "namespace/policy, namespace/policy:ingress:0", func(s *state, v string) bool {
		off, err := reach.ParseOff(v)
		s.off = append(s.off, off)
		return err == nil
	}},
	{"repaired", "a code, or a code, an object and a field with colons between, with ignored: before it", func(s *state, v string) bool {
		repair, err := analysis.ParseRepair(v)
		s.repaired = append(s.repaired, repair)
		return err == nil
	}},
	{"only", strings.Join(only, ", "), func(s *state, v string) bool {
		s.only, s.hideSame = true, v == "changes"
		return oneOf(v, only...)
	}},
	{"theme", "light, dark, auto", func(s *state, v string) bool {
		s.theme = v
		if v == "auto" {
			s.theme = ""
		}
		return oneOf(v, "light", "dark", "auto")
	}},
	{"dir", "lr, tb", func(s *state, v string) bool { s.dir = v; return oneOf(v, "lr", "tb") }},
	{"fold", strings.Join(diagram.Folds[:], ", "), func(s *state, v string) (ok bool) {
		s.fold, ok = diagram.ParseFold(v)
		return ok
	}},
	{"ns", "namespaces with commas between", func(s *state, v string) bool {
		s.namespaces = append(s.namespaces, strings.Split(v, ",")...)
		return true
	}},
	{"focus", "entities with commas between", func(s *state, v string) bool { s.focus = v; return true }},
	{"show", "auto, none, or any of responses, blocked and open with commas between", func(s *state, v string) bool {
		_, ok := diagram.ParseShow(v)
		s.show = joinShow(s.show, v)
		return ok
	}},
	{"was", "what show lists", func(s *state, v string) bool {
		_, ok := diagram.ParseShow(v)
		s.was = v
		return ok
	}},
	{"find", "a part of a name or label, or a port", func(s *state, v string) bool {
		s.find = strings.TrimSpace(v)
		return len(v) <= maxFind
	}},
	{"port", "a number from 1 to 65535, with or without a protocol (5432/TCP)", func(s *state, v string) bool {
		port, err := explain.ParsePort(strings.TrimSpace(v))
		s.port, s.portText = &port, v
		return err == nil
	}},
	{"parent", "the id of a link", func(s *state, v string) bool {
		s.parent = v
		_, ok := permalink.ParseID(v)
		return ok
	}},
	{"loaded", "a text as a code", func(s *state, v string) bool { s.loaded = v; return len(v) <= permalink.LongestCode }},
	{"against", "loaded, parent, link", func(s *state, v string) bool { s.against = v; return oneOf(v, "loaded", "parent", "link") }},
	{"link", "the address or the id of a link", func(s *state, v string) bool { s.link = strings.TrimSpace(v); return true }},
	{"select", "from..to, two entities; or namespace/policy, namespace/policy:ingress:0", func(s *state, v string) bool {
		s.selected = v
		part, err := reach.ParseOff(v)
		if err == nil && !strings.Contains(v, "..") {
			s.selectedPolicy = &part
		}
		return err == nil || strings.Contains(v, "..")
	}},
	{"caret", "namespace/policy, namespace/policy:ingress:0", func(s *state, v string) bool {
		part, err := reach.ParseOff(v)
		s.caret = &part
		return err == nil
	}},
	{"apply", "the text of a suggestion", func(s *state, v string) bool { s.apply = v; return true }},
	{"scale", fmt.Sprintf("a number from %g to %g", raster.MinScale, raster.MaxScale), func(s *state, v string) bool {
		scale, err := strconv.ParseFloat(v, 64)
		s.scale = scale
		return err == nil && scale >= raster.MinScale && scale <= raster.MaxScale
	}},
	{"width", fmt.Sprintf("a whole number of pixels from %d to %d", raster.MinWidth, raster.MaxWidth), func(s *state, v string) bool {
		width, err := strconv.Atoi(v)
		s.width = width
		return err == nil && width >= raster.MinWidth && width <= raster.MaxWidth
	}},
	{"height", fmt.Sprintf("a whole number of pixels from %d to %d", raster.MinWidth, raster.MaxWidth), func(s *state, v string) bool {
		height, err := strconv.Atoi(v)
		s.height = height
		return err == nil && height >= raster.MinWidth && height <= raster.MaxWidth
	}},
	{"source", "1 or 0", func(s *state, v string) bool { s.source = v == "1"; return oneOf(v, "0", "1") }},
	{"path", "entities with commas between", func(s *state, v string) bool { s.path = v; return true }},
	{"probe", "1 or 0", func(s *state, v string) bool { s.probe = v == "1"; return oneOf(v, "0", "1") }},
	{"from", "an entity", func(s *state, v string) bool { s.from = v; return true }},
	{"to", "an entity or a Service", func(s *state, v string) bool { s.to = v; return true }},
}

// repeated are the parameters that count as often as they are written. Of any other
// the last one counts, an empty one too: a form's button comes after its hidden field,
// and may take back what that says.
var repeated = []string{"off", "repaired", "ns", "show"}

func oneOf(word string, words ...string) bool { return slices.Contains(words, word) }

// parseState reads a state. An empty value is the same as none; what is not known is
// an error that says what is.
func parseState(fields url.Values) (state, error) {
	var s state
	for _, p := range parameters {
		values := fields[p.name]
		if !slices.Contains(repeated, p.name) && len(values) > 1 {
			values = values[len(values)-1:]
		}
		values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		for _, v := range values {
			if !p.read(&s, v) {
				return state{}, badParameter(p.name, v, p.allowed)
			}
		}
	}
	if s.was != "" && sameShow(s.show, s.was) {
		s.show = ""
	}
	return s, nil
}

// hidden gives the fields that keep the state in a form. Not among them is what the
// form has controls for: the selection, the port, the path where it is shown, and the
// policies and findings with a switch.
func (s state) hidden(on shownSwitches) []templates.Field {
	fields := []templates.Field{}
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, templates.Field{Name: name, Value: value})
		}
	}
	add("theme", s.theme)
	add("parent", s.parent)
	add("loaded", s.loaded)
	add("view", s.view)
	if s.by != export.ByEntity {
		add("by", s.by.String())
	}
	if s.view != "sequence" {
		add("path", s.path)
	}
	if s.selectedPolicy != nil {
		add("select", s.selected)
	}
	if s.caret != nil {
		add("caret", s.caret.String())
	}
	add("dir", s.dir)
	add("show", s.show)
	if s.fold != diagram.FoldAuto {
		add("fold", diagram.Folds[s.fold])
	}
	add("ns", strings.Join(s.namespaces, ","))
	add("find", s.find)
	add("focus", s.focus)
	if s.exposure != model.ExposureAuto {
		add("exposure", s.exposure.String())
	}
	if s.kubernetes != (model.Version{}) {
		add("kubernetes", s.kubernetes.String())
	}
	if s.cni != (model.Plugin{}) {
		add("cni", s.cni.String())
	}
	if s.only && !on.only {
		way := only[0]
		if s.hideSame {
			way = only[1]
		}
		add("only", way)
	}
	for _, off := range s.off {
		if !slices.Contains(on.off, off.String()) {
			add("off", off.String())
		}
	}
	for _, r := range s.repaired {
		if !slices.Contains(on.repaired, r.String()) {
			add("repaired", r.String())
		}
	}
	return fields
}

// query gives the state as a query, in one form however it was asked for; the zero
// state gives none.
func (s state) query() url.Values {
	q := url.Values{}
	for _, f := range s.hidden(shownSwitches{}) {
		if f.Name != "parent" && f.Name != "loaded" {
			q.Add(f.Name, f.Value)
		}
	}
	for _, f := range []templates.Field{{Name: "path", Value: s.path}, {Name: "select", Value: s.selected}, {Name: "from", Value: s.from}, {Name: "to", Value: s.to}, {Name: "port", Value: s.portText}} {
		if f.Value != "" {
			q.Set(f.Name, f.Value)
		}
	}
	return q
}

// diagramView gives what the state says about the picture. A blocked pair is drawn
// when it is what the reader asked about.
func (s state) diagramView(blocked []diagram.Pair) diagram.View {
	show, _ := diagram.ParseShow(s.show) // read before
	return diagram.View{OnlyChanges: s.only, HideSame: s.hideSame, TopToBottom: s.dir == "tb", Blocked: blocked, Fold: s.fold, Namespaces: s.namespaces, Show: show}
}

// pictureTheme gives the theme of a picture that stands by itself.
func (s state) pictureTheme() templates.Theme {
	theme, _ := templates.ParseTheme(s.theme) // read before
	return theme
}

// pixels gives what the state says about a PNG.
func (s state) pixels() raster.Options {
	return raster.Options{Dark: s.theme == "dark", Scale: s.scale, Width: s.width, Height: s.height}
}

// onPhone lets pictures run downwards for narrow screens, where nothing else was said.
// Browsers tell; a wrong guess costs nothing but the direction.
func (s state) onPhone(r *http.Request) state {
	mobile := r.Header.Get("Sec-CH-UA-Mobile") == "?1" || strings.Contains(r.UserAgent(), "Mobi")
	if s.dir == "" && mobile {
		s.dir = "tb"
	}
	return s
}

// across lets the pictures of a page to read run to the right, and downwards on a phone.
func across(r *http.Request) state {
	s := state{}.onPhone(r)
	if s.dir == "" {
		s.dir = "lr"
	}
	return s
}

// version gives the version of Kubernetes that values are judged by.
func (s state) version() model.Version {
	if s.kubernetes == (model.Version{}) {
		return model.DefaultVersion
	}
	return s.kubernetes
}

// ends gives the pair that the reader asks about: the cell that was pressed, else what
// was chosen. An id may hold "..", so that the cut is where both parts are entities.
func (s state) ends(c *model.Cluster) (from, to string) {
	for i := range len(s.selected) {
		if !strings.HasPrefix(s.selected[i:], "..") {
			continue
		}
		a, b := s.selected[:i], s.selected[i+2:]
		if c.Entity(a) != nil && c.Entity(b) != nil {
			return a, b
		}
		from, to = cmp.Or(from, a), cmp.Or(to, b)
	}
	if s.selected == "" {
		return s.from, s.to
	}
	return from, to
}
