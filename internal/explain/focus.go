package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

// MostFocus is how many entities a picture focuses on at most.
const MostFocus = 12

// Focus gives the ids of the entities that texts name, each text one name or several
// with commas between, without repeats. Each is a name as Find reads it; one that means
// several entities which policies tell apart, such as the world in two address
// families, means all of them. A Service means its pods.
func Focus(c *model.Cluster, texts []string) ([]string, error) {
	var chosen []string
	for _, text := range texts {
		parts := strings.Split(text, ",")
		if len(parts) > 8*MostFocus {
			return nil, tooManyNames()
		}
		for i := 0; i < len(parts); {
			used, found, err := focusName(c, parts[i:])
			if err != nil {
				return nil, err
			}
			for _, id := range ids(found) {
				if !slices.Contains(chosen, id) {
					chosen = append(chosen, id)
				}
			}
			i += used
		}
	}
	if len(chosen) > MostFocus {
		return nil, tooManyNames()
	}
	return chosen, nil
}

func tooManyNames() error {
	return fmt.Errorf("at most %d entities can be looked at together", MostFocus)
}

func focusName(c *model.Cluster, parts []string) (used int, found []*model.Entity, err error) {
	name := strings.TrimSpace(parts[0])
	switch s := c.Service(name); {
	case name == "":
		return 1, nil, nil
	case s == nil:
		return nextName(c, parts)
	case len(s.Entities) == 0:
		return 0, nil, fmt.Errorf("%q is a Service that leads to no pod of the bundle", name)
	default:
		return 1, s.Entities, nil
	}
}
