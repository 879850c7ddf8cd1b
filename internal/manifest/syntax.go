package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// syntaxFindings explains a document that no parser takes. The parser's line is often
// not the line of the mistake, so the usual mistakes are looked for first. What is
// found is mended in a copy, to see that it was the mistake and what else there is.
func syntaxFindings(d *document, err error) diag.List {
	var all diag.List
	s := newSyntax(d.asWritten(), err)
	if d.origin != nil {
		s.origin, s.starts = d, linesOf(d.text)
	}
	for range 20 {
		found := s.explain()
		if len(found) == 0 {
			break
		}
		all = append(all, found...)
		if s.err == nil {
			break
		}
	}
	if len(all) == 0 || s.err != nil && s.blamed > s.lastLine(all) {
		all = append(all, s.unexplained())
	}
	lines := notEvaluatedLines(d.whole())
	for i := range all {
		s.relocate(&all[i])
		all[i].Severity = diag.Error
		all[i].Detail = strings.TrimSpace(all[i].Detail + " " + lines)
	}
	return all
}

// explain looks for one kind of mistake and mends it. A remedy that gets the parser
// no further was none, and its findings are dropped.
func (s *syntax) explain() diag.List {
	for _, look := range []func() diag.List{s.tabs, s.missingColons, s.indentation} {
		found := look()
		if len(found) == 0 {
			continue
		}
		mended := s.mend(found)
		_, err := newTree(&document{text: mended.bytes()})
		mended.understand(err)
		if err == nil || mended.blamed > s.blamed || mended.blamed == s.blamed && mended.message != s.message {
			*s = *mended
			return found
		}
	}
	return nil
}

// mend carries out the remedies of findings in a copy.
func (s *syntax) mend(found diag.List) *syntax {
	mended := &syntax{doc: s.doc, origin: s.origin, starts: s.starts, rows: slices.Clone(s.rows)}
	for _, f := range found {
		if f.Fix == nil {
			continue
		}
		for _, e := range slices.Backward(f.Fix.Edits) {
			i := e.Range.Start.Line - s.doc.line - 1
			r := &mended.rows[i]
			first := 0
			if i == 0 {
				first = s.doc.column
			}
			from, to := r.byteAt(e.Range.Start.Column-first), r.byteAt(e.Range.End.Column-first)
			text, shift := r.text[:from]+e.NewText+r.text[to:], r.shift
			if from == 0 {
				// Another indentation, on top of what the row was moved by before.
				by := len(e.NewText) - (to - r.shift)
				by = max(by, -to)
				text = strings.Repeat(" ", to+by) + r.text[to:]
				shift += by
			}
			*r = newRow(text)
			r.shift = shift
		}
	}
	return mended
}

// byteAt gives the byte of a column of the document in a row that may have been
// shifted.
func (r *row) byteAt(column int) int {
	if column == 1 {
		return 0
	}
	pos := 0
	for range column - 1 + r.shift {
		_, n := utf8.DecodeRuneInString(r.text[pos:])
		pos += n
	}
	return pos
}

func (s *syntax) bytes() []byte {
	var b bytes.Buffer
	for _, r := range s.rows {
		b.WriteString(r.text)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// lastLine gives the row of the last finding.
func (s *syntax) lastLine(found diag.List) int {
	last := 0
	for _, f := range found {
		last = max(last, f.Range.End.Line-s.doc.line-1)
	}
	return last
}

// syntax is a document as rows of text and what the parser said of it.
type syntax struct {
	// doc is read as if the user had written it; origin is the document itself, which
	// knows better.
	doc, origin *document
	rows        []row
	// starts holds the byte that each row begins at, where the two differ.
	starts  []int
	blamed  int // index in rows of the line that the parser names, -1 if none
	message string
	err     error
}

// row is one line: where its first word stands behind dashes, and that word.
type row struct {
	text   string
	indent int // of the first character
	column int // of the first character behind dashes
	key    string
	bare   bool // the word has no colon and nothing else stands on the line
	shift  int  // columns that a remedy has moved the row to the right
}

var keyAtStart = regexp.MustCompile(`^["']?([A-Za-z][A-Za-z0-9./_-]*)["']?[ \t]*(:|$)`)

// rowCeiling is the number of rows that are looked at for mistakes. Rows are larger
// than most lines, and a text can be made of nothing but line breaks.
const rowCeiling = 300_000

func newSyntax(d *document, err error) *syntax {
	s := &syntax{doc: d}
	for pos := 0; pos < len(d.text); {
		if len(s.rows) == rowCeiling {
			// Only the whole document is left to point at.
			s.rows = nil
			break
		}
		end, next := lineEnd(d.text, pos)
		s.rows = append(s.rows, newRow(string(bytes.TrimRight(d.text[pos:end], "\r"))))
		pos = next
	}
	s.understand(err)
	return s
}

// understand takes over what the parser says.
func (s *syntax) understand(err error) {
	s.err, s.blamed, s.message = err, -1, "it is not YAML"
	var load *yaml.LoadError
	if errors.As(err, &load) {
		s.message = load.Message
		if load.Mark.Line > 0 && len(s.rows) > 0 {
			s.blamed = min(load.Mark.Line, len(s.rows)) - 1
		}
	} else if err != nil {
		s.message = err.Error()
	}
}

func newRow(text string) row {
	r := row{text: text}
	rest := strings.TrimLeft(text, " \t")
	r.indent = len(text) - len(rest)
	if strings.HasPrefix(rest, "#") {
		return r
	}
	for strings.HasPrefix(rest, "- ") {
		rest = strings.TrimLeft(rest[1:], " ")
	}
	r.column = len(text) - len(rest)
	if m := keyAtStart.FindStringSubmatch(rest); m != nil {
		r.key, r.bare = m[1], m[2] == ""
	}
	return r
}

func (r *row) blank() bool {
	rest := strings.TrimSpace(r.text)
	return rest == "" || rest[0] == '#'
}

// at gives the range of a stretch of a row, in bytes.
func (s *syntax) at(i, from, to int) diag.Range {
	column := func(n int) diag.Position {
		r := &s.rows[i]
		c := utf8.RuneCountInString(r.text[:min(n, len(r.text))]) + 1
		if n > 0 {
			c = max(1, c-r.shift)
		}
		if i == 0 {
			c += s.doc.column
		}
		return diag.Position{Line: s.doc.line + i + 1, Column: c}
	}
	return diag.Range{File: s.doc.file, Start: column(from), End: column(to)}
}

// line gives the number that a row's line has for the user.
func (s *syntax) line(i int) int {
	if s.starts != nil {
		return s.origin.stretch(s.starts[i], s.starts[i]).Start.Line
	}
	return s.doc.line + i + 1
}

// tabs finds lines that are indented with tabs.
func (s *syntax) tabs() diag.List {
	var found diag.List
	for i := range s.rows {
		r := &s.rows[i]
		lead := r.text[:r.indent]
		if !strings.Contains(lead, "\t") || r.blank() {
			continue
		}
		at := s.at(i, 0, r.indent)
		found = append(found, diag.Finding{
			Code: diag.TabIndentation, Range: at,
			Summary: fmt.Sprintf("Line %d is indented with a tab; YAML allows only spaces there.", s.line(i)),
			Fix:     &diag.Fix{Text: "Write two spaces for each tab", Edits: []diag.Edit{{Range: at, NewText: strings.ReplaceAll(lead, "\t", "  ")}}},
		})
	}
	return found
}

// policyKeys are the keys of a NetworkPolicy that other keys or lists stand under.
var policyKeys = []string{
	"metadata", "spec", "podSelector", "policyTypes", "ingress", "egress", "from", "to", "ports",
	"namespaceSelector", "ipBlock", "except", "matchLabels", "matchExpressions", "labels", "values",
}

// missingColons finds a key without its colon, which YAML reads together with the
// next line as one long text, and a colon or a dash without the space behind it.
func (s *syntax) missingColons() diag.List {
	var found diag.List
	for i := range s.rows {
		r := &s.rows[i]
		found = append(found, s.glued(i)...)
		key := near(r.key)
		if !r.bare || key == "" {
			continue
		}
		// What belongs to the key stands deeper; a list may stand in its column.
		below := s.below(i)
		if below == nil || below.indent < r.column ||
			below.indent == r.column && !strings.HasPrefix(strings.TrimSpace(below.text), "-") {
			continue
		}
		at := s.at(i, r.column, r.column+len(r.key))
		found = append(found, diag.Finding{
			Code: diag.MissingColon, Range: at,
			Summary: fmt.Sprintf("Line %d: `%s` needs a colon (`%s:`), otherwise YAML reads it together with the next line as one long text.", s.line(i), r.key, key),
			Fix:     &diag.Fix{Text: fmt.Sprintf("Write `%s:`", key), Edits: []diag.Edit{{Range: at, NewText: key + ":"}}},
		})
	}
	return found
}

// near gives the key of a policy that a word is or nearly is.
func near(word string) string {
	if slices.Contains(policyKeys, word) {
		return word
	}
	for _, key := range policyKeys {
		// Short words are near to everything.
		if len(word) > 3 && distance(strings.ToLower(key), strings.ToLower(word)) <= 2 {
			return key
		}
	}
	return ""
}

// below gives the next row that holds something.
func (s *syntax) below(i int) *row {
	for j := i + 1; j < len(s.rows); j++ {
		if !s.rows[j].blank() {
			return &s.rows[j]
		}
	}
	return nil
}

// siblings are keys that stand beside each other.
var siblings = [][]string{
	{"policyTypes", "ingress", "egress"}, // podSelector stands in many places
	{"from", "to", "ports"},
	{"apiVersion", "kind", "metadata", "spec"},
	{"namespaceSelector", "podSelector"},
	{"matchLabels", "matchExpressions"},
	{"port", "protocol", "endPort"},
	{"cidr", "except"},
	{"key", "operator", "values"},
}

func areSiblings(a, b string) bool {
	return slices.ContainsFunc(siblings, func(group []string) bool {
		return slices.Contains(group, a) && slices.Contains(group, b)
	})
}

// indentation finds a key near the line that the parser names which stands one to
// three columns beside an earlier sibling.
func (s *syntax) indentation() diag.List {
	if s.blamed < 0 {
		return nil
	}
	for _, i := range []int{s.blamed, s.blamed - 1, s.blamed + 1, s.blamed - 2} {
		if i < 0 || i >= len(s.rows) || s.rows[i].key == "" || s.rows[i].bare {
			continue
		}
		r := &s.rows[i]
		for j := i - 1; j >= 0; j-- {
			other := &s.rows[j]
			if other.key == "" || !areSiblings(r.key, other.key) {
				continue
			}
			off := r.column - other.column
			if off == 0 || off < -3 || off > 3 {
				break
			}
			f := diag.Finding{
				Code: diag.InconsistentIndentation, Range: s.at(i, 0, r.column+len(r.key)),
				Summary: fmt.Sprintf("Line %d: `%s` is indented by %s but its sibling `%s` on line %d by %d; they must line up.",
					s.line(i), r.key, spaces(r.column-r.shift), other.key, s.line(j), other.column-other.shift),
				Related: []diag.Related{{Range: s.at(j, other.column, other.column+len(other.key)), Text: "the sibling"}},
			}
			f.Range.Start = s.at(i, r.column, r.column).Start
			f.Fix = s.shift(i, -off)
			return diag.List{f}
		}
	}
	return nil
}

func spaces(n int) string {
	if n == 1 {
		return "1 space"
	}
	return fmt.Sprintf("%d spaces", n)
}

// shift moves a row and everything deeper below it by some columns.
func (s *syntax) shift(i, by int) *diag.Fix {
	fix := &diag.Fix{Text: fmt.Sprintf("Indent line %d and what belongs to it like its sibling", s.line(i))}
	first := &s.rows[i]
	for j := i; j < len(s.rows); j++ {
		r := &s.rows[j]
		if r.blank() {
			continue
		}
		dashed := strings.HasPrefix(strings.TrimSpace(r.text), "-")
		if j > i && (r.indent < first.indent || r.indent == first.indent && !dashed) {
			break
		}
		if r.indent+by < 0 || strings.Contains(r.text[:r.indent], "\t") {
			return nil
		}
		fix.Edits = append(fix.Edits, diag.Edit{Range: s.at(j, 0, r.indent), NewText: strings.Repeat(" ", max(0, r.indent-r.shift+by))})
	}
	return fix
}

var placeholder = regexp.MustCompile(`\{\{.*\}\}|\{\{-|\$\{[A-Za-z_]|:[ \t]*<[A-Za-z][^>]*>[ \t]*$`)

// unexplained is the finding for everything else.
func (s *syntax) unexplained() diag.Finding {
	f := diag.Finding{Code: diag.YAMLDoesNotParse, Severity: diag.Error, Range: s.doc.whole()}
	where := "This document"
	if s.blamed >= 0 {
		where = fmt.Sprintf("Line %d", s.line(s.blamed))
		f.Range = s.at(s.blamed, 0, len(s.rows[s.blamed].text))
	}
	f.Summary = fmt.Sprintf("%s cannot be read as YAML: %s.", where, strings.TrimSuffix(s.message, "."))
	for i := range s.rows {
		if placeholder.MatchString(s.rows[i].text) {
			f.Detail = fmt.Sprintf("Line %d still holds a template placeholder – render the chart first and paste the result.", s.line(i))
			break
		}
	}
	if f.Detail == "" && s.blamed > 0 {
		f.Detail = "The mistake is often on the line before."
	}
	return f
}
