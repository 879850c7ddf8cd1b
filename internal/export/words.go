package export

import (
	"bufio"
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
)

// What a document takes in; the table above it and explain have the rest.
const (
	mostPoliciesInWords = 200
	mostEndsInWords     = 100
)

// markdownRules writes what the policies ask for, and what each entity may do in the
// end.
func markdownRules(w *bufio.Writer, r explain.Rules) {
	w.WriteString("\n## Rules in words\n\n")
	if len(r.Policies) == 0 {
		w.WriteString("There is no policy, so everybody may call everybody.\n\n")
	}
	for _, p := range r.Policies {
		w.WriteString("- " + code(p.Policy.ID) + ":")
		for _, s := range p.Sentences {
			w.WriteString("\n  " + sentenceLine(s.Text))
		}
		w.WriteByte('\n')
	}
	if r.PoliciesLeft > 0 {
		fmt.Fprintf(w, "- %d more policies are left out here.\n", r.PoliciesLeft)
	}
	w.WriteString("\n" + markdownText(r.Always) + "\n")
	if len(r.Ends) == 0 {
		return
	}
	w.WriteString("\n### Who may call whom in the end\n\n")
	for _, e := range r.Ends {
		w.WriteString("- " + code(e.Entity.ID))
		for i, x := range e.Alike {
			if i == mostAlike && len(e.Alike) > mostAlike+1 {
				fmt.Fprintf(w, " and %d more that are alike", len(e.Alike)-i)
				break
			}
			w.WriteString(", " + code(x.ID))
		}
		w.WriteByte(':')
		for _, text := range []string{e.Called, e.Calls, e.Note} {
			if text != "" {
				w.WriteString("\n  " + sentenceLine(text))
			}
		}
		w.WriteByte('\n')
	}
	if r.EndsLeft > 0 {
		fmt.Fprintf(w, "- %s more; the table and `netpolscope explain` have them.\n", entities(r.EndsLeft))
	}
}

// mostAlike is how many entities that behave alike are named beside the first.
const mostAlike = 3

// sentenceLine writes a sentence that holds names of the user.
func sentenceLine(text string) string { return markdownText(diagram.Display(text)) }

func entities(n int) string {
	if n == 1 {
		return "1 entity"
	}
	return fmt.Sprintf("%d entities", n)
}
