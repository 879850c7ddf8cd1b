package diagram

import "github.com/netpolscope/netpolscope/internal/reach"

// Coarse gives the picture of a bundle that is too large for a cover.
func Coarse(m *reach.Matrix, v View) *Diagram {
	f := outline(m)
	return draw(f, f.openness(), false, v)
}
