package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/templates"
)

// suffix is a form in which a stored link can be had.
type suffix struct {
	name        string
	contentType string
	// write gives the answer; nil for pictures, which are laid out first, and for the
	// source, which is not evaluated.
	write func(io.Writer, *evaluation) error
}

// suffixes are the forms of a stored link; svg and png are pictures, yaml the source.
var suffixes = []suffix{
	{name: "svg", contentType: svgType},
	{name: "png", contentType: pngType},
	{name: "yaml", contentType: "application/yaml"},
	{"json", jsonType, matrixFormats[0].write},
	{"csv", matrixFormats[1].contentType, matrixFormats[1].write},
	{"md", matrixFormats[2].contentType, matrixFormats[2].write},
	{"mmd", "text/plain; charset=utf-8", func(out io.Writer, e *evaluation) error { return export.Mermaid(out, e.diagram()) }},
	{"dot", "text/vnd.graphviz; charset=utf-8", func(out io.Writer, e *evaluation) error { return export.DOT(out, e.diagram()) }},
}

// fresh is for how many seconds a proxy may show an answer about a link without asking:
// so long a deleted link can still be seen there.
const fresh = 300

// link gives the stored link that a request names.
func (s *Server) link(r *http.Request) (permalink.ID, *permalink.Content, error) {
	links, err := s.sharing()
	if err != nil {
		return "", nil, err
	}
	id, ok := permalink.ParseID(chi.URLParam(r, "id"))
	if !ok {
		return "", nil, linkProblem(permalink.ErrNone)
	}
	c, err := links.Open(r.Context(), id)
	return id, c, linkProblem(err)
}

// linkData answers for one suffix.
func (s *Server) linkData(f suffix) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, c, err := s.link(r)
		if err != nil {
			return err
		}
		query := viewOf(c, r.URL.Query())
		return s.cached(w, r, string(id), f.name+"?"+query.Encode(), func() (*rendering, error) {
			x := &rendering{contentType: f.contentType, header: shareable(c)}
			x.header.Set("Content-Disposition", `inline; filename="netpolscope.`+f.name+`"`)
			if f.name == "yaml" {
				x.body = wholeText(c.Files)
				return x, nil
			}
			x.body, err = s.renderedLink(r, submission{sources: c.Sources(), fields: query}, f)
			return x, err
		})
	}
}

// cached answers from what was rendered before, or renders and keeps it.
func (s *Server) cached(w http.ResponseWriter, r *http.Request, link, what string, render func() (*rendering, error)) error {
	key := link + "/" + what + " " + s.base(r)
	x := s.renderings.get(key)
	if x == nil {
		var err error
		if x, err = render(); err != nil {
			return err
		}
		x.key, x.link = key, link
		sum := sha256.Sum256(x.body)
		x.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		x.pack()
		s.renderings.put(x)
	}
	s.sendRendering(w, r, x)
	return nil
}

// shareable gives the headers of what other sites may show.
func shareable(c *permalink.Content) http.Header {
	age := fresh
	if c != nil && !c.Expires.IsZero() {
		age = min(age, max(0, int(time.Until(c.Expires).Seconds())))
	}
	return http.Header{
		"Cache-Control":                {"public, max-age=" + seconds(age)},
		"Access-Control-Allow-Origin":  {"*"},
		"Cross-Origin-Resource-Policy": {"cross-origin"},
		"X-Robots-Tag":                 {"noindex"},
	}
}

// viewOf gives the view of a link as its maker left it, with what the query says
// instead.
func viewOf(c *permalink.Content, query url.Values) url.Values {
	view, err := url.ParseQuery(c.View)
	if err != nil {
		view = url.Values{}
	}
	for _, p := range parameters {
		values := slices.DeleteFunc(slices.Clone(query[p.name]), func(v string) bool { return v == "" })
		if p.name != "apply" && p.name != "parent" && p.name != "loaded" && p.name != "against" && p.name != "link" && len(values) > 0 {
			view[p.name] = values
		}
	}
	return view
}

// wholeText gives the files of a link as one text.
func wholeText(files []permalink.File) []byte {
	var b bytes.Buffer
	for i, f := range files {
		if i > 0 {
			b.WriteString("---\n")
		}
		b.WriteString(f.Text)
	}
	return b.Bytes()
}

// renderedLink evaluates a bundle and gives the answer in a form.
func (s *Server) renderedLink(r *http.Request, in submission, f suffix) ([]byte, error) {
	for _, source := range in.sources {
		in.bytes += len(source.Data)
	}
	view, err := parseState(in.fields)
	if err != nil {
		return nil, err
	}
	e, leave, err := s.run(r, in, view)
	defer leave()
	if err != nil {
		return nil, err
	}
	if err := e.readable(); err != nil {
		return nil, err
	}
	var out bounded
	if f.write != nil {
		err := f.write(&out, e)
		return out.buffer.Bytes(), err
	}
	picture, err := s.draw(r, e)
	if err != nil {
		return nil, err
	}
	if f.contentType == pngType {
		if picture, err = s.drawCoarser(r, e, picture); err != nil {
			return nil, err
		}
		leave, err := s.paint(r.Context())
		if err != nil {
			return nil, err
		}
		defer leave()
		err = raster.PNG(&out, picture, e.state.pixels())
		return out.buffer.Bytes(), err
	}
	options := templates.PictureOptions{Theme: e.state.pictureTheme()}
	if e.state.source {
		if options.Source, err = s.projection(e); err != nil {
			return nil, err
		}
	}
	err = templates.Picture(picture, options).Render(r.Context(), &out)
	return out.buffer.Bytes(), err
}

// encoded answers with a picture of a bundle that stands in the address.
func (s *Server) encoded(f suffix) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		code := chi.URLParam(r, "code")
		if len(code) > permalink.LongestCode {
			return &problem{status: http.StatusRequestURITooLong, title: "The address is too long", detail: sentence(permalink.ErrCodeLong.Error())}
		}
		source, err := permalink.Decode(code, s.config.Limits)
		if err != nil {
			return badRequest("%s", sentence(err.Error()))
		}
		query := viewOf(&permalink.Content{}, r.URL.Query())
		return s.cached(w, r, code, f.name+"?"+query.Encode(), func() (*rendering, error) {
			body, err := s.renderedLink(r, submission{sources: []manifest.Source{source}, fields: query}, f)
			return &rendering{contentType: f.contentType, header: shareable(nil), body: body}, err
		})
	}
}
