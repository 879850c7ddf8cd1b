package lint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Every file of testdata/remedies begins with a code, and holds a bundle and what becomes
// of it when the remedies of that code are carried out: a file of the same name below
// fixed. None of these findings is left then, and there is no more of anything that is
// not a note.
func TestRemedies(t *testing.T) {
	names, err := filepath.Glob("testdata/remedies/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			code := diag.Code(strings.Fields(string(archive.Comment))[0][:len("NP509")])
			var sources []manifest.Source
			want := map[string]string{}
			for _, f := range archive.Files {
				if fixed, ok := strings.CutPrefix(f.Name, "fixed/"); ok {
					want[fixed] = string(f.Data)
				} else {
					sources = append(sources, manifest.Source{Name: f.Name, Data: f.Data})
				}
			}
			before, err := analysis.Run(sources, analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			after, err := before.Mend([]diag.Code{code})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for i, s := range after.Sources {
				if string(s.Data) != string(sources[i].Data) {
					got[s.Name] = string(s.Data)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" && *update {
				rewriteRemedies(t, name, archive, after.Sources, got)
			} else if diff != "" {
				t.Errorf("fixed (-want +got, go test ./internal/lint -run Remedies -update accepts):\n%s", diff)
			}
			if len(after.Fixed) == 0 {
				t.Error("nothing was fixed")
			}
			for _, f := range after.Judged() {
				if f.Code == code && f.Severity == after.Fixed[0].Severity {
					t.Errorf("%s is left: %s", f.Code, f.Summary)
				}
				if f.Severity != diag.Info && count(after.Judged(), f) > count(before.Judged(), f) {
					t.Errorf("it brings %s: %s", f.Code, f.Summary)
				}
			}
		})
	}
}

func rewriteRemedies(t *testing.T, name string, archive *txtar.Archive, sources []manifest.Source, got map[string]string) {
	var files []txtar.File
	for _, f := range archive.Files {
		if !strings.HasPrefix(f.Name, "fixed/") {
			files = append(files, f)
		}
	}
	for _, s := range sources {
		if text, ok := got[s.Name]; ok {
			files = append(files, txtar.File{Name: "fixed/" + s.Name, Data: []byte(text)})
		}
	}
	archive.Files = files
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
