package manifest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Apply makes edits on the texts of sources and gives the sources that result; the
// ones given stay as they are. Edits that insert at the same place keep their order.
// New lines end as those of the text do. It is an error when an edit is about a file
// that is no source of its own, as one in an archive or in a picture, or when edits
// overlap.
func Apply(sources []Source, edits []diag.Edit) ([]Source, error) {
	of := map[string][]diag.Edit{}
	for _, e := range edits {
		of[e.Range.File] = append(of[e.Range.File], e)
	}
	sources = slices.Clone(sources)
	for i, s := range sources {
		mine := of[s.Name]
		if len(mine) == 0 || isContainer(s.Data) {
			continue
		}
		delete(of, s.Name)
		text, trouble := s.Data, ""
		if !utf8.Valid(text) {
			text, trouble = decodeText(text)
		}
		if trouble != "" {
			return nil, fmt.Errorf("editing %s: %s", s.Name, trouble)
		}
		edited, ok := diag.Apply(text, breaking(mine, text))
		if !ok {
			return nil, fmt.Errorf("editing %s: edits overlap or lie outside of the text", s.Name)
		}
		sources[i].Data = edited
	}
	for name := range of {
		return nil, fmt.Errorf("editing %s: it is not a file of its own", name)
	}
	return sources, nil
}

// Rigid says why the text of a source cannot be edited where it is: it is no text, or
// another text is inside of it. It is empty where it can.
func (s Source) Rigid() string {
	switch {
	case archiveFormat(s.Data) != "":
		return "it is an archive"
	case isContainer(s.Data):
		return "it is a picture that carries its manifests"
	case !utf8.Valid(s.Data) || bytes.IndexByte(s.Data, 0) >= 0:
		return "it is not text in UTF-8"
	}
	return ""
}

// isContainer reports whether the text that is read is not the data itself.
func isContainer(data []byte) bool { return archiveFormat(data) != "" || isPicture(data) }

// breaking gives edits that break lines as a text does.
func breaking(edits []diag.Edit, text []byte) []diag.Edit {
	end, next := lineEnd(text, 0)
	if next-end != len("\r\n") {
		return edits
	}
	edits = slices.Clone(edits)
	for i, e := range edits {
		edits[i].NewText = strings.ReplaceAll(strings.ReplaceAll(e.NewText, "\r\n", "\n"), "\n", "\r\n")
	}
	return edits
}
