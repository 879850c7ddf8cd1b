package analysis

import (
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

var (
	bundleCount = flag.Int("bundles", defaultBundles, "random bundles for each property")
	bundleSeed  = flag.Uint64("seed", 1, "seed of the random bundles")
)

// forBundles judges random bundles, and reports the first that is judged wrong in
// the smallest form that is still wrong.
func forBundles(t *testing.T, judge func(docs []object) error) {
	t.Helper()
	own := fnv.New64() // each property has bundles of its own
	own.Write([]byte(t.Name()))
	for i := range uint64(*bundleCount) {
		docs := newGenerator(*bundleSeed^own.Sum64(), i).bundle()
		err := caught(judge, docs)
		if err == nil {
			continue
		}
		docs, err = shrink(docs, judge, err)
		t.Fatalf("bundle %d of seed %d, shrunk:\n%s\n%v", i, *bundleSeed, strings.Join(render(docs), "---\n"), err)
	}
}

// caught turns a panic of the engine or the judge into an error, so that the bundle
// that caused it is shrunk and shown.
func caught(judge func([]object) error, docs []object) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return judge(docs)
}

// topic is the first word of an error, which must stay while a bundle is shrunk.
func topic(err error) string {
	word, _, _ := strings.Cut(err.Error(), ":")
	return word
}

// shrink drops documents, and then parts of them, as long as the same thing stays
// wrong.
func shrink(docs []object, judge func([]object) error, err error) ([]object, error) {
	for again := true; again; {
		again = false
		try := func(smaller []object) bool {
			e := caught(judge, smaller)
			if e == nil || topic(e) != topic(err) {
				return false
			}
			docs, err, again = smaller, e, true
			return true
		}
		for i := len(docs) - 1; i >= 0; i-- {
			try(without(docs, i))
		}
		for i := range docs {
			for _, smaller := range smallerValues(docs[i]) {
				changed := slices.Clone(docs)
				changed[i] = smaller.(object)
				if try(changed) {
					break
				}
			}
		}
	}
	return docs, err
}

// smallerValues gives copies of a value that lack one list element or label. Values
// of expressions, policyTypes and a workload's selector stay since without them an
// object may be refused.
func smallerValues(v any) (out []any) {
	switch v := v.(type) {
	case object:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if k == "matchLabels" || k == "labels" || k == "addresses" || k == "status" {
				c := maps.Clone(v)
				delete(c, k)
				out = append(out, c)
			}
			if k == "values" || k == "policyTypes" || k == "selector" {
				continue
			}
			for _, s := range smallerValues(v[k]) {
				c := maps.Clone(v)
				c[k] = s
				out = append(out, c)
			}
		}
	case []any:
		for i := range v {
			out = append(out, without(v, i))
			for _, s := range smallerValues(v[i]) {
				c := slices.Clone(v)
				c[i] = s
				out = append(out, c)
			}
		}
	}
	return out
}

// compute runs the engine. Judging each document as a file of its own costs nothing
// and tells files from documents.
func compute(documents []string, exposure model.Exposure, off ...reach.Off) *reach.Matrix {
	sources := make([]manifest.Source, len(documents))
	for i, text := range documents {
		sources[i] = manifest.Source{Name: fmt.Sprintf("%03d.yaml", i), Data: []byte(text)}
	}
	read, err := manifest.Parse(sources, manifest.Limits{})
	must(err)
	cluster, _ := model.Build(read, model.Options{Kubernetes: model.DefaultVersion, Exposure: exposure})
	return reach.Compute(cluster, off...)
}

func TestMatrixAgreesWithOracle(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b, m := readBundle(texts), compute(texts, model.ExposureAuto)
		return comparePairs(b, m)
	})
}

// member is one concrete end that an entity stands for.
type member struct {
	*end
	text string
}

// members expands an entity of the matrix to what the oracle can judge.
func (b *bundle) members(e *model.Entity) (out []member) {
	switch {
	case e.Kind == model.KindInferred:
		labels := e.Namespace.Labels
		if e.Namespace.Elsewhere {
			labels = model.Labels{"kubernetes.io/metadata.name": "\x00 no selector can name it"}
		}
		return []member{{&end{
			pod: true, namespace: e.Namespace.Name, nsLabels: labels, labels: e.Labels, unknownPorts: true,
		}, e.ID}}
	case e.Kind == model.KindNode:
		return []member{{&end{node: e.Name, addrs: b.nodes[e.Name]}, e.ID}}
	case e.Kind == model.KindAddresses:
		seen := map[string]bool{}
		for _, a := range b.samples(e.Addrs) {
			if mark := b.blocksOf(a); !seen[mark] {
				seen[mark] = true
				out = append(out, member{&end{addrs: []netip.Addr{a}}, a.String()})
			}
		}
	case len(e.Pods) > 0:
		for _, p := range e.Pods {
			if b.pods[p] == nil {
				panic(fmt.Sprintf("%s has the Pod %s, which has no traffic", e.ID, p))
			}
			out = append(out, member{b.pods[p], p})
		}
	default:
		g := b.groups[e.ID]
		if g == nil || g.template == nil {
			panic(fmt.Sprintf("%s is no workload that is judged by its template", e.ID))
		}
		out = append(out, member{g.template, "a pod of " + e.ID})
	}
	return out
}

// samples are the ends of every stretch of the set, and of every written block as
// far as they are in it, with their neighbours.
func (b *bundle) samples(set netset.Addrs) (out []netip.Addr) {
	for _, r := range set.Ranges() {
		out = append(out, r.From(), r.To())
	}
	for _, p := range b.prefixes() {
		for _, a := range []netip.Addr{p.Addr().Prev(), p.Addr(), lastAddr(p), lastAddr(p).Next()} {
			if set.Contains(a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// prefixes are all written cidrs and excepts of the policies in force.
func (b *bundle) prefixes() (out []netip.Prefix) {
	for _, block := range b.blocks() {
		out = append(out, prefixOf(block.CIDR))
		for _, e := range block.Except {
			out = append(out, prefixOf(e))
		}
	}
	return out
}

func (b *bundle) blocks() (out []*networkingv1.IPBlock) {
	for _, p := range b.policies {
		peers, _ := rules(p, false)
		for _, peer := range peers {
			if peer.IPBlock != nil {
				out = append(out, peer.IPBlock)
			}
		}
	}
	return out
}

// blocksOf tells the blocks that hold an address, which is all that the oracle ever
// asks about one.
func (b *bundle) blocksOf(a netip.Addr) string {
	marks := []byte{'4'}
	if a.Is6() {
		marks[0] = '6'
	}
	for _, block := range b.blocks() {
		mark := byte('-')
		if inBlock(block, a) {
			mark = '+'
		}
		marks = append(marks, mark)
	}
	return string(marks)
}

func lastAddr(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < 8*len(bytes); bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

// comparePairs compares the matrix with the oracle for every ordered pair of
// entities, expanded to every pair of their members.
func comparePairs(b *bundle, m *reach.Matrix) error {
	expanded := make([][]member, len(m.Cluster.Entities))
	for i, e := range m.Cluster.Entities {
		expanded[i] = b.members(e)
	}
	r := rand.New(rand.NewPCG(uint64(len(m.Cluster.Entities)), 3))
	for i, from := range m.Cluster.Entities {
		for j, to := range m.Cluster.Entities {
			if !from.IsPod() && !to.IsPod() || i == j && !from.Several() {
				continue
			}
			if n := len(m.Cluster.Entities); n > 40 && r.IntN(n*n) > 800 {
				continue // a sample is enough of a large bundle
			}
			got := m.Ports(from, to)
			for k, x := range expanded[i] {
				for l, y := range expanded[j] {
					if i == j && k == l && len(from.Pods) > 0 {
						continue // one and the same pod
					}
					if want := b.allowed(x.end, y.end); got.String() != want.String() {
						return fmt.Errorf("ports: %s -> %s (%s -> %s): got %q, want %q",
							from.ID, to.ID, x.text, y.text, got, want)
					}
				}
			}
			if flow := m.Flow(from, to); flow.Ports != got {
				return fmt.Errorf("flow: %s -> %s: Flow says %q, Ports says %q", from.ID, to.ID, flow.Ports, got)
			}
			if cell := m.Cell(from.Class, to.Class); cell.Ports != got {
				return fmt.Errorf("cell: %s -> %s: Cell says %q, Ports says %q", from.ID, to.ID, cell.Ports, got)
			}
		}
	}
	return nil
}

// A pair of classes is in Connections if and only if it has a port, ordered, never
// from address to address, and within a class only if that has several pods.
func TestConnectionsAreTheMatrix(t *testing.T) {
	forBundles(t, func(docs []object) error {
		m := compute(render(docs), model.ExposureAuto)
		var want, got []string
		for _, from := range m.Cluster.Classes {
			for _, to := range m.Cluster.Classes {
				cell := m.Cell(from, to)
				pods := from.First().IsPod() || to.First().IsPod()
				if pods && (from != to || from.Several()) && !cell.Ports.IsEmpty() {
					want = append(want, fmt.Sprint(from.Index, " ", to.Index, " ", cell))
				}
			}
		}
		for c := range m.Connections() {
			got = append(got, fmt.Sprint(c.From.Index, " ", c.To.Index, " ", c.Cell))
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("connections:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		return nil
	})
}

// Switching a policy or a rule off gives the matrix of the cluster without it, for
// the same entities.
func TestOffIsWithout(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		b := readBundle(texts)
		if len(b.policies) == 0 {
			return nil
		}
		r := rand.New(rand.NewPCG(uint64(len(texts[0])), 1))
		at := r.IntN(len(b.policies))
		p := b.policies[at]
		off := reach.Off{Policy: p.Namespace + "/" + p.Name}
		b.policies = without(b.policies, at)
		if len(p.Spec.Ingress) > 0 && r.IntN(2) == 0 {
			off.Rule, off.Direction, off.Index = true, model.Ingress, r.IntN(len(p.Spec.Ingress))
			rest := *p
			rest.Spec.PolicyTypes = policyTypes(p)
			rest.Spec.Ingress = without(p.Spec.Ingress, off.Index)
			b.policies = append(b.policies, &rest)
		} else if len(p.Spec.Egress) > 0 && r.IntN(2) == 0 {
			off.Rule, off.Direction, off.Index = true, model.Egress, r.IntN(len(p.Spec.Egress))
			rest := *p
			rest.Spec.PolicyTypes = policyTypes(p)
			rest.Spec.Egress = without(p.Spec.Egress, off.Index)
			b.policies = append(b.policies, &rest)
		}
		m := compute(texts, model.ExposureAuto, off)
		if got, want := entityIDs(m.Cluster), entityIDs(compute(texts, model.ExposureAuto).Cluster); !slices.Equal(got, want) {
			return fmt.Errorf("off: entities change with a policy off: %q, were %q", got, want)
		}
		if err := comparePairs(b, m); err != nil {
			return fmt.Errorf("off %+v: %w", off, err)
		}
		return nil
	})
}

func entityIDs(c *model.Cluster) (ids []string) {
	for _, e := range c.Entities {
		ids = append(ids, e.ID)
	}
	return ids
}

// The same objects give the same matrix in any order and however they are spread
// over files.
func TestOrderDoesNotMatter(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		want := projection(compute(texts, model.ExposureAuto))
		r := rand.New(rand.NewPCG(uint64(len(texts[0])), 2))
		shuffled := slices.Clone(texts)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		var files []string
		for _, text := range shuffled {
			if len(files) > 0 && r.IntN(2) == 0 {
				files[len(files)-1] += "\n---\n" + text
			} else {
				files = append(files, text)
			}
		}
		if got := projection(compute(files, model.ExposureAuto)); got != want {
			return fmt.Errorf("order: in one order\n%s\nin another\n%s", want, got)
		}
		return nil
	})
}

// projection writes down everything of a matrix but places in files.
func projection(m *reach.Matrix) string {
	var s strings.Builder
	for _, n := range m.Cluster.Namespaces {
		fmt.Fprintln(&s, n.Name, n.Labels, n.Origin)
	}
	for _, e := range m.Cluster.Entities {
		node := ""
		if e.Node != nil {
			node = e.Node.ID
		}
		fmt.Fprintln(&s, e.ID, e.Kind, e.Name, e.Workload, e.Owner, e.Labels, e.Ports, e.Replicas, e.Pods,
			e.HostNetwork, node, e.Origin, e.AnyOther, e.Addrs.Prefixes(), e.Class.Index)
		for _, d := range model.Directions {
			for _, p := range m.IsolatedBy(e, d) {
				fmt.Fprintln(&s, "  isolated", d, p.ID)
			}
		}
	}
	for _, p := range m.Cluster.Policies {
		fmt.Fprintln(&s, p.ID, p.InForce, p.Code, p.Isolates, len(p.Rules))
	}
	for _, x := range m.Cluster.Services {
		fmt.Fprint(&s, x.ID, x.Ports)
		for _, e := range x.Entities {
			fmt.Fprint(&s, " ", e.ID)
		}
		fmt.Fprintln(&s)
	}
	for _, n := range m.Cluster.Notes {
		fmt.Fprintln(&s, n)
	}
	for c := range m.Connections() {
		fmt.Fprintln(&s, c.From.Index, c.To.Index, c.Ports, c.Undefined)
	}
	return s.String()
}
