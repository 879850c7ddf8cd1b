package explain

import (
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// NameError says that a text names no entity, or several that behave differently.
type NameError struct {
	Text string
	// Meant lists the IDs that the text may stand for; empty when it stands for none.
	Meant []string
	// Candidates are the names nearest to a text that stands for nothing.
	Candidates []string
}

func (e *NameError) Error() string {
	switch {
	case strings.HasPrefix(e.Text, "node/"):
		return fmt.Sprintf("%q is not in the bundle; a node counts by its address, so ask about that", e.Text)
	case len(e.Meant) > 0:
		return fmt.Sprintf("%q may mean %s; write one of them", e.Text, listed(e.Meant, "or"))
	case len(e.Candidates) == 1:
		return fmt.Sprintf("%q is not in the bundle; the nearest name is %s", e.Text, e.Candidates[0])
	case len(e.Candidates) > 1:
		return fmt.Sprintf("%q is not in the bundle; the nearest names are %s", e.Text, listed(e.Candidates, "and"))
	default:
		return fmt.Sprintf("%q is not in the bundle, and neither is anything of a similar name", e.Text)
	}
}

// idleError says that a text names something that has no pods now.
type idleError struct{ note model.Note }

func (e *idleError) Error() string { return e.note.Text }

// Find gives the entity that a text names: an ID, namespace/name,
// namespace/Kind/name, node/NAME, the name of a Pod object that a workload holds,
// world, an address or a range of addresses. The error is a *NameError when there is
// no such entity or more than one.
func Find(c *model.Cluster, text string) (*model.Entity, error) {
	found, err := find(c, text)
	if err != nil {
		return nil, err
	}
	if oneClass(found) {
		return found[0], nil
	}
	return nil, &NameError{Text: text, Meant: ids(found)}
}

func oneClass(entities []*model.Entity) bool {
	return !slices.ContainsFunc(entities, func(e *model.Entity) bool { return e.Class != entities[0].Class })
}

// find gives the entities that a text stands for. They are several where the text
// names one thing whose parts the policies tell apart: a workload of different pods,
// or the world in two address families.
func find(c *model.Cluster, text string) ([]*model.Entity, error) {
	text = strings.TrimSpace(text)
	if e := c.Entity(text); e != nil {
		return []*model.Entity{e}, nil
	}
	if text == "world" {
		return world(c), nil
	}
	if addr, err := netip.ParseAddr(text); err == nil {
		return []*model.Entity{c.EntityAt(addr)}, nil
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return within(c, text, prefix)
	}
	if pods := podsOf(c, text); len(pods) > 0 {
		return pods, nil
	}
	if named := byName(c, text); len(named) == 1 {
		return named, nil
	} else if len(named) > 1 {
		return nil, &NameError{Text: text, Meant: ids(named)}
	}
	for _, n := range c.Notes {
		if (n.Reason == model.NoPods || n.Reason == model.Phase) && matches(n.Entity, text) {
			return nil, &idleError{n}
		}
	}
	return nil, &NameError{Text: text, Candidates: near(c, text)}
}

// world gives the addresses that no block names, in each family the ones of the
// widest block where the blocks leave nothing over.
func world(c *model.Cluster) []*model.Entity {
	var found []*model.Entity
	for _, v4 := range []bool{true, false} {
		var widest *model.Entity
		var most *big.Int
		for _, e := range c.Entities {
			if e.Kind != model.KindAddresses {
				continue
			}
			size := e.Addrs.Family(v4).Size()
			if strings.HasPrefix(e.ID, "world") && size.Sign() > 0 {
				widest = e
				break
			}
			if most == nil || size.Cmp(most) > 0 {
				widest, most = e, size
			}
		}
		if widest != nil && !slices.Contains(found, widest) {
			found = append(found, widest)
		}
	}
	return found
}

// within gives the entity that holds a whole range of addresses.
func within(c *model.Cluster, text string, prefix netip.Prefix) ([]*model.Entity, error) {
	wanted := netset.FromPrefixes(prefix)
	var parts []*model.Entity
	for _, e := range c.Entities {
		if !e.IsPod() && e.Addrs.Overlaps(wanted) {
			parts = append(parts, e)
		}
	}
	if len(parts) == 1 {
		return parts, nil
	}
	return nil, &NameError{Text: text, Meant: ids(parts)}
}

// podsOf gives the entity that holds a Pod object, or the pods of a workload whose
// pods differ.
func podsOf(c *model.Cluster, text string) []*model.Entity {
	var found []*model.Entity
	for _, e := range c.Entities {
		for _, pod := range e.Pods {
			ns, name, _ := strings.Cut(pod, "/")
			if e.Kind == model.KindWorkload && (text == pod || text == ns+"/Pod/"+name) {
				return []*model.Entity{e}
			}
		}
		if e.Owner != "" && matches(e.Owner, text) {
			found = append(found, e)
		}
	}
	return found
}

// byName gives the entities that namespace/name, namespace/Kind/name or a name alone
// stands for.
func byName(c *model.Cluster, text string) []*model.Entity {
	var found []*model.Entity
	for _, e := range c.Entities {
		if matches(e.ID, text) {
			found = append(found, e)
		}
	}
	if len(found) > 0 || strings.Contains(text, "/") {
		return found
	}
	for _, e := range c.Entities {
		if e.Namespace != nil && e.Name == text {
			found = append(found, e)
		}
	}
	return found
}

// matches reports whether a text is a way to write an ID of the form
// namespace/Kind/name; the case of the kind does not count.
func matches(id, text string) bool {
	first, last := strings.IndexByte(text, '/'), strings.LastIndexByte(text, '/')
	if first < 0 || !strings.HasPrefix(id, text[:first+1]) || !strings.HasSuffix(id, text[last:]) {
		return false // as nearly all are, and many names may be looked for
	}
	parts := strings.SplitN(id, "/", 3)
	if len(parts) != 3 {
		return false
	}
	if text == parts[0]+"/"+parts[2] {
		return true
	}
	words := strings.SplitN(text, "/", 3)
	return len(words) == 3 && words[0] == parts[0] && strings.EqualFold(words[1], parts[1]) && words[2] == parts[2]
}

func ids(entities []*model.Entity) []string {
	out := make([]string, len(entities))
	for i, e := range entities {
		out[i] = e.ID
	}
	return out
}

// mostCandidates is how many names are offered for one that stands for nothing.
const mostCandidates = 3

// near gives the names of a cluster that a text most likely means, best first: pods that
// are inferred by a label of that value and Services of that name, then what is spelt
// nearly so.
func near(c *model.Cluster, text string) []string {
	words := strings.Split(text, "/")
	name := words[len(words)-1]
	var meant, like []string
	offer := func(id, short, its string) {
		text, its := strings.ToLower(text), strings.ToLower(its)
		switch {
		case distance(text, strings.ToLower(id)) <= slack(text), distance(text, strings.ToLower(short)) <= slack(text), distance(strings.ToLower(name), its) <= slack(name):
			like = append(like, short)
		}
	}
	for _, e := range c.Entities {
		switch {
		case e.AnyOther || e.Namespace == nil:
		case e.Kind == model.KindInferred && called(e, name):
			meant = append(meant, e.ID)
		case e.Kind == model.KindInferred:
			offer(e.ID, e.ID, e.Name)
		case len(words) > 2:
			offer(e.ID, e.ID, e.Name)
		default:
			offer(e.ID, e.Namespace.Name+"/"+e.Name, e.Name)
		}
	}
	for _, s := range c.Services {
		if s.Name == name {
			meant = append(meant, s.ID)
		} else {
			offer(s.ID, s.ID, s.Name)
		}
	}
	slices.Sort(meant)
	all := append(meant, Nearest(text, like, mostCandidates)...)
	return all[:min(mostCandidates, len(all))]
}

// called reports whether one of the labels that say what a pod is has a value.
func called(e *model.Entity, name string) bool {
	return slices.ContainsFunc(telling[:], func(key string) bool { return name != "" && e.Labels[key] == name })
}

// slack is how many letters a name may differ in to be taken for a slip of the pen.
func slack(text string) int { return max(2, len(text)/3) }
