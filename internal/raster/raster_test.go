package raster

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// draw gives the pixels of a picture.
func draw(t *testing.T, p layout.Picture, o Options) *image.RGBA {
	t.Helper()
	return opaque(t, paint(p, o))
}

func opaque(t *testing.T, pixels image.Image) *image.RGBA {
	t.Helper()
	m, ok := pixels.(*image.RGBA)
	if !ok || !m.Opaque() {
		t.Fatalf("a %T; opaque colours were to be", pixels)
	}
	return m
}

// placed draws a bundle of the examples.
func placed(t *testing.T, name string) layout.Picture {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "static", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	report, err := analysis.Run([]manifest.Source{{Name: name, Data: data}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine := layout.New(layout.Options{Workers: 1})
	defer engine.Close()
	p, err := engine.Draw(context.Background(), diagram.Build(report.Matrix, diagram.View{}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A picture that is fitted into a width and a height stands in their middle.
func TestFitted(t *testing.T) {
	mark := layout.Shape{Kind: layout.Rectangle, Style: "p-wall", Rect: layout.Rect{X: 0, Y: 0, Width: 100, Height: 50}}
	ground := draw(t, picture(100, 50), Options{}).RGBAAt(0, 0)
	for size, want := range map[[2]int]image.Rectangle{
		{1200, 630}: image.Rect(400, 215, 800, 415), // four times as large at most
		{300, 150}:  image.Rect(0, 0, 300, 150),
		{100, 80}:   image.Rect(0, 15, 100, 65),
		{80, 100}:   image.Rect(0, 30, 80, 70),
	} {
		m := draw(t, picture(100, 50, mark), Options{Width: size[0], Height: size[1]})
		if m.Bounds() != image.Rect(0, 0, size[0], size[1]) {
			t.Errorf("%v: the picture is %v", size, m.Bounds())
		}
		got := image.Rectangle{}
		for y := range size[1] {
			for x := range size[0] {
				if m.RGBAAt(x, y) != ground {
					got = got.Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		if got != want {
			t.Errorf("%v: the mark is at %v, want %v", size, got, want)
		}
	}
	o := Options{Width: 1200, Height: 630}
	if !o.Legible(picture(1700, 300)) || o.Legible(picture(1800, 300)) || o.Legible(picture(300, 1000)) {
		t.Error("what can be read is not told from what cannot")
	}
	if w, h, _ := size(picture(100, 50), Options{Width: MaxWidth, Height: MaxWidth}); w*h > maxPixels || w != h {
		t.Errorf("%d×%d pixels", w, h)
	}
}

// picture is one of a few marks.
func picture(width, height float64, shapes ...layout.Shape) layout.Picture {
	return layout.Picture{Width: width, Height: height, Groups: []layout.Group{{Shapes: shapes}}}
}

func word(style layout.Style, text string, x, y float64) layout.Shape {
	return layout.Shape{Kind: layout.Text, Style: style, Text: text, At: layout.Point{X: x, Y: y}}
}

func rgb(c color.RGBA) [3]uint8 { return [3]uint8{c.R, c.G, c.B} }

// ink is the rectangle around everything that is not canvas.
func ink(m *image.RGBA) image.Rectangle {
	var found image.Rectangle
	for at := 0; at < len(m.Pix); at += 4 {
		if !bytes.Equal(m.Pix[at:at+3], m.Pix[:3]) {
			x, y := at%m.Stride/4, at/m.Stride
			found = found.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return found
}

func TestSize(t *testing.T) {
	p := picture(100.4, 50)
	for _, test := range []struct {
		name          string
		options       Options
		width, height int
	}{
		{"twice as large by default", Options{}, 201, 100},
		{"by scale", Options{Scale: 3}, 301, 150},
		{"no smaller than the least scale", Options{Scale: 0.01}, 100, 50},
		{"no larger than the greatest scale", Options{Scale: 400}, 402, 200},
		{"by width", Options{Width: 1200}, 1200, 598},
		{"width comes before scale", Options{Width: 50, Scale: 4}, 50, 25},
	} {
		if got := draw(t, p, test.options).Bounds().Size(); got != image.Pt(test.width, test.height) {
			t.Errorf("%s: %v, want %d×%d", test.name, got, test.width, test.height)
		}
	}
}

func TestSizeIsBounded(t *testing.T) {
	for _, p := range []layout.Picture{picture(40_000, 30_000), picture(1e9, 1), picture(1, 1e9), picture(1e-3, 1e12)} {
		for _, o := range []Options{{}, {Scale: 4}, {Width: MaxWidth}, {Width: math.MaxInt}} {
			width, height, scale := size(p, o)
			if width < 1 || height < 1 || width*height > maxPixels || width > maxSide || height > maxSide || !(scale > 0) {
				t.Errorf("%g×%g with %+v: %d×%d at %g", p.Width, p.Height, o, width, height, scale)
			}
		}
	}
	// The proportions stay.
	width, height, _ := size(picture(40_000, 30_000), Options{})
	if got := float64(width) / float64(height); math.Abs(got-4.0/3) > 0.01 {
		t.Errorf("%d×%d", width, height)
	}
}

func TestBackgroundFollowsTheTheme(t *testing.T) {
	for _, test := range []struct {
		dark bool
		want [3]uint8
	}{{false, [3]uint8{0xf7, 0xf9, 0xfa}}, {true, [3]uint8{0x0f, 0x16, 0x1c}}} {
		if got := rgb(draw(t, placed(t, "one-policy.yaml"), Options{Dark: test.dark}).RGBAAt(1, 1)); got != test.want {
			t.Errorf("dark %v: %x, want %x", test.dark, got, test.want)
		}
	}
}

// Every style that layout has can be drawn, and every one but those that say nothing
// leaves something to see.
func TestEveryStyleIsDrawn(t *testing.T) {
	for _, r := range layout.Rules {
		for _, dark := range []bool{false, true} {
			s := layout.Shape{Kind: layout.Rectangle, Style: r.Style, Rect: layout.Rect{X: 20, Y: 20, Width: 40, Height: 20}, Corner: 4}
			if r.Font.Size > 0 {
				s = word(r.Style, "word", 20, 40)
			}
			marks := ink(draw(t, picture(100, 60, s), Options{Dark: dark}))
			// Frames hardly differ from the canvas in a theme, but have a line.
			if marks.Empty() != (r.Style == "p-hit") {
				t.Errorf("%s, dark %v: marks at %v", r.Style, dark, marks)
			}
		}
	}
}

func TestMarksAreWhereThePictureHasThem(t *testing.T) {
	white, line := [3]uint8{0xff, 0xff, 0xff}, [3]uint8{0x2b, 0x3a, 0x47}
	canvas, blue := [3]uint8{0xf7, 0xf9, 0xfa}, [3]uint8{0x0b, 0x5c, 0x9e}
	m := draw(t, picture(200, 100,
		layout.Shape{Kind: layout.Rectangle, Style: "p-box", Rect: layout.Rect{X: 20, Y: 20, Width: 60, Height: 40}, Corner: 10},
		layout.Shape{Kind: layout.Line, Style: "p-thick", Path: layout.Path{{Move: true, To: layout.Point{X: 100, Y: 40}}, {To: layout.Point{X: 140, Y: 40}}}},
		layout.Shape{Kind: layout.Line, Style: "p-head", Path: layout.Path{
			{Move: true, To: layout.Point{X: 160, Y: 40}}, {To: layout.Point{X: 140, Y: 30}}, {To: layout.Point{X: 140, Y: 50}}, {Close: true}}},
	), Options{Scale: 4})
	for _, probe := range []struct {
		what string
		x, y float64
		want [3]uint8
	}{
		{"inside the box", 50, 40, white},
		{"on its left edge", 20, 40, line},
		{"on its lower edge", 50, 60, line},
		{"beyond its rounded corner", 21, 21, canvas},
		{"on the round of its corner", 22.93, 22.93, line},
		{"on the shaft", 120, 41, blue},
		{"beside the shaft", 120, 43, canvas},
		{"in the head", 145, 46, blue},
		{"beside the tip", 158, 46, canvas},
		{"beyond the tip", 162, 40, canvas},
	} {
		if got := rgb(m.RGBAAt(int(probe.x*4), int(probe.y*4))); got != probe.want {
			t.Errorf("%s: %x, want %x", probe.what, got, probe.want)
		}
	}
}

func TestDashes(t *testing.T) {
	for style, dashed := range map[layout.Style]bool{"p-blocked": true, "p-answer": true, "p-undefined": true, "p-thin": false, "p-rim": false} {
		m := draw(t, picture(240, 40, layout.Shape{Kind: layout.Line, Style: style, Path: layout.Path{
			{Move: true, To: layout.Point{X: 20, Y: 20}}, {To: layout.Point{X: 220, Y: 20}}}}), Options{Scale: 4})
		gaps, paper := 0, rgb(m.RGBAAt(0, 0))
		for x := 21 * 4; x < 219*4; x++ {
			if rgb(m.RGBAAt(x, 80)) == paper {
				gaps++
			}
		}
		if (gaps > 100) != dashed {
			t.Errorf("%s: %d pixels of paper in the line", style, gaps)
		}
	}
}

func TestHaloKeepsLinesOffWords(t *testing.T) {
	line := layout.Shape{Kind: layout.Line, Style: "p-thick", Path: layout.Path{
		{Move: true, To: layout.Point{X: 0, Y: 35.5}}, {To: layout.Point{X: 100, Y: 35.5}}}}
	zone := [3]uint8{0xee, 0xf2, 0xf5}
	m := draw(t, picture(100, 60, line, word("p-label", "ll", 48, 40)), Options{Scale: 4})
	// Left of the first stem, where without a halo the line would run.
	if got := rgb(m.RGBAAt(4*48-2, 142)); got != zone {
		t.Errorf("beside the letter: %x, want %x", got, zone)
	}
}

func TestPNGIsWhatWasDrawn(t *testing.T) {
	p := placed(t, "one-policy.yaml")
	var out bytes.Buffer
	if err := PNG(&out, p, Options{Dark: true}); err != nil {
		t.Fatal(err)
	}
	decoded, err := png.Decode(&out)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := opaque(t, decoded), draw(t, p, Options{Dark: true}); !bytes.Equal(got.Pix, want.Pix) || got.Bounds() != want.Bounds() {
		t.Errorf("%v decoded, %v drawn", got.Bounds(), want.Bounds())
	}
}

// The same, also while others are drawn: the fonts are shared.
func TestSameBytesEveryTime(t *testing.T) {
	p := placed(t, "three-tier-shop.yaml")
	drawn := make([]bytes.Buffer, 3)
	failed := make([]error, len(drawn))
	var all sync.WaitGroup
	for i := range drawn {
		all.Go(func() { failed[i] = PNG(&drawn[i], p, Options{}) })
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
	for i := range drawn {
		if !bytes.Equal(drawn[i].Bytes(), drawn[0].Bytes()) {
			t.Error("the same picture is different bytes")
		}
	}
	if n := drawn[0].Len(); n > 1<<20 {
		t.Errorf("%d bytes; an og:image may have a megabyte", n)
	}
}

// Where a closed line begins and ends is not seen: neither on a side nor at a corner.
func TestClosedLinesHaveNoSeam(t *testing.T) {
	m := draw(t, picture(100, 60, layout.Shape{Kind: layout.Rectangle, Style: "p-box", Rect: layout.Rect{X: 20, Y: 20, Width: 60, Height: 30}, Corner: 8}), Options{Scale: 3})
	for x := 28*3 + 1; x < 72*3-1; x++ {
		for y := 17 * 3; y < 23*3; y++ {
			if got, want := rgb(m.RGBAAt(x, y)), rgb(m.RGBAAt(40*3, y)); got != want {
				t.Fatalf("at %d, %d: %x, want %x as along the whole side", x, y, got, want)
			}
		}
	}
	tip := layout.Path{{Move: true, To: layout.Point{X: 60, Y: 30}}, {To: layout.Point{X: 30, Y: 20}}, {To: layout.Point{X: 30, Y: 40}}, {Close: true}}
	m = draw(t, picture(100, 60, layout.Shape{Kind: layout.Line, Style: "p-blocked-head", Path: tip}), Options{Scale: 4})
	if got := rgb(m.RGBAAt(60*4+1, 30*4)); got != [3]uint8{0xa8, 0x3a, 0x0c} {
		t.Errorf("at the tip: %x", got)
	}
}

// A look from afar: how dark the fields of a grid are. Lines and letters may differ by a
// shade between versions of the libraries, but not in where they are.
func TestLooksFromAfar(t *testing.T) {
	p := layout.Message("Nobody may call db", "The policy default-deny chooses it and no rule of any policy lets a caller in.")
	top := p.Height
	p.Height += 120
	at := func(x, y float64) layout.Point { return layout.Point{X: x, Y: top + y} }
	p.Groups = append(p.Groups, layout.Group{Shapes: []layout.Shape{
		{Kind: layout.Rectangle, Style: "p-zone", Rect: layout.Rect{X: 20, Y: top, Width: 600, Height: 100}, Corner: 10},
		{Kind: layout.Line, Style: "p-thick", Path: layout.Path{{Move: true, To: at(160, 50)}, {Curved: true, A: at(220, 50), B: at(220, 80), To: at(290, 80)}}},
		{Kind: layout.Line, Style: "p-head", Path: layout.Path{{Move: true, To: at(302, 80)}, {To: at(289, 73)}, {To: at(289, 87)}, {Close: true}}},
		{Kind: layout.Rectangle, Style: "p-box", Rect: layout.Rect{X: 60, Y: top + 26, Width: 100, Height: 48}, Corner: 6},
		{Kind: layout.Text, Style: "p-name", Text: "web", Anchor: layout.Middle, At: at(110, 55)},
		{Kind: layout.Rectangle, Style: "p-box-dashed", Rect: layout.Rect{X: 302, Y: top + 26, Width: 100, Height: 60}, Corner: 6},
		{Kind: layout.Rectangle, Style: "p-wall", Rect: layout.Rect{X: 299, Y: top + 26, Width: 5, Height: 60}, Corner: 2},
		{Kind: layout.Circle, Style: "p-lock-full", At: at(302, 27), Radius: 8},
		{Kind: layout.Text, Style: "p-label", Text: "TCP 5432", Anchor: layout.End, At: at(600, 60)},
	}})
	got, want := grid(draw(t, p, Options{}), 32, 12), strings.Fields(afar)
	for y := range got {
		for x := range got[y] {
			if y >= len(want) || x >= len(want[y]) || max(got[y][x], want[y][x])-min(got[y][x], want[y][x]) > 1 {
				t.Fatalf("row %d, column %d differs. If it is meant to, afar becomes\n%s", y, x, strings.Join(got, "\n"))
			}
		}
	}
}

const afar = `
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
aosompnlosdaaaaaaaaaaaaaaaaaaaaa
ababcbdaabaaaaaaaaaaaaaaaaaaaaaa
adffegfgefgdgeefffgefegeaaaaaaaa
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
adddddddddddddddddddddddddddddda
acbgfffgbbbbbbmuddddcbbbbbbbbbca
acddbebdebbbbbgnaaaadbbbbbbbbbca
acdddkddkkkdbbekaaaadbbbbbbfgica
accgfffgcbbikjrkaaaadbbbbbbbbbca
aeddddddddddddegffffddddddddddea
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
`

// grid tells how dark each field of a picture is: from a, empty, to z.
func grid(m *image.RGBA, columns, rows int) []string {
	size := m.Bounds().Size()
	paper := luminance(m.RGBAAt(0, 0))
	var lines []string
	for row := range rows {
		line := ""
		for column := range columns {
			sum, n := 0.0, 0
			for y := row * size.Y / rows; y < (row+1)*size.Y/rows; y++ {
				for x := column * size.X / columns; x < (column+1)*size.X/columns; x++ {
					sum += math.Abs(paper - luminance(m.RGBAAt(x, y)))
					n++
				}
			}
			line += string(rune('a' + min(25, int(sum/float64(n)/4))))
		}
		lines = append(lines, line)
	}
	return lines
}

func luminance(c color.RGBA) float64 {
	return 0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B)
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestErrorsAreTheWriters(t *testing.T) {
	err := PNG(broken{}, layout.Message("Nothing here", ""), Options{})
	if err == nil || err.Error() != "writing a PNG: the disk is full" {
		t.Errorf("got %v", err)
	}
}
