package manifest

import (
	"bytes"
	"strings"
	"sync"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// source locates the fields of one object. It keeps the bytes and parses them again
// when it is asked, since node trees of large bundles take hundreds of megabytes.
type source struct {
	doc *document
	// path leads to the object within its document: "" or "items[3]".
	path    string
	listing *listing
}

// Locate implements diag.Locator.
func (s *source) Locate(field string) diag.Range { return s.LocateAll([]string{field})[0] }

// LocateAll gives the ranges of several fields of one object for the price of one.
func (s *source) LocateAll(fields []string) []diag.Range {
	ranges := make([]diag.Range, len(fields))
	t, path := s.tree(fields)
	for i, field := range fields {
		switch {
		case t != nil:
			ranges[i] = t.locate(join(path, field))
		case s.path == "":
			ranges[i] = s.doc.whole()
		default:
			ranges[i] = s.listing.item(s.path).whole()
		}
	}
	return ranges
}

// tree parses what is needed to answer for fields: nothing when they all mean the
// whole object, only the item for an object in a List. A nil tree means that the
// whole range is the answer.
func (s *source) tree(fields []string) (*tree, string) {
	all := true
	for _, f := range fields {
		all = all && f == ""
	}
	if all {
		return nil, ""
	}
	if s.path != "" {
		if part := s.listing.item(s.path); part != nil {
			if t, err := newTree(part); err == nil {
				return t, ""
			}
		}
	}
	// Also the way for items with aliases to what stands outside of them.
	t, err := newTree(s.doc)
	if err != nil {
		return nil, ""
	}
	return t, s.path
}

// DocumentText gives the text of the YAML document that holds one object and nothing
// else, as the user wrote it. It is not ok for JSON, for an item of a List and for a
// text that was completed or cleaned.
func DocumentText(l diag.Locator) (text []byte, ok bool) {
	s, ok := l.(*source)
	if !ok || s.path != "" || s.doc.json || s.doc.origin != nil {
		return nil, false
	}
	return s.doc.text, true
}

// LocateAll gives the ranges of several fields of one object with one parse, which
// is cheaper than calling Locate for each.
func LocateAll(l diag.Locator, fields []string) []diag.Range {
	if s, ok := l.(*source); ok {
		return s.LocateAll(fields)
	}
	ranges := make([]diag.Range, len(fields))
	for i, f := range fields {
		ranges[i] = l.Locate(f)
	}
	return ranges
}

// listing knows where the items of a List begin and end, so that asking for a field
// of one item does not parse them all. It is filled when first asked.
type listing struct {
	doc   *document
	once  sync.Once
	spans map[string]span
}

type span struct {
	from, to int
	at       diag.Position
}

// item gives the text of one item as a document of its own, or the whole document
// when the item cannot be told apart.
func (l *listing) item(path string) *document {
	l.once.Do(l.fill)
	span, ok := l.spans[path]
	if !ok || span.from == span.to {
		return l.doc
	}
	part := &document{file: l.doc.file, line: span.at.Line - 1, text: l.doc.text[span.from:span.to], json: l.doc.json, ignored: l.doc.ignored}
	from := span.from
	if c := part.text[0]; c == '{' || c == '[' {
		part.column = span.at.Column - 1
	} else {
		// The lines of a block keep their indentation, so the first one needs its own.
		indent := bytes.Repeat([]byte(" "), span.at.Column-1)
		from -= len(indent)
		part.text = append(indent, part.text...)
	}
	if o := l.doc.origin; o != nil {
		part.origin = &origin{o.spliced, o.base + from}
	}
	return part
}

func (l *listing) fill() {
	l.spans = map[string]span{}
	t, err := newTree(l.doc)
	if err != nil {
		return
	}
	t.items(l.spans, "")
}

// items notes the spans of the items of a List, and of Lists in it.
func (t *tree) items(spans map[string]span, path string) {
	list := join(path, "items")
	key, value := t.find(list)
	if key == nil || key.Value != "items" {
		return
	}
	for i, n := range resolveAlias(value).Content {
		item := indexed(list, i)
		spans[item] = span{t.offset(n), t.end(n), t.position(t.offset(n))}
		if n = resolveAlias(n); len(n.Content) > 0 {
			for k := 0; k+1 < len(n.Content); k += 2 {
				if n.Content[k].Value == "kind" && strings.HasSuffix(n.Content[k+1].Value, "List") {
					t.items(spans, item)
				}
			}
		}
	}
}
