package explain

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Profile says about one entity which policies limit it, whom it reaches and who
// reaches it, from outside too. There is a sentence or two for each.
func Profile(m *reach.Matrix, e *model.Entity) []string {
	var lines []string
	if written := m.Written(); written != m {
		m, lines = written, []string{m.Cluster.Plugin.Caveat(), "What follows is what the policies say."}
	}
	w := newCrowd(m)
	if e.IsPod() {
		lines = append(lines, limitWords(m, e, model.Ingress), limitWords(m, e, model.Egress))
	}
	lines = append(lines, w.sentence(e.Class, model.Ingress), w.sentence(e.Class, model.Egress))
	if e.IsPod() {
		lines = append(lines, outsideWords(m, e))
		lines = append(lines, doorWords(m.Cluster, e)...)
	}
	return lines
}

// limitWords says which policies limit one side of an entity.
func limitWords(m *reach.Matrix, e *model.Entity, d model.Direction) string {
	by := m.IsolatedBy(e, d)
	side, open := "Entering", "it accepts everything"
	if d == model.Egress {
		side, open = "Leaving", "it may call everybody"
	}
	switch {
	case e.HostNetwork:
		return fmt.Sprintf("%s: it uses the network of %s, where most plug-ins do not apply policies.", side, nodeWords(e))
	case len(by) == 0:
		return fmt.Sprintf("%s: open. No policy chooses %s for this, so %s.", side, short(e), open)
	case m.Closed(e.Class, d):
		return fmt.Sprintf("%s: shut. %s %s it, and nothing gets through.", side, upperFirst(policyNames(by)), verb(len(by), "choose"))
	case m.Open(e.Class, d):
		return fmt.Sprintf("%s: %s %s it and %s everything through.", side, policyNames(by), verb(len(by), "choose"), verb(len(by), "let"))
	default:
		return fmt.Sprintf("%s: limited by %s.", side, policyNames(by))
	}
}

// outsideWords says who outside the cluster may call an entity.
func outsideWords(m *reach.Matrix, e *model.Entity) string {
	var who []string
	for _, x := range m.Cluster.Entities {
		if x.Kind != model.KindAddresses {
			continue
		}
		if ports := m.Ports(x, e); !ports.IsEmpty() {
			who = append(who, fmt.Sprintf("%s on %s", x.ID, portWords(ports)))
		}
	}
	if len(who) == 0 {
		return "From outside the cluster nobody may call it."
	}
	return fmt.Sprintf("From outside the cluster it may be called by %s.", semicolons(fewParts(who)))
}

// fewParts gives the first parts and how many more there are.
func fewParts(parts []string) []string {
	if more := len(parts) - mostGroups; more > 1 {
		parts = append(slices.Clone(parts[:mostGroups]), fmt.Sprintf("%d more", more))
	}
	return parts
}

// doorWords names the ways that lead to an entity from outside.
func doorWords(c *model.Cluster, e *model.Entity) []string {
	var lines []string
	for _, s := range c.Services {
		if s.Exposed() && slices.Contains(s.Entities, e) {
			lines = append(lines, fmt.Sprintf("Service %s (%s) leads to it from outside.", serviceName(s), s.Type))
		}
	}
	for _, in := range c.Ingresses {
		if slices.ContainsFunc(in.Backends, func(b model.IngressBackend) bool {
			return b.Service != nil && slices.Contains(b.Service.Entities, e)
		}) {
			lines = append(lines, fmt.Sprintf("Ingress %s leads to it; the caller is then a pod of the ingress controller.", in.Namespace.Name+"/"+in.Name))
		}
	}
	return lines
}
