package analysis

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// written is the part of any object that the judge reads. One type serves all kinds
// since the fields do not clash.
type written struct {
	Kind     string
	Metadata metav1.ObjectMeta
	Spec     json.RawMessage
	Status   json.RawMessage
	Items    []json.RawMessage
}

// workloadSpec holds what is read of the specs of all kinds of workload.
type workloadSpec struct {
	Replicas    *int32
	Parallelism *int32
	Selector    json.RawMessage
	Template    corev1.PodTemplateSpec
	JobTemplate struct{ Spec json.RawMessage }
}

// bundle is a cluster as the judge sees it: the world and the entities that its
// declared pods and workloads must become.
type bundle struct {
	world
	refused []*networkingv1.NetworkPolicy
	groups  map[string]*group // by the id of the pod or workload
	// ghosts satisfy selectors so that nothing is inferred for them, and have no
	// entity: workloads and pods without traffic.
	ghosts   []*end
	services []written
	declares bool // some pod or workload
}

// group is a bare pod or a workload, judged by its Pods or by its template.
type group struct {
	pods     []string // "namespace/name" of the Pods with traffic
	template *end
	replicas int
}

// refusedPrefix begins the names of generated policies that the API server refuses.
const refusedPrefix = "bad-"

// readBundle reads documents as the API server stores them.
func readBundle(documents []string) *bundle {
	b := &bundle{
		world: world{
			namespaces: map[string]map[string]string{},
			nodes:      map[string][]netip.Addr{}, pods: map[string]*end{},
		},
		groups: map[string]*group{},
	}
	objects := map[string]written{}
	var order []string
	var read func(data []byte)
	read = func(data []byte) {
		var o written
		must(json.Unmarshal(data, &o))
		if o.Kind == "List" || strings.HasSuffix(o.Kind, "List") {
			for _, item := range o.Items {
				read(item)
			}
			return
		}
		if o.Metadata.Namespace == "" && o.Kind != "Namespace" && o.Kind != "Node" {
			o.Metadata.Namespace = "default"
		}
		id := idOf(o.Metadata.Namespace, o.Kind, o.Metadata.Name)
		if _, twice := objects[id]; !twice {
			order = append(order, id)
		}
		objects[id] = o // of two with one name the last counts
	}
	for _, text := range documents {
		data, err := yaml.YAMLToJSON([]byte(text))
		must(err)
		read(data)
	}
	slices.Sort(order)
	b.addNamespaces(objects)
	for _, id := range order {
		b.add(objects[id], objects)
	}
	for _, id := range order {
		b.addTemplate(objects[id], objects)
	}
	return b
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func idOf(namespace, kind, name string) string { return namespace + "/" + kind + "/" + name }

// addNamespaces notes the namespaces that are declared or mentioned, and the nodes.
func (b *bundle) addNamespaces(objects map[string]written) {
	for _, o := range objects {
		name := o.Metadata.Namespace
		switch o.Kind {
		case "Namespace":
			name = o.Metadata.Name
		case "Node":
			var status corev1.NodeStatus
			must(json.Unmarshal(or(o.Status), &status))
			b.nodes[o.Metadata.Name] = nil
			for _, a := range status.Addresses {
				if addr, err := netip.ParseAddr(a.Address); err == nil {
					b.nodes[o.Metadata.Name] = append(b.nodes[o.Metadata.Name], addr)
				}
			}
			continue
		}
		if b.namespaces[name] == nil {
			b.namespaces[name] = map[string]string{}
		}
		if o.Kind == "Namespace" {
			maps.Copy(b.namespaces[name], o.Metadata.Labels)
		}
		b.namespaces[name][corev1.LabelMetadataName] = name
	}
}

func or(data json.RawMessage) json.RawMessage {
	if data == nil {
		return json.RawMessage("{}")
	}
	return data
}

func (b *bundle) add(o written, objects map[string]written) {
	switch o.Kind {
	case "NetworkPolicy":
		p := &networkingv1.NetworkPolicy{ObjectMeta: o.Metadata}
		err := json.Unmarshal(or(o.Spec), &p.Spec)
		if strings.HasPrefix(p.Name, refusedPrefix) {
			b.refused = append(b.refused, p)
			return
		}
		must(err)
		b.policies = append(b.policies, p)
	case "Service":
		b.services = append(b.services, o)
	case "Pod":
		b.declares = true
		b.addPod(o, objects)
	}
}

func (b *bundle) addPod(o written, objects map[string]written) {
	var spec corev1.PodSpec
	var status corev1.PodStatus
	must(json.Unmarshal(or(o.Spec), &spec))
	must(json.Unmarshal(or(o.Status), &status))
	e := b.podEnd(o.Metadata.Namespace, o.Metadata.Labels, spec)
	for _, ip := range status.PodIPs {
		e.addrs = append(e.addrs, netip.MustParseAddr(ip.IP))
	}
	if len(e.addrs) == 0 && status.PodIP != "" {
		e.addrs = append(e.addrs, netip.MustParseAddr(status.PodIP))
	}
	b.addressHost(e)
	id := topOwner(o, objects)
	g := b.groups[id]
	if g == nil {
		g = &group{}
		b.groups[id] = g
	}
	if status.Phase == corev1.PodSucceeded || status.Phase == corev1.PodFailed {
		b.ghosts = append(b.ghosts, e)
		return
	}
	name := o.Metadata.Namespace + "/" + o.Metadata.Name
	b.pods[name] = e
	g.pods = append(g.pods, name)
	g.replicas = len(g.pods)
}

func (b *bundle) podEnd(namespace string, labels map[string]string, spec corev1.PodSpec) *end {
	e := &end{
		pod: true, namespace: namespace, nsLabels: b.namespaces[namespace], labels: labels,
		hostNetwork: spec.HostNetwork, node: spec.NodeName,
	}
	for _, c := range spec.Containers {
		e.ports = append(e.ports, c.Ports...)
	}
	for _, c := range spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			e.ports = append(e.ports, c.Ports...)
		}
	}
	return e
}

// addressHost gives a hostNetwork pod that does not say its address the ones of its
// node, since its traffic is its node's.
func (b *bundle) addressHost(e *end) {
	if e.hostNetwork && len(e.addrs) == 0 {
		e.addrs = b.nodes[e.node]
	}
}

// topOwner follows the controller references of a pod or workload and gives the id
// of the one that has none.
func topOwner(o written, objects map[string]written) string {
	ns := o.Metadata.Namespace
	c := metav1.GetControllerOf(&o.Metadata)
	if c == nil || c.Kind == "Node" {
		return idOf(ns, o.Kind, o.Metadata.Name)
	}
	if owner, ok := objects[idOf(ns, c.Kind, c.Name)]; ok {
		return topOwner(owner, objects)
	}
	if hash := o.Metadata.Labels["pod-template-hash"]; c.Kind == "ReplicaSet" && hash != "" {
		if name, ok := strings.CutSuffix(c.Name, "-"+hash); ok {
			if d, ok := objects[idOf(ns, "Deployment", name)]; ok && selectorOf(d, o.Metadata.Labels) {
				return topOwner(d, objects)
			}
		}
	}
	return idOf(ns, c.Kind, c.Name)
}

func selectorOf(deployment written, labels map[string]string) bool {
	var spec workloadSpec
	var s metav1.LabelSelector
	must(json.Unmarshal(or(deployment.Spec), &spec))
	must(json.Unmarshal(or(spec.Selector), &s))
	return selects(&s, labels)
}

var workloadKinds = []string{
	"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob",
}

// addTemplate judges a workload by its template unless its Pods are there.
func (b *bundle) addTemplate(o written, objects map[string]written) {
	if !slices.Contains(workloadKinds, o.Kind) {
		return
	}
	b.declares = true
	var spec workloadSpec
	must(json.Unmarshal(or(o.Spec), &spec))
	if o.Kind == "CronJob" {
		must(json.Unmarshal(or(spec.JobTemplate.Spec), &spec))
	}
	template := b.podEnd(o.Metadata.Namespace, spec.Template.Labels, spec.Template.Spec)
	b.addressHost(template)
	replicas := 1
	switch count := spec.Replicas; {
	case o.Kind == "DaemonSet" && len(b.nodes) > 0:
		replicas = len(b.nodes)
	case o.Kind == "DaemonSet":
		replicas = 2
	case o.Kind == "Job" || o.Kind == "CronJob":
		if spec.Parallelism != nil {
			replicas = int(*spec.Parallelism)
		}
	case count != nil:
		replicas = int(*count)
	}
	id := topOwner(o, objects)
	_, ownerThere := objects[id]
	if id != idOf(o.Metadata.Namespace, o.Kind, o.Metadata.Name) && ownerThere {
		return // its owner's template speaks for it
	}
	g := b.groups[id]
	switch {
	case g != nil && len(g.pods) > 0:
	case replicas == 0 || g != nil && strings.Contains(id, "/Job/"):
		// A Job whose Pods have all ended is done. Any other workload would start new
		// ones, as a CronJob does between runs.
		b.ghosts = append(b.ghosts, template)
	default:
		b.groups[id] = &group{template: template, replicas: replicas}
	}
}

// rules gives the rules of a policy that have an effect, or all of them.
func rules(p *networkingv1.NetworkPolicy, all bool) (peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort) {
	types := policyTypes(p)
	if all || slices.Contains(types, networkingv1.PolicyTypeIngress) {
		for _, r := range p.Spec.Ingress {
			peers, ports = append(peers, r.From...), append(ports, r.Ports...)
		}
	}
	if all || slices.Contains(types, networkingv1.PolicyTypeEgress) {
		for _, r := range p.Spec.Egress {
			peers, ports = append(peers, r.To...), append(ports, r.Ports...)
		}
	}
	return peers, ports
}

// fingerprint is everything about a pod that the bundle can tell apart. The strict
// one holds what the rules in force mention, the loose one whatever could be meant.
func (b *bundle) fingerprint(e *end, loose bool) string {
	keys, facts := map[string]bool{}, map[string]bool{}
	mention := func(s *metav1.LabelSelector) {
		if s == nil {
			return
		}
		for k := range s.MatchLabels {
			keys[k] = true
		}
		for _, x := range s.MatchExpressions {
			keys[x.Key] = true
		}
	}
	policies := b.policies
	if loose {
		policies = slices.Concat(b.policies, b.refused)
		for _, s := range b.services {
			var spec corev1.ServiceSpec
			must(json.Unmarshal(or(s.Spec), &spec))
			mention(&metav1.LabelSelector{MatchLabels: spec.Selector})
		}
		facts[fmt.Sprint("addresses ", e.addrs, " node ", e.node, " ports ", e.ports)] = true
	}
	for _, p := range policies {
		mention(&p.Spec.PodSelector)
		peers, ports := rules(p, loose)
		for _, peer := range peers {
			mention(peer.PodSelector)
			for _, a := range e.addrs {
				if peer.IPBlock != nil && !loose {
					facts[fmt.Sprint("block ", *peer.IPBlock, a.Is4(), inBlock(peer.IPBlock, a))] = true
				}
			}
		}
		for _, port := range ports {
			if port.Port != nil && port.Port.StrVal != "" && !loose {
				protocol := corev1.ProtocolTCP
				if port.Protocol != nil {
					protocol = *port.Protocol
				}
				numbers := e.resolve(port.Port.StrVal, protocol)
				slices.Sort(numbers)
				facts[fmt.Sprint("port ", port.Port.StrVal, protocol, slices.Compact(numbers))] = true
			}
		}
	}
	for k := range keys {
		if v, ok := e.labels[k]; ok {
			facts["label "+k+"="+v] = true
		}
	}
	if _, known := b.nodes[e.node]; known {
		facts["node "+e.node] = true
	}
	facts[fmt.Sprint("hostNetwork ", e.hostNetwork)] = true
	return strings.Join(slices.Sorted(maps.Keys(facts)), "\n")
}
