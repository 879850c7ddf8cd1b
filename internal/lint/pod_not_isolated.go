package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var podNotIsolated = check{
	code: diag.PodNotIsolated, severity: diag.Info,
	whole: func(b *bundle, r *report) {
		named := [2]map[*model.Class]bool{model.Ingress: b.named(model.Egress), model.Egress: b.named(model.Ingress)}
		for _, ns := range b.cluster.Namespaces {
			for _, d := range model.Directions {
				if open, ok := b.openPods(ns, d); ok {
					r.add(b.notIsolated(ns, d, open, named[d]))
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

func (b *bundle) notIsolated(ns *model.Namespace, d model.Direction, open []*model.Class, named map[*model.Class]bool) diag.Finding {
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
	if slices.ContainsFunc(open, func(c *model.Class) bool { return named[c] }) {
		return f // What the other side names has to be opened by the same hand.
	}
	f.Fix = fixIn(last.Source, "Add a default deny for "+d.String(), manifest.Written(last.Source).Document(defaultDeny(ns, d)))
	if d == model.Egress && f.Fix != nil {
		f.Fix.Text += " that leaves the cluster DNS open"
	}
	return f
}

// named gives the pods that rules of a direction name as the other side of a connection,
// which closing them would break.
func (b *bundle) named(d model.Direction) map[*model.Class]bool {
	classes := map[*model.Class]bool{}
	for _, p := range b.cluster.Policies {
		for i := range p.Rules {
			r := &p.Rules[i]
			for j := range r.Peers {
				if r.Direction == d && p.InForce && r.Peers[j].Block == nil && !r.Peers[j].Pods.Empty() {
					for _, c := range b.peers(p, &r.Peers[j]) {
						classes[c] = true
					}
				}
			}
		}
	}
	return classes
}

// defaultDeny writes a policy that closes every pod of a namespace in a direction. Names
// can still be looked up: nothing works without.
func defaultDeny(ns *model.Namespace, d model.Direction) string {
	text := fmt.Sprintf("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: %s\n  namespace: %s\nspec:\n  podSelector: {}\n  policyTypes: [%s]\n",
		freeName(ns, "default-deny-"+d.String()), quoted(ns.Name), typeOf(d))
	if d == model.Egress {
		text += "  egress:\n  - " + strings.ReplaceAll(dnsRule(false), "\n", "\n    ") + "\n"
	}
	return text
}

// freeName gives a name that no policy of a namespace has, as near to the one wanted as
// can be.
func freeName(ns *model.Namespace, wanted string) string {
	name := wanted
	for n := 2; slices.ContainsFunc(ns.Policies, func(p *model.Policy) bool { return p.Name == name }); n++ {
		name = fmt.Sprintf("%s-%d", wanted, n)
	}
	return name
}
