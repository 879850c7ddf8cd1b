package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/templates"
)

// backups are the directions in which db is backed up, as backupDirection= has them.
var backups = []struct{ value, text string }{
	{"ingress", "the backup server calls db"},
	{"egress", "db calls the backup server"},
}

// tiersOf reads the parameters of the three tiers. What is wrong with one is in the field
// of its name; then there are no tiers.
func tiersOf(fields url.Values) (t gallery.Tiers, shown []templates.TiersField, ok bool) {
	t, ok = gallery.DefaultTiers, true
	for _, p := range []struct {
		name, label string
		port        *uint16
	}{{"apiPort", "Port of api", &t.APIPort}, {"dbPort", "Port of db", &t.DBPort}} {
		f := templates.TiersField{Name: p.name, Label: p.label, Value: strconv.Itoa(int(*p.port))}
		if fields.Has(p.name) {
			f.Value = fields.Get(p.name)
			n, err := strconv.ParseUint(f.Value, 10, 16)
			if err != nil || n == 0 {
				f.Wrong, ok = "A port is a number from 1 to 65535.", false
			}
			*p.port = uint16(n)
		}
		shown = append(shown, f)
	}
	switch fields.Get("backupDirection") {
	case "", "ingress":
	case "egress":
		t.BackupOut = true
	default:
		ok = false
	}
	return t, shown, ok
}

// tiers shows web, api and db with the ports that somebody has.
func (s *Server) tiers(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	t, fields, ok := tiersOf(query)
	direction := or(query.Get("backupDirection"), "ingress")
	if direction != "ingress" && direction != "egress" {
		return badParameter("backupDirection", direction, "ingress, egress")
	}
	if !ok {
		t = gallery.DefaultTiers // the page is about what it would make
	}
	c := t.Card()
	v := templates.Tiers{Page: s.gallery(c.Title, "examples"), Card: galleryCard(c.Name, c.Title, c.Sentences, ""), Fields: fields}
	v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/learn.css"])
	v.Card.Cells = galleryCells(c.Cells)
	for _, b := range backups {
		v.Directions = append(v.Directions, templates.Chosen{Value: b.value, Text: b.text, Current: b.value == direction})
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Vary", "Sec-CH-UA-Mobile, User-Agent")
	if !ok {
		s.sendComponent(w, r, http.StatusBadRequest, htmlType, templates.TiersPage(v))
		return nil
	}
	v.Card.Source += "?" + url.Values{"apiPort": {fields[0].Value}, "dbPort": {fields[1].Value}, "backupDirection": {direction}}.Encode()
	v.Text = string(wholeSources(c.Files))
	e, leave, err := s.run(r, bundle{sources: c.Files}.submission(nil), across(r))
	defer leave()
	if err != nil {
		return err
	}
	picture, err := s.draw(r, e)
	if err != nil {
		return err
	}
	v.Picture = templates.Picture(picture, templates.PictureOptions{Inline: true})
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.TiersPage(v))
	return nil
}
