package lint

import (
	"fmt"
	"slices"
	"strings"

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
	namespace := ""
	if d.controller {
		namespace = "ingress-nginx"
		if known := b.controllers(); len(known) > 0 {
			namespace = known[0].First().Namespace.Name
		}
		f.Summary = fmt.Sprintf("%s sends its traffic through the controller's pods, and no policy of `%s` lets them in.", d.what, nameOf(e))
		f.Detail = fmt.Sprintf("Add a rule from the controller's namespace, `%s: %s` for example.", nameLabel, namespace)
	}
	f.Fix = d.open(p, place.Items(), e, namespace)
	return f
}

// open is the remedy that lets the calls through a door in: a rule more in a policy that
// has some for pods with labels, else a policy for the pods of the Service. A namespace is
// that of the controller they come from; without one they come from anywhere.
func (d door) open(p *model.Policy, rules []manifest.Part, e *model.Entity, namespace string) *diag.Fix {
	text := "Let in what comes from outside"
	if namespace != "" {
		text = "Let the controller's namespace in"
	}
	rule := d.rule(e, namespace)
	if len(rules) > 0 && !rules[0].IsFlow() && !p.PodSelector.Empty() {
		return fixIn(p.Source, text, rules[len(rules)-1].InsertAfter(rule))
	}
	var labels []string
	for _, l := range manifest.Written(d.service.Source).At("spec", "selector").Fields() {
		labels = append(labels, "      "+l.Name()+": "+quoted(l.Text())+"\n")
	}
	if len(labels) == 0 || rule == "" {
		return nil
	}
	return fixIn(p.Source, text+" with a policy for these pods", manifest.Written(p.Source).Document(fmt.Sprintf(
		"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: %s\n  namespace: %s\nspec:\n  podSelector:\n    matchLabels:\n%s  policyTypes: [Ingress]\n  ingress:\n  - %s\n",
		freeName(d.service.Namespace, "allow-outside-to-"+d.service.Name), quoted(d.service.Namespace.Name),
		strings.Join(labels, ""), strings.ReplaceAll(rule, "\n", "\n    "))))
}

// rule writes the rule that lets the calls through a door in to the pod's ports; nothing
// where it would let in everything.
func (d door) rule(e *model.Entity, namespace string) string {
	var lines []string
	if namespace != "" {
		lines = []string{"from:", "- namespaceSelector:", "    matchLabels:", "      " + nameLabel + ": " + quoted(namespace)}
	}
	listed := map[netset.Interval]bool{}
	for _, p := range d.ports {
		target, ok := p.On(e)
		at := netset.Interval{Protocol: p.Protocol, First: target, Last: target}
		if !ok || listed[at] {
			continue
		}
		if len(listed) == 0 {
			lines = append(lines, "ports:")
		}
		listed[at] = true
		lines = append(lines, fmt.Sprintf("- port: %d", target), "  protocol: "+p.Protocol.String())
	}
	return strings.Join(lines, "\n")
}

// unseen says that a door opens only for addresses that the pod may never see.
func (b *bundle) unseen(d door, p *model.Policy, r *model.Rule) diag.Finding {
	i := slices.IndexFunc(r.Peers, func(p model.Peer) bool { return p.Block != nil })
	field := r.PeerField(i) + ".ipBlock"
	spec := manifest.Written(d.service.Source).Field("spec")
	edits := spec.Field("type").InsertAfter("externalTrafficPolicy: Local")
	if written := spec.Field("externalTrafficPolicy"); written.IsWritten() {
		edits = written.Set("Local")
	}
	return diag.Finding{
		Object: "NetworkPolicy " + p.ID, Range: p.Source.Locate(field), Field: field,
		Fix:     fixIn(d.service.Source, "Write `externalTrafficPolicy: Local` on the Service", edits),
		Summary: fmt.Sprintf("%s has `externalTrafficPolicy: Cluster`, so its pods may see the address of a node instead of the client's, and `%s` may never match.", d.what, r.Peers[i].Block.Name),
		Detail:  "Set `externalTrafficPolicy: Local` on the Service, which keeps the client's address, or allow the nodes' range too.",
		Related: []diag.Related{{Range: d.place, Text: "the way from outside"}},
	}
}

// portsOn gives the ports that a rule opens on a pod.
func portsOn(r *model.Rule, e *model.Entity) netset.Ports { return policy.Assumption{}.Ports(r, e) }
