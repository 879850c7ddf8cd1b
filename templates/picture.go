package templates

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/layout"
)

// PictureOptions say where a picture will stand.
type PictureOptions struct {
	// Inline is set for a picture within a page, whose style sheet has the looks
	// and whose reader can walk through the marks; else it is a file of its own.
	Inline bool
	// Still is set for a picture within a page that is one thing, without marks to walk
	// through.
	Still bool
	// Theme is the theme of a file: auto follows the reader's system. Pages have a
	// theme of their own.
	Theme Theme
	// Source is the bundle that a file carries along, to be drawn again from it; empty
	// for none.
	Source string
	// Name keeps the ids of several pictures in one page apart; empty for one.
	Name string
}

// Theme is a choice of colours.
type Theme uint8

const (
	ThemeAuto Theme = iota
	ThemeLight
	ThemeDark
)

// ParseTheme reads auto, light or dark; empty is auto.
func ParseTheme(text string) (Theme, bool) {
	switch text {
	case "", "auto":
		return ThemeAuto, true
	case "light":
		return ThemeLight, true
	case "dark":
		return ThemeDark, true
	}
	return ThemeAuto, false
}

func (o PictureOptions) id(what string) string {
	if o.Name == "" {
		return "np-" + what
	}
	return "np-" + o.Name + "-" + what
}

func (o PictureOptions) names() string { return o.id("title") + " " + o.id("desc") }

// role is that of an image for a file. In a page the marks can be focused one by one,
// which an image as a whole would hide from assistive technology.
func (o PictureOptions) role() string {
	if o.Inline && !o.Still {
		return "group"
	}
	return "img"
}

func (o PictureOptions) focusable(g layout.Group) bool {
	return o.Inline && !o.Still && g.Title != "" && len(g.Shapes) > 0 && (g.Kind == layout.NodeGroup || g.Kind == layout.EdgeGroup || g.Kind == layout.HubGroup || g.Kind == layout.LineGroup || g.Kind == layout.DoorGroup)
}

func viewBox(width, height float64) string {
	return "0 0 " + layout.Number(width) + " " + layout.Number(height)
}

func textAnchor(a layout.Anchor) string {
	return [...]string{layout.Start: "start", layout.Middle: "middle", layout.End: "end"}[a]
}

const pictureFonts = `"Liberation Sans", Arimo, Helvetica, Arial, sans-serif`

// pictureStyle is the style element of a file of its own, its colours resolved.
func pictureStyle(t Theme) string {
	var b strings.Builder
	b.WriteString("<style>")
	light := func(t int) string { return layout.Tokens[t].Light }
	dark := func(t int) string { return layout.Tokens[t].Dark }
	base := light
	if t == ThemeDark {
		base = dark
	}
	b.WriteString(pictureRules(base))
	if t == ThemeAuto {
		b.WriteString("@media screen and (prefers-color-scheme: dark) {\n" + pictureColours(dark) + "}\n")
	}
	b.WriteString("@media print {\n" + pictureColours(printed) + "}\n")
	b.WriteString("</style>")
	return b.String()
}

// printed gives the colour of a token on paper: black on white, which every printer
// has. Lines, heads and symbols tell the kinds of marks apart without colours.
func printed(token int) string {
	switch t := layout.Tokens[token]; t.Name {
	case "canvas", "cluster", "zone", "entity", "allowed-wash", "open-wash", "inferred-fill", "outside-fill", "on-opened", "on-closed":
		return "#ffffff"
	case "hit":
		return t.Light
	}
	return "#000000"
}

// colours resolves the names of tokens.
func colours(value func(token int) string) map[layout.Colour]string {
	m := map[layout.Colour]string{"": "none"}
	for i, t := range layout.Tokens {
		m[t.Name] = value(i)
	}
	return m
}

// pictureRules are the rules for every mark.
func pictureRules(value func(token int) string) string {
	c := colours(value)
	var b strings.Builder
	fmt.Fprintf(&b, "svg.np text { font-family: %s; }\n", pictureFonts)
	fmt.Fprintf(&b, ".p-canvas { fill: %s; }\n", c["canvas"])
	for _, r := range layout.Rules {
		fmt.Fprintf(&b, ".%s { %s", r.Style, paint(r, c))
		if r.StrokeWidth != 0 {
			fmt.Fprintf(&b, " stroke-width: %g; stroke-linejoin: round;", r.StrokeWidth)
		}
		if r.Dash != "" {
			fmt.Fprintf(&b, " stroke-dasharray: %s;", r.Dash)
		}
		if r.RoundCap {
			b.WriteString(" stroke-linecap: round;")
		}
		if r.Font.Size != 0 {
			fmt.Fprintf(&b, " font-size: %gpx;", r.Font.Size)
			if r.Font.Bold {
				b.WriteString(" font-weight: 700;")
			}
		}
		if r.Halo != "" {
			b.WriteString(" stroke-width: 4; stroke-linejoin: round; paint-order: stroke;")
		}
		b.WriteString(" }\n")
	}
	return b.String()
}

// pictureColours are the parts of the rules that another theme changes.
func pictureColours(value func(token int) string) string {
	c := colours(value)
	var b strings.Builder
	fmt.Fprintf(&b, ".p-canvas { fill: %s; }\n", c["canvas"])
	for _, r := range layout.Rules {
		fmt.Fprintf(&b, ".%s { %s }\n", r.Style, paint(r, c))
	}
	return b.String()
}

func paint(r layout.Rule, c map[layout.Colour]string) string {
	s := "fill: " + c[r.Fill] + ";"
	if r.Stroke != "" {
		s += " stroke: " + c[r.Stroke] + ";"
	}
	if r.Halo != "" {
		s += " stroke: " + c[r.Halo] + ";"
	}
	return s
}

// PictureSheet is static/css/picture.css: the same rules for pictures within pages,
// with the page's tokens, and what a reader can do there.
func PictureSheet() string {
	var b strings.Builder
	b.WriteString("/* The looks of pictures within pages. Generated from internal/layout by the test of\n   templates with -update; files of their own carry the same rules. */\n\n")
	own := func(value func(token int) string, indent string) {
		for i, t := range layout.Tokens {
			if pageHas[t.Name] {
				continue
			}
			fmt.Fprintf(&b, "%s--%s: %s;\n", indent, t.Name, value(i))
		}
	}
	light := func(t int) string { return layout.Tokens[t].Light }
	dark := func(t int) string { return layout.Tokens[t].Dark }
	b.WriteString("svg.np {\n")
	own(light, "  ")
	b.WriteString("}\n@media screen and (prefers-color-scheme: dark) {\n  :root:not([data-theme=\"light\"]) svg.np {\n")
	own(dark, "    ")
	b.WriteString("  }\n}\n@media screen {\n  :root[data-theme=\"dark\"] svg.np {\n")
	own(dark, "    ")
	b.WriteString("  }\n}\n@media print {\n  svg.np {\n")
	for i, t := range layout.Tokens {
		fmt.Fprintf(&b, "    --%s: %s;\n", t.Name, printed(i))
	}
	b.WriteString("  }\n}\n\n")
	b.WriteString(pictureRules(func(t int) string { return "var(--" + string(layout.Tokens[t].Name) + ")" }))
	b.WriteString(interactive)
	return b.String()
}

// pageHas are the tokens that pages define; the others belong to pictures alone.
var pageHas = map[layout.Colour]bool{
	"canvas": true, "ink": true, "ink-2": true, "ink-3": true, "allowed": true, "allowed-wash": true, "blocked": true,
	"undefined": true, "response": true, "entity": true, "entity-line": true, "zone": true, "zone-line": true,
	"inferred": true, "inferred-fill": true, "outside": true, "outside-fill": true, "unchanged": true,
	"opened": true, "opened-solid": true, "on-opened": true, "closed": true, "closed-solid": true, "on-closed": true,
}

const interactive = `
svg.np g:focus { outline: none; }
svg.np g:focus-visible { outline: var(--focus-width) solid var(--focus); outline-offset: var(--focus-offset); }
svg.np .edge:hover .p-thin, svg.np .edge:focus .p-thin { stroke-width: 3; }
svg.np .edge:hover .p-thick, svg.np .edge:focus .p-thick { stroke-width: 5; }
svg.np .selected .p-box, svg.np .selected .p-box-dashed, svg.np .selected .p-range { fill: var(--mark); stroke: var(--mark-edge); stroke-width: 2.5; }
svg.np .selected .p-hit { stroke: var(--mark); }
`
