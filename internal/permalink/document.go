package permalink

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// document is an object as it is kept. The types below are the Kubernetes API's shapes
// with the fields that are kept; what is not in them cannot be.
type document struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   *meta  `json:"metadata,omitempty"`
	Spec       any    `json:"spec,omitempty"`
	Status     any    `json:"status,omitempty"`
	order      [3]string
}

type meta struct {
	Name            string            `json:"name,omitempty"`
	GenerateName    string            `json:"generateName,omitempty"`
	Namespace       string            `json:"namespace,omitempty"`
	Labels          map[string]string `json:"labels,omitempty"`
	OwnerReferences []owner           `json:"ownerReferences,omitempty"`
}

type owner struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Controller *bool  `json:"controller,omitempty"`
}

type podSpec struct {
	NodeName       string      `json:"nodeName,omitempty"`
	HostNetwork    bool        `json:"hostNetwork,omitempty"`
	Containers     []container `json:"containers,omitempty"`
	InitContainers []container `json:"initContainers,omitempty"`
}

type container struct {
	Ports         []containerPort `json:"ports,omitempty"`
	RestartPolicy string          `json:"restartPolicy,omitempty"`
}

type containerPort struct {
	Name          string `json:"name,omitempty"`
	ContainerPort int32  `json:"containerPort"`
	Protocol      string `json:"protocol,omitempty"`
}

type podStatus struct {
	Phase   string `json:"phase,omitempty"`
	HostIP  string `json:"hostIP,omitempty"`
	HostIPs []ip   `json:"hostIPs,omitempty"`
	PodIP   string `json:"podIP,omitempty"`
	PodIPs  []ip   `json:"podIPs,omitempty"`
}

type ip struct {
	IP string `json:"ip"`
}

// workloadSpec is that of every kind of workload; Parallelism and JobTemplate are for
// Jobs and CronJobs.
type workloadSpec struct {
	Replicas    *int32       `json:"replicas,omitempty"`
	Parallelism *int32       `json:"parallelism,omitempty"`
	Selector    any          `json:"selector,omitempty"`
	Template    *podTemplate `json:"template,omitempty"`
	JobTemplate any          `json:"jobTemplate,omitempty"`
}

type podTemplate struct {
	Metadata struct {
		Labels map[string]string `json:"labels,omitempty"`
	} `json:"metadata"`
	Spec podSpec `json:"spec"`
}

type serviceSpec struct {
	Type                  string            `json:"type,omitempty"`
	ClusterIP             string            `json:"clusterIP,omitempty"`
	ExternalTrafficPolicy string            `json:"externalTrafficPolicy,omitempty"`
	Selector              map[string]string `json:"selector,omitempty"`
	Ports                 []servicePort     `json:"ports,omitempty"`
}

type servicePort struct {
	Name       string `json:"name,omitempty"`
	Protocol   string `json:"protocol,omitempty"`
	Port       int32  `json:"port"`
	TargetPort any    `json:"targetPort,omitempty"`
	NodePort   int32  `json:"nodePort,omitempty"`
}

type ingressSpec struct {
	IngressClassName string        `json:"ingressClassName,omitempty"`
	DefaultBackend   any           `json:"defaultBackend,omitempty"`
	Backend          any           `json:"backend,omitempty"`
	Rules            []ingressRule `json:"rules,omitempty"`
}

type ingressRule struct {
	HTTP struct {
		Paths []ingressPath `json:"paths"`
	} `json:"http"`
}

type ingressPath struct {
	Backend any `json:"backend"`
}

type nodeStatus struct {
	Addresses any `json:"addresses,omitempty"`
}

// project gives what is kept of an object, and false when it cannot be written again
// as it was.
func project(o *manifest.Object) (document, bool) {
	d := document{APIVersion: o.APIVersion, Kind: o.Kind, Metadata: &meta{Name: o.Name, Namespace: o.Namespace}}
	switch v := o.Value.(type) {
	case *manifest.Policy:
		if v == nil {
			return d, false
		}
		d.Metadata.Labels, d.Spec = v.Labels, v.Spec
		d.named(v.GenerateName)
		return d, plain(o, v) || code(o) == code(d.parsed())
	case *manifest.Namespace:
		d.keep(&v.Metadata)
	case *manifest.Node:
		d.keep(&v.Metadata)
		d.Status = nodeStatus{v.Status.Addresses}
	case *manifest.Pod:
		d.keep(&v.Metadata)
		d.Spec, d.Status = podSpecOf(&v.Spec), podStatusOf(&v.Status)
	case *manifest.Workload:
		d.keep(&v.Metadata)
		d.Spec = workloadSpecOf(v)
	case *manifest.Service:
		d.keep(&v.Metadata)
		d.Spec = serviceSpecOf(&v.Spec)
	case *manifest.Ingress:
		d.keep(&v.Metadata)
		d.Spec = ingressSpecOf(&v.Spec)
	case nil:
		return d, false
	default:
		panic(fmt.Sprintf("permalink: nothing is said about objects like %T", v))
	}
	return d, true
}

// plain reports whether a policy has nothing that is left out of what is kept and that
// could be why the API server refuses it.
func plain(o *manifest.Object, np *manifest.Policy) bool {
	return o.Refused == "" && len(np.Annotations)+len(np.OwnerReferences)+len(np.Finalizers)+len(np.ManagedFields) == 0
}

// code is why the API server refuses a policy, empty if it does not. A policy that is
// refused for a field that is not kept would be in force without it.
func code(o *manifest.Object) diag.Code {
	if o == nil {
		return diag.BadObject
	}
	cluster, _ := model.Build(manifest.Bundle{Objects: []manifest.Object{*o}}, model.Options{})
	return cluster.Policies[0].Code
}

// parsed reads an object back, nil when it cannot be.
func (d document) parsed() *manifest.Object {
	b, err := manifest.Parse([]manifest.Source{{Data: manifest.Format(d)}}, manifest.Limits{})
	if err != nil || len(b.Objects) != 1 {
		return nil
	}
	return &b.Objects[0]
}

// named makes a name that the server would complete a prefix again.
func (d *document) named(generated string) {
	if generated != "" && generated == d.Metadata.Name {
		d.Metadata.Name, d.Metadata.GenerateName = "", generated
	}
}

// keep takes over labels and owners.
func (d *document) keep(m *manifest.Meta) {
	d.Metadata.Labels = m.Labels
	d.named(m.GenerateName)
	for _, r := range m.OwnerReferences {
		d.Metadata.OwnerReferences = append(d.Metadata.OwnerReferences, owner{r.APIVersion, r.Kind, r.Name, r.Controller})
	}
}

func podSpecOf(s *manifest.PodSpec) podSpec {
	return podSpec{
		NodeName: s.NodeName, HostNetwork: s.HostNetwork,
		Containers: containersOf(s.Containers), InitContainers: containersOf(s.InitContainers),
	}
}

func containersOf(list []manifest.Container) []container {
	var kept []container
	for _, c := range list {
		k := container{RestartPolicy: c.RestartPolicy}
		for _, p := range c.Ports {
			k.Ports = append(k.Ports, containerPort{p.Name, p.ContainerPort, string(p.Protocol)})
		}
		kept = append(kept, k)
	}
	return kept
}

func podStatusOf(s *manifest.PodStatus) any {
	k := podStatus{Phase: string(s.Phase), HostIP: s.HostIP, PodIP: s.PodIP}
	for _, a := range s.HostIPs {
		k.HostIPs = append(k.HostIPs, ip{a.IP})
	}
	for _, a := range s.PodIPs {
		k.PodIPs = append(k.PodIPs, ip{a.IP})
	}
	if k.Phase == "" && k.HostIP == "" && k.PodIP == "" && k.HostIPs == nil && k.PodIPs == nil {
		return nil
	}
	return k
}

// workloadSpecOf undoes what manifest did to make all kinds one.
func workloadSpecOf(w *manifest.Workload) workloadSpec {
	template := &podTemplate{Spec: podSpecOf(&w.Template.Spec)}
	template.Metadata.Labels = w.Template.Metadata.Labels
	spec := workloadSpec{Replicas: w.Replicas, Template: template}
	if w.Selector != nil {
		spec.Selector = w.Selector
	}
	switch w.Kind {
	case "ReplicationController":
		spec.Selector = nil
		if w.Selector != nil {
			spec.Selector = w.Selector.MatchLabels
		}
	case "Job":
		spec.Replicas, spec.Parallelism = nil, w.Replicas
	case "CronJob":
		job := map[string]any{"spec": workloadSpec{Parallelism: w.Replicas, Template: template}}
		spec = workloadSpec{JobTemplate: job}
	}
	return spec
}

// headless is the address of a Service that has none; others are not kept.
const headless = "None"

func serviceSpecOf(s *manifest.ServiceSpec) serviceSpec {
	k := serviceSpec{Type: string(s.Type), ExternalTrafficPolicy: string(s.ExternalTrafficPolicy), Selector: s.Selector}
	if s.ClusterIP == headless || slices.Contains(s.ClusterIPs, headless) {
		k.ClusterIP = headless
	}
	for _, p := range s.Ports {
		port := servicePort{Name: p.Name, Protocol: string(p.Protocol), Port: p.Port, NodePort: p.NodePort}
		if p.TargetPort.StrVal != "" || p.TargetPort.IntVal != 0 {
			port.TargetPort = p.TargetPort
		}
		k.Ports = append(k.Ports, port)
	}
	return k
}

func ingressSpecOf(s *manifest.IngressSpec) ingressSpec {
	k := ingressSpec{IngressClassName: s.IngressClassName}
	if s.DefaultBackend != nil {
		k.DefaultBackend = backendOf(s.DefaultBackend)
	}
	if s.OldBackend != nil {
		k.Backend = backendOf(s.OldBackend)
	}
	for _, r := range s.Rules {
		var rule ingressRule
		for _, p := range r.HTTP.Paths {
			rule.HTTP.Paths = append(rule.HTTP.Paths, ingressPath{backendOf(&p.Backend)})
		}
		k.Rules = append(k.Rules, rule)
	}
	return k
}

// backendOf keeps the name and the port of a Service in the words of the version that
// they were written in.
func backendOf(b *manifest.IngressBackend) map[string]any {
	if b.OldName != "" {
		return map[string]any{"serviceName": b.OldName, "servicePort": b.OldPort}
	}
	if b.Service.Name == "" {
		return map[string]any{}
	}
	port := map[string]any{}
	if b.Service.Port.Name != "" {
		port["name"] = b.Service.Port.Name
	}
	if b.Service.Port.Number != 0 {
		port["number"] = b.Service.Port.Number
	}
	return map[string]any{"service": map[string]any{"name": b.Service.Name, "port": port}}
}
