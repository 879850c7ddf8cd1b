package export

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Table writes the allowed pairs in aligned columns.
func Table(out io.Writer, m *reach.Matrix, by By) error {
	if by == ByNamespace {
		return aligned(out, namespaceTable(m))
	}
	return aligned(out, entityTable(m))
}

// Wide writes the table with what each answer rests on: the policies that isolate
// either side, the reason of answers that the plug-in decides, and the classes.
func Wide(out io.Writer, m *reach.Matrix, by By) error {
	if by == ByNamespace {
		return aligned(out, namespaceTable(m))
	}
	return aligned(out, wideTable(m))
}

// CSV writes the allowed pairs as comma-separated values: fields with a comma or a
// quote are quoted as RFC 4180 says; lines end as text lines do. What the pairs leave
// out follows as lines that begin with "# " and have as many fields as the others, so
// that every reader takes them and those that know comments skip them.
func CSV(out io.Writer, m *reach.Matrix, by By) error {
	t := entityTable(m)
	if by == ByNamespace {
		t = namespaceTable(m)
	}
	w := bufio.NewWriterSize(out, bufferSize)
	writeCSV(w, t.head)
	for r := range t.records {
		if err := writeCSV(w, r); err != nil {
			return err
		}
	}
	for _, sentence := range omissions(m) {
		remark := make(record, len(t.head))
		remark[0] = "# " + unquoted.Replace(sentence)
		if err := writeCSV(w, remark); err != nil {
			return err
		}
	}
	return w.Flush()
}

// unquoted takes from a sentence what would put it in quotes, behind which no reader
// sees the beginning of a comment.
var unquoted = strings.NewReplacer(",", ";", `"`, "'")

func writeCSV(w *bufio.Writer, r record) error {
	for i, field := range r {
		if i > 0 {
			w.WriteByte(',')
		}
		if strings.ContainsAny(field, ",\"\r\n") {
			w.WriteByte('"')
			w.WriteString(strings.ReplaceAll(field, `"`, `""`))
			w.WriteByte('"')
			continue
		}
		w.WriteString(field)
	}
	return w.WriteByte('\n')
}

// aligned writes a table with every column but the last padded to its widest field.
// It goes through the lines twice rather than keep them.
func aligned(out io.Writer, t table) error {
	w := bufio.NewWriterSize(out, bufferSize)
	widths := make([]int, len(t.head))
	head := make(record, len(t.head))
	for i, name := range t.head {
		head[i] = strings.ToUpper(name)
		widths[i] = len(name)
	}
	for r := range t.records {
		for i, field := range r[:len(r)-1] {
			widths[i] = max(widths[i], utf8.RuneCountInString(field))
		}
	}
	pad := strings.Repeat(" ", 2+maxOf(widths))
	write := func(r record) error {
		for i, field := range r[:len(r)-1] {
			w.WriteString(field)
			w.WriteString(pad[:widths[i]+2-utf8.RuneCountInString(field)])
		}
		w.WriteString(cmp.Or(r[len(r)-1], "-"))
		return w.WriteByte('\n')
	}
	write(head)
	for r := range t.records {
		if err := write(r); err != nil {
			return err
		}
	}
	return w.Flush()
}

func maxOf(widths []int) int {
	most := 0
	for _, n := range widths {
		most = max(most, n)
	}
	return most
}

func orDash(words []string) string {
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, ",")
}

func pairOf(i, j int) string { return fmt.Sprintf("%d→%d", i, j) }

// TableWithCaveats writes the table and, below it, what belongs beside it, for readers
// who get nothing else.
func TableWithCaveats(out io.Writer, m *reach.Matrix, by By) error {
	if err := Table(out, m, by); err != nil {
		return err
	}
	for i, sentence := range Caveats(m) {
		if i == 0 {
			sentence = "\n" + CaveatMark + sentence
		} else {
			sentence = CaveatMark + sentence
		}
		if _, err := fmt.Fprintln(out, sentence); err != nil {
			return err
		}
	}
	return nil
}

// CaveatMark begins a line of text that holds a caveat.
const CaveatMark = "note: "

// Caveats says in sentences what the answers leave out or rest on: a network plug-in
// that does not enforce, policy kinds that are not evaluated, policies that are not in
// force or switched off, what is assumed and what that changes, and connections that the plug-in decides. It belongs beside
// every answer.
func Caveats(m *reach.Matrix) []string {
	sentences := omissions(m)
	undefined := map[string]int{}
	for c := range m.Connections() {
		if c.Undefined != "" {
			undefined[string(c.Undefined)]++
		}
	}
	for _, reason := range []string{"hostNetwork", "addressUnknown", "dualStack"} {
		if n := undefined[reason]; n > 0 {
			sentences = append(sentences, fmt.Sprintf("%s not decided by NetworkPolicy (%s); what most plug-ins do is shown.", counted(n, "connection")+" "+isAre(n), reason))
		}
	}
	return sentences
}

// omissions says what has no part in the answers though the bundle holds it or the
// cluster does it.
func omissions(m *reach.Matrix) []string {
	var sentences []string
	if caveat := m.Cluster.Plugin.Caveat(); caveat != "" {
		sentences = append(sentences, caveat)
	}
	for _, n := range m.Cluster.NotEvaluated {
		if n.Policy {
			sentences = append(sentences, fmt.Sprintf("%s (%s) %s not evaluated.", counted(n.Count, n.Kind+" object"), n.APIVersion, wasWere(n.Count)))
		}
	}
	for _, p := range m.Cluster.Policies {
		if !p.InForce {
			at := p.Source.Locate("")
			sentences = append(sentences, fmt.Sprintf("%s (%s line %d) is not in force: the API server would refuse it (%s).", p.ID, at.File, at.Start.Line, p.Code))
		}
	}
	for _, off := range m.Off {
		sentences = append(sentences, fmt.Sprintf("%s is switched off.", off))
	}
	sentences = append(sentences, m.Cluster.Assumed...)
	if text := changeSentence(m); text != "" {
		sentences = append(sentences, text)
	}
	return all(sentences, diagram.Display)
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
