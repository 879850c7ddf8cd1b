package analysis_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/templates"
)

// BenchmarkPicture is the time of every step from a matrix to a picture, by the pods of
// a realistic cluster: what is drawn, where it stands (by a worker that has not seen it),
// the SVG, the PNG. The last step is layouts of as many clients as there are processors,
// on two workers.
func BenchmarkPicture(b *testing.B) {
	workers := sync.OnceValue(func() *layout.Engine {
		e := layout.New(layout.Options{Workers: 2, CacheBytes: 1})
		b.Cleanup(e.Close)
		if err := e.Warm(context.Background()); err != nil {
			b.Fatal(err)
		}
		return e
	})
	for _, pods := range []int{5, 12, 30, 60, 200, 1_000, 10_000} {
		b.Run(fmt.Sprint("pods=", pods), func(b *testing.B) { benchmarkPicture(b, workers(), pods) })
	}
}

func benchmarkPicture(b *testing.B, workers *layout.Engine, pods int) {
	text := bytes.Join(analysis.Realistic(1, pods), []byte("---\n"))
	report, err := analysis.Run([]manifest.Source{{Name: "cluster.yaml", Data: text}}, analysis.Options{})
	if err != nil {
		b.Fatal(err)
	}
	d := diagram.Build(report.Matrix, diagram.View{})
	place := func(b *testing.B) layout.Picture {
		p, err := workers.Draw(context.Background(), d)
		if err != nil {
			b.Fatal(err)
		}
		return p
	}
	picture := place(b)
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			diagram.Build(report.Matrix, diagram.View{})
		}
		b.ReportMetric(float64(len(d.Nodes)), "nodes")
		b.ReportMetric(float64(len(d.Edges)), "edges")
	})
	b.Run("layout", func(b *testing.B) {
		simplified := 0
		for b.Loop() {
			if place(b).Simplified {
				simplified++
			}
		}
		b.ReportMetric(float64(simplified)/float64(b.N), "simplified/op")
	})
	b.Run("svg", func(b *testing.B) {
		for b.Loop() {
			if err := templates.Picture(picture, templates.PictureOptions{}).Render(context.Background(), io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("png", func(b *testing.B) {
		for b.Loop() {
			if err := raster.PNG(io.Discard, picture, raster.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("together", func(b *testing.B) {
		begin := time.Now()
		b.SetParallelism(max(1, 2/runtime.GOMAXPROCS(0)))
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				place(b)
			}
		})
		b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "layouts/s")
	})
}
