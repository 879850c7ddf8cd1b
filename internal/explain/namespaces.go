package explain

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
)

// CheckNamespaces gives the error for the first name that is no namespace of the bundle,
// with the nearest that is.
func CheckNamespaces(c *model.Cluster, names []string) error {
	known := make([]string, 0, len(c.Namespaces)+1)
	for _, ns := range c.Namespaces {
		known = append(known, ns.Name)
	}
	if c.Exposure {
		known = append(known, "*") // any other namespace
	}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		if near := Nearest(name, known, 1); len(near) == 1 {
			return fmt.Errorf("%s: there is no such namespace; the nearest is %s", name, near[0])
		}
		return fmt.Errorf("%s: there is no namespace in the bundle", name)
	}
	return nil
}
