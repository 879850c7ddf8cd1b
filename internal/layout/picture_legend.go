package layout

import "strings"

// legendSet tells which marks occur in a picture; only those are explained.
type legendSet struct {
	thin, thick, wide, answer, blocked, undefined bool
	locked, closed, gate, door                    bool
	inferred, outside, stack, alike               bool
	partial, folded, unreached                    bool
	opened, shut, same, came, went                bool
	newBox, goneBox                               bool
	service, ingress, host                        bool
	asked                                         bool
}

const (
	legendSample = 44.0
	narrowSample = 18.0
	legendGap    = 26.0
	legendRow    = 28.0
)

// footer writes the legend and the notes below the picture.
func (a *painter) footer() {
	y := a.out.Height + 14
	shapes, bottom := a.legend(y)
	if len(shapes) > 0 {
		a.add(Group{Kind: Decoration, Classes: "legend", Shapes: shapes})
		y = bottom
	}
	notes := a.d.Notes
	if a.out.Simplified {
		notes = append([]string{"Simplified layout: every arrow is drawn, some less neatly than usual."}, notes...)
	}
	var lines []Shape
	for _, n := range notes {
		for _, line := range fontNote.Wrap(n, a.out.Width-2*pageMargin) {
			y += 19
			lines = append(lines, Shape{Kind: Text, Style: styleNote, At: Point{pageMargin, y}, Text: line})
		}
	}
	if len(lines) > 0 {
		y += 6
		a.add(Group{Kind: Decoration, Classes: "notes", Shapes: lines})
	}
	a.out.Height = y + pageMargin/2
}

// legendEntry is a sample of a mark, drawn into a strip at a middle height, and its words.
type legendEntry struct {
	seen  bool
	words string
	width float64 // of the sample
	draw  func(x, y float64) []Shape
}

func (a *painter) legend(top float64) (shapes []Shape, bottom float64) {
	x, y := pageMargin, top+legendRow/2
	limit := a.out.Width - pageMargin
	for _, e := range a.entries() {
		if !e.seen {
			continue
		}
		width := e.width + 8 + fontLegend.Room(e.words)
		if x > pageMargin && x+width > limit {
			x, y = pageMargin, y+legendRow
		}
		shapes = append(shapes, e.draw(x, y)...)
		words := fontLegend.CutEnd(e.words, limit-x-e.width-8)
		shapes = append(shapes, Shape{Kind: Text, Style: styleLegend, At: Point{x + e.width + 8, y + 4.4}, Text: words, Hint: hint(words, e.words)})
		x += width + legendGap
	}
	return shapes, y + legendRow/2
}

func (a *painter) entries() []legendEntry {
	s := a.seen
	locked := "locked: only arrows that touch the box"
	if a.d.Focus != "" {
		locked = "locked: not for everybody"
	}
	sample := func(line, tip Style, length, width float64) func(x, y float64) []Shape {
		return func(x, y float64) []Shape {
			return arrowSample(x, y, line, tip, length, width)
		}
	}
	return []legendEntry{
		{s.thin, "may open a connection", legendSample, sample(styleThin, styleHead, headLength, headWidth)},
		{s.thick, "the same for every box in the frame or group", legendSample, sample(styleThick, styleHead, thickHeadLength, thickHeadWidth)},
		{s.wide, "open to everybody; stops at locks", legendSample, wideSample},
		{s.locked, locked, narrowSample, func(x, y float64) []Shape { return lockSample(x, y, false) }},
		{s.closed, "locked for everybody", narrowSample, func(x, y float64) []Shape { return lockSample(x, y, true) }},
		{s.gate, "open side", narrowSample, gateSample},
		{s.door, "port", legendSample, doorSample},
		{s.service && !s.asked, "Service: its port → the pod's port, which policies see", sampleService.width, sampleService.sample},
		{s.ingress, "Ingress in front of a Service", sampleIngress.width, sampleIngress.sample},
		{s.answer, "answers, on the same connection", legendSample, answerSample},
		{s.blocked, "blocked, and by which side", legendSample, blockedSample},
		{s.opened, "opened", legendSample, changeSample(styleOpened, styleOpenedHead, thickHeadLength, thickHeadWidth, plusSign)},
		{s.shut, "closed", legendSample, changeSample(styleClosed, styleClosedHead, headLength, headWidth, minusSign)},
		{s.same, "unchanged", legendSample, sample(styleGone, styleGoneHead, headLength, headWidth)},
		{s.came, "new with one of its ends", legendSample, sample(styleThin, styleHead, headLength, headWidth)},
		{s.went, "gone with one of its ends", legendSample, sample(styleWent, styleGoneHead, headLength, headWidth)},
		{s.newBox, "new: not there before, nor were its arrows", legendSample, boxSampleWith(styleBoxNew, newSign)},
		{s.goneBox, "gone: not there any more, nor are its arrows", legendSample, boxSampleWith(styleBoxGone, goneSign)},
		{s.unreached, "would have followed", legendSample, sample(styleGone, styleGoneHead, headLength, headWidth)},
		{s.asked, "possible or not?", legendSample, func(x, y float64) []Shape {
			return append(arrowSample(x, y, styleGone, styleGoneHead, headLength, headWidth), questionMark(Point{x + legendSample/2 - 4, y})...)
		}},
		{s.undefined, "left to the network plug-in", legendSample, sample(styleUndef, styleUndefHead, headLength, headWidth)},
		{s.inferred, "not in the bundle: inferred from a selector", legendSample, boxSample(styleBoxDash, boxCorner)},
		{s.host, "on the network of its node: policies do not reach it", legendSample, boxSample(styleBoxHost, boxCorner)},
		{s.outside, "addresses outside the cluster", legendSample, func(x, y float64) []Shape {
			return []Shape{{Kind: Line, Style: styleRange, Path: hexagon(Rect{x + 4, y - 9, 36, 18})}}
		}},
		{s.stack, "workloads that are alike", legendSample, func(x, y float64) []Shape {
			return append(boxSample(styleBehind, 4)(x+3, y-3), boxSample(styleBox, 4)(x, y)...)
		}},
		{s.partial, "for some of them, as counted", legendSample, func(x, y float64) []Shape {
			return append(arrowSample(x, y, styleThin, styleHollow, headLength, headWidth), Shape{Kind: Circle, Style: styleHollow, At: Point{x + 4, y}, Radius: 4})
		}},
		{s.folded, "folded namespaces", legendSample, func(x, y float64) []Shape {
			return append(boxSample(styleBehind, 4)(x+3, y-3), boxSample(styleBox, 4)(x, y)...)
		}},
		{s.alike, "boxes that are alike", legendSample, boxSample(styleAlike, boxCorner)},
		{len(a.d.Refused) > 0, "not in force: " + strings.Join(a.d.Refused, ", "), legendSample, voidSample},
	}
}

// voidSample is a policy without force: hatched and struck through.
func voidSample(x, y float64) []Shape {
	r := Rect{x + 4, y - 9, 36, 18}
	var hatch Path
	for at := r.X + 6; at < r.X+r.Width+r.Height-6; at += 6 {
		low, high := max(r.X, at-r.Height), min(at, r.X+r.Width)
		hatch = append(hatch, Segment{Move: true, To: Point{low, r.Y + at - low}}, Segment{To: Point{high, r.Y + at - high}})
	}
	return []Shape{
		{Kind: Rectangle, Style: styleVoid, Rect: r, Corner: 2},
		{Kind: Line, Style: styleVoidLine, Path: hatch},
		{Kind: Rectangle, Style: styleWall, Rect: Rect{r.X - 4, y - 1.25, r.Width + 8, 2.5}, Corner: 1},
	}
}

func arrowSample(x, y float64, line, tip Style, length, width float64) []Shape {
	end := Point{x + legendSample, y}
	return []Shape{
		{Kind: Line, Style: line, Path: Path{{Move: true, To: Point{x, y}}, {To: Point{end.X - length + 1, y}}}},
		{Kind: Line, Style: tip, Path: head(end, Point{1, 0}, length, width)},
	}
}

func wideSample(x, y float64) []Shape {
	shaft := Path{{Move: true, To: Point{x, y}}, {To: Point{x + legendSample - wideHeadLength + 1, y}}}
	return []Shape{
		{Kind: Line, Style: styleRim, Path: shaft},
		{Kind: Line, Style: styleCore, Path: shaft},
		{Kind: Line, Style: styleWideHead, Path: head(Point{x + legendSample, y}, Point{1, 0}, wideHeadLength, wideHeadWidth)},
	}
}

func lockSample(x, y float64, full bool) []Shape {
	c := Point{x + narrowSample/2, y - 3}
	wall := Shape{Kind: Rectangle, Style: styleWall, Corner: 2, Rect: Rect{c.X - wallWidth/2, c.Y, wallWidth, 16}}
	return append([]Shape{wall}, lockShapes(c, full)...)
}

func gateSample(x, y float64) []Shape {
	return []Shape{{
		Kind: Rectangle, Style: styleGate, Corner: gateWidth / 2,
		Rect: Rect{x + narrowSample/2 - gateWidth/2, y - gateHeight/2, gateWidth, gateHeight},
	}}
}

func doorSample(x, y float64) []Shape {
	return []Shape{
		{Kind: Rectangle, Style: styleDoor, Rect: Rect{x + 6, y - 9, 32, 18}, Corner: 4},
		text(styleDoorText, "80", "", x+22, y+4.2),
	}
}

func answerSample(x, y float64) []Shape {
	return []Shape{
		{Kind: Line, Style: styleAnswer, Path: Path{{Move: true, To: Point{x + legendSample, y}}, {To: Point{x + 9, y}}}},
		{Kind: Line, Style: styleAnswerTip, Path: head(Point{x, y}, Point{-1, 0}, 9, 7.5)},
	}
}

func blockedSample(x, y float64) []Shape {
	c, k := Point{x + legendSample/2, y}, 3.2
	return []Shape{
		{Kind: Line, Style: styleBlocked, Path: Path{{Move: true, To: Point{x, y}}, {To: Point{x + legendSample, y}}}},
		{Kind: Circle, Style: styleCrossRing, At: c, Radius: 7.5},
		{Kind: Line, Style: styleCross, Path: Path{
			{Move: true, To: Point{c.X - k, c.Y - k}}, {To: Point{c.X + k, c.Y + k}},
			{Move: true, To: Point{c.X + k, c.Y - k}}, {To: Point{c.X - k, c.Y + k}},
		}},
	}
}

func boxSample(style Style, corner float64) func(x, y float64) []Shape {
	return func(x, y float64) []Shape {
		return []Shape{{Kind: Rectangle, Style: style, Rect: Rect{x + 4, y - 9, 36, 18}, Corner: corner}}
	}
}
