package model

import "slices"

// In gives a policy as one of another cluster, with its namespace and blocks; nil where
// that does not have them.
func (p *Policy) In(c *Cluster) *Policy {
	moved := *p
	i := slices.IndexFunc(c.Namespaces, func(ns *Namespace) bool { return ns.Name == p.Namespace.Name })
	if i < 0 {
		return nil
	}
	moved.Namespace = c.Namespaces[i]
	moved.Rules = slices.Clone(p.Rules)
	for i := range moved.Rules {
		r := &moved.Rules[i]
		r.Peers = slices.Clone(r.Peers)
		for k := range r.Peers {
			own := r.Peers[k].Block
			if own == nil {
				continue
			}
			at := slices.IndexFunc(c.Blocks, func(b *Block) bool { return b.Name == own.Name && b.Addrs.Equal(own.Addrs) })
			if at < 0 {
				return nil
			}
			r.Peers[k].Block = c.Blocks[at]
		}
	}
	return &moved
}
