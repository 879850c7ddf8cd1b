package export

import (
	"bufio"
	"io"
	"slices"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// endJSON is entities that are alike before and after, as an end of connections.
type endJSON struct {
	// In is both, before or after.
	In string `json:"in"`
	// Entities are IDs after, or before where they are only there; Was are the IDs
	// before where those are others.
	Entities []string `json:"entities"`
	Was      []string `json:"was,omitempty"`
	// CIDRs are exactly the addresses that are meant, for ends that are addresses.
	CIDRs []string `json:"cidrs,omitempty"`
}

// portsJSON is a set of ports as connections have it.
type portsJSON struct {
	All        bool       `json:"all"`
	Ports      []portJSON `json:"ports"`
	NamedPorts []string   `json:"namedPorts"`
}

func portsIn(p netset.Ports) portsJSON { return portsJSON{p.IsAll(), portsOf(p), namesOf(p)} }

type shiftJSON struct {
	Kind     string      `json:"kind"` // opened, changed or closed
	From     int         `json:"from"`
	To       int         `json:"to"`
	Pairs    int         `json:"pairs"`
	Was      portsJSON   `json:"was"`
	Is       portsJSON   `json:"is"`
	Opened   portsJSON   `json:"opened"`
	Closed   portsJSON   `json:"closed"`
	OpenedBy []blameJSON `json:"openedBy"`
	ClosedBy []blameJSON `json:"closedBy"`
	// Undefined says why the answer after rests on a choice; empty where it does not.
	Undefined string `json:"undefined,omitempty"`
}

// blameJSON points into edits.
type blameJSON struct {
	Edit     int       `json:"edit"`
	Ports    portsJSON `json:"ports"`
	Together bool      `json:"together"`
}

type oneSidedJSON struct {
	From  int       `json:"from"`
	To    int       `json:"to"`
	Pairs int       `json:"pairs"`
	Ports portsJSON `json:"ports"`
}

type changedEditJSON struct {
	Object string `json:"object"`
	// Fields are the paths before and after; empty for the whole object.
	WasField string     `json:"wasField"`
	IsField  string     `json:"isField"`
	Was      *placeJSON `json:"was"` // null where it is not there before
	Is       *placeJSON `json:"is"`  // null where it is not there after
	Text     string     `json:"text"`
}

type renamedJSON struct {
	Was string `json:"was"`
	Is  string `json:"is"`
}

type diffEntitiesJSON struct {
	Appeared []string      `json:"appeared"`
	Vanished []string      `json:"vanished"`
	Renamed  []renamedJSON `json:"renamed"`
}

type appearedJSON struct {
	Appeared []string `json:"appeared"`
	Vanished []string `json:"vanished"`
	Edited   []string `json:"edited"`
}

// editedPolicyJSON is a policy that is not written as before.
type editedPolicyJSON struct {
	ID string `json:"id"`
	// What is added, removed or edited; or rewritten, where it says the same in another way.
	What string `json:"what"`
	// Effect is yes, none, or untried where there were too many edits to undo each.
	Effect string     `json:"effect"`
	Was    *placeJSON `json:"was"`
	Is     *placeJSON `json:"is"`
}

// DiffJSON writes a comparison as netpolscope.diff/v1.
func DiffJSON(out io.Writer, c *analysis.Comparison) error {
	w := newWriter(bufio.NewWriterSize(out, bufferSize), "netpolscope.diff/v1")
	d, causes := c.Diff, c.Causes()
	opened, closed := c.Counts()
	for _, count := range []struct {
		name string
		n    int
	}{{"opened", opened}, {"closed", closed}, {"unchanged", d.Unchanged}, {"untried", causes.Untried}} {
		w.key(count.name)
		w.value(count.n)
	}
	list(w, "ends", mapped(d.Ends, endOf))
	numbers, edits := numbered(c, causes)
	blames := func(list []analysis.Blame) []blameJSON {
		return all(list, func(b analysis.Blame) blameJSON { return blameJSON{numbers[b.Edit], portsIn(b.Ports), b.Together} })
	}
	i := -1
	list(w, "changes", mapped(c.Shifts, func(s *reach.Shift) shiftJSON {
		i++
		return shiftJSON{
			Kind: kindOf(s).String(), From: s.From.Index, To: s.To.Index, Pairs: s.Pairs, Was: portsIn(s.Was), Is: portsIn(s.Is),
			Opened: portsIn(s.Opened()), Closed: portsIn(s.Closed()),
			OpenedBy: blames(causes.Of[i].Opened), ClosedBy: blames(causes.Of[i].Closed), Undefined: string(s.Undefined),
		}
	}))
	list(w, "appeared", mapped(d.OneSided(true), func(s reach.Shift) oneSidedJSON {
		return oneSidedJSON{s.From.Index, s.To.Index, s.Pairs, portsIn(s.Is)}
	}))
	list(w, "vanished", mapped(d.OneSided(false), func(s reach.Shift) oneSidedJSON {
		return oneSidedJSON{s.From.Index, s.To.Index, s.Pairs, portsIn(s.Was)}
	}))
	list(w, "edits", mapped(edits, func(e *manifest.Change) changedEditJSON {
		words := explain.EditInWords(d.Before.Cluster, d.After.Cluster, e)
		return changedEditJSON{words.Object, e.WasField, e.IsField, lineOf(words.Was), lineOf(words.Is), words.Text}
	}))
	w.key("entities")
	w.value(diffEntitiesJSON{
		all(d.Only(true), func(e *model.Entity) string { return e.ID }), all(d.Only(false), func(e *model.Entity) string { return e.ID }),
		all(d.Renamed, func(r reach.Rename) renamedJSON { return renamedJSON{r.Was.ID, r.Is.ID} }),
	})
	before, after := d.Before.Cluster, d.After.Cluster
	w.key("namespaces")
	w.value(appearedJSON{some(onlyNamespaces(after, before)), some(onlyNamespaces(before, after)), some(relabelled(before, after))})
	w.key("services")
	w.value(appearedJSON{some(onlyServices(after, before)), some(onlyServices(before, after)), some(editedServices(causes))})
	list(w, "policies", slices.Values(editedPolicies(c)))
	list(w, "notEvaluated", mapped(after.NotEvaluated, func(n model.NotEvaluated) notEvaluatedJSON { return notEvaluatedJSON(n) }))
	return w.close()
}

// some makes no list an empty one, since the contract has no null.
func some(names []string) []string { return all(names, same) }

func endOf(e *reach.End) endJSON {
	out := endJSON{In: "both"}
	other := false
	for i := range e.Members {
		m := &e.Members[i]
		out.Entities = append(out.Entities, m.Entity().ID)
		switch {
		case m.Was == nil:
			out.In = "after"
		case m.Is == nil:
			out.In = "before"
		default:
			out.Was = append(out.Was, m.Was.ID)
			other = other || m.Was.ID != m.Is.ID
		}
		for _, p := range m.Addrs.Prefixes() {
			out.CIDRs = append(out.CIDRs, p.String())
		}
	}
	if !other {
		out.Was = nil
	}
	return out
}

// numbered lists the edits that are named as causes, in the order of the bundle.
func numbered(c *analysis.Comparison, causes *analysis.Causes) (map[*manifest.Change]int, []*manifest.Change) {
	named := map[*manifest.Change]bool{}
	for _, of := range causes.Of {
		for _, b := range slices.Concat(of.Opened, of.Closed) {
			named[b.Edit] = true
		}
	}
	numbers := map[*manifest.Change]int{}
	var edits []*manifest.Change
	note := func(e *manifest.Change) {
		if named[e] {
			numbers[e] = len(edits)
			edits = append(edits, e)
		}
	}
	for i := range causes.Edits {
		note(&causes.Edits[i])
		for j := range causes.Edits[i].Parts {
			note(&causes.Edits[i].Parts[j])
		}
	}
	return numbers, edits
}

func editedServices(causes *analysis.Causes) (ids []string) {
	for i := range causes.Edits {
		if e := &causes.Edits[i]; e.Was != nil && e.Is != nil && e.Is.Kind == "Service" {
			ids = append(ids, e.Is.Title()[len("Service "):])
		}
	}
	return ids
}

func editedPolicies(c *analysis.Comparison) (policies []editedPolicyJSON) {
	causes := c.Causes()
	for i := range causes.Edits {
		e := &causes.Edits[i]
		if e.Object().Kind != "NetworkPolicy" {
			continue
		}
		p := editedPolicyJSON{ID: e.Object().Title()[len("NetworkPolicy "):], What: "edited", Effect: "yes"}
		if e.Was == nil {
			p.What = "added"
		} else {
			p.Was = lineOf(e.Was.Source.Locate(""))
		}
		if e.Is == nil {
			p.What = "removed"
		} else {
			p.Is = lineOf(e.Is.Source.Locate(""))
		}
		switch {
		case slices.Contains(causes.Idle, e):
			p.Effect = "none"
		case i >= len(causes.Edits)-causes.Untried:
			p.Effect = "untried"
		}
		policies = append(policies, p)
	}
	for _, e := range c.Rewritten() {
		policies = append(policies, editedPolicyJSON{
			ID: e.Is.Title()[len("NetworkPolicy "):], What: "rewritten", Effect: "none",
			Was: lineOf(e.Was.Source.Locate("")), Is: lineOf(e.Is.Source.Locate("")),
		})
	}
	return policies
}
