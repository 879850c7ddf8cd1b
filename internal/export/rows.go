package export

import (
	"iter"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// row is an ordered pair of entities of which the first may open ports on the
// second.
type row struct {
	from, to *model.Entity
	cell     *cell
}

// cell is an answer that many pairs share.
type cell struct {
	reach.Cell
	text string // the ports in words
}

// rows gives every pair of entities with an allowed port, ordered by their IDs. A pair
// of an entity with itself is between two of its pods.
func rows(m *reach.Matrix) iter.Seq[row] {
	return func(yield func(row) bool) {
		byClass := classRows(m)
		answers := make([]*cell, len(m.Cluster.Classes))
		var last *model.Class
		var called []row // by the members of last, which mostly follow one another
		for _, from := range m.Cluster.Entities {
			if from.Class != last {
				last, called = from.Class, called[:0]
				clear(answers)
				for _, a := range byClass[from.Class.Index] {
					answers[a.to] = a.cell
				}
				for _, to := range m.Cluster.Entities {
					if answer := answers[to.Class.Index]; answer != nil {
						called = append(called, row{to: to, cell: answer})
					}
				}
			}
			for _, r := range called {
				if from == r.to && !from.Several() {
					continue
				}
				if !yield(row{from, r.to, r.cell}) {
					return
				}
			}
		}
	}
}

// answerTo is an answer for one class as the destination.
type answerTo struct {
	to   int32
	cell *cell
}

// classRows collects the connections by the class they come from: entities are not in
// the order of their classes.
func classRows(m *reach.Matrix) [][]answerTo {
	byClass := make([][]answerTo, len(m.Cluster.Classes))
	known := map[reach.Cell]*cell{}
	for c := range m.Connections() {
		k, ok := known[c.Cell]
		if !ok {
			k = &cell{c.Cell, c.Ports.String()}
			known[c.Cell] = k
		}
		byClass[c.From.Index] = append(byClass[c.From.Index], answerTo{int32(c.To.Index), k})
	}
	return byClass
}

// By says what a line of a table stands for.
type By uint8

const (
	ByEntity By = iota
	ByNamespace
)

var bys = [...]string{ByEntity: "entity", ByNamespace: "namespace"}

func (b By) String() string { return bys[b] }

// ParseBy reads entity or namespace.
func ParseBy(s string) (By, bool) {
	i := slices.Index(bys[:], s)
	return By(max(i, 0)), i >= 0
}

// record is a line of a table: who, whom, and what else the table tells.
type record []string

// table is the head of a table and its lines.
type table struct {
	head    record
	records iter.Seq[record]
}

// entityTable lists pairs of entities with the ports of each.
func entityTable(m *reach.Matrix) table {
	line := make(record, 3)
	return table{
		head: record{"from", "to", "ports"},
		records: func(yield func(record) bool) {
			for r := range rows(m) {
				line[0], line[1], line[2] = r.from.ID, r.to.ID, r.cell.text
				if !yield(line) {
					return
				}
			}
		},
	}
}

// wideTable adds what the answer rests on: the plug-in, the policies of either side,
// and the classes, by which the JSON form lists connections.
func wideTable(m *reach.Matrix) table {
	limits := func(e *model.Entity, d model.Direction) string {
		if !e.IsPod() {
			return "-"
		}
		return orDash(policyIDs(m.IsolatedBy(e, d)))
	}
	var by [2][]string
	for _, d := range model.Directions {
		by[d] = all(m.Cluster.Classes, func(c *model.Class) string { return limits(c.First(), d) })
	}
	return table{
		head: record{"from", "to", "ports", "undefined", "egress isolated by", "ingress isolated by", "classes"},
		records: func(yield func(record) bool) {
			for r := range rows(m) {
				i, j := r.from.Class.Index, r.to.Class.Index
				undefined := string(r.cell.Undefined)
				if undefined == "" {
					undefined = "-"
				}
				line := record{r.from.ID, r.to.ID, r.cell.text, undefined, by[model.Egress][i], by[model.Ingress][j], pairOf(i, j)}
				if !yield(line) {
					return
				}
			}
		},
	}
}
