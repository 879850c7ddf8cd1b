package explain

import (
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Match gives the entities that a text names, with wildcards: `shop/*` is every pod of a
// namespace, `*/*` every pod, `*` everybody, addresses too; a star stands for any letters
// of a name, as in `team-*/Deployment/web-*`. A range of addresses is all that has an
// address of it. Without a star it is a name as Find reads it; all that has that name is
// meant. Addrs are the addresses, where the text is one or a range: of what is found they
// may be a part.
func Match(c *model.Cluster, text string) (found []*model.Entity, addrs netset.Addrs, err error) {
	text = strings.TrimSpace(text)
	if addrs, ok := addressesOf(text); ok {
		return having(c, text, addrs), addrs, nil
	}
	if !strings.Contains(text, "*") || c.Entity(text) != nil {
		found, err = find(c, text)
		return found, addrs, err
	}
	for _, e := range c.Entities {
		if fits(e, text) {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return nil, addrs, noMatch(c, text)
	}
	return found, addrs, nil
}

// addressesOf reads an address or a range of addresses.
func addressesOf(text string) (netset.Addrs, bool) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netset.FromAddrs(a.Unmap().WithZone("")), true
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		return netset.FromPrefixes(p.Masked()), true
	}
	return netset.Addrs{}, false
}

// having gives what has an address of a set: one address is that of one entity, a range
// is of everything outside that overlaps it.
func having(c *model.Cluster, text string, addrs netset.Addrs) []*model.Entity {
	if a, err := netip.ParseAddr(text); err == nil {
		return []*model.Entity{c.EntityAt(a)}
	}
	var found []*model.Entity
	for _, e := range c.Entities {
		if !e.IsPod() && e.Addrs.Overlaps(addrs) {
			found = append(found, e)
		}
	}
	return found
}

// fits reports whether a pattern is one of an entity's names.
func fits(e *model.Entity, pattern string) bool {
	if pattern == "*" {
		return true
	}
	parts := strings.Split(pattern, "/")
	if e.Namespace == nil {
		return e.Kind == model.KindNode && len(parts) == 2 && parts[0] == "node" && glob(parts[1], strings.TrimPrefix(e.ID, "node/"))
	}
	for _, id := range []string{e.ID, e.Owner} {
		words := strings.SplitN(id, "/", 3)
		if len(words) != 3 || !glob(parts[0], words[0]) {
			continue
		}
		switch {
		case len(parts) == 2 && glob(parts[1], words[2]),
			len(parts) == 3 && glob(strings.ToLower(parts[1]), strings.ToLower(words[1])) && glob(parts[2], words[2]):
			return true
		}
	}
	return false
}

// glob reports whether a pattern fits a whole name; a lone star fits also names with
// slashes, which inferred pods can have.
func glob(pattern, name string) bool {
	if pattern == "*" {
		return true
	}
	ok, err := path.Match(strings.NewReplacer(`\`, `\\`, "?", `\?`, "[", `\[`).Replace(pattern), strings.ReplaceAll(name, "/", "_"))
	return ok && err == nil
}

// noMatch says that a pattern fits nothing, with the namespace or the name that may be
// meant.
func noMatch(c *model.Cluster, text string) error {
	namespace, _, _ := strings.Cut(text, "/")
	var names []string
	for _, ns := range c.Namespaces {
		names = append(names, ns.Name)
	}
	if !strings.Contains(namespace, "*") && !slices.Contains(names, namespace) {
		if near := Nearest(namespace, names, 1); len(near) > 0 && distance(near[0], namespace) <= slack(namespace) {
			return fmt.Errorf("%q fits nothing in the bundle, which has no namespace %s; the nearest is %s", text, namespace, near[0])
		}
		return fmt.Errorf("%q fits nothing in the bundle, which has no namespace %s", text, namespace)
	}
	return fmt.Errorf("%q fits nothing in the bundle", text)
}
