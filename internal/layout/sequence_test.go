package layout

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// sequences are the paths of every scenario of the corpus and every example: the one
// that is chosen, and one through all of the first entities and back.
func sequences(t *testing.T, see func(t *testing.T, name string, s *diagram.Sequence, p Picture)) {
	t.Helper()
	files, _ := filepath.Glob("../../testdata/corpus/*.txtar")
	examples, _ := filepath.Glob("../../static/examples/*.yaml")
	seen := 0
	for _, file := range append(files, examples...) {
		sources, err := sourcesOf(file)
		if err != nil {
			t.Fatal(err)
		}
		seen += drawSequences(t, filepath.Base(file), sources, see)
	}
	seen += drawSequences(t, "long names", []manifest.Source{{Name: "long.yaml", Data: []byte(longNames)}}, see)
	if seen < 100 {
		t.Errorf("only %d sequences were drawn", seen)
	}
}

func drawSequences(t *testing.T, name string, sources []manifest.Source, see func(t *testing.T, name string, s *diagram.Sequence, p Picture)) (seen int) {
	t.Helper()
	r, err := analysis.Run(sources, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := r.Cluster.Entities
	through := append(all[:min(len(all), 5):min(len(all), 5)], all[:min(len(all), 1)]...)
	for i, path := range [][]*model.Entity{diagram.Chain(r.Matrix), through, all[:min(len(all), 1)]} {
		if i == 2 {
			path = append(path[:len(path):len(path)], path...) // a call to its own kind
		}
		if len(path) < 2 {
			continue
		}
		for _, narrow := range []bool{false, true} {
			s := diagram.Follow(r.Matrix, path, diagram.SequenceView{Narrow: narrow, Chosen: i == 0})
			see(t, fmt.Sprintf("%s, path %d, narrow %v", name, i, narrow), s, Sequence(s))
			seen++
		}
	}
	return seen
}

var longNames = strings.NewReplacer("LONG", strings.Repeat("long-name.", 25)+"end", "WIDE", strings.Repeat("w", 63)).Replace(`
apiVersion: v1
kind: Pod
metadata: {name: LONG, namespace: WIDE, labels: {app: WIDE}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: WIDE, labels: {app: b}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: LONG, namespace: WIDE}
spec:
  podSelector: {matchLabels: {app: WIDE}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: b}}}]
    ports: [{port: 1}, {port: 3}, {port: 5}, {port: 7}, {port: 9}, {port: 11}, {port: 13, protocol: UDP}, {port: 8000, endPort: 9000, protocol: SCTP}]
`)

func TestSequencesStayOnThePage(t *testing.T) {
	sequences(t, func(t *testing.T, name string, s *diagram.Sequence, p Picture) {
		page := Rect{0, 0, p.Width, p.Height}
		for _, g := range p.Groups {
			for _, x := range g.Shapes {
				r := shapeExtent(x)
				if !page.contains(r) {
					t.Errorf("%s: %s %q at %v leaves the page of %v", name, x.Style, x.Text, r, page)
				}
			}
		}
	})
}

func shapeExtent(s Shape) Rect {
	switch s.Kind {
	case Rectangle:
		return s.Rect
	case Circle:
		return Rect{s.At.X - s.Radius, s.At.Y - s.Radius, 2 * s.Radius, 2 * s.Radius}
	case Text:
		return textExtent(s)
	}
	r := Rect{s.Path[0].To.X, s.Path[0].To.Y, 0, 0}
	for _, step := range s.Path {
		if !step.Close {
			right, bottom := max(r.X+r.Width, step.To.X), max(r.Y+r.Height, step.To.Y)
			r.X, r.Y = min(r.X, step.To.X), min(r.Y, step.To.Y)
			r.Width, r.Height = right-r.X, bottom-r.Y
		}
	}
	return r
}

// Boxes keep apart, texts stay in their boxes, and the words of one call stand on no
// other words, even in the widest fonts.
func TestSequencesKeepApart(t *testing.T) {
	sequences(t, func(t *testing.T, name string, s *diagram.Sequence, p Picture) {
		var boxes, words []Rect
		var texts []string
		for _, g := range p.Groups {
			var body Rect
			for _, x := range g.Shapes {
				r := shapeExtent(x)
				switch {
				case g.Kind == NodeGroup && x.Kind != Text:
					body = r
					for _, other := range boxes {
						if r.X < other.X+other.Width && other.X < r.X+r.Width {
							t.Errorf("%s: the boxes at %v and %v overlap", name, r, other)
						}
					}
					boxes = append(boxes, r)
				case g.Kind == NodeGroup && !body.contains(r):
					t.Errorf("%s: %q needs %v and has %v", name, x.Text, r, body)
				case g.Kind == EdgeGroup && x.Kind == Text:
					for i, other := range words {
						if r.X < other.X+other.Width && other.X < r.X+r.Width && r.Y+2 < other.Y+other.Height && other.Y+2 < r.Y+r.Height {
							t.Errorf("%s: %q and %q overlap", name, x.Text, texts[i])
						}
					}
					words, texts = append(words, r), append(texts, x.Text)
				}
			}
		}
	})
}

// Every step is a group with its ends and its ports, and the steps run downwards.
func TestSequencesAreData(t *testing.T) {
	sequences(t, func(t *testing.T, name string, s *diagram.Sequence, p Picture) {
		var edges []Group
		for _, g := range p.Groups {
			if g.Kind == EdgeGroup {
				edges = append(edges, g)
			}
		}
		if len(edges) != len(s.Steps) {
			t.Fatalf("%s: %d groups for %d steps", name, len(edges), len(s.Steps))
		}
		last := 0.0
		for i, g := range edges {
			x := &s.Steps[i]
			if g.From != s.Actors[x.From].ID || g.To != s.Actors[x.To].ID || g.Title == "" {
				t.Errorf("%s: step %d is %+v", name, i, g)
			}
			if allowed := strings.Contains(g.Classes, "allowed"); allowed != (!x.Answer && !x.Ports.IsEmpty()) || allowed && g.Ports != x.Ports.String() {
				t.Errorf("%s: step %d of ports %q has the classes %q and the ports %q", name, i, x.Ports, g.Classes, g.Ports)
			}
			if y := shapeExtent(g.Shapes[0]).Y; y <= last {
				t.Errorf("%s: step %d is at %g, after %g", name, i, y, last)
			} else {
				last = y
			}
		}
	})
}
