package lint_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var update = flag.Bool("update", false, "rewrite the marks of the pages' bad examples")

func TestEveryCodeHasItsPage(t *testing.T) {
	for _, code := range diag.Codes() {
		if _, ok := lint.PageOf(code.Name()); !ok {
			t.Errorf("%s %s has no page, or is not in the catalogue", code, code.Name())
		}
	}
}

func TestEveryPageBelongsToACode(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".txtar"); ok {
			if _, ok := lint.PageOf(strings.ReplaceAll(name, "_", "-")); !ok {
				t.Errorf("%s is the page of no code in the catalogue", f.Name())
			}
		}
	}
}

// The bad example gives exactly the findings that are marked under its lines, and the
// good one none of the code, and neither has an error that the page is not about.
func TestPagesAreTrue(t *testing.T) {
	for _, p := range lint.Pages() {
		t.Run(string(p.Code), func(t *testing.T) {
			var got, want []string
			for _, m := range p.Marks {
				want = append(want, fmt.Sprintf("%s:%d:%d-%d %s: %s", m.File, m.Line, m.Column, m.EndColumn, m.Severity, m.Summary))
			}
			found := run(t, p.Bad)
			for _, f := range found {
				if f.Code == p.Code {
					m := markOf(p.Bad, f)
					got = append(got, fmt.Sprintf("%s:%d:%d-%d %s: %s", m.File, m.Line, m.Column, m.EndColumn, m.Severity, m.Summary))
				} else if f.Severity == diag.Error && p.Severity != diag.Error {
					t.Errorf("bad: %s: %s", f.Code, f.Summary)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" && *update {
				mark(t, p, found)
			} else if diff != "" {
				t.Errorf("marks (-want +got, go test ./internal/lint -run Pages -update accepts):\n%s", diff)
			}
			if len(got) == 0 {
				t.Error("bad: nothing is found")
			}
			for _, f := range run(t, p.Good) {
				if f.Code == p.Code || f.Severity == diag.Error {
					t.Errorf("good: %s:%d:%d: %s: %s", f.Range.File, f.Range.Start.Line, f.Range.Start.Column, f.Code, f.Summary)
				}
			}
		})
	}
}

// A remedy takes its finding away and brings no error and no warning.
func TestRemediesOfPages(t *testing.T) {
	for _, p := range lint.Pages() {
		t.Run(string(p.Code), func(t *testing.T) {
			before := run(t, p.Bad)
			for _, f := range before {
				if f.Fix == nil || len(f.Fix.Edits) == 0 || f.Code != p.Code {
					continue
				}
				after := run(t, apply(p.Bad, f.Fix.Edits))
				if n, m := count(before, f), count(after, f); m >= n {
					t.Errorf("%s: %q leaves %d of %d findings:\n%s", f.Code, f.Fix.Text, m, n, apply(p.Bad, f.Fix.Edits))
				}
				for _, g := range after {
					if g.Severity != diag.Info && count(after, g) > count(before, g) {
						t.Errorf("%s: %q brings %s: %s\n%s", f.Code, f.Fix.Text, g.Code, g.Summary, apply(p.Bad, f.Fix.Edits))
					}
				}
			}
		})
	}
}

// count gives the number of findings of the code and severity of one.
func count(l diag.List, like diag.Finding) (n int) {
	for _, f := range l {
		if f.Code == like.Code && f.Severity == like.Severity {
			n++
		}
	}
	return n
}

func run(t *testing.T, files []lint.File) diag.List {
	t.Helper()
	var sources []manifest.Source
	for _, f := range files {
		sources = append(sources, manifest.Source{Name: f.Name, Data: []byte(f.Text)})
	}
	report, err := analysis.Run(sources, analysis.Options{Plugin: pluginOf(t, files)})
	if err != nil {
		t.Fatal(err)
	}
	return report.Judged()
}

// pluginOf gives the network plug-in that an example names in its first line.
func pluginOf(t *testing.T, files []lint.File) model.Plugin {
	t.Helper()
	first, _, _ := strings.Cut(files[0].Text, "\n")
	name, ok := strings.CutPrefix(first, "# --cni ")
	if !ok {
		return model.Plugin{}
	}
	plugin, err := model.ParsePlugin(name)
	if err != nil {
		t.Fatal(err)
	}
	return plugin
}

// apply makes the edits, the last first so that positions stay right.
func apply(files []lint.File, edits []diag.Edit) []lint.File {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b diag.Edit) int {
		if a.Range.Start.Line != b.Range.Start.Line {
			return b.Range.Start.Line - a.Range.Start.Line
		}
		return b.Range.Start.Column - a.Range.Start.Column
	})
	files = slices.Clone(files)
	for _, e := range edits {
		for i := range files {
			if files[i].Name == e.Range.File {
				text := files[i].Text
				files[i].Text = text[:offset(text, e.Range.Start)] + e.NewText + text[offset(text, e.Range.End):]
			}
		}
	}
	return files
}

func offset(text string, p diag.Position) int {
	pos := 0
	for range p.Line - 1 {
		pos += strings.IndexByte(text[pos:], '\n') + 1
	}
	return pos + len(string([]rune(text[pos:])[:p.Column-1]))
}

// markOf gives the mark that a finding needs.
func markOf(files []lint.File, f diag.Finding) lint.Mark {
	end := f.Range.End.Column
	if f.Range.End.Line > f.Range.Start.Line {
		for _, file := range files {
			if file.Name == f.Range.File {
				row := strings.Split(file.Text, "\n")[f.Range.Start.Line-1]
				end = len([]rune(strings.TrimRight(row, " "))) + 1
			}
		}
	}
	return lint.Mark{
		File: f.Range.File, Line: f.Range.Start.Line, Column: f.Range.Start.Column, EndColumn: max(end, f.Range.Start.Column+1),
		Severity: f.Severity.String(), Summary: f.Summary,
	}
}

// mark writes the findings of a page's code under the lines of its bad example.
func mark(t *testing.T, p lint.Page, found diag.List) {
	name := strings.ReplaceAll(p.Code.Name(), "-", "_") + ".txtar"
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range archive.Files {
		for _, bad := range p.Bad {
			if bad.Name != strings.TrimSuffix(f.Name, " quoted") {
				continue
			}
			var b strings.Builder
			line := 0
			for row := range strings.Lines(bad.Written) {
				b.WriteString(row)
				line++
				for _, g := range found {
					if m := markOf(p.Bad, g); g.Code == p.Code && m.File == bad.Name && m.Line == line {
						fmt.Fprintf(&b, "%s%s %s: %s\n", strings.Repeat(" ", m.Column-1), strings.Repeat("^", m.EndColumn-m.Column), m.Severity, m.Summary)
					}
				}
			}
			archive.Files[i].Data = []byte(b.String())
		}
	}
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
