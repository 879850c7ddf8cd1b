package model

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// IngressObject is an object of kind Ingress: a way from outside, through the pods of
// an ingress controller, to Services. The ingress rules of policies are another thing,
// which has the word Ingress here.
type IngressObject struct {
	ID        string
	Namespace *Namespace
	Name      string
	// Class is the ingressClassName, which says whose controller serves the Ingress;
	// empty for the default one.
	Class string
	// Backends are the default one, if there is one, and then those of the paths as
	// written. Backends that are no Services are left out.
	Backends []IngressBackend
	Source   diag.Locator
}

// IngressBackend is what an Ingress does with the calls to one path of one host.
type IngressBackend struct {
	// Host and Path are empty where every host or every path is meant; both are for
	// the default backend.
	Host, Path string
	// ServiceName is as written, and Service that Service, nil when the bundle has none
	// of the name in the Ingress's namespace.
	ServiceName string
	Service     *Service
	// PortNumber is the Service's port, 0 when PortName names it. Port is the one of
	// Service.Ports that is meant, nil when there is none.
	PortNumber uint16
	PortName   string
	Port       *ServicePort
	// Field is the path of the backend in the object, for positions.
	Field string
}

func (b *builder) addIngresses(objects []manifest.Object) {
	for i := range objects {
		if v, ok := objects[i].Value.(*manifest.Ingress); ok {
			b.cluster.Ingresses = append(b.cluster.Ingresses, b.ingress(&objects[i], &v.Spec))
		}
	}
	slices.SortFunc(b.cluster.Ingresses, func(x, y *IngressObject) int { return cmp.Compare(x.ID, y.ID) })
}

func (b *builder) ingress(o *manifest.Object, spec *manifest.IngressSpec) *IngressObject {
	ns := b.namespace(namespaceOf(o))
	in := &IngressObject{
		ID: ns.Name + "/Ingress/" + o.Name, Namespace: ns, Name: o.Name, Class: spec.IngressClassName, Source: o.Source,
	}
	add := func(api *manifest.IngressBackend, host, path, field string) {
		if backend, ok := b.backend(ns, api); ok {
			backend.Host, backend.Path, backend.Field = host, path, field
			in.Backends = append(in.Backends, backend)
		}
	}
	if spec.DefaultBackend != nil {
		add(spec.DefaultBackend, "", "", "spec.defaultBackend")
	} else if spec.OldBackend != nil {
		add(spec.OldBackend, "", "", "spec.backend")
	}
	for i, rule := range spec.Rules {
		for j, path := range rule.HTTP.Paths {
			add(&path.Backend, rule.Host, path.Path, fmt.Sprintf("spec.rules[%d].http.paths[%d].backend", i, j))
		}
	}
	return in
}

// backend finds the Service and the port that a backend names, and gives false for one
// that names no Service.
func (b *builder) backend(ns *Namespace, api *manifest.IngressBackend) (IngressBackend, bool) {
	number, name := api.Service.Port.Number, api.Service.Port.Name
	if api.OldName != "" {
		number, name = api.OldPort.IntVal, api.OldPort.StrVal
		if api.OldPort.Type == intstr.String {
			number = 0
		}
	}
	out := IngressBackend{ServiceName: cmp.Or(api.Service.Name, api.OldName), PortName: name}
	if out.ServiceName == "" {
		return out, false
	}
	if isPort(number) {
		out.PortNumber, out.PortName = uint16(number), ""
	}
	out.Service = b.cluster.Service(ns.Name + "/Service/" + out.ServiceName)
	if out.Service == nil {
		return out, true
	}
	for i := range out.Service.Ports {
		p := &out.Service.Ports[i]
		if out.PortNumber != 0 && p.Port == out.PortNumber || out.PortName != "" && p.Name == out.PortName {
			out.Port = p
			break
		}
	}
	return out, true
}

// Service gives the Service with an ID, nil when there is none.
func (c *Cluster) Service(id string) *Service {
	i, ok := slices.BinarySearchFunc(c.Services, id, func(s *Service, id string) int { return cmp.Compare(s.ID, id) })
	if !ok {
		return nil
	}
	return c.Services[i]
}
