package web

import (
	"bytes"
	"context"
	"flag"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/static"
	"github.com/netpolscope/netpolscope/templates"
)

// full runs the long forms of tests that are short otherwise: 100 pictures in place of
// 10, minutes under fire in place of seconds.
var full = flag.Bool("full", false, "run the long forms of tests")

var betweenDocuments = regexp.MustCompile(`(?m)^---\n`)

// The same objects are the same bytes, as SVG and as PNG, whatever the order of the
// documents and whoever lays them out. A script of package main holds that for
// processes.
func TestSameObjectsSameBytes(t *testing.T) {
	// It keeps no layouts, so that each is made anew, and waits for a busy machine.
	e := layout.New(layout.Options{Workers: 2, CacheBytes: 1, Deadline: 20 * time.Second})
	defer e.Close()
	runs := 10
	if *full {
		runs = 100
	}
	shop, _ := static.FindExample("three-tier-shop")
	alone, _ := static.FindExample("one-policy")
	r := rand.New(rand.NewPCG(4, 2))
	for name, text := range map[string]string{
		"shop": string(shop.Text()), "alone": string(alone.Text()), "fifty documents": fiftyDocuments(0), "long names": string(longNames(3)),
	} {
		documents := betweenDocuments.Split(text, -1)
		var wantSVG, wantPNG []byte
		for run := range runs {
			svg, picture := drawAnew(t, e, strings.Join(documents, "---\n"))
			var pixels []byte
			if run < 2 || *full {
				var b bytes.Buffer
				if err := raster.PNG(&b, picture, raster.Options{Scale: 1}); err != nil {
					t.Fatal(err)
				}
				pixels = b.Bytes()
			}
			if run == 0 {
				wantSVG, wantPNG = svg, pixels
			}
			if !bytes.Equal(svg, wantSVG) {
				t.Fatalf("%s: the SVG of run %d differs:\n%s\nwant\n%s", name, run, svg, wantSVG)
			}
			if pixels != nil && !bytes.Equal(pixels, wantPNG) {
				t.Fatalf("%s: the PNG of run %d differs", name, run)
			}
			documents = slices.Clone(documents)
			r.Shuffle(len(documents), func(i, k int) { documents[i], documents[k] = documents[k], documents[i] })
		}
	}
}

func drawAnew(t *testing.T, e *layout.Engine, text string) ([]byte, layout.Picture) {
	t.Helper()
	report, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(text)}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Draw(context.Background(), diagram.Build(report.Matrix, diagram.View{}))
	if err != nil || p.Simplified {
		t.Fatalf("no picture by Graphviz: %v", err)
	}
	var b bytes.Buffer
	if err := templates.Picture(p, templates.PictureOptions{}).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), p
}
