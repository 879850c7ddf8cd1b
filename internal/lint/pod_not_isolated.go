package lint

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var podNotIsolated = check{
	code: diag.PodNotIsolated, severity: diag.Info,
	whole: func(b *bundle, r *report) {
		for _, ns := range b.cluster.Namespaces {
			for _, d := range model.Directions {
				if open, ok := b.openPods(ns, d); ok {
					r.add(b.notIsolated(ns, d, open))
				}
			}
		}
	},
}

// openPods gives the pods of a namespace that nothing isolates in a direction. It is not
// ok where no policy is about the direction, or one chooses every pod.
func (b *bundle) openPods(ns *model.Namespace, d model.Direction) (open []*model.Class, ok bool) {
	for _, p := range ns.Policies {
		if p.Isolates[d] {
			if p.PodSelector.Empty() {
				return nil, false
			}
			ok = true
		}
	}
	for _, c := range declared(b.pods[ns]) {
		if ok && !c.First().HostNetwork && !b.matrix().Isolated(c, d) {
			open = append(open, c)
		}
	}
	return open, ok
}

func (b *bundle) notIsolated(ns *model.Namespace, d model.Direction, open []*model.Class) diag.Finding {
	f := diag.Finding{Object: "Namespace " + ns.Name}
	does := "every pod, node and address may reach all their ports"
	if d == model.Egress {
		does = "they may call every pod, node and address"
	}
	if n := howMany(open); n > 0 {
		if n == 1 && d == model.Ingress {
			does = "every pod, node and address may reach all its ports"
		} else if n == 1 {
			does = "it may call every pod, node and address"
		}
		f.Summary = fmt.Sprintf("%s %s chosen by no %s policy, so %s.", who(open), plural(n, "is", "are"), d, does)
	} else {
		if d == model.Egress {
			does = "may call every pod, node and address"
		} else {
			does = "is open on all its ports for every pod, node and address"
		}
		f.Summary = fmt.Sprintf("Namespace `%s` has no default deny for %s: a pod that no policy chooses %s.", ns.Name, d, does)
	}
	f.Detail = fmt.Sprintf("A policy with `podSelector: {}` and `policyTypes: [%s]` closes every pod of the namespace that others do not open.", typeOf(d))
	if d == model.Egress {
		f.Detail += " Open the cluster DNS together with it."
	}
	last := ns.Policies[len(ns.Policies)-1]
	if ns.Source != nil {
		f.Range, f.Field = ns.Source.Locate("metadata.name"), "metadata.name"
	} else {
		f.Object = "NetworkPolicy " + ns.Policies[0].ID
		f.Range, f.Field = b.nameOf(ns.Policies[0]), "metadata.name"
	}
	if d == model.Ingress {
		f.Fix = fixIn(last.Source, "Add a default deny for "+d.String(), manifest.Written(last.Source).Document(fmt.Sprintf(
			"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default-deny-%s\n  namespace: %s\nspec:\n  podSelector: {}\n  policyTypes: [%s]\n", d, quoted(ns.Name), typeOf(d))))
	}
	return f
}
