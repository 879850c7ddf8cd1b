package manifest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/diag"
)

var update = flag.Bool("update", false, "write what is found into testdata")

// Every file of testdata holds sources and what Parse makes of them: the objects, the
// kinds that are not evaluated and the findings. A source whose name ends in "quoted"
// is written as Go strings, one a line, for the bytes that an editor would not keep. A
// section "fixed" holds the first source after the edits of all fixes.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sources := caseSources(t, archive)
			bundle, err := Parse(sources, WebLimits)
			if err != nil {
				t.Fatal(err)
			}
			checkBundle(t, sources, bundle)
			got := map[string]string{
				"objects": objectLines(bundle), "findings": findingLines(bundle), "not evaluated": notEvaluatedText(bundle),
			}
			if slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == "fixed" }) {
				got["fixed"] = applyFixes(t, sources[0], bundle.Findings)
			}
			compareSections(t, name, archive, got)
		})
	}
}

// compareSections holds the sections of a case against what came out. A section that
// has something to say must be there.
func compareSections(t *testing.T, name string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	for _, section := range []string{"objects", "not evaluated", "findings", "fixed"} {
		at := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == section })
		switch {
		case at >= 0:
			if want := string(archive.Files[at].Data); want != got[section] {
				t.Errorf("%s: section %q\ngot:\n%swant:\n%sto accept it: go test -run TestCases -update", name, section, got[section], want)
			}
			archive.Files[at].Data = []byte(got[section])
		case got[section] != "" && section != "fixed":
			t.Errorf("%s: section %q is missing:\n%sto accept it: go test -run TestCases -update", name, section, got[section])
			archive.Files = append(archive.Files, txtar.File{Name: section, Data: []byte(got[section])})
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func caseSources(t *testing.T, archive *txtar.Archive) []Source {
	t.Helper()
	var sources []Source
	for _, f := range archive.Files {
		name, quoted := strings.CutSuffix(f.Name, " quoted")
		switch name {
		case "objects", "not evaluated", "findings", "fixed":
			continue
		}
		data := f.Data
		if quoted {
			data = nil
			for line := range strings.Lines(string(f.Data)) {
				text, err := strconv.Unquote(strings.TrimSpace(line))
				if err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				data = append(data, text...)
			}
		}
		sources = append(sources, Source{Name: name, Data: data})
	}
	return sources
}

func objectLines(b Bundle) string {
	var out strings.Builder
	for i := range b.Objects {
		o := &b.Objects[i]
		fmt.Fprintf(&out, "%s: %s", rangeText(o.Source.Locate("")), o.Title())
		if o.Refused != "" {
			fmt.Fprintf(&out, " refused %s", o.Refused)
		}
		if len(o.Faults) > 0 {
			fmt.Fprintf(&out, " without %s", strings.Join(o.Faults, ", "))
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func findingLines(b Bundle) string {
	var out strings.Builder
	for _, f := range b.Findings {
		fmt.Fprintf(&out, "%s: %s %s", rangeText(f.Range), f.Severity, f.Code)
		if f.Field != "" {
			fmt.Fprintf(&out, " %s", f.Field)
		}
		fmt.Fprintf(&out, ": %s\n", f.Summary)
		if f.Detail != "" {
			fmt.Fprintf(&out, "  %s\n", f.Detail)
		}
		for _, r := range f.Related {
			fmt.Fprintf(&out, "  %s: %s\n", rangeText(r.Range), r.Text)
		}
	}
	return out.String()
}

func notEvaluatedText(b Bundle) string {
	var out strings.Builder
	for _, n := range b.NotEvaluated {
		fmt.Fprintf(&out, "%d %s %s", n.Count, n.APIVersion, n.Kind)
		if n.Policy {
			out.WriteString(" policy")
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func rangeText(r diag.Range) string {
	end := fmt.Sprint(r.End.Column)
	if r.End.Line != r.Start.Line {
		end = fmt.Sprintf("%d:%d", r.End.Line, r.End.Column)
	}
	return fmt.Sprintf("%s:%d:%d-%s", r.File, r.Start.Line, r.Start.Column, end)
}

// applyFixes makes the edits of all fixes of a source, the last ones first.
func applyFixes(t *testing.T, s Source, findings diag.List) string {
	t.Helper()
	var edits []diag.Edit
	for _, f := range findings {
		if f.Fix != nil && f.Range.File == s.Name {
			edits = append(edits, f.Fix.Edits...)
		}
	}
	text := string(s.Data)
	slices.SortStableFunc(edits, func(a, b diag.Edit) int {
		return byteOffset(t, text, b.Range.Start) - byteOffset(t, text, a.Range.Start)
	})
	for _, e := range edits {
		from, to := byteOffset(t, string(s.Data), e.Range.Start), byteOffset(t, string(s.Data), e.Range.End)
		text = text[:from] + e.NewText + text[to:]
	}
	return text
}

// byteOffset finds a position in a text by counting, in another way than the package
// itself does.
func byteOffset(t *testing.T, text string, at diag.Position) int {
	t.Helper()
	line, column := 1, 1
	for i, r := range text {
		if line == at.Line && column == at.Column {
			return i
		}
		switch {
		case r == '\n' || r == '\r' && !strings.HasPrefix(text[i:], "\r\n"):
			if line == at.Line {
				t.Errorf("position %d:%d is behind the end of its line in %q", at.Line, at.Column, text)
				return i
			}
			line, column = line+1, 1
		case r != '\ufeff' || i > 0: // a byte order mark has no column
			column++
		}
	}
	if line != at.Line || column != at.Column {
		t.Errorf("position %d:%d is outside of the text %q", at.Line, at.Column, text)
	}
	return len(text)
}

// checkBundle holds what is true of every bundle: findings lie inside their files and
// say something, and a policy is refused exactly when an error speaks of it.
func checkBundle(t *testing.T, sources []Source, b Bundle) {
	t.Helper()
	texts := map[string]string{}
	for _, s := range sources {
		if text, trouble := decodeText(s.Data); archiveFormat(s.Data) == "" && trouble == "" {
			texts[s.Name] = string(text)
		}
	}
	inside := func(what string, r diag.Range) {
		text, ok := texts[r.File]
		if !ok {
			return
		}
		if from, to := byteOffset(t, text, r.Start), byteOffset(t, text, r.End); from > to {
			t.Errorf("%s ends before it begins: %v", what, r)
		}
	}
	for _, f := range b.Findings {
		inside(string(f.Code)+" "+f.Summary, f.Range)
		for _, r := range f.Related {
			inside(r.Text, r.Range)
		}
		if f.Fix != nil {
			for _, e := range f.Fix.Edits {
				inside(f.Fix.Text, e.Range)
			}
		}
		if f.Code.Name() == "" || f.Summary == "" || f.Range.File == "" {
			t.Errorf("incomplete finding %+v", f)
		}
	}
	errorsOf := map[string]int{}
	for _, f := range b.Findings {
		if f.Severity == diag.Error {
			errorsOf[f.Object]++
		}
	}
	refused := map[string]bool{}
	for i := range b.Objects {
		o := &b.Objects[i]
		inside(o.Title(), o.Source.Locate(""))
		if o.Refused != "" {
			refused[o.Title()] = true
			if errorsOf[o.Title()] == 0 {
				t.Errorf("%s is refused (%s) without a finding", o.Title(), o.Refused)
			}
		}
	}
	for i := range b.Objects {
		if o := &b.Objects[i]; o.Kind == "NetworkPolicy" && errorsOf[o.Title()] > 0 && !refused[o.Title()] {
			t.Errorf("%s has an error and is not refused", o.Title())
		}
	}
}
