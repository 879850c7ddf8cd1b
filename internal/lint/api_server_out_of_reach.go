package lint

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// The port of Service kubernetes, and the one that API servers listen on.
const (
	apiServicePort = 443
	apiServerPort  = 6443
)

var apiServerOutOfReach = check{
	code: diag.APIServerOutOfReach, severity: diag.Info,
	policy: func(s *subject) {
		if !s.policy.Isolates[model.Egress] || s.reachesAPIServer() {
			return
		}
		for _, r := range s.rules(model.Egress) {
			if r.means == nil || r.means.AnyPort || r.means.AnyPeer || !portsOf(r.means).Contains(netset.TCP, apiServicePort) {
				continue
			}
			for i, item := range r.peers.Items() {
				if !s.meansAPIServer(&r.means.Peers[i]) {
					continue
				}
				node, addr := s.controlPlane()
				where := "a node of the control plane"
				if node != "" {
					where = "`" + node + "`"
				}
				f := diag.Finding{
					Summary: fmt.Sprintf("If this is for the Kubernetes API: it is called at the address of Service `kubernetes` on port 443, but answered by %s on port 6443, outside of the pod network; selectors cannot name it, only an ipBlock can.", where),
					Detail:  "Add an egress rule with the `ipBlock` of the control plane's nodes and ports 443 and 6443.",
				}
				if addr.IsValid() && !r.text.IsFlow() {
					f.Detail = fmt.Sprintf("Add an egress rule with `ipBlock: {cidr: %s}` and ports 443 and 6443.", single(addr))
					f.Fix = fix("Add a rule for the API server", r.text.InsertAfter(fmt.Sprintf(
						"to:\n- ipBlock:\n    cidr: %s\nports:\n- port: 443\n  protocol: TCP\n- port: 6443\n  protocol: TCP", single(addr))))
				}
				s.at(item, f)
				return
			}
		}
	},
}

func single(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// kubernetesServices are the addresses that Service kubernetes usually has.
var kubernetesServices = []netip.Addr{netip.MustParseAddr("10.96.0.1"), netip.MustParseAddr("10.43.0.1")}

// meansAPIServer reports whether a peer with port 443 looks as if it were meant for the
// API server.
func (s *subject) meansAPIServer(p *model.Peer) bool {
	if p.Block != nil {
		if p.Block.CIDR.Equal(netset.Everywhere.Family(true)) {
			return false
		}
		_, node := s.controlPlane()
		return slices.ContainsFunc(kubernetesServices, p.Block.Addrs.Contains) || node.IsValid() && p.Block.Addrs.Contains(node)
	}
	for _, t := range p.Pods.Terms() {
		if t.Operator == model.In && slices.ContainsFunc(t.Values, func(v string) bool { return v == "kube-apiserver" || v == "apiserver" }) {
			return true
		}
	}
	return p.Pods.Empty() && p.Namespaces != nil && (p.Namespaces.Empty() ||
		namesOnly(p.Namespaces, "default") && s.policy.Namespace.Name != "default" || namesOnly(p.Namespaces, "kube-system"))
}

// reachesAPIServer reports whether a rule about the same pods opens port 6443 to
// addresses.
func (s *subject) reachesAPIServer() bool {
	policies := []*model.Policy{s.policy}
	if subjects := s.subjects(s.policy); len(subjects) > 0 {
		policies = s.matrix().IsolatedBy(subjects[0].First(), model.Egress)
	}
	for _, p := range policies {
		for i := range p.Rules {
			r := &p.Rules[i]
			if r.Direction == model.Egress && portsOf(r).Contains(netset.TCP, apiServerPort) &&
				(r.AnyPeer || slices.ContainsFunc(r.Peers, func(p model.Peer) bool { return p.Block != nil })) {
				return true
			}
		}
	}
	return false
}

// controlPlane gives a node of the control plane and its address, if the bundle has one.
func (b *bundle) controlPlane() (name string, addr netip.Addr) {
	for _, e := range b.cluster.Entities {
		if e.Kind != model.KindNode {
			continue
		}
		_, current := e.Labels["node-role.kubernetes.io/control-plane"]
		_, old := e.Labels["node-role.kubernetes.io/master"]
		if prefixes := e.Addrs.Prefixes(); (current || old) && len(prefixes) > 0 {
			return e.Name, prefixes[0].Addr()
		}
	}
	return "", netip.Addr{}
}
