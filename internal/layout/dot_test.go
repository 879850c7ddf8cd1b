package layout

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// Two namespaces in a cluster, a caller from outside, and a chain with labels.
func threeTier() Graph {
	title := func(parent int) Frame { return Frame{Parent: parent, TitleWidth: 90, TitleHeight: 18} }
	g := Graph{Frames: []Frame{title(-1), title(0), title(0)}}
	for _, frame := range []int{1, 1, 2, 2, -1} {
		g.Boxes = append(g.Boxes, Box{Frame: frame, Width: 120, Height: 44})
	}
	for _, ends := range [][2]int{{4, 0}, {0, 1}, {1, 2}, {2, 3}, {3, 0}} {
		g.Arrows = append(g.Arrows, arrow(ends[0], ends[1]))
		g.Arrows[len(g.Arrows)-1].LabelWidth, g.Arrows[len(g.Arrows)-1].LabelHeight = 50, 14
	}
	g.Arrows[1].Weight = 3
	return g
}

func arrow(from, to int) Arrow {
	return Arrow{From: from, To: to, Door: -1, FromFrame: -1, ToFrame: -1}
}

// Arrows to the doors of one box, the upper door named last.
func doors() Graph {
	g := Graph{Boxes: []Box{
		{Frame: -1, Width: 100, Height: 40},
		{Frame: -1, Width: 100, Height: 60, Doors: []float64{45, 20}},
	}}
	for door := range 2 {
		a := arrow(0, 1)
		a.Door = door
		g.Arrows = append(g.Arrows, a)
	}
	return g
}

// An arrow from one frame to another, seven boxes that nothing touches, a frame
// without any, and a hidden arrow.
func frames() Graph {
	g := Graph{Frames: []Frame{{Parent: -1}, {Parent: -1}, {Parent: -1, TitleWidth: 60, TitleHeight: 18}}}
	for i := range 11 {
		g.Boxes = append(g.Boxes, Box{Frame: []int{0, 0, 0, 0, 0, 0, 0, 1, 1, -1, -1}[i], Width: 80, Height: 30})
	}
	between := arrow(3, 8)
	between.FromFrame, between.ToFrame = 0, 1
	hidden := arrow(9, 10)
	hidden.Hidden = true
	g.Arrows = []Arrow{between, arrow(7, 8), hidden}
	return g
}

func TestDOT(t *testing.T) {
	down := doors()
	down.Direction = TopToBottom
	cases := map[string]Graph{"three-tier": threeTier(), "doors": doors(), "doors-down": down, "frames": frames(), "empty": {}}
	for name, g := range cases {
		tree := newTree(g)
		got := writeDOT(tree, newPlan(tree), "true")
		path := filepath.Join("testdata", name+".dot")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: DOT differs (-want +got); go test ./internal/layout -update accepts it:\n%s", name, cmp.Diff(string(want), string(got)))
		}
	}
}

// Whatever the graph, Graphviz is told numbers and our own words.
func TestDOTHasNoOtherWords(t *testing.T) {
	words := map[string]bool{}
	for seed := range uint64(50) {
		tree := newTree(seeded(seed, 20, 40, 5))
		for _, word := range bytes.FieldsFunc(writeDOT(tree, newPlan(tree), "line"), func(r rune) bool {
			return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
		}) {
			words[string(word)] = true
		}
	}
	ours := " a arrowhead BORDER box CELLBORDER CELLPADDING CELLSPACING cluster d digraph e edge f false FIXEDSIZE fixedsize G graph headport HEIGHT height id invis l label labeljust line LR margin n node nodesep none PORT rankdir ranksep shape splines style subgraph TABLE tailport TB TD TR TRUE true w weight WIDTH width "
	for word := range words {
		if !bytes.Contains([]byte(ours), []byte(" "+word+" ")) {
			t.Errorf("DOT contains the word %q", word)
		}
	}
}
