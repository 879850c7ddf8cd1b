package diagram_test

import (
	"fmt"
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// dice makes small random bundles in which groups, locks and ports meet often.
type dice struct {
	*rand.Rand
	bundle     manifest.Bundle
	namespaces []string
}

type nowhere struct{}

func (nowhere) Locate(string) diag.Range { return diag.Range{} }

func randomBundle(seed uint64, pods, policies int) manifest.Bundle {
	d := &dice{Rand: rand.New(rand.NewPCG(seed, 7))}
	d.namespaces = []string{"a", "b", "c"}[:1+d.IntN(3)]
	for i, name := range d.namespaces {
		labels := map[string]string{"team": []string{"x", "y"}[i%2]}
		d.add("Namespace", "", name, &manifest.Namespace{Metadata: manifest.Meta{Name: name, Labels: labels}})
	}
	nodes := d.IntN(3)
	for i := range nodes {
		name := fmt.Sprint("n", i)
		d.add("Node", "", name, &manifest.Node{
			Metadata: manifest.Meta{Name: name},
			Status:   manifest.NodeStatus{Addresses: []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprint("192.168.1.", i+1)}}},
		})
	}
	for i := range d.IntN(pods + 1) {
		d.workload(fmt.Sprint("w", i), nodes)
	}
	for i := range d.IntN(policies + 1) {
		d.policy(fmt.Sprint("p", i))
	}
	return d.bundle
}

func (d *dice) add(kind, namespace, name string, value any) {
	d.bundle.Objects = append(d.bundle.Objects, manifest.Object{
		APIVersion: "v1", Kind: kind, Namespace: namespace, Name: name, Value: value, Source: nowhere{},
	})
}

func (d *dice) oneIn(n int) bool { return d.IntN(n) == 0 }

func (d *dice) namespace() string { return d.namespaces[d.IntN(len(d.namespaces))] }

func (d *dice) labels() map[string]string {
	labels := map[string]string{}
	if !d.oneIn(4) {
		labels["app"] = []string{"web", "api", "db", "dns"}[d.IntN(4)]
	}
	if d.oneIn(3) {
		labels["tier"] = []string{"front", "back"}[d.IntN(2)]
	}
	return labels
}

func (d *dice) workload(name string, nodes int) {
	meta := manifest.Meta{Name: name, Namespace: d.namespace(), Labels: d.labels()}
	spec := manifest.PodSpec{HostNetwork: d.oneIn(10), Containers: []manifest.Container{{}}}
	if d.oneIn(2) {
		spec.Containers[0].Ports = []corev1.ContainerPort{{Name: "http", ContainerPort: []int32{80, 8080}[d.IntN(2)]}}
	}
	if d.oneIn(2) {
		if nodes > 0 && d.oneIn(2) {
			spec.NodeName = fmt.Sprint("n", d.IntN(nodes))
		}
		status := manifest.PodStatus{}
		if d.oneIn(3) {
			status.PodIP = fmt.Sprintf("10.0.%d.%d", d.IntN(2), 1+d.IntN(200))
		}
		d.add("Pod", meta.Namespace, name, &manifest.Pod{Metadata: meta, Spec: spec, Status: status})
		return
	}
	replicas := int32(1 + d.IntN(3))
	d.add("Deployment", meta.Namespace, name, &manifest.Workload{
		Kind: "Deployment", Metadata: meta, Replicas: &replicas,
		Selector: &metav1.LabelSelector{MatchLabels: meta.Labels},
		Template: manifest.PodTemplate{Metadata: manifest.Meta{Labels: meta.Labels}, Spec: spec},
	})
}

func (d *dice) policy(name string) {
	ns := d.namespace()
	p := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: ns}}
	p.Spec.PodSelector = d.selector()
	types := 1 + d.IntN(3)
	if types&1 != 0 {
		p.Spec.PolicyTypes = append(p.Spec.PolicyTypes, networkingv1.PolicyTypeIngress)
	}
	if types&2 != 0 {
		p.Spec.PolicyTypes = append(p.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
	for range d.IntN(3) {
		p.Spec.Ingress = append(p.Spec.Ingress, networkingv1.NetworkPolicyIngressRule{From: d.peers(), Ports: d.ports()})
	}
	for range d.IntN(3) {
		p.Spec.Egress = append(p.Spec.Egress, networkingv1.NetworkPolicyEgressRule{To: d.peers(), Ports: d.ports()})
	}
	d.add("NetworkPolicy", ns, name, p)
}

func (d *dice) selector() metav1.LabelSelector {
	switch d.IntN(4) {
	case 0:
		return metav1.LabelSelector{}
	case 1:
		return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
			Key: "app", Operator: metav1.LabelSelectorOpNotIn, Values: []string{[]string{"web", "db"}[d.IntN(2)]},
		}}}
	}
	return metav1.LabelSelector{MatchLabels: map[string]string{"app": []string{"web", "api", "db", "dns"}[d.IntN(4)]}}
}

func (d *dice) peers() (peers []networkingv1.NetworkPolicyPeer) {
	for range d.IntN(3) {
		var p networkingv1.NetworkPolicyPeer
		switch d.IntN(5) {
		case 0:
			p.IPBlock = &networkingv1.IPBlock{CIDR: []string{"0.0.0.0/0", "10.0.0.0/16", "192.168.1.0/24", "::/0"}[d.IntN(4)]}
			if p.IPBlock.CIDR == "0.0.0.0/0" && d.oneIn(2) {
				p.IPBlock.Except = []string{"10.0.0.0/8"}
			}
		case 1:
			p.NamespaceSelector = &metav1.LabelSelector{}
		case 2:
			p.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": []string{"x", "y", "z"}[d.IntN(3)]}}
			s := d.selector()
			p.PodSelector = &s
		default:
			s := d.selector()
			p.PodSelector = &s
		}
		peers = append(peers, p)
	}
	return peers
}

func (d *dice) ports() (ports []networkingv1.NetworkPolicyPort) {
	for range d.IntN(3) {
		var p networkingv1.NetworkPolicyPort
		if d.oneIn(4) {
			udp := corev1.ProtocolUDP
			p.Protocol = &udp
		}
		switch d.IntN(5) {
		case 0:
		case 1:
			name := intstr.FromString("http")
			p.Port = &name
		case 2:
			first, last := intstr.FromInt32(80), int32(8080)
			p.Port, p.EndPort = &first, &last
		default:
			n := intstr.FromInt32([]int32{80, 443, 8080, 5432}[d.IntN(4)])
			p.Port = &n
		}
		ports = append(ports, p)
	}
	return ports
}
