package layout

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// splineStyles are tried in this order: Graphviz loses arrows with some, see Engine.
var splineStyles = []string{"true", "polyline", "line"}

// writeDOT describes the graph to Graphviz. Names are numbers of ours, labels are
// empty tables of the size to keep free: what goes in was never written by anybody.
func writeDOT(t *tree, p plan, splines string) []byte {
	w := &dotWriter{t: t, p: p}
	g := t.g
	side := "LR"
	if g.Direction == TopToBottom {
		side = "TB"
	}
	w.line("digraph G {")
	w.line("graph [rankdir=%s splines=%s nodesep=%s ranksep=%s label=\"\" labeljust=l]",
		side, splines, inches(orElse(g.NodeSep, 0.4*72)), inches(orElse(g.RankSep, defaultRankSep(g))))
	w.line("node [shape=box fixedsize=true label=\"\"]")
	w.line("edge [arrowhead=none]")
	w.members(-1)
	for _, l := range p.grid {
		w.line("n%d -> n%d [style=invis]", l.from+1, l.to+1)
	}
	for i := range g.Arrows {
		w.arrow(i)
	}
	w.line("}")
	return w.Bytes()
}

// defaultRankSep leaves arrows to doors room to turn; labels keep room by themselves.
func defaultRankSep(g Graph) float64 {
	if hasDoors(g) {
		return 0.9 * 72
	}
	return 0.55 * 72
}

func hasDoors(g Graph) bool {
	return slices.ContainsFunc(g.Arrows, func(a Arrow) bool { return a.Door >= 0 })
}

type dotWriter struct {
	bytes.Buffer
	t *tree
	p plan
}

func (w *dotWriter) line(format string, values ...any) {
	fmt.Fprintf(w, format, values...)
	w.WriteByte('\n')
}

// members writes what is in a frame. From left to right Graphviz stacks from the
// bottom, so the last comes first.
func (w *dotWriter) members(frame int) {
	members := w.t.in(frame)
	if w.t.g.Direction == LeftToRight {
		members = slices.Clone(members)
		slices.Reverse(members)
	}
	for _, u := range members {
		if u.frame {
			w.frame(u.index)
		} else {
			w.box(u.index)
		}
	}
}

// frameAir is what a frame is wider on each side than Graphviz makes it: locks, gates
// and entrances stand out of their boxes.
const frameAir = 7

// frame writes a frame inside an invisible one: a margin of other than 8 makes
// neighbours touch, the outer one keeps them apart. Graphviz forgets an empty
// cluster, so an empty frame gets an invisible node.
func (w *dotWriter) frame(i int) {
	w.line("subgraph cluster_a%d {", i+1)
	w.line("margin=%d label=\"\"", 5+frameAir)
	w.line("subgraph cluster_f%d {", i+1)
	f := w.t.g.Frames[i]
	label := `""`
	if f.TitleWidth > 0 && f.TitleHeight > 0 {
		label = room(f.TitleWidth, f.TitleHeight)
	}
	w.line("margin=8 label=%s", label)
	w.members(i)
	if len(w.t.in(i)) == 0 {
		w.line("e%d [width=%s height=%s style=invis]", i+1, inches(max(f.TitleWidth, 24)), inches(12))
	}
	w.line("}")
	w.line("}")
}

func (w *dotWriter) box(i int) {
	b := w.t.g.Boxes[i]
	if spots := w.p.spots[i]; len(spots) > 0 {
		b.Doors = spots
	}
	size := fmt.Sprintf("width=%s height=%s", inches(b.Width), inches(b.Height))
	if len(b.Doors) == 0 {
		w.line("n%d [%s]", i+1, size)
		return
	}
	w.line("n%d [%s shape=none margin=0 label=%s]", i+1, size, w.doors(b))
}

// doors is a table of the box's size whose cells have their middles at the doors.
func (w *dotWriter) doors(b Box) string {
	var cells bytes.Buffer
	along := w.t.g.Direction == TopToBottom
	length, across := b.Height, b.Width
	if along {
		length, across = b.Width, b.Height
	}
	at := 0
	cell := func(until int, port string) {
		size := until - at
		if size <= 0 {
			return
		}
		at = until
		if along {
			fmt.Fprintf(&cells, `<TD FIXEDSIZE="TRUE" WIDTH="%d" HEIGHT="%.0f"%s></TD>`, size, across, port)
		} else {
			fmt.Fprintf(&cells, `<TR><TD FIXEDSIZE="TRUE" WIDTH="%.0f" HEIGHT="%d"%s></TD></TR>`, across, size, port)
		}
	}
	for _, door := range doorOrder(b) {
		middle := int(math.Round(b.Doors[door]))
		cell(middle-1, "")
		cell(middle+1, fmt.Sprintf(` PORT="d%d"`, door))
	}
	cell(int(math.Round(length)), "")
	rows := cells.String()
	if along {
		rows = "<TR>" + rows + "</TR>"
	}
	return `<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0">` + rows + `</TABLE>>`
}

// doorOrder lists the doors by height.
func doorOrder(b Box) []int {
	order := make([]int, len(b.Doors))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int {
		switch {
		case b.Doors[x] < b.Doors[y]:
			return -1
		case b.Doors[x] > b.Doors[y]:
			return 1
		}
		return 0
	})
	return order
}

// arrow writes an arrow; its id is its number, by which the answer is read.
func (w *dotWriter) arrow(i int) {
	a := w.t.g.Arrows[i]
	from, to, begin, end := w.p.from[i], w.p.to[i], "tailport", "headport"
	if w.p.flip[i] {
		from, to, begin, end = to, from, end, begin
	}
	fmt.Fprintf(w, "n%d -> n%d [id=%d", from+1, to+1, i+1)
	if a.Weight > 1 {
		fmt.Fprintf(w, " weight=%d", a.Weight)
	}
	if a.Loose {
		w.WriteString(" constraint=false")
	}
	side, opposite := "w", "e"
	if w.t.g.Direction == TopToBottom {
		side, opposite = "n", "s"
	}
	straight := w.p.straight != nil && w.p.straight[i]
	switch {
	case a.Hidden:
		w.WriteString(" style=invis")
	case w.p.door(i, a):
		fmt.Fprintf(w, " %s=\"d%d:%s\"", end, a.Door, side)
		if straight {
			fmt.Fprintf(w, " %s=%s", begin, opposite)
		}
	case straight && len(w.p.spots[w.p.to[i]]) > 0:
		if k, ok := w.p.spot[i]; ok {
			fmt.Fprintf(w, " %s=\"d%d:%s\"", end, k, side)
		}
	case straight:
		fmt.Fprintf(w, " %s=%s", end, side)
	}
	if labelled(a) {
		fmt.Fprintf(w, " label=%s", room(a.LabelWidth, a.LabelHeight))
	}
	w.WriteString("]\n")
}

func labelled(a Arrow) bool { return !a.Hidden && a.LabelWidth > 0 && a.LabelHeight > 0 }

// room is a label that is nothing but its size.
func room(width, height float64) string {
	return fmt.Sprintf(`<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0"><TR><TD FIXEDSIZE="TRUE" WIDTH="%.0f" HEIGHT="%.0f"></TD></TR></TABLE>>`,
		math.Ceil(width), math.Ceil(height))
}

func inches(points float64) string {
	return strconv.FormatFloat(math.Round(points/72*1e5)/1e5, 'f', -1, 64)
}

func orElse(value, instead float64) float64 {
	if value == 0 {
		return instead
	}
	return value
}
