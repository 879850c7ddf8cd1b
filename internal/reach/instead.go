package reach

import (
	"cmp"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
)

// Instead computes the matrix of the same cluster with other policies in the place of some,
// by ID; nil is none. They have to be about the cluster: their namespaces and blocks are
// its own, and nothing that they select by is unknown to its classes. What a matrix costs
// then is to compile policies, which is little beside building a cluster.
func (m *Matrix) Instead(others map[string]*model.Policy) *Matrix {
	policies := map[*model.Namespace][]*model.Policy{}
	for ns, list := range m.policies {
		for _, p := range list {
			if _, replaced := others[p.ID]; !replaced {
				policies[ns] = append(policies[ns], p)
			}
		}
	}
	for _, p := range others {
		if p != nil {
			policies[p.Namespace] = append(policies[p.Namespace], p)
		}
	}
	for _, list := range policies {
		slices.SortFunc(list, func(x, y *model.Policy) int { return cmp.Compare(x.ID, y.ID) })
	}
	return computeFrom(m.Cluster, m.Off, policies)
}
