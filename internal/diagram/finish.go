package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

// finish adds what is said in words around the picture.
func (a *artist) finish(v View) {
	thin, drawn := 0, 0
	for _, e := range a.d.Edges {
		if e.Place != Arrow || e.Blocked {
			continue
		}
		drawn++
		if e.Weight != Wide {
			thin++
		}
	}
	a.d.Responses = v.Show.Responses == On || v.Show.Responses == Auto && thin <= fewArrows && a.union == nil && !a.hide
	a.d.Large = len(a.d.Nodes) > largest || drawn > largest
	a.d.Subtitle = Display(v.Subtitle)
	if v.Subtitle == "" {
		a.d.Subtitle = a.subtitle()
		if a.union != nil {
			a.d.Subtitle = strings.TrimSpace(a.changeSentence() + " " + a.d.Subtitle)
		}
	}
	if a.focus != nil {
		a.d.Focus = Display(a.focusWords())
		a.d.Subtitle = strings.TrimSpace(a.d.Subtitle + " " + a.d.Focus)
	}
	if a.hide {
		a.d.Focus = a.hiddenWords()
		a.d.Subtitle = strings.TrimSpace(a.d.Subtitle + " " + a.d.Focus)
	}
	if a.folded != "" {
		a.d.Subtitle = strings.TrimSpace(a.d.Subtitle + " " + a.folded)
		a.d.Responses = false
		if a.d.Summary {
			a.d.Subtitle += " This is a summary: the matrix has every connection."
		}
	}
	silent := a.quiet(thin <= fewArrows)
	a.d.Refused = refused(a.cluster)
	a.d.Notes = a.notes(v)
	if silent {
		a.d.Notes = append(a.d.Notes, "Services with the name and the ports of their workload are not drawn.")
	}
}

// subtitle says in one or two sentences what the bundle holds and how open it is.
func (a *artist) subtitle() string {
	c := a.cluster
	declared, inForce, selects := 0, 0, false
	for _, e := range c.Entities {
		if e.IsPod() && e.Kind != model.KindInferred {
			declared++
		}
		for _, d := range model.Directions {
			selects = selects || e.IsPod() && len(a.isolatedBy(e, d)) > 0
		}
	}
	for _, p := range c.Policies {
		if p.InForce {
			inForce++
		}
	}
	var s string
	switch {
	case declared > 0 && inForce == 0:
		s = plural(declared, "workload") + "."
	case declared > 0:
		s = fmt.Sprintf("%s, %s.", plural(declared, "workload"), plural(inForce, "policy"))
	case inForce > 0:
		s = fmt.Sprintf("%s and no pod: who is meant is inferred from the selectors.", capital(plural(inForce, "policy")))
	}
	switch everybody := "everybody may call everybody, inside and outside, on all ports."; {
	case a.matrix.Written() != a.matrix:
		s = strings.TrimSpace(s + " " + c.Plugin.Title + " enforces none: " + everybody)
	case !selects && len(a.d.Nodes) > 0:
		s = strings.TrimSpace(s + " No policy selects any pod: " + everybody)
	}
	if a.stacked && len(a.stacks) > 0 && a.folded == "" {
		words := " Workloads that are alike share a box; every arrow is drawn."
		if a.focus != nil {
			words = " Workloads that are alike in what is drawn share a box."
		}
		s = strings.TrimSpace(s + words)
	}
	return s
}

// notes are the sentences that keep the picture from promising too much.
func (a *artist) notes(v View) []string {
	c := a.cluster
	var notes []string
	if a.d.Large {
		notes = append(notes, fmt.Sprintf("More than %d boxes or arrows: exact, but the matrix is easier to read.", largest))
	}
	if a.crosses != "" {
		notes = append(notes, a.crosses)
	}
	if len(a.implied) > 0 {
		notes = append(notes, "A pod and the node that it runs on always reach each other; that is not drawn.")
	}
	if v.Incomplete {
		notes = append(notes, "Not everything in the bundle could be read; this is about the rest.")
	}
	if caveat := c.Plugin.Caveat(); caveat != "" {
		notes = append(notes, caveat)
	}
	for _, text := range c.Assumed {
		notes = append(notes, strings.ReplaceAll(text, "`", ""))
	}
	for _, off := range a.matrix.Off {
		notes = append(notes, fmt.Sprintf("%s is switched off.", off))
	}
	for _, n := range c.NotEvaluated {
		switch {
		case !n.Policy:
		case n.Count == 1:
			notes = append(notes, fmt.Sprintf("1 %s object was not evaluated.", n.Kind))
		default:
			notes = append(notes, fmt.Sprintf("%d %s objects were not evaluated.", n.Count, n.Kind))
		}
	}
	host := false
	for _, e := range c.Entities {
		host = host || e.HostNetwork && e.IsPod()
	}
	if host {
		notes = append(notes, "Pods on the host network: policies do not reach them, and plug-ins may differ.")
	}
	notes = append(notes, a.doorways.closedDoors(c)...)
	for i, n := range notes {
		notes[i] = Display(n)
	}
	return notes
}

// refused lists the policies that are not in force.
func refused(c *model.Cluster) (words []string) {
	for _, p := range c.Policies {
		if !p.InForce {
			words = append(words, refusal(p))
		}
	}
	return slices.Compact(words)
}

func refusal(p *model.Policy) string {
	name := p.ID
	if p.Name == "" {
		name += "(no name)"
	}
	return Display(fmt.Sprintf("%s (%s)", name, p.Code))
}

// Caveats are the sentences that every form of the picture has to say.
func (d *Diagram) Caveats() []string {
	if len(d.Refused) == 0 {
		return d.Notes
	}
	return append([]string{"Not in force, since the API server would refuse it: " + list(someOf(d.Refused, 6)) + "."}, d.Notes...)
}
