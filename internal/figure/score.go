package figure

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/layout"
)

// score draws how much of what is needed is open, and how much of the rest is closed.
func score(s Scene) (Figure, bool) {
	x := s.Lesson.Score(s.Report)
	if x.Needed == 0 || x.Unneeded == 0 {
		return Figure{}, false
	}
	var pen layout.Pen
	width := s.width()
	y := 16.0
	for _, line := range []struct {
		words string
		n, of int
	}{{"needed and open", x.Open, x.Needed}, {"not needed and closed", x.Closed, x.Unneeded}} {
		pen.Begin("score")
		pen.Words(layout.Point{Y: y}, layout.Start, layout.Strong, line.words, 0)
		pen.Words(layout.Point{X: width, Y: y}, layout.End, layout.Strong, fmt.Sprintf("%d of %d", line.n, line.of), 0)
		pen.Fill(layout.Quiet, layout.Rect{Y: y + 8, Width: width, Height: 14}, 3)
		if line.n > 0 {
			pen.Fill(layout.Yes, layout.Rect{Y: y + 8, Width: width * float64(line.n) / float64(line.of), Height: 14}, 3)
		}
		y += 52
	}
	text := fmt.Sprintf("Needed and open: %d of %d. Not needed and closed: %d of %d.", x.Open, x.Needed, x.Closed, x.Unneeded)
	return Figure{Caption: "The score", Picture: pen.Picture("The score", text)}, true
}
