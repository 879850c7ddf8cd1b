package manifest

import (
	"bytes"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Ignore is a comment that silences findings of a code:
//
//	# netpolscope:ignore NP407 every pod of this namespace is meant
//
// It speaks for the line that it stands behind, and alone on its line for the next one
// that holds something. Where an object begins on that line it speaks for all of the
// object.
type Ignore struct {
	// Range is the comment's own place.
	Range diag.Range
	// Code is as written, Reason what stands behind it; either may be missing.
	Code, Reason string
	// First and Last are the lines that it speaks for; both are zero where nothing
	// follows it.
	First, Last int
	// Removal takes the comment out.
	Removal diag.Edit
}

// Covers reports whether the comment speaks for a place.
func (i *Ignore) Covers(r diag.Range) bool {
	return r.File == i.Range.File && !r.IsZero() && i.First <= r.Start.Line && r.Start.Line <= i.Last
}

var (
	ignoreMark    = []byte("netpolscope:")
	ignoreComment = regexp.MustCompile(`#+[ \t]*netpolscope:[ \t]*ignore(?:[ \t]+(\S+))?(?:[ \t]+(.*?))?[ \t]*$`)
)

// ignores finds the comments of files. The documents are those that can be parsed: what
// looks like a comment inside of a text of theirs is none.
func ignores(files []file, docs []*document) []Ignore {
	var all []Ignore
	var of map[string][]*document
	for _, f := range files {
		if !bytes.Contains(f.text, ignoreMark) {
			continue
		}
		if of == nil {
			of = map[string][]*document{}
			for _, d := range docs {
				of[d.file] = append(of[d.file], d)
			}
		}
		s := ignoreScan{file: f, lines: linesOf(f.text), objects: map[int]int{}}
		for _, d := range of[f.name] {
			if d.begin+len(d.text) <= len(f.text) {
				s.open(d)
			}
		}
		all = append(all, s.comments()...)
	}
	return all
}

// ignoreScan looks for the comments of one file.
type ignoreScan struct {
	file
	// lines holds the byte that each line begins at.
	lines []int
	// texts are the stretches of scalars that hold the mark, objects the lines of
	// objects, each by its first.
	texts   []stretch
	objects map[int]int
}

type stretch struct{ from, to int }

// line gives the number of the line that holds a byte, from 1.
func (s *ignoreScan) line(offset int) int { return sort.SearchInts(s.lines, offset+1) }

// open notes the objects of a document and its texts with the mark.
func (s *ignoreScan) open(d *document) {
	from, to := d.content()
	s.objects[s.line(d.begin+from)] = s.line(d.begin + to)
	if !bytes.Contains(d.text, ignoreMark) {
		return
	}
	if d.json { // which has no comments
		s.texts = append(s.texts, stretch{d.begin, d.begin + len(d.text)})
		return
	}
	t, err := newTree(d)
	if err != nil {
		return
	}
	s.scalars(t, t.root)
	items := Part{tree: t, value: t.root}.Field("items")
	for _, item := range items.Items() {
		s.objects[s.line(d.begin+item.begin())] = s.line(d.begin + item.end())
	}
}

func (s *ignoreScan) scalars(t *tree, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, string(ignoreMark)) {
		s.texts = append(s.texts, stretch{t.doc.begin + t.offset(n), t.doc.begin + t.end(n)})
	}
	for _, c := range n.Content {
		s.scalars(t, c)
	}
}

func (s *ignoreScan) comments() []Ignore {
	var all []Ignore
	for n, start := range s.lines {
		end, next := lineEnd(s.text, start)
		row := s.text[start:end]
		if !bytes.Contains(row, ignoreMark) {
			continue
		}
		m := ignoreComment.FindSubmatchIndex(row)
		if m == nil || m[0] > 0 && row[m[0]-1] != ' ' && row[m[0]-1] != '\t' || s.inText(start+m[0]) {
			continue
		}
		part := func(i int) string {
			if m[i] < 0 {
				return ""
			}
			return string(row[m[i]:m[i+1]])
		}
		at := func(i int) diag.Position { return diag.Position{Line: n + 1, Column: utf8.RuneCount(row[:i]) + 1} }
		c := Ignore{
			Range: diag.Range{File: s.name, Start: at(m[0]), End: at(len(bytes.TrimRight(row, " \t")))},
			Code:  strings.TrimRight(part(2), ":,"), Reason: part(4),
		}
		before := len(bytes.TrimRight(row[:m[0]], " \t"))
		c.Removal.Range = diag.Range{File: s.name, Start: at(before), End: at(len(row))}
		if before == 0 && next > end {
			c.Removal.Range.End = diag.Position{Line: n + 2, Column: 1}
		}
		if says(row[:before]) {
			c.First = n + 1
		} else {
			c.First = s.after(n)
		}
		c.Last = max(c.First, s.objects[c.First])
		all = append(all, c)
	}
	return all
}

// inText reports whether a byte is inside of a text, which are found from first to last.
func (s *ignoreScan) inText(offset int) bool {
	i := sort.Search(len(s.texts), func(i int) bool { return s.texts[i].to > offset })
	return i < len(s.texts) && s.texts[i].from <= offset
}

// after gives the number of the next line behind one that holds something, 0 for none.
// Lines are given from 0.
func (s *ignoreScan) after(n int) int {
	for i := n + 1; i < len(s.lines); i++ {
		end, _ := lineEnd(s.text, s.lines[i])
		if says(s.text[s.lines[i]:end]) {
			return i + 1
		}
	}
	return 0
}

// says reports whether a line holds more than a comment, a marker or a directive.
func says(row []byte) bool {
	if isMarker(row, "---") || isMarker(row, "...") {
		row = row[3:]
	}
	row = bytes.TrimSpace(row)
	return len(row) > 0 && row[0] != '#' && row[0] != '%'
}
