package expect

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Write gives a file of expectations that hold for a matrix: for each pod who may call it
// and that nobody else may, and the same of the addresses that it may call. Pods of which
// the same is so share their entries.
func Write(m *reach.Matrix) string {
	w := newWriter(m)
	var b strings.Builder
	b.WriteString("# What is so now. Take out what nobody needs, and give the rest a reason.\nexpectations:\n")
	head := b.Len()
	for _, d := range []model.Direction{model.Ingress, model.Egress} {
		w.direction(&b, d)
	}
	if b.Len() == head {
		return "expectations: []\n"
	}
	return b.String()
}

type writer struct {
	m *reach.Matrix
	// names are the shortest that name one entity and nothing else.
	names map[*model.Entity][]string
	// namespaces count their entities.
	namespaces map[*model.Namespace]int
	pods       int
}

func newWriter(m *reach.Matrix) *writer {
	w := &writer{m: m, names: map[*model.Entity][]string{}, namespaces: map[*model.Namespace]int{}}
	uses := map[string]int{}
	for _, e := range m.Cluster.Entities {
		uses[short(e.ID)]++
		for _, pod := range e.Pods {
			if pod != short(e.ID) {
				uses[pod]++
			}
		}
		if e.Owner != "" {
			uses[short(e.Owner)]++
		}
		if e.Namespace != nil {
			w.namespaces[e.Namespace]++
			w.pods++
		}
	}
	for _, e := range m.Cluster.Entities {
		w.names[e] = []string{e.ID}
		if s := short(e.ID); e.Namespace != nil && e.Kind != model.KindInferred && uses[s] == 1 {
			w.names[e][0] = s
		} else if prefix, err := netip.ParsePrefix(e.ID); err == nil && !netset.FromPrefixes(prefix).Minus(e.Addrs).IsEmpty() {
			// A range means all of its addresses, also those of smaller blocks within.
			w.names[e] = nil
			for _, p := range e.Addrs.Prefixes() {
				w.names[e] = append(w.names[e], p.String())
			}
		}
	}
	return w
}

// short gives namespace/name of an ID.
func short(id string) string {
	parts := strings.SplitN(id, "/", 3)
	if len(parts) != 3 {
		return id
	}
	return parts[0] + "/" + parts[2]
}

// block is what is so in one direction for several pods.
type block struct {
	pods    []*model.Entity
	entries []string // of the others and the ports, as text
	limited bool
}

// direction writes who may call each pod, or which addresses each pod may call.
func (w *writer) direction(b *strings.Builder, d model.Direction) {
	var order []*block
	known := map[string]*block{}
	for _, e := range w.m.Cluster.Entities {
		if !e.IsPod() {
			continue
		}
		entries, limited := w.entries(d, e)
		key := fmt.Sprintf("%t %q", limited, entries)
		x := known[key]
		if x == nil {
			x = &block{entries: entries, limited: limited}
			known[key] = x
			order = append(order, x)
		}
		x.pods = append(x.pods, e)
	}
	mine, theirs := "to", "from"
	if d == model.Egress {
		mine, theirs = "from", "to"
	}
	for _, x := range order {
		pods := mine + ": " + w.list(x.pods)
		line := func(others, rest string, expect Verdict) {
			lines := []string{pods, theirs + ": " + others}
			if d == model.Ingress {
				slices.Reverse(lines)
			}
			fmt.Fprintf(b, "- %s\n  %s\n%s  expect: %s\n", lines[0], lines[1], rest, expect)
		}
		for _, entry := range x.entries {
			others, ports, _ := strings.Cut(entry, "\n")
			line(others, ports, Allowed)
		}
		if x.limited {
			line(Others, "", Blocked)
		}
	}
}

// entries gives whom a pod is connected to, by ports: in direction Ingress everybody, in
// Egress those outside, since of pods it is said where they are called. It is limited
// where not everything is open.
func (w *writer) entries(d model.Direction, e *model.Entity) (entries []string, limited bool) {
	others := map[netset.Ports][]*model.Entity{}
	for _, other := range w.m.Cluster.Entities {
		if d == model.Egress && other.IsPod() || other == e && !e.Several() || other == e.Node {
			continue
		}
		ports := w.m.Ports(other, e)
		if d == model.Egress {
			ports = w.m.Ports(e, other)
		}
		limited = limited || !ports.IsAll()
		if !ports.IsEmpty() {
			others[ports] = append(others[ports], other)
		}
	}
	for ports, list := range others {
		names := w.those(d, e, list)
		for _, lines := range portLines(ports) {
			entries = append(entries, names+"\n"+lines)
		}
	}
	slices.SortFunc(entries, cmp.Compare[string])
	return entries, limited
}

// those names entities, with wildcards where they are all of a namespace, all pods or all
// there is but the one itself.
func (w *writer) those(d model.Direction, e *model.Entity, list []*model.Entity) string {
	count := map[*model.Namespace]int{}
	pods := 0
	for _, other := range list {
		if other.Namespace != nil {
			count[other.Namespace]++
			pods++
		}
	}
	self := 0 // it is not among its others where it is a single pod
	if !e.Several() && d == model.Ingress {
		self = 1
	}
	outside := len(w.m.Cluster.Entities) - w.pods
	if e.Node != nil {
		outside--
	}
	every := pods+self == w.pods && pods > 0
	if every && len(list)-pods == outside {
		return `"*"`
	}
	var names []string
	if every {
		names = append(names, `"*/*"`)
	}
	for _, other := range list {
		ns := other.Namespace
		whole := ns != nil && !ns.Elsewhere && (count[ns] == w.namespaces[ns] || ns == e.Namespace && count[ns]+self == w.namespaces[ns]) && count[ns] > 1
		switch {
		case ns != nil && every:
		case whole:
			if name := quoted(ns.Name + "/*"); !slices.Contains(names, name) {
				names = append(names, name)
			}
		default:
			for _, name := range w.names[other] {
				names = append(names, quoted(name))
			}
		}
	}
	return inList(names)
}

// list names entities one by one.
func (w *writer) list(entities []*model.Entity) string {
	var names []string
	for _, e := range entities {
		for _, name := range w.names[e] {
			names = append(names, quoted(name))
		}
	}
	return inList(names)
}

func inList(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// plain is what YAML reads as text without quotes, in a list too.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9./-]*/[A-Za-z0-9./-]*$|^world$|^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(/[0-9]+)?$`)

func quoted(name string) string {
	if plain.MatchString(name) {
		return name
	}
	return strconv.Quote(name)
}

// portLines gives the lines that say which ports are meant, for each protocol; one empty
// one for all of them.
func portLines(ports netset.Ports) []string {
	if ports.IsAll() {
		return []string{""}
	}
	var all []string
	for _, protocol := range netset.Protocols {
		var words []string
		full := false
		for _, i := range ports.Intervals() {
			if i.Protocol == protocol {
				full = full || i.Full()
				words = append(words, Port{First: i.First, Last: i.Last}.String())
			}
		}
		for _, n := range ports.Names() {
			if n.Protocol == protocol {
				words = append(words, n.Name)
			}
		}
		switch {
		case full:
			all = append(all, fmt.Sprintf("  protocol: %s\n", protocol))
		case len(words) > 0 && protocol == netset.TCP:
			all = append(all, fmt.Sprintf("  port: %s\n", inList(words)))
		case len(words) > 0:
			all = append(all, fmt.Sprintf("  port: %s\n  protocol: %s\n", inList(words), protocol))
		}
	}
	return all
}
