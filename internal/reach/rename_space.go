package reach

import (
	"maps"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

// renamedNamespaces finds the namespaces that stand again under another name, by the name
// before: everything declared in them has the same kinds, names, labels and ports. Where
// more than one could be meant none is.
func renamedNamespaces(before, after *model.Cluster) map[string]string {
	gone, come := contents(before, after), contents(after, before)
	renamed := map[string]string{}
	for content, was := range gone {
		if is := come[content]; len(was) == 1 && len(is) == 1 {
			renamed[was[0]] = is[0]
		}
	}
	return renamed
}

// contents lists the namespaces in which one cluster has declared pods and another has
// none, by what these are.
func contents(c, other *model.Cluster) map[string][]string {
	populated := func(c *model.Cluster) map[string][]*model.Entity {
		found := map[string][]*model.Entity{}
		for _, e := range c.Entities {
			if e.IsPod() && e.Origin == model.Declared {
				found[e.Namespace.Name] = append(found[e.Namespace.Name], e)
			}
		}
		return found
	}
	own, theirs := populated(c), populated(other)
	found := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if len(theirs[name]) > 0 {
			continue
		}
		var list []string
		for _, e := range own[name] {
			list = append(list, e.Name+" "+signature(e))
		}
		slices.Sort(list)
		content := strings.Join(list, "\n")
		found[content] = append(found[content], name)
	}
	return found
}

// moved pairs the entities of renamed namespaces by what their IDs say beside them.
func moved(before, after *model.Cluster, spaces map[string]string) (found []Rename) {
	if len(spaces) == 0 {
		return nil
	}
	for _, was := range before.Entities {
		if was.Namespace == nil {
			continue
		}
		name, ok := spaces[was.Namespace.Name]
		if !ok {
			continue
		}
		if is := after.Entity(name + strings.TrimPrefix(was.ID, was.Namespace.Name)); is != nil {
			found = append(found, Rename{was, is})
		}
	}
	return found
}
