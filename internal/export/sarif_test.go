package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/xeipuuv/gojsonschema"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// publishedSchema gives the schema of SARIF 2.1.0 as OASIS publishes it, which the module
// go-sarif has in one of its files.
var publishedSchema = sync.OnceValues(func() (*gojsonschema.Schema, error) {
	const pkg = "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", pkg).Output()
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", pkg, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	if err != nil {
		return nil, err
	}
	var literal string
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && len(l.Value) > len(literal) {
			literal = l.Value
		}
		return true
	})
	text, err := strconv.Unquote(literal)
	if err != nil || !strings.Contains(text, "/sarif-schema-2.1.0.json") {
		return nil, fmt.Errorf("no schema in the module: %v", err)
	}
	return gojsonschema.NewSchema(gojsonschema.NewStringLoader(text))
})

// logOf gives the run of a report's SARIF log, which must be valid by the published schema
// and hold nothing that another implementation does not know.
func logOf(t *testing.T, name string, report *analysis.Report, o export.SARIFOptions) *sarif.Run {
	t.Helper()
	schema, err := publishedSchema()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	o.Column = report.UTF16Columns()
	if err := export.SARIF(&out, report.Judged(), o); err != nil {
		t.Fatal(err)
	}
	result, err := schema.Validate(gojsonschema.NewBytesLoader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range result.Errors() {
		t.Errorf("%s is not valid SARIF: %s", name, problem)
	}
	log := sarif.NewReport()
	d := json.NewDecoder(bytes.NewReader(out.Bytes()))
	d.DisallowUnknownFields()
	if err := d.Decode(log); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out.Bytes())
	}
	return log.Runs[0]
}

// TestSARIFSchemaRefuses holds that the validation can fail.
func TestSARIFSchemaRefuses(t *testing.T) {
	schema, err := publishedSchema()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		`{"version": "2.1.0"}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "level": "info"}]}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "helpUri": "x"}}}]}`,
	} {
		result, err := schema.Validate(gojsonschema.NewStringLoader(bad))
		if err != nil || result.Valid() {
			t.Errorf("%s is taken for valid, %v", bad, err)
		}
	}
}

// badExamples gives the report of the bad example of every page of the catalogue.
func badExamples(t *testing.T) map[string]*analysis.Report {
	reports := map[string]*analysis.Report{}
	for _, p := range lint.Pages() {
		var sources []manifest.Source
		for _, f := range p.Bad {
			sources = append(sources, manifest.Source{Name: f.Name, Data: []byte(f.Text)})
		}
		reports[p.Code.Name()] = run(t, sources...)
	}
	return reports
}

// TestSARIFFollowsThePublishedSchema holds it for every code of the catalogue and every
// scenario of the corpus.
func TestSARIFFollowsThePublishedSchema(t *testing.T) {
	reports := badExamples(t)
	for name, r := range corpus(t) {
		reports[name] = r
	}
	idle, err := model.ParsePlugin("flannel")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../static/examples/one-policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// One finding is about what was asked for and not about the text.
	if reports["flannel"], err = analysis.Run([]manifest.Source{{Name: "a.yaml", Data: text}}, analysis.Options{Plugin: idle}); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for name, report := range reports {
		run := logOf(t, name, report, export.SARIFOptions{Version: "v1", BaseURL: "https://netpolscope.example"})
		findings := report.Judged()
		if len(run.Results) != len(findings) {
			t.Errorf("%s: %d results of %d findings", name, len(run.Results), len(findings))
		}
		prints := map[string]bool{}
		for i, r := range run.Results {
			rule := run.Tool.Driver.Rules[r.RuleIndex]
			found[*r.RuleID] = true
			if *rule.ID != *r.RuleID || *rule.HelpURI != "https://netpolscope.example/checks/"+findings[i].Code.Name() {
				t.Errorf("%s: result %d is of rule %s, %s", name, i, *rule.ID, *rule.HelpURI)
			}
			for _, print := range r.PartialFingerprints {
				if prints[print] {
					t.Errorf("%s: two results have the fingerprint %s", name, print)
				}
				prints[print] = true
			}
			for _, l := range r.Locations {
				if uri := *l.PhysicalLocation.ArtifactLocation.URI; strings.Contains(uri, ":") || path.IsAbs(uri) {
					t.Errorf("%s: %s is not relative", name, uri)
				}
			}
		}
	}
	if len(found) < len(lint.Pages()) {
		t.Errorf("%d codes were tried of %d", len(found), len(lint.Pages()))
	}
}

// TestSARIFFixes makes the replacements of a log on the text, as a reader of the log
// would, and wants what the remedies of the findings themselves make of it.
func TestSARIFFixes(t *testing.T) {
	const text = "apiVersion: networking.k8s.io/v1\r\nkind: NetworkPolicy\r\n" +
		"metadata: {name: db, namespace: shop, annotations: {note: \"😀𝄞\"}} # 😀\r\n" +
		"spec: {podSelector: {matchLabels: {\"x\": \"😀\"}}, policyTypes: [ingress]}\r\n"
	report := run(t, manifest.Source{Name: "./a b/é.yaml", Data: []byte(text)})
	run := logOf(t, "text", report, export.SARIFOptions{})
	tried := 0
	for i, r := range run.Results {
		region := r.Locations[0].PhysicalLocation.Region
		if uri := *r.Locations[0].PhysicalLocation.ArtifactLocation.URI; uri != "a%20b/%C3%A9.yaml" {
			t.Errorf("the file is %s", uri)
		}
		if strings.Contains(report.Judged()[i].Summary, "`ingress` is not a policy type") {
			tried++
			if got := utf16Cut(text, *region.StartLine, *region.StartColumn, *region.EndColumn); got != "ingress" {
				t.Errorf("the region holds %q", got)
			}
			c := r.Fixes[0].ArtifactChanges[0].Replacements[0]
			if got := utf16Cut(text, *c.DeletedRegion.StartLine, *c.DeletedRegion.StartColumn, *c.DeletedRegion.EndColumn); got != "ingress" || *c.InsertedContent.Text != "Ingress" {
				t.Errorf("%q is replaced by %q", got, *c.InsertedContent.Text)
			}
		}
	}
	if tried != 1 {
		t.Errorf("%d findings about the policy type in %d", tried, len(run.Results))
	}
}

// TestSARIFFingerprintsOutliveLines holds that a comment above and a document before leave
// the fingerprints as they are.
func TestSARIFFingerprintsOutliveLines(t *testing.T) {
	prints := func(text string) (all []string) {
		run := logOf(t, text, run(t, manifest.Source{Name: "a.yaml", Data: []byte(text)}), export.SARIFOptions{})
		for _, r := range run.Results {
			for _, p := range r.PartialFingerprints {
				all = append(all, p)
			}
		}
		return all
	}
	const policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db, namespace: shop}\n" +
		"spec: {podSelector: {}, policyTypes: [ingress, egres]}\n"
	before := prints(policy)
	after := prints("# A word.\n\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n" + policy)
	if len(before) < 2 || !reflect.DeepEqual(before, after) {
		t.Errorf("%q become %q", before, after)
	}
}

// TestSARIFSuppressions holds that a silenced finding is suppressed, and that every other
// one says that it is not.
func TestSARIFSuppressions(t *testing.T) {
	run := logOf(t, "silenced", run(t, manifest.Source{Name: "a.yaml", Data: []byte(
		"# netpolscope:ignore NP407 closed [on](purpose)\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n" +
			"metadata: {name: db, namespace: shop}\nspec: {podSelector: {}, ingress: []}\n")}), export.SARIFOptions{})
	suppressed := 0
	for _, r := range run.Results {
		if r.Suppressions == nil {
			t.Errorf("%s does not say whether it is suppressed", *r.RuleID)
		}
		for _, s := range r.Suppressions {
			suppressed++
			if *r.RuleID != "NP407" || *s.Kind != "inSource" || *s.Justification != "closed [on](purpose)" || *s.Location.PhysicalLocation.Region.StartLine != 1 {
				t.Errorf("%s is suppressed: %+v", *r.RuleID, s)
			}
		}
	}
	if suppressed != 1 || len(run.Results) < 2 {
		t.Errorf("%d of %d are suppressed", suppressed, len(run.Results))
	}
}

// utf16Cut gives a stretch of a line whose columns count UTF-16 code units from 1.
func utf16Cut(text string, line, from, to int) string {
	units := utf16.Encode([]rune(strings.Split(text, "\n")[line-1]))
	return string(utf16.Decode(units[from-1 : to-1]))
}
