package layout

import (
	"context"
	"math"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// Picture is a diagram with everything in its place: shapes in groups, from the back
// to the front. What draws it, as SVG or as pixels, only has to go through it.
type Picture struct {
	Width, Height float64
	// Title and Description say what the picture shows to those who don't see it.
	Title, Description string
	Groups             []Group
	// Summary is set when the arrows that lines stand for are not in the data.
	Summary bool
	// Simplified is set when our own layout stood in for Graphviz.
	Simplified bool
}

// GroupKind tells what a group of shapes is.
type GroupKind uint8

const (
	Decoration GroupKind = iota // titles, legend, notes
	FrameGroup                  // a namespace
	NodeGroup                   // the box of an entity
	HubGroup                    // a group of entities: a pill, a stack, a place at a frame
	EdgeGroup
	LineGroup // a line that stands for several arrows
	DoorGroup // a Service or an Ingress in front of a box
)

// Group is shapes that are one thing.
type Group struct {
	Kind GroupKind
	// Classes are the words of its class attribute, by the contract.
	Classes string
	// ID is a hub's id; Entity an entity's; Namespace a namespace's name.
	ID, Entity, Namespace string
	// Members are the ids of a hub's entities as a JSON array.
	Members string
	// Service and Ingress are the ids of what a door stands for, with spaces between.
	Service, Ingress string
	// From, To and Ports describe an edge.
	From, To, Ports string
	// Title is a sentence about the group; a group with one can be focused.
	Title  string
	Shapes []Shape
	// Within are groups without marks: the hubs and arrows that this one stands for.
	Within []Group
}

// Shape is one mark. Its Style says how it looks.
type Shape struct {
	Kind  ShapeKind
	Style Style
	// Rect is the place of a Rectangle; Corner rounds it.
	Rect   Rect
	Corner float64
	// At is the middle of a Circle, and where a Text stands on its base line.
	At     Point
	Radius float64
	// Path is the outline of a Path.
	Path Path
	Text string
	// Hint is the whole of a Text that was shortened.
	Hint   string
	Anchor Anchor
}

// ShapeKind is the form of a mark.
type ShapeKind uint8

const (
	Rectangle ShapeKind = iota
	Circle
	Line // a Path that may be filled, open or closed
	Text
)

// Anchor is the part of a text that stands at its place.
type Anchor uint8

const (
	Start Anchor = iota
	Middle
	End
)

// Path is a chain of straight lines and cubic curves.
type Path []Segment

// Segment is one step of a path: to a point, along two control points if Curved.
type Segment struct {
	Move, Curved, Close bool
	A, B, To            Point
}

// Draw places a diagram and paints it. Errors are those of Layout.
func (e *Engine) Draw(ctx context.Context, d *diagram.Diagram) (Picture, error) {
	p := newPlanner(d)
	placed, err := e.Layout(ctx, p.graph)
	if err != nil {
		return Picture{}, err
	}
	return paint(p, placed), nil
}

// Data gives a path as the d attribute of an SVG path.
func (p Path) Data() string {
	b := make([]byte, 0, 24*len(p))
	point := func(q Point) {
		b = append(appendNumber(b, q.X), ' ')
		b = appendNumber(b, q.Y)
	}
	for _, s := range p {
		switch {
		case s.Close:
			b = append(b, 'Z')
		case s.Move:
			b = append(b, 'M')
			point(s.To)
		case s.Curved:
			b = append(b, 'C')
			point(s.A)
			b = append(b, ' ')
			point(s.B)
			b = append(b, ' ')
			point(s.To)
		default:
			b = append(b, 'L')
			point(s.To)
		}
	}
	return string(b)
}

// Number writes a length with as many digits as a reader could see.
func Number(v float64) string { return string(appendNumber(nil, v)) }

func appendNumber(b []byte, v float64) []byte {
	v = math.Round(v*10) / 10
	if v == 0 {
		v = 0 // not minus zero
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}
