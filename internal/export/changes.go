package export

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// changesJSON is what the assumptions of the reader change.
type changesJSON struct {
	// Opened and Closed count pairs of entities.
	Opened int `json:"opened"`
	Closed int `json:"closed"`
	Pairs  any `json:"pairs"`
}

// changeJSON is one pair of entities of those that change alike.
type changeJSON struct {
	From   string           `json:"from"`
	To     string           `json:"to"`
	Alike  int              `json:"alike"`
	Opened changedPortsJSON `json:"opened"`
	Closed changedPortsJSON `json:"closed"`
}

// changedPortsJSON says ports as connections do.
type changedPortsJSON struct {
	Ports      []portJSON `json:"ports"`
	NamedPorts []string   `json:"namedPorts"`
}

func changedPorts(p netset.Ports) changedPortsJSON { return changedPortsJSON{portsOf(p), namesOf(p)} }

// changes writes what differs from the matrix that this one is compared with; nothing
// where nothing is assumed.
func (w *writer) changes(m *reach.Matrix) {
	if m.Base == nil {
		return
	}
	c := m.Changes()
	pairs := []changeJSON{}
	for d := range reach.Differences(m.Base, m) {
		pairs = append(pairs, changeJSON{
			From: d.From.ID, To: d.To.ID, Alike: d.Pairs - 1,
			Opened: changedPorts(d.Is.Minus(d.Was)), Closed: changedPorts(d.Was.Minus(d.Is)),
		})
	}
	w.key("changes")
	w.value(changesJSON{c.Opened, c.Closed, pairs})
}

// changeSentence counts what the assumptions of the reader change; empty where there are
// none.
func changeSentence(m *reach.Matrix) string {
	if m.Base == nil || m.Written() != m {
		return ""
	}
	c := m.Changes()
	if c == (reach.Change{}) {
		return "That changes no connection."
	}
	return fmt.Sprintf("That opens %s and closes %s.", connections(c.Opened), connections(c.Closed))
}

func connections(n int) string {
	if n == 0 {
		return "none"
	}
	return counted(n, "connection")
}
