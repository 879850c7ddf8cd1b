package lint

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

var servicePortNotPodPort = check{
	code: diag.ServicePortNotPodPort, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			if r.means == nil || r.means.AnyPort || r.direction == model.Egress && r.means.AnyPeer {
				continue
			}
			var ends []*model.Class
			for i, item := range r.ports.Items() {
				port := r.means.Ports[i]
				if port.Name != "" || port.First != port.Last {
					continue
				}
				if ends == nil {
					if ends, _ = s.destinations(r); len(ends) == 0 {
						break
					}
				}
				s.wrongPort(r, item.Field("port"), port, ends)
			}
		}
	},
}

// wrongPort looks for the pods' own word about a port, and for Services that have it.
func (s *subject) wrongPort(r rule, place manifest.Part, port model.Port, ends []*model.Class) {
	silent := false
	for _, c := range ends {
		for _, e := range c.Entities {
			silent = silent || len(e.Ports) == 0
			for _, p := range e.Ports {
				if p.Port == port.First && p.Protocol == port.Protocol {
					return
				}
			}
		}
	}
	for _, c := range ends {
		for _, e := range c.Entities {
			for _, svc := range s.servicesOf(e) {
				if s.isServicePort(place, port, svc, e) {
					return
				}
			}
		}
	}
	// An ipBlock may be what the port is for.
	if silent || slices.ContainsFunc(r.means.Peers, func(p model.Peer) bool { return p.Block != nil && r.direction == model.Egress }) {
		return
	}
	s.at(place, diag.Finding{
		Severity: diag.Info,
		Summary: fmt.Sprintf("No pod that this rule is about declares port %d/%s; declared are %s.", port.First, port.Protocol,
			intervalWords(containerPorts(ends))),
		Detail: "A pod may listen on a port that it does not declare. A policy is checked against the pod's port, not the Service's.",
	})
}

// isServicePort reports, with a finding, whether a port is that of a Service which leads
// to another port of its pods.
func (s *subject) isServicePort(place manifest.Part, port model.Port, svc *model.Service, e *model.Entity) bool {
	if svc.Headless {
		return false
	}
	for _, p := range svc.Ports {
		if p.Port != port.First || p.Protocol != port.Protocol {
			continue
		}
		target, ok := p.On(e)
		if !ok || target == port.First {
			continue
		}
		write := strconv.Itoa(int(target))
		if p.TargetName != "" {
			write = p.TargetName
		}
		s.at(place, diag.Finding{
			Summary: fmt.Sprintf("Port %d is the port of Service `%s`; its pods listen on %d, and a policy is checked against the pod's port.", port.First, svc.Name, target),
			Detail:  fmt.Sprintf("The Service's address and port are replaced by those of a pod before policies are asked. Write `port: %s`.", write),
			Related: []diag.Related{{Range: svc.Source.Locate(fmt.Sprintf("spec.ports[%d]", p.Index)), Text: "the Service's port"}},
			Fix:     fix("Write `port: "+write+"`", place.Set(write)),
		})
		return true
	}
	return false
}

// servicesOf gives the Services that lead to an entity, by ID.
func (b *bundle) servicesOf(e *model.Entity) []*model.Service {
	b.guard.Lock()
	defer b.guard.Unlock()
	if b.services == nil {
		b.services = map[*model.Entity][]*model.Service{}
		for _, svc := range b.cluster.Services {
			for _, e := range svc.Entities {
				b.services[e] = append(b.services[e], svc)
			}
		}
	}
	return b.services[e]
}
