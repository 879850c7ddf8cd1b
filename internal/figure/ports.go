package figure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// ports draws for the pod that is called a ruler for each protocol, with what is open to
// the caller. Only ports that somebody speaks of have a place on it.
func ports(s Scene) (Figure, bool) {
	from, to := pair(s)
	if from == nil {
		return Figure{}, false
	}
	open := s.Report.Matrix.Ports(from, to)
	marks := []int{1, 65535}
	protocols := []netset.Protocol{netset.TCP, netset.UDP}
	for i := range s.Cells {
		if x := s.Cells[i].Explanation; x != nil && x.Port != nil {
			marks = append(marks, int(x.Port.Number))
			if x.Port.Protocol == netset.SCTP && len(protocols) == 2 {
				protocols = append(protocols, netset.SCTP)
			}
		}
	}
	for _, p := range to.Ports {
		marks = append(marks, int(p.Port))
	}
	for _, v := range open.Intervals() {
		if v.First > 1 {
			marks = append(marks, int(v.First))
		}
		if v.Last < 65535 {
			marks = append(marks, int(v.Last))
		}
	}
	slices.Sort(marks)
	marks = slices.Compact(marks)
	if len(marks) > 14 {
		return Figure{}, false
	}
	named := func(protocol netset.Protocol, port int) string {
		for _, p := range to.Ports {
			if p.Protocol == protocol && int(p.Port) == port {
				return p.Name
			}
		}
		return ""
	}
	var pen layout.Pen
	var said []string
	for i, protocol := range protocols {
		pen.Begin("ruler")
		ruler{s, &pen, protocol, marks, open, named}.draw(i)
		var through []string
		for _, port := range marks {
			if open.Contains(protocol, uint16(port)) {
				through = append(through, strconv.Itoa(port))
			}
		}
		if through == nil {
			through = []string{"none of them"}
		}
		said = append(said, fmt.Sprintf("%s: open are %s.", protocol, strings.Join(through, ", ")))
	}
	title := fmt.Sprintf("Ports of %s that are open to %s", to.Name, from.Name)
	return Figure{Caption: title, Picture: pen.Picture(title, joined(said))}, true
}

func fill(open bool) layout.Tone {
	if open {
		return layout.Yes
	}
	return layout.Quiet
}

// ruler is the ports of one protocol.
type ruler struct {
	Scene
	*layout.Pen
	protocol netset.Protocol
	marks    []int
	open     netset.Ports
	named    func(netset.Protocol, int) string
}

// draw draws a ruler: across, below those before it, or on a small screen downwards,
// beside them.
func (r ruler) draw(place int) {
	between := func(i int) (bool, bool) {
		if i+1 == len(r.marks) || r.marks[i+1] == r.marks[i]+1 {
			return false, false
		}
		return r.open.Covers(netset.FromIntervals(netset.Interval{Protocol: r.protocol, First: uint16(r.marks[i] + 1), Last: uint16(r.marks[i+1] - 1)})), true
	}
	at := func(x, y float64) layout.Point { return layout.Point{X: x, Y: y} }
	if r.Narrow {
		const row, gap = 30.0, 10.0
		x, y := 56+140*float64(place), 24.0
		r.Words(at(x+30, 14), layout.Middle, layout.Strong, r.protocol.String(), 0)
		for i, port := range r.marks {
			if place == 0 {
				r.Words(at(0, y+19), layout.Start, layout.Quiet, strconv.Itoa(port), 50)
			}
			is := r.open.Contains(r.protocol, uint16(port))
			r.Fill(fill(is), layout.Rect{X: x, Y: y, Width: 60, Height: row - 2}, 3)
			if is {
				r.Yes(at(x+30, y+row/2-1))
			}
			r.Words(at(x+66, y+19), layout.Start, layout.Plain, r.named(r.protocol, port), 70)
			y += row - 2
			if open, ok := between(i); ok {
				r.Fill(fill(open), layout.Rect{X: x + 22, Y: y, Width: 16, Height: gap}, 0)
			}
			y += gap
		}
		return
	}
	const gap, left = 12.0, 40.0
	cell := (r.width() - left - gap*float64(len(r.marks)-1)) / float64(len(r.marks))
	x, y := left, 14+78*float64(place)
	r.Words(at(0, y+19), layout.Start, layout.Strong, r.protocol.String(), 0)
	for i, port := range r.marks {
		is := r.open.Contains(r.protocol, uint16(port))
		r.Fill(fill(is), layout.Rect{X: x, Y: y, Width: cell, Height: 28}, 3)
		if is {
			r.Yes(at(x+cell/2, y+14))
		}
		r.Words(at(x+cell/2, y+43), layout.Middle, layout.Quiet, strconv.Itoa(port), cell+gap)
		r.Words(at(x+cell/2, y+58), layout.Middle, layout.Plain, r.named(r.protocol, port), cell+gap)
		x += cell
		if open, ok := between(i); ok {
			r.Fill(fill(open), layout.Rect{X: x, Y: y + 8, Width: gap, Height: 12}, 0)
			x += gap
		} else {
			x += 2
		}
	}
}

// pair gives the ends of the first cell between two entities.
func pair(s Scene) (from, to *model.Entity) {
	for i := range s.Cells {
		x := s.Cells[i].Explanation
		if x == nil {
			continue
		}
		from, to = s.Report.Cluster.Entity(x.From), s.Report.Cluster.Entity(x.To)
		if from != nil && to != nil && to.IsPod() {
			return from, to
		}
	}
	return nil, nil
}
