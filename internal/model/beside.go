package model

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/netset"
)

// Includes reports whether a cluster has the inferred entities of another and cuts pods and
// addresses wherever that does, so that to build it beside the other would change nothing.
func (c *Cluster) Includes(other *Cluster) bool {
	for _, x := range other.Blocks {
		if !slices.ContainsFunc(c.Blocks, func(y *Block) bool { return x.Name == y.Name && x.Addrs.Equal(y.Addrs) }) {
			return false
		}
	}
	own, theirs := mentionsOf(c), mentionsOf(other)
	for _, key := range theirs.keys {
		if _, ok := slices.BinarySearch(own.keys, key); !ok {
			return false
		}
	}
	for _, name := range theirs.ports {
		if !slices.Contains(own.ports, name) {
			return false
		}
	}
	for _, e := range other.Entities {
		if e.Kind == KindInferred && c.Entity(e.ID) == nil {
			return false
		}
	}
	// Where one tells the families of the world apart, both have to.
	return other.Entity("world (IPv4)") == nil || c.Entity("world (IPv4)") != nil
}

// addBlocksBeside adds the address blocks of the cluster that this one is compared with.
// No rule here has them as a peer; they only cut.
func (b *builder) addBlocksBeside() {
	if b.options.Beside == nil {
		return
	}
	for _, other := range b.options.Beside.Blocks {
		known := func(own *Block) bool { return own.Name == other.Name && own.Addrs.Equal(other.Addrs) }
		if slices.ContainsFunc(b.cluster.Blocks, known) {
			continue
		}
		block := *other
		block.Index = len(b.cluster.Blocks)
		b.uses = append(b.uses, nil)
		b.cluster.Blocks = append(b.cluster.Blocks, &block)
	}
}

// mentionBeside adds what the policies of the cluster beside tell pods apart by.
func (b *builder) mentionBeside() {
	if b.options.Beside == nil {
		return
	}
	other := mentionsOf(b.options.Beside)
	m := &b.mentions
	m.keys = append(m.keys, other.keys...)
	slices.Sort(m.keys)
	m.keys = slices.Compact(m.keys)
	m.ports = append(m.ports, other.ports...)
	slices.SortFunc(m.ports, func(x, y netset.Name) int {
		return cmp.Or(cmp.Compare(x.Protocol, y.Protocol), cmp.Compare(x.Name, y.Name))
	})
	m.ports = slices.Compact(m.ports)
}

// addInferredBeside adds the inferred pods of the cluster beside, so that what a policy
// changes for them can be said. A namespace that an object declares there and nothing
// speaks of here is left out: it is new or gone itself.
func (b *builder) addInferredBeside() {
	if b.options.Beside == nil {
		return
	}
	known := map[string]bool{}
	for _, e := range b.cluster.Entities {
		known[e.ID] = e.Kind == KindInferred
	}
	for _, e := range b.options.Beside.Entities {
		if e.Kind != KindInferred || known[e.ID] {
			continue
		}
		ns := b.namespaces[e.Namespace.Name]
		switch {
		case e.Namespace.Elsewhere:
			ns = e.Namespace
		case ns == nil && e.Namespace.Source != nil:
			continue
		case ns == nil:
			ns = b.namespace(e.Namespace.Name)
			ns.Origin = e.Namespace.Origin
			maps.Copy(ns.Labels, e.Namespace.Labels)
		}
		own := &Entity{
			ID: e.ID, Kind: KindInferred, Namespace: ns, Name: e.Name,
			Labels: e.Labels, Origin: Inferred, AnyOther: e.AnyOther,
		}
		b.cluster.Entities = append(b.cluster.Entities, own)
		b.cluster.Exposure = b.cluster.Exposure || e.AnyOther
	}
}

// addressName names the addresses whose smallest block is owner. Beside another cluster
// its blocks cut too, and what they leave of a block is named by what it is, if that is
// short: 10.1.0.0/16 of 10.0.0.0/8, where one side has an exception.
func (b *builder) addressName(owner *Block, addrs netset.Addrs) string {
	const most = 3
	prefixes := addrs.Prefixes()
	if b.options.Beside == nil || addrs.Equal(owner.Addrs) || len(prefixes) > most {
		return owner.Name
	}
	var words []string
	for _, p := range prefixes {
		words = append(words, p.String())
	}
	return strings.Join(words, ", ")
}

// splitBeside reports whether the cluster beside tells the families of the world apart.
func (b *builder) splitBeside() bool {
	return b.options.Beside != nil && b.options.Beside.Entity("world (IPv4)") != nil
}
