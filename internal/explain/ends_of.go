package explain

import "github.com/netpolscope/netpolscope/internal/model"

// Ends gives the entities that the two names of a question stand for: several where a
// name means pods that differ, or a Service. What stands for nothing gives none.
func Ends(c *model.Cluster, from, to string) (callers, called []*model.Entity) {
	callers, _ = find(c, from)
	if s := c.Service(to); s != nil {
		return callers, s.Entities
	}
	called, _ = find(c, to)
	return callers, called
}
