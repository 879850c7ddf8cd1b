package diagram

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Question is a connection that somebody is asked about, or told about.
type Question struct {
	// FromName and ToName are the ends as they were asked for. An address is a box of
	// that name, although policies may see no difference to the one beside it.
	FromName, ToName string
	From, To         *model.Entity
	Ports            netset.Ports
	// Answered is set where the arrow tells the answer: Allowed, or where it stops.
	Answered, Allowed bool
	StoppedAt         Stop
}

// Asked gives the bare picture with an arrow for every two ends that are asked about: a
// quiet one with a question mark, or one for each answer.
func (d *Diagram) Asked(questions []Question) *Diagram {
	asked := d.Bare()
	type arrow struct {
		from, to, kind int
	}
	drawn := map[arrow]int{}
	for _, q := range questions {
		from, to := asked.end(q.From, q.FromName), asked.end(q.To, q.ToName)
		if from == None || to == None || from == to {
			continue
		}
		at := arrow{from: from, to: to}
		if q.Answered {
			at.kind = 1 + int(q.StoppedAt)
		}
		i, ok := drawn[at]
		if !ok {
			i = len(asked.Edges)
			drawn[at] = i
			title := fmt.Sprintf("May %s open a connection to %s?", Display(q.FromName), Display(q.ToName))
			asked.Edges = append(asked.Edges, Edge{
				From: End{asked.Nodes[from].ID, from, None}, To: End{asked.Nodes[to].ID, to, None},
				Title: title, Asked: !q.Answered, Blocked: q.Answered && !q.Allowed, StoppedAt: q.StoppedAt,
			})
		}
		if e := &asked.Edges[i]; q.Answered {
			e.Ports = e.Ports.Union(q.Ports)
			e.answer(q)
		}
	}
	// Answers are drawn where they do not hide what they belong to.
	asked.Responses = len(asked.Edges) <= mostAnswered
	return asked
}

// mostAnswered is the number of arrows up to which each has its answer drawn beside it.
const mostAnswered = 6

// answer puts the answer to a question into words.
func (e *Edge) answer(q Question) {
	ports := portWords(e.Ports)
	may := "may"
	if e.Blocked {
		may, e.StopText = "may not", ports
	} else {
		e.Label = ports
	}
	e.Title = Display(fmt.Sprintf("%s %s open a connection to %s on %s.", capital(q.FromName), may, q.ToName, ports))
}

// end finds the box of an entity. What is outside has none in a bare picture, and gets one
// with the name that it was asked for by.
func (d *Diagram) end(e *model.Entity, name string) int {
	outside := e.Kind == model.KindAddresses || e.Kind == model.KindNode
	for i, n := range d.Nodes {
		if !outside && n.ID == e.ID || outside && n.Kind == Range && n.Name == Display(name) {
			return i
		}
	}
	if !outside {
		return None
	}
	d.Nodes = append(d.Nodes, Node{
		Kind: Range, ID: Display(name), Frame: None, Name: Display(name), Detail: "outside", Title: Display(name) + ", outside the cluster",
	})
	return len(d.Nodes) - 1
}
