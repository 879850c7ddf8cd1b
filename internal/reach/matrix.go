package reach

import (
	"iter"
	"sync"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// Matrix answers which ports every entity of a cluster may open on every other. It
// never changes and may be asked from several goroutines at once.
type Matrix struct {
	Cluster *model.Cluster
	// Off is what was evaluated as if it were not there.
	Off []Off
	// Base is the matrix that this one is looked at beside: what is so without the
	// reader's assumptions. It is nil where nothing is assumed.
	Base     *Matrix
	written  func() *Matrix
	policies map[*model.Namespace][]*model.Policy
	ports    *table
	chosen   reading
	// asPods and unknown are what other choices would give, to tell answers that rest
	// on one; absent where the cluster has nothing that they would change.
	asPods, unknown reading
	families        [][2]bool // by class, the IP families its addresses have; both when not known
}

// reading is the policies compiled under one assumption: once for all families, or
// once for each where the pods have addresses of both and blocks tell them apart.
type reading []*index

// Compute evaluates the policies of a cluster less what is off. Where the network
// plug-in enforces none, every connection is open; Written has what they say.
func Compute(c *model.Cluster, off ...Off) *Matrix {
	m := compute(c, off, c.Plugin.Enforcement != model.NeverEnforces)
	if c.Plugin.Enforcement == model.NeverEnforces {
		m.written = sync.OnceValue(func() *Matrix { return compute(c, off, true) })
	}
	return m
}

// Written gives what the policies say, whether or not the network plug-in does it.
func (m *Matrix) Written() *Matrix {
	if m.written == nil {
		return m
	}
	return m.written()
}

// Against gives the matrix beside another one that it is compared with.
func (m *Matrix) Against(base *Matrix) *Matrix {
	beside := *m
	beside.Base = base
	return &beside
}

func compute(c *model.Cluster, off []Off, enforced bool) *Matrix {
	policies := map[*model.Namespace][]*model.Policy{}
	for _, ns := range c.Namespaces {
		if !enforced {
			break
		}
		for _, p := range ns.Policies {
			if p := without(p, off); p != nil {
				policies[ns] = append(policies[ns], p)
			}
		}
	}
	return computeFrom(c, off, policies)
}

// computeFrom evaluates these policies.
func computeFrom(c *model.Cluster, off []Off, policies map[*model.Namespace][]*model.Policy) *Matrix {
	m := &Matrix{Cluster: c, Off: off, policies: policies, ports: newTable()}
	mixed := m.findFamilies()
	m.chosen = m.read(policy.Assumption{}, mixed)
	if m.some(func(e *model.Entity) bool { return e.HostNetwork }) {
		m.asPods = m.read(policy.Assumption{HostNetworkAsPods: true}, mixed)
	}
	if len(c.Blocks) > 0 && m.some(addressUnknown) {
		m.unknown = m.read(policy.Assumption{UnknownInBlocks: true}, mixed)
	}
	return m
}

func (m *Matrix) read(under policy.Assumption, mixed bool) reading {
	policies := func(ns *model.Namespace) []*model.Policy { return m.policies[ns] }
	if !mixed {
		return reading{compile(m.Cluster, policies, under, m.ports)}
	}
	v4, v6 := under, under
	v4.Family, v6.Family = policy.IPv4, policy.IPv6
	return reading{compile(m.Cluster, policies, v4, m.ports), compile(m.Cluster, policies, v6, m.ports)}
}

func (m *Matrix) some(is func(*model.Entity) bool) bool {
	for _, class := range m.Cluster.Classes {
		if is(class.First()) {
			return true
		}
	}
	return false
}

// addressUnknown reports whether an ipBlock could be about a pod once it has an
// address. Inferred pods are left out: they are questions already.
func addressUnknown(e *model.Entity) bool {
	return e.IsPod() && e.Origin == model.Declared && e.Addrs.IsEmpty()
}

// findFamilies notes the families of each class's addresses and reports whether pods
// have both, so that a flow of one family may differ from one of the other.
func (m *Matrix) findFamilies() (mixed bool) {
	m.families = make([][2]bool, len(m.Cluster.Classes))
	var pods [2]bool
	for i, class := range m.Cluster.Classes {
		e := class.First()
		f := &m.families[i]
		for _, r := range e.Addrs.Ranges() {
			f[0] = f[0] || r.From().Is4()
			f[1] = f[1] || r.From().Is6()
		}
		if e.IsPod() || e.Kind == model.KindNode {
			pods[0], pods[1] = pods[0] || f[0], pods[1] || f[1]
		}
		if e.Addrs.IsEmpty() {
			*f = [2]bool{true, true}
		}
	}
	return pods[0] && pods[1] && len(m.Cluster.Blocks) > 0
}

// shared gives the families in which a flow between two classes can be. Where they
// have none in common both count: the policies' answer is still asked for.
func (m *Matrix) shared(from, to int) (v4, v6 bool) {
	a, b := m.families[from], m.families[to]
	v4, v6 = a[0] && b[0], a[1] && b[1]
	if !v4 && !v6 {
		return true, true
	}
	return v4, v6
}

// Cell is the answer for a pair of classes.
type Cell struct {
	Ports netset.Ports
	// Undefined is set when the API leaves the answer to the network plug-in; Ports is
	// then the behaviour that Netpolscope chooses.
	Undefined model.Reason
}

// Connection is a pair of classes of which the first may open ports on the second.
type Connection struct {
	From, To *model.Class
	Cell
}

// Asked reports whether a pair of classes is a question at all: not between two sets
// of addresses, and within a class only if it has more than one pod.
func Asked(from, to *model.Class) bool {
	if !from.First().IsPod() && !to.First().IsPod() {
		return false
	}
	return from != to || from.Several()
}

// Connections gives the pairs with at least one allowed port, ordered by From and
// then To.
func (m *Matrix) Connections() iter.Seq[Connection] {
	return m.ConnectionsOf(0, len(m.Cluster.Classes))
}

// ConnectionsOf gives those of the callers with an index from first up to, but not
// including, last, so that several processors can share the work.
func (m *Matrix) ConnectionsOf(first, last int) iter.Seq[Connection] {
	if m.certain() {
		return m.rows(first, last)
	}
	return func(yield func(Connection) bool) {
		for pair := range m.pairsOf(first, last) {
			if !pair.Ports.IsEmpty() && !yield(pair) {
				return
			}
		}
	}
}

// certain reports whether no answer can rest on a choice.
func (m *Matrix) certain() bool { return len(m.chosen) == 1 && m.asPods == nil && m.unknown == nil }

// rows yields the connections of a matrix in which every answer is certain.
func (m *Matrix) rows(first, last int) iter.Seq[Connection] {
	return func(yield func(Connection) bool) {
		t := m.ports.clone()
		sweep := newSweep(m.chosen[0], t)
		classes := m.Cluster.Classes
		every := make([]int, len(classes))
		for i := range every {
			every[i] = i
		}
		for i, from := range classes[first:last] {
			row, columns := sweep.of(first + i)
			if columns == nil {
				columns = every
			}
			for _, j := range columns {
				if row[j] == nonePorts {
					continue
				}
				if to := classes[j]; Asked(from, to) && !yield(Connection{from, to, Cell{Ports: t.sets[row[j]]}}) {
					return
				}
			}
		}
	}
}

// pairs gives the pairs that have an allowed port or would have one under another
// choice.
func (m *Matrix) pairs() iter.Seq[Connection] { return m.pairsOf(0, len(m.Cluster.Classes)) }

func (m *Matrix) pairsOf(first, last int) iter.Seq[Connection] {
	return func(yield func(Connection) bool) {
		t := m.ports.clone()
		chosen, asPods, unknown := m.sweeps(m.chosen, t), m.sweeps(m.asPods, t), m.sweeps(m.unknown, t)
		classes := m.Cluster.Classes
		for i, from := range classes[:last] {
			if i < first {
				continue
			}
			rows, hosts, unknowns := chosen.of(i), asPods.of(i), unknown.of(i)
			for j, to := range classes {
				ports, differ := m.combine(t, rows, i, j)
				var undefined model.Reason
				switch {
				case hosts != nil && (from.First().HostNetwork || to.First().HostNetwork) && m.differs(t, hosts, i, j, ports):
					undefined = model.HostNetwork
				case differ:
					undefined = model.DualStack
				case unknowns != nil && (addressUnknown(from.First()) || addressUnknown(to.First())) && m.differs(t, unknowns, i, j, ports):
					undefined = model.AddressUnknown
				case ports == nonePorts:
					continue
				}
				if Asked(from, to) && !yield(Connection{from, to, Cell{t.sets[ports], undefined}}) {
					return
				}
			}
		}
	}
}

// sweeper computes the rows of one reading.
type sweeper []*sweep

func (m *Matrix) sweeps(r reading, t *table) sweeper {
	var s sweeper
	for _, x := range r {
		s = append(s, newSweep(x, t))
	}
	return s
}

func (s sweeper) of(from int) [][]portsID {
	var rows [][]portsID
	for _, sweep := range s {
		row, _ := sweep.of(from)
		rows = append(rows, row)
	}
	return rows
}

// combine gives the ports of a pair from the rows of a reading: those of either
// family that the pair can use. It reports whether the families differ.
func (m *Matrix) combine(t *table, rows [][]portsID, from, to int) (ports portsID, differ bool) {
	if len(rows) == 1 {
		return rows[0][to], false
	}
	switch v4, v6 := m.shared(from, to); {
	case !v6:
		return rows[0][to], false
	case !v4:
		return rows[1][to], false
	}
	return t.union(rows[0][to], rows[1][to]), rows[0][to] != rows[1][to]
}

func (m *Matrix) differs(t *table, rows [][]portsID, from, to int, ports portsID) bool {
	other, _ := m.combine(t, rows, from, to)
	return other != ports
}

// cell gives one pair under a reading.
func (m *Matrix) cell(r reading, from, to int) (ports netset.Ports, differ bool) {
	if len(r) == 1 {
		return r[0].cell(from, to), false
	}
	switch v4, v6 := m.shared(from, to); {
	case !v6:
		return r[0].cell(from, to), false
	case !v4:
		return r[1].cell(from, to), false
	}
	four, six := r[0].cell(from, to), r[1].cell(from, to)
	return four.Union(six), four != six
}

// Cell gives the answer for one pair of classes; it is empty for pairs that are no
// question.
func (m *Matrix) Cell(from, to *model.Class) Cell {
	if !Asked(from, to) {
		return Cell{}
	}
	i, j := from.Index, to.Index
	ports, differ := m.cell(m.chosen, i, j)
	c := Cell{Ports: ports}
	other := func(r reading) bool {
		ports, _ := m.cell(r, i, j)
		return ports != c.Ports
	}
	switch {
	case (from.First().HostNetwork || to.First().HostNetwork) && other(m.asPods):
		c.Undefined = model.HostNetwork
	case differ:
		c.Undefined = model.DualStack
	case m.unknown != nil && (addressUnknown(from.First()) || addressUnknown(to.First())) && other(m.unknown):
		c.Undefined = model.AddressUnknown
	}
	return c
}

// Ports gives the ports that one entity may open on another; for a single pod and
// itself that is all of them.
func (m *Matrix) Ports(from, to *model.Entity) netset.Ports {
	switch {
	case from == to && from.IsPod() && !from.Several():
		return netset.All
	case !from.IsPod() && !to.IsPod():
		return netset.Ports{}
	}
	ports, _ := m.cell(m.chosen, from.Class.Index, to.Class.Index)
	return ports
}

// Flow is one connection with the decisions of both sides.
type Flow struct {
	From, To        *model.Entity
	Egress, Ingress policy.Decision
	Cell
}

// Flow gives the decisions behind a pair of entities. A pair of addresses has no
// side that policies decide.
func (m *Matrix) Flow(from, to *model.Entity) Flow {
	f := Flow{From: from, To: to, Cell: Cell{Ports: m.Ports(from, to)}}
	if from != to || from.Several() {
		f.Undefined = m.Cell(from.Class, to.Class).Undefined
	}
	f.Egress = policy.Decide(m.of(from), model.Egress, from, to, policy.Assumption{})
	f.Ingress = policy.Decide(m.of(to), model.Ingress, to, from, policy.Assumption{})
	return f
}

func (m *Matrix) of(e *model.Entity) []*model.Policy {
	if e.Namespace == nil {
		return nil
	}
	return m.policies[e.Namespace]
}

// IsolatedBy gives the policies that isolate an entity in a direction, by ID.
func (m *Matrix) IsolatedBy(e *model.Entity, d model.Direction) []*model.Policy {
	var by []*model.Policy
	for _, p := range m.of(e) {
		if p.Isolates[d] && p.Selects(e) {
			by = append(by, p)
		}
	}
	return by
}

// Allows reports whether one entity may open one port on another.
func (m *Matrix) Allows(from, to *model.Entity, p netset.Protocol, port uint16) bool {
	if len(m.chosen) > 1 || from == to && !from.Several() || !from.IsPod() && !to.IsPod() {
		return m.Ports(from, to).Contains(p, port)
	}
	return m.chosen[0].allows(from.Class.Index, to.Class.Index, p, port)
}

// Open reports whether one side of a class lets every port of everybody through.
func (m *Matrix) Open(c *model.Class, d model.Direction) bool {
	return m.everybody(c, d, netset.Ports.IsAll)
}

// Closed reports whether nobody gets through one side of a class at all.
func (m *Matrix) Closed(c *model.Class, d model.Direction) bool {
	return m.everybody(c, d, netset.Ports.IsEmpty)
}

// everybody reports whether something holds for what a side lets through to or from
// every other class.
func (m *Matrix) everybody(c *model.Class, d model.Direction, holds func(netset.Ports) bool) bool {
	if s := m.chosen[0].sides[d][c.Index]; !s.isolated {
		return holds(netset.All)
	}
	for _, x := range m.chosen {
		for _, other := range m.Cluster.Classes {
			if (other != c || c.Several()) && !holds(x.sidePorts(d, c.Index, other.Index)) {
				return false
			}
		}
	}
	return true
}

// Side gives what the policies of one side of a pair of classes let through, whatever
// the other side says: everything where the subject is not isolated in the direction.
func (m *Matrix) Side(d model.Direction, subject, other *model.Class) netset.Ports {
	var ports netset.Ports
	for _, x := range m.chosen {
		ports = ports.Union(x.sidePorts(d, subject.Index, other.Index))
	}
	return ports
}

// Isolated reports whether some policy isolates a class in a direction.
func (m *Matrix) Isolated(c *model.Class, d model.Direction) bool {
	return m.chosen[0].sides[d][c.Index].isolated
}
