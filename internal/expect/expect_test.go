package expect_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

func parse(t *testing.T, name, text string) []expect.Expectation {
	t.Helper()
	list, problems := expect.Parse(manifest.Source{Name: "expectations.yaml", Data: []byte(text)})
	for _, p := range problems {
		t.Fatalf("%s: line %d: %s\n%s", name, p.At.Start.Line, p.Text, text)
	}
	return list
}

// matrices gives the matrix of every scenario of the corpus of which something is said
// about reach, by file.
func matrices(t *testing.T, o analysis.Options) map[string]*reach.Matrix {
	t.Helper()
	files, err := filepath.Glob("../../testdata/corpus/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("the corpus was not found: %d files, %v", len(files), err)
	}
	all := map[string]*reach.Matrix{}
	for _, file := range files {
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
		report, err := analysis.Run(sources, o)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(report.Cluster.Entities); n > 0 && n < 200 {
			all[filepath.Base(file)] = report.Matrix
		}
	}
	return all
}

// TestWrittenExpectationsHoldUntilSomethingChanges writes expectations for every scenario
// of the corpus and holds them against the matrix that they were made from, and against
// those that come of it when one policy is taken out: they hold there if and only if no
// connection changes.
func TestWrittenExpectationsHoldUntilSomethingChanges(t *testing.T) {
	same, changed := 0, 0
	for _, exposure := range []model.Exposure{model.ExposureAuto, model.ExposureOn} {
		for name, m := range matrices(t, analysis.Options{Exposure: exposure}) {
			text := expect.Write(m)
			list := parse(t, name, text)
			for _, r := range expect.Check(m, list) {
				if r.Outcome != expect.Holds {
					t.Errorf("%s: line %d, %s: %s %s %+v\n%s", name, r.At.Start.Line, &r.Expectation, r.Outcome, r.Problem, r.Failures, text)
				}
			}
			for _, p := range m.Cluster.Policies {
				if !p.InForce {
					continue
				}
				off, err := reach.ParseOff(p.ID)
				if err != nil {
					t.Fatal(err)
				}
				after := reach.Compute(m.Cluster, off)
				want := reach.Compare(m, after) == (reach.Change{})
				if got := expect.Kept(expect.Check(after, list)); got != want {
					t.Errorf("%s without %s: the expectations are kept: %t, and the matrix is the same: %t\n%s", name, p.ID, got, want, text)
				}
				if want {
					same++
				} else {
					changed++
				}
			}
		}
	}
	if same < 50 || changed < 50 {
		t.Errorf("%d policies make no difference and %d do; the test needs both", same, changed)
	}
}

// TestCheckAgreesWithEachPair holds wildcards against what is so for each of the pairs.
func TestCheckAgreesWithEachPair(t *testing.T) {
	for name, m := range matrices(t, analysis.Options{}) {
		pods, open, shut := 0, true, true
		for _, from := range m.Cluster.Entities {
			for _, to := range m.Cluster.Entities {
				if !from.IsPod() || !to.IsPod() || from == to && !from.Several() {
					continue
				}
				pods++
				ports := m.Ports(from, to)
				open, shut = open && ports.Contains(0, 80), shut && !ports.Contains(0, 80)
			}
		}
		if pods == 0 {
			continue
		}
		results := expect.Check(m, parse(t, name, `expectations: [{from: "*/*", to: "*/*", port: 80, expect: allowed}, {from: "*/*", to: "*/*", port: 80, expect: blocked}]`))
		for i, holds := range []bool{open, shut} {
			if (results[i].Outcome == expect.Holds) != holds || results[i].Pairs != pods {
				t.Errorf("%s: %s: %s, %d pairs; want %t, %d", name, &results[i].Expectation, results[i].Outcome, results[i].Pairs, holds, pods)
			}
		}
	}
}
