package raster

import (
	"fmt"
	"unicode"

	"github.com/fogleman/gg"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
)

// The fonts are those whose metrics layout measures with, so that a text takes the
// room that was kept for it.
var (
	regular = parse(liberationsansregular.TTF)
	bold    = parse(liberationsansbold.TTF)
)

func parse(data []byte) *sfnt.Font {
	f, err := sfnt.Parse(data)
	if err != nil {
		panic(fmt.Sprintf("raster: an embedded font: %v", err))
	}
	return f
}

// haloWidth is that of the rim which keeps lines off a text, half of it under the
// text itself.
const haloWidth = 4.0

// run is a text set in glyphs, its first at 0 and its base line at 0.
type run struct {
	glyphs []glyph
	width  float64
}

// glyph is one outline at its place. One without a font is a box with the code of a
// character that the fonts do not have.
type glyph struct {
	font  *sfnt.Font
	index sfnt.GlyphIndex
	x     float64
	size  float64
	code  rune
	width float64 // of the box
}

// write draws a text, its halo first.
func (c *canvas) write(s layout.Shape, r layout.Rule) {
	ink, ok := c.colours[r.Fill]
	if !ok {
		return
	}
	text := diagram.Display(s.Text)
	var buffer sfnt.Buffer
	set := setText(&buffer, text, r.Font)
	if len(set.glyphs) == 0 {
		return
	}
	// A text that is wider than layout can have thought is pressed into the room that
	// it has.
	narrow := min(1, r.Font.Room(text)/max(set.width, 1e-9))
	x := s.At.X
	switch s.Anchor {
	case layout.Middle:
		x -= set.width * narrow / 2
	case layout.End:
		x -= set.width * narrow
	}
	for _, g := range set.glyphs {
		if g.font != nil {
			c.outline(&buffer, g, x+g.x*narrow, s.At.Y, narrow)
		} else {
			c.box(&buffer, g, x+g.x*narrow, s.At.Y, narrow)
		}
	}
	if halo, ok := c.colours[r.Halo]; ok {
		c.SetStrokeStyle(gg.NewSolidPattern(halo))
		c.SetLineWidth(haloWidth * c.scale)
		c.SetDash()
		c.SetLineCapRound()
		c.StrokePreserve()
	}
	c.SetFillStyle(gg.NewSolidPattern(ink))
	c.Fill()
}

// alike are characters that look like another which the fonts have.
var alike = map[rune]rune{'\u2010': '-', '\u2011': '-', '\u00a0': ' '}

// setText finds the glyphs of a text and where they stand.
func setText(buffer *sfnt.Buffer, text string, f layout.Font) run {
	face := regular
	if f.Bold {
		face = bold
	}
	em := fixed.I(int(face.UnitsPerEm()))
	unit := f.Size / float64(em)
	var out run
	last := sfnt.GlyphIndex(0)
	for _, r := range text {
		if other, ok := alike[r]; ok {
			r = other
		}
		index, err := face.GlyphIndex(buffer, r)
		if err != nil || index == 0 || !drawable(r) {
			width := f.Width(string(r))
			out.glyphs = append(out.glyphs, glyph{code: r, x: out.width, size: f.Size, width: width})
			out.width += width
			last = 0
			continue
		}
		advance, err := face.GlyphAdvance(buffer, index, em, font.HintingNone)
		if err != nil {
			panic(fmt.Sprintf("raster: the advance of %q: %v", r, err)) // the font is ours
		}
		if last != 0 {
			// The error says that the font has no word about this pair.
			if k, err := face.Kern(buffer, last, index, em, font.HintingNone); err == nil {
				out.width += float64(k) * unit
			}
		}
		out.glyphs = append(out.glyphs, glyph{font: face, index: index, x: out.width, size: f.Size})
		out.width += float64(advance) * unit
		last = index
	}
	return out
}

// drawable reports whether the glyph of a character says it when it is drawn from left
// to right by itself. Hebrew would read backwards; a code is honest.
func drawable(r rune) bool { return !unicode.In(r, unicode.Hebrew, unicode.Arabic) }

// outline adds a glyph to the current path.
func (c *canvas) outline(buffer *sfnt.Buffer, g glyph, x, y, narrow float64) {
	em := fixed.I(int(g.font.UnitsPerEm()))
	segments, err := g.font.LoadGlyph(buffer, g.index, em, nil)
	if err != nil {
		panic(fmt.Sprintf("raster: glyph %d: %v", g.index, err)) // the font is ours
	}
	unit := g.size / float64(em)
	at := func(p fixed.Point26_6) (float64, float64) {
		return x + float64(p.X)*unit*narrow, y + float64(p.Y)*unit
	}
	for _, s := range segments {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		dx, dy := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			c.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			c.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			c.QuadraticTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			c.CubicTo(ax, ay, bx, by, dx, dy)
		}
	}
}

// box adds a frame with the hexadecimal code of a character in two rows, so that one
// that the fonts lack is seen, and can be looked up.
func (c *canvas) box(buffer *sfnt.Buffer, g glyph, x, y, narrow float64) {
	digits := fmt.Sprintf("%04X", g.code)
	if len(digits) > 4 {
		digits = fmt.Sprintf("%06X", g.code)
	}
	half := len(digits) / 2
	width := g.width * narrow
	line, left, right := g.size*0.05, x+g.size*0.05, x+width-g.size*0.05
	top, bottom := y-g.size*0.84, y+g.size*0.2
	c.trace(roundRect(layout.Rect{X: left, Y: top, Width: right - left, Height: bottom - top}, 0))
	// The inside runs the other way round, which makes a hole of it.
	c.MoveTo(left+line, top+line)
	c.LineTo(left+line, bottom-line)
	c.LineTo(right-line, bottom-line)
	c.LineTo(right-line, top+line)
	c.ClosePath()
	for row, part := range []string{digits[:half], digits[half:]} {
		small := setText(buffer, part, layout.Font{Size: g.size * 0.52})
		fit := min(1, (right-left-4*line)/small.width)
		base := y + g.size*(-0.38+0.5*float64(row))
		start := (left + right - small.width*fit) / 2
		for _, d := range small.glyphs {
			c.outline(buffer, d, start+d.x*fit, base, fit)
		}
	}
}
