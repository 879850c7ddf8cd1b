package permalink_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
)

// bundles gives the corpus and the examples.
func bundles(t *testing.T) map[string][]manifest.Source {
	t.Helper()
	all := map[string][]manifest.Source{}
	scenarios, err := filepath.Glob("../../testdata/corpus/*.txtar")
	if err != nil || len(scenarios) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range scenarios {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var sources []manifest.Source
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".yaml") || strings.HasSuffix(f.Name, ".json") {
				sources = append(sources, manifest.Source{Name: f.Name, Data: f.Data})
			}
		}
		all[filepath.Base(file)] = sources
	}
	examples, _ := filepath.Glob("../../static/examples/*.yaml")
	for _, file := range examples {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = []manifest.Source{{Name: file, Data: text}}
	}
	text, err := os.ReadFile("testdata/odd.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all["odd.yaml"] = []manifest.Source{{Name: "odd.yaml", Data: text}}
	return all
}

func project(t *testing.T, sources ...manifest.Source) permalink.Projection {
	t.Helper()
	b, err := manifest.Parse(sources, manifest.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return permalink.Project(b)
}

// matrix gives the whole answer about sources but for where policies stand in the
// text, and policies that were dropped, which are not in force.
func matrix(t *testing.T, dropped []string, sources ...manifest.Source) string {
	t.Helper()
	report, err := analysis.Run(sources, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := export.MatrixJSON(&b, report.Matrix, nil); err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(b.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	var policies []any
	for _, p := range answer["policies"].([]any) {
		p := p.(map[string]any)
		delete(p, "file")
		delete(p, "line")
		gone := false
		for _, d := range dropped {
			gone = gone || d == fmt.Sprint("NetworkPolicy ", p["id"])
		}
		if !gone {
			policies = append(policies, p)
		} else if p["inForce"] == true {
			t.Errorf("%v is in force and was dropped", p["id"])
		}
	}
	answer["policies"] = policies
	var others []any
	for _, n := range answer["notEvaluated"].([]any) {
		if n.(map[string]any)["policy"] == true {
			others = append(others, n)
		}
	}
	answer["notEvaluated"] = others
	text, err := json.MarshalIndent(answer, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheMatrixStaysTheSame(t *testing.T) {
	policies := 0
	for name, sources := range bundles(t) {
		p := project(t, sources...)
		want := matrix(t, p.Dropped, sources...)
		got := matrix(t, nil, manifest.Source{Name: "kept.yaml", Data: p.YAML})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the matrix of what is kept differs (-want +got):\n%s\nkept, without %v:\n%s", name, diff, p.Dropped, p.YAML)
		}
		if again := project(t, manifest.Source{Name: "kept.yaml", Data: p.YAML}); string(again.YAML) != string(p.YAML) {
			t.Errorf("%s: what is kept of what is kept differs:\n%s\n%s", name, p.YAML, again.YAML)
		}
		policies += strings.Count(string(p.YAML), "kind: NetworkPolicy\n")
	}
	if policies < 200 {
		t.Errorf("only %d policies were kept in all", policies)
	}
}

func TestTheOrderOfDocumentsDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	text, err := os.ReadFile("../../static/examples/three-tier-shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	documents := regexp.MustCompile(`(?m)^---\n`).Split(string(text), -1)
	want := project(t, manifest.Source{Name: "a.yaml", Data: text}).YAML
	for range 20 {
		r.Shuffle(len(documents), func(i, k int) { documents[i], documents[k] = documents[k], documents[i] })
		got := project(t, manifest.Source{Name: "b.yaml", Data: []byte(strings.Join(documents, "---\n"))}).YAML
		if string(got) != string(want) {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// Every place where something private may stand holds a marker.
func TestNothingPrivateIsKept(t *testing.T) {
	text, err := os.ReadFile("testdata/private.yaml")
	if err != nil {
		t.Fatal(err)
	}
	marker := regexp.MustCompile(`PRIVATE-?[a-z0-9-]*|cHJpdmF0ZQ|private-[a-z0-9.-]+`)
	planted := marker.FindAll(text, -1)
	if len(planted) < 60 {
		t.Fatalf("only %d markers are planted", len(planted))
	}
	p := project(t, manifest.Source{Name: "private.yaml", Data: text})
	if left := marker.FindAll(p.YAML, -1); left != nil {
		t.Errorf("%q is kept:\n%s", left, p.YAML)
	}
	if want := strings.Count(string(text), "kept-"); strings.Count(string(p.YAML), "kept-") < want/2 {
		t.Errorf("what is to be kept is not:\n%s", p.YAML)
	}
	source := manifest.Source{Name: "private.yaml", Data: text}
	if diff := cmp.Diff(matrix(t, p.Dropped, source), matrix(t, nil, manifest.Source{Name: "kept.yaml", Data: p.YAML})); diff != "" {
		t.Errorf("the matrix differs (-want +got):\n%s", diff)
	}
}
