package analysis

import (
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// CheckOff refuses to leave out what is in neither bundle.
func (c *Comparison) CheckOff() error {
	for _, off := range c.options.Off {
		one := []reach.Off{off}
		if err := explain.CheckOff(c.After.Cluster, one); err != nil && explain.CheckOff(c.Before.Cluster, one) != nil {
			return err
		}
	}
	return nil
}

// CheckRepairs refuses to assume that what is a finding of neither bundle is repaired.
func (c *Comparison) CheckRepairs() error {
	for _, repair := range c.options.Repaired {
		one := []Repair{repair}
		if err := c.After.CheckRepairs(one); err != nil && c.Before.CheckRepairs(one) != nil {
			return err
		}
	}
	return nil
}

// CheckNamespaces refuses names of namespaces that neither bundle has.
func (c *Comparison) CheckNamespaces(names []string) error {
	for _, name := range names {
		one := []string{name}
		if err := explain.CheckNamespaces(c.Diff.After.Cluster, one); err != nil && explain.CheckNamespaces(c.Diff.Before.Cluster, one) != nil {
			return err
		}
	}
	return nil
}

// Focus gives the ids of entities by the names that people type, as the picture of both
// bundles has them: by those after, of what is gone by those before.
func (c *Comparison) Focus(names []string) ([]string, error) {
	found, err := explain.Focus(c.Diff.After.Cluster, names)
	if err == nil {
		return found, nil
	}
	found, other := explain.Focus(c.Diff.Before.Cluster, names)
	if other != nil {
		return nil, err
	}
	for i, id := range found {
		for _, r := range c.Diff.Renamed {
			if r.Was.ID == id {
				found[i] = r.Is.ID
			}
		}
	}
	return found, nil
}
