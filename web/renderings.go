package web

import (
	"bytes"
	lru "container/list"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// renderings keeps what was rendered for stored links, so that a picture in a much-read
// document costs one lookup. What it keeps is dropped with its link, and the store is
// asked about the link before.
type renderings struct {
	mu    sync.Mutex
	bytes int
	order lru.List // of *rendering, the latest first
	byKey map[string]*lru.Element
}

// mostRendered bounds the bytes of the answers that are kept.
const mostRendered = 64 << 20

type rendering struct {
	key, link   string
	contentType string
	etag        string
	header      http.Header
	body        []byte
	packed      []byte // with gzip; nil where that is no gain
}

func (a *renderings) get(key string) *rendering {
	a.mu.Lock()
	defer a.mu.Unlock()
	e, ok := a.byKey[key]
	if !ok {
		return nil
	}
	a.order.MoveToFront(e)
	return e.Value.(*rendering)
}

func (a *renderings) put(x *rendering) {
	size := len(x.body) + len(x.packed) + 1<<10
	if size > mostRendered/8 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byKey == nil {
		a.byKey = map[string]*lru.Element{}
	}
	a.remove(x.key)
	a.byKey[x.key] = a.order.PushFront(x)
	for a.bytes += size; a.bytes > mostRendered; {
		a.remove(a.order.Back().Value.(*rendering).key)
	}
}

// size gives the number of bytes that are kept.
func (a *renderings) size() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.bytes
}

// forget drops every answer of a link, and of its comparisons with others.
func (a *renderings) forget(link string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key, e := range a.byKey {
		if slices.Contains(strings.Split(e.Value.(*rendering).link, pairMark), link) {
			a.remove(key)
		}
	}
}

func (a *renderings) remove(key string) {
	e, ok := a.byKey[key]
	if !ok {
		return
	}
	x := e.Value.(*rendering)
	a.bytes -= len(x.body) + len(x.packed) + 1<<10
	a.order.Remove(e)
	delete(a.byKey, key)
}

// pack compresses an answer once for all its readers.
func (x *rendering) pack() {
	if x.contentType == pngType || len(x.body) < 1<<10 {
		return
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(x.body) // a buffer takes everything
	_ = w.Close()
	x.packed = b.Bytes()
}

// sendAnswer sends a rendered answer, or says that the reader has it already.
func (s *Server) sendRendering(w http.ResponseWriter, r *http.Request, x *rendering) {
	h := w.Header()
	for name, values := range x.header {
		h[name] = values
	}
	h.Set("ETag", x.etag)
	h.Add("Vary", "Accept-Encoding")
	if matches(r.Header.Get("If-None-Match"), x.etag) {
		if x.contentType == svgType {
			h.Set("Content-Security-Policy", pictureCSP)
		}
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := x.body
	if x.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = x.packed
	}
	s.send(w, r, http.StatusOK, x.contentType, body)
}

// matches compares an entity tag with those that a reader has; a proxy may have made
// one weak by packing the answer.
func matches(have, etag string) bool {
	for tag := range strings.SplitSeq(have, ",") {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// seconds writes a number of seconds for a header.
func seconds(n int) string { return strconv.Itoa(n) }
