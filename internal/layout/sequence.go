package layout

import (
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// Measures of a sequence picture; those of a narrow one come second.
var (
	laneName  = [...]float64{190, 84}  // the widest name of an actor
	laneLabel = [...]float64{230, 84}  // the widest text of a call
	laneStop  = [...]float64{220, 104} // between lanes where a call is stopped
	lanePad   = [...]float64{14, 7}    // in an actor's box, beside its name
	laneGap   = [...]float64{26, 8}    // between boxes
	laneFrame = [...]float64{14, 7}    // from a namespace's frame to the boxes in it
)

const (
	actorHeight = 44.0
	callHeight  = 46.0
	replyHeight = 34.0
	loopWidth   = 30.0
	loopHeight  = 22.0
	reasonLine  = 16.0
	busyWidth   = 8.0
	stopGap     = 26.0 // from the side that stops a call to its cross
)

// Sequence places a sequence and paints it. It needs no Graphviz: actors stand in a
// row, and steps below each other.
func Sequence(s *diagram.Sequence) Picture {
	a := &sequencer{s: s, painter: painter{planner: &planner{d: &diagram.Diagram{Subtitle: s.Subtitle, Notes: s.Notes}}}}
	if s.Narrow {
		a.size = 1
	}
	a.lanes()
	a.rows()
	a.out.Title, a.out.Description = s.Title, a.description()
	a.frame()
	for i := range s.Actors {
		a.paintActor(i)
	}
	for i := range s.Steps {
		a.paintStep(i)
	}
	a.out.Height = a.bottom
	a.footer()
	return a.out
}

// sequencer gives a sequence its shapes. The heading, the legend and the notes are
// those of every picture.
type sequencer struct {
	painter
	s    *diagram.Sequence
	size int // index of the measures
	// names and details are what fits into the boxes; half is half a box's width.
	names, details []string
	half           []float64
	x              []float64 // by actor, the middle of its lane
	y              []float64 // by step
	// texts are the labels that fit, reasons their lines where a call is stopped.
	texts       []string
	reasons     [][]string
	top, bottom float64 // of the actors' boxes, of everything
}

// lanes finds the place of each actor: as far from the one before as their boxes and
// the texts between them need.
func (a *sequencer) lanes() {
	for _, x := range a.s.Actors {
		name := fontName.Cut(x.Name, laneName[a.size])
		width := max(fontName.Room(name), 40)
		room := max(width, min(laneName[a.size], 110))
		detail := x.Detail
		if fontDetail.Room(detail) > room {
			detail, _, _ = strings.Cut(detail, " ×")
			detail = fontDetail.CutEnd(detail, room)
		}
		width = max(width, fontDetail.Room(detail)) + 2*lanePad[a.size]
		if x.Outside {
			width += 2 * lanePad[a.size]
		}
		a.names, a.details, a.half = append(a.names, name), append(a.details, detail), append(a.half, width/2)
	}
	gaps := make([]float64, len(a.s.Actors))
	for i := 1; i < len(gaps); i++ {
		gaps[i] = a.half[i-1] + a.half[i] + laneGap[a.size]
		if before, here := a.s.Actors[i-1].Namespace, a.s.Actors[i].Namespace; before != here {
			if before != "" {
				gaps[i] += laneFrame[a.size]
			}
			if here != "" {
				gaps[i] += laneFrame[a.size]
			}
		}
	}
	for i := range a.s.Steps {
		x := &a.s.Steps[i]
		text := fontLabel.Cut(x.Label, laneLabel[a.size])
		if x.Undefined != "" && text != "" {
			text += " ?"
		} else if x.Undefined != "" {
			text = "?"
		}
		a.texts = append(a.texts, text)
		need := fontLabel.Room(text) + 2*headLength + busyWidth + 6
		if len(x.Reasons) > 0 {
			need = max(need, laneStop[a.size])
		}
		from, to := min(x.From, x.To), max(x.From, x.To)
		if from == to {
			to++
			need = loopWidth + 12 + max(need, a.loopRoom(i))
		}
		if to == len(gaps) {
			continue // the page will be wide enough
		}
		have := 0.0
		for _, gap := range gaps[from+1 : to+1] {
			have += gap
		}
		gaps[to] += max(0, need-have)
	}
	at := pageMargin + a.edge(0)
	if a.s.Narrow {
		at = pageMargin/2 + a.edge(0)
	}
	for i, gap := range gaps {
		at += gap
		if i == 0 {
			at += a.half[0]
		}
		a.x = append(a.x, at)
	}
	last := len(a.x) - 1
	right := a.x[last] + a.half[last] + a.edge(last)
	for i, x := range a.s.Steps {
		if x.From == x.To {
			right = max(right, a.x[x.From]+loopWidth+16+a.loopRoom(i))
		}
	}
	a.out.Width = right + pageMargin
	if a.s.Narrow {
		a.out.Width = right + pageMargin/2
	}
	if least := a.least(); a.out.Width < least {
		shift := (least - a.out.Width) / 2
		for i := range a.x {
			a.x[i] += shift
		}
		a.out.Width = least
	}
}

// loopRoom is the room for the words beside a call of an actor to its own kind.
func (a *sequencer) loopRoom(i int) float64 {
	if len(a.s.Steps[i].Reasons) > 0 {
		return laneStop[a.size]
	}
	return fontLabel.Room(a.texts[i])
}

// least is the width that the heading and the legend want.
func (a *sequencer) least() float64 {
	if a.s.Narrow {
		return 366
	}
	return narrowest
}

// edge is the room that the frame around an actor takes on its outer side.
func (a *sequencer) edge(i int) float64 {
	if a.s.Actors[i].Namespace == "" {
		return 0
	}
	return laneFrame[a.size]
}

// rows finds the height of each step, below the heading and the actors.
func (a *sequencer) rows() {
	y := pageMargin - 4
	var shapes []Shape
	for _, line := range fontSubtitle.Wrap(a.s.Subtitle, a.out.Width-2*pageMargin) {
		y += 16
		shapes = append(shapes, Shape{Kind: Text, Style: styleSubtitle, At: Point{pageMargin, y}, Text: line})
		y += 4
	}
	a.add(Group{Kind: Decoration, Classes: "heading", Shapes: shapes})
	a.top = y + 16
	for _, x := range a.s.Actors {
		if x.Namespace != "" {
			a.top = y + 16 + frameTitle + 12 // below the frames' names
			break
		}
	}
	at := a.top + actorHeight + 6
	for i := range a.s.Steps {
		x := &a.s.Steps[i]
		var reasons []string
		at += callHeight
		if x.Answer {
			at += replyHeight - callHeight
		}
		for _, reason := range x.Reasons {
			reasons = append(reasons, fontLabel.Wrap(reason, a.reasonWidth(x))...)
		}
		a.reasons = append(a.reasons, reasons)
		a.y = append(a.y, at)
		if x.From == x.To {
			at += loopHeight
		}
		at += float64(len(reasons)) * reasonLine
	}
	a.bottom = at + 24
}

// reasonWidth is the room for the words below a call that is stopped.
func (a *sequencer) reasonWidth(x *diagram.Step) float64 {
	width := a.x[max(x.From, x.To)] - a.x[min(x.From, x.To)] - 2*busyWidth - 8
	if x.From == x.To {
		width = laneStop[a.size]
	}
	return max(width, 60)
}

func (a *sequencer) description() string {
	said := []string{a.s.Subtitle}
	for _, x := range a.s.Steps {
		if !x.Answer {
			said = append(said, x.Title)
		}
	}
	return strings.Join(append(said, a.s.Notes...), " ")
}

// frame draws the namespaces behind the actors that stand beside each other, and the
// lanes.
func (a *sequencer) frame() {
	for i := 0; i < len(a.s.Actors); {
		first := &a.s.Actors[i]
		last := i
		for last+1 < len(a.s.Actors) && a.s.Actors[last+1].Namespace == first.Namespace {
			last++
		}
		if first.Namespace != "" {
			left, right := a.x[i]-a.half[i]-laneFrame[a.size], a.x[last]+a.half[last]+laneFrame[a.size]
			top := a.top - frameTitle - 10
			style, caption := styleZone, styleZoneName
			g := Group{Kind: FrameGroup, Classes: "namespace", Namespace: first.Namespace, Title: "Namespace " + first.Label + "."}
			if first.Label != first.Namespace {
				g.Classes += " inferred"
				style, caption = styleZoneDash, styleZoneFaint
			}
			text := fontFrame.Cut(first.Label, right-left-16)
			g.Shapes = []Shape{
				{Kind: Rectangle, Style: style, Rect: Rect{left, top, right - left, a.bottom - top}, Corner: 10},
				{Kind: Text, Style: caption, At: Point{left + 10, top + 20}, Text: text, Hint: hint(text, first.Label)},
			}
			a.add(g)
		}
		i = last + 1
	}
	var lines []Shape
	for _, x := range a.x {
		lines = append(lines, Shape{Kind: Line, Style: styleLane, Path: Path{
			{Move: true, To: Point{x, a.top + actorHeight}}, {To: Point{x, a.bottom - 10}},
		}})
	}
	a.add(Group{Kind: Decoration, Classes: "lanes", Shapes: append(lines, a.bars()...)})
}

// bars show who is busy: from a call that arrives to its answer.
func (a *sequencer) bars() []Shape {
	var shapes []Shape
	bar := func(lane int, from, to float64) {
		shapes = append(shapes, Shape{Kind: Rectangle, Style: styleBusy, Corner: 2, Rect: Rect{a.x[lane] - busyWidth/2, from, busyWidth, to - from}})
	}
	end := a.bottom - 18
	var pending []int
	for i := range a.s.Steps {
		x := &a.s.Steps[i]
		switch {
		case x.Unreached || x.From == x.To:
		case x.Answer:
			at := pending[len(pending)-1]
			pending = pending[:len(pending)-1]
			bar(x.From, a.y[at], a.y[i])
		case !x.Ports.IsEmpty():
			pending = append(pending, i)
		default:
			end = a.y[i] + 10 + float64(len(a.reasons[i]))*reasonLine
		}
	}
	// Those who wait for a call that is stopped wait as far as it is seen.
	for _, i := range pending {
		bar(a.s.Steps[i].To, a.y[i], end)
	}
	if len(a.s.Steps) > 0 && a.s.Steps[0].From != a.s.Steps[0].To {
		last := len(a.s.Steps) - 1
		if x := &a.s.Steps[last]; x.Answer && !x.Unreached {
			end = a.y[last] + 6
		}
		bar(a.s.Steps[0].From, a.y[0]-6, end)
	}
	return shapes
}

func (a *sequencer) paintActor(i int) {
	x := &a.s.Actors[i]
	r := Rect{a.x[i] - a.half[i], a.top, 2 * a.half[i], actorHeight}
	g := Group{Kind: NodeGroup, Classes: "node", Entity: x.ID, Title: x.Title}
	name := styleName
	switch {
	case x.Outside:
		a.seen.outside = true
		g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: styleRange, Path: hexagon(r)})
	case x.Dashed:
		a.seen.inferred = true
		g.Classes += " inferred"
		name = styleNameFaint
		g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: styleBoxDash, Rect: r, Corner: boxCorner})
	default:
		g.Shapes = append(g.Shapes, Shape{Kind: Rectangle, Style: styleBox, Rect: r, Corner: boxCorner})
	}
	if x.HostNetwork {
		g.Classes += " undefined"
	}
	if x.Detail == "" {
		g.Shapes = append(g.Shapes, text(name, a.names[i], x.Name, a.x[i], a.top+actorHeight/2+4.6))
	} else {
		g.Shapes = append(g.Shapes, text(name, a.names[i], x.Name, a.x[i], a.top+19), text(styleDetail, a.details[i], x.Detail, a.x[i], a.top+35))
	}
	a.add(g)
}
