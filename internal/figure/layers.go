package figure

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// layers draws a row for each connection, with a sheet for every policy whose rules let it
// in. One sheet is enough; where there is none the cell stays closed.
func layers(s Scene) (Figure, bool) {
	policies := s.inForce()
	const most = 5
	if len(policies) == 0 || len(policies) > most {
		return Figure{}, false
	}
	f := Figure{Caption: "One sheet for each policy; what one lets in, no other takes back"}
	label, cell, above := 250.0, 300.0, 0.0
	if s.Narrow {
		label, cell, above = 0, s.width(), 20
	}
	part := cell / float64(len(policies))
	var pen layout.Pen
	var said []string
	type row struct {
		words  string
		grants []bool
	}
	var list []row
	for i := range s.Cells {
		c := &s.Cells[i]
		x := c.Explanation
		if x == nil || x.Port == nil || x.Egress.Verdict == explain.Blocked {
			continue
		}
		from, to := s.Report.Cluster.Entity(x.From), s.Report.Cluster.Entity(x.To)
		if from == nil || to == nil || len(x.Ingress.IsolatedBy) == 0 {
			continue
		}
		a, b := ends(c)
		r := row{words: fmt.Sprintf("%s → %s %s", a, b, c.PortWords())}
		var by []string
		for _, p := range policies {
			d := policy.Decide([]*model.Policy{p}, model.Ingress, to, from, policy.Assumption{})
			lets := len(d.Grants) > 0 && !d.Ports.Intersect(x.Port.Ports()).IsEmpty()
			r.grants = append(r.grants, lets)
			if lets {
				by = append(by, p.Name)
			}
		}
		sentence := r.words + ": no policy lets it in."
		if len(by) > 0 {
			sentence = r.words + ": let in by " + strings.Join(by, " and by ") + "."
		}
		said = append(said, sentence)
		list = append(list, r)
	}
	if len(list) == 0 {
		return Figure{}, false
	}
	height := 40 + above
	at := func(i int) float64 { return 30 + above + height*float64(i) }
	tall := height - 8 - above
	pen.Begin("base")
	for i, r := range list {
		if above > 0 {
			pen.Words(layout.Point{X: 0, Y: at(i) - 6}, layout.Start, layout.Plain, r.words, cell)
		} else {
			pen.Words(layout.Point{X: 0, Y: at(i) + 20}, layout.Start, layout.Plain, r.words, label-8)
		}
		pen.Fill(layout.No, layout.Rect{X: label, Y: at(i), Width: cell, Height: tall}, 3)
		pen.No(layout.Point{X: label + cell/2, Y: at(i) + tall/2})
	}
	for k, p := range policies {
		f.Layers = append(f.Layers, p.Name)
		class := fmt.Sprintf("layer-%d", k+1)
		pen.Begin(class)
		for i, r := range list {
			if r.grants[k] {
				pen.Fill(layout.Yes, layout.Rect{X: label, Y: at(i), Width: cell, Height: tall}, 3)
			}
		}
	}
	for k, p := range policies {
		pen.Begin(fmt.Sprintf("layer-%d", k+1))
		x := label + part*(float64(k)+0.5)
		pen.Words(layout.Point{X: x, Y: 18}, layout.Middle, layout.Strong, p.Name, part-4)
		for i, r := range list {
			if r.grants[k] {
				pen.Yes(layout.Point{X: x, Y: at(i) + tall/2})
			}
		}
	}
	f.Picture = pen.Picture("Layers of policies", joined(said))
	return f, true
}
