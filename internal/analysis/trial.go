package analysis

import (
	"slices"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// quickly evaluates the cluster after without some edits of policies: only the policies
// are compiled again, since the entities of both bundles are there whatever policies say.
// It is not ok where an edit is of something else.
// Neither is it where namespaces are inferred: which labels these have may depend on every
// policy.
func (t *trial) quickly(edits []*manifest.Change) (*reach.Matrix, bool) {
	if len(t.imagined) > 0 {
		return nil, false
	}
	others := map[string]*model.Policy{}
	for _, e := range edits {
		undone, plain := e.Undone()
		if !plain || e.Object().Kind != "NetworkPolicy" || e.Object().Refused != "" {
			return nil, false
		}
		id := objectID(e.Object())
		if _, twice := others[id]; twice {
			return nil, false
		}
		others[id] = nil
		if undone == nil {
			continue
		}
		if others[id] = t.policyOf(undone); others[id] == nil {
			return nil, false
		}
	}
	return t.Diff.After.Instead(others), true
}

// imagined names the namespaces that are inferred in either bundle, or would be if a policy
// that is put back spoke of them: those that only the bundle before names.
func (c *Comparison) imagined() map[string]bool {
	declared := map[string]bool{}
	for _, ns := range c.After.Cluster.Namespaces {
		declared[ns.Name] = ns.Origin == model.Declared
	}
	names := map[string]bool{}
	for _, cluster := range []*model.Cluster{c.Before.Cluster, c.After.Cluster, c.Diff.Before.Cluster, c.Diff.After.Cluster} {
		for _, ns := range cluster.Namespaces {
			if ns.Origin == model.Inferred || !declared[ns.Name] {
				names[ns.Name] = true
			}
		}
	}
	return names
}

// objectID is the ID that the policy of an object has.
func objectID(o *manifest.Object) string {
	return o.Title()[len("NetworkPolicy "):]
}

// policyOf makes a policy of an object for the cluster after; nil where that does not know
// what it is about, or where the API server would refuse it.
func (t *trial) policyOf(o *manifest.Object) *model.Policy {
	if o.Refused != "" || slices.ContainsFunc(t.options.Off, func(off reach.Off) bool { return off.Policy == objectID(o) }) {
		return nil
	}
	alone, _ := model.Build(manifest.Bundle{Objects: []manifest.Object{*o}}, model.Options{
		Kubernetes: t.options.Kubernetes, Plugin: t.options.Plugin, Exposure: model.ExposureOff,
	})
	if len(alone.Policies) != 1 || !alone.Policies[0].InForce {
		return nil
	}
	return alone.Policies[0].In(t.Diff.After.Cluster)
}
