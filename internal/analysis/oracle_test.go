package analysis

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// The oracle is a second evaluator that judges the first. It reads the same text
// with the library that kubectl uses, works on the API's own types, and says the
// rules of the API one after the other for two concrete ends of a connection. It
// shares no code with the engine and is not made to be fast.

// world is what a bundle says, in the API's own types.
type world struct {
	namespaces map[string]map[string]string // labels by name
	nodes      map[string][]netip.Addr
	policies   []*networkingv1.NetworkPolicy // those in force
	pods       map[string]*end               // Pod objects with traffic, by "namespace/name"
}

// end is one concrete end of a connection: one pod, one node, or one address.
type end struct {
	pod         bool
	namespace   string
	nsLabels    map[string]string
	labels      map[string]string
	ports       []corev1.ContainerPort
	hostNetwork bool
	node        string // spec.nodeName, or the name of the node that this end is
	addrs       []netip.Addr
	// unknownPorts is set for a pod that only a selector speaks of: nobody knows
	// which number it gives a name.
	unknownPorts bool
}

// portSet has one bit for each port of each protocol, and names that a pod of
// unknown ports would have to declare.
type portSet struct {
	bits  map[corev1.Protocol]*[1 << 16 / 64]uint64
	names map[string]bool // "http/TCP"
}

var protocols = []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}

func noPorts() portSet {
	s := portSet{bits: map[corev1.Protocol]*[1 << 16 / 64]uint64{}, names: map[string]bool{}}
	for _, p := range protocols {
		s.bits[p] = new([1 << 16 / 64]uint64)
	}
	return s
}

// everyPort is never written to.
var everyPort = func() portSet {
	s := noPorts()
	for _, p := range protocols {
		s.add(p, 1, 65535)
	}
	return s
}()

func (s portSet) add(p corev1.Protocol, first, last int) {
	bits := s.bits[p]
	for port := first; port <= last; {
		if port%64 == 0 && port+63 <= last {
			bits[port/64] = ^uint64(0)
			port += 64
			continue
		}
		bits[port/64] |= 1 << (port % 64)
		port++
	}
}

func (s portSet) full(p corev1.Protocol) bool {
	for i, word := range s.bits[p] {
		if i == 0 {
			word |= 1
		}
		if word != ^uint64(0) {
			return false
		}
	}
	return true
}

// hasName reports whether a port of unknown number is in the set: by its name, or
// because every number is.
func (s portSet) hasName(name string) bool {
	_, protocol, _ := strings.Cut(name, "/")
	return s.names[name] || s.full(corev1.Protocol(protocol))
}

func (s portSet) join(t portSet) {
	for _, p := range protocols {
		into, from := s.bits[p], t.bits[p]
		for i := range into {
			into[i] |= from[i]
		}
	}
	for n := range t.names {
		s.names[n] = true
	}
}

func (s portSet) meet(t portSet) portSet {
	out := noPorts()
	for _, p := range protocols {
		into, x, y := out.bits[p], s.bits[p], t.bits[p]
		for i := range into {
			into[i] = x[i] & y[i]
		}
	}
	for _, names := range []map[string]bool{s.names, t.names} {
		for n := range names {
			if s.hasName(n) && t.hasName(n) {
				out.names[n] = true
			}
		}
	}
	return out
}

// String prints the set as the contract prints ports.
func (s portSet) String() string {
	var words []string
	all := true
	for _, p := range protocols {
		if s.full(p) {
			words = append(words, "1-65535/"+string(p))
			continue
		}
		all = false
		bits := s.bits[p]
		has := func(port int) bool { return port <= 65535 && bits[port/64]>>(port%64)&1 == 1 }
		for first := 1; first <= 65535; first++ {
			if bits[first/64] == 0 {
				first |= 63 // nothing in this word
				continue
			}
			if !has(first) {
				continue
			}
			last := first
			for has(last + 1) {
				last++
			}
			word := strconv.Itoa(first)
			if last > first {
				word += "-" + strconv.Itoa(last)
			}
			words = append(words, word+"/"+string(p))
			first = last
		}
	}
	if all {
		return "all"
	}
	for _, p := range protocols {
		var names []string
		for n := range s.names {
			if strings.HasSuffix(n, "/"+string(p)) && !s.full(p) {
				names = append(names, n)
			}
		}
		slices.Sort(names)
		words = append(words, names...)
	}
	return strings.Join(words, " ")
}

// allowed gives the ports on which from may open a connection to to. Where the ends
// have addresses of both families it gives the union over the families.
func (w *world) allowed(from, to *end) portSet {
	in := families(from, to)
	union := w.allowedIn(in[0], from, to)
	for _, v4 := range in[1:] {
		union.join(w.allowedIn(v4, from, to))
	}
	return union
}

// families tells in which address families a connection between two ends is
// possible. Whoever has no known address may get one of either. An address has its
// own, whatever the other end has, since a policy knows nothing of routes.
func families(from, to *end) []bool {
	var out []bool
	for _, v4 := range []bool{true, false} {
		if from.in(v4) && to.in(v4) {
			out = append(out, v4)
		}
	}
	if len(out) == 0 {
		return []bool{true, false}
	}
	return out
}

func (e *end) in(v4 bool) bool {
	return len(e.addrs) == 0 || slices.ContainsFunc(e.addrs, func(a netip.Addr) bool { return a.Is4() == v4 })
}

// A flow passes if and only if the egress side of its source and the ingress side of
// its destination both allow it.
func (w *world) allowedIn(v4 bool, from, to *end) portSet {
	egress := w.side(networkingv1.PolicyTypeEgress, from, to, to, v4)
	ingress := w.side(networkingv1.PolicyTypeIngress, to, from, to, v4)
	return egress.meet(ingress)
}

// side gives the ports of destination that subject's policies let through in one
// direction, where other is the end that is not subject.
func (w *world) side(direction networkingv1.PolicyType, subject, other, destination *end, v4 bool) portSet {
	// Policies select pods, and hostNetwork pods are none to them.
	if !subject.pod || subject.hostNetwork {
		return everyPort
	}
	// Traffic from and to the node a pod runs on is always allowed; a hostNetwork
	// pod's traffic is its node's.
	if w.onNode(subject, other) {
		return everyPort
	}
	isolated, ports := false, noPorts()
	for _, p := range w.policies {
		if p.Namespace != subject.namespace || !selects(&p.Spec.PodSelector, subject.labels) {
			continue
		}
		if !slices.Contains(policyTypes(p), direction) {
			continue
		}
		isolated = true
		if direction == networkingv1.PolicyTypeIngress {
			for _, r := range p.Spec.Ingress {
				if w.peersMatch(p, r.From, other, v4) {
					ports.addRule(r.Ports, destination)
				}
			}
		} else {
			for _, r := range p.Spec.Egress {
				if w.peersMatch(p, r.To, other, v4) {
					ports.addRule(r.Ports, destination)
				}
			}
		}
	}
	if !isolated {
		return everyPort
	}
	return ports
}

func (w *world) onNode(pod, other *end) bool {
	_, known := w.nodes[pod.node]
	return known && other.node == pod.node && (!other.pod || other.hostNetwork)
}

// policyTypes are, unless given, Ingress, and Egress too if there is an egress rule.
func policyTypes(p *networkingv1.NetworkPolicy) []networkingv1.PolicyType {
	if len(p.Spec.PolicyTypes) > 0 {
		return p.Spec.PolicyTypes
	}
	if len(p.Spec.Egress) > 0 {
		return []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
	}
	return []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
}

// No peers means every source or destination, addresses outside the cluster too.
func (w *world) peersMatch(p *networkingv1.NetworkPolicy, peers []networkingv1.NetworkPolicyPeer, other *end, v4 bool) bool {
	if len(peers) == 0 {
		return true
	}
	return slices.ContainsFunc(peers, func(peer networkingv1.NetworkPolicyPeer) bool {
		return w.peerMatches(p, peer, other, v4)
	})
}

func (w *world) peerMatches(p *networkingv1.NetworkPolicy, peer networkingv1.NetworkPolicyPeer, other *end, v4 bool) bool {
	if peer.IPBlock != nil {
		return slices.ContainsFunc(other.addrs, func(a netip.Addr) bool {
			return a.Is4() == v4 && inBlock(peer.IPBlock, a)
		})
	}
	// Selectors select pods, never addresses, and no hostNetwork pods.
	if !other.pod || other.hostNetwork {
		return false
	}
	if peer.NamespaceSelector == nil {
		return other.namespace == p.Namespace && selects(peer.PodSelector, other.labels)
	}
	if !selects(peer.NamespaceSelector, other.nsLabels) {
		return false
	}
	return peer.PodSelector == nil || selects(peer.PodSelector, other.labels)
}

// An address matches if it is in cidr and in no except. IPv4 is never in an IPv6
// block, nor the reverse.
func inBlock(b *networkingv1.IPBlock, a netip.Addr) bool {
	return prefixOf(b.CIDR).Contains(a) &&
		!slices.ContainsFunc(b.Except, func(e string) bool { return prefixOf(e).Contains(a) })
}

// prefixOf reads a CIDR as stored objects keep working: leading zeros are decimal,
// an IPv4-mapped address is IPv4, and bits behind the mask do not count.
func prefixOf(cidr string) netip.Prefix {
	address, mask, _ := strings.Cut(cidr, "/")
	bits, err := strconv.Atoi(mask)
	if err != nil {
		panic(err)
	}
	if !strings.Contains(address, ":") {
		numbers := strings.Split(address, ".")
		for i, n := range numbers {
			value, err := strconv.Atoi(n)
			if err != nil {
				panic(err)
			}
			numbers[i] = strconv.Itoa(value)
		}
		address = strings.Join(numbers, ".")
	}
	a := netip.MustParseAddr(address)
	if a.Is4In6() {
		a, bits = a.Unmap(), bits-96
	}
	return netip.PrefixFrom(a, bits).Masked()
}

// addRule adds the ports of a rule. No ports means every port of every protocol.
func (s portSet) addRule(entries []networkingv1.NetworkPolicyPort, destination *end) {
	if len(entries) == 0 {
		s.join(everyPort)
	}
	for _, e := range entries {
		protocol := corev1.ProtocolTCP
		if e.Protocol != nil {
			protocol = *e.Protocol
		}
		switch {
		case e.Port == nil:
			s.add(protocol, 1, 65535)
		case e.Port.Type == intstr.Int && e.EndPort != nil:
			s.add(protocol, int(e.Port.IntVal), int(*e.EndPort))
		case e.Port.Type == intstr.Int:
			s.add(protocol, int(e.Port.IntVal), int(e.Port.IntVal))
		case destination.unknownPorts:
			s.names[e.Port.StrVal+"/"+string(protocol)] = true
		default:
			for _, number := range destination.resolve(e.Port.StrVal, protocol) {
				s.add(protocol, number, number)
			}
		}
	}
}

// resolve gives the numbers of the container ports that have a name and protocol.
// Policies see a hostNetwork pod as its node, which has no named ports.
func (e *end) resolve(name string, protocol corev1.Protocol) (numbers []int) {
	if e.hostNetwork {
		return nil
	}
	for _, c := range e.ports {
		declared := c.Protocol
		if declared == "" {
			declared = corev1.ProtocolTCP
		}
		if c.Name == name && declared == protocol {
			numbers = append(numbers, int(c.ContainerPort))
		}
	}
	return numbers
}

// selects reports whether every term of a selector holds; one without terms selects
// everything.
func selects(s *metav1.LabelSelector, labels map[string]string) bool {
	for key, value := range s.MatchLabels {
		if got, ok := labels[key]; !ok || got != value {
			return false
		}
	}
	for _, e := range s.MatchExpressions {
		value, ok := labels[e.Key]
		listed := slices.Contains(e.Values, value)
		var holds bool
		switch e.Operator {
		case metav1.LabelSelectorOpIn:
			holds = ok && listed
		case metav1.LabelSelectorOpNotIn:
			holds = !ok || !listed
		case metav1.LabelSelectorOpExists:
			holds = ok
		case metav1.LabelSelectorOpDoesNotExist:
			holds = !ok
		default:
			panic("no such operator: " + e.Operator)
		}
		if !holds {
			return false
		}
	}
	return true
}
