package layout

import (
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// stepGroup is the group of a step, without marks, by the contract.
func (a *sequencer) stepGroup(x *diagram.Step) Group {
	g := Group{Kind: EdgeGroup, Classes: "edge request allowed", From: a.s.Actors[x.From].ID, To: a.s.Actors[x.To].ID, Ports: x.Ports.String(), Title: x.Title}
	switch {
	case x.Answer:
		g.Classes = "edge response"
	case x.Ports.IsEmpty() && x.StoppedAt == diagram.NotStopped:
		g.Classes = "edge"
	case x.Ports.IsEmpty():
		g.Classes, g.Ports = "edge blocked", netset.All.String()
	}
	if x.Undefined != "" {
		g.Classes += " undefined"
	}
	if x.Unreached {
		g.Classes += " unreached"
	}
	return g
}

// strokes are the looks of a step.
type strokes struct {
	line, head, text Style
	length, width    float64
}

func (a *sequencer) strokes(x *diagram.Step) strokes {
	s := strokes{styleThin, styleHead, styleLabel, headLength, headWidth}
	switch {
	case x.Unreached && x.Answer:
		a.seen.unreached = true
		s = strokes{styleGoneAnswer, styleGoneHead, styleGoneText, 9, 7.5}
	case x.Unreached && x.Ports.IsEmpty():
		a.seen.unreached = true
		s.line, s.head, s.text = styleGoneStop, styleGoneHead, styleGoneText
	case x.Unreached:
		a.seen.unreached = true
		s.line, s.head, s.text = styleGone, styleGoneHead, styleGoneText
	case x.Answer:
		a.seen.answer = true
		s = strokes{styleAnswer, styleAnswerTip, styleLabel, 9, 7.5}
	case x.Undefined != "":
		a.seen.undefined = true
		s.line, s.head, s.text = styleUndef, styleUndefHead, styleUndefText
	case x.Ports.IsEmpty():
		a.seen.blocked = true
		s.line, s.head, s.text = styleBlocked, styleBlockHead, styleBlockText
	default:
		a.seen.thin = true
	}
	return s
}

func (a *sequencer) paintStep(i int) {
	x := &a.s.Steps[i]
	g, look := a.stepGroup(x), a.strokes(x)
	if x.From == x.To {
		a.paintLoop(&g, i, look)
		a.add(g)
		return
	}
	y := a.y[i]
	from, to, way := a.x[x.From], a.x[x.To], 1.0
	if from > to {
		way = -1
	}
	from, to = from+way*busyWidth/2, to-way*busyWidth/2
	line := func(style Style, start, end float64) {
		g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: style, Path: Path{{Move: true, To: Point{start, y}}, {To: Point{end, y}}}})
	}
	stopped := x.StoppedAt != diagram.NotStopped && x.Undefined == ""
	if stopped {
		at := a.cross(x, from, to, way)
		line(styleHit, from, to)
		line(look.line, from, at)
		a.paintCrossAt(&g, Point{at, y}, x.Unreached)
	} else {
		line(styleHit, from, to)
		line(look.line, from, to-way*(look.length-1))
		g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: look.head, Path: head(Point{to, y}, Point{way, 0}, look.length, look.width)})
	}
	middle := (from + to) / 2
	if a.texts[i] != "" && !x.Answer {
		g.Shapes = append(g.Shapes, text(look.text, a.texts[i], x.Label, middle, y-8))
	}
	for k, words := range a.reasons[i] {
		g.Shapes = append(g.Shapes, text(look.text, words, "", middle, y+22+float64(k)*reasonLine))
	}
	a.add(g)
}

// cross is where a call is stopped: beside the side that does.
func (a *sequencer) cross(x *diagram.Step, from, to, way float64) float64 {
	if x.StoppedAt == diagram.Entering {
		return to - way*stopGap
	}
	return from + way*stopGap
}

func (a *sequencer) paintCrossAt(g *Group, at Point, gone bool) {
	const r, k = 8.5, 3.2
	ring, cross := styleCrossRing, styleCross
	if gone {
		ring, cross = styleGoneRing, styleGone
	}
	g.Shapes = append(g.Shapes,
		Shape{Kind: Circle, Style: ring, At: at, Radius: r},
		Shape{Kind: Line, Style: cross, Path: Path{
			{Move: true, To: Point{at.X - k, at.Y - k}}, {To: Point{at.X + k, at.Y + k}},
			{Move: true, To: Point{at.X + k, at.Y - k}}, {To: Point{at.X - k, at.Y + k}},
		}})
}

// paintLoop draws a call of an actor to another pod of its own.
func (a *sequencer) paintLoop(g *Group, i int, look strokes) {
	x := &a.s.Steps[i]
	left, y := a.x[x.From]+busyWidth/2, a.y[i]
	right := left + loopWidth
	out := Path{
		{Move: true, To: Point{left, y}}, {To: Point{right - 6, y}},
		{Curved: true, A: Point{right, y}, B: Point{right, y}, To: Point{right, y + 6}},
	}
	loop := append(out[:len(out):len(out)],
		Segment{To: Point{right, y + loopHeight - 6}},
		Segment{Curved: true, A: Point{right, y + loopHeight}, B: Point{right, y + loopHeight}, To: Point{right - 6, y + loopHeight}},
		Segment{To: Point{left + look.length - 1, y + loopHeight}})
	g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: styleHit, Path: loop})
	if x.StoppedAt != diagram.NotStopped && x.Undefined == "" {
		g.Shapes = append(g.Shapes, Shape{Kind: Line, Style: look.line, Path: out})
		a.paintCrossAt(g, Point{right, y + loopHeight/2}, x.Unreached)
	} else {
		g.Shapes = append(g.Shapes,
			Shape{Kind: Line, Style: look.line, Path: loop},
			Shape{Kind: Line, Style: look.head, Path: head(Point{left, y + loopHeight}, Point{-1, 0}, look.length, look.width)})
	}
	words := append([]string{a.texts[i]}, a.reasons[i]...)
	for k, word := range words {
		if word == "" || x.Answer {
			continue
		}
		g.Shapes = append(g.Shapes, Shape{Kind: Text, Style: look.text, At: Point{right + 12, y + 4 + float64(k)*reasonLine}, Text: word})
	}
}
