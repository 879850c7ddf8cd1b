package export_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// TestDotDrawsDOT gives every picture of the corpus to Graphviz's own dot, which draws
// it without a word. It is the command that NETPOLSCOPE_DOT names.
func TestDotDrawsDOT(t *testing.T) {
	dot := os.Getenv("NETPOLSCOPE_DOT")
	if dot == "" {
		t.Skip("NETPOLSCOPE_DOT names no command; .ci/test does")
	}
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
		report, err := analysis.Run(sources, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := export.DOT(&out, diagram.Build(report.Matrix, diagram.View{})); err != nil {
			t.Fatal(err)
		}
		// A process for each, since one that draws hundreds comes to harm in Debian's dot.
		draw := exec.CommandContext(t.Context(), dot, "-Tsvg")
		var said bytes.Buffer
		draw.Stdin, draw.Stderr = &out, &said
		if picture, err := draw.Output(); err != nil || said.Len() > 0 || !bytes.Contains(picture, []byte("</svg>")) {
			t.Errorf("%s: %v\n%s", filepath.Base(file), err, &said)
		}
	}
	control := exec.CommandContext(t.Context(), dot, "-Tsvg")
	control.Stdin = strings.NewReader("digraph { a -> ")
	if err := control.Run(); err == nil {
		t.Error("dot takes everything")
	}
}
