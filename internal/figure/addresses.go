package figure

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// address is one that somebody speaks of, or a pod's.
type address struct {
	at  netip.Addr
	pod string
}

// addresses draws the addresses in their order, and below them the ranges that the policies
// name as brackets over what they cover.
func addresses(s Scene) (Figure, bool) {
	var all []address
	add := func(a address) {
		if a.at.IsValid() && !slices.ContainsFunc(all, func(x address) bool { return x.at == a.at }) {
			all = append(all, a)
		}
	}
	for _, e := range s.Report.Cluster.Entities {
		for _, x := range e.Addrs.Ranges() {
			if e.IsPod() {
				add(address{x.From(), e.Name})
			}
		}
	}
	for i := range s.Cells {
		for _, end := range append(slices.Clone(s.Cells[i].From), s.Cells[i].To...) {
			a, _ := netip.ParseAddr(end)
			add(address{at: a})
		}
	}
	blocks := s.Report.Cluster.Blocks
	if len(all) < 2 || len(all) > 12 || len(blocks) == 0 || len(blocks) > 6 {
		return Figure{}, false
	}
	slices.SortFunc(all, func(a, b address) int { return a.at.Compare(b.at) })
	var pen layout.Pen
	var said []string
	rows, left, step := 34.0, 210.0, 64.0
	if s.Narrow {
		left, step = 130, min(64, 200/float64(len(blocks)))
	}
	pen.Begin("addresses")
	head := 30.0
	for i, a := range all {
		y := head + rows*float64(i)
		r := layout.Rect{Y: y, Width: left - 12, Height: 28}
		if a.pod != "" {
			pen.Box(r, "", "")
			pen.Words(layout.Point{X: r.Width / 2, Y: y + 18}, layout.Middle, layout.Plain, a.pod+"  "+a.at.String(), r.Width-8)
		} else {
			pen.Outside(r, "", "")
			pen.Words(layout.Point{X: r.Width / 2, Y: y + 18}, layout.Middle, layout.Strong, a.at.String(), r.Width-20)
		}
	}
	for k, b := range blocks {
		x := left + step*(float64(k)+0.3)
		pen.Words(layout.Point{X: x, Y: 16}, layout.Middle, layout.Strong, fmt.Sprint(k+1), 0)
		covered, pods := cover(all, b)
		pen.Begin("range")
		first, last := -1, -1
		for i, c := range covered {
			if c != none {
				first, last = cmp.Or(first+1, i+1)-1, i
			}
		}
		for i, c := range covered {
			y := head + rows*float64(i) + 14
			switch c {
			case in:
				pen.Line(layout.Yes, layout.Point{X: x - 12, Y: y}, layout.Point{X: x, Y: y})
				pen.Line(layout.Yes, layout.Point{X: x, Y: y - 14}, layout.Point{X: x, Y: y + 14})
			case hole:
				pen.No(layout.Point{X: x, Y: y})
			}
			if i > first && i <= last && covered[i-1] == in && c == in {
				pen.Line(layout.Yes, layout.Point{X: x, Y: y - rows}, layout.Point{X: x, Y: y})
			}
		}
		said = append(said, about(all, b, covered, pods))
	}
	y := head + rows*float64(len(all)) + 20
	for k, b := range blocks {
		y = pen.Paragraph(layout.Point{X: 0, Y: y}, layout.Plain, fmt.Sprintf("%d  %s: %s", k+1, b.Name, sizeOf(b.Addrs)), s.width())
		if _, pods := cover(all, b); len(pods) > 0 {
			y = pen.Paragraph(layout.Point{X: 18, Y: y}, layout.No, "Pods lie inside: "+strings.Join(pods, ", ")+". Choose them by their labels instead.", s.width()-18)
		}
	}
	return Figure{Caption: "Addresses, and the ranges that policies name", Picture: pen.Picture("Addresses and the ranges over them", joined(said))}, true
}

// What a range does with an address.
const (
	none = iota
	in
	hole
)

func cover(all []address, b *model.Block) (covered []int, pods []string) {
	for _, a := range all {
		switch {
		case b.Addrs.Contains(a.at):
			covered = append(covered, in)
			if a.pod != "" {
				pods = append(pods, a.pod)
			}
		case b.CIDR.Contains(a.at):
			covered = append(covered, hole)
		default:
			covered = append(covered, none)
		}
	}
	return covered, pods
}

func about(all []address, b *model.Block, covered []int, pods []string) string {
	var inside, holes []string
	for i, a := range all {
		switch covered[i] {
		case in:
			inside = append(inside, a.at.String())
		case hole:
			holes = append(holes, a.at.String())
		}
	}
	text := b.Name + " covers "
	if len(inside) == 0 {
		text += "none of them"
	}
	text += strings.Join(inside, ", ")
	if len(holes) > 0 {
		text += ", and leaves out " + strings.Join(holes, ", ")
	}
	if len(pods) > 0 {
		text += "; pods lie inside"
	}
	return text + "."
}

func sizeOf(a netset.Addrs) string {
	if n := a.Size(); n.IsInt64() && n.Int64() == 1 {
		return "one address"
	} else if n.IsInt64() && n.Int64() < 1e9 {
		return fmt.Sprintf("%d addresses", n.Int64())
	}
	return "very many addresses"
}
