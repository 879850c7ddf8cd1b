package manifest

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// The remedy of a finding takes it away and brings no new error, whatever else is wrong
// with the text. That holds for every source of testdata, one remedy at a time.
func TestEachFix(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	tried := map[diag.Code]int{}
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range caseSources(t, archive) {
			checkFixes(t, name, source, tried)
		}
	}
	for _, code := range []diag.Code{
		diag.WrongAPIOrKind, diag.LostIndentation, diag.UnknownField, diag.NamespaceSelectorOnSpec, diag.FieldInWrongPlace,
		diag.LabelWithoutMatchLabels, diag.ListOrMap, diag.LabelValueNotText, diag.BadPolicyType, diag.DenyRule, diag.BadPortNumber,
	} {
		if tried[code] == 0 {
			t.Errorf("no case has a remedy for %s", code)
		}
	}
}

func checkFixes(t *testing.T, name string, source Source, tried map[diag.Code]int) {
	t.Helper()
	parse := func(text string) diag.List {
		bundle, err := Parse([]Source{{Name: source.Name, Data: []byte(text)}}, WebLimits)
		if err != nil {
			t.Fatal(err)
		}
		return bundle.Findings
	}
	before := parse(string(source.Data))
	for _, f := range before {
		if f.Fix == nil {
			continue
		}
		tried[f.Code]++
		fixed := applyFixes(t, source, diag.List{f})
		after := parse(fixed)
		count := func(l diag.List, code diag.Code) (n int) {
			for _, g := range l {
				if g.Code == code {
					n++
				}
			}
			return n
		}
		if count(after, f.Code) >= count(before, f.Code) {
			t.Errorf("%s, %s: %q leaves %s: %s\n%s", name, source.Name, f.Fix.Text, f.Code, f.Summary, fixed)
		}
		if f.Code <= diag.LostIndentation || !strings.HasPrefix(f.Object, "NetworkPolicy ") {
			continue // What could not be read hides what is wrong in it.
		}
		for _, g := range after {
			if g.Severity == diag.Error && count(after, g.Code) > count(before, g.Code) {
				t.Errorf("%s, %s: %q for %s brings %s: %s\n%s", name, source.Name, f.Fix.Text, f.Summary, g.Code, g.Summary, fixed)
				break
			}
		}
	}
}
