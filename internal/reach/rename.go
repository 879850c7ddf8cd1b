package reach

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

func byID(x, y *model.Entity) int { return cmp.Compare(x.ID, y.ID) }

// passing are the labels that controllers give to pods, and that change with each of
// them.
var passing = []string{
	"pod-template-hash", "controller-revision-hash", "pod-template-generation",
	"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
	"controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name",
}

// renames finds the entities that are gone and stand again under another name: of the
// same namespace, kind and owner, with the same labels and ports. Where more than one
// could be meant, or there are no labels to go by, none is.
func renames(before, after *model.Cluster, spaces map[string]string) []Rename {
	gone, come := signatures(before, after), signatures(after, before)
	found := moved(before, after, spaces)
	for signature, was := range gone {
		if is := come[signature]; len(was) == 1 && len(is) == 1 {
			found = append(found, Rename{was[0], is[0]})
		}
	}
	slices.SortFunc(found, func(x, y Rename) int { return byID(x.Was, y.Was) })
	return found
}

// signatures lists the declared entities of one cluster that another does not have, by
// what makes them the same under another name.
func signatures(c, other *model.Cluster) map[string][]*model.Entity {
	found := map[string][]*model.Entity{}
	for _, e := range c.Entities {
		if !e.IsPod() || e.Origin != model.Declared || other.Entity(e.ID) != nil {
			continue
		}
		if len(lasting(e.Labels)) > 0 {
			key := e.Namespace.Name + " " + e.Owner + " " + signature(e)
			found[key] = append(found[key], e)
		}
	}
	return found
}

// signature is what makes an entity the same wherever it is and however it is called.
func signature(e *model.Entity) string {
	return fmt.Sprint(e.Kind, e.Workload, e.HostNetwork, strings.Join(lasting(e.Labels), ","), e.Ports)
}

// lasting gives the labels that do not change with each pod, sorted.
func lasting(labels model.Labels) (words []string) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if !slices.Contains(passing, key) {
			words = append(words, key+"="+labels[key])
		}
	}
	return words
}
