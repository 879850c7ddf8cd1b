package manifest

import (
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// splice replaces a stretch of a text, in bytes, by another text.
type splice struct {
	from, to int
	text     string
}

// spliced is a text made from that of a document by splices, which can say where each
// of its bytes was written. The user wrote the document, or it is spliced itself.
type spliced struct {
	of      *document
	splices []splice // sorted, disjoint
	// begins holds the byte of the new text that each splice begins at.
	begins []int
	text   []byte
	// parts is the number of documents that the new text was cut into.
	parts int
	// lines holds the byte that each line of the user's text begins at. It is empty
	// where of is spliced itself.
	lines []int
	// mu guards ruler, since places may be asked for side by side.
	mu    sync.Mutex
	ruler ruler
}

// newSpliced carries out splices, which may come in any order. Those that begin at one
// byte are made in the order given.
func newSpliced(d *document, splices []splice) *spliced {
	slices.SortStableFunc(splices, func(a, b splice) int { return a.from - b.from })
	s := &spliced{of: d, splices: splices, begins: make([]int, len(splices)), ruler: ruler{text: d.text}}
	done := 0
	for i, p := range splices {
		s.text = append(s.text, d.text[done:p.from]...)
		s.begins[i] = len(s.text)
		s.text = append(s.text, p.text...)
		done = p.to
	}
	s.text = append(s.text, d.text[done:]...)
	if d.origin == nil {
		s.lines = linesOf(d.text)
	}
	return s
}

// documents cuts the new text into its documents.
func (s *spliced) documents() []*document {
	var docs []*document
	split(s.of.file, s.text, func(d document) bool {
		d.origin, d.ignored = &origin{s, d.begin}, s.of.ignored
		docs = append(docs, &d)
		return true
	})
	s.parts = len(docs)
	return docs
}

// origin says where the text of a document comes from that is not as the user wrote
// it.
type origin struct {
	*spliced
	// base is the byte of the spliced text that the document begins at.
	base int
}

// start gives the byte of the text underneath that a stretch beginning at a byte
// begins at: behind what was taken out there or put in.
func (o *origin) start(offset int) int {
	offset += o.base
	i := sort.SearchInts(o.begins, offset+1) - 1
	if i < 0 {
		return offset
	}
	return o.splices[i].to + max(0, offset-o.begins[i]-len(o.splices[i].text))
}

// end gives the byte of the text underneath that a stretch ending at a byte ends at:
// in front of what was taken out there or put in.
func (o *origin) end(offset int) int {
	offset += o.base
	i := sort.SearchInts(o.begins, offset) - 1
	if i < 0 {
		return offset
	}
	if inside := offset - o.begins[i] - len(o.splices[i].text); inside > 0 {
		return o.splices[i].to + inside
	}
	return o.splices[i].from
}

// added reports whether a stretch lies in lines that the user did not write.
func (o *origin) added(from, to int) bool {
	from, to = from+o.base, to+o.base
	i := sort.SearchInts(o.begins, from+1) - 1
	return i >= 0 && from < o.begins[i]+o.splices[i].lines() && to <= o.begins[i]+len(o.splices[i].text)
}

// lines gives the length of the whole lines that a splice puts in.
func (s splice) lines() int { return strings.LastIndexByte(s.text, '\n') + 1 }

// position gives the place of a byte of the user's text.
func (s *spliced) position(offset int) diag.Position {
	line := sort.SearchInts(s.lines, offset+1) - 1
	at := diag.Position{Line: s.of.line + line + 1, Column: 1}
	if line < 0 {
		return diag.Position{Line: s.of.line + 1, Column: s.of.column + 1}
	}
	s.mu.Lock()
	at.Column += s.ruler.column(s.lines[line], offset)
	s.mu.Unlock()
	if line == 0 {
		at.Column += s.of.column
	}
	return at
}

// stretch gives the place of a stretch in the text that the user wrote. One that was
// added has the place of all that it was added to.
func (d *document) stretch(from, to int) diag.Range {
	o := d.origin
	if o.added(from, to) {
		return o.of.whole()
	}
	begin := o.start(from)
	if o.added(from, from) {
		first, _ := o.of.content()
		begin = max(begin, first)
	}
	from, to = begin, max(begin, o.end(to))
	if o.of.origin != nil {
		return o.of.stretch(from, to)
	}
	return diag.Range{File: d.file, Start: o.position(from), End: o.position(to)}
}

// place gives where a splice stands in the user's text.
func (s *spliced) place(p splice) diag.Range {
	if s.of.origin != nil {
		return s.of.stretch(p.from, p.to)
	}
	return diag.Range{File: s.of.file, Start: s.position(p.from), End: s.position(p.to)}
}

// asWritten gives the document as if its text were the user's.
func (d *document) asWritten() *document {
	if d.origin == nil {
		return d
	}
	return &document{file: d.file, text: d.text, json: d.json}
}

// relocate moves a finding from the rows to where the user wrote them.
func (s *syntax) relocate(f *diag.Finding) {
	if s.starts == nil {
		return
	}
	r := ruler{text: s.origin.text}
	byteOf := func(p diag.Position) int {
		if p.Line > len(s.starts) {
			return len(s.origin.text)
		}
		return r.byte(s.starts[p.Line-1], p.Column-1)
	}
	move := func(at *diag.Range) { *at = s.origin.stretch(byteOf(at.Start), byteOf(at.End)) }
	move(&f.Range)
	for i := range f.Related {
		move(&f.Related[i].Range)
	}
	if f.Fix != nil {
		for i, e := range f.Fix.Edits {
			f.Fix.Edits[i] = s.origin.origin.edit(byteOf(e.Range.Start), byteOf(e.Range.End), e.NewText)
		}
	}
}
