package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/templates"
)

// A table has so many rows at most, and the dense look from so many on.
const (
	mostRows  = 120 // where the table is the view
	fewerRows = 60  // beside a picture
	denseFrom = 14
)

// axis is one row and column of the table: entities that are shown as one.
type axis struct {
	group    string // heading
	name     string
	small    string
	title    string
	members  []*model.Entity
	inferred bool
	// sample is set when every member behaves as the first one.
	sample bool
}

// matrixView gives the table: of entities, of entities that behave alike, or of
// namespaces, whichever is small enough to be read.
func matrixView(e *evaluation) templates.Matrix {
	if !e.Readable {
		return templates.Matrix{Empty: "There is nothing to judge yet."}
	}
	if len(e.Cluster.Entities) == 0 {
		return templates.Matrix{Empty: "The bundle describes no pod, and no policy asks for one."}
	}
	axes, note := matrixAxes(e)
	if len(axes) == 0 {
		return templates.Matrix{Empty: fmt.Sprintf("Nothing here is called “%s” or uses it as a port.", e.state.find)}
	}
	if most := rowsOf(e); len(axes) > most {
		note = fmt.Sprintf("The first %d of %s namespaces and address ranges. The CSV has all pairs.", most, number(len(axes)))
		axes = axes[:most]
	}
	m := tableView(e, axes, note)
	litBy(e).lightTable(&m, axes)
	for by, name := range []string{export.ByEntity: "Entities", export.ByNamespace: "Namespaces"} {
		m.By = append(m.By, templates.View{Name: export.By(by).String(), Title: name, Current: e.state.by == export.By(by)})
	}
	return m
}

// rowsOf gives how many rows the table has room for.
func rowsOf(e *evaluation) int {
	if e.state.view == "matrix" {
		return mostRows
	}
	return fewerRows
}

// matrixAxes chooses what a row stands for.
func matrixAxes(e *evaluation) ([]axis, string) {
	const byNamespace = "One row a namespace: all, the ports that all of its pods may open, or some."
	if e.state.by == export.ByNamespace {
		return keepFound(e, namespaceAxes(e.Cluster, nil), byNamespace)
	}
	if open := e.state.namespaces; len(open) > 0 {
		return keepFound(e, namespaceAxes(e.Cluster, open), "The other namespaces are one row each.")
	}
	if axes, note := keepFound(e, entityAxes(e.Cluster), ""); len(axes) <= rowsOf(e) {
		return axes, note
	}
	if axes, note := keepFound(e, classAxes(e.Cluster), "What behaves alike is one row."); len(axes) <= rowsOf(e) {
		return axes, note
	}
	return keepFound(e, namespaceAxes(e.Cluster, nil), byNamespace+" Name two entities below for the reason, choose namespaces, or take the CSV for all pairs.")
}

func entityAxes(c *model.Cluster) []axis {
	var axes []axis
	for _, x := range inOrder(c.Entities) {
		axes = append(axes, entityAxis(x))
	}
	return axes
}

// inOrder puts pods before nodes and those before addresses, so that a namespace is
// one group, and pods of any other namespace behind those that have a name; within,
// ids decide.
func inOrder(entities []*model.Entity) []*model.Entity {
	var list []*model.Entity
	for _, wanted := range []func(*model.Entity) bool{
		func(x *model.Entity) bool { return x.IsPod() && !x.Namespace.Elsewhere },
		func(x *model.Entity) bool { return x.IsPod() && x.Namespace.Elsewhere },
		func(x *model.Entity) bool { return x.Kind == model.KindNode },
		func(x *model.Entity) bool { return x.Kind == model.KindAddresses },
	} {
		for _, x := range entities {
			if wanted(x) {
				list = append(list, x)
			}
		}
	}
	return list
}

func entityAxis(x *model.Entity) axis {
	a := axis{group: groupOf(x), name: or(x.Name, x.ID), title: x.ID, members: []*model.Entity{x}, inferred: x.Origin == model.Inferred, sample: true}
	switch {
	case x.AnyOther:
		a.name = "any other pod"
	case x.Kind == model.KindAddresses || x.Kind == model.KindNode:
		a.name = x.ID
	case x.Replicas > 1:
		a.small = "×" + strconv.Itoa(x.Replicas)
	}
	return a
}

func groupOf(x *model.Entity) string {
	switch {
	case x.Kind == model.KindNode:
		return "nodes"
	case x.Kind == model.KindAddresses:
		return "outside"
	case x.Namespace.Elsewhere:
		return "elsewhere"
	default:
		return x.Namespace.Name
	}
}

// classAxes makes one axis of the entities that nothing in the bundle tells apart.
func classAxes(c *model.Cluster) []axis {
	var firsts []*model.Entity
	for _, class := range c.Classes {
		firsts = append(firsts, class.First())
	}
	var axes []axis
	for _, x := range inOrder(firsts) {
		a := entityAxis(x)
		a.members = x.Class.Entities
		if more := len(a.members) - 1; more > 0 {
			a.small = fmt.Sprintf("and %s more", number(more))
			a.title = list(a.members)
		}
		axes = append(axes, a)
	}
	return axes
}

// list names entities, the first ones if they are many.
func list(entities []*model.Entity) string {
	const most = 20
	var ids []string
	for i, x := range entities {
		if i == most {
			return strings.Join(ids, ", ") + fmt.Sprintf(" and %s more", number(len(entities)-most))
		}
		ids = append(ids, x.ID)
	}
	return strings.Join(ids, ", ")
}

// namespaceAxes makes one axis of the pods of each namespace, but for those that are open.
func namespaceAxes(c *model.Cluster, open []string) []axis {
	var axes []axis
	at := map[string]int{}
	for _, x := range inOrder(c.Entities) {
		if !x.IsPod() || slices.Contains(open, x.Namespace.Name) {
			axes = append(axes, entityAxis(x))
			continue
		}
		key := groupOf(x)
		i, ok := at[key]
		if !ok {
			i = len(axes)
			at[key] = i
			axes = append(axes, axis{group: "namespaces", name: key, inferred: x.Namespace.Origin == model.Inferred})
		}
		axes[i].members = append(axes[i].members, x)
	}
	for i := range axes {
		if a := &axes[i]; a.group == "namespaces" {
			a.small = "×" + number(len(a.members))
			a.title = fmt.Sprintf("namespace %s: %s", a.name, counted(len(a.members), "entity", "entities"))
		}
	}
	return axes
}

func tableView(e *evaluation, axes []axis, note string) templates.Matrix {
	callers, called := e.selectedEnds()
	m := templates.Matrix{Dense: len(axes) >= denseFrom, Note: note}
	for i, a := range axes {
		first := i > 0 && a.group != axes[i-1].group
		if i == 0 || first {
			m.Groups = append(m.Groups, templates.Group{Name: a.group, Inferred: a.inferredGroup()})
		}
		head := templates.Head{Name: a.name, Small: a.small, Title: a.title, Inferred: a.inferred, First: first}
		column := head
		column.Current = a.isAny(called)
		m.Columns = append(m.Columns, column)
		row := templates.Row{Head: head}
		row.Head.Current = a.isAny(callers)
		if i == 0 || first {
			row.Group = a.group
		}
		m.Rows = append(m.Rows, row)
	}
	m.Grouped = len(m.Groups) > 1
	for i, span := range spans(axes) {
		m.Groups[i].Span = strconv.Itoa(span)
	}
	sides := sides{matrix: e.Matrix, only: e.state.only}
	for i, a := range axes {
		for j, b := range axes {
			cell := sides.cell(a, b, m.Dense)
			cell.First = m.Columns[j].First
			cell.Current = a.isAny(callers) && b.isAny(called)
			m.Rows[i].Cells = append(m.Rows[i].Cells, cell)
		}
	}
	return m
}

func (a axis) inferredGroup() bool {
	ns := a.members[0].Namespace
	return ns != nil && ns.Origin == model.Inferred && a.sample
}

// isAny reports whether the axis shows one of the entities by itself.
func (a axis) isAny(list []*model.Entity) bool {
	return a.sample && slices.Contains(list, a.members[0])
}

// spans counts the columns of each group.
func spans(axes []axis) []int {
	var counts []int
	for i, a := range axes {
		if i == 0 || a.group != axes[i-1].group {
			counts = append(counts, 0)
		}
		counts[len(counts)-1]++
	}
	return counts
}

// sides finds out which side stops a blocked connection.
type sides struct {
	matrix *reach.Matrix
	only   bool // cells that did not change are quiet
}

func (s sides) cell(from, to axis, dense bool) templates.Cell {
	if from.sample && to.sample {
		return s.one(from, to, dense)
	}
	return s.many(from, to, dense)
}

// one is the cell of two entities, or of two groups that behave alike.
func (s sides) one(from, to axis, dense bool) templates.Cell {
	a, b := from.members[0], to.members[0]
	if a == b && len(from.members) > 1 {
		b = from.members[1]
	}
	pair := from.name + " to " + to.name
	switch {
	case a == b && !a.Several():
		return templates.Cell{Text: "–", Title: question(a)}
	case !a.IsPod() && !b.IsPod():
		return templates.Cell{Text: "–", Title: pair + ": both are outside; policies are about pods"}
	}
	c := templates.Cell{Select: a.ID + ".." + b.ID}
	answer := s.matrix.Cell(a.Class, b.Class)
	switch {
	case answer.Undefined != "":
		c.Kind, c.Text = templates.Undecided, "?"
		c.Title = fmt.Sprintf("%s: not decided by policies (%s); shown as %s", pair, answer.Undefined, or(answer.Ports.String(), "blocked"))
	case answer.Ports.IsAll():
		c.Kind, c.Text, c.Title = templates.AllPorts, "all", pair+": allowed on every port"
	case !answer.Ports.IsEmpty():
		c.Kind, c.Text, c.Title = templates.SomePorts, portWord(answer.Ports, dense), pair+": allowed on "+answer.Ports.String()
	default:
		c.Kind, c.Title = s.stopped(a, b, pair)
		if dense {
			c.Text = "·"
		}
	}
	s.mark(&c, a, b, dense)
	return c
}

func question(x *model.Entity) string {
	if x.IsPod() {
		return x.ID + ": a pod always reaches itself"
	}
	return x.ID + ": outside; policies are about pods"
}

// stopped says which side lets nothing of a connection through; where each lets
// something, but nothing that the other does, both stop it.
func (s sides) stopped(a, b *model.Entity, pair string) (templates.CellKind, string) {
	f := s.matrix.Flow(a, b)
	leaving, entering := f.Egress.Ports.IsEmpty(), f.Ingress.Ports.IsEmpty()
	switch {
	case leaving && !entering:
		return templates.StoppedLeaving, pair + ": blocked when leaving " + a.ID
	case entering && !leaving:
		return templates.StoppedEntering, pair + ": blocked when entering " + b.ID
	case leaving:
		return templates.StoppedBoth, pair + ": blocked on both sides"
	default:
		return templates.StoppedBoth, pair + ": each side lets other ports through, none that both do"
	}
}

// many is the cell of two groups whose members differ.
func (s sides) many(from, to axis, dense bool) templates.Cell {
	type pair struct{ from, to *model.Class }
	seen := map[pair]bool{}
	var ports netset.Ports
	asked, talking, equal := 0, 0, true
	var moved moved
	for _, a := range from.members {
		for _, b := range to.members {
			k := pair{a.Class, b.Class}
			if seen[k] || !reach.Asked(a.Class, b.Class) {
				continue
			}
			seen[k] = true
			answer := s.matrix.Cell(a.Class, b.Class).Ports
			equal = equal && (asked == 0 || answer == ports)
			asked++
			if !answer.IsEmpty() {
				talking++
			}
			ports = ports.Union(answer)
			moved.add(s.matrix, a.Class, b.Class, answer)
		}
	}
	return s.markMany(s.said(from, to, ports, asked, talking, equal, dense), moved, dense)
}

// said is the cell of two groups whose members were asked.
func (s sides) said(from, to axis, ports netset.Ports, asked, talking int, equal, dense bool) templates.Cell {
	title := from.name + " to " + to.name
	switch {
	case asked == 0:
		return templates.Cell{Text: "–", Title: title + ": no question"}
	case talking == 0:
		return templates.Cell{Text: "·", Kind: templates.Stopped, Title: title + ": blocked"}
	case equal && ports.IsAll():
		return templates.Cell{Text: "all", Kind: templates.AllPorts, Title: title + ": every port, for all of them"}
	case equal:
		return templates.Cell{Text: portWord(ports, dense), Kind: templates.SomePorts, Title: title + ": " + ports.String() + ", for all of them"}
	default:
		return templates.Cell{Text: "some", Kind: templates.SomePorts, Title: fmt.Sprintf("%s: %s, for some of them", title, ports)}
	}
}

// portWord gives ports in the room of a cell: one number for both protocols of a
// port, a count where there are several.
func portWord(ports netset.Ports, dense bool) string {
	var words []string
	add := func(word string) {
		for _, w := range words {
			if w == word {
				return
			}
		}
		words = append(words, word)
	}
	for _, i := range ports.Intervals() {
		switch {
		case i.Full():
			add(i.Protocol.String())
		case i.First == i.Last:
			add(strconv.Itoa(int(i.First)))
		default:
			add(fmt.Sprintf("%d–%d", i.First, i.Last))
		}
	}
	for _, n := range ports.Names() {
		add(n.Name)
	}
	text := strings.Join(words, ", ")
	room := 12
	if dense {
		room = 5
	}
	switch {
	case len([]rune(text)) <= room:
		return text
	case dense:
		return strconv.Itoa(len(words)) + " p"
	case len(words) == 1:
		return "1 range"
	default:
		return strconv.Itoa(len(words)) + " ports"
	}
}
