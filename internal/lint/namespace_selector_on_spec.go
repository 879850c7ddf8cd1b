package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// mostCopies is for how many namespaces a remedy writes copies of a policy.
const mostCopies = 20

// SharpenRemedies gives the findings of reading with the remedies that only the whole
// bundle tells: a policy that tries to choose namespaces becomes one policy for each of
// those that are there.
func SharpenRemedies(c *model.Cluster, found diag.List) {
	for i := range found {
		f := &found[i]
		id, isPolicy := strings.CutPrefix(f.Object, "NetworkPolicy ")
		if f.Code != diag.NamespaceSelectorOnSpec || !isPolicy {
			continue
		}
		if p := c.Policy(id); p != nil {
			perNamespace(c, p, f)
		}
	}
}

func perNamespace(c *model.Cluster, p *model.Policy, f *diag.Finding) {
	object := manifest.Written(p.Source)
	selector := object.At("spec", "namespaceSelector")
	names, known := chosen(c, selector)
	if len(names) == 0 || len(names) > mostCopies {
		return
	}
	edits := object.ForNamespaces(names)
	switch {
	case edits == nil:
	case len(names) > 1:
		f.Fix = manifest.Remedy(p.Source, fix("Write one copy each for "+listed(code(names)), edits))
	default:
		f.Fix = manifest.Remedy(p.Source, fix("Write `namespace: "+names[0]+"` instead of the selector", edits))
	}
	if known {
		f.Detail += fmt.Sprintf(" The selector matches %s.", listed(code(names)))
	}
}

// chosen gives the declared namespaces that a selector of labels matches, as it is
// written; where it matches none, the one that it names by a label which people take
// for the name.
func chosen(c *model.Cluster, selector manifest.Part) (names []string, known bool) {
	labels := selector.Field("matchLabels").Fields()
	if selector.Field("matchExpressions").IsWritten() || len(labels) == 0 {
		return nil, false
	}
	for _, ns := range c.Namespaces {
		matches := func(l manifest.Part) bool { v, ok := ns.Labels[l.Name()]; return ok && v == l.Text() }
		if ns.Origin == model.Declared && !slices.ContainsFunc(labels, func(l manifest.Part) bool { return !matches(l) }) {
			names = append(names, ns.Name)
		}
	}
	if only := labels[0]; len(names) == 0 && len(labels) == 1 && (slices.Contains(nameLike, only.Name()) || only.Name() == nameLabel) && only.Text() != "" {
		return []string{only.Text()}, false
	}
	return names, len(names) > 0
}
