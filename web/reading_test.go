package web

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/netpolscope/netpolscope/internal/layout"
)

// The order of a picture's groups, in which it is read aloud and focused, is that of
// the arrows: a box comes before those that it calls, unless the arrow runs back.
func TestReadingOrderFollowsTheFlow(t *testing.T) {
	arrows, back := 0, 0
	for _, d := range allDrawn(t) {
		place := map[string]int{}
		middle := map[string]float64{}
		for i, g := range d.picture.Groups {
			id := g.ID + g.Entity
			if id == "" || len(g.Shapes) == 0 || g.Kind != layout.NodeGroup && g.Kind != layout.HubGroup {
				continue
			}
			if r, ok := extent(g); ok {
				place[id], middle[id] = i, r.X+r.Width/2
				if d.view.TopToBottom {
					middle[id] = r.Y + r.Height/2
				}
			}
		}
		last := -1.0
		for _, g := range d.picture.Groups {
			if g.Kind != layout.EdgeGroup || len(g.Shapes) == 0 || !strings.Contains(g.Classes, "request") {
				continue
			}
			from, ok := place[g.From]
			to, ok2 := place[g.To]
			if !ok || !ok2 || from == to {
				continue
			}
			arrows++
			const column = 30 // boxes of one column are not exactly below each other
			switch {
			case middle[g.From] > middle[g.To]-column:
				back++
			case from > to:
				t.Errorf("%s: %s comes after %s, which it calls", d.name, g.From, g.To)
			}
			if strings.Contains(g.Classes, "open") {
				continue // painted below all others
			}
			if middle[g.From] < last-column {
				t.Errorf("%s: the arrow from %s comes after arrows further on", d.name, g.From)
			}
			last = max(last, middle[g.From])
		}
	}
	if arrows < 300 || back > arrows/2 {
		t.Errorf("of %d arrows between boxes %d run back", arrows, back)
	}
}

// extent is the place of a group's first shape that is a box or a hexagon.
func extent(g layout.Group) (layout.Rect, bool) {
	for _, s := range g.Shapes {
		switch {
		case s.Kind == layout.Rectangle && (strings.HasPrefix(string(s.Style), "p-box") || strings.HasPrefix(string(s.Style), "p-pill")):
			return s.Rect, true
		case s.Style == "p-range":
			first, across := s.Path[0].To, s.Path[3].To
			return layout.Rect{X: first.X, Y: first.Y, Width: across.X - first.X}, true
		}
	}
	return layout.Rect{}, false
}

// Every box and every arrow of a page's picture can be focused and has a sentence as
// its name; the matrix on the same page is its alternative.
func TestMarksHaveSentences(t *testing.T) {
	s := newSite(t)
	for _, target := range []string{"/examples/three-tier-shop", "/examples/one-policy", "/examples/and-or"} {
		page, err := html.Parse(strings.NewReader(s.get(target).body))
		if err != nil {
			t.Fatal(err)
		}
		focusable, alternative := 0, ""
		ids := map[string]bool{}
		for n := range page.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			ids[attribute(n, "id")] = true
			if v := attribute(n, "aria-details"); v != "" {
				alternative = v
			}
			classes := strings.Fields(attribute(n, "class"))
			if n.Data != "g" || len(classes) == 0 || classes[0] != "node" && classes[0] != "edge" || !drawnMark(n) {
				continue
			}
			title := firstTitle(n)
			if attribute(n, "tabindex") != "0" || attribute(n, "role") != "img" {
				t.Errorf("%s: %v (%s) cannot be focused", target, classes, title)
			}
			if !strings.Contains(title, " ") || !strings.HasSuffix(title, ".") {
				t.Errorf("%s: the name of %v is no sentence: %q", target, classes, title)
			}
			focusable++
		}
		if focusable < 5 {
			t.Errorf("%s: only %d marks", target, focusable)
		}
		if alternative != "matrix" || !ids["matrix"] {
			t.Errorf("%s: the picture's alternative is %q", target, alternative)
		}
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// drawnMark reports whether a group has a shape of its own.
func drawnMark(g *html.Node) bool {
	for c := range g.ChildNodes() {
		if c.Type == html.ElementNode && (c.Data == "rect" || c.Data == "path" || c.Data == "circle") {
			return true
		}
	}
	return false
}

func firstTitle(g *html.Node) string {
	for c := range g.ChildNodes() {
		if c.Data == "title" && c.FirstChild != nil {
			return c.FirstChild.Data
		}
	}
	return ""
}
