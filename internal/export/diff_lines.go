package export

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// DiffLines is a comparison for people: changes that are alike are one line.
type DiffLines struct {
	// Opened and Closed count the connections, pairs of entities, that gain and lose
	// ports; Unchanged those that keep all they had.
	Opened, Closed, Unchanged int
	// Lines are the changes, the most dangerous first.
	Lines []DiffLine
	// Idle are the edits of policies that change nothing.
	Idle []explain.Edit
	// Rewritten are the policies that are written in another way and say the same.
	Rewritten []explain.Edit
	// Objects says what is in one bundle only, or has another name, in sentences.
	Objects []string
	// Appeared and Vanished are connections that are there, or not any more, since an
	// entity is. They are no changes of what policies allow.
	Appeared, Vanished []DiffLine
	// Policies counts those that were edited, added and removed.
	Policies [3]int
	// Untried counts the edits of which it was not tried what they change.
	Untried int
}

// DiffLine is pairs of entities that change alike and for the same reasons.
type DiffLine struct {
	Kind     DiffKind
	From, To string
	// Ports are the ports that open, or that close where none does; Less are those that
	// close while others open; Was is what was allowed before and Left what still is
	// where others close, empty for nothing.
	Ports, Less, Was, Left string
	Pairs                  int
	Causes                 []DiffCause
	// Missing says why there is no cause; empty where there is one.
	Missing string
	// First is one of the pairs.
	First *reach.Shift
}

// DiffKind tells what happens to a pair.
type DiffKind uint8

const (
	Opens DiffKind = iota
	Swaps          // some ports open and others close
	Closes
)

// Sign gives the mark before a line.
func (k DiffKind) Sign() string { return [...]string{"+", "±", "−"}[k] }

// String gives the word used in JSON.
func (k DiffKind) String() string { return [...]string{"opened", "changed", "closed"}[k] }

// DiffCause is why a line is there.
type DiffCause struct {
	explain.Edit
	// Ports says which of the line's ports; empty for all of them.
	Ports string
	// Together is set when this edit alone would not have done it.
	Together bool
}

// Lines puts a comparison into lines.
func Lines(c *analysis.Comparison) DiffLines {
	causes := c.Causes()
	d := DiffLines{Unchanged: c.Diff.Unchanged, Untried: causes.Untried}
	words := func(e *manifest.Change) explain.Edit {
		return explain.EditInWords(c.Diff.Before.Cluster, c.Diff.After.Cluster, e)
	}
	d.Opened, d.Closed = c.Counts()
	m := newMerger(c)
	for i, s := range c.Shifts {
		m.add(kindOf(s), s, causes.Of[i])
	}
	for _, g := range m.merged() {
		line := m.line(g)
		once := map[string]bool{}
		for _, b := range g.blames() {
			cause := DiffCause{Edit: words(b.Edit), Together: b.Together}
			if all := b.of(g.shift); b.Ports != all {
				cause.Ports = explain.PortWords(b.Ports)
			}
			// One edit may open some ports and close others.
			if said := cause.Sentence(); !once[said] {
				once[said] = true
				line.Causes = append(line.Causes, cause)
			}
		}
		switch {
		case len(line.Causes) > 0:
		case slices.Contains(c.Shifts[len(c.Shifts)-causes.Unsought:], g.shift):
			line.Missing = "The edit behind it was not looked for: there is too much that changes."
		case causes.Untried > 0:
			line.Missing = "None of the edits that were tried does it; not all were."
		default:
			line.Missing = "No single edit was found that does it."
		}
		d.Lines = append(d.Lines, line)
	}
	for _, e := range causes.Idle {
		d.Idle = append(d.Idle, words(e))
	}
	for i := range causes.Edits {
		switch e := &causes.Edits[i]; {
		case e.Object().Kind != "NetworkPolicy":
		case e.Was == nil:
			d.Policies[1]++
		case e.Is == nil:
			d.Policies[2]++
		default:
			d.Policies[0]++
		}
	}
	rewritten := c.Rewritten()
	for i := range rewritten {
		d.Rewritten = append(d.Rewritten, words(&rewritten[i]))
	}
	d.Objects = objectSentences(c)
	var passing []string
	for _, e := range causes.Passing {
		passing = append(passing, words(e).Policy)
	}
	if len(passing) > 0 {
		d.Objects = append(d.Objects, "Policies that are gone with all that they chose: "+someOf(passing)+".")
	}
	d.Appeared, d.Vanished = oneSided(c, true), oneSided(c, false)
	return d
}

func kindOf(s *reach.Shift) DiffKind {
	switch opened, closed := s.Opened(), s.Closed(); {
	case closed.IsEmpty():
		return Opens
	case opened.IsEmpty():
		return Closes
	}
	return Swaps
}

func oneSided(c *analysis.Comparison, after bool) []DiffLine {
	m := newMerger(c)
	shifts := c.Diff.OneSided(after)
	for i := range shifts {
		m.add(kindOf(&shifts[i]), &shifts[i], analysis.Cause{})
	}
	var lines []DiffLine
	for _, g := range m.merged() {
		lines = append(lines, m.line(g))
	}
	return lines
}

// merger puts pairs together that change alike.
type merger struct {
	comparison *analysis.Comparison
	groups     []*lineGroup
	at         map[lineKey]*lineGroup
	edits      map[*manifest.Change]int
	sizes      map[*model.Namespace]int
}

// lineKey is equal for pairs that change alike, of one caller.
type lineKey struct {
	from    *reach.End
	was, is netset.Ports
	causes  string
}

type lineGroup struct {
	kind     DiffKind
	shift    *reach.Shift
	cause    analysis.Cause
	causes   string
	from, to []*reach.End
	pairs    int
}

func newMerger(c *analysis.Comparison) *merger {
	return &merger{comparison: c, at: map[lineKey]*lineGroup{}, edits: map[*manifest.Change]int{}}
}

func (m *merger) add(kind DiffKind, s *reach.Shift, cause analysis.Cause) {
	var text []byte
	for _, list := range [][]analysis.Blame{cause.Opened, cause.Closed} {
		for _, b := range list {
			n, known := m.edits[b.Edit]
			if !known {
				n = len(m.edits)
				m.edits[b.Edit] = n
			}
			text = fmt.Append(text, n, b.Together, " ", b.Ports, ";")
		}
		text = append(text, '|')
	}
	key := lineKey{s.From, s.Was, s.Is, string(text)}
	g := m.at[key]
	if g == nil {
		g = &lineGroup{kind: kind, shift: s, cause: cause, causes: key.causes, from: []*reach.End{s.From}}
		m.at[key] = g
		m.groups = append(m.groups, g)
	}
	g.to = append(g.to, s.To)
	g.pairs += s.Pairs
}

// merged gives the groups with those put together that have the same callees.
func (m *merger) merged() []*lineGroup {
	type key struct {
		to, causes string
		was, is    netset.Ports
	}
	at := map[key]*lineGroup{}
	var merged []*lineGroup
	for _, g := range m.groups {
		var to []byte
		slices.SortFunc(g.to, func(x, y *reach.End) int { return cmp.Compare(x.Index, y.Index) })
		for _, e := range g.to {
			to = fmt.Append(to, e.Index, " ")
		}
		k := key{string(to), g.causes, g.shift.Was, g.shift.Is}
		if known := at[k]; known != nil {
			known.from = append(known.from, g.from...)
			known.pairs += g.pairs
			continue
		}
		at[k] = g
		merged = append(merged, g)
	}
	return merged
}

func (m *merger) line(g *lineGroup) DiffLine {
	s := g.shift
	opened, closed := s.Opened(), s.Closed()
	line := DiffLine{Kind: g.kind, From: m.name(g.from), To: m.name(g.to), Pairs: g.pairs, First: s}
	if g.kind == Closes {
		line.Ports = explain.PortWords(closed)
		if !s.Is.IsEmpty() {
			line.Left = explain.PortWords(s.Is)
			if s.Was.IsAll() {
				line.Ports = "every other port"
			}
		}
		return line
	}
	line.Ports = explain.PortWords(opened)
	if s.Is.IsAll() {
		line.Ports = explain.PortWords(s.Is)
	}
	if !s.Was.IsEmpty() {
		line.Was = explain.PortWords(s.Was)
	}
	if g.kind == Swaps {
		line.Less = explain.PortWords(closed)
	}
	return line
}

// mostNamed is how many ends a line names.
const mostNamed = 4

// name names the members of some ends.
func (m *merger) name(ends []*reach.End) string {
	var members []*reach.Member
	for _, e := range ends {
		for i := range e.Members {
			members = append(members, &e.Members[i])
		}
	}
	slices.SortFunc(members, func(x, y *reach.Member) int {
		return cmp.Or(cmp.Compare(width(x), width(y)), cmp.Compare(x.ID(), y.ID()))
	})
	if ns := members[0].Entity().Namespace; ns != nil && len(members) > mostNamed && m.whole(ns, members) {
		return fmt.Sprintf("all %d of %s", len(members), ns.Name)
	}
	var words []string
	for _, member := range members[:min(len(members), mostNamed)] {
		words = append(words, m.memberName(member))
	}
	if more := len(members) - mostNamed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(words, ", "), more)
	}
	return strings.Join(words, ", ")
}

// width puts those first that are many: everybody outside, then any other pod.
func width(m *reach.Member) int {
	switch e := m.Entity(); {
	case e.Kind == model.KindAddresses:
		return 0
	case e.AnyOther:
		return 1
	case e.Kind == model.KindInferred:
		return 2
	}
	return 3
}

// whole reports whether members are all that a namespace has in both bundles.
func (m *merger) whole(ns *model.Namespace, members []*reach.Member) bool {
	for _, member := range members {
		if other := member.Entity().Namespace; other == nil || other.Name != ns.Name {
			return false
		}
	}
	if m.sizes == nil {
		m.sizes = map[*model.Namespace]int{}
		for _, e := range m.comparison.Diff.Ends {
			if ns := e.First().Namespace; ns != nil {
				m.sizes[ns] += len(e.Members)
			}
		}
	}
	return m.sizes[ns] == len(members)
}

func (m *merger) memberName(member *reach.Member) string {
	e := member.Entity()
	switch {
	case e.Kind == model.KindAddresses:
		return member.ID()
	case e.Kind == model.KindInferred && len(e.Labels) > fewLabels:
		return m.shortName(e)
	}
	return explain.Name(e)
}

// fewLabels is how many labels name an inferred pod in a line.
const fewLabels = 2

// telling are the label keys that say best what a pod is, by their last part.
var telling = []string{"name", "app", "k8s-app", "role", "component"}

// shortName names an inferred pod by its most telling label, if no other of its namespace
// has it.
func (m *merger) shortName(e *model.Entity) string {
	for _, key := range telling {
		for _, label := range slices.Sorted(maps.Keys(e.Labels)) {
			if label[strings.LastIndexByte(label, '/')+1:] != key {
				continue
			}
			same := func(o *model.Entity) bool {
				return o.Kind == model.KindInferred && o.Namespace.Name == e.Namespace.Name && o.ID != e.ID && o.Labels[label] == e.Labels[label]
			}
			d := m.comparison.Diff
			if !slices.ContainsFunc(d.Before.Cluster.Entities, same) && !slices.ContainsFunc(d.After.Cluster.Entities, same) {
				return fmt.Sprintf("any pod with %s=%s (and %d more labels) in %s", label, e.Labels[label], len(e.Labels)-1, e.Namespace.Name)
			}
		}
	}
	return explain.Name(e)
}

// blame is a cause with the side of the change it is for.
type blame struct {
	analysis.Blame
	closed bool
}

func (b blame) of(s *reach.Shift) netset.Ports {
	if b.closed {
		return s.Closed()
	}
	return s.Opened()
}

func (g *lineGroup) blames() (list []blame) {
	named := map[*manifest.Change]bool{}
	for _, b := range g.cause.Opened {
		list, named[b.Edit] = append(list, blame{b, false}), true
	}
	for _, b := range g.cause.Closed {
		if !named[b.Edit] {
			list = append(list, blame{b, true})
		}
	}
	return list
}

// Place gives "shop/api:64", or what is gone: "shop/api removed".
func (c *DiffCause) Place() string {
	name := cmp.Or(c.Policy, c.Object)
	switch {
	case !c.Is.IsZero():
		return fmt.Sprintf("%s:%d", name, c.Is.Start.Line)
	case !c.Was.IsZero():
		return fmt.Sprintf("%s (old line %d)", name, c.Was.Start.Line)
	}
	return name
}

// objectSentences says what exists on one side only.
func objectSentences(c *analysis.Comparison) (sentences []string) {
	d := c.Diff
	say := func(what string, names []string) {
		if len(names) > 0 {
			sentences = append(sentences, what+": "+someOf(names)+".")
		}
	}
	before, after := d.Before.Cluster, d.After.Cluster
	for _, was := range slices.Sorted(maps.Keys(d.Namespaces)) {
		sentences = append(sentences, fmt.Sprintf("Namespace %s is %s now: the same is in it, and is compared as the same.", was, d.Namespaces[was]))
	}
	say("New namespaces", without(onlyNamespaces(after, before), maps.Values(d.Namespaces)))
	say("Namespaces that are gone", without(onlyNamespaces(before, after), maps.Keys(d.Namespaces)))
	say("Namespaces with other labels", relabelled(before, after))
	say("New", entityNames(d.Only(true)))
	say("Gone", entityNames(d.Only(false)))
	for _, r := range d.Renamed {
		if r.Was.Name == r.Is.Name {
			continue // Its namespace has another name, which is said.
		}
		sentences = append(sentences, fmt.Sprintf("%s is %s now: it has the same labels and ports, and is compared as the same.", r.Was.ID, r.Is.ID))
	}
	come, gone := onlyServices(after, before), onlyServices(before, after)
	var stayed []string // with their namespace
	for _, id := range gone {
		ns, name, _ := strings.Cut(id, "/")
		if to, ok := d.Namespaces[ns]; ok && slices.Contains(come, to+"/"+name) {
			stayed = append(stayed, id, to+"/"+name)
		}
	}
	say("New Services", without(come, slices.Values(stayed)))
	say("Services that are gone", without(gone, slices.Values(stayed)))
	return sentences
}

// without gives the names that are not among others.
func without(names []string, others iter.Seq[string]) []string {
	known := slices.Collect(others)
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(known, name) })
}

// mostListed is how many names a sentence takes in.
const mostListed = 8

func someOf(names []string) string {
	if more := len(names) - mostListed; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostListed], ", "), more)
	}
	return strings.Join(names, ", ")
}

func entityNames(entities []*model.Entity) (names []string) {
	for _, e := range entities {
		names = append(names, e.ID)
	}
	return names
}

func onlyNamespaces(in, other *model.Cluster) (names []string) {
	for _, ns := range in.Namespaces {
		if !slices.ContainsFunc(other.Namespaces, func(o *model.Namespace) bool { return o.Name == ns.Name }) {
			names = append(names, ns.Name)
		}
	}
	return names
}

func relabelled(before, after *model.Cluster) (names []string) {
	for _, ns := range after.Namespaces {
		for _, was := range before.Namespaces {
			if was.Name == ns.Name && fmt.Sprint(was.Labels) != fmt.Sprint(ns.Labels) {
				names = append(names, ns.Name)
			}
		}
	}
	return names
}

func onlyServices(in, other *model.Cluster) (names []string) {
	known := map[string]bool{}
	for _, s := range other.Services {
		known[s.ID] = true
	}
	for _, s := range in.Services {
		if !known[s.ID] {
			names = append(names, s.ID)
		}
	}
	return names
}

// lineOf gives a place in a file.
func lineOf(r diag.Range) *placeJSON {
	if r.IsZero() {
		return nil
	}
	return &placeJSON{r.File, r.Start.Line}
}

// placeJSON is a line of a file.
type placeJSON struct {
	File string `json:"file"`
	Line int    `json:"line"`
}
