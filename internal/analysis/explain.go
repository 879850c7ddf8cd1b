package analysis

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// mostSuggestions is how many ways to turn an answer round are shown, mostTried how
// many are evaluated for it. Each one costs about what the bundle itself cost, so that
// of a bundle of more than largeBundle documents only the first that works is shown.
const (
	mostSuggestions = 3
	mostTried       = 8
	largeBundle     = 2000
)

// Explain answers whether from may open a connection to to, as explain.Ask does, and
// says what would turn the answer round: every suggestion was made on the text and
// evaluated, and gave the opposite verdict.
func (r *Report) Explain(from, to string, port *explain.Port) (explain.Explanation, error) {
	e, err := explain.Ask(r.Matrix, from, to, port)
	if err != nil {
		return e, err
	}
	wanted := explain.Wanted(&e)
	most, tries := mostSuggestions, mostTried
	if r.Documents > largeBundle {
		most, tries = 1, 2
	}
	var found []verified
	proposals := explain.Propose(r.Matrix, from, to, port, wanted)
	for _, p := range proposals[:min(len(proposals), tries)] {
		v, ok := r.try(p, from, to, port, wanted)
		known := slices.ContainsFunc(found, func(other verified) bool { return other.YAML == v.YAML })
		if ok && !known {
			found = append(found, v)
		}
		if len(found) == 1 && most == 1 {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b verified) int {
		return cmp.Or(cmp.Compare(a.Opened+a.Closed, b.Opened+b.Closed), cmp.Compare(a.size, b.size))
	})
	for _, v := range found[:min(len(found), most)] {
		e.Suggestions = append(e.Suggestions, v.Suggestion)
	}
	return e, nil
}

// verified is a suggestion with what it is ordered by.
type verified struct {
	explain.Suggestion
	reach.Change
	size int // bytes of new text
}

// try makes a proposal on the text and evaluates the result. It is not ok where that
// has another verdict than the one wanted, or breaks a policy.
func (r *Report) try(p explain.Proposal, from, to string, port *explain.Port, wanted explain.Verdict) (verified, bool) {
	v := verified{Suggestion: explain.Suggestion{Edits: p.Edits}}
	sources, edits := r.sources, slices.Clone(p.Edits)
	if p.Added != "" {
		if edit, ok := r.atEnd(p.Added); ok {
			edits = append(edits, edit)
			v.Edits = edits
		} else if len(edits) == 0 {
			sources = append(slices.Clone(sources), manifest.Source{Name: addedName, Data: []byte(p.Added)})
		} else {
			return v, false
		}
	}
	sources, err := manifest.Apply(sources, edits)
	if err != nil {
		return v, false
	}
	after, err := r.evaluateAgain(sources)
	if err != nil || slices.ContainsFunc(p.Policies, func(id string) bool { q := after.cluster.Policy(id); return q == nil || !q.InForce }) {
		return v, false
	}
	answer, err := explain.Ask(after.matrix, from, to, port)
	if err != nil || answer.Verdict != wanted {
		return v, false
	}
	v.Change = reach.Compare(r.Matrix, after.matrix)
	v.Opens, v.Closes = explain.Named(r.Matrix, after.matrix)
	v.Text = lead(wanted) + p.Text + ". " + effect(v.Change)
	for _, e := range edits {
		v.size += len(e.NewText) + 1
	}
	var documents []string
	for _, id := range p.Policies {
		documents = append(documents, textOf(sources, after.cluster.Policy(id)))
	}
	if p.Added != "" {
		documents = append(documents, p.Added)
	}
	v.YAML = strings.Join(documents, "---\n")
	return v, true
}

// addedName names the file of a policy that no file of the bundle can take.
const addedName = "new-policy.yaml"

func lead(wanted explain.Verdict) string {
	if wanted == explain.Allowed {
		return "To open it: "
	}
	return "To close it: "
}

// effect says what a change does to the connections of the bundle.
func effect(c reach.Change) string {
	connections := func(n int) string {
		switch n {
		case 0:
			return "none"
		case 1:
			return "1 connection"
		}
		return fmt.Sprintf("%d connections", n)
	}
	if c == (reach.Change{}) {
		return "No other connection changes."
	}
	return fmt.Sprintf("This opens %s and closes %s.", connections(c.Opened), connections(c.Closed))
}

// atEnd gives the edit that adds a document to the end of a file of the bundle: the
// file of the last policy, or of the last object. JSON and archives take none.
func (r *Report) atEnd(document string) (diag.Edit, bool) {
	for i := len(r.sources) - 1; i >= 0; i-- {
		s := r.sources[i]
		text := bytes.TrimPrefix(s.Data, []byte("\ufeff"))
		if start := bytes.TrimSpace(text); len(start) == 0 || start[0] == '{' || start[0] == '[' || !r.mentions(s.Name) || !utf8.Valid(text) {
			continue
		}
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
		line := bytes.Count(text, []byte("\n")) + 1
		last := text[bytes.LastIndexByte(text, '\n')+1:]
		if len(last) > 0 {
			document = "\n---\n" + document
		} else {
			document = "---\n" + document
		}
		at := diag.Position{Line: line, Column: utf8.RuneCount(last) + 1}
		return diag.Edit{Range: diag.Range{File: s.Name, Start: at, End: at}, NewText: document}, true
	}
	return diag.Edit{}, false
}

// mentions reports whether a file holds something of the cluster, so that it is a text
// that can be read to its end.
func (r *Report) mentions(file string) bool {
	is := func(l diag.Locator) bool { return l != nil && l.Locate("").File == file }
	return slices.ContainsFunc(r.Cluster.Policies, func(p *model.Policy) bool { return is(p.Source) }) ||
		slices.ContainsFunc(r.Cluster.Entities, func(e *model.Entity) bool { return is(e.Source) })
}

// textOf gives the text of a policy, less what an item of a List is indented by.
func textOf(sources []manifest.Source, p *model.Policy) string {
	at := p.Source.Locate("")
	for _, s := range sources {
		if s.Name != at.File {
			continue
		}
		text := strings.ReplaceAll(strings.TrimPrefix(string(s.Data), "\ufeff"), "\r\n", "\n")
		lines := strings.Split(text, "\n")
		lines = lines[min(at.Start.Line-1, len(lines)):min(at.End.Line, len(lines))]
		indent := at.Start.Column - 1
		for i, line := range lines {
			lead := []rune(line)[:min(indent, utf8.RuneCountInString(line))]
			if i == 0 || strings.TrimSpace(string(lead)) == "" {
				lines[i] = line[len(string(lead)):]
			}
		}
		return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
	}
	return ""
}

// evaluateAgain evaluates an edited text under the same assumptions.
func (r *Report) evaluateAgain(sources []manifest.Source) (evaluation, error) {
	if len(r.options.Repaired) == 0 {
		return evaluate(sources, r.options, r.reader)
	}
	// Repairs are found by their places, so that the text is read as new.
	e, err := evaluate(sources, r.options, &manifest.Reader{})
	if err != nil {
		return e, err
	}
	list, assumed := assume(slices.Concat(e.bundle.Findings, e.findings), r.options.Repaired)
	return evaluateAssuming(sources, r.options, assumed, list)
}
