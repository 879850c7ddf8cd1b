package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// tree is a parsed document that can say where each node stands. Trees are large, so
// that one lives only as long as the question it answers.
type tree struct {
	doc  *document
	root *yaml.Node
	// lines holds the byte that each line begins at; parsed does so as the parser
	// counts lines.
	lines, parsed []int
	ruler         ruler
	// keys indexes the keys of large mappings that were asked for.
	keys map[*yaml.Node]map[string]int
}

// newTree parses a document into nodes. The error is a *yaml.LoadError when the
// parser says where it stopped.
func newTree(d *document) (t *tree, err error) {
	defer func() {
		if r := recover(); r != nil {
			t, err = nil, fmt.Errorf("the YAML parser gave up: %v", r)
		}
	}()
	text := d.text
	if d.json {
		text = plainEscapes(text)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, err
	}
	if len(root.Content) != 1 {
		return nil, fmt.Errorf("the document is empty")
	}
	t = &tree{doc: d, root: root.Content[0], ruler: ruler{text: d.text}}
	t.lines = linesOf(d.text)
	t.parsed = parsedLines(d.text, t.lines)
	if d.json && bytes.IndexByte(d.text, '\\') >= 0 {
		t.unescape(t.root)
	}
	return t, nil
}

// linesOf gives the byte that each line of a text begins at.
func linesOf(text []byte) []int {
	var lines []int
	for pos := 0; pos < len(text); {
		lines = append(lines, pos)
		_, pos = lineEnd(text, pos)
	}
	if n := len(text); n > 0 && (text[n-1] == '\n' || text[n-1] == '\r') {
		lines = append(lines, n) // where an edit that takes out the last line ends
	}
	return lines
}

// plainEscapes replaces the escapes of JSON that the YAML parser does not know, a
// slash and surrogate pairs, by other characters of the same width. Positions stay
// as they are; unescape puts the texts right.
func plainEscapes(text []byte) []byte {
	if !bytes.Contains(text, []byte(`\`)) {
		return text
	}
	text = bytes.Clone(text)
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		switch {
		case text[i+1] == '/':
			text[i] = '/'
		case text[i+1] == 'u' && i+5 < len(text) && (text[i+2] == 'd' || text[i+2] == 'D') && text[i+3] >= '8':
			copy(text[i:], "??????")
		}
		i++
	}
	return text
}

// unescape gives the texts of a JSON document as the JSON decoder reads them.
func (t *tree) unescape(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Style&yaml.DoubleQuotedStyle != 0 {
		from := t.offset(n)
		raw := t.doc.text[from:quotedEnd(t.doc.text, from, '"')]
		if bytes.IndexByte(raw, '\\') >= 0 {
			_ = json.Unmarshal(raw, &n.Value) // it is part of a valid document
		}
	}
	for _, c := range n.Content {
		t.unescape(c)
	}
}

// offset gives the byte that a node begins at.
func (t *tree) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(t.parsed) {
		return len(t.doc.text)
	}
	start := t.parsed[n.Line-1]
	if n.Line == 1 && bytes.HasPrefix(t.doc.text, []byte("\ufeff")) {
		start = len("\ufeff") // has no column for the parser
	}
	return t.ruler.byte(start, n.Column-1)
}

// position gives the place of a byte in the file that the document was split from.
func (t *tree) position(offset int) diag.Position {
	lo, hi := 0, len(t.lines)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; t.lines[mid] <= offset {
			lo = mid
		} else {
			hi = mid
		}
	}
	column := 0
	if len(t.lines) > 0 {
		start := t.lines[lo]
		column = t.ruler.column(start, offset)
	}
	if lo == 0 {
		column += t.doc.column
	}
	return diag.Position{Line: t.doc.line + lo + 1, Column: column + 1}
}

// stretch gives the place of a stretch in the user's text.
func (t *tree) stretch(from, to int) diag.Range {
	if t.doc.origin != nil {
		return t.doc.stretch(from, max(from, to))
	}
	return diag.Range{File: t.doc.file, Start: t.position(from), End: t.position(max(from, to))}
}

// node gives the range of a node.
func (t *tree) node(n *yaml.Node) diag.Range { return t.stretch(t.offset(n), t.end(n)) }

// entry gives the range of a mapping entry, from its key to the end of its value.
func (t *tree) entry(key, value *yaml.Node) diag.Range {
	return t.stretch(t.offset(key), t.entryEnd(key, value))
}

func (t *tree) entryEnd(key, value *yaml.Node) int {
	end := t.end(key)
	if i := skipBlank(t.doc.text, end); i < len(t.doc.text) && t.doc.text[i] == ':' {
		end = i + 1
	}
	return max(end, t.end(value))
}

func skipBlank(text []byte, pos int) int {
	for pos < len(text) && (text[pos] == ' ' || text[pos] == '\t') {
		pos++
	}
	return pos
}

// end gives the byte behind a node. The parser tells only where nodes begin.
func (t *tree) end(n *yaml.Node) int {
	text, pos := t.doc.text, t.properties(t.offset(n))
	switch n.Kind {
	case yaml.AliasNode:
		return min(pos+1+len(n.Value), len(text))
	case yaml.MappingNode, yaml.SequenceNode:
		if pos < len(text) && (text[pos] == '[' || text[pos] == '{') && n.Style&yaml.FlowStyle != 0 {
			return flowEnd(text, pos)
		}
		return t.blockEnd(n, pos)
	case yaml.ScalarNode:
		switch {
		case n.Style&yaml.DoubleQuotedStyle != 0:
			return quotedEnd(text, pos, '"')
		case n.Style&yaml.SingleQuotedStyle != 0:
			return quotedEnd(text, pos, '\'')
		case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			return blockScalarEnd(text, pos)
		}
		return plainEnd(text, pos, n.Value)
	}
	return pos
}

func (t *tree) blockEnd(n *yaml.Node, pos int) int {
	last := len(n.Content) - 1
	switch {
	case last < 0:
		return pos
	case n.Kind == yaml.MappingNode:
		return t.entryEnd(n.Content[last-1], n.Content[last])
	default:
		return max(pos, t.end(n.Content[last]))
	}
}

// properties skips the anchor and the tag in front of a node's content.
func (t *tree) properties(pos int) int {
	text := t.doc.text
	for pos < len(text) && (text[pos] == '&' || text[pos] == '!') {
		for pos < len(text) && !isSpace(text[pos]) {
			pos++
		}
		for pos < len(text) && isSpace(text[pos]) {
			pos++
		}
	}
	return pos
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func quotedEnd(text []byte, pos int, quote byte) int {
	for pos++; pos < len(text); pos++ {
		switch {
		case text[pos] == '\\' && quote == '"':
			pos++
		case text[pos] == quote:
			if quote == '\'' && pos+1 < len(text) && text[pos+1] == '\'' {
				pos++
				continue
			}
			return pos + 1
		}
	}
	return len(text)
}

// flowEnd finds the bracket that closes the one at pos.
func flowEnd(text []byte, pos int) int {
	depth := 0
	for fresh := true; pos < len(text); pos++ {
		c := text[pos]
		switch {
		case c == '[' || c == '{':
			depth++
			fresh = true
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return pos + 1
			}
			fresh = false
		case fresh && (c == '"' || c == '\''):
			pos = quotedEnd(text, pos, c) - 1
			fresh = false
		case c == '#' && pos > 0 && isSpace(text[pos-1]):
			end, _ := lineEnd(text, pos)
			pos = end - 1
		case c == ',' || c == ':':
			fresh = true
		case !isSpace(c):
			fresh = false
		}
	}
	return len(text)
}

// blockScalarEnd finds the end of a literal or folded text: its last line that is as
// deep as its first.
func blockScalarEnd(text []byte, pos int) int {
	last, next := lineEnd(text, pos)
	deep := -1
	for pos = next; pos < len(text); pos = next {
		var end int
		end, next = lineEnd(text, pos)
		row := text[pos:end]
		indent := len(row) - len(bytes.TrimLeft(row, " "))
		if indent == len(row) {
			continue
		}
		if deep < 0 {
			deep = indent
		}
		if indent < deep {
			break
		}
		last = end
	}
	return last
}

// plainEnd finds the end of a plain text, which may be folded over several lines: it
// reads the value along with the source.
func plainEnd(text []byte, pos int, value string) int {
	end := pos
	for i := 0; i < len(value); {
		switch {
		case pos < len(text) && text[pos] == value[i]:
			pos, i = pos+1, i+1
			end = pos
		case isSpace(value[i]):
			for i < len(value) && isSpace(value[i]) {
				i++
			}
			for pos < len(text) && isSpace(text[pos]) {
				pos++
			}
		case pos < len(text) && isSpace(text[pos]):
			pos++
		default:
			return end
		}
	}
	return end
}

// find follows a path as kubectl prints it. It gives the node at its end or, when
// that is not written, the nearest enclosing one; key is set when that is the value
// of a mapping entry.
func (t *tree) find(path string) (key, value *yaml.Node) {
	value = t.root
	for path != "" {
		n := value
		if n.Kind == yaml.AliasNode {
			n = n.Alias
		}
		var k, v *yaml.Node
		var rest string
		switch n.Kind {
		case yaml.MappingNode:
			k, v, rest = t.findKey(n, path)
		case yaml.SequenceNode:
			v, rest = findItem(n, path)
		}
		if v == nil {
			break
		}
		key, value, path = k, v, rest
	}
	return key, value
}

// findKey finds the longest key that begins a path, since keys may contain dots.
// The last of equal keys counts.
func (t *tree) findKey(n *yaml.Node, path string) (key, value *yaml.Node, rest string) {
	keys := t.keysOf(n)
	path = strings.TrimPrefix(path, ".")
	for end := len(path); end >= min(1, len(path)); end-- {
		if end < len(path) && path[end] != '.' && path[end] != '[' {
			continue
		}
		name := path[:end]
		if bare, ok := strings.CutPrefix(name, "["); ok && strings.HasSuffix(bare, "]") {
			name = strings.TrimSuffix(bare, "]")
		}
		if i, ok := keys[name]; ok {
			return n.Content[i], n.Content[i+1], path[end:]
		}
	}
	// A key that came by a merge has its place where the merge is.
	for i := 0; i+1 < len(n.Content); i += 2 {
		if isMerge(n.Content[i]) {
			return n.Content[i], n.Content[i+1], ""
		}
	}
	return nil, nil, ""
}

// keysOf gives where each key of a mapping stands in its content, of equal ones the
// last.
func (t *tree) keysOf(n *yaml.Node) map[string]int {
	if keys, ok := t.keys[n]; ok {
		return keys
	}
	keys := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			keys[keyText(n.Content[i])] = i
		}
	}
	if t.keys == nil {
		t.keys = map[*yaml.Node]map[string]int{}
	}
	t.keys[n] = keys
	return keys
}

func findItem(n *yaml.Node, path string) (value *yaml.Node, rest string) {
	inside, rest, ok := strings.Cut(strings.TrimPrefix(path, "["), "]")
	if !ok || path[0] != '[' || inside == "" || len(inside) > 9 {
		return nil, ""
	}
	index := 0
	for _, c := range []byte(inside) {
		if c < '0' || c > '9' {
			return nil, ""
		}
		index = 10*index + int(c-'0')
	}
	if index >= len(n.Content) {
		return nil, ""
	}
	return n.Content[index], rest
}

// locate gives the range of a field.
func (t *tree) locate(path string) diag.Range {
	key, value := t.find(path)
	if key != nil {
		return t.entry(key, value)
	}
	return t.node(value)
}
