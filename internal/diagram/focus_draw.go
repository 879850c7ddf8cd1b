package diagram

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// opennessAround gives the wide arrows to and from the chosen entities: together they
// say all free × open with one of these at an end.
func (f *facts) opennessAround() []*arrow {
	if f.plain {
		return nil
	}
	anyone := f.newGroup(everyone, f.where(func(c *class) bool { return !c.isPod() || c.open[model.Egress] }))
	out := f.newGroup(outside, f.where(func(c *class) bool { return !c.isPod() }))
	anyone.manner, out.manner = free, free
	// What is chosen too has arrows of its own.
	units := func(d model.Direction) []*group { return slices.DeleteFunc(f.units(d), f.focus.holds) }
	var arrows []*arrow
	add := func(a, b *group) {
		if a.size > 0 && b.size > 0 {
			arrows = append(arrows, &arrow{a: a, b: b, openness: true})
		}
	}
	for _, i := range f.focus.list {
		s := newSet(len(f.classes))
		s.add(i)
		x, c := f.newGroup(single, s), f.classes[i]
		switch {
		case c.isPod() && c.open[model.Ingress]:
			add(anyone, x)
		case !c.isPod():
			for _, u := range units(model.Egress) {
				add(u, x)
			}
		}
		if c.isPod() && !c.open[model.Egress] {
			continue
		}
		for _, u := range units(model.Ingress) {
			add(x, u)
		}
		if c.isPod() {
			add(x, out)
		}
	}
	slices.SortStableFunc(arrows, func(x, y *arrow) int {
		return cmp.Or(cmp.Compare(y.a.kind, x.a.kind), cmp.Compare(x.a.list[0], y.a.list[0]), cmp.Compare(x.b.list[0], y.b.list[0]))
	})
	return arrows
}

// atFrame reports whether an arrow meets a frame where it meets a group, so that the
// boxes of the frame have to be drawn. Those of a pill need not: it has words.
func (a *artist) atFrame(g, other *group) bool {
	switch g.kind {
	case ofNamespace:
		return len(g.but) == 0 && !slices.ContainsFunc(other.list, func(c int) bool {
			return a.classes[c].first().Namespace == g.namespace
		})
	case everyPod:
		return len(g.but) == 0 && a.beyond(other)
	}
	return false
}

// chooseAround boxes what is meant, by class and entity, and what the arrows meet.
func (a *artist) chooseAround(meant func(int, *model.Entity) bool) {
	met := newSet(len(a.classes))
	for _, r := range a.arrows {
		for _, end := range [][2]*group{{r.a, r.b}, {r.b, r.a}} {
			if a.atFrame(end[0], end[1]) {
				for _, c := range end[0].list {
					met.add(c)
				}
			}
		}
	}
	onNode := map[*model.Entity]bool{}
	for _, i := range a.implied {
		onNode[i.from], onNode[i.to] = i.from.IsPod(), i.to.IsPod()
	}
	for i, c := range a.classes {
		for _, e := range c.entities {
			lone := !e.AnyOther || !c.open[model.Ingress] || !c.open[model.Egress] || a.alone(e)
			if meant(i, e) || onNode[e] || met.has(i) && lone {
				a.boxed[e], a.peopled[e.Namespace] = true, true
			}
		}
	}
}

// about reports whether a blocked connection belongs to the picture.
func (a *artist) about(p Pair) bool {
	if a.focus == nil {
		return true
	}
	return slices.ContainsFunc(a.focus.entities, func(e *model.Entity) bool { return e.ID == p.From || e.ID == p.To })
}

// focusWords says what a picture with a focus leaves out.
func (a *artist) focusWords() string {
	var names []string
	for _, e := range a.focus.entities {
		switch {
		case e.Origin == model.Inferred || e.AnyOther:
			names = append(names, mention(e))
		case e.Namespace != nil:
			names = append(names, e.Namespace.Name+"/"+e.Name)
		default:
			names = append(names, e.ID)
		}
	}
	left, meant := 0, 0
	for _, e := range a.cluster.Entities {
		if _, drawn := a.nodes[e]; !drawn && e.IsPod() && !e.AnyOther {
			left++
			if a.focus.linked.has(a.of[e]) {
				meant++
			}
		}
	}
	words := "Focus on " + list(someOf(names, 4)) + ": "
	switch left {
	case 0:
		return words + "connections between others are not drawn."
	case 1:
		words += "1 other box is not drawn"
	default:
		words += fmt.Sprintf("%d other boxes are not drawn", left)
	}
	switch {
	case meant == 0:
	case left == 1:
		words += "; a group in words stands for it"
	case meant == left:
		words += "; the groups in words stand for them"
	default:
		words += fmt.Sprintf("; the groups in words stand for %d of them", meant)
	}
	return words + "."
}

// hiddenWords says what a picture of changes alone leaves out.
func (a *artist) hiddenWords() string {
	left := 0
	for _, e := range a.cluster.Entities {
		if _, drawn := a.nodes[e]; !drawn && e.IsPod() && !e.AnyOther {
			left++
		}
	}
	switch left {
	case 0:
		return "What is the same is not drawn."
	case 1:
		return "What is the same is not drawn, and 1 box that no change meets."
	}
	return fmt.Sprintf("What is the same is not drawn, and %d boxes that no change meets.", left)
}

// foldAround folds what stands around the chosen entities, never them or the frame that
// they are in: first the sets of addresses, then namespaces, then groups of them and
// what stands beside the chosen ones.
func (a *artist) foldAround(v View) {
	flat := a.d
	boxes, arrows := drawn(flat)
	chosen := func(e *model.Entity) bool { return a.focus.in.has(a.of[e]) }
	ranges := a.ranges(flat)
	ranges.members = slices.DeleteFunc(ranges.members, chosen)
	boxes += len(ranges.members)
	tooMany := boxes > manyBoxes || arrows > manyArrows
	if v.Fold == FoldNone || v.Fold == FoldClasses || v.Fold == FoldAuto && !tooMany && len(v.Namespaces) == 0 {
		return
	}
	why := "."
	if tooMany {
		why = fmt.Sprintf(": %d boxes and %s would be too many to read.", boxes, plural(arrows, "arrow"))
	}
	flat.Summary = len(flat.Edges) > mostData
	var parts []*part
	done := func(step Fold, words string) bool {
		if len(parts) > 0 {
			a.foldInto(flat, parts, nil)
			a.folded = words + why
		}
		return v.Fold == step || v.Fold == FoldAuto && !a.crowded()
	}
	if len(ranges.members) > mostRanges && (tooMany || v.Fold == FoldGroups) {
		parts = append(parts, ranges)
	}
	if v.Fold == FoldAuto && len(v.Namespaces) == 0 && done(FoldNone, "Sets of addresses share a box") {
		return
	}
	home := map[*model.Namespace]bool{}
	open := slices.Clone(v.Namespaces)
	for _, e := range a.focus.entities {
		if e.Namespace != nil {
			home[e.Namespace] = true
			open = append(open, e.Namespace.Name)
		}
	}
	spaces := a.namespaceParts(open)
	parts = append(joinNeighbours(flat, spaces), parts...)
	if done(FoldNamespaces, "Folded by namespace") {
		return
	}
	beside := slices.DeleteFunc(a.workloadParts(flat, func(ns *model.Namespace) bool { return home[ns] }), func(p *part) bool {
		return chosen(p.members[0])
	})
	parts = append(joinNeighbours(flat, beside), parts...)
	a.foldInto(flat, parts, nil)
	parts = several(a.grouped(flat, parts, v.Fold == FoldGroups))
	done(FoldGroups, "What is around is folded")
}

// openLabel gives the label of an arrow of openness, which needs one only where it is
// not wide.
func openLabel(w Weight) string {
	if w == Wide {
		return ""
	}
	return portWords(netset.All)
}
