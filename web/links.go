package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
)

// What a link says beside its bundle, in characters.
const (
	mostTitle = 200
	mostNote  = 4_000
)

type linkAge struct {
	word string
	age  time.Duration
	text string
}

// ages are the times that a link may be kept for, by the word of the parameter expires.
var ages = []linkAge{
	{"1d", 24 * time.Hour, "1 day"},
	{"30d", 30 * 24 * time.Hour, "30 days"},
	{"1y", 365 * 24 * time.Hour, "1 year"},
	{"never", 0, "for ever"},
}

// usualAge is the one that is taken without a word.
const usualAge = "30d"

// sharing gives the stored links of this server, or says that it keeps none.
func (s *Server) sharing() (*permalink.Links, error) {
	if s.config.Links == nil {
		return nil, &problem{status: http.StatusNotFound, title: "This server stores no links",
			detail: "It was started with --store none. A link that carries its bundle in itself is made by `netpolscope link`."}
	}
	return s.config.Links, nil
}

// linkProblem turns the errors of the store into answers.
func linkProblem(err error) error {
	switch {
	case errors.Is(err, permalink.ErrNone):
		return &problem{status: http.StatusNotFound, title: "There is no such link",
			detail: "It was never made, has ended or was deleted."}
	case errors.Is(err, permalink.ErrFull):
		return &problem{status: http.StatusInsufficientStorage, title: "There is no room for more links",
			detail: "Links that are there stay as they are. Ask the operator, or use `netpolscope link`, which stores nothing."}
	case errors.Is(err, permalink.ErrAway):
		return &problem{status: http.StatusServiceUnavailable, title: "Stored links cannot be reached",
			detail: "The database does not answer. Everything else works; try again in a moment.",
			header: http.Header{"Retry-After": {"2"}}}
	default:
		return err
	}
}

// draft is a link that was not stored yet, with what is said about it.
type draft struct {
	content   permalink.Content
	age       time.Duration
	rewritten int
	bytes     int
}

// draftOf makes of a submission what a link of it would keep.
func (s *Server) draftOf(ctx context.Context, in submission) (draft, error) {
	var d draft
	switch kind := in.fields.Get("kind"); kind {
	case "lesson":
		return s.lessonDraft(ctx, in)
	case "", "bundle":
	default:
		return d, badParameter("kind", kind, "bundle, lesson")
	}
	bundle, err := manifest.Parse(in.sources, s.config.Limits)
	if err != nil {
		return d, err
	}
	kept := permalink.Keep(bundle)
	if len(kept.Files) == 0 {
		return d, unreadable(bundle.Findings)
	}
	d.rewritten, d.bytes = kept.Rewritten, kept.Bytes()
	d.content = permalink.Content{
		Title: strings.Join(strings.Fields(in.fields.Get("title")), " "), Files: kept.Files, Dropped: kept.Dropped,
	}
	view, err := parseState(in.fields)
	if err != nil {
		return d, err
	}
	d.content.View = view.query().Encode()
	return d, s.completeDraft(ctx, in, &d)
}

// completeDraft completes a draft by what is said beside its content: the note, how long it is
// kept, and what it goes on from.
func (s *Server) completeDraft(ctx context.Context, in submission, d *draft) error {
	d.content.Note = strings.TrimSpace(in.fields.Get("note"))
	for _, f := range []struct {
		name, text string
		most       int
	}{{"title", d.content.Title, mostTitle}, {"note", d.content.Note, mostNote}} {
		if n := utf8.RuneCountInString(f.text); n > f.most {
			return badRequest("%s has %d characters; at most %d are kept.", f.name, n, f.most)
		}
	}
	word := or(in.fields.Get("expires"), usualAge)
	i := slices.IndexFunc(ages, func(a linkAge) bool { return a.word == word })
	if i < 0 {
		return badParameter("expires", word, "1d, 30d, 1y, never")
	}
	d.age = ages[i].age
	if parent := in.fields.Get("parent"); parent != "" && s.config.Links != nil {
		id, ok := permalink.ParseID(parent)
		if !ok {
			return linkProblem(permalink.ErrNone)
		}
		if _, err := s.config.Links.Open(ctx, id); err != nil {
			return linkProblem(err)
		}
		d.content.Parent = id
	}
	return nil
}

// createdLink is the answer to a request for a stored link.
type createdLink struct {
	ID          permalink.ID `json:"id"`
	URL         string       `json:"url"`
	DeleteToken string       `json:"deleteToken"`
	// Expires is null for a link that is kept for ever.
	Expires *time.Time `json:"expires"`
	Dropped []string   `json:"dropped"`
}

// previewedLink says what a link would keep.
type previewedLink struct {
	Kept      []permalink.File `json:"kept"`
	Dropped   []string         `json:"dropped"`
	Rewritten int              `json:"rewritten"`
	Bytes     int              `json:"bytes"`
}

// createLink stores a bundle and answers with the link, or with preview says what it
// would keep.
func (s *Server) createLink(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.sharing(); err != nil {
		return err
	}
	in, release, err := s.read(w, r)
	defer release()
	if err != nil {
		return err
	}
	preview := r.URL.Query().Get("preview") != ""
	if word := r.URL.Query().Get("preview"); preview && word != "1" {
		return badParameter("preview", word, "1")
	}
	made, d, err := s.store(r, in, preview)
	if err != nil {
		return err
	}
	if preview {
		return s.sendJSON(w, r, http.StatusOK, previewedLink{Kept: d.keeps(), Dropped: listed(d.content.Dropped), Rewritten: d.rewritten, Bytes: d.bytes})
	}
	answer := createdLink{ID: made.ID, URL: s.base(r) + "/p/" + string(made.ID), DeleteToken: made.DeleteToken, Dropped: listed(d.content.Dropped)}
	if !made.Content.Expires.IsZero() {
		answer.Expires = &made.Content.Expires
	}
	w.Header().Set("Location", answer.URL)
	return s.sendJSON(w, r, http.StatusCreated, answer)
}

// store makes a link of a submission, unless it is only to be looked at. Parsing waits
// for its turn as an evaluation does.
func (s *Server) store(r *http.Request, in submission, preview bool) (permalink.Created, draft, error) {
	none := permalink.Created{}
	admitted, err := s.gate.enter(r.Context(), in.bytes)
	if err != nil {
		return none, draft{}, err
	}
	defer s.gate.leave(admitted)
	leave, err := s.processor(r.Context())
	if err != nil {
		return none, draft{}, err
	}
	d, err := s.draftOf(r.Context(), in)
	leave()
	if err != nil || preview {
		return none, d, err
	}
	if !s.makers.allow(r) {
		return none, d, &problem{status: http.StatusTooManyRequests, title: "Too many new links",
			detail: fmt.Sprintf("More than %d links in a day from your address.", s.makers.most), header: http.Header{"Retry-After": {"3600"}}}
	}
	made, err := s.config.Links.Create(r.Context(), d.content, d.age)
	if err != nil {
		return none, d, linkProblem(err)
	}
	return made, d, nil
}

// deleteLink deletes a link for who brings its token.
func (s *Server) deleteLink(w http.ResponseWriter, r *http.Request) error {
	links, err := s.sharing()
	if err != nil {
		return err
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return &problem{status: http.StatusUnauthorized, title: "The delete token is missing",
			detail: "Send the deleteToken of the link in the header Authorization: Bearer TOKEN.", header: http.Header{"WWW-Authenticate": {"Bearer"}}}
	}
	id, ok := permalink.ParseID(chi.URLParam(r, "id"))
	if !ok {
		return linkProblem(permalink.ErrNone)
	}
	if err := links.Delete(r.Context(), id, token); err != nil {
		return linkProblem(err)
	}
	s.renderings.forget(string(id))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) sendJSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	s.send(w, r, status, jsonType, append(body, '\n'))
	return nil
}

// listed makes an empty list of none, as JSON wants it.
func listed(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// base is the address that readers reach this server by, without a slash at the end:
// what the operator says, else what the request was sent to.
func (s *Server) base(r *http.Request) string {
	if s.config.BaseURL != "" {
		return s.config.BaseURL
	}
	scheme := "http"
	if r.TLS != nil || s.fromProxy(r) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: r.Host}).String()
}

// mostAge gives the longest that a link may be kept, 0 for no bound.
func (s *Server) mostAge() time.Duration {
	if s.config.Links == nil {
		return 0
	}
	return s.config.Links.MaxAge()
}
