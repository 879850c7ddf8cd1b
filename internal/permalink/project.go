// Package permalink keeps what people share: in a link that is stored, in a link that
// carries its bundle, in a picture that carries its source.
//
// It takes parsed objects and keeps of each only what the evaluation reads, so that the
// matrix stays the same and nothing else of what was pasted goes along. A stored link is
// a capability: its ID is random, and the store holds only the hash of it and a text
// encrypted under it, with the dates and the length. The store is SQLite, or PostgreSQL
// for several replicas; both pass the same tests. What is kept is decided by pure
// functions; Store and Links touch the world.
package permalink

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Projection is what is kept of a bundle.
type Projection struct {
	// YAML is a bundle whose matrix is that of the one it was made of; empty when there
	// is nothing to keep. The same objects give the same bytes in whatever order.
	YAML []byte
	// Dropped names what is not kept and would be missed: policies that the API server
	// refuses, and for something that is not kept ("NetworkPolicy shop/db").
	Dropped []string
}

// Project writes of every object what the evaluation reads: names, labels, owners,
// ports, addresses and whole policies. Secrets, ConfigMaps, environments, commands,
// images, volumes, annotations, comments and the hosts of Ingresses are not among it.
// Of two objects with the same name the last counts, as with kubectl apply. Policies
// of kinds that are not evaluated are kept as their kind alone, so that the picture
// still says that they are there.
func Project(b manifest.Bundle) Projection {
	var p Projection
	var documents []document
	last := map[[3]string]int{}
	for i := range b.Objects {
		o := &b.Objects[i]
		d, ok := project(o)
		if !ok {
			p.Dropped = append(p.Dropped, o.Title())
			continue
		}
		d.order = [3]string{fmt.Sprintf("%02d%s", slices.Index(kinds, o.Kind)+1, o.Kind), namespaceOf(o), o.Name}
		// All policies of one name stay, since one that is refused replaces none.
		_, policy := o.Value.(*manifest.Policy)
		if at, again := last[d.order]; again && !policy {
			documents[at] = d
			continue
		}
		last[d.order] = len(documents)
		documents = append(documents, d)
	}
	for _, n := range b.NotEvaluated {
		for range n.Count {
			if n.Policy {
				documents = append(documents, document{APIVersion: n.APIVersion, Kind: n.Kind, order: [3]string{"99" + n.Kind, n.APIVersion}})
			}
		}
	}
	slices.SortStableFunc(documents, func(x, y document) int { return slices.Compare(x.order[:], y.order[:]) })
	values := make([]any, len(documents))
	for i, d := range documents {
		values[i] = d
	}
	p.YAML = manifest.Format(values...)
	slices.Sort(p.Dropped)
	p.Dropped = slices.Compact(p.Dropped)
	return p
}

// kinds is the order in which a reader wants them.
var kinds = []string{
	"Namespace", "Node", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController",
	"Job", "CronJob", "Pod", "Service", "Ingress", "NetworkPolicy",
}

func namespaceOf(o *manifest.Object) string {
	if o.Kind == "Namespace" || o.Kind == "Node" {
		return ""
	}
	return cmp.Or(o.Namespace, "default")
}
