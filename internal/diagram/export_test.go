package diagram

import (
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Coarse gives the picture of a bundle that is too large for a cover.
func Coarse(m *reach.Matrix, v View) *Diagram {
	return drawCoarsely(newSource(m), v)
}

// TableOf gives the cells that so many goroutines read, and the ports that they name.
func TableOf(m *reach.Matrix, goroutines int) ([]int32, []netset.Ports) {
	f := newFacts(newSource(m))
	table := newCells(len(m.Cluster.Classes))
	for _, p := range readParts(f.source, &table, &table, goroutines) {
		p.into(f, &table, &table)
	}
	return table.values, f.ports.values
}
