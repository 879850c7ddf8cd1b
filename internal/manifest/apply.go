package manifest

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Apply makes edits on the texts of sources and gives the sources that result; the
// ones given stay as they are. Edits that insert at the same place keep their order.
// It is an error when an edit is about a file that is no source of its own, as one in
// an archive, or when edits overlap.
func Apply(sources []Source, edits []diag.Edit) ([]Source, error) {
	of := map[string][]diag.Edit{}
	for _, e := range edits {
		of[e.Range.File] = append(of[e.Range.File], e)
	}
	sources = slices.Clone(sources)
	for i, s := range sources {
		mine := of[s.Name]
		if len(mine) == 0 || archiveFormat(s.Data) != "" {
			continue
		}
		delete(of, s.Name)
		text, trouble := decodeText(s.Data)
		if trouble != "" {
			return nil, fmt.Errorf("editing %s: %s", s.Name, trouble)
		}
		edited, ok := diag.Apply(text, mine)
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
