package layout

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// drawing is one picture to look at.
type drawing struct {
	name    string
	diagram *diagram.Diagram
	picture Picture
}

// drawings are the pictures of every scenario of the corpus and every example, both
// ways.
var drawings = sync.OnceValues(func() (list []drawing, err error) {
	e := New(Options{Deadline: 20 * time.Second})
	defer e.Close()
	files, _ := filepath.Glob("../../testdata/corpus/*.txtar")
	examples, _ := filepath.Glob("../../static/examples/*.yaml")
	if len(files) == 0 || len(examples) == 0 {
		return nil, errors.New("nothing to draw")
	}
	for _, file := range append(files, examples...) {
		sources, err := sourcesOf(file)
		if err != nil {
			return nil, err
		}
		r, err := analysis.Run(sources, analysis.Options{})
		if err != nil {
			return nil, err
		}
		for _, down := range []bool{false, true} {
			d := diagram.Build(r.Matrix, diagram.View{Title: "A title", TopToBottom: down, Show: diagram.Show{Responses: diagram.On, Blocked: true, Open: true}})
			p, err := e.Draw(context.Background(), d)
			if err != nil {
				return nil, err
			}
			list = append(list, drawing{fmt.Sprintf("%s, top to bottom %v", filepath.Base(file), down), d, p})
		}
	}
	return list, nil
})

func sourcesOf(file string) (sources []manifest.Source, err error) {
	data, err := os.ReadFile(file)
	if err != nil || filepath.Ext(file) != ".txtar" {
		return []manifest.Source{{Name: file, Data: data}}, err
	}
	for _, f := range txtar.Parse(data).Files {
		if strings.HasSuffix(f.Name, ".yaml") || strings.HasSuffix(f.Name, ".json") {
			sources = append(sources, manifest.Source{Name: f.Name, Data: f.Data})
		}
	}
	return sources, nil
}

func pictures(t *testing.T, see func(t *testing.T, name string, d *diagram.Diagram, p Picture)) {
	t.Helper()
	list, err := drawings()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		see(t, d.name, d.diagram, d.picture)
	}
}

var fonts = func() map[Style]Font {
	m := map[Style]Font{}
	for _, r := range Rules {
		m[r.Style] = r.Font
	}
	return m
}()

// extent is the room of a text in a font that is wider than ours.
func textExtent(s Shape) Rect {
	f := fonts[s.Style]
	w := f.Room(s.Text)
	r := Rect{s.At.X, s.At.Y - f.Size, w, f.Size * 1.3}
	switch s.Anchor {
	case Middle:
		r.X -= w / 2
	case End:
		r.X -= w
	}
	return r
}

func TestEverythingIsOnThePage(t *testing.T) {
	pictures(t, func(t *testing.T, name string, d *diagram.Diagram, p Picture) {
		page := Rect{0, 0, p.Width, p.Height}
		for _, g := range p.Groups {
			for _, s := range g.Shapes {
				var r Rect
				switch s.Kind {
				case Rectangle:
					r = s.Rect
				case Circle:
					r = Rect{s.At.X - s.Radius, s.At.Y - s.Radius, 2 * s.Radius, 2 * s.Radius}
				case Text:
					r = textExtent(s)
				default:
					for _, step := range s.Path {
						if !step.Close && !page.contains(Rect{step.To.X, step.To.Y, 0, 0}) {
							t.Errorf("%s: %s leaves the page of %v at %v", name, s.Style, page, step.To)
						}
					}
					continue
				}
				if !page.contains(r) {
					t.Errorf("%s: %s %q at %v leaves the page of %v", name, s.Style, s.Text, r, page)
				}
			}
		}
	})
}

// Texts of a box stay within it even in the widest fonts.
func TestTextsFitTheirBoxes(t *testing.T) {
	pictures(t, func(t *testing.T, name string, d *diagram.Diagram, p Picture) {
		for _, g := range p.Groups {
			if g.Kind != NodeGroup && g.Kind != HubGroup && g.Kind != DoorGroup {
				continue
			}
			var body Rect
			for _, s := range g.Shapes {
				switch {
				case s.Kind == Line && s.Style == styleRange:
					body = outline(s.Path)
				case s.Kind == Rectangle && (s.Style == styleBox || s.Style == styleBoxDash || s.Style == styleBoxHost || s.Style == stylePill || s.Style == stylePillOpen || s.Style == styleDoor || s.Style == styleEntrance):
					body = s.Rect
				case s.Kind == Text:
					if r := textExtent(s); r.X < body.X-0.5 || r.X+r.Width > body.X+body.Width+0.5 {
						t.Errorf("%s: %q needs %v and has %v", name, s.Text, r, body)
					}
				}
			}
		}
	})
}

// outline is the rectangle around the corners of a path.
func outline(p Path) Rect {
	left, top, right, bottom := p[0].To.X, p[0].To.Y, p[0].To.X, p[0].To.Y
	for _, step := range p {
		if !step.Close {
			left, right = min(left, step.To.X), max(right, step.To.X)
			top, bottom = min(top, step.To.Y), max(bottom, step.To.Y)
		}
	}
	return Rect{left, top, right - left, bottom - top}
}

// The doors of a box stand in its entering wall and on nothing else: not on each other,
// not on its texts and not on the ports in its wall. Every Service that leads to a box
// is there, if only as data.
func TestDoorsKeepApart(t *testing.T) {
	seen := 0
	pictures(t, func(t *testing.T, name string, d *diagram.Diagram, p Picture) {
		var box Rect
		var taken, doors []Rect
		services := map[string]int{}
		for _, g := range p.Groups {
			if g.Kind == NodeGroup || g.Kind == HubGroup {
				taken = nil
				for _, s := range g.Shapes {
					switch {
					case s.Style == styleBox || s.Style == styleBoxDash || s.Style == styleBoxHost:
						box = s.Rect
					case s.Style == styleDoor:
						taken = append(taken, s.Rect)
					case s.Kind == Text:
						taken = append(taken, textExtent(s))
					}
				}
			}
			if g.Kind == EdgeGroup && strings.Contains(g.Classes, "among") {
				for _, s := range g.Shapes {
					if s.Kind == Text {
						for _, r := range doors {
							if overlapping(r, textExtent(s)) {
								t.Errorf("%s: %q stands on a door at %v", name, s.Text, r)
							}
						}
					}
				}
			}
			if g.Kind != DoorGroup {
				continue
			}
			services[g.Service]++
			if g.From != "" || g.To != "" || g.Title == "" || strings.Contains(g.Classes, "node") {
				t.Errorf("%s: the door %q is taken for a box or an arrow", name, g.Title)
			}
			if len(g.Shapes) == 0 {
				continue
			}
			seen++
			r := g.Shapes[0].Rect
			if room := (Rect{box.X - entranceOut, box.Y, box.Width + entranceOut, box.Height}); !room.contains(r) {
				t.Errorf("%s: the door %q at %v leaves its box at %v", name, g.Title, r, box)
			}
			for _, other := range taken {
				if overlapping(r, other) {
					t.Errorf("%s: the door %q at %v stands on %v", name, g.Title, r, other)
				}
			}
			taken, doors = append(taken, r), append(doors, r)
		}
		for _, n := range d.Nodes {
			for _, door := range n.Doors {
				if key := strings.Join(door.Services, " "); key != "" {
					if services[key]--; services[key] < 0 {
						t.Errorf("%s: %s has no door", name, key)
					}
				}
			}
		}
	})
	if seen == 0 {
		t.Error("no door was drawn")
	}
}

// Nothing of the legend and the notes stands on anything else of them, or on the
// picture above.
func TestLegendKeepsApart(t *testing.T) {
	pictures(t, func(t *testing.T, name string, d *diagram.Diagram, p Picture) {
		var texts []Shape
		bottom := 0.0
		for _, g := range p.Groups {
			for _, s := range g.Shapes {
				switch {
				case g.Classes == "legend" || g.Classes == "notes":
					if s.Kind == Text {
						texts = append(texts, s)
					}
				case s.Kind == Rectangle:
					bottom = max(bottom, s.Rect.Y+s.Rect.Height)
				}
			}
		}
		for i, a := range texts {
			if textExtent(a).Y < bottom {
				t.Errorf("%s: %q stands on the picture", name, a.Text)
			}
			for _, b := range texts[:i] {
				if a.Style != styleDoorText && b.Style != styleDoorText && overlapping(textExtent(a), textExtent(b)) {
					t.Errorf("%s: %q and %q overlap", name, a.Text, b.Text)
				}
			}
		}
	})
}

// Every arrow of a diagram is a group with its data, and is drawn unless it is data
// alone or a line of text.
func TestNoArrowIsLost(t *testing.T) {
	pictures(t, func(t *testing.T, name string, d *diagram.Diagram, p Picture) {
		drawn := map[string]int{}
		for _, g := range p.Groups {
			if g.Kind == EdgeGroup && !strings.Contains(g.Classes, "response") {
				drawn[g.From+"→"+g.To+" "+g.Ports]++
				if len(g.Shapes) == 0 && !strings.Contains(g.Classes, "implied") {
					t.Errorf("%s: %q has no marks", name, g.Title)
				}
			}
		}
		for _, e := range d.Edges {
			ports := e.Ports.String()
			if e.Blocked {
				ports = "all"
			}
			key := e.From.ID + "→" + e.To.ID + " " + ports
			if drawn[key]--; drawn[key] < 0 {
				t.Errorf("%s: %q is missing", name, e.Title)
			}
		}
	})
}

// No thin arrow begins where another one ends, or two would look like one.
func TestArrowsBeginApart(t *testing.T) {
	checked := 0
	pictures(t, func(t *testing.T, name string, d *diagram.Diagram, p Picture) {
		var starts, tips []Point
		for _, g := range p.Groups {
			if g.Classes != "edge request allowed" || len(g.Shapes) == 0 || g.Shapes[0].Style != styleHit {
				continue
			}
			path := g.Shapes[0].Path
			starts, tips = append(starts, path[0].To), append(tips, path[len(path)-1].To)
		}
		for i, start := range starts {
			for k, tip := range tips {
				checked++
				if far(start, tip) < 4 {
					t.Errorf("%s: arrow %d begins where arrow %d ends", name, i, k)
				}
			}
		}
	})
	if checked == 0 {
		t.Error("nothing was checked")
	}
}

// The text of a wide arrow stands beside it, not on it.
func TestWideTextsKeepOff(t *testing.T) {
	checked := 0
	pictures(t, func(t *testing.T, name string, d *diagram.Diagram, p Picture) {
		var shafts []Path
		for _, g := range p.Groups {
			for _, s := range g.Shapes {
				if s.Style == styleCore && g.Kind == EdgeGroup {
					shafts = append(shafts, s.Path)
				}
			}
		}
		for _, g := range p.Groups {
			for _, s := range g.Shapes {
				if s.Style != styleWideText {
					continue
				}
				text := textExtent(s)
				text.Y, text.Height = s.At.Y-fonts[s.Style].Size*0.7, fonts[s.Style].Size*0.7 // what all letters have
				for _, shaft := range shafts {
					checked++
					c := Curve{Points: []Point{shaft[0].To}}
					for _, step := range shaft[1:] {
						c.Points = append(c.Points, step.A, step.B, step.To)
					}
					if c.crosses(text) {
						t.Errorf("%s: %q stands on a wide arrow", name, s.Text)
					}
				}
			}
		}
	})
	if checked == 0 {
		t.Error("nothing was checked")
	}
}

// The head of a wide arrow is not under that of another one.
func TestWideHeadsKeepApart(t *testing.T) {
	checked := 0
	pictures(t, func(t *testing.T, name string, d *diagram.Diagram, p Picture) {
		var wide, others []Point
		for _, g := range p.Groups {
			for _, s := range g.Shapes {
				switch {
				case g.Kind != EdgeGroup || len(s.Path) == 0:
				case s.Style == styleWideHead:
					wide = append(wide, s.Path[0].To)
				case s.Style == styleHead:
					others = append(others, s.Path[0].To)
				}
			}
		}
		for _, tip := range wide {
			for _, other := range others {
				checked++
				if far(tip, other) < 8 {
					t.Errorf("%s: a wide arrow and another one end at %v", name, tip)
				}
			}
		}
	})
	if checked == 0 {
		t.Error("nothing was checked")
	}
}

func TestCut(t *testing.T) {
	long := strings.Repeat("very-long-name-", 17)
	for _, f := range []Font{fontName, fontDetail} {
		short := f.Cut(long, 120)
		if f.Room(short) > 120 || !strings.HasPrefix(short, "very") || !strings.HasSuffix(short, "e-") || !strings.Contains(short, "…") {
			t.Errorf("%q is cut to %q", long, short)
		}
		if got := f.Cut("short", 120); got != "short" {
			t.Errorf("a short text is cut to %q", got)
		}
		if got := f.CutEnd("a, b, c, "+long, 60); f.Room(got) > 60 || !strings.HasPrefix(got, "a, b") {
			t.Errorf("a list is cut to %q", got)
		}
	}
	for _, line := range fontNote.Wrap("some words and "+long+" and more", 200) {
		if fontNote.Room(line) > 200 {
			t.Errorf("the line %q is too wide", line)
		}
	}
}
