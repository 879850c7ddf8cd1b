package manifest

import (
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// interned holds one copy of each text that many objects have, as the keys and values of
// labels. A bundle of ten thousand pods has few of them; as ten thousand copies they
// would be as many places in memory to look at, whenever a selector is matched.
type interned map[string]string

// The bounds of what is interned: longer texts are hardly repeated, and a bundle in which
// everything is another text gains nothing.
const (
	mostInterned    = 1 << 14
	longestInterned = 64
)

func (in interned) text(s string) string {
	if known, ok := in[s]; ok {
		return known
	}
	if 0 < len(s) && len(s) <= longestInterned && len(in) < mostInterned {
		in[s] = s
	}
	return s
}

func (in interned) labels(labels map[string]string) {
	for key, value := range labels {
		labels[in.text(key)] = in.text(value) // The key is the same, and now the one copy of it.
	}
}

func (in interned) meta(m *Meta) {
	m.Namespace = in.text(m.Namespace)
	in.labels(m.Labels)
}

func (in interned) pod(s *PodSpec) {
	s.NodeName = in.text(s.NodeName)
	for _, containers := range [][]Container{s.Containers, s.InitContainers} {
		for i := range containers {
			for j := range containers[i].Ports {
				p := &containers[i].Ports[j]
				p.Name = in.text(p.Name)
			}
		}
	}
}

func (in interned) policy(np *networkingv1.NetworkPolicy) {
	np.Namespace = in.text(np.Namespace)
	in.selector(&np.Spec.PodSelector)
	for i := range np.Spec.Ingress {
		in.peers(np.Spec.Ingress[i].From)
	}
	for i := range np.Spec.Egress {
		in.peers(np.Spec.Egress[i].To)
	}
}

func (in interned) peers(peers []networkingv1.NetworkPolicyPeer) {
	for i := range peers {
		in.selector(peers[i].PodSelector)
		in.selector(peers[i].NamespaceSelector)
	}
}

func (in interned) selector(s *metav1.LabelSelector) {
	if s == nil {
		return
	}
	in.labels(s.MatchLabels)
	for i := range s.MatchExpressions {
		e := &s.MatchExpressions[i]
		e.Key = in.text(e.Key)
		for j, value := range e.Values {
			e.Values[j] = in.text(value)
		}
	}
}
