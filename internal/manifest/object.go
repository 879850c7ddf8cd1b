package manifest

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Source is one file as it came: a manifest, a zip or tar.gz archive of them, or a
// picture of ours that carries them.
type Source struct {
	Name string
	Data []byte
}

// Bundle is everything that was read from a set of sources, in the order in which
// it was written: sources as given, archive members and documents from first to
// last.
type Bundle struct {
	Objects      []Object
	NotEvaluated []NotEvaluated
	// Operated lists the namespaces with objects of kinds that an operator may turn
	// into pods which no manifest shows, sorted and without repeats.
	Operated []string
	Findings diag.List
	// Ignores are the comments that silence findings, in the order written.
	Ignores []Ignore
	// Documents counts the YAML documents that hold something; zero means that
	// there was nothing to read.
	Documents int
}

// NotEvaluated counts the objects of one kind that Netpolscope does not read.
type NotEvaluated struct {
	APIVersion, Kind string
	Count            int
	// Policy is set for kinds that decide about traffic (CiliumNetworkPolicy,
	// AdminNetworkPolicy…), whose absence makes the answer incomplete.
	Policy bool
}

// Object is one Kubernetes object and the place it was written at.
type Object struct {
	APIVersion, Kind string
	// Namespace is as written; empty for objects without one.
	Namespace, Name string
	// Value is a *networkingv1.NetworkPolicy, *Namespace, *Pod, *Workload,
	// *Service, *Ingress or *Node. A NetworkPolicy with faults holds what could be decoded,
	// unknown fields left out; nil when nothing could be.
	Value any
	// Refused is the code of the first error finding about this object, empty when
	// there is none. Only NetworkPolicies are kept when refused; other objects with
	// errors are left out of the bundle.
	Refused diag.Code
	// Faults are the paths of what a refused NetworkPolicy has that Value leaves out.
	Faults []string
	// Source locates the object's fields.
	Source diag.Locator
}

// Title is "Kind namespace/name", as findings name the object. A missing namespace
// of a namespaced kind is "default".
func (o *Object) Title() string {
	switch {
	case o.Kind == "Namespace" || o.Kind == "Node":
		return o.Kind + " " + o.Name
	case o.Namespace == "":
		return o.Kind + " default/" + o.Name
	default:
		return o.Kind + " " + o.Namespace + "/" + o.Name
	}
}

// The types below hold the fields of other kinds that the evaluation reads, spelled
// as the Kubernetes API spells them.

// Meta is the part of metadata that is read.
type Meta struct {
	Name            string                  `json:"name"`
	GenerateName    string                  `json:"generateName"`
	Namespace       string                  `json:"namespace"`
	Labels          map[string]string       `json:"labels"`
	OwnerReferences []metav1.OwnerReference `json:"ownerReferences"`
}

// Namespace is a core/v1 Namespace.
type Namespace struct {
	Metadata Meta `json:"metadata"`
}

// Pod is a core/v1 Pod.
type Pod struct {
	Metadata Meta      `json:"metadata"`
	Spec     PodSpec   `json:"spec"`
	Status   PodStatus `json:"status"`
	// Addrs are the addresses of the status: podIP and podIPs; for a pod in the network
	// of its node that has none of them yet, hostIP and hostIPs.
	Addrs netset.Addrs `json:"-"`
	// Ports are the ports that the spec declares.
	Ports []DeclaredPort `json:"-"`
}

// PodSpec is the part of a pod's spec that is read.
type PodSpec struct {
	NodeName       string      `json:"nodeName"`
	HostNetwork    bool        `json:"hostNetwork"`
	Containers     []Container `json:"containers"`
	InitContainers []Container `json:"initContainers"`
}

// Container is the part of a container that is read. RestartPolicy "Always" makes
// an init container a sidecar.
type Container struct {
	Ports         []corev1.ContainerPort `json:"ports"`
	RestartPolicy string                 `json:"restartPolicy"`
}

// PodStatus is the part of a pod's status that is read.
type PodStatus struct {
	Phase   corev1.PodPhase `json:"phase"`
	HostIP  string          `json:"hostIP"`
	HostIPs []corev1.HostIP `json:"hostIPs"`
	PodIP   string          `json:"podIP"`
	PodIPs  []corev1.PodIP  `json:"podIPs"`
}

// Workload is a Deployment, StatefulSet, DaemonSet, ReplicaSet,
// ReplicationController, Job or CronJob.
type Workload struct {
	Kind     string
	Metadata Meta
	// Replicas is spec.replicas; for a Job spec.parallelism, for a CronJob that of
	// its jobTemplate. Nil when not written.
	Replicas *int32
	// Selector is spec.selector; nil when not written (or when it has another
	// shape, as a ReplicationController's, which is converted).
	Selector *metav1.LabelSelector
	Template PodTemplate
}

// PodTemplate is a pod template: its labels are the labels of the workload's pods.
type PodTemplate struct {
	Metadata Meta    `json:"metadata"`
	Spec     PodSpec `json:"spec"`
}

// Service is a core/v1 Service.
type Service struct {
	Metadata Meta        `json:"metadata"`
	Spec     ServiceSpec `json:"spec"`
}

// ServiceSpec is the part of a Service's spec that is read.
type ServiceSpec struct {
	Type                  corev1.ServiceType                  `json:"type"`
	ClusterIP             string                              `json:"clusterIP"`
	ClusterIPs            []string                            `json:"clusterIPs"`
	ExternalName          string                              `json:"externalName"`
	ExternalTrafficPolicy corev1.ServiceExternalTrafficPolicy `json:"externalTrafficPolicy"`
	Selector              map[string]string                   `json:"selector"`
	Ports                 []corev1.ServicePort                `json:"ports"`
}

// Ingress is a networking/v1 Ingress, or one of the versions before it.
type Ingress struct {
	Metadata Meta        `json:"metadata"`
	Spec     IngressSpec `json:"spec"`
}

// IngressSpec is the part of an Ingress's spec that is read. OldBackend is what
// v1beta1 called the default backend.
type IngressSpec struct {
	IngressClassName string          `json:"ingressClassName"`
	DefaultBackend   *IngressBackend `json:"defaultBackend"`
	OldBackend       *IngressBackend `json:"backend"`
	Rules            []IngressRule   `json:"rules"`
}

// IngressRule is one host of an Ingress; an empty one is every host.
type IngressRule struct {
	Host string `json:"host"`
	HTTP struct {
		Paths []IngressPath `json:"paths"`
	} `json:"http"`
}

// IngressPath is one path of a host; an empty one is every path.
type IngressPath struct {
	Path    string         `json:"path"`
	Backend IngressBackend `json:"backend"`
}

// IngressBackend names a Service's port. A backend that is something else than a
// Service has neither name. OldName and OldPort are v1beta1's.
type IngressBackend struct {
	Service struct {
		Name string `json:"name"`
		Port struct {
			Name   string `json:"name"`
			Number int32  `json:"number"`
		} `json:"port"`
	} `json:"service"`
	OldName string             `json:"serviceName"`
	OldPort intstr.IntOrString `json:"servicePort"`
}

// Node is a core/v1 Node.
type Node struct {
	Metadata Meta       `json:"metadata"`
	Status   NodeStatus `json:"status"`
}

// NodeStatus is the part of a Node's status that is read.
type NodeStatus struct {
	Addresses []corev1.NodeAddress `json:"addresses"`
}

// Policy is the value of a NetworkPolicy object; the alias spares other packages
// the import path.
type Policy = networkingv1.NetworkPolicy
