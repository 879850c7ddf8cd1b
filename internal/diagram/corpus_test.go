package diagram_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// Every scenario of the corpus has an exact picture, with and without exposure.
func TestCorpusIsExact(t *testing.T) {
	files, err := filepath.Glob("../../testdata/corpus/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
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
		for _, exposure := range []model.Exposure{model.ExposureAuto, model.ExposureOn, model.ExposureOff} {
			report, err := analysis.Run(sources, analysis.Options{Exposure: exposure})
			if err != nil {
				t.Fatal(err)
			}
			d := diagram.Build(report.Matrix, diagram.View{})
			if err := judge(report.Matrix, d); err != nil {
				t.Errorf("%s: %v", filepath.Base(file), err)
			}
			if err := locksAgree(report.Matrix, d); err != nil {
				t.Errorf("%s: %v", filepath.Base(file), err)
			}
		}
	}
}
