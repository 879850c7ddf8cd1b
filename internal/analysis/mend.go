package analysis

import (
	"cmp"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Mended is a bundle with the remedies of its findings carried out.
type Mended struct {
	// Report is about the texts as they are now, Sources, of which nothing is written
	// anywhere.
	*Report
	Sources []manifest.Source
	// Fixed are the findings whose remedies were carried out, sorted. Their ranges are
	// where they begin in the texts as they were.
	Fixed diag.List
	// Left are the findings that are still there, sorted, each with the reason.
	Left []Left
}

// Left is a finding whose remedy was not carried out.
type Left struct {
	diag.Finding
	Why Why
}

// Why says why the remedy of a finding was not carried out.
type Why string

const (
	// NoRemedy: there is no text that mends it whatever was meant.
	NoRemedy Why = "no remedy"
	// Decides: the remedy decides something, and its code was not asked for.
	Decides Why = "decides"
	// NotAsked: other codes were asked for.
	NotAsked Why = "not asked"
	// NoHelp: it was tried, and the finding was still there or something else broke.
	NoHelp Why = "no help"
	// Silenced: a comment says that it is right as it is.
	Silenced Why = "silenced"
	// TooMany: there were more remedies than are carried out at a time.
	TooMany Why = "too many"
)

// Elsewhere begins the reason of a remedy whose text cannot be edited where it is; the
// file's trouble follows.
const Elsewhere Why = "elsewhere: "

// What Mend does at most: each round evaluates the bundle once more.
const mostRounds = 100

// Mend carries out the remedies of findings until there are none left to carry out, and
// keeps the texts as they were where one does no good. Without codes these are the ones
// that lint calls certain, otherwise those of the codes alone. The error is that of Run.
func (r *Report) Mend(codes []diag.Code) (*Mended, error) {
	m := &mending{Mended: &Mended{Report: r, Sources: r.sources}, codes: codes, hopeless: map[string]bool{}}
	for range mostRounds {
		batch := m.batch()
		if len(batch) == 0 {
			break
		}
		if err := m.carryOut(batch); err != nil {
			return nil, err
		}
	}
	for _, f := range m.Judged() {
		m.Left = append(m.Left, Left{f, cmp.Or(m.why(f), TooMany)})
	}
	m.Fixed.Sort()
	return m.Mended, nil
}

// mending is the work of Mend.
type mending struct {
	*Mended
	codes []diag.Code
	// hopeless holds the remedies that did no good.
	hopeless map[string]bool
	// rounds holds what was edited in each round that was kept.
	rounds [][]diag.Edit
}

// why says why a finding's remedy is not carried out, "" where it is to be.
func (m *mending) why(f diag.Finding) Why {
	switch {
	case f.Silenced != nil:
		return Silenced
	case len(m.codes) > 0 && !slices.Contains(m.codes, f.Code):
		return NotAsked
	case f.Fix == nil || len(f.Fix.Edits) == 0:
		return NoRemedy
	case len(m.codes) == 0 && !lint.Certain(f.Code):
		return Decides
	}
	for _, e := range f.Fix.Edits {
		if trouble := m.rigid(e.Range.File); trouble != "" {
			return Elsewhere + Why(trouble)
		}
	}
	if m.hopeless[keyOf(f)] {
		return NoHelp
	}
	return ""
}

// rigid says why a file's text cannot be edited.
func (m *mending) rigid(file string) string {
	i := slices.IndexFunc(m.Sources, func(s manifest.Source) bool { return s.Name == file })
	if i < 0 {
		return "it is in an archive"
	}
	return m.Sources[i].Rigid()
}

// keyOf tells a remedy from others, also after lines have moved.
func keyOf(f diag.Finding) string {
	key := []string{string(f.Code), f.Range.File, f.Object, f.Field, f.Summary}
	for _, e := range f.Fix.Edits {
		key = append(key, e.NewText)
	}
	return strings.Join(key, "\x00")
}

// batch gives findings whose remedies can be carried out at once: no two of them edit
// the same line.
func (m *mending) batch() []diag.Finding {
	type line struct {
		file   string
		number int
	}
	taken := map[line]bool{}
	var batch []diag.Finding
	for _, f := range m.Judged() {
		if m.why(f) != "" {
			continue
		}
		var lines []line
		for _, e := range f.Fix.Edits {
			for n := e.Range.Start.Line; n <= e.Range.End.Line; n++ {
				lines = append(lines, line{e.Range.File, n})
			}
		}
		if slices.ContainsFunc(lines, func(l line) bool { return taken[l] }) {
			continue
		}
		for _, l := range lines {
			taken[l] = true
		}
		batch = append(batch, f)
	}
	return batch
}

// carryOut makes the edits of a batch. Where they do no good together, half of them are
// tried, and in the end one, which is then known to be hopeless.
func (m *mending) carryOut(batch []diag.Finding) error {
	for {
		var edits []diag.Edit
		for _, f := range batch {
			edits = append(edits, f.Fix.Edits...)
		}
		sources, err := manifest.Apply(m.Sources, edits)
		if err == nil {
			after, err := Run(sources, m.options)
			if err != nil {
				return err
			}
			if better(m.Report, after, batch) {
				for _, f := range batch {
					m.hopeless[keyOf(f)] = true // Whoever is there once more would be for ever.
					m.Fixed = append(m.Fixed, m.asItWas(f))
				}
				m.rounds = append(m.rounds, edits)
				m.Report, m.Sources = after, sources
				return nil
			}
		}
		if len(batch) == 1 {
			m.hopeless[keyOf(batch[0])] = true
			return nil
		}
		batch = batch[:len(batch)/2]
	}
}

// better reports whether remedies did what they should: there are fewer findings of
// their codes about their objects or their fields, or they are milder, and no place more
// that is no YAML. What could not be read before may hold more of the same, also what was
// below a field with a wrong name.
func better(before, after *Report, batch []diag.Finding) bool {
	was, is := kindsOf(before), kindsOf(after)
	return is.unread <= was.unread && !slices.ContainsFunc(batch, func(f diag.Finding) bool {
		object, field := kindOf(f)
		return !unreadable(f) && is.count[object] >= was.count[object] && is.count[field] >= was.count[field]
	})
}

// kind is what findings have in common that a remedy should take away.
type kind struct {
	code          diag.Code
	severity      diag.Severity
	object, field string
}

// kindOf gives what a finding has in common with others about its object, and about its
// field.
func kindOf(f diag.Finding) (object, field kind) {
	object = kind{f.Code, f.Severity, f.Object, ""}
	field = object
	field.field = "." + f.Field
	return object, field
}

// kinds counts findings.
type kinds struct {
	count  map[kind]int
	unread int
}

func kindsOf(r *Report) kinds {
	k := kinds{count: map[kind]int{}}
	for _, f := range r.Judged() {
		object, field := kindOf(f)
		k.count[object]++
		k.count[field]++
		if unreadable(f) {
			k.unread++
		}
	}
	return k
}

// unreadable reports whether a finding says that a text is no YAML.
func unreadable(f diag.Finding) bool { return f.Code < diag.CopiedDecoration }

// asItWas gives a finding with the line where it stood before the first round.
func (m *mending) asItWas(f diag.Finding) diag.Finding {
	for _, edits := range slices.Backward(m.rounds) {
		line := lineBefore(f.Range.File, f.Range.Start.Line, edits)
		f.Range.End.Line += line - f.Range.Start.Line
		f.Range.Start.Line = line
	}
	return f
}

// lineBefore gives the line that a line of a text was before edits were made.
func lineBefore(file string, line int, edits []diag.Edit) int {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b diag.Edit) int { return a.Range.Start.Compare(b.Range.Start) })
	moved := 0
	for _, e := range edits {
		if e.Range.File != file {
			continue
		}
		start := e.Range.Start.Line + moved
		if line <= start {
			break
		}
		added := strings.Count(e.NewText, "\n")
		if line <= start+added {
			return e.Range.Start.Line
		}
		moved += added - (e.Range.End.Line - e.Range.Start.Line)
	}
	return line - moved
}
