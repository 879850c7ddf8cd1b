package diagram_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// The arrows of the recipes are those that a careful person would draw; whoever changes
// how a cover is found reads here what that makes of them.
func TestArrowsOfRecipes(t *testing.T) {
	const golden = "testdata/arrows.txtar"
	files, err := filepath.Glob("../../testdata/corpus/recipe-*.txtar")
	if err != nil || len(files) < 14 {
		t.Fatalf("%d recipes: %v", len(files), err)
	}
	got := &txtar.Archive{Comment: []byte("The arrows of every recipe: wide =>, thick ->>, thin ->, and \"each other\" within a\nbox or a frame.\n\n")}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var sources []manifest.Source
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".yaml") {
				sources = append(sources, manifest.Source{Name: f.Name, Data: f.Data})
			}
		}
		report, err := analysis.Run(sources, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "recipe-"), ".txtar")
		got.Files = append(got.Files, txtar.File{Name: name, Data: []byte(arrowsOf(diagram.Build(report.Matrix, diagram.View{})))})
	}
	if *update {
		if err := os.WriteFile(golden, txtar.Format(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := txtar.ParseFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Files) != len(got.Files) {
		t.Errorf("there are %d recipes and %d in %s; go test ./internal/diagram -run Recipes -update writes it", len(got.Files), len(want.Files), golden)
	}
	for i := range min(len(want.Files), len(got.Files)) {
		if g, w := got.Files[i], want.Files[i]; g.Name != w.Name || string(g.Data) != string(w.Data) {
			t.Errorf("the arrows of %s are\n%swant\n%sgo test ./internal/diagram -run Recipes -update accepts them", g.Name, g.Data, w.Data)
		}
	}
}

// arrowsOf lists what is drawn, one arrow a line.
func arrowsOf(d *diagram.Diagram) string {
	words := map[string]string{}
	for _, n := range d.Nodes {
		words[n.ID] = n.Name
	}
	for _, h := range d.Hubs {
		words[h.ID] = h.Name
	}
	lines := []string{}
	for _, e := range d.Edges {
		sign := [...]string{diagram.Thin: "->", diagram.Thick: "->>", diagram.Wide: "=>"}[e.Weight]
		switch e.Place {
		case diagram.Arrow:
			lines = append(lines, fmt.Sprintf("%s %s %s: %s\n", words[e.From.ID], sign, words[e.To.ID], cmp.Or(e.Label, "all ports")))
		case diagram.Line:
			lines = append(lines, fmt.Sprintf("%s, each other: %s\n", words[e.From.ID], e.Label))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
