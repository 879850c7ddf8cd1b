package layout

import (
	"math"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// Measures of a picture.
const (
	boxPadding  = 11.0
	boxHeight   = 46.0
	labelLine   = 16.0 // one more line of text on an arrow
	boxLine     = 17.0 // one more line of text in a box
	widestName  = 300.0
	doorHeight  = 20.0
	doorStep    = 25.0
	doorOverlap = 7.0 // of a door with the box behind it
	pillPadding = 17.0
	stubHeight  = 26.0
	chipHeight  = 19.0
	frameTitle  = 22.0
	// Up to this many thin arrows carry their ports as labels; more are told by doors.
	mostLabels = 12
)

// planner turns a diagram into a graph of sizes, and remembers what is what.
type planner struct {
	d     *diagram.Diagram
	graph Graph
	// doors tells that ports are cells in the walls of the called boxes.
	doors  bool
	nodes  []nodePlan
	labels []label // by edge
	// box and arrow give the index in the graph of a node and an edge, -1 for those
	// that are placed by us.
	box, arrow []int
}

// nodePlan is a node's texts, measured.
type nodePlan struct {
	name, detail string
	lines        []string // what its pods may do among themselves
	width        float64  // without doors
	height       float64
	doorWidth    float64 // what doors add on the left
	doors        []door
	entrances    []entrance // Services and Ingresses
	hall         float64    // the height that entrances take, at the bottom
	behind       float64    // what a stack shows of the boxes behind it, above and to the right
}

// door is a port cell in the wall of a box.
type door struct {
	text  string
	whole string // of what text may be short
	width float64
	at    float64 // middle, from the top of the box
}

func newPlanner(d *diagram.Diagram) *planner {
	p := &planner{d: d, box: make([]int, len(d.Nodes)), arrow: make([]int, len(d.Edges))}
	if d.TopToBottom {
		p.graph.Direction = TopToBottom
	}
	thin := 0
	for _, e := range d.Edges {
		if e.Place == diagram.Arrow && e.Weight != diagram.Wide && !e.Blocked && !e.Change.IsChange() && e.Bundle == nil {
			thin++
		}
	}
	p.doors = thin > mostLabels && !d.TopToBottom
	p.frames()
	p.nodes = make([]nodePlan, len(d.Nodes))
	for i := range d.Nodes {
		p.nodes[i] = p.measure(i)
	}
	p.labels = make([]label, len(d.Edges))
	for i := range d.Edges {
		if d.Edges[i].Place == diagram.Arrow {
			p.labels[i] = p.labelOf(&d.Edges[i])
		}
	}
	p.boxes()
	p.arrows()
	return p
}

func (p *planner) frames() {
	for _, f := range p.d.Frames {
		frame := Frame{Parent: f.Parent}
		if f.Label != "" || len(f.Lines) > 0 {
			frame.TitleWidth = 2 * titlePadding
			frame.TitleHeight = frameTitle
		}
		if f.Label != "" {
			font := fontFrame
			if f.Kind == diagram.ClusterFrame {
				font = fontCluster
			}
			frame.TitleWidth += min(font.Room(f.Label), widestName)
			// Arrows from above come down in the middle, which a short title leaves free.
			if room := font.Room(f.Label); p.d.TopToBottom && f.Kind == diagram.NamespaceFrame && room <= widestBeside {
				frame.TitleWidth = 2*(room+titlePadding) + titlePadding
			}
		}
		for _, line := range f.Lines {
			frame.TitleWidth += chipGap + p.chipWidth(line)
		}
		p.graph.Frames = append(p.graph.Frames, frame)
	}
}

const titlePadding, chipGap = 14.0, 10.0

// widestBeside is the title that a frame is widened for, to twice as much.
const widestBeside = 110.0

// askRoom is what a question mark wants of its arrow.
const askRoom = 52.0

func (p *planner) chipWidth(edge int) float64 {
	return fontDetail.Room(amongWords(p.d.Edges[edge])) + 30
}

func amongWords(e diagram.Edge) string { return "each other: " + short(e.Label) }

// short cuts a label that would need more room than the picture around it.
func short(label string) string { return fontLabel.CutEnd(label, 230) }

// measure gives a node its size.
func (p *planner) measure(i int) nodePlan {
	n := &p.d.Nodes[i]
	switch n.Kind {
	case diagram.Pill:
		m := nodePlan{name: fontName.Cut(n.Name, widestName), detail: n.Detail, height: boxHeight}
		m.width = max(fontName.Room(m.name), fontDetail.Room(m.detail)) + 2*pillPadding
		if n.Detail == "" {
			m.name = fontDetail.Cut(n.Name, widestName)
			m.width, m.height = fontDetail.Room(m.name)+2*boxPadding, stubHeight
		}
		return m
	case diagram.Range:
		m := nodePlan{name: fontName.Cut(n.Name, widestName), detail: n.Detail, height: 36}
		if n.Detail != "" {
			m.height = boxHeight
		}
		m.width = max(fontName.Room(m.name), fontDetail.Room(m.detail)) + 2*pillPadding
		p.addDoors(i, &m)
		return m
	case diagram.Nothing:
		return nodePlan{detail: n.Name, width: fontDetail.Room(n.Name) + 2*boxPadding, height: 30}
	}
	m := nodePlan{name: fontName.Cut(n.Name, widestName), height: boxHeight}
	width := fontName.Room(m.name)
	if n.Kind == diagram.Stack || n.Kind == diagram.Folded {
		m.behind = 6
		m.detail = fontDetail.CutEnd(n.Detail, max(width, 170))
	} else {
		m.detail = fontDetail.Cut(n.Detail, widestName)
	}
	width = max(width, fontDetail.Room(m.detail))
	for _, line := range n.More {
		m.height += boxLine
		width = max(width, fontDetail.Room(line))
	}
	for _, e := range n.Lines {
		line := amongWords(p.d.Edges[e])
		m.lines = append(m.lines, line)
		m.height += boxLine
		width = max(width, fontDetail.Room(line)+16)
	}
	m.width = width + 2*boxPadding
	m.addEntrances(n.Doors)
	p.addDoors(i, &m)
	return m
}

// addDoors gives a node a door for every set of ports that arrows bring to it.
func (p *planner) addDoors(node int, m *nodePlan) {
	if !p.doors {
		return
	}
	for i := range p.d.Edges {
		if e := &p.d.Edges[i]; e.To.Node == node && p.hasDoor(e) {
			whole := diagram.DoorWords(e.Ports)
			if !slices.ContainsFunc(m.doors, func(d door) bool { return d.whole == whole }) {
				text := fontDoor.CutEnd(whole, 150)
				m.doors = append(m.doors, door{text: text, whole: whole, width: fontDoor.Room(text) + 12})
			}
		}
	}
	n := float64(len(m.doors))
	m.height = max(m.height, n*doorStep+8+m.hall)
	for i := range m.doors {
		m.doors[i].at = m.behind + (m.height-m.hall)/2 + (float64(i)-(n-1)/2)*doorStep
		m.doorWidth = max(m.doorWidth, m.doors[i].width-doorOverlap)
	}
}

// hasDoor reports whether an edge ends at a door rather than carrying a label.
func (p *planner) hasDoor(e *diagram.Edge) bool {
	if !p.doors || e.Change.IsChange() || e.Place != diagram.Arrow || e.Weight == diagram.Wide || e.Blocked || e.Bundle != nil || e.To.Node == diagram.None {
		return false
	}
	kind := p.d.Nodes[e.To.Node].Kind
	return kind == diagram.Box || kind == diagram.Stack
}

// docked reports whether an edge runs between a pill at the picture's edge and the
// outermost frame, which we place ourselves: given to Graphviz, such a pill lands
// above, below or in a corner.
func (p *planner) docked(e *diagram.Edge) bool {
	pill := func(end diagram.End) bool {
		return end.Node != diagram.None && p.d.Nodes[end.Node].Dock != diagram.Inside
	}
	return pill(e.From) && e.To.Frame == 0 || pill(e.To) && e.From.Frame == 0
}

func (p *planner) boxes() {
	needed := make([]bool, len(p.d.Nodes))
	for i := range p.d.Nodes {
		needed[i] = p.d.Nodes[i].Dock == diagram.Inside
	}
	for i := range p.d.Edges {
		if e := &p.d.Edges[i]; e.Place == diagram.Arrow && !p.docked(e) {
			for _, end := range []diagram.End{e.From, e.To} {
				if end.Node != diagram.None {
					needed[end.Node] = true
				}
			}
		}
	}
	for i := range p.d.Nodes {
		p.box[i] = -1
		if !needed[i] {
			continue
		}
		m := &p.nodes[i]
		b := Box{Frame: p.d.Nodes[i].Frame, Width: m.width + m.doorWidth + m.behind, Height: m.height + m.behind}
		b.Spread = p.d.Nodes[i].Kind == diagram.Folded || p.mixed(i)
		for _, d := range m.doors {
			b.Doors = append(b.Doors, d.at)
		}
		p.box[i] = len(p.graph.Boxes)
		p.graph.Boxes = append(p.graph.Boxes, b)
	}
}

// mixed reports whether a wide arrow and another one end at a node: one head would hide
// the other.
func (p *planner) mixed(node int) bool {
	wide, other := false, false
	for i := range p.d.Edges {
		if e := &p.d.Edges[i]; e.To.Node == node && e.Place == diagram.Arrow && !p.docked(e) {
			wide = wide || e.Weight == diagram.Wide
			other = other || e.Weight != diagram.Wide
		}
	}
	return wide && other
}

func (p *planner) arrows() {
	inside := p.firstBoxes()
	for i := range p.d.Edges {
		e := &p.d.Edges[i]
		p.arrow[i] = -1
		if e.Place != diagram.Arrow || p.docked(e) {
			continue
		}
		a := Arrow{Door: -1, FromFrame: -1, ToFrame: -1, Weight: 2}
		if e.From.Node != diagram.None {
			a.From = p.box[e.From.Node]
		} else {
			a.From, a.FromFrame = inside[e.From.Frame], e.From.Frame
		}
		if e.To.Node != diagram.None {
			a.To = p.box[e.To.Node]
		} else {
			a.To, a.ToFrame = inside[e.To.Frame], e.To.Frame
		}
		if a.From < 0 || a.To < 0 {
			continue // an empty frame has no place for an arrow; frames never are
		}
		switch {
		case e.Asked:
			a.LabelWidth, a.LabelHeight = askRoom, labelLine/2
		case e.Blocked:
			a.Weight, a.Loose = 1, true
		case p.hasDoor(e):
			whole := diagram.DoorWords(e.Ports)
			a.Door = slices.IndexFunc(p.nodes[e.To.Node].doors, func(d door) bool { return d.whole == whole })
		}
		if l := p.labels[i]; l.text != "" {
			a.LabelWidth, a.LabelHeight = math.Ceil(l.width)+8, l.height+2
		}
		p.arrow[i] = len(p.graph.Arrows)
		p.graph.Arrows = append(p.graph.Arrows, a)
	}
}

// firstBoxes gives a box within each frame, for arrows that meet the frame's edge.
func (p *planner) firstBoxes() []int {
	first := make([]int, len(p.graph.Frames))
	for i := range first {
		first[i] = -1
	}
	for i, b := range p.graph.Boxes {
		for f := b.Frame; f >= 0; f = p.graph.Frames[f].Parent {
			if first[f] < 0 {
				first[f] = i
			}
		}
	}
	return first
}
