package model

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Options are the choices a cluster depends on beside the bundle.
type Options struct {
	// Kubernetes is the version whose API server validates; zero is DefaultVersion.
	Kubernetes Version
	// Plugin is the network plug-in; zero is any that enforces.
	Plugin   Plugin
	Exposure Exposure
	// Assumed says in sentences what is taken for so although it is not written.
	Assumed []string
	// Beside is a cluster that this one is to be compared with. What is inferred there is
	// here too, and addresses and classes are cut as its policies tell them apart, so
	// that both answer for the same entities. Nil for one that stands alone.
	Beside *Cluster
}

// Exposure says whether entities stand for pods that the bundle does not mention.
type Exposure uint8

const (
	// ExposureAuto shows them where the bundle declares no pod or workload, or where
	// something had to be inferred.
	ExposureAuto Exposure = iota
	ExposureOn
	ExposureOff
)

var exposures = [...]string{"auto", "on", "off"}

// String gives the word of flags and queries.
func (e Exposure) String() string { return exposures[e] }

// ParseExposure reads auto, on or off.
func ParseExposure(s string) (Exposure, bool) {
	i := slices.Index(exposures[:], s)
	return Exposure(max(i, 0)), i >= 0
}

// nameLabel is the label that every namespace has, with its name as the value.
const nameLabel = "kubernetes.io/metadata.name"

// Build turns a bundle into a cluster. The findings are what the API server would
// refuse, and objects defined twice; findings of the bundle itself are not repeated.
func Build(bundle manifest.Bundle, o Options) (*Cluster, diag.List) {
	if o.Kubernetes == (Version{}) {
		o.Kubernetes = DefaultVersion
	}
	b := &builder{
		options:    o,
		cluster:    &Cluster{Kubernetes: o.Kubernetes, Plugin: o.Plugin, Assumed: o.Assumed},
		selectors:  newSelectors(),
		namespaces: map[string]*Namespace{},
		nodes:      map[string]*Entity{},
		blocks:     map[string]*Block{},
		classes:    map[string]*Class{},
	}
	for _, n := range bundle.NotEvaluated {
		b.cluster.NotEvaluated = append(b.cluster.NotEvaluated, NotEvaluated(n))
	}
	b.pods = startPods(bundle.Objects)
	objects := b.lastOfEachName(b.validated(bundle.Objects))
	b.addNamespaces(objects)
	b.addNodes(objects)
	b.addPolicies(objects)
	b.addBlocksBeside()
	b.mentions = mentionsOf(b.cluster)
	b.mentionBeside()
	b.addPods(objects)
	b.infer()
	b.addExposure()
	b.addInferredBeside()
	b.addAddresses()
	b.noteHostNetworks()
	b.sort()
	b.addClasses()
	b.cluster.Idle = b.idle
	for _, name := range bundle.Operated {
		if ns := b.namespaces[name]; ns != nil {
			ns.Operated = true
		}
	}
	b.addServices(objects)
	b.addIngresses(objects)
	b.findings.Sort()
	return b.cluster, b.findings
}

// builder holds what the steps of Build share.
type builder struct {
	options    Options
	cluster    *Cluster
	findings   diag.List
	selectors  *selectors
	namespaces map[string]*Namespace
	nodes      map[string]*Entity // by Node name
	blocks     map[string]*Block  // by canonical text
	// uses lists, by Block.Index, the rules that have the block as a peer.
	uses [][]use
	// declaredPods tells that the bundle declares a pod or workload, with pods or
	// without.
	declaredPods bool
	// idle holds the labels of what has no pods now (replicas 0, finished pods);
	// they satisfy selectors, so that nothing is inferred in their place.
	idle     []*Entity
	scopes   *Scopes // while pods and namespaces are inferred
	mentions mentions
	// classes holds the classes by signature, a buffer for which is kept.
	classes   map[string]*Class
	signature []byte
	// pods gives the pods of the bundle, which are described meanwhile, and the number
	// of objects that they are among.
	pods func() (pods []podObject, of int)
	// portNames gives the names of container ports, once a remedy needs them.
	portNames func() []string
	// inferred tells that an entity or a namespace was inferred.
	inferred bool
}

func namespaceOf(o *manifest.Object) string {
	switch o.Kind {
	case "Namespace", "Node":
		return ""
	}
	return cmp.Or(o.Namespace, "default")
}

// lastOfEachName drops objects that a later one of the same kind, namespace and name
// replaces, as kubectl apply does (NP104). A policy that the API server refuses
// replaces nothing.
func (b *builder) lastOfEachName(objects []manifest.Object) []manifest.Object {
	type key struct{ kind, namespace, name string }
	type definitions struct{ last, count int }
	if allDistinct(objects) {
		return objects
	}
	defined := make(map[key]definitions, len(objects))
	for i := range objects {
		o := &objects[i]
		if o.Refused != "" || o.Name == "" {
			continue
		}
		k := key{o.Kind, namespaceOf(o), o.Name}
		defined[k] = definitions{last: i, count: defined[k].count + 1}
	}
	kept := make([]manifest.Object, 0, len(objects))
	for i := range objects {
		o := objects[i]
		k := key{o.Kind, namespaceOf(&o), o.Name}
		d, named := defined[k]
		if o.Refused != "" || !named || d.last == i {
			kept = append(kept, o)
			continue
		}
		f := definedAgain(&o, &objects[d.last], d.count)
		if o.Kind == "NetworkPolicy" {
			// A name of its own: the next number that nothing else has.
			for n := 2; f.Fix == nil && n < d.count+10; n++ {
				k.name = fmt.Sprintf("%s-%d", o.Name, n)
				if _, taken := defined[k]; !taken {
					defined[k] = definitions{last: i, count: 1}
					f.Fix = renamed(&o, k.name)
					break
				}
			}
		}
		b.findings = append(b.findings, f)
	}
	return kept
}

// definedAgain is the finding about an object that a later one replaces.
func definedAgain(o, last *manifest.Object, count int) diag.Finding {
	by := last.Source.Locate("metadata.name")
	title, what := o.Title(), "what this one says is gone"
	if o.Kind == "NetworkPolicy" {
		title = "`" + strings.TrimPrefix(title, "NetworkPolicy ") + "`"
		what = "the rules of the first are gone"
		if count > 2 {
			what = fmt.Sprintf("the rules of the first %d are gone", count-1)
		}
	}
	return diag.Finding{
		Code: diag.SameNameTwice, Severity: diag.Warning, Object: o.Title(), Field: "metadata.name",
		Range: o.Source.Locate("metadata.name"),
		Summary: fmt.Sprintf("%s is defined %d times; `kubectl apply` keeps only the last one (line %d%s), so %s (with `kubectl create` the later ones fail).",
			title, count, by.Start.Line, inFile(by.File, o.Source.Locate("").File), what),
		Detail:  "Give each its own `metadata.name`, or write everything into one object.",
		Related: []diag.Related{{Range: by, Text: "the definition that counts"}},
	}
}

// renamed is the remedy that gives an object another name.
func renamed(o *manifest.Object, name string) *diag.Fix {
	edits := manifest.Written(o.Source).At("metadata", "name").Set(name)
	if edits == nil || len(validation.IsDNS1123Subdomain(name)) > 0 {
		return nil
	}
	return &diag.Fix{Text: fmt.Sprintf("Name it `%s`", name), Edits: edits}
}

// validated gives the objects with the policies that the API server would refuse
// marked as such.
func (b *builder) validated(objects []manifest.Object) []manifest.Object {
	b.portNames = sync.OnceValue(func() []string { return containerPortNames(objects) })
	type fault struct {
		object int
		found  []diag.Finding
	}
	var policies []int
	for i := range objects {
		if objects[i].Kind == "NetworkPolicy" {
			policies = append(policies, i)
		}
	}
	marked := objects
	inParts(len(policies), func(from, to int) func() {
		var faults []fault
		for _, i := range policies[from:to] {
			if np, ok := objects[i].Value.(*networkingv1.NetworkPolicy); ok {
				if found := b.validate(np, &objects[i]); len(found) > 0 {
					faults = append(faults, fault{i, found})
				}
			}
		}
		return func() {
			for _, f := range faults {
				b.findings = append(b.findings, f.found...)
				if o := &marked[f.object]; o.Refused == "" && refuses(f.found) != "" {
					if &marked[0] == &objects[0] {
						marked = slices.Clone(objects) // The bundle stays as it was read.
					}
					marked[f.object].Refused = refuses(f.found)
				}
			}
		}
	})
	return marked
}

// validate finds what the API server would refuse in a policy's values. Where fields
// were left out since their names or shapes are wrong, what depends on them is not
// asked.
func (b *builder) validate(np *networkingv1.NetworkPolicy, o *manifest.Object) []diag.Finding {
	if o.Refused == "" && plain(np) {
		return nil
	}
	found := validate(np, o.Source, o.Title(), b.options.Kubernetes, b.portNames)
	if o.Refused == "" {
		return found
	}
	return slices.DeleteFunc(found, func(f diag.Finding) bool {
		return o.Refused == diag.LostIndentation || o.Refused == diag.WrongAPIOrKind ||
			slices.ContainsFunc(o.Faults, func(path string) bool {
				return strings.HasPrefix(path, f.Field) || strings.HasPrefix(f.Field, path)
			})
	})
}

func inFile(file, here string) string {
	if file == here {
		return ""
	}
	return " of " + file
}

func fieldf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// namespace gives a namespace of the cluster, which exists from now on.
func (b *builder) namespace(name string) *Namespace {
	ns, ok := b.namespaces[name]
	if !ok {
		ns = &Namespace{Name: name, Labels: Labels{nameLabel: name}}
		b.namespaces[name] = ns
		b.cluster.Namespaces = append(b.cluster.Namespaces, ns)
	}
	return ns
}

func (b *builder) addNamespaces(objects []manifest.Object) {
	for i := range objects {
		o := &objects[i]
		if v, ok := o.Value.(*manifest.Namespace); ok {
			ns := b.namespace(o.Name)
			ns.Source = o.Source
			for k, v := range v.Metadata.Labels {
				if k != nameLabel { // The control plane sets it and overwrites others.
					ns.Labels[k] = v
				}
			}
		}
	}
	// Pods and policies have theirs made when they are added.
	for i := range objects {
		switch objects[i].Value.(type) {
		case *manifest.Service, *manifest.Ingress:
			b.namespace(namespaceOf(&objects[i]))
		}
	}
}

func (b *builder) addNodes(objects []manifest.Object) {
	for i := range objects {
		o := &objects[i]
		v, ok := o.Value.(*manifest.Node)
		if !ok {
			continue
		}
		var addrs []netip.Addr
		for _, a := range v.Status.Addresses {
			if addr, err := netip.ParseAddr(a.Address); err == nil {
				addrs = append(addrs, addr.Unmap().WithZone(""))
			}
		}
		node := &Entity{
			ID: "node/" + o.Name, Kind: KindNode, Name: o.Name,
			Labels: v.Metadata.Labels, Addrs: netset.FromAddrs(addrs...), Source: o.Source,
		}
		b.nodes[o.Name] = node
		b.cluster.Entities = append(b.cluster.Entities, node)
	}
}

// sort fixes the order that everything after depends on, by name.
func (b *builder) sort() {
	c := b.cluster
	slices.SortFunc(c.Namespaces, func(x, y *Namespace) int { return cmp.Compare(x.Name, y.Name) })
	slices.SortFunc(c.Entities, func(x, y *Entity) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortFunc(c.Notes, func(x, y Note) int {
		return cmp.Or(cmp.Compare(x.Entity, y.Entity), cmp.Compare(x.Reason, y.Reason), cmp.Compare(x.Text, y.Text))
	})
	c.Notes = slices.Compact(c.Notes)
}

// Entity gives the entity with an ID, nil when there is none.
func (c *Cluster) Entity(id string) *Entity {
	i, ok := slices.BinarySearchFunc(c.Entities, id, func(e *Entity, id string) int { return cmp.Compare(e.ID, id) })
	if !ok {
		return nil
	}
	return c.Entities[i]
}

// Policy gives the policy with an ID, the one in force if there is one; nil when
// there is none.
func (c *Cluster) Policy(id string) *Policy {
	var found *Policy
	for _, p := range c.Policies {
		if p.ID == id && (found == nil || p.InForce) {
			found = p
		}
	}
	return found
}

// EntityAt gives the entity that an address belongs to: the pod that has it, else the
// node, else the set of addresses outside that holds it. A host-network pod shares
// its node's address and is meant only where the node is not in the bundle.
func (c *Cluster) EntityAt(addr netip.Addr) *Entity {
	addr = addr.Unmap().WithZone("")
	rank := func(e *Entity) int {
		switch {
		case e.IsPod() && !e.HostNetwork:
			return 0
		case e.Kind == KindNode:
			return 1
		case e.IsPod():
			return 2
		default:
			return 3
		}
	}
	var best *Entity
	for _, e := range c.Entities {
		if e.Addrs.Contains(addr) && (best == nil || rank(e) < rank(best)) {
			best = e
		}
	}
	return best
}
