package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var namedPortNotFound = check{
	code: diag.NamedPortNotFound, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			for i, item := range r.ports.Items() {
				if r.means != nil && r.means.Ports[i].Name != "" {
					s.portName(r, item.Field("port"), item, r.means.Ports[i])
				}
			}
		}
	},
}

func (s *subject) portName(r rule, place, entry manifest.Part, port model.Port) {
	if r.direction == model.Egress && !r.means.AnyPeer && !slices.ContainsFunc(r.means.Peers, func(p model.Peer) bool { return p.Block == nil }) {
		s.at(place, diag.Finding{
			Summary: fmt.Sprintf("`%s` is the name of a container port, and addresses have none, so this entry allows nothing.", port.Name),
			Detail:  "Write the number of the port.",
		})
		return
	}
	ends, scope := s.destinations(r)
	if len(ends) == 0 || !s.certain(scope) {
		return
	}
	names := map[string]bool{}
	protocols := map[string]bool{}
	for _, c := range ends {
		for _, e := range c.Entities {
			for _, p := range e.Ports {
				switch {
				case p.Name == port.Name && p.Protocol == port.Protocol:
					return
				case p.Name == port.Name:
					protocols[p.Protocol.String()] = true
				case p.Name != "" && p.Protocol == port.Protocol:
					names[p.Name] = true
				}
			}
		}
	}
	var f diag.Finding
	pods := "pod that this rule is about"
	if howMany(ends) == 1 {
		pods = "container of " + who(ends)
	}
	switch known := slices.Sorted(maps.Keys(names)); {
	case len(protocols) > 0:
		protocol := slices.Sorted(maps.Keys(protocols))[0]
		f.Summary = fmt.Sprintf("No %s has a port called `%s` with protocol %s, so this entry allows nothing; it is declared with %s.", pods, port.Name, port.Protocol, protocol)
		if written := entry.Field("protocol"); written.IsWritten() {
			f.Fix = fix("Write `protocol: "+protocol+"`", written.Set(protocol))
		} else {
			f.Fix = fix("Write `protocol: "+protocol+"`", place.InsertAfter("protocol: "+protocol))
		}
	case len(known) > 0:
		f.Summary = fmt.Sprintf("No %s has a port called `%s`, so this entry allows nothing; there is %s.", pods, port.Name, listed(code(known)))
		if meant := nearest(port.Name, known); meant != "" {
			f.Fix = fix("Write `port: "+meant+"`", place.Set(quoted(meant)))
		}
	default:
		f.Summary = fmt.Sprintf("No %s has a port called `%s`, so this entry allows nothing.", pods, port.Name)
	}
	f.Detail = "A named port is what the destination pod declares under that name; the name of a Service's port does not count."
	s.at(place, f)
}

// destinations gives the declared pods that a rule lets calls through to, with the
// namespaces they were looked for in: those of the policy for ingress, the peers for
// egress.
func (s *subject) destinations(r rule) ([]*model.Class, []*model.Namespace) {
	if r.direction == model.Ingress {
		return declared(s.subjects(s.policy)), []*model.Namespace{s.policy.Namespace}
	}
	if r.means.AnyPeer {
		var all []*model.Class
		for _, ns := range s.namespaces {
			all = append(all, declared(s.pods[ns])...)
		}
		return all, s.namespaces
	}
	var scope []*model.Namespace
	for _, p := range r.means.Peers {
		switch {
		case p.Block != nil:
		case p.Namespaces == nil:
			scope = append(scope, s.policy.Namespace)
		default:
			scope = append(scope, s.inNamespaces(p.Namespaces)...)
		}
	}
	return declared(s.peersOf(r.means)), scope
}
