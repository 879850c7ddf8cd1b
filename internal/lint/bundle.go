package lint

import (
	"sync"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// bundle is the input with what checks look up in it, made when first asked for.
type bundle struct {
	Input
	cluster *model.Cluster
	matrix  func() *reach.Matrix
}

func newBundle(in Input) *bundle {
	b := &bundle{Input: in, cluster: in.Cluster}
	b.matrix = sync.OnceValue(func() *reach.Matrix {
		if in.Matrix != nil {
			return in.Matrix
		}
		return reach.Compute(in.Cluster)
	})
	return b
}
