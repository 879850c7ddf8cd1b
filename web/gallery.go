package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/static"
	"github.com/netpolscope/netpolscope/templates"
)

// bundle is an example that can be looked at by its name.
type bundle struct {
	title   string
	sources []manifest.Source
	// view is how it is best looked at, as a query.
	view string
}

// findBundle gives the example of a name: one to begin with, or one of the gallery, some
// of which are made from fields.
func findBundle(name string, fields url.Values) (bundle, error) {
	if e, ok := static.FindExample(name); ok {
		return bundle{title: e.Title, sources: []manifest.Source{{Name: e.File(), Data: e.Text()}}}, nil
	}
	if c, ok := gallery.Find(name); ok {
		return bundle{strings.ReplaceAll(c.Title, "`", ""), c.Files, c.View}, nil
	}
	if e, ok := gallery.FindExam(name); ok {
		seed, err := seedOf(fields)
		if err != nil {
			return bundle{}, err
		}
		l := e.Exercise(seed)
		return bundle{title: l.Title, sources: l.Sources("", l.Start)}, nil
	}
	if name == gallery.TiersName {
		t, _, ok := tiersOf(fields)
		if !ok {
			return bundle{}, badRequest("apiPort and dbPort are numbers from 1 to 65535, and backupDirection is ingress or egress.")
		}
		c := t.Card()
		return bundle{title: c.Title, sources: c.Files}, nil
	}
	return bundle{}, notFound("/examples/" + name)
}

// exampleName gives the name of the example that a request is about.
func exampleName(r *http.Request) string {
	if kind := chi.URLParam(r, "kind"); kind != "" {
		return "exam-" + kind
	}
	return chi.URLParam(r, "name")
}

func (b bundle) submission(fields url.Values) submission {
	in := submission{sources: b.sources, fields: fields}
	for _, x := range b.sources {
		in.bytes += len(x.Data)
	}
	return in
}

// examples lists the gallery.
func (s *Server) examples(w http.ResponseWriter, r *http.Request) error {
	v := templates.Gallery{Page: s.gallery("Examples", "examples")}
	begin := templates.GalleryGroup{Name: "begin", Title: "To begin with", About: "Bundles of the size that one meets."}
	for _, e := range static.Examples {
		begin.Cards = append(begin.Cards, galleryCard(e.Name, e.Title, []string{e.Summary + "."}, ""))
	}
	tiers := gallery.DefaultTiers.Card()
	card := galleryCard(tiers.Name, tiers.Title, tiers.Sentences, "")
	card.Cells, card.Act = galleryCells(tiers.Cells), "Choose ports"
	begin.Cards = append(begin.Cards, card)
	v.Groups = append(v.Groups, begin)
	made := templates.GalleryGroup{Name: "exams", Title: "Exercises that never run out", About: "Tasks as examinations set them. Names and ports are others each time, and whatever has the right effect is right."}
	for _, e := range gallery.Exams() {
		card := templates.GalleryCard{Name: e.Name, Title: e.Title, Goal: e.Goal, Picture: "/examples/" + e.Name + ".svg", Open: "/examples/" + e.Name, Act: "Begin"}
		made.Cards = append(made.Cards, card)
	}
	v.Groups = append(v.Groups, made)
	for _, g := range gallery.Groups() {
		group := templates.GalleryGroup{Name: g.Name, Title: g.Title, About: g.About}
		for _, c := range g.Cards {
			card := galleryCard(c.Name, c.Title, c.Sentences, c.View)
			card.Cells = galleryCells(c.Cells)
			card.Findings = codeLinks(c.Codes)
			if c.Before != nil {
				card.Before, card.After = string(wholeSources(c.Before)), string(wholeSources(c.Files))
			}
			group.Cards = append(group.Cards, card)
		}
		v.Groups = append(v.Groups, group)
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.GalleryPage(v))
	return nil
}

func galleryCard(name, title string, sentences []string, view string) templates.GalleryCard {
	c := templates.GalleryCard{
		Name: name, Title: title, Sentences: sentences, Picture: "/examples/" + name + ".svg",
		Open: "/examples/" + name, Act: "Workbench", Matrix: "/examples/" + name + "?view=matrix", Source: "/examples/" + name + ".yaml",
	}
	if view != "" {
		c.Open += "?" + view
	}
	return c
}

// codeLinks lead to the pages of findings, and say in words which they are.
func codeLinks(codes []diag.Code) (links []templates.Link) {
	for _, code := range codes {
		links = append(links, templates.Link{Text: string(code) + " " + strings.ReplaceAll(code.Name(), "-", " "), Href: "/checks/" + code.Name()})
	}
	return links
}

// galleryCells shows expectations as verdicts, which they are.
func galleryCells(list []expect.Expectation) []templates.GalleryCell {
	cells := make([]templates.GalleryCell, len(list))
	for i, x := range list {
		cells[i] = templates.GalleryCell{From: shortNames(x.From), To: shortNames(x.To), Ports: x.PortWords(), Open: x.Expect == expect.Allowed}
	}
	return cells
}

// shortNames writes the ends of a connection as people do, who leave out the default
// namespace.
func shortNames(names []string) string {
	short := make([]string, len(names))
	for i, name := range names {
		name = strings.TrimPrefix(name, "default/")
		name = strings.Replace(name, "Service/", "Service ", 1)
		short[i] = strings.Replace(name, "Inferred/", "pods ", 1)
	}
	return strings.Join(short, ", ")
}

// gallery gives the frame of a page of the gallery and of what is like it.
func (s *Server) gallery(title, section string) templates.Page {
	p := s.reading(title, section)
	p.Styles = append(p.Styles, s.assets.paths["css/gallery.css"])
	n := len(static.Examples) + 1 // the three tiers
	for _, g := range gallery.Groups() {
		n += len(g.Cards)
	}
	p.Facts = []templates.Fact{{Strong: number(n), After: " examples"}, {Strong: number(len(gallery.Exams())), After: " kinds of exercises"}}
	return p
}

// examplePicture answers with the picture of an example.
func (s *Server) examplePicture(w http.ResponseWriter, r *http.Request) error {
	name, query := exampleName(r), r.URL.Query()
	b, err := findBundle(name, query)
	if err != nil {
		return err
	}
	if len(query) == 0 {
		query, _ = url.ParseQuery(b.view) // it is ours
	}
	return s.cached(w, r, "example "+name, "svg?"+query.Encode(), func() (*rendering, error) {
		body, err := s.renderedLink(r, b.submission(query), suffix{name: "svg", contentType: svgType})
		return &rendering{contentType: svgType, header: http.Header{"Cache-Control": {"public, max-age=300"}}, body: body}, err
	})
}

// exampleText answers with the text of an example.
func (s *Server) exampleText(w http.ResponseWriter, r *http.Request) error {
	name := exampleName(r)
	b, err := findBundle(name, r.URL.Query())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`.yaml"`)
	s.send(w, r, http.StatusOK, "application/yaml", wholeSources(b.sources))
	return nil
}

// wholeSources gives texts as one.
func wholeSources(sources []manifest.Source) []byte {
	var parts []string
	for _, x := range sources {
		parts = append(parts, string(x.Data))
	}
	return []byte(strings.Join(parts, "---\n"))
}
