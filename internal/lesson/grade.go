package lesson

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// Cell is an expectation with what is so.
type Cell struct {
	Expectation
	// Is says whether the connection is allowed now, Before whether it was at the start.
	// Allowed, of the expectation, is what it should be.
	Is, Before bool
	// Problem says why there is no answer; else it is empty.
	Problem string
	// Explanation says why; it is nil for an expectation about more than one connection,
	// of which Failures are those that are otherwise.
	Explanation *explain.Explanation
	Failures    []expect.Failure
}

// Right reports whether the cell is as it should be.
func (c *Cell) Right() bool { return c.Problem == "" && c.Is == c.Allowed }

// Why gives the reasons in sentences.
func (c *Cell) Why() (why []string) {
	if x := c.Explanation; x != nil {
		for _, text := range []string{x.Headline, x.Egress.Text, x.Ingress.Text} {
			if text != "" {
				why = append(why, text)
			}
		}
	}
	for _, f := range c.Failures {
		why = append(why, fmt.Sprintf("%s → %s: %s", f.From, f.To, strings.ReplaceAll(f.Text, "\n", " ")))
	}
	return why
}

// State says in a few words how the cell stands.
func (c *Cell) State() string {
	switch {
	case c.Problem != "":
		return "cannot be asked"
	case c.Right() && c.Is:
		return "open, as it should be"
	case c.Right():
		return "closed, as it should be"
	case c.Is && c.Before:
		return "still open"
	case c.Is:
		return "now open by mistake"
	case c.Before:
		return "now closed by mistake"
	}
	return "still closed"
}

// Result is how a text fares.
type Result struct {
	Cells, Bonus []Cell
	// Broken are the rules that are not kept, as sentences.
	Broken []string
	// Findings are those that count: errors, and warnings too where the rules say so.
	Findings diag.List
}

// Passed reports whether nothing is left to be done.
func (r *Result) Passed() bool { return r.Left() == 0 }

// Left counts what is left to be done. The bonus is not among it.
func (r *Result) Left() int {
	left := len(r.Broken) + len(r.Findings)
	for i := range r.Cells {
		if !r.Cells[i].Right() {
			left++
		}
	}
	return left
}

// Began evaluates what the lesson starts with.
func (l *Lesson) Began() *analysis.Report { return l.run(l.Start) }

// Predicted gives the cells to predict, as they are in the report of the start.
func (l *Lesson) Predicted(start *analysis.Report) []Cell { return judged(l.Cells, start, start) }

// Grade judges a report of Sources beside the one of the start. What is open or closed by
// mistake is so in comparison with the text that the exercise began with.
func (l *Lesson) Grade(start, report *analysis.Report) Result {
	begun := start
	if l.Exercise != l.Start {
		begun = l.run(l.Exercise)
	}
	r := Result{Cells: judged(l.Wanted, begun, report), Bonus: judged(l.Bonus, begun, report), Broken: l.broken(start, report)}
	least := diag.Error
	findings := report.Findings
	if l.Rules.NoWarnings {
		least, findings = diag.Warning, report.Judged()
	}
	r.Findings = findings.AtLeast(least)
	return r
}

// broken says which rules the learner's text does not keep.
func (l *Lesson) broken(start, report *analysis.Report) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if !l.Rules.WorldMayChange {
		objects := foreign(report.Cluster)
		for i, object := range objects {
			if i == mostOthers {
				say("Beside these it has %d more objects that are no policies.", len(objects)-i)
				break
			}
			say("This exercise is about policies only, and %s is not one. Take it out.", object)
		}
	}
	for _, id := range l.Rules.Unchanged {
		was, is := start.Cluster.Policy(id), report.Cluster.Policy(id)
		switch {
		case is == nil:
			say("The policy %s has to stay, and it is gone.", id)
		case written(was) != written(is):
			say("The policy %s has to stay as it was, and it reads otherwise now.", id)
		}
	}
	if n := len(report.Cluster.Policies); l.Rules.MostPolicies > 0 && n > l.Rules.MostPolicies {
		say("There are %d policies, and in the end there should be %d at most.", n, l.Rules.MostPolicies)
	}
	if l.Rules.FullScore {
		score := l.Score(report)
		if n := score.Needed - score.Open; n > 0 {
			say("Of the connections that are needed, %d are not open yet, or not on every port.", n)
		}
		if n := score.Unneeded - score.Closed; n > 0 {
			say("Of the connections that nobody needs, %d are still open, whole or in part.", n)
		}
	}
	if l.Rules.PortsByName {
		for _, p := range report.Cluster.Policies {
			if numbered := slices.ContainsFunc(p.Rules, func(r model.Rule) bool {
				return slices.ContainsFunc(r.Ports, func(x model.Port) bool { return x.Name == "" })
			}); numbered {
				say("The policy %s names a port by its number, and here it should be the name.", p.ID)
			}
		}
	}
	if l.Rules.OthersUnchanged {
		for _, text := range l.others(start, report) {
			say("%s", text)
		}
	}
	return all
}

// written gives the text of a policy without what does not count: comments, and the
// space at the ends of lines.
func written(p *model.Policy) string {
	text, ok := manifest.DocumentText(p.Source)
	if !ok {
		return ""
	}
	var kept []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, " #")
		if line = strings.TrimRight(line, " \t\r\n"); line != "" && line != "---" && !strings.HasPrefix(line, "#") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// foreign names what the learner's text declares beside policies.
func foreign(c *model.Cluster) (names []string) {
	here := func(l diag.Locator) bool { return l != nil && l.Locate("").File == PolicyFile }
	for _, ns := range c.Namespaces {
		if here(ns.Source) {
			names = append(names, "Namespace "+ns.Name)
		}
	}
	for _, e := range c.Entities {
		if here(e.Source) {
			names = append(names, e.ID)
		}
	}
	for _, s := range c.Services {
		if here(s.Source) {
			names = append(names, s.ID)
		}
	}
	return names
}

// mostOthers is how many changed cells are named.
const mostOthers = 3

// others says which cells changed that the lesson does not list.
func (l *Lesson) others(start, report *analysis.Report) (said []string) {
	type pair struct{ from, to *model.Entity }
	var listed []pair
	for _, e := range l.Wanted {
		for _, from := range e.From {
			for _, to := range e.To {
				callers, called := explain.Ends(report.Cluster, from, to)
				for _, a := range callers {
					for _, b := range called {
						listed = append(listed, pair{a, b})
					}
				}
			}
		}
	}
	m := report.Matrix.Against(start.Matrix)
	more := 0
	for _, a := range report.Cluster.Entities {
		for _, b := range report.Cluster.Entities {
			is := m.Ports(a, b)
			was, known := m.Was(a, b)
			if !known || was == is || slices.Contains(listed, pair{a, b}) {
				continue
			}
			if len(said) == mostOthers {
				more++
				continue
			}
			change := "Less is let through now"
			if is.Union(was) == is {
				change = "More is let through now"
			}
			said = append(said, fmt.Sprintf("%s from %s to %s, which should stay as it was.", change, a.ID, b.ID))
		}
	}
	if more > 0 {
		said = append(said, fmt.Sprintf("Other pairs that changed as well: %d.", more))
	}
	return said
}
