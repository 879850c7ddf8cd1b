package export

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/model"
)

// Mermaid writes a picture's content as a Mermaid flowchart, which code hosts draw in
// Markdown. Namespaces are subgraphs. A hub, at which the arrows of a whole group
// meet, is a node of its own, so that no arrow is left out. Every text of a user
// stands in a quoted label with its special characters as entities.
func Mermaid(out io.Writer, d *diagram.Diagram) error {
	d = d.Drawn()
	w := mermaidWriter{bufio.NewWriterSize(out, bufferSize), d, map[string]string{}}
	direction := "LR"
	if d.TopToBottom {
		direction = "TB"
	}
	for i, n := range d.Nodes {
		w.ids[n.ID] = "n" + strconv.Itoa(i+1)
	}
	for i, h := range d.Hubs {
		if w.ids[h.ID] == "" {
			w.ids[h.ID] = "h" + strconv.Itoa(i+1)
		}
	}
	w.line(0, "flowchart %s", direction)
	w.inside(diagram.None, 1)
	for i := range d.Edges {
		w.edge(&d.Edges[i])
	}
	caveats := d.Caveats()
	if d.Focus != "" {
		caveats = append([]string{d.Focus}, caveats...)
	}
	if len(caveats) > 0 {
		// A comment would not be seen by those who look at the picture.
		w.line(1, `notes["%s"]`, mermaidText(caveats...))
		w.line(1, "style notes fill:none,stroke:none")
	}
	return w.Flush()
}

type mermaidWriter struct {
	*bufio.Writer
	d *diagram.Diagram
	// ids gives each node and hub a name that Mermaid takes.
	ids map[string]string
}

func (w mermaidWriter) line(depth int, format string, values ...any) {
	w.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(w, format, values...)
	w.WriteByte('\n')
}

// inside writes what stands directly in a frame, and the frames in it.
func (w mermaidWriter) inside(frame, depth int) {
	for i, f := range w.d.Frames {
		if f.Parent != frame {
			continue
		}
		w.line(depth, `subgraph f%d["%s"]`, i+1, mermaidText(f.Label))
		w.inside(i, depth+1)
		w.line(depth, "end")
		if f.Inferred {
			w.line(depth, "style f%d stroke-dasharray: 5 5", i+1)
		}
	}
	for i := range w.d.Nodes {
		if n := &w.d.Nodes[i]; n.Frame == frame {
			w.node(n, depth)
		}
	}
	for _, h := range w.d.Hubs {
		if h.Node == diagram.None && h.Frame == frame {
			w.line(depth, `%s(["%s"])`, w.ids[h.ID], mermaidText(h.Name))
		}
	}
}

func (w mermaidWriter) node(n *diagram.Node, depth int) {
	texts := []string{n.Name, n.Detail}
	for side, word := range [...]string{model.Ingress: "entering", model.Egress: "leaving"} {
		switch s := n.Sides[side]; {
		case s.Closed:
			texts = append(texts, word+": locked for everybody")
		case s.Locked:
			texts = append(texts, word+": locked")
		}
	}
	texts = append(texts, doorLines(n.Doors)...)
	open, end := "[", "]"
	switch n.Kind {
	case diagram.Pill:
		open, end = "([", "])"
	case diagram.Range:
		open, end = "{{", "}}"
	case diagram.Stack:
		open, end = "[[", "]]"
	}
	id := w.ids[n.ID]
	w.line(depth, `%s%s"%s"%s`, id, open, mermaidText(texts...), end)
	if n.Dashed {
		w.line(depth, "style %s stroke-dasharray: 5 5", id)
	}
}

func (w mermaidWriter) edge(e *diagram.Edge) {
	arrow, label := "-->", e.Ports.String()
	switch {
	case e.Change == diagram.Opened:
		arrow, label = "==>", e.Label
	case e.Change == diagram.Closed:
		arrow, label = "-.->", e.Label
	case e.Change == diagram.Went:
		arrow, label = "-.->", e.Label
	case e.Blocked:
		arrow, label = "-.-x", e.StopText
	case e.Undefined != "":
		arrow = "-.->"
	case e.Weight != diagram.Thin:
		arrow = "==>"
	}
	w.line(1, `%s %s|"%s"| %s`, w.end(e.From.ID), arrow, mermaidText(label), w.end(e.To.ID))
}

// end gives the name of an arrow's end. One that the picture only speaks of in a
// sentence, such as a pod's own node, has no box there and gets one here.
func (w mermaidWriter) end(id string) string {
	name, ok := w.ids[id]
	if !ok {
		name = "x" + strconv.Itoa(len(w.ids)+1)
		w.ids[id] = name
		w.line(1, `%s["%s"]`, name, mermaidText(id))
	}
	return name
}

// mermaidText writes texts as the lines of one quoted label. Letters, digits and the
// signs that mean nothing to Mermaid or Markdown stay; everything else becomes an
// entity.
func mermaidText(texts ...string) string {
	var b strings.Builder
	first := true
	for _, t := range texts {
		for line := range strings.SplitSeq(t, "\n") {
			if line == "" {
				continue
			}
			if !first {
				b.WriteString("<br/>")
			}
			first = false
			for _, r := range diagram.Display(line) {
				if r > 0x7f || strings.ContainsRune(" ,.:/-()=+", r) || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
					b.WriteRune(r)
				} else {
					fmt.Fprintf(&b, "#%d;", r)
				}
			}
		}
	}
	if first {
		return " " // Mermaid takes no empty label
	}
	return b.String()
}
