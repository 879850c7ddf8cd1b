package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/templates"
)

// blocks are the parts of the catalogue by the first three letters of their codes.
var blocks = []struct{ prefix, title string }{
	{"NP0", "Reading the text"},
	{"NP1", "The object and its name"},
	{"NP2", "Fields and shapes"},
	{"NP3", "Values"},
	{"NP4", "What one policy means"},
	{"NP5", "A policy and the rest of the bundle"},
	{"NP6", "What the cluster makes of it"},
}

// checks lists the catalogue.
func (s *Server) checks(w http.ResponseWriter, r *http.Request) error {
	v := templates.Checks{Page: s.reading("Checks", "checks")}
	for _, block := range blocks {
		group := templates.CheckGroup{Title: block.title}
		for _, p := range lint.Pages() {
			if strings.HasPrefix(string(p.Code), block.prefix) {
				group.Checks = append(group.Checks, templates.CheckLine{
					Code: string(p.Code), Name: p.Code.Name(), Severity: p.Severity.String(), Title: p.Title,
				})
			}
		}
		v.Groups = append(v.Groups, group)
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.ChecksPage(v))
	return nil
}

// check shows one page of the catalogue with both examples evaluated.
func (s *Server) check(w http.ResponseWriter, r *http.Request) error {
	p, ok := lint.PageOf(chi.URLParam(r, "name"))
	if !ok {
		return notFound(r.URL.Path)
	}
	v := templates.Check{
		Page: s.reading(p.Code.Name(), "checks"),
		Code: string(p.Code), Name: p.Code.Name(), Severity: p.Severity.String(), Title: p.Title,
	}
	for _, x := range p.Sections {
		v.Sections = append(v.Sections, templates.CheckSection{Heading: x.Heading, Paragraphs: x.Paragraphs})
	}
	for _, x := range []struct {
		heading, name string
		files         []lint.File
		marks         []lint.Mark
	}{{"What was written", "bad", p.Bad, p.Marks}, {"What is right", "good", p.Good, nil}} {
		example, err := s.checkExample(r, x.name, x.files, x.marks)
		if err != nil {
			return err
		}
		example.Heading = x.heading
		v.Examples = append(v.Examples, example)
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Vary", "Sec-CH-UA-Mobile, User-Agent")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.CheckPage(v))
	return nil
}

// checkExample evaluates and draws an example of a page. Its first line may name the
// network plug-in that it is about.
func (s *Server) checkExample(r *http.Request, name string, files []lint.File, marks []lint.Mark) (templates.CheckExample, error) {
	var v templates.CheckExample
	var in submission
	for _, f := range files {
		in.sources = append(in.sources, manifest.Source{Name: f.Name, Data: []byte(f.Text)})
		in.bytes += len(f.Text)
		v.Files = append(v.Files, sample(f, marks))
		v.Bytes = v.Bytes || !f.IsText()
	}
	view := across(r)
	if first, _, _ := strings.Cut(files[0].Text, "\n"); strings.HasPrefix(first, "# --cni ") {
		v.Plugin = strings.TrimPrefix(first, "# --cni ")
		view.cni, _ = model.ParsePlugin(v.Plugin) // a test of the pages reads it too
	}
	e, leave, err := s.run(r, in, view)
	defer leave()
	if err != nil || !e.Readable {
		return v, err
	}
	picture, err := s.draw(r, e)
	if err != nil {
		return v, err
	}
	v.Picture = templates.Picture(picture, templates.PictureOptions{Inline: true, Name: name})
	return v, nil
}

// sample puts the findings under the lines they are about. What is no text is shown as
// strings with escapes. A tab is shown as an arrow,
// which the carets below stay in line with.
func sample(f lint.File, marks []lint.Mark) templates.SampleFile {
	v := templates.SampleFile{Name: f.Name, Text: f.Text}
	for i, text := range strings.Split(strings.TrimSuffix(f.Written, "\n"), "\n") {
		line := templates.SampleLine{Text: templates.Display(strings.ReplaceAll(text, "\t", "→"))}
		for _, m := range marks {
			if m.File == f.Name && m.Line == i+1 {
				carets := strings.Repeat(" ", m.Column-1) + strings.Repeat("^", m.EndColumn-m.Column)
				line.Marks = append(line.Marks, templates.SampleMark{
					Severity: m.Severity, Said: carets + " " + templates.Display(m.Summary),
				})
			}
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

// reading gives the frame of a page that is there to be read.
func (s *Server) reading(title, section string) templates.Page {
	p := s.page(state{})
	p.Title, p.Section = title, section
	p.KeepTheme()
	p.Scripts = append(p.Scripts, s.assets.paths["js/hover.js"])
	p.Facts = []templates.Fact{{Strong: strconv.Itoa(len(lint.Pages())), After: " checks"}}
	return p
}
