package model

import (
	"cmp"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Service is a Service and the entities behind it. It is no end of a connection:
// policies are asked about the pod and its port, after the Service was resolved.
type Service struct {
	ID        string
	Namespace *Namespace
	Name      string
	// Type is ClusterIP, NodePort, LoadBalancer or ExternalName.
	Type string
	// ExternalName is the name elsewhere that a Service of that type stands for.
	ExternalName string
	// Headless is set when the Service has no address of its own: its name stands for
	// the pods' addresses, and callers use the pods' own ports.
	Headless bool
	// LocalTraffic is set when traffic from outside stays on the node it reaches and
	// keeps its source address. Otherwise a pod may see a node's address instead.
	LocalTraffic bool
	// Selecting is set when the Service has a selector. Without one somebody else
	// says what is behind it.
	Selecting bool
	// Addrs are the addresses written for the Service.
	Addrs    []netip.Addr
	Ports    []ServicePort // as written
	Entities []*Entity     // by ID
	Source   diag.Locator
}

// Exposed reports whether the Service may be called from outside the cluster.
func (s *Service) Exposed() bool { return s.Type == "NodePort" || s.Type == "LoadBalancer" }

// ServicePort is one port of a Service and where it leads.
type ServicePort struct {
	// Index is the place in spec.ports, for positions: ports that the API server
	// would refuse are left out.
	Index    int
	Name     string
	Protocol netset.Protocol
	Port     uint16
	// TargetPort is the number on the pod, 0 when TargetName names it.
	TargetPort uint16
	TargetName string
	// NodePort is the port on every node, 0 when none is written.
	NodePort uint16
}

// On gives the port of an entity that a Service's port leads to. There is none where
// the entity has no port of the name.
func (p ServicePort) On(e *Entity) (uint16, bool) {
	if p.TargetName == "" {
		return p.TargetPort, true
	}
	for _, c := range e.Ports {
		if c.Name == p.TargetName && c.Protocol == p.Protocol {
			return c.Port, true
		}
	}
	return 0, false
}

func (b *builder) addServices(objects []manifest.Object) {
	for i := range objects {
		if v, ok := objects[i].Value.(*manifest.Service); ok {
			b.cluster.Services = append(b.cluster.Services, b.service(&objects[i], &v.Spec))
		}
	}
	slices.SortFunc(b.cluster.Services, func(x, y *Service) int { return cmp.Compare(x.ID, y.ID) })
}

func (b *builder) service(o *manifest.Object, spec *manifest.ServiceSpec) *Service {
	ns := b.namespace(namespaceOf(o))
	s := &Service{
		ID: ns.Name + "/Service/" + o.Name, Namespace: ns, Name: o.Name,
		Type:         cmp.Or(string(spec.Type), "ClusterIP"),
		Headless:     spec.ClusterIP == corev1.ClusterIPNone || slices.Contains(spec.ClusterIPs, corev1.ClusterIPNone),
		LocalTraffic: spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal,
		Selecting:    len(spec.Selector) > 0,
		Source:       o.Source,
	}
	for _, text := range append([]string{spec.ClusterIP}, spec.ClusterIPs...) {
		if addr, err := netip.ParseAddr(text); err == nil && !slices.Contains(s.Addrs, addr) {
			s.Addrs = append(s.Addrs, addr)
		}
	}
	for i, p := range spec.Ports {
		if port, ok := servicePort(p); ok {
			port.Index = i
			s.Ports = append(s.Ports, port)
		}
	}
	if s.Type == "ExternalName" {
		// Only a name for something else: the API server ignores its selector.
		s.ExternalName, s.Headless, s.Selecting = spec.ExternalName, false, false
	}
	if s.Selecting {
		for _, e := range b.cluster.Entities {
			if e.Namespace == ns && e.IsPod() && !e.AnyOther && containsAll(e.Labels, spec.Selector) {
				s.Entities = append(s.Entities, e)
			}
		}
	}
	return s
}

func containsAll(labels Labels, wanted map[string]string) bool {
	for k, v := range wanted {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// servicePort gives a port of a Service, and false for one that the server would
// refuse.
func servicePort(api corev1.ServicePort) (ServicePort, bool) {
	protocol, ok := parseProtocol(api.Protocol)
	if !ok || !isPort(api.Port) {
		return ServicePort{}, false
	}
	p := ServicePort{Name: api.Name, Protocol: protocol, Port: uint16(api.Port), TargetPort: uint16(api.Port)}
	if isPort(api.NodePort) {
		p.NodePort = uint16(api.NodePort)
	}
	switch {
	case api.TargetPort.Type == intstr.String && api.TargetPort.StrVal != "":
		p.TargetPort, p.TargetName = 0, api.TargetPort.StrVal
	case api.TargetPort.IntVal == 0:
	case !isPort(api.TargetPort.IntVal):
		return ServicePort{}, false
	default:
		p.TargetPort = uint16(api.TargetPort.IntVal)
	}
	return p, true
}
