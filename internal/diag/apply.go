package diag

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

// Apply carries out edits on the text of their file. Edits that begin at one place
// are made in the order given. It reports false, and gives nothing, when an edit lies
// outside of the text or two of them overlap: nothing is carried out by halves.
func Apply(text []byte, edits []Edit) ([]byte, bool) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Range.Start.Compare(b.Range.Start) })
	in := places{text: text, line: 1}
	in.pos = len(text) - len(bytes.TrimPrefix(text, []byte("\ufeff"))) // a byte order mark has no column
	var out []byte
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
		out = append(append(out, text[done:from]...), e.NewText...)
		done = to
	}
	return append(out, text[done:]...), true
}

// Compare orders positions as they stand in a text.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// places turns positions into bytes, each found from the last, so that many edits of
// a long text cost one reading of it.
type places struct {
	text []byte
	// line begins at pos.
	line, pos int
}

// byte gives the byte of a position. Positions are asked for in their order, but a
// position on the line of the last one may be before it.
func (p *places) byte(at Position) (int, bool) {
	if at.Line < p.line || at.Column < 1 {
		return 0, false
	}
	for ; p.line < at.Line; p.line++ {
		_, next, ended := line(p.text, p.pos)
		if !ended {
			return 0, false
		}
		p.pos = next
	}
	end, _, _ := line(p.text, p.pos)
	pos := p.pos
	for range at.Column - 1 {
		if pos >= end {
			return 0, false
		}
		_, size := utf8.DecodeRune(p.text[pos:])
		pos += size
	}
	return pos, true
}

// line gives the end of the line that begins at a byte, without and with its line
// break (LF, CR LF or CR), and whether it has one.
func line(text []byte, from int) (end, next int, ended bool) {
	i := bytes.IndexAny(text[from:], "\r\n")
	if i < 0 {
		return len(text), len(text), false
	}
	end = from + i
	if bytes.HasPrefix(text[end:], []byte("\r\n")) {
		return end, end + 2, true
	}
	return end, end + 1, true
}
