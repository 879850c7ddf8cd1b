package layout

import (
	"context"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// Picture is a diagram with everything in its place: shapes in groups, from the back
// to the front. What draws it, as SVG or as pixels, only has to go through it.
type Picture struct {
	Width, Height float64
	// Title and Description say what the picture shows to those who don't see it.
	Title, Description string
	Groups             []Group
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
	// From, To and Ports describe an edge.
	From, To, Ports string
	// Title is a sentence about the group; a group with one can be focused.
	Title  string
	Shapes []Shape
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
