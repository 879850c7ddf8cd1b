package figure

import (
	"fmt"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// growth shows the cells with no policy, with the first, with the first two and so on.
func growth(s Scene) (Figure, bool) {
	policies := s.inForce()
	const most = 9
	if len(policies) == 0 || len(policies) > most {
		return Figure{}, false
	}
	var off []reach.Off
	for _, p := range policies {
		off = append(off, reach.Off{Policy: p.ID})
	}
	var states []*reach.Matrix
	for i := range off {
		states = append(states, reach.Compute(s.Report.Cluster, off[i+1:]...))
	}
	names, step, row, above := 250.0, 42.0, 26.0, 0.0
	if s.Narrow {
		names, step, row, above = 0, min(42, s.width()/float64(len(states))), 44, 18
	}
	var pen layout.Pen
	pen.Begin("growth")
	var said []string
	x := func(i int) float64 { return names + step*(float64(i)+0.5) }
	for i := range states {
		pen.Words(layout.Point{X: x(i), Y: 14}, layout.Middle, layout.Strong, strconv.Itoa(i+1), 0)
	}
	y := 34 + above
	room := s.width()
	if names > 0 {
		room = names - 10
	}
	counts := make([]struct{ open, much int }, len(states))
	needed := 0
	for k := range s.Cells {
		c := &s.Cells[k]
		open, ok := overTime(states, c)
		if !ok {
			continue
		}
		from, to := ends(c)
		pen.Words(layout.Point{X: 0, Y: y + 4 - above}, layout.Start, layout.Plain, fmt.Sprintf("%s → %s %s", from, to, c.PortWords()), room)
		if c.Allowed {
			needed++
		}
		for i, yes := range open {
			pen.Mark(layout.Point{X: x(i), Y: y}, yes)
			if yes && c.Allowed {
				counts[i].open++
			} else if yes {
				counts[i].much++
			}
		}
		y += row
	}
	if y == 34+above {
		return Figure{}, false
	}
	y += 4
	for _, line := range []struct {
		words string
		count func(i int) string
	}{
		{fmt.Sprintf("needed open, of %d", needed), func(i int) string { return strconv.Itoa(counts[i].open) }},
		{"too open", func(i int) string { return strconv.Itoa(counts[i].much) }},
	} {
		pen.Words(layout.Point{X: 0, Y: y - above}, layout.Start, layout.Strong, line.words, room)
		for i := range states {
			pen.Words(layout.Point{X: x(i), Y: y}, layout.Middle, layout.Strong, line.count(i), 0)
		}
		y += 20 + above
	}
	y += 6 - above
	for i, p := range policies {
		with := "with " + p.Name
		if i > 0 {
			with = "and " + p.Name
		}
		pen.Words(layout.Point{X: 0, Y: y}, layout.Start, layout.Quiet, fmt.Sprintf("%d  %s", i+1, with), s.width())
		y += 17
		said = append(said, fmt.Sprintf("%d, %s: needed %d, open %d, too open %d.", i+1, with, needed, counts[i].open, counts[i].much))
	}
	return Figure{Caption: "One policy after the other", Picture: pen.Picture("What is open after each policy", joined(said))}, true
}

// overTime gives whether a cell is open in each of several matrices.
func overTime(states []*reach.Matrix, c *lesson.Cell) (open []bool, ok bool) {
	if c.Explanation == nil || c.Explanation.Port == nil {
		return nil, false
	}
	for _, m := range states {
		x, err := explain.Ask(m, c.From[0], c.To[0], c.Explanation.Port)
		if err != nil {
			return nil, false
		}
		open = append(open, x.Verdict == explain.Allowed || x.Verdict == explain.Undefined && c.Is)
	}
	return open, true
}
