package web

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
)

// mostLoaded is the length of a code that a page carries along to compare with.
const mostLoaded = 64 << 10

// keepLoaded remembers the text that a page was opened with, in the page itself, so that
// what became of it can be compared with it. What is too large, or an archive, is not.
func (s *state) keepLoaded(sources []manifest.Source) {
	if s.loaded != "" {
		return
	}
	var texts [][]byte
	for _, source := range sources {
		if isArchive(source.Data) {
			return
		}
		texts = append(texts, source.Data)
	}
	const most = 4 * mostLoaded // that a code of the size may hold
	text := bytes.Join(texts, []byte("\n---\n"))
	if len(bytes.TrimSpace(text)) == 0 || len(text) > most {
		return
	}
	if code := permalink.Encode(text); len(code) <= mostLoaded {
		s.loaded = code
	}
}

// against loads what the text of the workbench is compared with: the text that its page was
// opened with, the stored link that it goes on from, or another one.
func (s *Server) against(r *http.Request, in *submission, view state) error {
	if view.against == "" || len(in.sources) == 0 {
		return nil
	}
	in.sides[1] = in.sources
	if view.against == "loaded" {
		source, err := permalink.Decode(view.loaded, s.config.Limits)
		if err != nil {
			return badRequest("%s", sentence(err.Error()))
		}
		source.Name = "as loaded"
		if len(in.sources) == 1 {
			source.Name = in.sources[0].Name
		}
		in.sides[0] = []manifest.Source{source}
		return nil
	}
	links, err := s.sharing()
	if err != nil {
		return err
	}
	text := view.parent
	if view.against == "link" {
		text = view.link[strings.LastIndexByte(view.link, '/')+1:]
	}
	id, ok := permalink.ParseID(text)
	if !ok {
		return linkProblem(permalink.ErrNone)
	}
	content, err := links.Open(r.Context(), id)
	if err != nil {
		return linkProblem(err)
	}
	in.sides[0] = content.Sources()
	return nil
}
