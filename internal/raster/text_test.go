package raster

import (
	"image"
	"math"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
)

// What layout measures is what is drawn, but for kerning.
func TestTextsAreAsWideAsLayoutMeasures(t *testing.T) {
	var ascii strings.Builder
	for r := ' '; r <= '~'; r++ {
		ascii.WriteRune(r)
	}
	var buffer sfnt.Buffer
	for _, f := range []layout.Font{{Size: 12}, {Size: 14, Bold: true}} {
		for _, r := range ascii.String() {
			if got, want := setText(&buffer, string(r), f).width, f.Width(string(r)); math.Abs(got-want) > 0.02 {
				t.Errorf("%q bold %v: %.2f wide, measured %.2f", r, f.Bold, got, want)
			}
		}
		for _, text := range []string{"payment-service", "TCP 8080, 9090–9099", "Deployment ×3", ascii.String()} {
			got, want := setText(&buffer, text, f).width, f.Width(text)
			if got > want+0.5 || got < 0.95*want {
				t.Errorf("%q bold %v: %.2f wide, measured %.2f", text, f.Bold, got, want)
			}
		}
	}
}

// Ink stays in the room that layout keeps, whatever is written.
func TestTextStaysInItsRoom(t *testing.T) {
	for _, text := range []string{
		"payment-service", "WWWWWWWWWW", "Œuvre ŴŴŴŴŴŴ", "Ёжик ЩЩЩЩЩЩ", "漢字かな", "🙂🙂🙂", "ﷺ", "…—→×", "e\u0301e\u0301", "\u202eabc", "שלום",
		strings.Repeat("m", 60),
	} {
		for _, rule := range []layout.Style{"p-name", "p-detail"} {
			f := looks[rule].Font
			room := f.Room(diagram.Display(text))
			for _, anchor := range []layout.Anchor{layout.Start, layout.Middle, layout.End} {
				s := word(rule, text, 500, 50)
				s.Anchor = anchor
				marks := ink(draw(t, picture(1000, 80, s), Options{Scale: 1}))
				left := [...]float64{layout.Start: 500, layout.Middle: 500 - room/2, layout.End: 500 - room}[anchor]
				if marks.Empty() {
					t.Errorf("%q: nothing is drawn", text)
				}
				box := image.Rect(int(left)-2, 50-int(f.Size), int(left+room)+3, 50+int(f.Size/2))
				if !marks.In(box) {
					t.Errorf("%q as %s, anchor %d: ink in %v, room in %v", text, rule, anchor, marks, box)
				}
			}
		}
	}
}

// A character that the fonts lack is a frame with its code: two of them differ, and
// none is blank or an empty frame.
func TestMissingCharactersAreSeen(t *testing.T) {
	look := func(text string) *image.RGBA {
		return draw(t, picture(60, 40, word("p-name", text, 10, 25)), Options{Scale: 4})
	}
	seen := map[string]string{}
	for _, text := range []string{"漢", "字", "🙂", "🙃", "ﷺ", "א", "あ", "✓"} {
		m := look(text)
		marks := ink(m)
		if marks.Empty() {
			t.Errorf("%q is not drawn", text)
			continue
		}
		inner := image.Rect(marks.Min.X+8, marks.Min.Y+8, marks.Max.X-8, marks.Max.Y-8)
		dark, shape := 0, strings.Builder{}
		for y := inner.Min.Y; y < inner.Max.Y; y++ {
			for x := inner.Min.X; x < inner.Max.X; x++ {
				if luminance(m.RGBAAt(x, y)) < 128 {
					dark++
					shape.WriteByte('#')
				} else {
					shape.WriteByte('.')
				}
			}
		}
		if dark < 40 {
			t.Errorf("%q: %d dark pixels within its frame", text, dark)
		}
		if other, ok := seen[shape.String()]; ok {
			t.Errorf("%q looks like %q", text, other)
		}
		seen[shape.String()] = text
	}
}

// The characters that our own words and labels use are in the fonts.
func TestOurSymbolsAreInTheFonts(t *testing.T) {
	var buffer sfnt.Buffer
	for _, r := range "×·–—…→←↔≠≤≥“”’äöüéèñçßżÅøЖжΩλ" {
		for _, f := range []layout.Font{{Size: 12}, {Size: 12, Bold: true}} {
			if g := setText(&buffer, string(r), f).glyphs; g[0].font == nil {
				t.Errorf("%q, bold %v, is not in the font", r, f.Bold)
			}
		}
	}
}

func TestHiddenCharactersAreEscapes(t *testing.T) {
	hidden := draw(t, picture(200, 40, word("p-name", "a\u202eb", 10, 25)), Options{Scale: 2})
	written := draw(t, picture(200, 40, word("p-name", `a\u202Eb`, 10, 25)), Options{Scale: 2})
	for y := range 80 {
		for x := range 400 {
			if hidden.RGBAAt(x, y) != written.RGBAAt(x, y) {
				t.Fatalf("the pixel at %d, %d differs from that of the escape", x, y)
			}
		}
	}
}
