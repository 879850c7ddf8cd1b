package export

import (
	"bufio"
	"io"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// mostSquare is the largest number of entities that a square of them can show.
const mostSquare = 20

// Markdown writes the matrix as a table: a square of entities up to twenty, else the
// list of allowed pairs; by namespace the list of all, some and none. What the answer
// leaves out follows below it, and then the rules in words.
func Markdown(out io.Writer, m *reach.Matrix, by By) error {
	w := bufio.NewWriterSize(out, bufferSize)
	switch {
	case by == ByNamespace:
		markdownList(w, namespaceTable(m))
	case len(m.Cluster.Entities) <= mostSquare:
		square(w, m)
	default:
		markdownList(w, entityTable(m))
	}
	if caveats := Caveats(m); len(caveats) > 0 {
		w.WriteByte('\n')
		for _, c := range caveats {
			w.WriteString("- " + markdownText(c) + "\n")
		}
	}
	markdownRules(w, explain.InWords(m, explain.Most{Policies: mostPoliciesInWords, Ends: mostEndsInWords}))
	return w.Flush()
}

// square writes who (rows) may open what on whom (columns).
func square(w *bufio.Writer, m *reach.Matrix) {
	entities := m.Cluster.Entities
	head := append(record{"from ↓ to →"}, all(entities, func(e *model.Entity) string { return code(e.ID) })...)
	markdownRow(w, head)
	rule(w, len(head))
	undefined := false
	for _, from := range entities {
		line := record{code(from.ID)}
		for _, to := range entities {
			text, unsure := squareCell(m, from, to)
			undefined = undefined || unsure
			line = append(line, text)
		}
		markdownRow(w, line)
	}
	w.WriteString("\n✕ nothing is allowed, – no question (a pod always reaches itself; addresses are outside).")
	if undefined {
		w.WriteString(" ? is decided by the network plug-in; what most do is shown.")
	}
	w.WriteByte('\n')
}

func squareCell(m *reach.Matrix, from, to *model.Entity) (text string, undefined bool) {
	if !reach.Asked(from.Class, to.Class) || from == to && !from.Several() {
		return "–", false
	}
	c := m.Cell(from.Class, to.Class)
	if text = c.Ports.String(); text == "" {
		text = "✕"
	}
	if c.Undefined != "" {
		return text + " ?", true
	}
	return text, false
}

func markdownList(w *bufio.Writer, t table) {
	markdownRow(w, t.head)
	rule(w, len(t.head))
	for r := range t.records {
		line := record{code(r[0]), code(r[1])}
		if markdownRow(w, append(line, r[2:]...)) != nil {
			return // the last flush tells it
		}
	}
}

func markdownRow(w *bufio.Writer, r record) error {
	for _, field := range r {
		w.WriteString("| ")
		w.WriteString(field)
		w.WriteByte(' ')
	}
	_, err := w.WriteString("|\n")
	return err
}

func rule(w *bufio.Writer, columns int) {
	w.WriteString(strings.Repeat("|---", columns) + "|\n")
}

// code writes a name so that its stars and bars stay what they are.
func code(name string) string {
	return "`" + strings.NewReplacer("|", `\|`, "`", "'").Replace(diagram.Display(name)) + "`"
}

// markdownText escapes what would be read as markup in a sentence.
func markdownText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", "&lt;", "`", "\\`", "|", `\|`).Replace(text)
}
