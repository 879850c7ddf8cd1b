package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// DOT writes a picture's content in Graphviz's language, for people who want to lay it
// out themselves. Namespaces are clusters. A hub, at which the arrows of a whole group
// meet, is a node of its own whose tooltip lists the members, so that no arrow is left
// out.
func DOT(out io.Writer, d *diagram.Diagram) error {
	d = d.Drawn()
	w := dotWriter{bufio.NewWriterSize(out, bufferSize), d}
	w.line(0, "digraph netpolscope {")
	direction := "LR"
	if d.TopToBottom {
		direction = "TB"
	}
	w.line(1, "graph [rankdir=%s, compound=true, fontname=\"sans-serif\", label=%s, labelloc=t];", direction, quoted(strings.Join(append([]string{d.Subtitle}, d.Caveats()...), "\n")))
	w.line(1, `node [shape=box, style=rounded, fontname="sans-serif"];`)
	w.line(1, `edge [fontname="sans-serif", fontsize=10];`)
	w.inside(diagram.None, 1)
	for _, e := range d.Edges {
		w.edge(e)
	}
	w.line(0, "}")
	return w.Flush()
}

type dotWriter struct {
	*bufio.Writer
	d *diagram.Diagram
}

func (w dotWriter) line(depth int, format string, values ...any) {
	w.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(w, format, values...)
	w.WriteByte('\n')
}

// inside writes what stands directly in a frame, and the frames in it.
func (w dotWriter) inside(frame, depth int) {
	for i, f := range w.d.Frames {
		if f.Parent != frame {
			continue
		}
		w.line(depth, "subgraph cluster_%d {", i)
		w.line(depth+1, "label=%s; style=%s;", quoted(f.Label), map[bool]string{true: "dashed", false: "rounded"}[f.Inferred])
		w.inside(i, depth+1)
		w.line(depth, "}")
	}
	for i, n := range w.d.Nodes {
		if n.Frame == frame && !w.isHub(i) {
			w.node(n, depth)
		}
	}
	for _, h := range w.d.Hubs {
		if w.frameOf(h) == frame {
			w.line(depth, "%s [shape=plaintext, style=\"\", label=%s, tooltip=%s];", quoted(h.ID), quoted(h.Name), quoted(strings.Join(h.Members, ", ")))
		}
	}
}

func (w dotWriter) isHub(node int) bool {
	for _, h := range w.d.Hubs {
		if h.Node == node {
			return true
		}
	}
	return false
}

// frameOf gives the frame that a hub's node stands in.
func (w dotWriter) frameOf(h diagram.Hub) int {
	if h.Node != diagram.None {
		return w.d.Nodes[h.Node].Frame
	}
	return h.Frame
}

func (w dotWriter) node(n diagram.Node, depth int) {
	label := n.Name
	if n.Detail != "" {
		label += "\n" + n.Detail
	}
	for _, line := range doorLines(n.Doors) {
		label += "\n" + line
	}
	look := ""
	switch {
	case n.Kind == diagram.Range:
		look = ", peripheries=2, style=solid"
	case n.Dashed:
		look = `, style="rounded,dashed"`
	}
	w.line(depth, "%s [label=%s, tooltip=%s%s];", quoted(n.ID), quoted(label), quoted(n.Title), look)
}

// doorLines are the doors of a box as lines of its label: those that a picture draws.
func doorLines(doors []diagram.Door) (lines []string) {
	for _, d := range doors {
		if !d.Silent {
			lines = append(lines, d.Words())
		}
	}
	return lines
}

func (w dotWriter) edge(e diagram.Edge) {
	look := ""
	switch {
	case e.Change == diagram.Opened:
		look = ", penwidth=3, color=\"#804b00\""
	case e.Change == diagram.Closed:
		look = ", style=dotted, color=\"#00634a\""
	case e.Change == diagram.Went:
		look = ", style=dotted, color=\"#76838f\""
	case e.Blocked:
		look = ", style=dashed, arrowhead=tee"
	case e.Undefined != "":
		look = ", style=dotted"
	case e.Weight != diagram.Thin:
		look = ", penwidth=2"
	}
	label := e.Ports.String()
	switch {
	case e.Change.IsChange() || e.Change == diagram.Went:
		label = e.Label
	case e.Blocked:
		label = e.StopText
	}
	w.line(1, "%s -> %s [label=%s, tooltip=%s%s];", quoted(e.From.ID), quoted(e.To.ID), quoted(label), quoted(e.Title), look)
}

// quoted writes a text as a DOT string. Graphviz gives meaning to backslashes in
// labels, so that those of the text are doubled; a line end becomes its escape.
func quoted(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(diagram.Display(line))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
