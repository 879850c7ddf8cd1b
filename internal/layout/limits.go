package layout

import (
	"fmt"
)

// Beyond these sizes Graphviz is not asked. Measured on two cores: random graphs of
// 300 arrows take from 0.1 s (in frames) over 1.4 s (100 boxes without) to more than
// 4 s (with labels); at 600 arrows few end in time and labels lose arrows.
const (
	hopelessBoxes  = 400
	hopelessArrows = 600
	hopelessLabels = 300
	hopelessDepth  = 100
)

// hopeless says that Graphviz need not be tried.
func hopeless(g Graph) bool {
	arrows, labels := 0, 0
	for _, a := range g.Arrows {
		if !a.Hidden {
			arrows++
		}
		if labelled(a) {
			labels++
		}
	}
	return len(g.Boxes) > hopelessBoxes || arrows > hopelessArrows || labels > hopelessLabels ||
		len(g.Frames) > hopelessBoxes || deepest(g) > hopelessDepth
}

func deepest(g Graph) int {
	depth := make([]int, len(g.Frames))
	most := 0
	for i, f := range g.Frames {
		depth[i] = 1
		if f.Parent >= 0 {
			depth[i] = depth[f.Parent] + 1
		}
		most = max(most, depth[i])
	}
	return most
}

// isLarge marks graphs that take Graphviz tens of milliseconds and more.
func isLarge(g Graph) bool { return len(g.Boxes)+len(g.Arrows) > 120 }

// check panics on a graph that is not one: it was built by us.
func check(g Graph) {
	sizes := func(what string, i int, values ...float64) {
		for _, v := range values {
			if !(v >= 0 && v < 1e6) {
				panic(fmt.Sprintf("layout: %s %d has size %v", what, i, v))
			}
		}
	}
	within := func(what string, i, index, least, count int) {
		if index < least || index >= count {
			panic(fmt.Sprintf("layout: %s %d names number %d of %d", what, i, index, count))
		}
	}
	sizes("graph", 0, g.NodeSep, g.RankSep)
	for i, f := range g.Frames {
		within("frame", i, f.Parent, -1, i)
		sizes("frame", i, f.TitleWidth, f.TitleHeight)
	}
	for i, b := range g.Boxes {
		within("box", i, b.Frame, -1, len(g.Frames))
		sizes("box", i, b.Width, b.Height)
		sizes("box", i, b.Doors...)
	}
	for i, a := range g.Arrows {
		within("arrow", i, a.From, 0, len(g.Boxes))
		within("arrow", i, a.To, 0, len(g.Boxes))
		within("arrow", i, a.Door, -1, len(g.Boxes[a.To].Doors))
		within("arrow", i, a.FromFrame, -1, len(g.Frames))
		within("arrow", i, a.ToFrame, -1, len(g.Frames))
		sizes("arrow", i, a.LabelWidth, a.LabelHeight)
	}
}
