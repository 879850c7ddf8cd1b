package manifest

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// document is one document of a file: its bytes and where they begin. It is all
// that is kept of the text; positions are worked out from it when asked for.
type document struct {
	file string
	// line is the number of the file's line that text begins in, from 0, and
	// column the code points before text on that line. Column is only set for JSON
	// documents that share a line.
	line, column int
	text         []byte
	// begin is the byte of the file's text that text begins at.
	begin int
	// json is set when the text is one valid JSON value, which kubectl reads as
	// JSON and not as YAML.
	json bool
	// origin is nil when text is as the user wrote it.
	origin *origin
	// ignored tells which unknown fields are read as if they were not there; nil: none.
	ignored func(diag.Finding) bool
}

// split cuts a text into its documents, by line: a parser that meets one broken
// document would lose all that follow. It stops when yield gives false.
// Documents without content are yielded too, since each costs something.
func split(file string, text []byte, yield func(document) bool) {
	start, startLine := 0, 0
	directives := false // only directives, comments and blank lines so far
	lastBrace := false
	pos, line := 0, 0
	emit := func(end int) bool {
		d := document{file: file, line: startLine, begin: start, text: text[start:end]}
		return splitJSON(d, yield)
	}
	sawContent := false
	for pos < len(text) {
		end, next := lineEnd(text, pos)
		row := text[pos:end]
		switch {
		case isMarker(row, "---"):
			if pos > start && (sawContent || !directives) {
				if !emit(pos) {
					return
				}
				start, startLine = pos, line
			}
			// A marker closes a text of directives only when it opens their document.
			directives, sawContent, lastBrace = false, true, false
			if pos == start {
				start, startLine = pos, line
			}
		case isMarker(row, "..."):
			if !emit(next) {
				return
			}
			start, startLine = next, line+1
			directives, sawContent, lastBrace = false, false, false
		case len(row) > 0 && row[0] == '%' && !sawContent:
			directives = true
		default:
			trimmed := bytes.TrimSpace(row)
			if len(trimmed) == 0 || trimmed[0] == '#' {
				break
			}
			// Concatenated JSON: an object that begins in the first column after a
			// line that ended one.
			if row[0] == '{' && lastBrace {
				if !emit(pos) {
					return
				}
				start, startLine = pos, line
			}
			sawContent = true
			lastBrace = trimmed[len(trimmed)-1] == '}'
		}
		pos, line = next, line+1
	}
	if start < len(text) {
		emit(len(text))
	}
}

// splitJSON yields the values of a text that is one or more JSON values one by one,
// and any other text whole.
func splitJSON(d document, yield func(document) bool) bool {
	trimmed := bytes.TrimLeft(d.text, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return yield(d)
	}
	var one json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(d.text))
	begun, at := 0, diag.Position{Line: d.line + 1, Column: d.column + 1}
	part := func(to int) document {
		from := to - len(bytes.TrimLeft(d.text[begun:to], " \t\r\n"))
		at = advance(at, d.text[begun:from])
		p := document{file: d.file, line: at.Line - 1, column: at.Column - 1, begin: d.begin + from, text: d.text[from:to]}
		at = advance(at, d.text[from:to])
		begun = to
		return p
	}
	for {
		if err := dec.Decode(&one); err != nil {
			if begun == 0 {
				return yield(d)
			}
			rest := part(len(d.text))
			return len(rest.text) == 0 || yield(rest)
		}
		p := part(int(dec.InputOffset()))
		p.json = true
		if !yield(p) {
			return false
		}
	}
}

// advance gives the position behind a text that begins at a position.
func advance(at diag.Position, text []byte) diag.Position {
	pos := 0
	for pos < len(text) {
		end, next := lineEnd(text, pos)
		if next == end { // the last line, without a break
			at.Column += utf8.RuneCount(text[pos:end])
			break
		}
		at = diag.Position{Line: at.Line + 1, Column: 1}
		pos = next
	}
	return at
}

// blank reports whether the document holds nothing but comments, markers and
// directives.
func (d *document) blank() bool {
	pos := 0
	for pos < len(d.text) {
		end, next := lineEnd(d.text, pos)
		row := d.text[pos:end]
		if isMarker(row, "---") {
			row = row[3:]
		} else if isMarker(row, "...") || len(row) > 0 && row[0] == '%' {
			row = nil
		}
		row = bytes.TrimSpace(row)
		if len(row) > 0 && row[0] != '#' {
			return false
		}
		pos = next
	}
	return true
}

// content gives the first and the last byte that are not white space, comments or
// markers: the stretch that an object takes up.
func (d *document) content() (from, to int) {
	pos, found := 0, false
	for pos < len(d.text) {
		end, next := lineEnd(d.text, pos)
		row, skipped := d.text[pos:end], 0
		if isMarker(row, "---") {
			skipped = 3
		} else if isMarker(row, "...") || !found && len(row) > 0 && row[0] == '%' {
			skipped = len(row)
		}
		row = row[skipped:]
		indent := len(row) - len(bytes.TrimLeft(row, " \t"))
		row = bytes.TrimSpace(row)
		if len(row) > 0 && row[0] != '#' {
			if !found {
				from, found = pos+skipped+indent, true
			}
			to = pos + skipped + indent + len(row)
			if i := commentStart(row); i > 0 {
				to = pos + skipped + indent + len(bytes.TrimRight(row[:i], " \t"))
			}
		}
		pos = next
	}
	return from, to
}

// commentStart gives the index of the # that begins a comment in a line, or -1. A
// line with quotes before it is left alone: the # may be inside them.
func commentStart(row []byte) int {
	for i, c := range row {
		switch {
		case c == '"' || c == '\'':
			return -1
		case c == '#' && i > 0 && (row[i-1] == ' ' || row[i-1] == '\t'):
			return i
		}
	}
	return -1
}

// lineEnd gives the end of the line that begins at pos, without and with its line
// break: LF, CR LF, or a CR alone.
func lineEnd(text []byte, pos int) (end, next int) {
	// Breaks are looked for piece by piece, since a text may have only one kind of
	// them and the search for the other would reach its end each time.
	const piece = 1 << 8
	for end = pos; end < len(text); {
		part := text[end:min(end+piece, len(text))]
		lf := bytes.IndexByte(part, '\n')
		if lf >= 0 {
			part = part[:lf]
		}
		if cr := bytes.IndexByte(part, '\r'); cr >= 0 {
			end += cr
			if end+1 < len(text) && text[end+1] == '\n' {
				return end, end + 2
			}
			return end, end + 1
		}
		end += len(part)
		if lf >= 0 {
			return end, end + 1
		}
	}
	return end, end
}

func isMarker(row []byte, marker string) bool {
	return bytes.HasPrefix(row, []byte(marker)) &&
		(len(row) == len(marker) || row[len(marker)] == ' ' || row[len(marker)] == '\t')
}
