package explain

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

// MostActors is how many names a path has at most.
const MostActors = 24

// Path is what the names of a path mean.
type Path struct {
	Entities []*model.Entity
	// Notes say of a name that stands for several entities which of them is meant.
	Notes []string
}

// FindPath gives the entities that a text names one after the other, with commas
// between. Each is a text as Find reads it; where one names several entities that
// policies tell apart, such as the world in two address families, it means the first.
// The error is a *NameError where a name is not in the bundle.
func FindPath(c *model.Cluster, text string) (Path, error) {
	var p Path
	parts := strings.Split(text, ",")
	if len(parts) > 8*MostActors {
		return p, fmt.Errorf("a path has at most %d names", MostActors)
	}
	for i := 0; i < len(parts); {
		used, found, err := nextName(c, parts[i:])
		if err != nil {
			return p, err
		}
		if !oneClass(found) {
			p.Notes = append(p.Notes, fmt.Sprintf("%s is shown as %s; policies tell %s apart from it.",
				strings.TrimSpace(strings.Join(parts[i:i+used], ",")), found[0].ID, few(ids(found[1:]), mostNames, "and")))
		}
		p.Entities = append(p.Entities, found[0])
		i += used
	}
	switch n := len(p.Entities); {
	case n < 2:
		return p, fmt.Errorf("a path has at least two names with a comma between, such as world,shop/web")
	case n > MostActors:
		return p, fmt.Errorf("a path has at most %d names, and this one has %d", MostActors, n)
	}
	return p, nil
}

// nextName reads one name of a path. An id may hold commas itself; the longest that is
// one counts.
func nextName(c *model.Cluster, parts []string) (used int, found []*model.Entity, err error) {
	for used = len(parts); used > 1; used-- {
		if e := c.Entity(strings.TrimSpace(strings.Join(parts[:used], ","))); e != nil {
			return used, []*model.Entity{e}, nil
		}
	}
	name := strings.TrimSpace(parts[0])
	if s := c.Service(name); s != nil {
		return 0, nil, fmt.Errorf("%q is a Service, which is only the way to its pods; name them: %s", name, listed(ids(s.Entities), "or"))
	}
	if name == "" {
		return 0, nil, fmt.Errorf("a name is missing in the path; names stand one after the other with a comma between")
	}
	found, err = find(c, name)
	return 1, found, err
}
