package web

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/templates"
)

// embedCSP is the policy of what stands inside other pages: as that of pages, and
// framed by anybody.
var embedCSP = strings.Replace(pageCSP, "frame-ancestors 'none'", "frame-ancestors *", 1)

// embed shows a link inside another page: the picture and nothing to fill in.
func (s *Server) embed(w http.ResponseWriter, r *http.Request) error {
	framed(w)
	id, c, err := s.link(r)
	if err != nil {
		return err
	}
	if c.Lesson != "" {
		return s.embedStored(w, r, id, c)
	}
	query := viewOf(c, r.URL.Query())
	return s.cached(w, r, string(id), "embed?"+query.Encode(), func() (*rendering, error) {
		view, err := parseState(query)
		if err != nil {
			return nil, err
		}
		e, leave, err := s.linkEvaluation(r, c, view)
		defer leave()
		if err != nil {
			return nil, err
		}
		v := templates.Embed{
			Page: s.page(view), Title: or(c.Title, "Network policies"), Path: "/p/" + string(id), Whole: s.base(r) + "/p/" + string(id),
			Facts: []string{"as of " + c.Created.Format("2 Jan 2006"), until(c)},
		}
		v.Page.Scripts = []string{s.assets.paths["js/embed.js"]}
		v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/share.css"])
		picture, err := s.draw(r, e)
		if err != nil {
			return nil, err
		}
		v.Picture = templates.Picture(picture, templates.PictureOptions{Inline: true})
		if from, to := e.state.ends(e.Cluster); from != "" && to != "" {
			if x, err := e.explanation(); err == nil {
				v.Say, _, _ = strings.Cut(x.Text(), "\n")
				v.Blocked = x.Verdict == explain.Blocked
			}
		}
		var out bytes.Buffer
		err = templates.EmbedPage(v).Render(r.Context(), &out)
		h := shareable(c)
		h.Del("Access-Control-Allow-Origin")
		return &rendering{contentType: htmlType, header: h, body: out.Bytes()}, err
	})
}

// framed lets other pages frame the answer.
func framed(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", embedCSP)
	h.Del("X-Frame-Options")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("X-Robots-Tag", "noindex")
}

// embedScript serves the script that other sites may load to give frames their height.
// Its address does not change with its content, since it stands in their pages.
func (s *Server) embedScript(w http.ResponseWriter, r *http.Request) error {
	asset := s.assets.byPath[strings.TrimPrefix(s.assets.paths["js/host.js"], "/static/")]
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	s.send(w, r, http.StatusOK, asset.ContentType, asset.Data)
	return nil
}

// What oEmbed says of the size of an embed, in pixels.
const (
	embedWidth  = 960
	embedHeight = 480
)

// oembedAnswer is oEmbed 1.0, of the type rich.
type oembedAnswer struct {
	Version         string `json:"version"`
	Type            string `json:"type"`
	Title           string `json:"title"`
	ProviderName    string `json:"provider_name"`
	ProviderURL     string `json:"provider_url"`
	CacheAge        int    `json:"cache_age"`
	ThumbnailURL    string `json:"thumbnail_url"`
	ThumbnailWidth  int    `json:"thumbnail_width"`
	ThumbnailHeight int    `json:"thumbnail_height"`
	HTML            string `json:"html"`
	Width           int    `json:"width"`
	Height          int    `json:"height"`
}

// oembed tells another site how to show a link.
func (s *Server) oembed(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	if f := query.Get("format"); f != "" && f != "json" {
		return &problem{status: http.StatusNotImplemented, title: "Only JSON is answered", detail: fmt.Sprintf("format is %q.", f)}
	}
	links, err := s.sharing()
	if err != nil {
		return err
	}
	base := s.base(r)
	path, ours := strings.CutPrefix(query.Get("url"), base)
	page, err := url.Parse(path)
	if !ours || err != nil {
		return &problem{status: http.StatusNotFound, title: "This is not a link of this server", detail: "url is the address of a link, like " + base + "/p/…"}
	}
	name, _ := strings.CutPrefix(page.Path, "/p/")
	if name == page.Path {
		name, _ = strings.CutPrefix(page.Path, "/embed/")
	}
	id, ok := permalink.ParseID(name)
	if !ok {
		return linkProblem(permalink.ErrNone)
	}
	c, err := links.Open(r.Context(), id)
	if err != nil {
		return linkProblem(err)
	}
	width, err := atMost(query, "maxwidth", embedWidth)
	if err != nil {
		return err
	}
	height, err := atMost(query, "maxheight", embedHeight)
	if err != nil {
		return err
	}
	title := or(c.Title, "Network policies")
	for name, values := range shareable(c) {
		w.Header()[name] = values
	}
	return s.sendJSON(w, r, http.StatusOK, oembedAnswer{
		Version: "1.0", Type: "rich", Title: title, ProviderName: "Netpolscope", ProviderURL: base, CacheAge: fresh,
		ThumbnailURL: fmt.Sprintf("%s/p/%s.png?width=1200&height=630", base, id), ThumbnailWidth: 1200, ThumbnailHeight: 630,
		HTML:  frameOf(base, id, title, strconv.Itoa(width), height),
		Width: width, Height: height,
	})
}

// frameOf gives the HTML that shows a link inside another page.
func frameOf(base string, id permalink.ID, title, width string, height int) string {
	return fmt.Sprintf(`<iframe src="%s/embed/%s" title="%s" width="%s" height="%d" loading="lazy"></iframe>`, base, id, html.EscapeString(title), width, height)
}

func atMost(query url.Values, name string, usual int) (int, error) {
	text := query.Get(name)
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, badParameter(name, text, "a number of pixels")
	}
	return min(n, usual), nil
}
