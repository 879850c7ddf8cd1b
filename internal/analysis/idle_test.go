package analysis

import (
	"fmt"
	"testing"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// What is said to change nothing changes no side of any pair when it is off.
func TestIdleIsWhatChangesNothing(t *testing.T) {
	some := 0
	forBundles(t, func(docs []object) error {
		m := compute(render(docs), model.ExposureAuto)
		for _, i := range m.Idle() {
			off := reach.Off{Policy: i.Policy.ID}
			if i.Rule != nil {
				off = reach.Off{Policy: i.Policy.ID, Rule: true, Direction: i.Rule.Direction, Index: i.Rule.Index}
			}
			some++
			if from, to, d, differ := differing(m, reach.Compute(m.Cluster, off)); differ {
				return fmt.Errorf("wrong: without %s the %s side of %s and %s is another", off, d, from.ID, to.ID)
			}
		}
		return nil
	})
	if some == 0 {
		t.Error("no bundle has anything idle")
	}
}

// differing gives the first pair of which a side lets something else through.
func differing(a, b *reach.Matrix) (from, to *model.Entity, d model.Direction, differ bool) {
	for _, d := range model.Directions {
		for _, x := range a.Cluster.Classes {
			for _, y := range a.Cluster.Classes {
				if x.First().IsPod() && a.Side(d, x, y) != b.Side(d, x, y) {
					return x.First(), y.First(), d, true
				}
			}
		}
	}
	return nil, nil, 0, false
}
