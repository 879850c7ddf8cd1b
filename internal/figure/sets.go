package figure

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
)

// set is some of the pods.
type set struct {
	words string
	holds func(*model.Entity) bool
}

// mostPods is how many pods a part of a set may have to be drawn.
const mostPods = 12

// sets draws the two conditions of the first rule with two as ovals: two entries, of which
// one is enough, or both halves of one entry, which must both fit.
func sets(s Scene) (Figure, bool) {
	p, pair, both := conditions(s)
	if p == nil {
		return Figure{}, false
	}
	regions := [4][]*model.Entity{} // outside, first only, second only, both
	for _, e := range s.Report.Cluster.Entities {
		if !e.IsPod() || e.Origin == model.Inferred || p.Selects(e) {
			continue
		}
		at := 0
		for i := range pair {
			if pair[i].holds(e) {
				at |= 1 << i
			}
		}
		regions[at] = append(regions[at], e)
	}
	in := func(region int) bool {
		if both {
			return region == 3
		}
		return region > 0
	}
	most := 1
	for _, r := range regions {
		most = max(most, len(r))
	}
	if most > mostPods {
		return Figure{}, false
	}
	var pen layout.Pen
	const row = 30.0
	name := 108.0
	part, gap := 140.0, 10.0
	if s.Narrow {
		part, gap, name = 106, 4, 90
	}
	total := 3*part + 2*gap
	pen.Begin("sets")
	height := float64(most)*row + 76
	top := 10 + max(
		pen.Paragraph(layout.Point{X: 0, Y: 14}, layout.Strong, pair[0].words, total/2-8),
		pen.Paragraph(layout.Point{X: total / 2, Y: 14}, layout.Strong, pair[1].words, total/2))
	pen.Oval(layout.Quiet, layout.Rect{X: 0, Y: top, Width: 2*part + gap + 8, Height: height})
	pen.Oval(layout.Quiet, layout.Rect{X: part + gap - 8, Y: top, Width: 2*part + gap + 8, Height: height})
	// The rims of the first lie over the second.
	pen.Oval(layout.Outline, layout.Rect{X: 0, Y: top, Width: 2*part + gap + 8, Height: height})
	places := map[int]float64{1: 8, 3: part + gap, 2: 2*(part+gap) - 8}
	var said []string
	for _, region := range []int{1, 3, 2} {
		y := top + (height-float64(len(regions[region]))*row)/2
		for _, e := range regions[region] {
			draw(&pen, e, layout.Rect{X: places[region] + (part-min(name, part-6))/2, Y: y, Width: min(name, part-6), Height: 24}, in(region))
			y += row
		}
	}
	y := top + height + 26
	if len(regions[0]) > 0 {
		pen.Words(layout.Point{X: 0, Y: y}, layout.Start, layout.Quiet, "in neither", 0)
		x := 70.0
		for _, e := range regions[0] {
			if x+name > total {
				x, y = 70, y+row
			}
			draw(&pen, e, layout.Rect{X: x, Y: y - 16, Width: name, Height: 24}, false)
			x += name + 8
		}
	}
	for i, where := range []string{"in neither", "in the first only", "in the second only", "in both"} {
		if len(regions[i]) > 0 {
			said = append(said, fmt.Sprintf("%s, %s: %s.", capital(where), map[bool]string{true: "let in", false: "not let in"}[in(i)], names(regions[i])))
		}
	}
	caption := "Two entries: one that fits is enough"
	if both {
		caption = "One entry: both halves must fit"
	}
	return Figure{Caption: caption, Picture: pen.Picture(caption, fmt.Sprintf("First: %s. Second: %s. %s", pair[0].words, pair[1].words, joined(said)))}, true
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func draw(pen *layout.Pen, e *model.Entity, r layout.Rect, in bool) {
	tone := layout.No
	if in {
		tone = layout.Yes
	}
	pen.Fill(tone, r, 6)
	pen.Words(layout.Point{X: r.X + r.Width/2, Y: r.Y + 16}, layout.Middle, layout.Plain, e.ID[:strings.Index(e.ID, "/")]+"/"+e.Name, r.Width-8)
}

func names(list []*model.Entity) string {
	var all []string
	for _, e := range list {
		all = append(all, e.Namespace.Name+"/"+e.Name)
	}
	return strings.Join(all, ", ")
}

// conditions gives the two conditions of the first rule that has two, and whether both must
// hold.
func conditions(s Scene) (p *model.Policy, pair [2]set, both bool) {
	for _, p := range s.inForce() {
		for _, r := range p.Rules {
			if r.Direction != model.Ingress {
				continue
			}
			switch {
			case len(r.Peers) == 1 && r.Peers[0].Block == nil && r.Peers[0].Namespaces != nil && !r.Peers[0].Pods.Empty() && !r.Peers[0].Namespaces.Empty():
				e := r.Peers[0]
				return p, [2]set{
					{"pods " + e.Pods.String(), func(x *model.Entity) bool { return e.Pods.Matches(x.Labels) }},
					{"in namespaces " + e.Namespaces.String(), func(x *model.Entity) bool { return e.Namespaces.Matches(x.Namespace.Labels) }},
				}, true
			case len(r.Peers) == 2 && r.Peers[0].Block == nil && r.Peers[1].Block == nil:
				return p, [2]set{entry(p, r.Peers[0]), entry(p, r.Peers[1])}, false
			}
		}
	}
	return nil, pair, false
}

// entry is what one entry of from lets in.
func entry(p *model.Policy, e model.Peer) set {
	words := "pods " + e.Pods.String()
	if e.Pods.Empty() {
		words = "every pod"
	}
	if e.Namespaces == nil {
		words += " of " + p.Namespace.Name
	} else if !e.Namespaces.Empty() {
		words += " in namespaces " + e.Namespaces.String()
	}
	return set{"Entry: " + words, func(x *model.Entity) bool {
		if e.Namespaces == nil && x.Namespace != p.Namespace || e.Namespaces != nil && !e.Namespaces.Matches(x.Namespace.Labels) {
			return false
		}
		return e.Pods.Matches(x.Labels)
	}}
}
