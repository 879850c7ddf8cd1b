package analysis

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Every Pod with traffic is in exactly one entity, every workload is one entity or
// its Pods are one each, and nothing else is declared.
func TestEntitiesAreTheDeclaredPods(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		c := compute(texts, model.ExposureAuto).Cluster
		for id, g := range b.groups {
			if err := judgeGroup(b, c, id, g); err != nil {
				return fmt.Errorf("group: %s: %w", id, err)
			}
		}
		seen := map[string]string{}
		for i, e := range c.Entities {
			if i > 0 && c.Entities[i-1].ID >= e.ID {
				return fmt.Errorf("sort: %s before %s", c.Entities[i-1].ID, e.ID)
			}
			for _, p := range e.Pods {
				if seen[p] != "" {
					return fmt.Errorf("twice: %s is in %s and in %s", p, seen[p], e.ID)
				}
				seen[p] = e.ID
			}
			declared := e.Kind == model.KindPod || e.Kind == model.KindWorkload
			if declared && len(e.Pods) == 0 && (b.groups[e.ID] == nil || b.groups[e.ID].template == nil) {
				return fmt.Errorf("nothing: %s has no Pods and no template", e.ID)
			}
			if declared != (e.Origin == model.Declared && e.IsPod()) || e.AnyOther && e.Kind != model.KindInferred {
				return fmt.Errorf("origin: %s is %v and %v", e.ID, e.Kind, e.Origin)
			}
		}
		for p := range b.pods {
			if seen[p] == "" {
				return fmt.Errorf("missing: the Pod %s is in no entity", p)
			}
		}
		return nil
	})
}

// judgeGroup compares one bare pod or workload with its entity or entities.
func judgeGroup(b *bundle, c *model.Cluster, id string, g *group) error {
	parts := strings.Split(id, "/")
	whole := c.Entity(id)
	switch {
	case len(g.pods) == 0 && g.template == nil:
		if whole != nil {
			return fmt.Errorf("has no pods, but is an entity")
		}
		return nil
	case g.template != nil:
		if whole == nil {
			return fmt.Errorf("is judged by its template, but is no entity")
		}
		if whole.Replicas != g.replicas || len(whole.Pods) != 0 || !maps.Equal(whole.Labels, g.template.labels) {
			return fmt.Errorf("replicas %d of %d, labels %v of %v, pods %v", whole.Replicas, g.replicas, whole.Labels, g.template.labels, whole.Pods)
		}
	case whole != nil:
		slices.Sort(g.pods)
		if !slices.Equal(whole.Pods, g.pods) || whole.Replicas != len(g.pods) {
			return fmt.Errorf("has the pods %v and replicas %d, want %v", whole.Pods, whole.Replicas, g.pods)
		}
		for _, p := range g.pods[1:] {
			if b.fingerprint(b.pods[p], false) != b.fingerprint(b.pods[g.pods[0]], false) {
				return fmt.Errorf("is one entity, but %s and %s can be told apart:\n%s\nand\n%s", g.pods[0], p,
					b.fingerprint(b.pods[g.pods[0]], false), b.fingerprint(b.pods[p], false))
			}
		}
	default:
		same := true
		for _, p := range g.pods {
			ns, name, _ := strings.Cut(p, "/")
			e := c.Entity(ns + "/Pod/" + name)
			if e == nil || !slices.Equal(e.Pods, []string{p}) || e.Owner != id || e.Replicas != 1 || e.Kind != model.KindPod {
				return fmt.Errorf("is no entity, and its Pod %s is none that knows its owner: %+v", p, e)
			}
			same = same && b.fingerprint(b.pods[p], true) == b.fingerprint(b.pods[g.pods[0]], true)
		}
		if same {
			return fmt.Errorf("is split into Pods that nothing tells apart: %v", g.pods)
		}
		return nil
	}
	kind := model.KindWorkload
	if parts[1] == "Pod" {
		kind = model.KindPod
	}
	if whole.Kind != kind || whole.Namespace.Name != parts[0] || whole.Name != parts[2] || kind == model.KindWorkload && whole.Workload != parts[1] {
		return fmt.Errorf("is a %v %s named %s in %s", whole.Kind, whole.Workload, whole.Name, whole.Namespace.Name)
	}
	return nil
}

// Every address is in exactly one entity of addresses or node, and the lists of
// CIDRs cover them all.
func TestAddressesArePartitioned(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		c := compute(texts, model.ExposureAuto).Cluster
		rest := netset.Everywhere
		for _, e := range c.Entities {
			if e.IsPod() {
				continue
			}
			if e.Kind == model.KindNode && !e.Addrs.Equal(netset.FromAddrs(b.nodes[e.Name]...)) {
				return fmt.Errorf("node: %s has %v, want %v", e.ID, e.Addrs.Prefixes(), b.nodes[e.Name])
			}
			if e.Kind == model.KindAddresses && e.Addrs.IsEmpty() {
				return fmt.Errorf("empty: %s", e.ID)
			}
			if both := rest.Intersect(e.Addrs); !both.Equal(e.Addrs) {
				return fmt.Errorf("overlap: %v of %s is in another entity too", e.Addrs.Minus(both).Prefixes(), e.ID)
			}
			rest = rest.Minus(e.Addrs)
			if err := judgeName(e); err != nil {
				return err
			}
			for _, a := range b.samples(e.Addrs) {
				if got := c.EntityAt(a); got != e && !b.podHas(a) {
					return fmt.Errorf("at: %v is in %s, but EntityAt gives %s", a, e.ID, got.ID)
				}
			}
		}
		if !rest.IsEmpty() {
			return fmt.Errorf("gap: %v is in no entity", rest.Prefixes())
		}
		for name := range b.nodes {
			if e := c.Entity("node/" + name); e == nil || e.Kind != model.KindNode {
				return fmt.Errorf("node: %s is no entity", name)
			}
		}
		for name, p := range b.pods {
			for _, a := range p.addrs {
				if e := c.EntityAt(a); !p.hostNetwork && !slices.Contains(e.Pods, name) {
					return fmt.Errorf("at: %v is the Pod %s's, EntityAt gives %s", a, name, e.ID)
				}
			}
		}
		return nil
	})
}

func (b *bundle) podHas(a netip.Addr) bool {
	for _, p := range b.pods {
		if slices.Contains(p.addrs, a) {
			return true
		}
	}
	return false
}

// judgeName tests that an entity named after a block has no address outside of it,
// nor in the excepts that it names.
func judgeName(e *model.Entity) error {
	name, _, _ := strings.Cut(e.ID, "#")
	cidr, excepts, _ := strings.Cut(strings.TrimSpace(name), " except ")
	if e.Kind != model.KindAddresses || strings.HasPrefix(cidr, "world") {
		return nil
	}
	if !e.Addrs.Minus(netset.FromPrefixes(prefixOf(cidr))).IsEmpty() {
		return fmt.Errorf("name: %s has %v", e.ID, e.Addrs.Prefixes())
	}
	for _, word := range strings.FieldsFunc(excepts, func(r rune) bool { return r == ' ' || r == ',' }) {
		if strings.Contains(word, "/") && !e.Addrs.Intersect(netset.FromPrefixes(prefixOf(word))).IsEmpty() {
			return fmt.Errorf("name: %s has %v", e.ID, e.Addrs.Prefixes())
		}
	}
	return nil
}

// Classes are numbered by their first member, hold every entity once, and keep apart
// what the bundle tells apart.
func TestClassesKeepApart(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		c := compute(texts, model.ExposureAuto).Cluster
		next, members := 0, 0
		for _, e := range c.Entities {
			if e.Class.First() == e {
				if e.Class.Index != next || c.Classes[next] != e.Class {
					return fmt.Errorf("number: class of %s is %d, want %d", e.ID, e.Class.Index, next)
				}
				next++
			}
		}
		for _, class := range c.Classes {
			members += len(class.Entities)
			first := class.First()
			for _, e := range class.Entities {
				if e.Class != class || e.Namespace != first.Namespace || e.IsPod() != first.IsPod() || e.HostNetwork != first.HostNetwork {
					return fmt.Errorf("class: %s is with %s", e.ID, first.ID)
				}
				if e.IsPod() && e.Kind != model.KindInferred && first.Kind != model.KindInferred {
					x, y := b.fingerprint(b.members(e)[0].end, false), b.fingerprint(b.members(first)[0].end, false)
					if x != y {
						return fmt.Errorf("class: %s and %s are together, but:\n%s\nand\n%s", e.ID, first.ID, x, y)
					}
				}
			}
		}
		if members != len(c.Entities) || next != len(c.Classes) {
			return fmt.Errorf("count: %d members of %d entities, %d of %d classes", members, len(c.Entities), next, len(c.Classes))
		}
		return nil
	})
}

// Namespaces are those that are declared or mentioned, with the automatic label.
func TestNamespacesAreThoseMentioned(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		c := compute(texts, model.ExposureAuto).Cluster
		var got []string
		for _, n := range c.Namespaces {
			if n.Origin == model.Inferred {
				continue
			}
			got = append(got, n.Name)
			if !maps.Equal(n.Labels, b.namespaces[n.Name]) {
				return fmt.Errorf("labels: %s has %v, want %v", n.Name, n.Labels, b.namespaces[n.Name])
			}
		}
		if want := slices.Sorted(maps.Keys(b.namespaces)); !slices.Equal(got, want) {
			return fmt.Errorf("namespaces: %v, want %v", got, want)
		}
		return nil
	})
}

// The policies in force are those that the API server takes.
func TestPoliciesInForce(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		c := compute(texts, model.ExposureAuto).Cluster
		for _, p := range b.policies {
			if got := c.Policy(p.Namespace + "/" + p.Name); got == nil || !got.InForce || got.Code != "" {
				return fmt.Errorf("force: %s/%s is to be in force: %+v", p.Namespace, p.Name, got)
			}
		}
		for _, p := range b.refused {
			if got := c.Policy(p.Namespace + "/" + p.Name); got == nil || got.InForce || got.Code == "" {
				return fmt.Errorf("refused: %s/%s is to be refused: %+v", p.Namespace, p.Name, got)
			}
		}
		if len(c.Policies) != len(b.policies)+len(b.refused) {
			return fmt.Errorf("count: %d policies, want %d and %d refused", len(c.Policies), len(b.policies), len(b.refused))
		}
		return nil
	})
}

// A verdict is marked as resting on what the API leaves open where another reading,
// or an address not known yet, would change it, and nowhere else.
func TestUndefinedIsMarked(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		m := compute(texts, model.ExposureAuto)
		r := rand.New(rand.NewPCG(uint64(len(m.Cluster.Entities)), 4))
		for _, from := range m.Cluster.Entities {
			for _, to := range m.Cluster.Entities {
				if !from.IsPod() && !to.IsPod() || from == to {
					continue
				}
				if n := len(m.Cluster.Entities); n > 10 && r.IntN(n*n) > 100 {
					continue // a sample is enough of a larger bundle
				}
				if err := judgeUndefined(b, m, from, to); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func judgeUndefined(b *bundle, m *reach.Matrix, from, to *model.Entity) error {
	x, y := b.members(from)[0].end, b.members(to)[0].end
	mark := m.Cell(from.Class, to.Class).Undefined
	if flow := m.Flow(from, to); flow.Undefined != mark {
		return fmt.Errorf("mark: %s -> %s: Flow says %q, Cell says %q", from.ID, to.ID, flow.Undefined, mark)
	}
	now := b.allowed(x, y).String()
	host := x.pod && x.hostNetwork || y.pod && y.hostNetwork
	if like := b.allowed(likeOthers(x), likeOthers(y)).String(); host && like != now && mark == "" {
		return fmt.Errorf("hostNetwork: %s -> %s is %q, and %q if host-network pods were like others, unmarked",
			from.ID, to.ID, now, like)
	}
	if x.inBoth() && y.inBoth() && b.allowedIn(true, x, y).String() != b.allowedIn(false, x, y).String() && mark == "" {
		return fmt.Errorf("dualStack: %s -> %s is %q in IPv4 and %q in IPv6, unmarked",
			from.ID, to.ID, b.allowedIn(true, x, y), b.allowedIn(false, x, y))
	}
	unknown := x.declaredWithoutAddress() || y.declaredWithoutAddress()
	if unknown && mark == "" && !host {
		for _, a := range b.addresses() {
			if then := b.allowed(x.at(a), y.at(a)).String(); then != now {
				return fmt.Errorf("addressUnknown: %s -> %s is %q, and %q with the address %v, unmarked", from.ID, to.ID, now, then, a)
			}
		}
	}
	plausible := map[model.Reason]bool{
		"": true, model.HostNetwork: host, model.DualStack: len(x.addrs) > 1 || len(y.addrs) > 1 || !x.meets(y),
		model.AddressUnknown: len(x.addrs) == 0 || len(y.addrs) == 0,
	}
	if !plausible[mark] {
		return fmt.Errorf("mark: %s -> %s is marked %q", from.ID, to.ID, mark)
	}
	return nil
}

// addresses gives one address for each set of blocks that one can be in.
func (b *bundle) addresses() (out []netip.Addr) {
	seen := map[string]bool{}
	for _, a := range b.samples(netset.Everywhere) {
		if mark := b.blocksOf(a); !seen[mark] {
			seen[mark] = true
			out = append(out, a)
		}
	}
	return out
}

// likeOthers gives a pod under the reading that host-network pods are like others.
func likeOthers(e *end) *end {
	c := *e
	c.hostNetwork = false
	return &c
}

// meets reports whether two ends can have addresses of one family.
func (e *end) meets(f *end) bool { return e.in(true) && f.in(true) || e.in(false) && f.in(false) }

func (e *end) inBoth() bool { return len(e.addrs) > 0 && e.in(true) && e.in(false) }

func (e *end) declaredWithoutAddress() bool { return e.pod && len(e.addrs) == 0 && !e.unknownPorts }

// at gives a pod without an address the one that it may get.
func (e *end) at(a netip.Addr) *end {
	if !e.declaredWithoutAddress() {
		return e
	}
	c := *e
	c.addrs = []netip.Addr{a}
	return &c
}

// Named ports of entities are those of all containers and sidecars.
func TestNamedPortsAreListed(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		for _, e := range compute(texts, model.ExposureAuto).Cluster.Entities {
			if e.Kind != model.KindPod && e.Kind != model.KindWorkload {
				continue
			}
			listed := map[string]bool{}
			for _, p := range e.Ports {
				listed[fmt.Sprint(p.Name, " ", p.Protocol, " ", p.Port)] = true
			}
			for _, p := range b.members(e)[0].ports {
				if p.Protocol == "" {
					p.Protocol = corev1.ProtocolTCP
				}
				if want := fmt.Sprint(p.Name, " ", p.Protocol, " ", p.ContainerPort); p.Name != "" && !listed[want] {
					return fmt.Errorf("port: %s lacks %s: %v", e.ID, want, e.Ports)
				}
			}
		}
		return nil
	})
}
