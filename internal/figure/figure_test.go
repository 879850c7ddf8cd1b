package figure

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/lesson"
)

var update = flag.Bool("update", false, "write what the figures say into testdata/course.txt")

// scenes are the figures of the course, at the start and with the solution.
func scenes(each func(name, kind string, s Scene)) {
	for _, l := range lesson.Course() {
		start := l.Began()
		for _, p := range l.Pictures {
			if _, ok := drawers[p.Kind]; !ok {
				continue
			}
			for _, narrow := range []bool{false, true} {
				each(fmt.Sprintf("%s %s at the start", l.Name, p.Kind), p.Kind, Scene{l, start, l.Predicted(start), narrow})
				solved := l.Solved()
				each(fmt.Sprintf("%s %s in the end", l.Name, p.Kind), p.Kind, Scene{l, solved, l.Grade(start, solved).Cells, narrow})
			}
		}
	}
}

// What a figure shows it says in words too, for those who do not see it; the words are
// kept, and are the same on every screen.
func TestFiguresSayWhatTheyShow(t *testing.T) {
	said := map[string]string{}
	var b strings.Builder
	scenes(func(name, kind string, s Scene) {
		f, ok := Draw(kind, s)
		text := name + "\n"
		if !ok {
			text += "  nothing to show\n"
		} else {
			text += "  " + f.Picture.Title + ": " + f.Picture.Description + "\n"
		}
		if was, again := said[name]; again {
			if was != text {
				t.Errorf("on a small screen it says otherwise:\n%s%s", was, text)
			}
			return
		}
		said[name] = text
		b.WriteString(text)
	})
	const file = "testdata/course.txt"
	want, err := os.ReadFile(file)
	if *update {
		err = os.WriteFile(file, []byte(b.String()), 0o644)
		want = []byte(b.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got:\n%s\nto accept it: go test ./internal/figure -update", b.String())
	}
}

// Every mark is inside its figure, and a figure fits the screen that it is drawn for.
func TestFiguresFit(t *testing.T) {
	drawn := 0
	scenes(func(name, _ string, s Scene) {
		for kind := range drawers {
			f, ok := Draw(kind, s)
			if !ok {
				continue
			}
			drawn++
			if most := s.width() + 30; f.Picture.Width > most && kind != "name" {
				t.Errorf("%s, %s is %g wide, narrow %v", name, kind, f.Picture.Width, s.Narrow)
			}
			for _, g := range f.Picture.Groups {
				for _, x := range g.Shapes {
					for _, at := range corners(x) {
						if at.X < -1 || at.Y < -1 || at.X > f.Picture.Width || at.Y > f.Picture.Height {
							t.Errorf("%s, %s: %v %q is outside of %g × %g", name, kind, at, x.Text, f.Picture.Width, f.Picture.Height)
						}
					}
				}
			}
		}
	})
	if drawn < 100 {
		t.Errorf("only %d figures were drawn", drawn)
	}
}

func corners(s layout.Shape) (all []layout.Point) {
	switch s.Kind {
	case layout.Rectangle:
		return []layout.Point{{X: s.Rect.X, Y: s.Rect.Y}, {X: s.Rect.X + s.Rect.Width, Y: s.Rect.Y + s.Rect.Height}}
	case layout.Circle:
		return []layout.Point{{X: s.At.X - s.Radius, Y: s.At.Y - s.Radius}, {X: s.At.X + s.Radius, Y: s.At.Y + s.Radius}}
	case layout.Text:
		return []layout.Point{s.At}
	}
	for _, x := range s.Path {
		if !x.Close {
			all = append(all, x.To)
		}
	}
	return all
}

// A figure has an answer for any bundle, be it that there is nothing to draw.
func TestFiguresOfOddBundles(t *testing.T) {
	l := lesson.Course()[0]
	for _, text := range []string{"", "{", "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}, {namespaceSelector: {}}], ports: [{}]}], egress: [{}]}}"} {
		report, err := analysis.Run(l.Sources("", text), analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for kind := range drawers {
			Draw(kind, Scene{Lesson: l, Report: report, Cells: l.Predicted(report)})
			Draw(kind, Scene{Lesson: l, Report: report, Narrow: true})
		}
	}
}
