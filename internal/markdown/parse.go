package markdown

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// deepest bounds how many lists, quotes or emphases stand inside each other.
const deepest = 10

// Parse reads a text. It never fails: what it does not draw is in the notes.
func Parse(source string) (Text, []Note) {
	r := reader{source: []byte(source)}
	read := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200))...),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
	return r.blocks(read.Parse(text.NewReader(r.source)), 0), r.notes
}

type reader struct {
	source []byte
	notes  []Note
}

// note notes something about a node, once for a line.
func (r *reader) note(n ast.Node, format string, args ...any) {
	note := Note{r.line(n), fmt.Sprintf(format, args...)}
	if last := len(r.notes) - 1; last < 0 || r.notes[last] != note {
		r.notes = append(r.notes, note)
	}
}

// line tells where a node begins, as far as it knows.
func (r *reader) line(n ast.Node) int {
	at := -1
	for x := n; x != nil && at < 0; x = x.FirstChild() {
		at = r.begins(x)
	}
	for x := n; x != nil && at < 0; x = x.Parent() {
		at = r.begins(x)
	}
	if at < 0 {
		return 1
	}
	return 1 + bytes.Count(r.source[:at], []byte("\n"))
}

func (r *reader) begins(n ast.Node) int {
	switch x := n.(type) {
	case *ast.Text:
		return x.Segment.Start
	case *ast.RawHTML:
		if x.Segments.Len() > 0 {
			return x.Segments.At(0).Start
		}
	}
	if n.Type() != ast.TypeInline && n.Lines().Len() > 0 {
		return n.Lines().At(0).Start
	}
	return -1
}

func (r *reader) blocks(parent ast.Node, depth int) (all Text) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if depth > deepest {
			r.note(n, "lists and quotes stand inside each other more than %d deep; what is deeper is left out", deepest)
			return all
		}
		if b, ok := r.block(n, depth); ok {
			b.Line = r.line(n)
			all = append(all, b)
		}
	}
	return all
}

func (r *reader) block(n ast.Node, depth int) (Block, bool) {
	switch x := n.(type) {
	case *ast.Heading:
		return Block{Kind: Heading, Level: x.Level, Spans: r.spans(n, 0)}, true
	case *ast.Paragraph, *ast.TextBlock:
		spans := r.spans(n, 0)
		return Block{Kind: Paragraph, Spans: spans}, len(spans) > 0
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return Block{Kind: Code, Code: r.lines(n.Lines())}, true
	case *ast.HTMLBlock:
		r.note(n, "HTML is shown as text; write Markdown")
		code := r.lines(x.Lines())
		if x.HasClosure() {
			code += string(x.ClosureLine.Value(r.source))
		}
		return Block{Kind: Code, Code: code}, true
	case *ast.Blockquote:
		return Block{Kind: Quote, Inside: r.blocks(n, depth+1)}, true
	case *ast.List:
		b := Block{Kind: List}
		if x.IsOrdered() {
			b.First = max(x.Start, 1)
		}
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			b.Items = append(b.Items, r.blocks(item, depth+1))
		}
		return b, true
	case *tables.Table:
		b := Block{Kind: Table}
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			var cells []Cell
			for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
				cells = append(cells, r.spans(cell, 0))
			}
			if _, head := row.(*tables.TableHeader); head {
				b.Head = cells
			} else {
				b.Rows = append(b.Rows, cells)
			}
		}
		return b, true
	case *ast.ThematicBreak:
		return Block{Kind: Rule}, true
	}
	return Block{}, false // the definition of a link, which is no block of its own
}

func (r *reader) lines(segments *text.Segments) string {
	var b strings.Builder
	for i := range segments.Len() {
		at := segments.At(i)
		b.Write(at.Value(r.source))
	}
	return b.String()
}

// spans gives the words of a node. Neighbours without a mark are one span.
func (r *reader) spans(parent ast.Node, depth int) (all []Span) {
	add := func(more ...Span) {
		for _, s := range more {
			if last := len(all) - 1; s.Kind == Plain && last >= 0 && all[last].Kind == Plain {
				all[last].Text += s.Text
			} else if s.Kind != Plain || s.Text != "" {
				all = append(all, s)
			}
		}
	}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if depth > deepest {
			r.note(n, "emphases stand inside each other more than %d deep; what is deeper is left out", deepest)
			return all
		}
		switch x := n.(type) {
		case *ast.Text:
			text := string(x.Segment.Value(r.source))
			if !x.IsRaw() {
				text = plain(text)
			}
			if add(Span{Text: text}); x.HardLineBreak() {
				add(Span{Kind: Break})
			} else if x.SoftLineBreak() {
				add(Span{Text: " "})
			}
		case *ast.String:
			add(Span{Text: string(x.Value)})
		case *ast.CodeSpan:
			add(Span{Kind: CodeSpan, Text: r.code(n)})
		case *ast.Emphasis:
			kind := Emphasis
			if x.Level > 1 {
				kind = Strong
			}
			add(Span{Kind: kind, Inside: r.spans(n, depth+1)})
		case *ast.Link:
			add(r.link(n, plain(string(x.Destination)), r.spans(n, depth+1))...)
		case *ast.AutoLink:
			label := Span{Text: string(x.Label(r.source))}
			if x.AutoLinkType == ast.AutoLinkEmail {
				add(label)
			} else {
				add(r.link(n, string(x.URL(r.source)), []Span{label})...)
			}
		case *ast.Image:
			r.note(n, "pictures are not shown; the words that stand for one are. A lesson draws its own picture from its manifests")
			add(r.spans(n, depth+1)...)
		case *ast.RawHTML:
			r.note(n, "HTML is shown as text; write Markdown")
			add(Span{Text: r.lines(x.Segments)})
		}
	}
	return all
}

// code gives the text in backticks, on one line.
func (r *reader) code(n ast.Node) string {
	var b strings.Builder
	for x := n.FirstChild(); x != nil; x = x.NextSibling() {
		if t, ok := x.(*ast.Text); ok {
			b.Write(t.Segment.Value(r.source))
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// link gives a link where the address may be one, else its words.
func (r *reader) link(n ast.Node, href string, inside []Span) []Span {
	if !mayLead(href) {
		r.note(n, "a link leads to an http or https address, or to a place of this site, and %q is neither; its words are shown", href)
		return inside
	}
	if strings.TrimSpace(Sentence(inside...).Words()) == "" {
		inside = []Span{{Text: href}}
	}
	return []Span{{Kind: Link, Href: href, Inside: inside}}
}

// mayLead reports whether a link may lead somewhere.
func mayLead(href string) bool {
	at, err := url.Parse(href)
	if err != nil || href == "" || strings.ContainsFunc(href, func(c rune) bool { return c <= ' ' || c == 0x7f || c == '\\' }) {
		return false
	}
	switch at.Scheme {
	case "http", "https":
		return at.Host != "" && at.User == nil
	case "":
		// What begins with two slashes leads to another site; a colon in front of the first
		// slash could be taken for the end of a scheme.
		colon, slash := strings.IndexByte(href, ':'), strings.IndexByte(href, '/')
		return at.Host == "" && at.Opaque == "" && !strings.HasPrefix(href, "//") && (colon < 0 || slash >= 0 && slash < colon)
	}
	return false
}

var escaped = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

// plain resolves what stands for a character: a backslash before it, or its name in
// HTML.
func plain(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(s string) string {
		if s[0] == '\\' {
			return s[1:]
		}
		return html.UnescapeString(s)
	})
}

// builder collects words with single spaces between parts.
type builder struct{ strings.Builder }

func (b *builder) part() {
	if b.Len() > 0 && !strings.HasSuffix(b.String(), " ") {
		b.WriteByte(' ')
	}
}

func (b *builder) write(text string) { b.WriteString(strings.TrimRight(text, "\n")) }

func (b *builder) spans(spans []Span) {
	for _, s := range spans {
		if s.Kind == Break {
			b.part()
		}
		b.write(s.Text)
		b.spans(s.Inside)
	}
}
