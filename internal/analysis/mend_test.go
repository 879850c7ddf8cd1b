package analysis_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// examples gives every bundle of the pages of the checks and of the corpus, by name.
func examples(t *testing.T) map[string][]manifest.Source {
	t.Helper()
	all := map[string][]manifest.Source{}
	for _, p := range lint.Pages() {
		for _, f := range p.Bad {
			all[string(p.Code)] = append(all[string(p.Code)], manifest.Source{Name: f.Name, Data: []byte(f.Text)})
		}
	}
	files, err := filepath.Glob("../../testdata/corpus/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there is no corpus", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".yaml") {
				all[file] = append(all[file], manifest.Source{Name: f.Name, Data: f.Data})
			}
		}
	}
	return all
}

func mend(t *testing.T, sources []manifest.Source, codes ...diag.Code) (*analysis.Report, *analysis.Mended) {
	t.Helper()
	before, err := analysis.Run(sources, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	after, err := before.Mend(codes)
	if err != nil {
		t.Fatal(err)
	}
	return before, after
}

// What --fix does unasked leaves no remedy behind that it could have carried out, brings
// no error, does nothing more the second time, and changes no connection of a bundle that
// has no error.
func TestMendingIsSafe(t *testing.T) {
	fixed := 0
	for name, sources := range examples(t) {
		before, after := mend(t, sources)
		fixed += len(after.Fixed)
		for _, l := range after.Left {
			if l.Why == analysis.NoHelp || l.Why == analysis.TooMany {
				t.Errorf("%s: %s %s is left: %s", name, l.Code, l.Summary, l.Why)
			}
		}
		for _, f := range after.Fixed {
			if !lint.Certain(f.Code) {
				t.Errorf("%s: %s was fixed unasked", name, f.Code)
			}
		}
		syntax := func(f diag.Finding) bool { return f.Code < diag.CopiedDecoration }
		if was, is := before.Findings.Count(diag.Error), after.Findings.Count(diag.Error); is > was && !slices.ContainsFunc(after.Fixed, syntax) {
			t.Errorf("%s: %d errors became %d", name, was, is)
		}
		if before.Findings.Count(diag.Error) == 0 {
			if c := reach.Compare(before.Matrix, after.Matrix); c != (reach.Change{}) {
				t.Errorf("%s: connections change unasked: %+v", name, c)
			}
		}
		if _, again := mend(t, after.Sources); len(again.Fixed) > 0 {
			t.Errorf("%s: the second time fixes %d more", name, len(again.Fixed))
		}
	}
	if fixed < 40 {
		t.Errorf("only %d findings were fixed", fixed)
	}
}

// Asked for by its code, a remedy takes its finding away.
func TestMendingByCode(t *testing.T) {
	for _, p := range lint.Pages() {
		sources := examples(t)[string(p.Code)]
		before, after := mend(t, sources, p.Code)
		of := func(l diag.List) (n int) {
			for _, f := range l {
				if f.Code == p.Code && f.Fix != nil && len(f.Fix.Edits) > 0 {
					n++
				}
			}
			return n
		}
		if was := of(before.Judged()); was > 0 && (of(after.Judged()) > 0 || len(after.Fixed) == 0) {
			t.Errorf("%s: %d findings with a remedy became %d", p.Code, was, of(after.Judged()))
		}
		for _, l := range after.Left {
			if (l.Code == p.Code) == (l.Why == analysis.NotAsked) {
				t.Errorf("%s: %s is left since %q", p.Code, l.Code, l.Why)
			}
		}
	}
}

// Many remedies of one text are carried out together, and their lines are those of the
// text as it was.
func TestMendingManyAtOnce(t *testing.T) {
	var text bytes.Buffer
	for i := range 200 {
		text.WriteString("---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p" + strings.Repeat("x", i) +
			", namespace: shop}\nspec:\n  podSelector:\n    app: a\n  ingress:\n    from:\n    - podSelector: {}\n")
	}
	_, after := mend(t, []manifest.Source{{Name: "many.yaml", Data: text.Bytes()}})
	count := map[diag.Code]int{}
	for _, f := range after.Fixed {
		count[f.Code]++
		if want := map[diag.Code]int{diag.LabelWithoutMatchLabels: 7, diag.ListOrMap: 9}[f.Code]; want > 0 && (f.Range.Start.Line-1)%10+1 != want {
			t.Errorf("%s was on line %d of its document, not %d", f.Code, (f.Range.Start.Line-1)%10+1, want)
		}
	}
	if count[diag.LabelWithoutMatchLabels] != 200 || count[diag.ListOrMap] != 200 || count[diag.PolicyTypesMissing] != 200 {
		t.Errorf("fixed %v", count)
	}
}
