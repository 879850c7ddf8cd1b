package diag

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

// Apply carries out edits on the text of their file. Insertions at one place are
// made in the order given, and before what is taken out from there on. It reports false, and gives nothing, when an edit lies
// outside of the text or two of them overlap: nothing is carried out by halves.
func Apply(text []byte, edits []Edit) ([]byte, bool) {
	spans, ok := Spans(text, edits)
	if !ok {
		return nil, false
	}
	var out []byte
	done := 0
	for _, s := range spans {
		out = append(append(out, text[done:s.From]...), s.Text...)
		done = s.To
	}
	return append(out, text[done:]...), true
}

// Span is an edit in bytes of a text.
type Span struct {
	From, To int
	Text     string
}

// Spans gives edits on a text in bytes, in order of their places. It reports false where
// Apply does.
func Spans(text []byte, edits []Edit) ([]Span, bool) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(a.Range.Start.Compare(b.Range.Start), a.Range.End.Compare(b.Range.End))
	})
	in := places{text: text, line: 1}
	in.start = len(text) - len(bytes.TrimPrefix(text, []byte("\ufeff"))) // a byte order mark has no column
	in.pos = in.start
	var spans []Span
	done := 0
	for _, e := range edits {
		from, ok := in.byte(e.Range.Start)
		if !ok || from < done {
			return nil, false
		}
		to, ok := in.byte(e.Range.End)
		if !ok || to < from {
			return nil, false
		}
		spans = append(spans, Span{from, to, e.NewText})
		done = to
	}
	return spans, true
}

// Compare orders positions as they stand in a text.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// places turns positions into bytes, each found from the last, so that many edits of
// a long text, or of a long line, cost one reading of it.
type places struct {
	text []byte
	// line begins at start; pos is the last byte that was asked for, column its column
	// from 0.
	line, start int
	pos, column int
}

// byte gives the byte of a position. Positions are asked for in their order, but one
// on the line of the last may be before it.
func (p *places) byte(at Position) (int, bool) {
	if at.Line < p.line || at.Column < 1 {
		return 0, false
	}
	for ; p.line < at.Line; p.line++ {
		next, ended := line(p.text, p.start)
		if !ended {
			return 0, false
		}
		p.start, p.pos, p.column = next, next, 0
	}
	if at.Column-1 < p.column {
		p.pos, p.column = p.start, 0
	}
	for ; p.column < at.Column-1; p.column++ {
		if p.pos == len(p.text) || p.text[p.pos] == '\n' || p.text[p.pos] == '\r' {
			return 0, false
		}
		_, size := utf8.DecodeRune(p.text[p.pos:])
		p.pos += size
	}
	return p.pos, true
}

// line gives where the line after the one that begins at a byte begins: behind its
// break, which is LF, CR LF or CR, if it has one.
func line(text []byte, from int) (next int, ended bool) {
	i := bytes.IndexAny(text[from:], "\r\n")
	if i < 0 {
		return len(text), false
	}
	if bytes.HasPrefix(text[from+i:], []byte("\r\n")) {
		return from + i + 2, true
	}
	return from + i + 1, true
}
