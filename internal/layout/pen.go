package layout

// Pen draws a picture that is no diagram of a cluster, with the same marks. Whoever holds it
// settles where things stand.
type Pen struct {
	groups []Group
	right  float64
	bottom float64
}

// Tone is what a mark or a text means.
type Tone uint8

const (
	Plain  Tone = iota
	Strong      // of a text: the word that counts
	Quiet
	Yes // allowed
	No  // blocked
	Unsure
	OpenSide
	Outline // the rim of a set, without a fill
)

var penTexts = map[Tone]struct {
	style Style
	font  Font
}{
	Plain: {styleNote, fontNote}, Strong: {styleStrong, fontStrong}, Quiet: {styleDetail, fontDetail},
	Yes: {styleAmong, fontDetail}, No: {styleShutText, fontDetail}, Unsure: {styleUnsure, fontDetail}, OpenSide: {styleWideText, fontLabel},
}

var penFills = map[Tone]Style{Plain: styleBox, Strong: styleWall, Quiet: styleZone, Yes: styleChip, No: styleShut, Unsure: styleBoxHost, OpenSide: styleGate, Outline: styleRail}

var penLines = map[Tone][2]Style{
	Plain: {styleRail, styleGoneHead}, Quiet: {styleGone, styleGoneHead}, Yes: {styleThin, styleHead},
	No: {styleBlocked, styleBlockHead}, Unsure: {styleUndef, styleUndefHead},
}

// Begin starts a group with classes of its own; what is drawn next is in it.
func (p *Pen) Begin(classes string) {
	p.groups = append(p.groups, Group{Kind: Decoration, Classes: classes})
}

func (p *Pen) add(shapes ...Shape) {
	if len(p.groups) == 0 {
		p.Begin("figure")
	}
	g := &p.groups[len(p.groups)-1]
	g.Shapes = append(g.Shapes, shapes...)
}

func (p *Pen) reach(x, y float64) { p.right, p.bottom = max(p.right, x), max(p.bottom, y) }

// Room is the width to keep for a text.
func (p *Pen) Room(tone Tone, text string) float64 { return penTexts[tone].font.Room(text) }

// Words writes one line on its base line, shortened to a width; 0 is any.
func (p *Pen) Words(at Point, anchor Anchor, tone Tone, text string, width float64) {
	look := penTexts[tone]
	short := text
	if width > 0 {
		short = look.font.Cut(text, width)
	}
	p.add(Shape{Kind: Text, Style: look.style, At: at, Anchor: anchor, Text: short, Hint: hint(short, text)})
	room := look.font.Room(short)
	switch anchor {
	case Start:
		p.reach(at.X+room, at.Y+4)
	case Middle:
		p.reach(at.X+room/2, at.Y+4)
	default:
		p.reach(at.X, at.Y+4)
	}
}

// Paragraph writes a sentence in lines of at most a width, the first one's base line at a
// place, and gives the base line below the last.
func (p *Pen) Paragraph(at Point, tone Tone, text string, width float64) float64 {
	for _, line := range penTexts[tone].font.Wrap(text, width) {
		p.Words(at, Start, tone, line, 0)
		at.Y += labelLine
	}
	return at.Y
}

// Fill draws a rectangle.
func (p *Pen) Fill(tone Tone, r Rect, corner float64) {
	p.add(Shape{Kind: Rectangle, Style: penFills[tone], Rect: r, Corner: corner})
	p.reach(r.X+r.Width, r.Y+r.Height)
}

// Box draws a pod with its name and a small line below it.
func (p *Pen) Box(r Rect, name, detail string) {
	p.add(Shape{Kind: Rectangle, Style: styleBox, Rect: r, Corner: boxCorner})
	p.inside(r, name, detail, r.Width-10)
}

// Outside draws an address.
func (p *Pen) Outside(r Rect, name, detail string) {
	p.add(Shape{Kind: Line, Style: styleRange, Path: hexagon(r)})
	p.inside(r, name, detail, r.Width-22)
}

func (p *Pen) inside(r Rect, name, detail string, width float64) {
	x, y := r.X+r.Width/2, r.Y+r.Height/2+4.6
	shown := fontName.Cut(name, width)
	if detail != "" {
		small := fontDetail.Cut(detail, width)
		p.add(text(styleDetail, small, detail, x, y+9))
		y -= 7
	}
	p.add(text(styleName, shown, name, x, y))
	p.reach(r.X+r.Width, r.Y+r.Height)
}

// Zone draws a frame with its name.
func (p *Pen) Zone(r Rect, name string) {
	p.add(Shape{Kind: Rectangle, Style: styleZone, Rect: r, Corner: 10},
		Shape{Kind: Text, Style: styleZoneName, At: Point{r.X + 10, r.Y + 20}, Text: fontFrame.Cut(name, r.Width-16)})
	p.reach(r.X+r.Width, r.Y+r.Height)
}

// Oval draws the rim of a set.
func (p *Pen) Oval(tone Tone, r Rect) {
	const k = 0.5523
	c, rx, ry := Point{r.X + r.Width/2, r.Y + r.Height/2}, r.Width/2, r.Height/2
	p.add(Shape{Kind: Line, Style: penFills[tone], Path: Path{
		{Move: true, To: Point{c.X - rx, c.Y}},
		{Curved: true, A: Point{c.X - rx, c.Y - k*ry}, B: Point{c.X - k*rx, c.Y - ry}, To: Point{c.X, c.Y - ry}},
		{Curved: true, A: Point{c.X + k*rx, c.Y - ry}, B: Point{c.X + rx, c.Y - k*ry}, To: Point{c.X + rx, c.Y}},
		{Curved: true, A: Point{c.X + rx, c.Y + k*ry}, B: Point{c.X + k*rx, c.Y + ry}, To: Point{c.X, c.Y + ry}},
		{Curved: true, A: Point{c.X - k*rx, c.Y + ry}, B: Point{c.X - rx, c.Y + k*ry}, To: Point{c.X - rx, c.Y}},
		{Close: true},
	}})
	p.reach(r.X+r.Width, r.Y+r.Height)
}

// Line draws a line through points.
func (p *Pen) Line(tone Tone, points ...Point) {
	path := Path{{Move: true, To: points[0]}}
	for _, q := range points[1:] {
		path = append(path, Segment{To: q})
		p.reach(q.X, q.Y)
	}
	p.add(Shape{Kind: Line, Style: penLines[tone][0], Path: path})
}

// Arrow draws a straight arrow. One that is blocked ends in a cross.
func (p *Pen) Arrow(tone Tone, from, to Point) {
	if tone == No {
		p.Line(No, from, to)
		p.No(to)
		return
	}
	end := Point{to.X - headLength + 1, to.Y}
	direction := Point{1, 0}
	if to.X == from.X {
		end, direction = Point{to.X, to.Y - headLength + 1}, Point{0, 1}
	}
	p.Line(tone, from, end)
	p.reach(to.X, to.Y)
	p.add(Shape{Kind: Line, Style: penLines[tone][1], Path: head(to, direction, headLength, headWidth)})
}

// Yes and No mark what is allowed and what is not.
func (p *Pen) Yes(at Point) {
	p.add(Shape{Kind: Circle, Style: styleCheckRing, At: at, Radius: 8.5}, Shape{Kind: Line, Style: styleCheck, Path: Path{
		{Move: true, To: Point{at.X - 3.8, at.Y + 0.4}}, {To: Point{at.X - 1, at.Y + 3.2}}, {To: Point{at.X + 4, at.Y - 3}},
	}})
	p.reach(at.X+9, at.Y+9)
}

func (p *Pen) No(at Point) {
	const k = 3.2
	p.add(Shape{Kind: Circle, Style: styleCrossRing, At: at, Radius: 8.5}, Shape{Kind: Line, Style: styleCross, Path: Path{
		{Move: true, To: Point{at.X - k, at.Y - k}}, {To: Point{at.X + k, at.Y + k}},
		{Move: true, To: Point{at.X + k, at.Y - k}}, {To: Point{at.X - k, at.Y + k}},
	}})
	p.reach(at.X+9, at.Y+9)
}

// Mark is Yes or No.
func (p *Pen) Mark(at Point, yes bool) {
	if yes {
		p.Yes(at)
	} else {
		p.No(at)
	}
}

// Gate draws one side of a connection as a door: open, or shut.
func (p *Pen) Gate(at Point, open bool) {
	for _, y := range []float64{at.Y - 27, at.Y + 19} {
		p.Fill(Strong, Rect{at.X - 2, y, 4, 8}, 1)
	}
	if open {
		p.Line(Yes, Point{at.X, at.Y - 18}, Point{at.X + 18, at.Y - 24})
		p.Line(Yes, Point{at.X, at.Y + 18}, Point{at.X + 18, at.Y + 24})
		return
	}
	p.Line(No, Point{at.X, at.Y - 18}, Point{at.X, at.Y + 18})
	p.No(at)
}

// Picture gives what was drawn, with a margin around it.
func (p *Pen) Picture(title, description string) Picture {
	return Picture{Width: p.right + 8, Height: p.bottom + 8, Title: title, Description: description, Groups: p.groups}
}
