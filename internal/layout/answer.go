package layout

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// errArrowMissing is an answer without some arrow: Graphviz drops arrows in silence
// where clusters and labels leave a spline no way. Another style may find one.
var errArrowMissing = errors.New("graphviz left out an arrow")

// answer is what we read of Graphviz's json0.
type answer struct {
	Box     string `json:"bb"`
	Objects []struct {
		Name string `json:"name"`
		Box  string `json:"bb"`
		Pos  string `json:"pos"`
	} `json:"objects"`
	Edges []struct {
		ID    string `json:"id"`
		Pos   string `json:"pos"`
		Label string `json:"lp"`
	} `json:"edges"`
}

// readAnswer checks that everything came back and turns it into our coordinates. Box
// sizes are ours; Graphviz rounds its own.
func readAnswer(t *tree, p plan, text []byte) (Placed, error) {
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return Placed{}, fmt.Errorf("read graphviz's answer: %w", err)
	}
	r := &reader{t: t, p: p, placed: Placed{
		Boxes:  make([]Rect, len(t.g.Boxes)),
		Frames: make([]Rect, len(t.g.Frames)),
		Curves: make([]Curve, len(t.g.Arrows)),
	}}
	found := 0
	for _, o := range a.Objects {
		ok, err := r.object(o.Name, o.Box, o.Pos)
		if err != nil {
			return Placed{}, err
		}
		if ok {
			found++
		}
	}
	if found != len(t.g.Boxes)+len(t.g.Frames) {
		return Placed{}, fmt.Errorf("graphviz gave %d of %d boxes and frames", found, len(t.g.Boxes)+len(t.g.Frames))
	}
	for _, e := range a.Edges {
		if err := r.edge(e.ID, e.Pos, e.Label); err != nil {
			return Placed{}, err
		}
	}
	return r.finish()
}

type reader struct {
	t      *tree
	p      plan
	placed Placed
}

// object reads a node or a cluster; false for those that are only ours.
func (r *reader) object(name, box, pos string) (bool, error) {
	if i, ok := number(name, "cluster_f", len(r.placed.Frames)); ok {
		v, err := floats(box, 4)
		if err != nil {
			return false, err
		}
		r.placed.Frames[i] = Rect{v[0] - frameAir, -v[3], v[2] - v[0] + 2*frameAir, v[3] - v[1]}
		return true, nil
	}
	if i, ok := number(name, "n", len(r.placed.Boxes)); ok {
		v, err := floats(pos, 2)
		if err != nil {
			return false, err
		}
		b := r.t.g.Boxes[i]
		r.placed.Boxes[i] = Rect{v[0] - b.Width/2, -v[1] - b.Height/2, b.Width, b.Height}
		return true, nil
	}
	return false, nil
}

// edge reads an arrow; it runs the other way where we wrote it so.
func (r *reader) edge(id, pos, label string) error {
	i, ok := number(id, "", len(r.placed.Curves))
	if !ok || r.t.g.Arrows[i].Hidden || pos == "" {
		return nil
	}
	curve := &r.placed.Curves[i]
	// Some arrows come twice, with a semicolon between. One that comes in unlike pieces
	// counts as missing.
	pos, more, _ := strings.Cut(pos, ";")
	for piece := range strings.SplitSeq(more, ";") {
		if piece != "" && piece != pos {
			return nil
		}
	}
	for pair := range strings.FieldsSeq(pos) {
		v, err := floats(pair, 2)
		if err != nil {
			return err
		}
		curve.Points = append(curve.Points, Point{v[0], -v[1]})
	}
	if r.p.flip[i] {
		reverse(curve.Points)
	}
	if labelled(r.t.g.Arrows[i]) {
		v, err := floats(label, 2)
		if err != nil {
			return err
		}
		curve.Label = Point{v[0], -v[1]}
	}
	return nil
}

// finish checks the arrows, ends them at frames and doors, and moves the picture to
// the origin.
func (r *reader) finish() (Placed, error) {
	for i, a := range r.t.g.Arrows {
		if a.Hidden {
			continue
		}
		points := r.placed.Curves[i].Points
		if len(points) < 4 || len(points)%3 != 1 {
			return Placed{}, errArrowMissing
		}
		from, to := r.placed.Boxes[r.p.from[i]], r.placed.Boxes[r.p.to[i]]
		if !joins(points, from, to) {
			// Graphviz gives some arrows between boxes of one column backwards.
			if reverse(points); !joins(points, from, to) {
				return Placed{}, errArrowMissing
			}
		}
		if r.p.door(i, a) {
			points[len(points)-1] = doorPoint(r.t.g, r.placed, a)
		}
		r.placed.Curves[i].Points = clipEnds(r.t, r.placed, a, points)
		if labelled(a) {
			nearLabel(&r.placed.Curves[i], a)
		}
	}
	if err := enclosed(r.t.g, r.placed); err != nil {
		return Placed{}, err
	}
	return toOrigin(r.t.g, r.placed), nil
}

// joins says whether a curve runs from one box to the other, but for rounding.
func joins(points []Point, from, to Rect) bool {
	const near = 3
	return from.distance(points[0]) <= near && to.distance(points[len(points)-1]) <= near
}

// enclosed checks that frames hold what is in them.
func enclosed(g Graph, placed Placed) error {
	for i, b := range g.Boxes {
		if b.Frame >= 0 && !placed.Frames[b.Frame].contains(placed.Boxes[i]) {
			return fmt.Errorf("graphviz put box %d out of its frame", i)
		}
	}
	for i, f := range g.Frames {
		if f.Parent >= 0 && !placed.Frames[f.Parent].contains(placed.Frames[i]) {
			return fmt.Errorf("graphviz put frame %d out of its frame", i)
		}
	}
	return nil
}

// number reads names like n12, which are counted from 1.
func number(name, prefix string, count int) (int, bool) {
	digits, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n - 1, err == nil && n >= 1 && n <= count
}

// floats reads numbers with commas between them, all of which must be finite.
func floats(text string, count int) ([]float64, error) {
	parts := strings.Split(text, ",")
	if len(parts) != count {
		return nil, fmt.Errorf("graphviz gave %d numbers for %d", len(parts), count)
	}
	values := make([]float64, count)
	for i, part := range parts {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errors.New("graphviz gave something that is no number")
		}
		values[i] = v
	}
	return values, nil
}
