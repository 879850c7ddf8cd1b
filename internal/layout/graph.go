package layout

// Direction is the way in which arrows run by default.
type Direction uint8

const (
	LeftToRight Direction = iota
	TopToBottom
)

// Graph is what is to be placed: boxes with sizes, frames around them and arrows.
// Lengths are points. Everything is a number: no text of a user comes here.
type Graph struct {
	Direction        Direction
	NodeSep, RankSep float64 // 0: a good default
	Frames           []Frame
	Boxes            []Box
	Arrows           []Arrow
}

// Frame is a rectangle around boxes and other frames.
type Frame struct {
	Parent int // index of the frame around it, -1 for none; always smaller than its own index
	// TitleWidth and TitleHeight is the room kept at the top for a title: it begins
	// TitleX to the right of the frame's corner and TitleY below it.
	TitleWidth, TitleHeight float64
}

// TitleX and TitleY is where the room for a title begins in its frame.
const TitleX, TitleY = 8, 4

// Box is a node of a fixed size.
type Box struct {
	Frame         int // index of the innermost frame, -1 for none
	Width, Height float64
	// Doors are the heights, from the top, of port cells on the entering side at
	// which arrows may end; where arrows run downwards that side is the top, and doors
	// are so far from the left. Empty: arrows end anywhere on the wall.
	Doors []float64
	// Spread lets arrows meet the entering wall of a box without doors one beside the
	// other rather than all in its middle.
	Spread bool
}

// Arrow runs from one box to another.
type Arrow struct {
	From, To int
	// Door is the index of the door of To that the arrow ends at, -1 for none.
	Door int
	// FromFrame and ToFrame make the arrow begin or end at the edge of a frame that
	// holds the box, -1 for the box itself. A frame that holds the other box too, or
	// not this one, counts as -1.
	FromFrame, ToFrame int
	// LabelWidth and LabelHeight is the room kept for a label; 0 for none.
	LabelWidth, LabelHeight float64
	// Weight above 1 keeps the arrow short and straight; 0 means 1.
	Weight int
	// Loose arrows find their way in the layout that the others shape.
	Loose bool
	// Hidden arrows shape the layout and come back without points.
	Hidden bool
}

// Point is a place; x grows to the right and y downwards, from the top left corner.
type Point struct{ X, Y float64 }

// Rect is a rectangle by its top left corner and size.
type Rect struct{ X, Y, Width, Height float64 }

// Placed is a graph with coordinates: one rectangle a box and a frame, one curve an
// arrow, in the graph's order.
type Placed struct {
	Width, Height float64
	Boxes, Frames []Rect
	Curves        []Curve
	// Simplified is set when Graphviz could not do it in time and our own layout did.
	Simplified bool
}

// Curve is a chain of cubic Bézier segments: a start point, then three points a
// segment. The last point is the arrow's tip. Empty for hidden arrows.
type Curve struct {
	Points []Point
	Label  Point // middle of the label, where the arrow has one
}
