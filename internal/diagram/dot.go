package diagram

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

// DOT writes the cover for people who lay it out with Graphviz themselves: readable,
// one line a box and an arrow, the groups as nodes of their own. Users' texts only
// stand in quoted strings.
func (d *Diagram) DOT() string {
	w := &dotWriter{d: d}
	w.line("digraph netpolscope {")
	w.depth++
	w.line("rankdir=%s", map[bool]string{false: "LR", true: "TB"}[d.TopToBottom])
	w.line("compound=true")
	w.line("node [shape=box, style=rounded, fontname=Helvetica]")
	w.line("edge [fontname=Helvetica, fontsize=10]")
	if d.Title != "" {
		w.line("label=%s", quote(d.Title))
		w.line("labelloc=t")
	}
	w.inside(None)
	for _, e := range d.Edges {
		w.edge(&e)
	}
	for _, n := range d.Notes {
		w.line("// %s", strings.ReplaceAll(n, "\n", " "))
	}
	w.depth--
	w.line("}")
	return w.b.String()
}

type dotWriter struct {
	d     *Diagram
	b     strings.Builder
	depth int
}

func (w *dotWriter) line(format string, args ...any) {
	w.b.WriteString(strings.Repeat("  ", w.depth))
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

// quote writes a DOT string. A backslash would begin an escape such as \N or \G.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// lines joins texts as the lines of one label.
func lines(texts ...string) string {
	var quoted []string
	for _, t := range texts {
		if t != "" {
			q := quote(t)
			quoted = append(quoted, q[1:len(q)-1])
		}
	}
	return `"` + strings.Join(quoted, `\n`) + `"`
}

// inside writes what is directly within a frame.
func (w *dotWriter) inside(frame int) {
	for i, f := range w.d.Frames {
		if f.Parent != frame {
			continue
		}
		w.line("subgraph cluster_%d {", i+1)
		w.depth++
		texts := []string{f.Label}
		for _, l := range f.Lines {
			texts = append(texts, "each other: "+w.d.Edges[l].Label)
		}
		w.line("label=%s", lines(texts...))
		if f.Inferred {
			w.line("style=dashed")
		}
		w.inside(i)
		w.depth--
		w.line("}")
	}
	for i := range w.d.Nodes {
		if n := &w.d.Nodes[i]; n.Frame == frame {
			w.node(n)
		}
	}
	// An arrow that meets a frame meets a point within it.
	for i := range w.d.Hubs {
		h := &w.d.Hubs[i]
		if h.Node == None && h.Frame == frame && w.used(h.ID) {
			w.line("%s [shape=point, tooltip=%s]", quote(h.ID), quote(h.Name))
		}
	}
}

// used reports whether an arrow with a line of its own meets a hub.
func (w *dotWriter) used(id string) bool {
	for _, e := range w.d.Edges {
		if e.Place == Arrow && (e.From.ID == id || e.To.ID == id) {
			return true
		}
	}
	return false
}

func (w *dotWriter) node(n *Node) {
	texts := append([]string{n.Name, n.Detail}, n.More...)
	for _, l := range n.Lines {
		texts = append(texts, "each other: "+w.d.Edges[l].Label)
	}
	for side, word := range [...]string{model.Ingress: "entering", model.Egress: "leaving"} {
		switch s := n.Sides[side]; {
		case s.Closed:
			texts = append(texts, word+": locked for everybody")
		case s.Locked:
			texts = append(texts, word+": locked")
		}
	}
	more := ""
	switch {
	case n.Kind == Nothing:
		w.line("%s [shape=plaintext, label=%s]", quote(fmt.Sprintf("nothing-%d", n.Frame+1)), lines(texts...))
		return
	case n.Kind == Range:
		more = ", shape=hexagon, style=solid"
	case n.Kind == Pill:
		more = ", shape=ellipse, style=solid"
	case n.Dashed:
		more = `, style="rounded,dashed"`
	case n.Kind == Stack, n.Kind == Folded:
		more = ", peripheries=2"
	}
	w.line("%s [label=%s%s, tooltip=%s]", quote(n.ID), lines(texts...), more, quote(n.Title))
}

func (w *dotWriter) edge(e *Edge) {
	if e.Place != Arrow {
		return // said by a line of text
	}
	label, more := e.Label, ""
	switch {
	case e.Blocked:
		label, more = e.StopText, ", style=dashed, arrowhead=odot"
	case e.Undefined != "":
		more = ", style=dashed"
	case e.Weight == Thick:
		more = ", penwidth=3"
	case e.Weight == Wide:
		more = `, color="black:white:black"`
	}
	if e.From.Frame != None {
		more += fmt.Sprintf(", ltail=cluster_%d", e.From.Frame+1)
	}
	if e.To.Frame != None {
		more += fmt.Sprintf(", lhead=cluster_%d", e.To.Frame+1)
	}
	from, to := e.From.ID, e.To.ID
	if e.From.Node != None {
		from = w.d.Nodes[e.From.Node].ID
	}
	if e.To.Node != None {
		to = w.d.Nodes[e.To.Node].ID
	}
	w.line("%s -> %s [label=%s%s, tooltip=%s]", quote(from), quote(to), lines(e.Who, label), more, quote(e.Title))
}
