// Package raster takes a placed picture and gives it as a PNG: the same marks, colours
// and texts as the SVG of the same picture, for places that take no SVG.
//
// It decides nothing about a picture: where marks are and how they look is layout's.
// It carries its own fonts, needs none of the system's, and the same picture is the
// same bytes every time. It never holds more than 16 million pixels.
package raster

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"

	"github.com/fogleman/gg"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
)

// Options say how a picture becomes pixels. The zero value is a light picture at two
// pixels for one of the SVG's, which is sharp on most screens.
type Options struct {
	// Dark takes the dark colours. A PNG cannot follow its reader's system as an SVG
	// does, so there is no third choice.
	Dark bool
	// Scale is the number of pixels to one of the SVG's, from MinScale to MaxScale;
	// 0 means DefaultScale, and what is beyond the limits is taken as the limit.
	Scale float64
	// Width is the width of the PNG in pixels, and Scale then counts for nothing; 0
	// leaves it to Scale.
	Width int
	// Height is the height of the PNG in pixels, where Width is given too: the picture
	// is then fitted into both and stands in their middle. 0 leaves it to Width.
	Height int
}

// Limits of the options, for those who read them from people.
const (
	MinScale, MaxScale, DefaultScale = 1.0, 4.0, 2.0
	MinWidth, MaxWidth               = 16, 8192
)

// Bounds of a PNG: 16 megapixels are 64 MB while it is drawn, and browsers and
// chats refuse longer sides than this.
const (
	maxPixels = 16_000_000
	maxSide   = 30_000
)

// PNG writes a picture. One that would have more than 16 million pixels is drawn
// smaller, in the same proportions. An error is the writer's.
func PNG(w io.Writer, p layout.Picture, o Options) error {
	if err := png.Encode(w, paint(p, o)); err != nil {
		return fmt.Errorf("writing a PNG: %w", err)
	}
	return nil
}

func paint(p layout.Picture, o Options) image.Image {
	width, height, scale := size(p, o)
	left, top := 0.0, 0.0
	if o.fitted() {
		left, top = (float64(width)-p.Width*scale)/2, (float64(height)-p.Height*scale)/2
	}
	c := &canvas{Context: gg.NewContext(width, height), scale: scale, colours: colours(o.Dark)}
	c.SetColor(c.colours["canvas"])
	c.Clear()
	c.Translate(left, top)
	c.Scale(scale, scale)
	c.SetLineJoinRound()
	for _, g := range p.Groups {
		for _, s := range g.Shapes {
			c.draw(s)
		}
	}
	return c.Image()
}

func (o Options) fitted() bool { return o.Width > 0 && o.Height > 0 }

// legible is the scale at which the smallest texts can still be read.
const legible = 0.7

// Legible reports whether a picture's texts can be read when it is fitted into Width
// and Height; other sizes are what was asked for.
func (o Options) Legible(p layout.Picture) bool {
	return !o.fitted() || min(float64(o.Width)/p.Width, float64(o.Height)/p.Height) >= legible
}

// Coarser are the ways to fold a picture that is not Legible, one after the other,
// where nobody said how.
var Coarser = []diagram.Fold{diagram.FoldNamespaces, diagram.FoldGroups}

// size gives the pixels of a picture, and how many there are to one of the SVG's.
func size(p layout.Picture, o Options) (width, height int, scale float64) {
	if !(p.Width > 0 && p.Height > 0) || math.IsInf(p.Width, 0) || math.IsInf(p.Height, 0) {
		panic(fmt.Sprintf("raster: a picture of %g by %g", p.Width, p.Height)) // layout gives none
	}
	switch {
	case o.fitted():
		least := min(1, math.Sqrt(maxPixels/float64(o.Width)/float64(o.Height)))
		width, height = int(float64(o.Width)*least), int(float64(o.Height)*least)
		return width, height, min(float64(width)/p.Width, float64(height)/p.Height, MaxScale)
	case o.Width > 0:
		scale = float64(o.Width) / p.Width
	case o.Scale == 0:
		scale = DefaultScale
	default:
		scale = min(max(o.Scale, MinScale), MaxScale)
	}
	most := min(math.Sqrt(maxPixels/p.Width/p.Height), maxSide/p.Width, maxSide/p.Height)
	if scale > most {
		return max(1, int(p.Width*most)), max(1, int(p.Height*most)), most
	}
	pixels := func(length float64) int { return max(1, int(math.Floor(length*scale+0.5))) }
	return pixels(p.Width), pixels(p.Height), scale
}

// colours reads the tokens of a theme. What is transparent is not among them.
func colours(dark bool) map[layout.Colour]color.Color {
	all := map[layout.Colour]color.Color{}
	for _, t := range layout.Tokens {
		value := t.Light
		if dark {
			value = t.Dark
		}
		if value == "transparent" {
			continue
		}
		var c color.RGBA
		if n, err := fmt.Sscanf(value, "#%02x%02x%02x", &c.R, &c.G, &c.B); n != 3 || err != nil {
			panic(fmt.Sprintf("raster: the colour %s is %q", t.Name, value)) // tokens are ours
		}
		c.A = 0xff
		all[t.Name] = c
	}
	return all
}
