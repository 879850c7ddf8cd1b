package model

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// plain reports that a policy holds only values of which nothing needs a closer look.
// It is a quick way past validate for nearly all policies there are, and never lets
// one through that validate has something to say about.
func plain(np *networkingv1.NetworkPolicy) bool {
	m := &np.ObjectMeta
	if !plainName(m.Name) || m.Namespace != "" && !plainName(m.Namespace) || !allPlain(m.Labels) ||
		len(m.Annotations)+len(m.OwnerReferences)+len(m.Finalizers)+len(m.ManagedFields) > 0 || m.GenerateName != "" {
		return false
	}
	for _, t := range np.Spec.PolicyTypes {
		if t != networkingv1.PolicyTypeIngress && t != networkingv1.PolicyTypeEgress {
			return false
		}
	}
	if len(np.Spec.PolicyTypes) > len(Directions) || !plainSelector(&np.Spec.PodSelector) {
		return false
	}
	for i := range np.Spec.Ingress {
		if r := &np.Spec.Ingress[i]; !plainPeers(r.From) || !plainPorts(r.Ports) {
			return false
		}
	}
	for i := range np.Spec.Egress {
		if r := &np.Spec.Egress[i]; !plainPeers(r.To) || !plainPorts(r.Ports) {
			return false
		}
	}
	return true
}

// plainName takes a DNS label in small letters.
func plainName(s string) bool {
	for i := range len(s) {
		if b := s[i]; b == '.' || b == '_' || 'A' <= b && b <= 'Z' {
			return false
		}
	}
	return plainWord(s)
}

func plainSelector(s *metav1.LabelSelector) bool {
	if s == nil {
		return true
	}
	for i := range s.MatchExpressions {
		if !plainRequirement(&s.MatchExpressions[i]) {
			return false
		}
	}
	return allPlain(s.MatchLabels)
}

func plainRequirement(r *metav1.LabelSelectorRequirement) bool {
	for _, value := range r.Values {
		if value != "" && !plainWord(value) {
			return false
		}
	}
	if !plainKey(r.Key) {
		return false
	}
	switch r.Operator {
	case metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn:
		return len(r.Values) > 0
	case metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist:
		return len(r.Values) == 0
	default:
		return false
	}
}

func plainPeers(peers []networkingv1.NetworkPolicyPeer) bool {
	for i := range peers {
		p := &peers[i]
		if p.IPBlock != nil {
			if p.PodSelector != nil || p.NamespaceSelector != nil || !plainBlock(p.IPBlock) {
				return false
			}
			continue
		}
		if p.PodSelector == nil && p.NamespaceSelector == nil || !plainSelector(p.PodSelector) || !plainSelector(p.NamespaceSelector) {
			return false
		}
	}
	return true
}

func plainBlock(b *networkingv1.IPBlock) bool {
	whole, ok := plainPrefix(b.CIDR)
	if !ok {
		return false
	}
	for _, e := range b.Except {
		part, ok := plainPrefix(e)
		if !ok || part.Bits() <= whole.Bits() || !whole.Contains(part.Addr()) {
			return false
		}
	}
	return true
}

// plainPrefix takes a range that is written in its one canonical form.
func plainPrefix(text string) (netip.Prefix, bool) {
	prefix, err := netip.ParsePrefix(text)
	ok := err == nil && prefix.Masked() == prefix && !prefix.Addr().Is4In6() && prefix.String() == text
	return prefix, ok
}

// plainPortName takes a port name of small letters and digits, with a letter.
func plainPortName(s string) bool {
	const most = 15
	letter := false
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z':
			letter = true
		case b < '0' || b > '9':
			return false
		}
	}
	return letter && len(s) <= most
}

func plainPorts(ports []networkingv1.NetworkPolicyPort) bool {
	const last = 65535
	for i := range ports {
		p := &ports[i]
		if p.Protocol != nil && *p.Protocol != corev1.ProtocolTCP && *p.Protocol != corev1.ProtocolUDP && *p.Protocol != corev1.ProtocolSCTP {
			return false
		}
		switch {
		case p.Port == nil && p.EndPort == nil:
		case p.Port != nil && p.Port.Type == intstr.String && p.EndPort == nil:
			if !plainPortName(p.Port.StrVal) {
				return false
			}
		case p.Port == nil || p.Port.Type != intstr.Int || p.Port.IntVal < 1 || p.Port.IntVal > last:
			return false
		case p.EndPort != nil && (*p.EndPort < p.Port.IntVal || *p.EndPort > last):
			return false
		}
	}
	return true
}
