package lint

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
)

var frontDoorClosed = check{
	code: diag.FrontDoorClosed, severity: diag.Warning,
	whole: func(b *bundle, r *report) {
		for _, in := range b.cluster.Ingresses {
			seen := map[string]bool{}
			for _, backend := range in.Backends {
				if backend.Service != nil && backend.Port != nil && !seen[backend.ServiceName] {
					seen[backend.ServiceName] = true
					b.door(r, door{
						what: "Ingress `" + in.Name + "`", place: in.Source.Locate(backend.Field),
						service: backend.Service, ports: []model.ServicePort{*backend.Port}, controller: true,
					})
				}
			}
		}
		for _, svc := range b.cluster.Services {
			if svc.Exposed() {
				b.door(r, door{what: svc.Type + " Service `" + svc.Name + "`", place: svc.Source.Locate("spec.type"), service: svc, ports: svc.Ports})
			}
		}
	},
}

// door is a way for calls from outside to the pods of a Service.
type door struct {
	what    string
	place   diag.Range
	service *model.Service
	ports   []model.ServicePort
	// controller is set when the calls come from the pods of an ingress controller,
	// not from the clients' addresses.
	controller bool
}

// answer is what policies make of a door.
type answer uint8

const (
	opened answer = iota
	// onlyBlocks: only for source addresses that the pod may never see.
	onlyBlocks
	shut
)

func (b *bundle) door(r *report, d door) {
	for _, e := range d.service.Entities {
		if e.HostNetwork || !b.matrix().Isolated(e.Class, model.Ingress) {
			continue
		}
		by := b.matrix().IsolatedBy(e, model.Ingress)
		found, rule := opened, (*model.Rule)(nil)
		var at *model.Policy
		for _, p := range d.ports {
			target, ok := p.On(e)
			if !ok {
				continue
			}
			if a, of, through := b.admits(d, e, by, p.Protocol, target); a > found {
				found, at, rule = a, of, through
			}
		}
		switch found {
		case shut:
			r.add(b.shut(d, e, by))
			return
		case onlyBlocks:
			r.add(b.unseen(d, at, rule))
			return
		}
	}
}

// admits looks for a rule that lets calls through a door in to one port of a pod.
func (b *bundle) admits(d door, e *model.Entity, by []*model.Policy, protocol netset.Protocol, port uint16) (answer, *model.Policy, *model.Rule) {
	best, at, rule := shut, (*model.Policy)(nil), (*model.Rule)(nil)
	for _, controller := range b.controllers() {
		if d.controller && b.matrix().Side(model.Ingress, e.Class, controller).Contains(protocol, port) {
			return opened, nil, nil
		}
	}
	for _, p := range by {
		for i := range p.Rules {
			r := &p.Rules[i]
			if r.Direction != model.Ingress || !portsOn(r, e).Contains(protocol, port) {
				continue
			}
			switch a := b.admitting(d, p, r); {
			case a == opened:
				return opened, nil, nil
			case a < best:
				best, at, rule = a, p, r
			}
		}
	}
	return best, at, rule
}

// admitting tells what one rule makes of a door.
func (b *bundle) admitting(d door, p *model.Policy, r *model.Rule) answer {
	if r.AnyPeer {
		return opened
	}
	a := shut
	for _, peer := range r.Peers {
		switch {
		case peer.Block == nil && d.controller && peer.Namespaces != nil && len(b.controllers()) == 0 && !namesOnly(peer.Namespaces, p.Namespace.Name):
			return opened // Another namespace: the controller's, for all we know.
		case peer.Block == nil:
		case d.controller:
			return opened // The controller may use its node's network.
		case d.service.LocalTraffic || peer.Block.CIDR.Equal(netset.Everywhere.Family(true)):
			return opened
		default:
			a = onlyBlocks
		}
	}
	return a
}

// controllerNames are what ingress controllers are labelled with.
var controllerNames = []string{"ingress-nginx", "nginx-ingress", "traefik", "haproxy-ingress", "kubernetes-ingress", "contour", "envoy", "kong", "ambassador", "istio-ingressgateway"}

// controllers gives the pods of ingress controllers, if the bundle declares them.
func (b *bundle) controllers() []*model.Class {
	b.guard.Lock()
	defer b.guard.Unlock()
	if b.entries == nil {
		b.entries = []*model.Class{}
		for _, ns := range b.namespaces {
			for _, c := range declared(b.pods[ns]) {
				labels := c.First().Labels
				for _, key := range []string{"app.kubernetes.io/name", "app", "name", "istio"} {
					if slices.Contains(controllerNames, labels[key]) {
						b.entries = append(b.entries, c)
						break
					}
				}
			}
		}
	}
	return b.entries
}

// shut says that nothing lets a door's calls in, at the policy that should.
func (b *bundle) shut(d door, e *model.Entity, by []*model.Policy) diag.Finding {
	p := by[0]
	for _, q := range by {
		if slices.ContainsFunc(q.Rules, func(r model.Rule) bool { return r.Direction == model.Ingress }) {
			p = q
			break
		}
	}
	spec := manifest.Written(p.Source).Field("spec")
	place := spec.Field("ingress")
	if !place.IsWritten() {
		place = spec.Field("podSelector")
	}
	f := diag.Finding{
		Object: "NetworkPolicy " + p.ID, Range: place.Range(), Field: place.Path(),
		Summary: fmt.Sprintf("%s sends its traffic to `%s` from outside of the cluster, and no policy lets that in.", d.what, nameOf(e)),
		Detail:  "Add an ingress rule without `from`, or with the `ipBlock` of the clients, for the pod's port.",
		Related: []diag.Related{{Range: d.place, Text: "the way from outside"}},
	}
	items := place.Items()
	if d.controller {
		namespace := "ingress-nginx"
		if known := b.controllers(); len(known) > 0 {
			namespace = known[0].First().Namespace.Name
		}
		f.Summary = fmt.Sprintf("%s sends its traffic through the controller's pods, and no policy of `%s` lets them in.", d.what, nameOf(e))
		f.Detail = fmt.Sprintf("Add a rule from the controller's namespace, `%s: %s` for example.", nameLabel, namespace)
		if len(items) > 0 && !items[0].IsFlow() {
			f.Fix = fixIn(p.Source, "Let the controller's namespace in", items[len(items)-1].InsertAfter(controllerRule(d, e, namespace)))
		}
	}
	return f
}

// controllerRule writes the rule that lets a controller in to the pod's port.
func controllerRule(d door, e *model.Entity, namespace string) string {
	text := "from:\n- namespaceSelector:\n    matchLabels:\n      " + nameLabel + ": " + quoted(namespace)
	if target, ok := d.ports[0].On(e); ok {
		text += fmt.Sprintf("\nports:\n- port: %d\n  protocol: %s", target, d.ports[0].Protocol)
	}
	return text
}

// unseen says that a door opens only for addresses that the pod may never see.
func (b *bundle) unseen(d door, p *model.Policy, r *model.Rule) diag.Finding {
	i := slices.IndexFunc(r.Peers, func(p model.Peer) bool { return p.Block != nil })
	field := r.PeerField(i) + ".ipBlock"
	return diag.Finding{
		Object: "NetworkPolicy " + p.ID, Range: p.Source.Locate(field), Field: field,
		Summary: fmt.Sprintf("%s has `externalTrafficPolicy: Cluster`, so its pods may see the address of a node instead of the client's, and `%s` may never match.", d.what, r.Peers[i].Block.Name),
		Detail:  "Set `externalTrafficPolicy: Local` on the Service, which keeps the client's address, or allow the nodes' range too.",
		Related: []diag.Related{{Range: d.place, Text: "the way from outside"}},
	}
}

// portsOn gives the ports that a rule opens on a pod.
func portsOn(r *model.Rule, e *model.Entity) netset.Ports { return policy.Assumption{}.Ports(r, e) }
