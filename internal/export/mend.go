package export

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/diagram"
)

// MendedText says, file by file, which findings were mended and which were left and
// why, and what that does to the connections. Notes without a remedy, and what was not
// asked for, are only counted.
func MendedText(out io.Writer, m *analysis.Mended, effect diag.Effect) error {
	w := bufio.NewWriterSize(out, bufferSize)
	var files []string
	for _, f := range m.Fixed {
		files = append(files, f.Range.File)
	}
	for _, l := range m.Left {
		files = append(files, l.Range.File)
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		mendedFile(w, m, file)
	}
	fmt.Fprintf(w, "%d fixed, %s\n", len(m.Fixed), left(m))
	if len(m.Fixed) > 0 {
		fmt.Fprintln(w, Effect(effect))
	}
	return w.Flush()
}

// left counts what was left: "1 error, 2 notes left".
func left(m *analysis.Mended) string {
	if len(m.Left) == m.Judged().Silenced() {
		return "nothing left"
	}
	return Counts(m.Judged()) + " left"
}

func mendedFile(w io.Writer, m *analysis.Mended, file string) {
	fmt.Fprintf(w, "%s:\n", diagram.Display(file))
	for _, f := range m.Fixed {
		if f.Range.File == file {
			fmt.Fprintf(w, "  fixed %s%s %s: %s\n", onLine(f), f.Code, f.Code.Name(), diagram.Display(f.Fix.Text))
		}
	}
	notes, unnamed, silenced := 0, 0, 0
	for _, l := range m.Left {
		switch {
		case l.Range.File != file:
		case l.Why == analysis.NotAsked:
			unnamed++
		case l.Why == analysis.Silenced:
			silenced++
		case l.Severity == diag.Info && l.Why == analysis.NoRemedy:
			notes++
		default:
			fmt.Fprintf(w, "  left  %s%s %s: %s\n", onLine(l.Finding), l.Code, l.Code.Name(), diagram.Display(l.Summary))
			indented(w, "  "+WhyLeft(l))
		}
	}
	if notes > 0 {
		fmt.Fprintf(w, "  left  %s without a remedy\n", counted(notes, "note"))
	}
	if silenced > 0 {
		fmt.Fprintf(w, "  left  %s that %s silenced\n", counted(silenced, "finding"), verb(silenced, "is", "are"))
	}
	if unnamed > 0 {
		fmt.Fprintf(w, "  left  %s that --only does not name\n", counted(unnamed, "finding"))
	}
}

func verb(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

// onLine gives "line 6: ", or nothing for a finding without a place.
func onLine(f diag.Finding) string {
	if f.Range.IsZero() {
		return ""
	}
	return fmt.Sprintf("line %d: ", f.Range.Start.Line)
}

// WhyLeft says why a remedy was not carried out, and what to do about it.
func WhyLeft(l analysis.Left) string {
	switch l.Why {
	case analysis.NoRemedy:
		return "No edit is right whatever you meant: write it yourself."
	case analysis.Decides:
		return fmt.Sprintf("Its remedy decides what the policy means: %s. To have it carried out, ask for --only %s.", l.Fix.Text, l.Code)
	case analysis.NotAsked:
		return fmt.Sprintf("--only does not name %s.", l.Code)
	case analysis.NoHelp:
		return "Its remedy was tried and did not help here: write it yourself."
	case analysis.Silenced:
		return "It is silenced: " + l.Silenced.Reason
	case analysis.TooMany:
		return "There were too many remedies for one time: ask again."
	}
	return "The text cannot be edited where it is: " + string(l.Why[len(analysis.Elsewhere):]) + "."
}

// Effect says what a change does to the connections of a bundle: "2 connections close,
// none opens." Pods that are inferred only before or only afterwards are not among them.
func Effect(e diag.Effect) string {
	text := "no connection changes"
	if e.Closed+e.Opened > 0 {
		text = closing(e.Closed) + ", " + opening(e.Opened)
	}
	if e.Others {
		return "Of what is shown now " + text + "; other pods are inferred then."
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func closing(n int) string {
	switch n {
	case 0:
		return "no connection closes"
	case 1:
		return "1 connection closes"
	}
	return fmt.Sprintf("%d connections close", n)
}

func opening(n int) string {
	switch n {
	case 0:
		return "none opens"
	case 1:
		return "1 opens"
	}
	return fmt.Sprintf("%d open", n)
}

// MendedJSON writes the findings that were left as netpolscope.lint/v1, and those that
// were mended beside them as "fixed".
func MendedJSON(out io.Writer, m *analysis.Mended) error {
	w := newWriter(bufio.NewWriterSize(out, bufferSize), "netpolscope.lint/v1")
	list(w, "findings", mapped(m.Judged(), findingOf))
	list(w, "fixed", mapped(m.Fixed, findingOf))
	return w.close()
}
