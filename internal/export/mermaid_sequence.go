package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// MermaidSequence writes what happens along a path as a Mermaid sequence diagram: a
// call is a solid arrow with its ports, an answer a dotted one, and one that is stopped
// ends at a cross with the reason beside it. What would have followed is in a block of
// its own.
func MermaidSequence(out io.Writer, s *diagram.Sequence) error {
	w := mermaidWriter{Writer: bufio.NewWriter(out)}
	w.line(0, "sequenceDiagram")
	w.line(1, "accTitle: %s", mermaidText(s.Title))
	for i, a := range s.Actors {
		if a.Outside {
			// Below the figure is room for one line.
			w.line(1, "actor a%d as %s", i+1, mermaidText(a.Name))
			continue
		}
		w.line(1, "participant a%d as %s", i+1, mermaidText(a.Name, a.Detail, a.Label))
	}
	depth := 1
	for i := range s.Steps {
		step := &s.Steps[i]
		if step.Unreached && depth == 1 {
			w.line(depth, "opt would have followed")
			depth++
		}
		w.step(step, depth)
	}
	if depth > 1 {
		w.line(1, "end")
	}
	if len(s.Actors) > 0 {
		span := "a1"
		if n := len(s.Actors); n > 1 {
			span = fmt.Sprintf("a1,a%d", n)
		}
		w.line(1, "Note over %s:wrap: %s", span, mermaidText(append([]string{s.Subtitle}, s.Notes...)...))
	}
	return w.Flush()
}

// step writes one call or answer, and with it why a call is stopped: a note would not
// grow with its text.
func (w mermaidWriter) step(step *diagram.Step, depth int) {
	arrow, label := "->>", step.Label
	switch {
	case step.Answer:
		arrow, label = "-->>", "answer"
	case step.Undefined != "" && !step.Ports.IsEmpty():
		label += " ?"
	case step.Undefined != "":
		arrow, label = "-)", label+" ?"
	case step.Ports.IsEmpty():
		arrow, label = "-x", label+" stopped"
	}
	texts := append([]string{strings.TrimSpace(label)}, step.Reasons...)
	w.line(depth, "a%d%sa%d: %s", step.From+1, arrow, step.To+1, mermaidText(texts...))
}
