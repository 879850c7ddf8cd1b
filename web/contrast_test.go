package web

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/templates"
)

// rgb is a colour in linear light.
type rgb [3]float64

// parseColour reads #rrggbb.
func parseColour(text string) (c rgb, ok bool) {
	var bytes [3]uint8
	if n, err := fmt.Sscanf(text, "#%02x%02x%02x", &bytes[0], &bytes[1], &bytes[2]); n != 3 || err != nil {
		return c, false
	}
	for i, b := range bytes {
		c[i] = float64(b) / 255
		if c[i] <= 0.04045 {
			c[i] /= 12.92
		} else {
			c[i] = math.Pow((c[i]+0.055)/1.055, 2.4)
		}
	}
	return c, true
}

func (c rgb) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is the ratio of WCAG 2.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// sight of readers who see all colours, and of those who lack one kind of cone: the
// matrices of Machado, Oliveira and Fernandes (2009) for the complete deficiency.
var eyes = []struct {
	name string
	see  [3]rgb
}{
	{"everybody", [3]rgb{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
	{"protanopia", [3]rgb{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
	{"deuteranopia", [3]rgb{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
	{"tritanopia", [3]rgb{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
}

func seen(m [3]rgb, c rgb) (out rgb) {
	for i, row := range m {
		out[i] = min(max(row[0]*c[0]+row[1]*c[1]+row[2]*c[2], 0), 1)
	}
	return out
}

// ground is a pair of a mark's style and what it lies on.
type ground struct {
	style layout.Style
	under layout.Colour
}

// grounds collects what every text and every line of the pictures lies on: the last
// filled shape painted before it at its place.
func grounds(t *testing.T) map[ground]string {
	rules := map[layout.Style]layout.Rule{}
	for _, r := range layout.Rules {
		rules[r.Style] = r
	}
	found := map[ground]string{}
	type field struct {
		layout.Rect
		fill layout.Colour
	}
	for _, d := range allDrawn(t) {
		var below []field
		see := func(name string, style layout.Style, at layout.Point, besides int) {
			under := layout.Colour("canvas")
			for i, f := range below {
				if i != besides && at.X > f.X && at.X < f.X+f.Width && at.Y > f.Y && at.Y < f.Y+f.Height {
					under = f.fill
				}
			}
			if _, ok := found[ground{style, under}]; !ok {
				found[ground{style, under}] = name
			}
		}
		var walk func([]layout.Group)
		walk = func(groups []layout.Group) {
			for _, g := range groups {
				for _, s := range g.Shapes {
					rule := rules[s.Style]
					switch s.Kind {
					case layout.Text:
						see(d.name, s.Style, layout.Point{X: s.At.X, Y: s.At.Y - 4}, -1)
					case layout.Rectangle:
						if rule.Fill != "" {
							below = append(below, field{s.Rect, rule.Fill})
						}
						if rule.Stroke != "" {
							own := len(below) - 1
							if rule.Fill == "" {
								own = -1
							}
							see(d.name, s.Style, layout.Point{X: s.Rect.X + s.Rect.Width/2, Y: s.Rect.Y - 1}, own)
							see(d.name, s.Style, layout.Point{X: s.Rect.X - 1, Y: s.Rect.Y + s.Rect.Height/2}, own)
						}
					case layout.Circle:
						r := s.Radius
						below = append(below, field{layout.Rect{X: s.At.X - r, Y: s.At.Y - r, Width: 2 * r, Height: 2 * r}, rule.Fill})
					case layout.Line:
						for _, segment := range s.Path {
							if rule.Stroke != "" && !segment.Close {
								see(d.name, s.Style, segment.To, -1)
							}
						}
					}
				}
				walk(g.Within)
			}
		}
		walk(d.picture.Groups)
	}
	return found
}

// decorative are strokes that say nothing by themselves: the inside of a wide arrow,
// whose rim is its line, and the wider place around a line that a pointer may hit.
var decorative = []layout.Style{"p-core", "p-hit"}

// Texts of pictures have a contrast of 4.5 to what they lie on and lines one of 3, for
// every kind of eyes, light and dark. Paper has the light colours, as the next test
// says.
func TestPicturesHaveContrast(t *testing.T) {
	tokens := map[layout.Colour][2]string{}
	for _, c := range layout.Tokens {
		tokens[c.Name] = [2]string{c.Light, c.Dark}
	}
	rules := map[layout.Style]layout.Rule{}
	for _, r := range layout.Rules {
		rules[r.Style] = r
	}
	pairs := grounds(t)
	if len(pairs) < 40 {
		t.Errorf("only %d pairs of mark and ground were seen", len(pairs))
	}
	for p, where := range pairs {
		rule := rules[p.style]
		colour, least := rule.Stroke, 3.0
		if rule.Font.Size != 0 {
			colour, least = rule.Fill, 4.5
		}
		if slices.Contains(decorative, p.style) || colour == p.under {
			continue // an arrow may touch its own bar
		}
		for theme, name := range []string{"light", "dark"} {
			a, ok := parseColour(tokens[colour][theme])
			b, ok2 := parseColour(tokens[p.under][theme])
			if !ok || !ok2 {
				t.Errorf("%s: no colours for %s on %s", p.style, colour, p.under)
				continue
			}
			for _, e := range eyes {
				if got := contrast(seen(e.see, a), seen(e.see, b)); got < least {
					t.Errorf("%s for %s: %s (%s) on %s has a contrast of %.2f, want %.1f; see %s", name, e.name, p.style, colour, p.under, got, least, where)
				}
			}
		}
	}
}

// Paper is black on white, whatever the reader's system or wish.
func TestPrintIsBlackOnWhite(t *testing.T) {
	alone := allDrawn(t)[0]
	b := openTab(t)
	address := serve(t, map[string]string{"/alone.svg": alone.svg(t, templates.PictureOptions{})})
	var want [2]string
	for _, c := range layout.Tokens {
		if c.Name == "ink" {
			want = [2]string{"#000000", c.Dark}
		}
	}
	for target, dark := range map[string]string{"/alone.svg": "dark", "/examples/one-policy": "dark", "/examples/one-policy?theme=dark": "light"} {
		for i, media := range []string{"print", "screen"} {
			b.prefer(dark, media)
			b.show(address + target)
			got := ask[string](b, `getComputedStyle(document.querySelector(".p-zone-name")).fill`)
			var rgb [3]int
			if n, err := fmt.Sscanf(got, "rgb(%d, %d, %d)", &rgb[0], &rgb[1], &rgb[2]); n != 3 || err != nil {
				t.Fatalf("%s: the colour of a name is %q", target, got)
			}
			if hex := fmt.Sprintf("#%02x%02x%02x", rgb[0], rgb[1], rgb[2]); hex != want[i] {
				t.Errorf("%s on %s: names are %s, want %s", target, media, hex, want[i])
			}
		}
	}
}

// Kinds of arrows and of boxes differ by more than their colour.
func TestKindsDifferWithoutColour(t *testing.T) {
	for what, kinds := range map[string][]layout.Style{
		"arrow": {"p-thin", "p-thick", "p-rim", "p-undefined", "p-answer", "p-blocked"},
		"box":   {"p-box", "p-box-dashed", "p-box-host"},
		"frame": {"p-zone", "p-zone-dashed", "p-alike"},
	} {
		seen := map[string]layout.Style{}
		for _, r := range layout.Rules {
			if !slices.Contains(kinds, r.Style) {
				continue
			}
			form := fmt.Sprint(r.StrokeWidth, " wide, dashes ", r.Dash)
			if r.Dash != "" {
				form = "dashes " + r.Dash
			}
			if other, ok := seen[form]; ok {
				t.Errorf("%ss of styles %s and %s differ by colour only: %s", what, other, r.Style, form)
			}
			seen[form] = r.Style
		}
		if len(seen) != len(kinds) {
			t.Errorf("%d forms for the %d kinds of %s", len(seen), len(kinds), what)
		}
	}
}

func TestContrastIsMeasured(t *testing.T) {
	black, _ := parseColour("#000000")
	white, _ := parseColour("#ffffff")
	grey, _ := parseColour("#777777")
	if got := contrast(black, white); math.Abs(got-21) > 1e-9 {
		t.Errorf("black on white is %v, want 21", got)
	}
	if got := contrast(grey, white); math.Abs(got-4.48) > 0.01 {
		t.Errorf("#777777 on white is %v, want 4.48", got)
	}
}
