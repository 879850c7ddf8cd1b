package manifest

import (
	"slices"
	"sort"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Remedy makes a fix of an object's text one for the text that the user wrote, where
// the two differ: something was taken out of it or put around it. Fixes from Part need
// it; findings of Parse have it. A fix of other text is given back as it is.
func Remedy(l diag.Locator, fix *diag.Fix) *diag.Fix {
	if s, ok := l.(*source); ok {
		return s.doc.remedy(fix)
	}
	return fix
}

// unresolved is the line of the places of edits that are bytes of the spliced text. The
// user's text has no such line, so that one which nobody resolves cannot be applied.
const unresolved = -1

// edit is an edit of a stretch of the document, to be resolved by remedy.
func (o *origin) edit(from, to int, text string) diag.Edit {
	at := func(offset int) diag.Position { return diag.Position{Line: unresolved, Column: offset + o.base} }
	return diag.Edit{Range: diag.Range{File: o.of.file, Start: at(from), End: at(to)}, NewText: text}
}

// remedy resolves the edits of a fix. One that adds or takes out lines would do so
// without what was taken out of the other lines, or put in; so it brings along all
// that was done to the text.
func (d *document) remedy(fix *diag.Fix) *diag.Fix {
	if d.origin == nil || fix == nil {
		return fix
	}
	var splices []splice
	for _, e := range fix.Edits {
		if e.Range.Start.Line != unresolved {
			return fix
		}
		splices = append(splices, splice{e.Range.Start.Column, e.Range.End.Column, e.NewText})
	}
	s := d.origin.spliced
	if !slices.ContainsFunc(splices, s.needsAll) {
		edits := make([]diag.Edit, len(splices))
		for i, p := range splices {
			edits[i] = diag.Edit{Range: (&document{file: d.file, origin: &origin{spliced: s}}).stretch(p.from, p.to), NewText: p.text}
		}
		return &diag.Fix{Text: fix.Text, Edits: edits}
	}
	if s.bulk() > mostBrought {
		return nil
	}
	return &diag.Fix{Text: fix.Text, Edits: s.resolve(splices)}
}

// mostBrought is the number of splices that remedies may bring along. Each brings all,
// so that many in a long text would be many times that text.
const mostBrought = 1_000

// bulk gives the splices that are done to a text, once for each document in it.
func (s *spliced) bulk() int {
	n := len(s.splices)
	if s.of.origin != nil {
		n += s.of.origin.bulk()
	}
	return n * max(1, s.parts)
}

// needsAll reports whether an edit of the spliced text makes sense only there.
func (s *spliced) needsAll(p splice) bool {
	if strings.ContainsAny(p.text, "\r\n") || strings.ContainsAny(string(s.text[p.from:p.to]), "\r\n") {
		return true
	}
	// Within one line there may be something that was put in.
	i := sort.Search(len(s.begins), func(i int) bool { return s.begins[i]+len(s.splices[i].text) > p.from })
	if i < len(s.begins) && (s.begins[i] < p.from || s.begins[i] < p.to) {
		return true
	}
	if s.of.origin == nil {
		return false
	}
	o := &origin{spliced: s}
	from := o.start(p.from)
	return s.of.origin.needsAll(splice{from + s.of.origin.base, max(from, o.end(p.to)) + s.of.origin.base, p.text})
}

// resolve gives edits of the user's text that do what was done to it and then some more
// to what came of that.
func (s *spliced) resolve(more []splice) []diag.Edit {
	for {
		more = s.compose(more)
		if s.of.origin == nil {
			break
		}
		o := s.of.origin
		for i := range more {
			more[i].from, more[i].to = more[i].from+o.base, more[i].to+o.base
		}
		s = o.spliced
	}
	edits := make([]diag.Edit, len(more))
	for i, p := range more {
		edits[i] = diag.Edit{Range: s.place(p), NewText: p.text}
	}
	return edits
}

// piece is a part of a text: a stretch that is kept from the text underneath, or new.
type piece struct {
	from, to int
	text     string
}

func (p piece) len() int { return p.to - p.from + len(p.text) }

// cut divides a piece.
func (p piece) cut(at int) (piece, piece) {
	if p.text != "" {
		return piece{text: p.text[:at]}, piece{text: p.text[at:]}
	}
	return piece{from: p.from, to: p.from + at}, piece{from: p.from + at, to: p.to}
}

// compose gives the splices that do to the text underneath what the splices do, and
// then more to what came of that.
func (s *spliced) compose(more []splice) []splice {
	var pieces []piece
	done := 0
	for _, p := range s.splices {
		pieces = append(pieces, piece{from: done, to: p.from}, piece{text: p.text})
		done = p.to
	}
	pieces = append(pieces, piece{from: done, to: len(s.of.text)})

	more = slices.Clone(more)
	slices.SortStableFunc(more, func(a, b splice) int { return a.from - b.from })
	var out []piece
	at := 0 // in the spliced text
	next := func(until int, keep bool) {
		for len(pieces) > 0 && at < until {
			p := pieces[0]
			pieces = pieces[1:]
			if n := until - at; p.len() > n {
				var rest piece
				p, rest = p.cut(n)
				pieces = append([]piece{rest}, pieces...)
			}
			at += p.len()
			if keep {
				out = append(out, p)
			}
		}
	}
	for _, m := range more {
		next(m.from, true)
		out = append(out, piece{text: m.text})
		next(m.to, false)
	}
	out = append(out, pieces...)

	var all []splice
	done, text := 0, ""
	flush := func(until int) {
		if until > done || text != "" {
			all = append(all, splice{done, until, text})
		}
		text = ""
	}
	for _, p := range out {
		if p.to == p.from {
			text += p.text
			continue
		}
		flush(p.from)
		done = p.to
	}
	flush(len(s.of.text))
	return all
}
