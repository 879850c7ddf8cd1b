package explain

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// CheckOff refuses to switch off what is not in the bundle: the answer would look as
// if the question had been heard.
func CheckOff(c *model.Cluster, off []reach.Off) error {
	for _, o := range off {
		p := c.Policy(o.Policy)
		if p == nil {
			var ids []string
			for _, p := range c.Policies {
				ids = append(ids, p.ID)
			}
			if near := Nearest(o.Policy, ids, 1); len(near) == 1 {
				return fmt.Errorf("%s: there is no such policy; the nearest is %s", o, near[0])
			}
			return fmt.Errorf("%s: there is no policy in the bundle", o)
		}
		if o.Rule && !slices.ContainsFunc(p.Rules, func(r model.Rule) bool { return r.Direction == o.Direction && r.Index == o.Index }) {
			return fmt.Errorf("%s: %s has no %s rule %d in force, counted from 0", o, p.ID, o.Direction, o.Index)
		}
	}
	return nil
}
