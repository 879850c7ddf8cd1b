// Package diagram turns a matrix into a picture's content: boxes, frames, hubs and
// arrows, as plain ordered data with stable ids.
//
// The arrows are a cover of the matrix. A frame or a hub stands for a group, and an
// arrow from or to it stands for all its members, so that openness is one arrow and
// not thousands. The cover is exact: expanding the arrows through the members gives
// the matrix back, no more and no less. Where things stand and how they look is
// decided later; nothing here has a coordinate.
package diagram

import (
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// View is what a reader asked to see. The zero value is the usual picture.
type View struct {
	// Title stands above the picture; empty: none.
	Title string
	// Subtitle stands below the title; empty: a sentence about the bundle.
	Subtitle string
	// TopToBottom draws callers above the called instead of to their left.
	TopToBottom bool
	Show        Show
	// Fold says how far the picture is folded; Namespaces are those that stay open
	// when namespaces are.
	Fold       Fold
	Namespaces []string
	// Focus are the ids of the entities that alone are drawn, with what they have
	// connections with. The arrows are exact for these connections and say nothing of
	// any between others; the entities themselves are never folded. Empty: everybody.
	Focus []string
	// Incomplete is set when a document of the bundle could not be read, which the
	// picture then says.
	Incomplete bool
	// OnlyChanges draws what is the same in the matrix that this one is compared with as
	// quietly as can be.
	OnlyChanges bool
	// HideSame leaves out what is the same, and the boxes that nothing of the rest meets.
	HideSame bool
	// Blocked are pairs of entity ids whose connection is drawn although, and
	// because, it is not allowed.
	Blocked []Pair
}

// Show says what is drawn beside the arrows. The zero value leaves it to the picture.
type Show struct {
	// Responses are the answers to requests.
	Responses Switch
	// Blocked draws a cross for every pair of boxes that nothing connects, where no
	// filled lock says so already.
	Blocked bool
	// Open marks every open side, also where no other box has a lock on that side.
	Open bool
}

// ShowWords are the words of ParseShow.
var ShowWords = [...]string{"auto", "responses", "blocked", "open", "none"}

// ParseShow reads a list with commas between of responses, blocked and open, or auto
// or none alone. What a list leaves out is not drawn, but for open sides that the
// picture marks by itself.
func ParseShow(text string) (s Show, ok bool) {
	switch text {
	case "auto", "":
		return Show{}, true
	case "none":
		return Show{Responses: Off}, true
	}
	s.Responses = Off
	for word := range strings.SplitSeq(text, ",") {
		switch strings.TrimSpace(word) {
		case "responses":
			s.Responses = On
		case "blocked":
			s.Blocked = true
		case "open":
			s.Open = true
		default:
			return Show{}, false
		}
	}
	return s, true
}

// Switch is a choice that the picture makes by itself unless it is told.
type Switch uint8

const (
	Auto Switch = iota
	On
	Off
)

// Pair names the two ends of a connection by entity id.
type Pair struct {
	From, To string
	// Ports are those that are asked about; empty: all of them.
	Ports netset.Ports
}

// Diagram is the content of a picture. Everything is in a fixed order.
type Diagram struct {
	Title, Subtitle string
	TopToBottom     bool
	// Responses tells whether answers are drawn beside the thin arrows.
	Responses bool
	Frames    []Frame // a frame comes after the frame around it
	Nodes     []Node
	Hubs      []Hub
	Edges     []Edge
	// Refused are the policies that are not in force, with the code that says why:
	// "shop/db (NP201)".
	Refused []string
	// Notes are sentences that belong below the picture.
	Notes []string
	// Focus says what a picture with a focus is about and leaves out, as the subtitle
	// does; its other boxes may have connections that are not drawn. Empty: no focus.
	Focus string
	// Large is set when more is drawn than a reader can take in; the arrows are
	// exact all the same.
	Large bool
	// Summary is set when the arrows of the cover are left out of the data.
	Summary bool
}

// None stands for no frame and no node where an index is expected.
const None = -1

// FrameKind tells what a frame encloses.
type FrameKind uint8

const (
	ClusterFrame FrameKind = iota
	NamespaceFrame
	// AlikeFrame encloses boxes that every arrow treats alike.
	AlikeFrame
)

// Frame is a rectangle around boxes.
type Frame struct {
	Kind   FrameKind
	Parent int    // None for the outermost
	Name   string // the namespace
	Label  string // as shown
	Title  string // a sentence
	// Inferred is set for a namespace that only a selector speaks of.
	Inferred bool
	// Presence tells of a comparison in which of both the namespace is.
	Presence reach.Presence
	// Lines are what the boxes inside may do among themselves: indices of Edges.
	Lines []int
}

// NodeKind is the shape of a node.
type NodeKind uint8

const (
	Box     NodeKind = iota // a workload, a pod, an inferred pod
	Stack                   // several workloads that are alike
	Range                   // a set of addresses, a node of the cluster
	Pill                    // a group in words
	Nothing                 // the place of a namespace without pods
	Folded                  // a namespace, or several
)

// Node is something that stands at one place.
type Node struct {
	Kind NodeKind
	// ID is the entity's id, or the hub's for a Stack or a Pill.
	ID    string
	Frame int // innermost frame around it, None when it stands outside
	Name  string
	// Detail is the small line below the name.
	Detail string
	Title  string
	// Dashed is set for what only a selector speaks of.
	Dashed bool
	// HostNetwork is set for pods that policies do not reach.
	HostNetwork bool
	// Presence tells of a comparison in which of both the node is.
	Presence reach.Presence
	Sides    [2]Side // by model.Direction
	// Doors are the Services and Ingresses that lead to its pods.
	Doors []Door
	// Lines are what its pods may do among themselves: indices of Edges.
	Lines []int
	// More are further small lines of a folded box, and Within what it holds as data.
	More   []string
	Within Within
	// Open is set for a pill that leaves out whoever has a lock.
	Open bool
	// Dock tells where a pill that concerns the whole picture stands.
	Dock Dock
}

// Within is what a folded box holds: indices of Hubs and Edges.
type Within struct{ Hubs, Edges []int }

// Dock is a place at the edge of the picture.
type Dock uint8

const (
	Inside Dock = iota // wherever the arrows put it
	Before             // where callers from everywhere stand
	Behind             // where everything that is called outside stands
)

// Side is the entering or the leaving side of a box.
type Side struct {
	// Locked is set when some policy keeps something off; Closed when nobody gets
	// through.
	Locked, Closed bool
	// Gate is set on an open side when other boxes have a lock there.
	Gate bool
	// Share is the share of a folded box's workloads that are locked.
	Share float64
	// Policies are the ids of the policies that isolate this side.
	Policies []string
}

// Hub is a group that arrows begin or end at.
type Hub struct {
	ID      string
	Name    string   // in words: "every pod of shop"
	Members []string // entity ids, sorted
	// Open is set when the group leaves out whoever has a lock on that side.
	Open bool
	// Node is the pill or stack that is the hub, None for one at a frame.
	Node int
	// Frame is the frame that the hub is a place at, None for a pill.
	Frame int
}

// Weight is how an arrow is drawn.
type Weight uint8

const (
	Thin  Weight = iota
	Thick        // the same for every box in a frame or group
	Wide         // stops at locks
)

// Place tells where an arrow is shown.
type Place uint8

const (
	Arrow Place = iota
	// Line: a line of text in the box or the frame's title that both ends are.
	Line
	// Sentence: data only, said in one sentence below the picture.
	Sentence
	// Hidden: data only, in a folded box or in the line that stands for it.
	Hidden
)

// Edge is an arrow of the cover, or a connection that is blocked.
type Edge struct {
	From, To End
	Ports    netset.Ports
	Label    string // the ports in words; empty on a wide arrow that means all
	Title    string
	Weight   Weight
	Place    Place
	Blocked  bool
	// Asked is set for a question without an answer, which is no arrow of the cover.
	Asked     bool
	Undefined model.Reason // set when the whole arrow rests on it
	Inferred  bool         // one end is not in the bundle
	// StoppedAt is, for a blocked edge, where it stops; StopText says it. One that
	// closed or went has neither.
	StoppedAt Stop
	StopText  string
	Change    Change
	// Bundle are the edges that a line to or from a folded box stands for; such a line
	// is no arrow of the cover. Who says whom of the boxes it means.
	Bundle               []int
	Who                  string
	PartOfFrom, PartOfTo bool
}

// Stop is the side at which a connection is stopped.
type Stop uint8

const (
	NotStopped Stop = iota
	Leaving
	Entering
	BothSides
)

// End is where an arrow begins or ends.
type End struct {
	ID    string // an entity's id or a hub's
	Node  int    // None when it meets a frame, or nothing drawn
	Frame int    // None when it meets a node
}

// Build gives the picture of a matrix. It is a pure function; the order of the
// bundle's documents does not change its answer.
func Build(m *reach.Matrix, v View) *Diagram {
	if m.Written() != m && !v.OnlyChanges {
		// Everything is open, which is a picture of two arrows; what the policies would
		// close is marked on request.
		m = m.Against(nil)
	}
	s := newSource(m)
	if around := chosen(s.cluster, v.Focus); len(around) > 0 {
		f := readAround(s, around)
		arrows, exact := covered(f, v)
		return draw(f, arrows, exact, v)
	}
	f, ok := read(s)
	if !ok {
		return drawCoarsely(s, v)
	}
	arrows, exact := covered(f, v)
	return draw(f, arrows, exact, v)
}

// drawCoarsely gives the picture of what is too large for a cover.
func drawCoarsely(s source, v View) *Diagram {
	f := outline(s)
	switch {
	case !s.compared():
		return draw(f, f.open(), false, v)
	case v.HideSame:
		return draw(f, nil, false, v)
	}
	return draw(f, f.part(stays).open(), false, v)
}
