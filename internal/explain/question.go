package explain

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// question is what the words of a person mean.
type question struct {
	// from and to are IDs for the answer as a whole.
	from, to string
	service  *model.Service // what the call goes to, nil for an entity
	flows    []flow
	// nothing says why there is nothing to judge, reason is the word for it.
	nothing, reason string
}

// flow is one pair of entities to judge, and how many pairs behave like it.
type flow struct {
	from, to *model.Entity
	// fromAddr and toAddr are set where the person named a single address.
	fromAddr, toAddr netip.Addr
	port             *Port
	door             *door
	pairs            int
}

// door is the way through a Service to one of its pods.
type door struct {
	service *model.Service
	port    model.ServicePort
}

func parse(c *model.Cluster, from, to string, port *Port) (question, error) {
	q := question{from: strings.TrimSpace(from), to: strings.TrimSpace(to)}
	if s := c.Service(q.from); s != nil {
		return q, fmt.Errorf("%q is a Service, and Services open no connections; name the pods behind it: %s",
			from, listed(ids(s.Entities), "or"))
	}
	callers, err := q.end(c, &q.from)
	if err != nil {
		return q, err
	}
	var called []*model.Entity
	if q.service = c.Service(q.to); q.service != nil {
		called = q.service.Entities
	} else if called, err = q.end(c, &q.to); err != nil {
		return q, err
	}
	if q.nothing != "" {
		return q, nil
	}
	fromAddr, toAddr := addressOf(from), addressOf(to)
	for _, a := range callers {
		for _, b := range called {
			f := flow{from: a, to: b, fromAddr: fromAddr, toAddr: toAddr, port: port, pairs: 1}
			if q.service == nil {
				q.add(f)
				continue
			}
			for _, p := range q.service.Ports {
				if target, ok := leadsTo(p, b); ok && asked(p, port) {
					f.port, f.door = &target, &door{q.service, p}
					q.add(f)
				}
			}
		}
	}
	if len(q.flows) == 0 {
		q.nothing, q.reason = nobodyBehind(q.service, port), string(model.NoPods)
	}
	return q, nil
}

// end resolves one end of the question and completes its name. What has no pods now
// is an answer too: there is nothing to judge.
func (q *question) end(c *model.Cluster, name *string) ([]*model.Entity, error) {
	found, err := find(c, *name)
	if idle := (*idleError)(nil); errors.As(err, &idle) {
		*name, q.nothing, q.reason = idle.note.Entity, idle.note.Text, string(idle.note.Reason)
		return nil, nil
	}
	if len(found) == 1 {
		*name = found[0].ID
	} else if len(found) > 1 && found[0].Owner != "" {
		*name = found[0].Owner
	}
	return found, err
}

// add counts a flow that behaves like one already there, or appends it.
func (q *question) add(f flow) {
	for i := range q.flows {
		known := &q.flows[i]
		sameDoor := known.door == f.door || known.door != nil && f.door != nil && known.door.port == f.door.port
		samePort := known.port == f.port || known.port != nil && f.port != nil && *known.port == *f.port
		if known.from.Class == f.from.Class && known.to.Class == f.to.Class &&
			(known.from == known.to) == (f.from == f.to) && sameDoor && samePort {
			known.pairs++
			return
		}
	}
	q.flows = append(q.flows, f)
}

func addressOf(text string) netip.Addr {
	addr, err := netip.ParseAddr(strings.TrimSpace(text))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap()
}

// asked reports whether a Service's port is the one asked for; every port is when
// none was.
func asked(p model.ServicePort, port *Port) bool {
	return port == nil || port.Other != "" || p.Port == port.Number && p.Protocol == port.Protocol
}

// leadsTo gives the port of a pod that a Service's port forwards to; there is none
// where the pod has no port of the name.
func leadsTo(p model.ServicePort, e *model.Entity) (Port, bool) {
	number, ok := p.On(e)
	return Port{Protocol: p.Protocol, Number: number}, ok
}

// named gives the number of an entity's port of a name and protocol.
func named(e *model.Entity, name string, protocol netset.Protocol) (uint16, bool) {
	for _, p := range e.Ports {
		if p.Name == name && p.Protocol == protocol {
			return p.Port, true
		}
	}
	return 0, false
}

// nobodyBehind says why a Service leads nowhere.
func nobodyBehind(s *model.Service, port *Port) string {
	if len(s.Entities) == 0 {
		return fmt.Sprintf("Service %s has no pod behind it; there is nothing to judge.", serviceName(s))
	}
	var ports []string
	for _, p := range s.Ports {
		if asked(p, port) {
			return fmt.Sprintf("Service %s has no pod behind port %s %d, since none has a port named %q; there is nothing to judge.",
				serviceName(s), p.Protocol, p.Port, p.TargetName)
		}
		ports = append(ports, Port{Protocol: p.Protocol, Number: p.Port}.String())
	}
	if port == nil {
		return fmt.Sprintf("Service %s has no port; there is nothing to judge.", serviceName(s))
	}
	return fmt.Sprintf("Service %s has no port %s, only %s; there is nothing to judge.", serviceName(s), port, listed(ports, "and"))
}
