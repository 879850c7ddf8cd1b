package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/templates"
)

// What the switches would do takes an evaluation for each: worth it on every key while
// it is quick.
const (
	mostPredicted = 400_000 // pairs of classes, once for each switch
)

// whatIfView gives the row of switches, as far as they fit in one, and what they change.
func whatIfView(e *evaluation) templates.WhatIf {
	var w templates.WhatIf
	if !e.Readable {
		return w
	}
	if e.state.view != "policies" {
		w.Switches, w.More = switches(e)
	}
	if w.Changed = e.Matrix.Base != nil; !w.Changed {
		return w
	}
	c := e.Matrix.Changes()
	w.Only = e.state.only
	w.Reset = len(e.state.off)+len(e.state.repaired) > 0
	for _, a := range e.Assumed {
		w.Assumed = append(w.Assumed, a.Text())
	}
	switch {
	case c.Opened == 1:
		w.Opened = "1 connection opens"
	case c.Opened > 1:
		w.Opened = number(c.Opened) + " connections open"
	}
	switch {
	case c.Closed == 1:
		w.Closed = "1 connection closes"
	case c.Closed > 1:
		w.Closed = number(c.Closed) + " connections close"
	}
	w.Against = "compared with everything on"
	if len(e.Assumed) > 0 {
		w.Against = "compared with the text as it is"
	}
	if e.Matrix.Written() != e.Matrix {
		w.Against = "compared with what the policies say, of which " + e.state.cni.Title + " enforces nothing"
	}
	return w
}

// shownSwitches are the values of the switches on a page, which its form need not carry
// hidden.
type shownSwitches struct {
	off, repaired []string
	only          bool
}

// switchesOn finds the switches of a page.
func switchesOn(v *templates.Workbench) shownSwitches {
	on := shownSwitches{only: v.WhatIf.Changed}
	add := func(s *templates.Switch) {
		if s != nil {
			on.off = append(on.off, s.Value)
		}
	}
	for i := range v.WhatIf.Switches {
		add(&v.WhatIf.Switches[i])
	}
	for _, p := range v.Policies {
		add(p.Switch)
		for _, r := range p.Rules {
			add(r.Switch)
		}
	}
	for _, f := range v.Findings.List {
		for _, a := range f.Assume {
			on.repaired = append(on.repaired, a.Value)
		}
	}
	return on
}

// assumable gives the switches of a finding: of what keeps an object out, and of what is
// taken for repaired already.
func assumable(e *evaluation, f diag.Finding) (list []templates.Assume) {
	for _, r := range analysis.RepairOf(f) {
		a := templates.Assume{Value: r.String(), Text: "Look at it as if this were repaired"}
		if r.Ignored {
			a.Text = "Look at it as if the field were ignored"
		}
		a.On = slices.ContainsFunc(e.state.repaired, func(o analysis.Repair) bool { return o == r })
		if f.Severity == diag.Error && e.Readable || a.On {
			list = append(list, a)
		}
	}
	return list
}

// switches gives the policies that can be turned off, as far as they fit in a row, and
// says how many there are beside them.
func switches(e *evaluation) (list []templates.Switch, more string) {
	namespaces := map[string]bool{}
	inForce := 0
	for _, p := range e.Cluster.Policies {
		namespaces[p.Namespace.Name] = true
		if p.InForce {
			inForce++
		}
	}
	pairs := len(e.Cluster.Classes) * len(e.Cluster.Classes)
	predict := min(inForce, mostSwitches)*pairs <= mostPredicted && e.Matrix.Written() == e.Matrix
	for _, p := range e.Cluster.Policies {
		if !p.InForce || len(list) == mostSwitches {
			continue
		}
		s := offSwitch(e, reach.Off{Policy: p.ID}, "Policy "+p.ID+": look at the bundle without it")
		if len(namespaces) == 1 {
			s.Name = p.Name
		}
		if predict {
			s.Effect = predicted(e.Matrix, reach.Off{Policy: p.ID}, s.Off)
		}
		list = append(list, s)
	}
	if inForce > len(list) {
		more = fmt.Sprintf("(and %s more policies)", number(inForce-len(list)))
	}
	return list, more
}

func offSwitch(e *evaluation, off reach.Off, title string) templates.Switch {
	return templates.Switch{Value: off.String(), Name: off.Policy, Title: title, Off: slices.Contains(e.state.off, off)}
}

// predicted says what a switch does beside the others as they stand.
func predicted(m *reach.Matrix, off reach.Off, isOff bool) string {
	with, without := m, m
	if isOff {
		with = reach.Compute(m.Cluster, slices.DeleteFunc(slices.Clone(m.Off), func(o reach.Off) bool { return o == off })...)
	} else {
		without = reach.Compute(m.Cluster, append(slices.Clone(m.Off), off)...)
	}
	c := reach.Compare(with, without)
	var words []string
	if c.Opened > 0 {
		words = append(words, "opens "+number(c.Opened))
	}
	if c.Closed > 0 {
		words = append(words, "closes "+number(c.Closed))
	}
	if words == nil {
		words = []string{"no change"}
	}
	return "off: " + strings.Join(words, ", ")
}

// change says how a cell differs from what it is compared with: in its look, in a word
// and in a sentence. The words are empty where nothing differs.
func (s sides) change(opened, closed netset.Ports, dense bool) (kind templates.CellChange, text, title string) {
	switch {
	case opened.IsEmpty() && closed.IsEmpty():
		if s.only {
			kind = templates.QuietCell
		}
		return kind, "", ""
	case closed.IsEmpty():
		return templates.OpenedCell, "+" + changeWord(opened, dense), "; opened: " + opened.String()
	case opened.IsEmpty():
		return templates.ClosedCell, "−" + changeWord(closed, dense), "; closed: " + closed.String()
	default:
		return templates.MixedCell, "±" + changeWord(opened.Union(closed), dense), fmt.Sprintf("; opened: %s; closed: %s", opened, closed)
	}
}

func changeWord(p netset.Ports, dense bool) string {
	if p.IsAll() {
		return "all"
	}
	if _, ok := p.Complement(); ok && !dense {
		return "others"
	}
	return portWord(p, dense)
}

// mark shows in a cell what changed between two entities.
func (s sides) mark(c *templates.Cell, a, b *model.Entity, dense bool) {
	if s.matrix.Base == nil || c.Select == "" {
		return
	}
	is := s.matrix.Ports(a, b)
	was, known := s.matrix.Was(a, b)
	if !known {
		c.Title += "; not in the bundle as it is written"
		was = is
	}
	kind, text, title := s.change(is.Minus(was), was.Minus(is), dense)
	c.Change, c.Title = kind, c.Title+title
	if text != "" {
		c.Text = text
	}
}

// only are the ways to see differences alone: with the rest drawn quietly, or without it.
var only = []string{"differences", "changes"}

// moved is what opened and closed between the members of two groups.
type moved struct{ opened, closed netset.Ports }

func (m *moved) add(x *reach.Matrix, from, to *model.Class, is netset.Ports) {
	if x.Base == nil {
		return
	}
	a, b := from.First(), to.Entities[len(to.Entities)-1]
	if was, known := x.Was(a, b); known {
		m.opened, m.closed = m.opened.Union(is.Minus(was)), m.closed.Union(was.Minus(is))
	}
}

// markMany shows in a cell of groups what changed for some of their members.
func (s sides) markMany(c templates.Cell, m moved, dense bool) templates.Cell {
	if s.matrix.Base == nil || c.Text == "–" {
		return c
	}
	kind, text, title := s.change(m.opened, m.closed, dense)
	c.Change, c.Title = kind, c.Title+title
	if text != "" {
		c.Text = text
	}
	return c
}
