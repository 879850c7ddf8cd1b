package lint

import (
	"sync"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// bundle is the input with what checks look up in it.
type bundle struct {
	cluster *model.Cluster
	matrix  func() *reach.Matrix
	// pods holds the classes of pods that are declared or inferred, by namespace; the
	// pods that exposure stands for are left out.
	pods map[*model.Namespace][]*model.Class
	// others stand for the pods of a namespace that are not written, by exposure.
	others map[*model.Namespace][]*model.Class
	// namespaces are those that have such classes, by name.
	namespaces []*model.Namespace
	// hosts are the pods that use the network of their node.
	hosts []*model.Entity
	// written holds the namespaces with declared pods.
	written map[*model.Namespace]bool
	// declaresPods and declaresNamespaces tell whether the bundle holds any: only then
	// is it a mistake that a selector matches none.
	declaresPods, declaresNamespaces bool

	guard sync.Mutex
	// names holds the places of policies' names that were asked for.
	names     map[*model.Policy]diag.Range
	scopes    map[*model.Selector][]*model.Namespace
	known     map[scoped][]*model.Class
	residents []residents
	// entries are the pods of ingress controllers.
	entries  []*model.Class
	services map[*model.Entity][]*model.Service
}

// scoped is a pod selector with where it looks: in one namespace, or in those that a
// selector matches.
type scoped struct {
	own              *model.Namespace
	namespaces, pods *model.Selector
}

func newBundle(in Input) *bundle {
	b := &bundle{
		cluster: in.Cluster,
		written: map[*model.Namespace]bool{},
		pods:    map[*model.Namespace][]*model.Class{},
		others:  map[*model.Namespace][]*model.Class{},
		names:   map[*model.Policy]diag.Range{},
		scopes:  map[*model.Selector][]*model.Namespace{},
		known:   map[scoped][]*model.Class{},
	}
	b.matrix = sync.OnceValue(func() *reach.Matrix {
		if in.Matrix != nil {
			return in.Matrix.Written()
		}
		return reach.Compute(in.Cluster).Written()
	})
	for _, c := range in.Cluster.Classes {
		e := c.First()
		if e.AnyOther && !e.Namespace.Elsewhere {
			b.others[e.Namespace] = append(b.others[e.Namespace], c)
		}
		if !e.IsPod() || e.AnyOther {
			continue
		}
		if b.pods[e.Namespace] == nil {
			b.namespaces = append(b.namespaces, e.Namespace)
		}
		b.pods[e.Namespace] = append(b.pods[e.Namespace], c)
		if e.Origin == model.Declared {
			b.declaresPods, b.written[e.Namespace] = true, true
		}
	}
	for _, e := range in.Cluster.Idle {
		b.declaresPods, b.written[e.Namespace] = true, true
	}
	for _, ns := range in.Cluster.Namespaces {
		b.declaresNamespaces = b.declaresNamespaces || ns.Source != nil
	}
	for _, e := range in.Cluster.Entities {
		if e.IsPod() && e.HostNetwork {
			b.hosts = append(b.hosts, e)
		}
	}
	return b
}

// inNamespaces gives the namespaces that a namespaceSelector matches, inferred ones too.
func (b *bundle) inNamespaces(s *model.Selector) []*model.Namespace {
	b.guard.Lock()
	defer b.guard.Unlock()
	return b.scope(s)
}

func (b *bundle) scope(s *model.Selector) []*model.Namespace {
	scope, ok := b.scopes[s]
	if !ok {
		for _, ns := range b.cluster.Namespaces {
			if s.Matches(ns.Labels) {
				scope = append(scope, ns)
			}
		}
		b.scopes[s] = scope
	}
	return scope
}

// peers gives the classes of pods that a peer of a policy matches; none for an ipBlock.
func (b *bundle) peers(p *model.Policy, peer *model.Peer) []*model.Class {
	switch {
	case peer.Block != nil:
		return nil
	case peer.Namespaces == nil:
		return b.match(scoped{own: p.Namespace, pods: peer.Pods})
	}
	return b.match(scoped{namespaces: peer.Namespaces, pods: peer.Pods})
}

// subjects gives the classes of pods that a policy selects.
func (b *bundle) subjects(p *model.Policy) []*model.Class {
	return b.match(scoped{own: p.Namespace, pods: p.PodSelector})
}

func (b *bundle) match(s scoped) []*model.Class {
	b.guard.Lock()
	defer b.guard.Unlock()
	classes, ok := b.known[s]
	if ok {
		return classes
	}
	scope := []*model.Namespace{s.own}
	if s.namespaces != nil {
		scope = b.scope(s.namespaces)
	}
	for _, ns := range scope {
		for _, c := range b.pods[ns] {
			if e := c.First(); !e.HostNetwork && s.pods.Matches(e.Labels) {
				classes = append(classes, c)
			}
		}
	}
	b.known[s] = classes
	return classes
}

// podsIn gives the number of pods in classes, as far as the bundle says.
func podsIn(classes []*model.Class) (n int) {
	for _, c := range classes {
		for _, e := range c.Entities {
			n += e.Replicas
		}
	}
	return n
}

// nameOf gives the place of a policy's name, which several findings point at.
func (b *bundle) nameOf(p *model.Policy) diag.Range {
	b.guard.Lock()
	place, ok := b.names[p]
	b.guard.Unlock()
	if !ok {
		place = p.Source.Locate("metadata.name") // parses the text: nobody should wait for it
		b.guard.Lock()
		b.names[p] = place
		b.guard.Unlock()
	}
	return place
}
