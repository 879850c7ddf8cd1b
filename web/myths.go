package web

import (
	"net/http"

	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/internal/glossary"
	"github.com/netpolscope/netpolscope/templates"
)

// myths lists what people say, with what is so.
func (s *Server) myths(w http.ResponseWriter, r *http.Request) error {
	v := templates.Myths{Page: s.gallery("True or false?", "myths")}
	for _, m := range gallery.Myths() {
		card := galleryCard(m.Of, m.Title, m.Sentences, m.View)
		card.Name, card.Cells, card.Findings = m.Name, galleryCells(m.Cells), codeLinks(m.Codes)
		if m.View != "" {
			card.Matrix += "&" + m.View
			card.Picture += "?" + m.View
		}
		v.List = append(v.List, templates.Myth{Card: card, Answer: string(m.Answer)})
	}
	v.Page.Facts = []templates.Fact{{Strong: number(len(v.List)), After: " claims"}}
	w.Header().Set("Cache-Control", "public, max-age=300")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.MythsPage(v))
	return nil
}

// glossary explains the words.
func (s *Server) glossary(w http.ResponseWriter, r *http.Request) error {
	v := templates.Glossary{Page: s.gallery("Glossary", "glossary")}
	v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/marked.css"])
	for _, t := range glossary.Terms() {
		v.Terms = append(v.Terms, templates.GlossaryTerm{ID: t.ID, Name: t.Name, Text: t.Text})
	}
	v.Page.Facts = []templates.Fact{{Strong: number(len(v.Terms)), After: " words"}}
	w.Header().Set("Cache-Control", "public, max-age=300")
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.GlossaryPage(v))
	return nil
}
