// Package markdown reads the texts of lessons: Markdown in, a tree of plain values out.
//
// The tree holds what a page may draw and nothing else. There is no HTML in it and no
// picture, and a link leads to an http or https address or to a place of this site. What
// was written and is drawn otherwise, or not at all, is noted with its line. How a text
// looks is settled elsewhere.
package markdown

// Text is a sequence of blocks.
type Text []Block

// Kind tells blocks apart.
type Kind uint8

const (
	Paragraph Kind = iota
	Heading
	List
	Code
	Quote
	Table
	Rule
)

// Block is a paragraph or what stands in the place of one.
type Block struct {
	Kind Kind
	// Line is where it begins, from 1.
	Line int
	// Spans are the words of a Paragraph or Heading.
	Spans []Span
	// Level is that of a Heading, from 1.
	Level int
	// Items are those of a List. First is the number of the first one; 0 is a list
	// without numbers.
	Items []Text
	First int
	// Code is the text of a Code block, with its line ends.
	Code string
	// Inside is what a Quote holds.
	Inside Text
	// Head and Rows are the cells of a Table.
	Head []Cell
	Rows [][]Cell
}

// Cell is one of a table.
type Cell []Span

// SpanKind tells stretches of a sentence apart.
type SpanKind uint8

const (
	Plain SpanKind = iota
	CodeSpan
	Emphasis
	Strong
	Link
	Break
)

// Span is a stretch of a sentence.
type Span struct {
	Kind SpanKind
	// Text is that of a Plain or CodeSpan.
	Text string
	// Inside is what Emphasis, Strong and Link hold.
	Inside []Span
	// Href is where a Link leads: an http or https address, or one without a scheme and a
	// host.
	Href string
}

// Note says that something was written and is not drawn as it was meant.
type Note struct {
	Line int
	Text string
}

// Sentence is a text of one paragraph with these words.
func Sentence(spans ...Span) Text { return Text{{Kind: Paragraph, Spans: spans}} }

// Words gives the text alone, its blocks separated by a space.
func (t Text) Words() string {
	var b builder
	t.words(&b)
	return b.String()
}

func (t Text) words(b *builder) {
	for i := range t {
		x := &t[i]
		b.part()
		b.spans(x.Spans)
		b.write(x.Code)
		x.Inside.words(b)
		for _, item := range x.Items {
			item.words(b)
		}
		for _, row := range append([][]Cell{x.Head}, x.Rows...) {
			for _, cell := range row {
				b.part()
				b.spans(cell)
			}
		}
	}
}

// Unlinked is the text with the address of each link beside its words in the place of
// the link: for texts of people whom nobody knows, and for paper.
func (t Text) Unlinked() Text {
	out := make(Text, len(t))
	for i, x := range t {
		x.Spans, x.Inside, x.Head = unlinked(x.Spans), x.Inside.Unlinked(), unlinkedCells(x.Head)
		items, rows := x.Items, x.Rows
		x.Items, x.Rows = nil, nil
		for _, item := range items {
			x.Items = append(x.Items, item.Unlinked())
		}
		for _, row := range rows {
			x.Rows = append(x.Rows, unlinkedCells(row))
		}
		out[i] = x
	}
	return out
}

func unlinkedCells(cells []Cell) []Cell {
	var out []Cell
	for _, cell := range cells {
		out = append(out, unlinked(cell))
	}
	return out
}

func unlinked(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		s.Inside = unlinked(s.Inside)
		if s.Kind != Link {
			out = append(out, s)
			continue
		}
		out = append(out, s.Inside...)
		if Sentence(s.Inside...).Words() != s.Href {
			out = append(out, Span{Text: " (" + s.Href + ")"})
		}
	}
	return out
}
