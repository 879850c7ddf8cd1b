package figure

import (
	"fmt"
	"slices"
	"strconv"

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
	named := map[string]string{}
	for _, p := range to.Ports {
		marks = append(marks, int(p.Port))
		named[fmt.Sprint(p.Protocol, p.Port)] = p.Name
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
	gap, left := 12.0, 40.0
	cell := (s.width() - left - gap*float64(len(marks)-1)) / float64(len(marks))
	var pen layout.Pen
	var said []string
	y := 14.0
	for _, protocol := range protocols {
		pen.Begin("ruler")
		pen.Words(layout.Point{X: 0, Y: y + 19}, layout.Start, layout.Strong, protocol.String(), 0)
		x := left
		var through []string
		for i, port := range marks {
			is := open.Contains(protocol, uint16(port))
			pen.Fill(fill(is), layout.Rect{X: x, Y: y, Width: cell, Height: 28}, 3)
			if is {
				pen.Yes(layout.Point{X: x + cell/2, Y: y + 14})
				through = append(through, strconv.Itoa(port))
			}
			pen.Words(layout.Point{X: x + cell/2, Y: y + 43}, layout.Middle, layout.Quiet, strconv.Itoa(port), cell+gap)
			if n := named[fmt.Sprint(protocol, port)]; n != "" {
				pen.Words(layout.Point{X: x + cell/2, Y: y + 58}, layout.Middle, layout.Plain, n, cell+gap)
			}
			x += cell
			if i+1 < len(marks) {
				if next := marks[i+1]; next > port+1 {
					pen.Fill(fill(open.Covers(netset.FromIntervals(netset.Interval{Protocol: protocol, First: uint16(port + 1), Last: uint16(next - 1)}))), layout.Rect{X: x, Y: y + 8, Width: gap, Height: 12}, 0)
				}
				x += gap
			}
		}
		if through == nil {
			through = []string{"none of them"}
		}
		said = append(said, fmt.Sprintf("%s: open are %s.", protocol, list(through)))
		y += 78
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

func list(words []string) string {
	text := ""
	for i, w := range words {
		if i > 0 {
			text += ", "
		}
		text += w
	}
	return text
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
