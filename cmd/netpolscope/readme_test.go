package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// TestReadmePicture holds the picture in the README to what the program draws.
func TestReadmePicture(t *testing.T) {
	want, err := os.ReadFile("../../static/three-tier-shop.svg")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "netpolscope")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := exec.Command(binary, "render", "-f", "../../static/examples/three-tier-shop.yaml").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the README's picture is old; run from the repository root:\n" +
			"go run ./cmd/netpolscope render -f static/examples/three-tier-shop.yaml > static/three-tier-shop.svg")
	}
}

// TestReadmeManifests holds that the API server would accept the manifests of the README.
func TestReadmeManifests(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```").FindAllSubmatch(text, -1)
	if len(blocks) < 2 {
		t.Fatalf("%d blocks of YAML", len(blocks))
	}
	for _, block := range blocks {
		report, err := analysis.Run([]manifest.Source{{Name: "README.md", Data: block[1]}}, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings.AtLeast(diag.Error) {
			t.Error(f.Summary)
		}
		if len(report.Cluster.Policies) == 0 || !report.Cluster.Policies[0].InForce {
			t.Errorf("no policy in force in:\n%s", block[1])
		}
	}
}

// TestExpectationsAsDocumented holds that the README and the help show expectations as
// they are read.
func TestExpectationsAsDocumented(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"the README": string(readme), "the help": newCheck("netpolscope").Long} {
		block := regexp.MustCompile(`(?m)^ *expectations:\n(?: *(?:- |  ).*\n)+`).FindString(text)
		list, problems := expect.Parse(manifest.Source{Name: name, Data: []byte(block)})
		if len(list) < 2 || len(problems) > 0 {
			t.Errorf("%s has %d expectations and %v:\n%s", name, len(list), problems, block)
		}
	}
}
