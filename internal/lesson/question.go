package lesson

import (
	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
)

// Questions gives the connections of cells for a picture, with their answers or without.
// A cell about more than one connection is left out. A question that goes to a Service is
// drawn to the pods behind it.
func Questions(report *analysis.Report, cells []Cell, answered bool) (all []diagram.Question) {
	for i := range cells {
		from, to, port, ok := cells[i].question()
		if !ok {
			continue
		}
		callers, called := explain.Ends(report.Cluster, from, to)
		for _, a := range callers {
			for _, b := range called {
				q := diagram.Question{FromName: from, ToName: to, From: a, To: b, Ports: port.Ports(), Answered: answered}
				if q.Allowed = answered && cells[i].Is; answered && !cells[i].Is {
					q.StoppedAt = stoppedAt(cells[i].Explanation)
				}
				all = append(all, q)
			}
		}
	}
	return all
}

// stoppedAt tells which side of a blocked connection says no.
func stoppedAt(x *explain.Explanation) diagram.Stop {
	if x == nil {
		return diagram.BothSides
	}
	switch leaves, enters := x.Egress.Verdict != explain.Blocked, x.Ingress.Verdict != explain.Blocked; {
	case leaves && !enters:
		return diagram.Entering
	case enters && !leaves:
		return diagram.Leaving
	}
	return diagram.BothSides
}
