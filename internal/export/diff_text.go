package export

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
)

// DiffHeadline counts what changes: "3 connections opened, 1 closed".
func DiffHeadline(d DiffLines) string {
	if len(d.Lines) == 0 && d.Opened+d.Closed == 0 {
		return "No connection opens or closes"
	}
	switch {
	case d.Closed == 0:
		return counted(d.Opened, "connection") + " opened, none closed"
	case d.Opened == 0:
		return "No connection opened, " + fmt.Sprint(d.Closed) + " closed"
	}
	return fmt.Sprintf("%s opened, %d closed", counted(d.Opened, "connection"), d.Closed)
}

// Sentence gives what opens or closes beside the ports: what was before, and what else.
func (l *DiffLine) Sentence() string {
	switch {
	case l.Kind == Swaps:
		return fmt.Sprintf("No longer %s.", l.Less)
	case l.Left != "":
		return fmt.Sprintf("Left is %s.", l.Left)
	case l.Was != "":
		return fmt.Sprintf("It was %s only.", l.Was)
	}
	return ""
}

// Sentence gives a cause as a sentence of its own.
func (c *DiffCause) Sentence() string {
	text := strings.ToUpper(c.Text[:1]) + c.Text[1:]
	if c.Ports != "" {
		text += fmt.Sprintf(" (%s)", c.Ports)
	}
	return text + "."
}

// Because joins the causes of a line, which are several where each is needed or does a
// part of it, or where only together they do it.
func (l *DiffLine) Because() []string {
	var sentences []string
	together := false
	for i := range l.Causes {
		sentences = append(sentences, l.Causes[i].Sentence())
		together = together || l.Causes[i].Together
	}
	switch {
	case len(sentences) == 0:
		sentences = append(sentences, l.Missing)
	case together:
		sentences = append(sentences, "Only together do they change this.")
	}
	return sentences
}

// UntriedSentence says that causes are missing since there was too much to try; empty
// where there was not.
func UntriedSentence(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s not tried: there are too many to undo each.", are(n, "edit"))
}

func are(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " was"
	}
	return counted(n, noun) + " were"
}

// DiffCaveats says what the answer leaves out or rests on: of what is so after, and of what
// was assumed before.
func DiffCaveats(c *analysis.Comparison) []string {
	sentences := Caveats(c.Diff.After)
	for _, text := range c.Diff.Before.Cluster.Assumed {
		if !slices.Contains(sentences, text) {
			sentences = append(sentences, "Before: "+text)
		}
	}
	return sentences
}

// rewrittenSentence names the policies that say the same in another way; empty for none.
func rewrittenSentence(d DiffLines) string {
	var names []string
	for _, e := range d.Rewritten {
		names = append(names, e.Policy)
	}
	if len(names) == 0 {
		return ""
	}
	return "Written in another way, and says the same: " + someOf(names) + "."
}

// mostIdle is how many edits without effect a comment tells one by one.
const mostIdle = 10

// mostOneSided is how many lines of connections of new or vanished entities are written.
const mostOneSided = 20

// DiffText writes a comparison for a terminal.
func DiffText(out io.Writer, c *analysis.Comparison) error {
	w := bufio.NewWriterSize(out, bufferSize)
	d := Lines(c)
	fmt.Fprintf(w, "%s; %s unchanged.\n", DiffHeadline(d), counted(d.Unchanged, "connection"))
	titles := [...]string{Opens: "Opened", Swaps: "Changed ports", Closes: "Closed"}
	for kind, title := range titles {
		first := true
		for i := range d.Lines {
			l := &d.Lines[i]
			if l.Kind != DiffKind(kind) {
				continue
			}
			if first {
				fmt.Fprintf(w, "\n%s\n", title)
				first = false
			}
			textLine(w, l)
			for _, s := range append([]string{l.Sentence()}, l.Because()...) {
				if s != "" {
					fmt.Fprintf(w, "    %s\n", diagram.Display(s))
				}
			}
		}
	}
	if len(d.Idle)+len(d.Rewritten) > 0 {
		fmt.Fprint(w, "\nChanged in text only\n")
		for _, e := range d.Idle {
			fmt.Fprintf(w, "  = %s; no connection changes.\n", diagram.Display(e.Text))
		}
		if s := rewrittenSentence(d); s != "" {
			fmt.Fprintf(w, "  = %s\n", diagram.Display(s))
		}
	}
	if len(d.Objects) > 0 {
		fmt.Fprint(w, "\nOn one side only\n")
		for _, s := range d.Objects {
			fmt.Fprintf(w, "  %s\n", diagram.Display(s))
		}
	}
	for _, part := range []struct {
		title string
		lines []DiffLine
	}{{"Connections of what is new", d.Appeared}, {"Connections of what is gone", d.Vanished}} {
		if len(part.lines) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", part.title)
		for i := range part.lines[:min(len(part.lines), mostOneSided)] {
			textLine(w, &part.lines[i])
		}
		if more := len(part.lines) - mostOneSided; more > 0 {
			fmt.Fprintf(w, "  and %d more; -o json has all of them\n", more)
		}
	}
	if s := UntriedSentence(d.Untried); s != "" {
		fmt.Fprintf(w, "\n%s\n", s)
	}
	return w.Flush()
}

func textLine(w *bufio.Writer, l *DiffLine) {
	fmt.Fprintf(w, "  %s %s → %s  %s\n", l.Kind.Sign(), diagram.Display(l.From), diagram.Display(l.To), diagram.Display(l.Ports))
}

// mostComment is how many characters a comment of a pull request may have.
const mostComment = 65536

// DiffMarkdown writes a comparison as a comment for a pull request: a table, the most
// dangerous first, cut so that it fits in.
func DiffMarkdown(out io.Writer, c *analysis.Comparison) error {
	d := Lines(c)
	head := fmt.Sprintf("**Netpolscope: %s**\n", markdownText(strings.ToLower(DiffHeadline(d)[:1])+DiffHeadline(d)[1:]))
	var rows []string
	for i := range d.Lines {
		rows = append(rows, markdownChange(&d.Lines[i]))
	}
	var notes []string
	for _, e := range d.Idle[:min(len(d.Idle), mostIdle)] {
		notes = append(notes, "- No effect: "+sentenceLine(e.Text)+".\n")
	}
	if more := len(d.Idle) - mostIdle; more > 0 {
		notes = append(notes, fmt.Sprintf("- No effect: %s of policies more.\n", counted(more, "edit")))
	}
	if s := rewrittenSentence(d); s != "" {
		notes = append(notes, "- "+sentenceLine(s)+"\n")
	}
	for _, s := range d.Objects {
		notes = append(notes, "- "+sentenceLine(s)+"\n")
	}
	for i := range d.Appeared[:min(len(d.Appeared), mostOneSided)] {
		l := &d.Appeared[i]
		notes = append(notes, fmt.Sprintf("- New with it: %s → %s, %s.\n", code(l.From), code(l.To), sentenceLine(l.Ports)))
	}
	if more := len(d.Appeared) - mostOneSided; more > 0 {
		notes = append(notes, fmt.Sprintf("- And %d more of what is new.\n", more))
	}
	if s := UntriedSentence(d.Untried); s != "" {
		notes = append(notes, "- "+s+"\n")
	}
	for _, caveat := range DiffCaveats(c) {
		notes = append(notes, "- "+markdownText(caveat)+"\n")
	}
	notes = append(notes, fmt.Sprintf("- %s unchanged.\n", counted(d.Unchanged, "connection")))
	const room = 200 // for the sentences that say what was cut
	text := newLimited(mostComment - room)
	text.add(head)
	if len(rows) > 0 {
		text.add("\n| | From | To | Ports | Because of |\n|---|---|---|---|---|\n")
	}
	cut := 0
	for _, row := range rows {
		if cut > 0 || !text.add(row) {
			cut++
		}
	}
	if cut > 0 {
		text.force(fmt.Sprintf("\n%d more lines did not fit into this comment; `netpolscope diff` shows all of them.\n", cut))
	}
	text.force("\n")
	left := 0
	for _, note := range notes {
		if !text.add(note) {
			left++
		}
	}
	if left > 0 {
		text.force(fmt.Sprintf("- %d more remarks did not fit.\n", left))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func markdownChange(l *DiffLine) string {
	ports := sentenceLine(l.Ports)
	switch {
	case l.Less != "":
		ports += ", no longer " + sentenceLine(l.Less)
	case l.Left != "":
		ports += " (left is " + sentenceLine(l.Left) + ")"
	case l.Was != "":
		ports += " (was " + sentenceLine(l.Was) + ")"
	}
	var causes []string
	for i := range l.Causes {
		causes = append(causes, code(l.Causes[i].Place())+" "+sentenceLine(briefly(l.Causes[i].Text)))
	}
	if len(causes) == 0 {
		causes = append(causes, sentenceLine(l.Missing))
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", l.Kind.Sign(), code(l.From), code(l.To), ports, strings.Join(causes, "; "))
}

// briefly gives what a cause says behind the name and place of what was edited, which
// stand before it.
func briefly(text string) string {
	if i := strings.Index(text, ")"); i >= 0 && strings.Contains(text[:i], " line ") {
		return strings.TrimLeft(text[i+1:], ", ")
	}
	return text
}

// limited is a text of at most so many characters.
type limited struct {
	strings.Builder
	left int
}

func newLimited(most int) *limited { return &limited{left: most} }

// add appends a piece if all of it fits in.
func (l *limited) add(piece string) bool {
	n := len([]rune(piece))
	if n > l.left {
		return false
	}
	l.left -= n
	l.WriteString(piece)
	return true
}

// force appends a piece that room was kept for.
func (l *limited) force(piece string) { l.WriteString(piece) }
