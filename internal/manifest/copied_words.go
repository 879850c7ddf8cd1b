package manifest

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// copiedKind is a kind of thing that is copied along.
type copiedKind uint8

const (
	codeFences copiedKind = iota
	aroundCode
	shellLines
	quoteMarks
	lineNumbers
	bulletMarks
	dashMarks
	commonIndent
	noBreakSpaces
	invisibles
	curlyQuotes
)

// note says that one kind of thing was taken out at some places.
type note struct {
	kind   copiedKind
	of     *spliced
	places []splice
	// splices are all that was done to the text, of whatever kind: one without the
	// others may leave something that nobody can read.
	splices []splice
}

// copiedWords names what was taken out, on one line and on several.
var copiedWords = [...][2]string{
	codeFences:    {"a code fence", "the code fences"},
	aroundCode:    {"the text around the code", "the code fences and the text around them"},
	shellLines:    {"a shell command", "shell commands and their answers"},
	quoteMarks:    {"a `>`", "the `>` in front"},
	lineNumbers:   {"a line number", "the line numbers"},
	bulletMarks:   {"a bullet", "the bullets"},
	dashMarks:     {"a dash that makes no list", "the dashes that make no list"},
	commonIndent:  {"the indentation", "the common indentation"},
	noBreakSpaces: {"no-break spaces", "no-break spaces"},
	invisibles:    {"a character that cannot be seen", "characters that cannot be seen"},
	curlyQuotes:   {"curly quotes", "curly quotes"},
}

// finding puts a note into words.
func (n note) finding() diag.Finding {
	f := diag.Finding{Code: diag.CopiedDecoration, Severity: diag.Info, Range: n.of.place(n.places[0])}
	var lines []int
	for _, p := range n.places {
		if line := n.of.place(p).Start.Line; len(lines) == 0 || lines[len(lines)-1] != line {
			lines = append(lines, line)
		}
	}
	what, verb := copiedWords[n.kind][0], "was"
	if len(n.places) > 1 {
		what, verb = copiedWords[n.kind][1], "were"
	}
	if strings.HasSuffix(what, "indentation") {
		verb = "was"
	}
	f.Summary = fmt.Sprintf("Removed %s on %s that %s copied along with the YAML.", what, linesText(lines), verb)
	f.Detail = "The rest is evaluated. `kubectl` would take all of it for YAML, so take it out before you apply the file."
	fix := "Take out what was copied along"
	switch n.kind {
	case noBreakSpaces:
		f.Severity = diag.Warning
		f.Summary = fmt.Sprintf("Read %s on %s as plain spaces; they were copied along with the YAML.", what, linesText(lines))
		f.Detail = "They look like spaces, but the API server takes them for a part of the key or the value. Write plain spaces."
		fix = "Write plain spaces"
	case curlyQuotes:
		f.Severity = diag.Warning
		f.Summary = fmt.Sprintf("Read %s on %s as plain quotes; they were copied along with the YAML.", what, linesText(lines))
		f.Detail = "A word processor or a web page makes them. The API server takes them for a part of the value. Write plain quotes, or none."
		fix = "Write plain quotes"
	case invisibles:
		f.Severity = diag.Warning
		f.Detail = "The API server takes such a character for a part of the key or the value. Type the line anew."
	}
	f.Fix = &diag.Fix{Text: fix}
	for _, s := range n.splices {
		f.Fix.Edits = append(f.Fix.Edits, diag.Edit{Range: n.of.place(s), NewText: s.text})
	}
	return f
}

// linesText names lines: "line 3", "lines 1–4 and 7".
func linesText(lines []int) string {
	const most = 4
	var runs []string
	for i := 0; i < len(lines); {
		j := i
		for j+1 < len(lines) && lines[j+1] == lines[j]+1 {
			j++
		}
		switch {
		case j == i:
			runs = append(runs, fmt.Sprint(lines[i]))
		case j == i+1:
			runs = append(runs, fmt.Sprint(lines[i]), fmt.Sprint(lines[j]))
		default:
			runs = append(runs, fmt.Sprintf("%d–%d", lines[i], lines[j]))
		}
		i = j + 1
	}
	noun := "lines "
	if len(lines) == 1 {
		noun = "line "
	}
	switch {
	case len(runs) == 1:
		return noun + runs[0]
	case len(runs) > most:
		return fmt.Sprintf("%s%s and %d more places", noun, strings.Join(runs[:most], ", "), len(runs)-most)
	}
	return noun + strings.Join(runs[:len(runs)-1], ", ") + " and " + runs[len(runs)-1]
}
