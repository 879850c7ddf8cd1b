package explain_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// TestRules compares the sentences about the policies of testdata/rules. A line
// "off POLICY" in the comment of a file switches a policy or rule off.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var options analysis.Options
			for line := range strings.Lines(string(archive.Comment)) {
				if text, ok := strings.CutPrefix(strings.TrimSpace(line), "off "); ok {
					off, err := reach.ParseOff(text)
					if err != nil {
						t.Fatal(err)
					}
					options.Off = append(options.Off, off)
				}
			}
			bundle := archive.Files[0]
			report, err := analysis.Run([]manifest.Source{{Name: bundle.Name, Data: bundle.Data}}, options)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) == 1 {
				archive.Files = append(archive.Files, txtar.File{Name: "rules"}, txtar.File{Name: "ends"})
			}
			words := explain.InWords(report.Matrix, explain.Most{})
			stale := false
			for i, got := range []string{policiesText(words), endsText(words)} {
				section := &archive.Files[1+i]
				if diff := cmp.Diff(string(section.Data), got); diff != "" && !*update {
					t.Errorf("%s, %s (-want +got):\n%s\nTo accept: go test ./internal/explain -run TestRules -update", file, section.Name, diff)
				} else if diff != "" {
					section.Data, stale = []byte(got), true
				}
			}
			if stale {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func policiesText(r explain.Rules) string {
	var b strings.Builder
	for _, p := range r.Policies {
		fmt.Fprintf(&b, "%s\n", p.Policy.ID)
		for _, s := range p.Sentences {
			where := "-"
			if s.Rule != nil {
				where = fmt.Sprintf("%s %d", s.Rule.Direction, s.Rule.Index)
			}
			fmt.Fprintf(&b, "  %s (%s, line %d)\n", s.Text, where, s.At.Start.Line)
		}
	}
	return b.String()
}

func endsText(r explain.Rules) string {
	var b strings.Builder
	for _, e := range r.Ends {
		b.WriteString(e.Entity.ID)
		for _, x := range e.Alike {
			b.WriteString(", " + x.ID)
		}
		fmt.Fprintf(&b, "\n  %s\n  %s\n", e.Called, e.Calls)
		if e.Note != "" {
			fmt.Fprintf(&b, "  %s\n", e.Note)
		}
	}
	return b.String()
}

// Limits leave out what is over them, and count it.
func TestRulesWithinLimits(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/rules/cases.txtar")
	if err != nil {
		t.Fatal(err)
	}
	m := evaluate(t, archive.Files[0]).Matrix
	words := explain.InWords(m, explain.Most{Policies: 3, Ends: 2})
	if got := len(words.Policies) + words.PoliciesLeft; len(words.Policies) != 3 || got != len(m.Cluster.Policies) {
		t.Errorf("%d policies in words and %d left, of %d", len(words.Policies), words.PoliciesLeft, len(m.Cluster.Policies))
	}
	shown := 0
	for _, e := range words.Ends {
		shown += 1 + len(e.Alike)
	}
	if len(words.Ends) != 2 || shown+words.EndsLeft != len(m.Cluster.Entities) {
		t.Errorf("%d entities in words and %d left, of %d", shown, words.EndsLeft, len(m.Cluster.Entities))
	}
}
