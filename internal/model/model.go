// Package model turns the objects of a bundle into a Cluster: namespaces, entities,
// Services, Ingresses and policies, defaulted, validated, sorted and immutable.
//
// It is the last package to see Kubernetes types. Whatever nil, empty and absent
// mean in the API is settled here, once, into named fields. It decides nothing
// about traffic.
package model

import (
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Cluster is everything a bundle says, ready to be evaluated. It never changes.
type Cluster struct {
	Namespaces []*Namespace // by name
	Entities   []*Entity    // by ID
	// Idle holds what has no pods now (no replicas, or only finished pods). Selectors
	// that match it are about something.
	Idle      []*Entity
	Services  []*Service       // by ID
	Ingresses []*IngressObject // by ID
	Policies  []*Policy        // by ID; those not in force too
	// Classes are the groups of entities that nothing in the bundle can tell apart,
	// numbered by their first member in the order of Entities.
	Classes []*Class
	// Blocks are the address blocks of the policies in force, without repeats;
	// peers point at them.
	Blocks []*Block
	// Exposure is set when the entities that stand for any other pod are there.
	Exposure bool
	Notes    []Note
	// NotEvaluated lists the kinds that were not read.
	NotEvaluated []NotEvaluated
	// Assumed says in sentences what is taken for so although it is not written; every
	// answer says it too.
	Assumed []string
	// Kubernetes and Plugin are what the cluster is taken to run; neither changes
	// what policies in force mean.
	Kubernetes Version
	Plugin     Plugin
}

// NotEvaluated counts objects of a kind that Netpolscope does not evaluate. Policy
// is set for kinds that decide about traffic.
type NotEvaluated struct {
	APIVersion, Kind string
	Count            int
	Policy           bool
}

// Origin tells where an entity or a namespace comes from.
type Origin uint8

const (
	// Declared: written in the bundle, or (a namespace) named by an object of it.
	Declared Origin = iota
	// Inferred from a selector that nothing declared satisfies.
	Inferred
)

// String gives the word used in JSON.
func (o Origin) String() string { return [...]string{"declared", "inferred"}[o] }

// Namespace is a namespace of the cluster. Labels always hold
// kubernetes.io/metadata.name.
type Namespace struct {
	Name   string
	Labels Labels
	Origin Origin
	// Elsewhere is set for the one namespace that stands for any other: its
	// kubernetes.io/metadata.name exists with a value that no selector can name.
	// Its Name is "*" and Cluster.Namespaces does not list it.
	Elsewhere bool
	// Policies are the policies in force in the namespace, by ID.
	Policies []*Policy
	// Operated is set when the bundle has objects here that an operator may turn into
	// pods, so that not every pod of the namespace is written.
	Operated bool
	// Source locates the Namespace object; nil when there is none.
	Source diag.Locator
}

// Labels are the labels of a pod or namespace.
type Labels map[string]string

// Kind is the kind of an entity.
type Kind uint8

const (
	KindWorkload Kind = iota
	KindPod
	KindAddresses
	KindNode
	KindInferred
)

// String gives the word used in JSON.
func (k Kind) String() string {
	return [...]string{"Workload", "Pod", "Addresses", "Node", "Inferred"}[k]
}

// Entity is one end that a connection can have: a workload, a pod, a pod inferred
// from a selector, a node, or a set of addresses outside the cluster.
type Entity struct {
	ID   string
	Kind Kind
	// Namespace is nil for nodes and addresses.
	Namespace *Namespace
	Name      string
	// Workload is the kind of a KindWorkload ("Deployment"), else empty.
	Workload string
	// Owner is the ID that the workload owning a pod of its own entity would have;
	// empty for everything else.
	Owner  string
	Labels Labels
	Ports  []ContainerPort
	// Replicas is the number of pods: 1 for a pod; 0 for inferred entities, which
	// stand for several, and for nodes and addresses.
	Replicas    int
	Pods        []string // "namespace/name" of the Pod objects in the bundle, sorted
	HostNetwork bool
	// Node is the node entity that the pods run on, nil when it is not in the bundle
	// or not said.
	Node   *Entity
	Origin Origin
	// AnyOther is set for the entities of exposure: any other pod of a namespace.
	AnyOther bool
	// Addrs are a pod's addresses (empty when not known), a node's, or the set that
	// the entity is. A host-network pod has its node's.
	Addrs netset.Addrs
	Class *Class
	// Source locates the fields of the object the entity was made from; nil for what
	// is not written anywhere (inferred entities, addresses).
	Source diag.Locator
}

// IsPod reports whether the entity is made of pods, rather than being a node or a
// set of addresses.
func (e *Entity) IsPod() bool { return e.Kind != KindAddresses && e.Kind != KindNode }

// Several reports whether the entity stands for more than one pod, so that a
// connection from it to itself is one between two pods.
func (e *Entity) Several() bool { return e.IsPod() && e.Replicas != 1 }

// ContainerPort is a port that a pod declares; Name may be empty.
type ContainerPort = manifest.DeclaredPort

// Class is a group of entities that nothing in the bundle can tell apart: same
// namespace, same values of the labels that selectors mention, same resolution of
// the port names that rules mention, same address blocks, same hostNetwork, same
// node.
type Class struct {
	Index    int
	Entities []*Entity // by ID
	// Blocks are the address blocks that hold the members' IPv4 addresses, and those
	// that hold their IPv6 addresses, by index.
	Blocks [2][]*Block
	listed bool // among the pods that may satisfy a selector; only while it is built
}

// First gives the class's first member; what it says of labels that selectors
// mention, of named ports and blocks holds for all.
func (c *Class) First() *Entity { return c.Entities[0] }

// Several reports whether the class has more than one pod, so that connections
// within it exist.
func (c *Class) Several() bool {
	return c.First().IsPod() && (len(c.Entities) > 1 || c.First().Several())
}

// Reason is a word for what makes an answer depend on the cluster or leaves an
// entity out. The zero value is none.
type Reason string

const (
	HostNetwork    Reason = "hostNetwork"
	AddressUnknown Reason = "addressUnknown"
	DualStack      Reason = "dualStack"
	NoPods         Reason = "noPods"
	Phase          Reason = "phase"
)

// Note says something about an entity, or about an object that became none.
type Note struct {
	Entity string // an entity's ID, or the ID it would have
	Reason Reason
	Text   string
}
