package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/diagram"
)

type findingJSON struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Severity  string   `json:"severity"`
	File      string   `json:"file"`
	Line      int      `json:"line"`
	Column    int      `json:"column"`
	EndLine   int      `json:"endLine"`
	EndColumn int      `json:"endColumn"`
	Object    string   `json:"object"`
	Field     string   `json:"field"`
	Summary   string   `json:"summary"`
	Detail    string   `json:"detail"`
	Fix       *fixJSON `json:"fix"` // null where there is no safe remedy
	URL       string   `json:"url"`
	// Related are other places that the finding speaks of.
	Related []relatedJSON `json:"related"`
	// Silenced is left out for a finding that counts.
	Silenced *silencedJSON `json:"silenced,omitempty"`
}

type relatedJSON struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Text      string `json:"text"`
}

// silencedJSON is the comment that silences a finding.
type silencedJSON struct {
	Reason string `json:"reason"`
	Line   int    `json:"line"`
}

type fixJSON struct {
	Text  string     `json:"text"`
	Edits []editJSON `json:"edits"`
	// Effect is left out where it was not evaluated.
	Effect *effectJSON `json:"effect,omitempty"`
}

// effectJSON counts the connections that a remedy opens and closes.
type effectJSON struct {
	Opened int    `json:"opened"`
	Closed int    `json:"closed"`
	Text   string `json:"text"`
}

// editJSON is an edit of a file, which need not be the finding's own.
type editJSON struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	NewText   string `json:"newText"`
}

func findingOf(f diag.Finding) findingJSON {
	out := findingJSON{
		Code: string(f.Code), Name: f.Code.Name(), Severity: f.Severity.String(),
		File: f.Range.File, Line: f.Range.Start.Line, Column: f.Range.Start.Column,
		EndLine: f.Range.End.Line, EndColumn: f.Range.End.Column,
		Object: f.Object, Field: f.Field, Summary: f.Summary, Detail: f.Detail,
		URL: "/checks/" + f.Code.Name(),
	}
	out.Related = all(f.Related, func(r diag.Related) relatedJSON {
		return relatedJSON{r.Range.File, r.Range.Start.Line, r.Range.Start.Column, r.Range.End.Line, r.Range.End.Column, r.Text}
	})
	if f.Fix != nil {
		out.Fix = &fixJSON{Text: f.Fix.Text, Edits: all(f.Fix.Edits, editOf)}
		if e := f.Fix.Effect; e != nil {
			out.Fix.Effect = &effectJSON{e.Opened, e.Closed, Effect(*e)}
		}
	}
	if f.Silenced != nil {
		out.Silenced = &silencedJSON{f.Silenced.Reason, f.Silenced.Range.Start.Line}
	}
	return out
}

func editOf(e diag.Edit) editJSON {
	return editJSON{e.Range.File, e.Range.Start.Line, e.Range.Start.Column, e.Range.End.Line, e.Range.End.Column, e.NewText}
}

// LintJSON writes findings as netpolscope.lint/v1, one a line.
func LintJSON(out io.Writer, findings diag.List) error {
	w := newWriter(bufio.NewWriterSize(out, bufferSize), "netpolscope.lint/v1")
	list(w, "findings", mapped(findings, findingOf))
	return w.close()
}

// LintText writes findings for people: one line each as FindingLine gives it, with
// the detail and the remedy indented below, and a count at the end. Those that are
// silenced follow the others, with the reason alone.
func LintText(out io.Writer, findings diag.List) error {
	w := bufio.NewWriterSize(out, bufferSize)
	for _, f := range findings {
		if f.Silenced != nil {
			continue
		}
		fmt.Fprintln(w, FindingLine(f))
		indented(w, f.Detail)
		if f.Fix != nil {
			indented(w, "Fix: "+f.Fix.Text)
			if f.Fix.Effect != nil {
				indented(w, "Effect: "+Effect(*f.Fix.Effect))
			}
		}
		for _, r := range f.Related {
			indented(w, fmt.Sprintf("%s%s", where(r.Range), r.Text))
		}
	}
	for _, f := range findings {
		if f.Silenced != nil {
			fmt.Fprintln(w, FindingLine(f))
			indented(w, fmt.Sprintf("Silenced on line %d: %s", f.Silenced.Range.Start.Line, f.Silenced.Reason))
		}
	}
	fmt.Fprintln(w, Counts(findings))
	return w.Flush()
}

func indented(w io.Writer, text string) {
	if text == "" {
		return
	}
	for line := range strings.Lines(text) {
		fmt.Fprintf(w, "    %s\n", diagram.Display(strings.TrimSuffix(line, "\n")))
	}
}

// FindingLine gives a finding on one line: "a.yaml:12:5: error NP207 bad-policy-type:
// …".
func FindingLine(f diag.Finding) string {
	severity := f.Severity.String()
	if f.Silenced != nil {
		severity = "silenced"
	}
	return fmt.Sprintf("%s%s %s %s: %s", where(f.Range), severity, f.Code, f.Code.Name(), diagram.Display(f.Summary))
}

// where gives "file:line:column: ", less what is not known.
func where(r diag.Range) string {
	switch {
	case r.File == "":
		return ""
	case r.Start.Line == 0:
		return diagram.Display(r.File) + ": "
	default:
		return fmt.Sprintf("%s:%d:%d: ", diagram.Display(r.File), r.Start.Line, r.Start.Column)
	}
}

// Counts says how many findings there are of each severity, and apart from them how many
// are silenced.
func Counts(findings diag.List) string {
	var words []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		if n := findings.Count(s); n > 0 {
			words = append(words, counted(n, map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "note"}[s]))
		}
	}
	if len(words) == 0 {
		words = []string{"no findings"}
	}
	if n := findings.Silenced(); n > 0 {
		words = append(words, fmt.Sprintf("%d silenced", n))
	}
	return strings.Join(words, ", ")
}

// counted gives a number with its noun.
func counted(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	default:
		return fmt.Sprintf("%d %ss", n, noun)
	}
}
