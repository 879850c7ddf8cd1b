package web

import (
	"bytes"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
)

const (
	htmlType = "text/html; charset=utf-8"
	svgType  = "image/svg+xml"
	pngType  = "image/png"
	jsonType = "application/json"
)

// pictureCSP is the policy of an SVG that stands by itself: it carries its own style
// and may do nothing.
const pictureCSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

// send writes an answer that is complete in memory.
func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	if contentType == svgType {
		h.Set("Content-Security-Policy", pictureCSP)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a reader that went away is not our concern
}

// sendComponent renders a component whole before the first byte is sent.
func (s *Server) sendComponent(w http.ResponseWriter, r *http.Request, status int, contentType string, c templ.Component) {
	var out bytes.Buffer
	if err := c.Render(r.Context(), &out); err != nil {
		if r.Context().Err() != nil {
			return // nobody is there to read it
		}
		panic(err) // a buffer takes everything
	}
	s.send(w, r, status, contentType, out.Bytes())
}

// answerBytes bounds an answer, which is complete in memory before it is sent: a few
// kilobytes of policies can have gigabytes to tell.
const answerBytes = 64 << 20

// bounded is a buffer that refuses what is over answerBytes.
type bounded struct{ buffer bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.buffer.Len()+len(p) > answerBytes {
		return 0, answerTooLarge()
	}
	return b.buffer.Write(p)
}

// sendWritten collects what a writer of package export writes, then sends it.
func (s *Server) sendWritten(w http.ResponseWriter, r *http.Request, contentType string, write func(io.Writer) error) error {
	var out bounded
	if err := write(&out); err != nil {
		return err
	}
	s.send(w, r, http.StatusOK, contentType, out.buffer.Bytes())
	return nil
}
