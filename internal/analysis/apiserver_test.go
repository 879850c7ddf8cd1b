package analysis_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// An error is found exactly where the API server refuses a policy.
func TestAgreesWithTheAPIServer(t *testing.T) {
	answers, err := os.ReadFile("../../testdata/apiserver.txt")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]int{}
	for line := range strings.Lines(string(answers)) {
		answer, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok || answer == "#" {
			continue
		}
		asked[answer]++
		report, err := analysis.Run([]manifest.Source{{Name: "policy.yaml", Data: []byte(strings.TrimSpace(text))}}, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(report.Judged(), func(f diag.Finding) bool { return f.Severity == diag.Error })
		switch {
		case answer == "refused" && i < 0:
			t.Errorf("the API server refuses it, and no error is found in\n%s", text)
		case answer == "taken" && i >= 0:
			t.Errorf("the API server takes it, and %s is found (%s) in\n%s", report.Judged()[i].Code, report.Judged()[i].Summary, text)
		}
	}
	if asked["refused"] < 100 || asked["taken"] < 100 {
		t.Errorf("the API server was asked too little: %v", asked)
	}
}
