package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// workloadKey names a workload, in the bundle or only in an owner reference.
type workloadKey struct{ namespace, kind, name string }

func (k workloadKey) id() string { return k.namespace + "/" + k.kind + "/" + k.name }

// workload is a workload of the bundle, or one that owner references speak of, with
// what is known of its pods.
type workload struct {
	key workloadKey
	// templates are the workload itself or, where only parts of it are in the bundle
	// (the ReplicaSets of a missing Deployment), those.
	templates []*manifest.Object
	pods      []podObject
}

type podObject struct {
	object    *manifest.Object
	pod       *manifest.Pod
	namespace *Namespace
	entity    *Entity // the pod as an entity of its own
}

// finished reports whether the pod has ended, and so has no traffic.
func (p podObject) finished() bool {
	return p.pod.Status.Phase == corev1.PodSucceeded || p.pod.Status.Phase == corev1.PodFailed
}

// addPods makes entities of workloads and pods. A workload is judged by its Pods
// where the bundle has them, else by its template.
func (b *builder) addPods(objects []manifest.Object) {
	owners := owners{inBundle: map[workloadKey]*manifest.Object{}}
	var workloads []*manifest.Object
	for i := range objects {
		o := &objects[i]
		if v, ok := o.Value.(*manifest.Workload); ok {
			owners.inBundle[workloadKey{namespaceOf(o), v.Kind, o.Name}] = o
			workloads = append(workloads, o)
		}
	}
	pods, of := b.pods()
	if of != len(objects) { // Some are defined again.
		pods = podsOf(objects)
	}
	b.placePods(pods)
	b.declaredPods = len(workloads)+len(pods) > 0
	b.cluster.Entities = slices.Grow(b.cluster.Entities, len(workloads)+len(pods))

	byKey := map[workloadKey]*workload{}
	var order []*workload
	group := func(key workloadKey) *workload {
		w, ok := byKey[key]
		if !ok {
			w = &workload{key: key}
			byKey[key] = w
			order = append(order, w)
		}
		return w
	}
	for _, o := range workloads {
		v := o.Value.(*manifest.Workload)
		own := workloadKey{namespaceOf(o), v.Kind, o.Name}
		top := owners.topOfWorkload(own, v)
		w := group(top)
		if _, declared := owners.inBundle[top]; top == own || !declared {
			w.templates = append(w.templates, o)
		}
	}
	for _, p := range pods {
		if key, owned := owners.topOfPod(p.namespace.Name, p.pod); owned {
			w := group(key)
			w.pods = append(w.pods, p)
			continue
		}
		b.addBarePod(p)
	}
	slices.SortFunc(order, func(x, y *workload) int { return cmp.Compare(x.key.id(), y.key.id()) })
	for _, w := range order {
		b.addWorkload(w)
	}
}

// owners resolves controller references.
type owners struct {
	inBundle map[workloadKey]*manifest.Object
}

// mostOwners bounds a chain of owners, which in a cluster has two links.
const mostOwners = 8

func controller(refs []metav1.OwnerReference) (metav1.OwnerReference, bool) {
	for _, r := range refs {
		if r.Controller != nil && *r.Controller {
			return r, true
		}
	}
	return metav1.OwnerReference{}, false
}

var workloadKinds = []string{
	"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob",
}

// topOfWorkload follows the controller references of a workload of the bundle to the
// topmost workload. An owner of a kind that we do not read counts for what has no name
// of its own (the ReplicaSet of a Rollout); else it leaves the workload as the one
// that people know (the StatefulSet of a Prometheus).
func (o owners) topOfWorkload(key workloadKey, v *manifest.Workload) workloadKey {
	for range mostOwners {
		ref, owned := controller(v.Metadata.OwnerReferences)
		if !owned || !slices.Contains(workloadKinds, ref.Kind) && key.kind != "ReplicaSet" && key.kind != "Job" {
			return key
		}
		key = workloadKey{key.namespace, ref.Kind, ref.Name}
		object, ok := o.inBundle[key]
		if !ok {
			return key
		}
		v = object.Value.(*manifest.Workload)
	}
	return key
}

// topOfPod gives the topmost workload that a pod belongs to. A pod without a
// controller, or whose controller is its Node or another pod, belongs to none.
func (o owners) topOfPod(namespace string, pod *manifest.Pod) (workloadKey, bool) {
	ref, owned := controller(pod.Metadata.OwnerReferences)
	if !owned || ref.Kind == "Node" || ref.Kind == "Pod" {
		return workloadKey{}, false
	}
	key := workloadKey{namespace, ref.Kind, ref.Name}
	if object, ok := o.inBundle[key]; ok {
		return o.topOfWorkload(key, object.Value.(*manifest.Workload)), true
	}
	// A Deployment names its ReplicaSets NAME-<pod-template-hash>.
	if hash := pod.Metadata.Labels["pod-template-hash"]; ref.Kind == "ReplicaSet" && hash != "" {
		if name, ok := strings.CutSuffix(ref.Name, "-"+hash); ok {
			deployment := workloadKey{namespace, "Deployment", name}
			if object, ok := o.inBundle[deployment]; ok && selects(object.Value.(*manifest.Workload), pod) {
				return deployment, true
			}
		}
	}
	return key, true
}

func selects(w *manifest.Workload, pod *manifest.Pod) bool {
	if w.Selector == nil {
		return false
	}
	s, err := metav1.LabelSelectorAsSelector(w.Selector)
	return err == nil && s.Matches(labels.Set(pod.Metadata.Labels))
}

// addBarePod makes an entity of a pod that no workload owns.
func (b *builder) addBarePod(p podObject) {
	e := p.entity
	if p.finished() {
		b.addIdle(e, Phase, fmt.Sprintf("Pod %s has ended (phase %s); it has no traffic and is left out.", e.Pods[0], p.pod.Status.Phase))
		return
	}
	b.cluster.Entities = append(b.cluster.Entities, e)
}

// addIdle keeps what has no pods now for its labels, with a note.
func (b *builder) addIdle(e *Entity, reason Reason, text string) {
	b.idle = append(b.idle, e)
	b.cluster.Notes = append(b.cluster.Notes, Note{Entity: e.ID, Reason: reason, Text: text})
}

// startPods describes the pods of a bundle beside what else is done with it: the first
// look at ten thousand objects takes time, and nothing else is needed for it. What it
// gives waits for the pods, and says of how many objects they are.
func startPods(objects []manifest.Object) func() (pods []podObject, of int) {
	done := make(chan []podObject, 1)
	go func() { done <- podsOf(objects) }()
	return func() ([]podObject, int) { return <-done, len(objects) }
}

// podsOf makes an entity of each pod, without its place in the cluster.
func podsOf(objects []manifest.Object) []podObject {
	n := 0
	for i := range objects {
		if _, ok := objects[i].Value.(*manifest.Pod); ok {
			n++
		}
	}
	pods, entities, names := make([]podObject, 0, n), make([]Entity, n), make([]string, n)
	// One text holds the names of all: there may be a hundred thousand of them.
	const infix = "/Pod/"
	length := 0
	for i := range objects {
		if o := &objects[i]; o.Kind == "Pod" {
			length += 2*(len(namespaceOf(o))+len(o.Name)) + len(infix) + len("/")
		}
	}
	var text strings.Builder
	text.Grow(length)
	since := func(start int) string { return text.String()[start:] }
	for i := range objects {
		o := &objects[i]
		pod, ok := o.Value.(*manifest.Pod)
		if !ok {
			continue
		}
		at := len(pods)
		e := &entities[at]
		e.Labels, e.Ports, e.HostNetwork, e.Addrs = pod.Metadata.Labels, pod.Ports, pod.Spec.HostNetwork, pod.Addrs
		namespace, start := namespaceOf(o), text.Len()
		text.WriteString(namespace)
		text.WriteString(infix)
		text.WriteString(o.Name)
		e.ID, start = since(start), text.Len()
		text.WriteString(namespace)
		text.WriteByte('/')
		text.WriteString(o.Name)
		names[at] = since(start)
		e.Kind, e.Name = KindPod, o.Name
		e.Replicas, e.Pods, e.Source = 1, names[at:at+1:at+1], o.Source
		pods = append(pods, podObject{object: o, pod: pod, entity: e})
	}
	return pods
}

// placePods puts pods into their namespaces and on their nodes, and finds their classes:
// on every processor but for the look-ups.
func (b *builder) placePods(pods []podObject) {
	for i := range pods {
		pods[i].namespace = b.namespace(namespaceOf(pods[i].object))
	}
	inParts(len(pods), func(from, to int) func() {
		signatures := make([]byte, 0, 64*(to-from))
		ends := make([]int, 0, to-from)
		for _, p := range pods[from:to] {
			p.entity.Namespace = p.namespace
			b.place(p.entity, p.pod.Spec.NodeName)
			signatures = b.mentions.signature(signatures, p.entity)
			ends = append(ends, len(signatures))
		}
		return func() {
			start := 0
			for i, end := range ends {
				e := pods[from+i].entity
				e.Class = b.classFor(signatures[start:end], e)
				start = end
			}
		}
	})
}

// place says which node an entity runs on, where the bundle has it.
func (b *builder) place(e *Entity, name string) {
	if name == "" || len(b.nodes) == 0 {
		return
	}
	if node, ok := b.nodes[name]; ok {
		e.Node = node
		if e.HostNetwork && e.Addrs.IsEmpty() {
			e.Addrs = node.Addrs
		}
	}
}

// parseProtocol reads the protocol of a port; none is TCP.
func parseProtocol(p corev1.Protocol) (netset.Protocol, bool) {
	return netset.ParseProtocol(string(cmp.Or(p, corev1.ProtocolTCP)))
}

func isPort(n int32) bool { return netset.FirstPort <= n && n <= netset.LastPort }

func (b *builder) noteHostNetworks() {
	for _, e := range b.cluster.Entities {
		if e.HostNetwork {
			b.cluster.Notes = append(b.cluster.Notes, Note{Entity: e.ID, Reason: HostNetwork, Text: fmt.Sprintf(
				"%s runs in the network of its node: selectors do not see it, no policy protects or limits it, and its calls come from the node's address. The API leaves this to the network plug-in.", e.ID)})
		}
	}
}

// addWorkload makes one entity of a workload whose pods nothing tells apart, else
// one of each pod.
func (b *builder) addWorkload(w *workload) {
	var live []*Entity
	ended := 0
	for _, p := range w.pods {
		e := p.entity
		e.Owner = w.key.id()
		if p.finished() {
			ended++
			b.idle = append(b.idle, e)
			continue
		}
		live = append(live, e)
	}
	switch {
	case len(live) > 0:
		slices.SortFunc(live, func(x, y *Entity) int { return cmp.Compare(x.ID, y.ID) })
		alike := !slices.ContainsFunc(live[1:], func(e *Entity) bool { return b.classOf(e) != b.classOf(live[0]) })
		if !alike {
			b.cluster.Entities = append(b.cluster.Entities, live...)
			return
		}
		e := merged(live)
		if len(w.templates) > 0 {
			e.Source = w.templates[0].Source
		}
		b.addWorkloadEntity(w, e)
	case len(w.templates) == 0 || w.key.kind == "Job" && ended > 0:
		e := w.pods[0].entity
		e.ID, e.Owner = w.key.id(), ""
		b.addIdle(e, Phase, fmt.Sprintf("%s %s/%s has only pods that have ended; it has no traffic and is left out.", w.key.kind, w.key.namespace, w.key.name))
	default:
		b.addFromTemplate(w)
	}
}

// merged gives one entity for pods that nothing in the bundle tells apart: what they
// all have of labels, and all their addresses.
func merged(pods []*Entity) *Entity {
	e := *pods[0]
	e.Labels = Labels{}
	for k, v := range pods[0].Labels {
		if !slices.ContainsFunc(pods, func(p *Entity) bool { got, ok := p.Labels[k]; return !ok || got != v }) {
			e.Labels[k] = v
		}
	}
	e.Ports = slices.Clip(e.Ports) // They are the object's, and stay as they are.
	for _, p := range pods[1:] {
		e.Pods = append(e.Pods, p.Pods...)
		e.Ports = append(e.Ports, p.Ports...)
		e.Addrs = e.Addrs.Union(p.Addrs)
	}
	e.Ports = manifest.SortedPorts(e.Ports)
	e.Replicas = len(pods)
	return &e
}

func (b *builder) addWorkloadEntity(w *workload, e *Entity) {
	e.ID, e.Kind, e.Workload, e.Name, e.Owner = w.key.id(), KindWorkload, w.key.kind, w.key.name, ""
	b.cluster.Entities = append(b.cluster.Entities, e)
}

// addFromTemplate judges a workload by its pod template.
func (b *builder) addFromTemplate(w *workload) {
	slices.SortFunc(w.templates, func(x, y *manifest.Object) int { return cmp.Compare(x.Name, y.Name) })
	object := w.templates[0]
	for _, o := range w.templates {
		if b.replicas(o.Value.(*manifest.Workload)) > 0 {
			object = o
			break
		}
	}
	v := object.Value.(*manifest.Workload)
	spec := &v.Template.Spec
	e := &Entity{Namespace: b.namespace(w.key.namespace), Labels: v.Template.Metadata.Labels, Ports: spec.DeclaredPorts(), HostNetwork: spec.HostNetwork}
	b.place(e, spec.NodeName)
	e.Source = object.Source
	e.Replicas = b.replicas(v)
	if e.Replicas == 0 {
		e.ID = w.key.id()
		b.addIdle(e, NoPods, fmt.Sprintf("%s %s/%s has no pods now (%s) and is left out.", w.key.kind, w.key.namespace, w.key.name, noReplicas(v.Kind)))
		return
	}
	b.addWorkloadEntity(w, e)
}

// noReplicas gives the field that says that a workload has no pods.
func noReplicas(kind string) string {
	if kind == "Job" || kind == "CronJob" {
		return "parallelism: 0"
	}
	return "replicas: 0"
}

// replicas gives the number of pods that a workload asks for. A DaemonSet has one a
// node; where the bundle has no Node it counts as two, since two of its pods on
// different nodes can talk to each other.
func (b *builder) replicas(v *manifest.Workload) int {
	switch {
	case v.Kind == "DaemonSet":
		return cmp.Or(len(b.nodes), 2)
	case v.Replicas == nil:
		return 1
	default:
		return max(0, int(*v.Replicas))
	}
}
