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
func (t *trial) quickly(edits []*manifest.Change) (*reach.Matrix, bool) {
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
