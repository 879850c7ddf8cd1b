package lint

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/policy"
)

var egressWithoutDNS = check{
	code: diag.EgressWithoutDNS, severity: diag.Warning,
	policy: func(s *subject) {
		if !s.policy.Isolates[model.Egress] {
			return
		}
		var lacking []*model.Class
		opens := opensEgress(s.policy)
		for _, c := range s.leaving() {
			by := s.matrix().IsolatedBy(c.First(), model.Egress)
			first := slices.IndexFunc(by, opensEgress)
			// The first policy that opens something says it for all; one that only denies
			// where none opens.
			if opens && first >= 0 && by[first] == s.policy || !opens && first < 0 && by[0] == s.policy {
				if !s.asksDNS(c, by) {
					lacking = append(lacking, c)
				}
			}
		}
		if len(lacking) == 0 {
			return
		}
		pods := who(lacking)
		if !opens {
			s.at(s.typeItem(model.Egress), diag.Finding{
				Severity: diag.Info,
				Summary:  fmt.Sprintf("With nothing going out, %s cannot look up names either: UDP and TCP port 53 to the cluster DNS is closed too.", pods),
			})
			return
		}
		list := s.spec.Field("egress")
		items := list.Items()
		s.at(list, diag.Finding{
			Summary: fmt.Sprintf("%s may call %s, but cannot look up any name, because UDP and TCP port 53 to the cluster DNS is not allowed.", upperFirst(pods), s.mayCall()),
			Detail:  "Applications call by name. Add a rule for port 53 to the DNS pods, `k8s-app: kube-dns` in `kube-system` on most clusters; with NodeLocal DNSCache also to `169.254.20.10/32`.",
			Fix:     fix("Add a rule for the cluster DNS", items[len(items)-1].InsertAfter(dnsRule(items[len(items)-1].IsFlow()))),
		})
	},
}

// leaving gives the classes of pods that the policy selects; where the bundle has none,
// those that stand for any pod of its namespace.
func (s *subject) leaving() []*model.Class {
	if subjects := s.subjects(s.policy); len(subjects) > 0 || !s.policy.PodSelector.Empty() {
		return subjects
	}
	return s.others[s.policy.Namespace]
}

func dnsRule(flow bool) string {
	if flow {
		return "{to: [{namespaceSelector: {matchLabels: {" + nameLabel + ": kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}"
	}
	return `to:
- namespaceSelector:
    matchLabels:
      ` + nameLabel + `: kube-system
  podSelector:
    matchLabels:
      k8s-app: kube-dns
ports:
- port: 53
  protocol: UDP
- port: 53
  protocol: TCP`
}

// opensEgress reports whether a policy has an egress rule.
func opensEgress(p *model.Policy) bool {
	return slices.ContainsFunc(p.Rules, func(r model.Rule) bool { return r.Direction == model.Egress })
}

// mayCall says what the first egress rule opens: "pods with `app=db` in `shop` on port
// 5432/TCP".
func (s *subject) mayCall() string {
	for i := range s.policy.Rules {
		r := &s.policy.Rules[i]
		if r.Direction != model.Egress {
			continue
		}
		to := "others"
		if len(r.Peers) > 0 {
			to = s.whom(&r.Peers[0])
		}
		if !r.AnyPort {
			to += " on " + portWords(r)
		}
		return to
	}
	return "others"
}

// whom gives a peer as the one that is called: "pods with `app=db`".
func (s *subject) whom(p *model.Peer) string {
	switch {
	case p.Block != nil:
		return "`" + p.Block.Name + "`"
	case p.Namespaces == nil:
		return selected(p.Pods) + " in `" + s.policy.Namespace.Name + "`"
	case p.Namespaces.Empty():
		return selected(p.Pods) + " in any namespace"
	}
	return selected(p.Pods) + " in namespaces with `" + p.Namespaces.String() + "`"
}

var (
	kubeSystem = model.Labels{nameLabel: "kube-system"}
	kubeDNS    = model.Labels{"k8s-app": "kube-dns"}
	// nodeLocalDNS is the address that NodeLocal DNSCache answers at on every node.
	nodeLocalDNS = netip.MustParseAddr("169.254.20.10")
)

const dnsPort = 53

// asksDNS reports whether a class that some policies isolate may ask the cluster DNS
// by UDP.
func (s *subject) asksDNS(c *model.Class, by []*model.Policy) bool {
	servers := s.dnsPods()
	for _, server := range servers {
		ports := s.matrix().Side(model.Egress, c, server)
		if ports.Contains(netset.UDP, dnsPort) {
			return true
		}
		for _, p := range server.First().Ports {
			if p.Protocol == netset.UDP && ports.Contains(netset.UDP, p.Port) {
				return true
			}
		}
	}
	for _, p := range by {
		for i := range p.Rules {
			r := &p.Rules[i]
			if r.Direction == model.Egress && portsOf(r).Contains(netset.UDP, dnsPort) && s.reachesDNS(r, len(servers) > 0) {
				return true
			}
		}
	}
	return false
}

// portsOf gives the ports that a rule names by number.
func portsOf(r *model.Rule) netset.Ports {
	return policy.Assumption{}.Ports(r, &model.Entity{Kind: model.KindAddresses})
}

// reachesDNS reports whether a rule with port 53 can be about the DNS. Where its pods
// are written they are asked about themselves.
func (s *subject) reachesDNS(r *model.Rule, written bool) bool {
	if r.AnyPeer || !written && !r.AnyPort {
		return true
	}
	return slices.ContainsFunc(r.Peers, func(p model.Peer) bool {
		switch {
		case p.Block != nil:
			return p.Block.Addrs.Contains(nodeLocalDNS) || s.serviceIn(p.Block, "kube-system/Service/kube-dns")
		case written:
			return false
		case p.Namespaces == nil:
			return s.policy.Namespace.Name == "kube-system" && p.Pods.Matches(kubeDNS)
		}
		return p.Namespaces.Matches(kubeSystem) && p.Pods.Matches(kubeDNS)
	})
}

// serviceIn reports whether a block holds an address of a Service.
func (s *subject) serviceIn(b *model.Block, id string) bool {
	svc := s.cluster.Service(id)
	return svc != nil && slices.ContainsFunc(svc.Addrs, b.Addrs.Contains)
}

// dnsPods gives the pods of the cluster DNS, if the bundle declares them.
func (b *bundle) dnsPods() []*model.Class {
	var servers []*model.Class
	for _, ns := range b.namespaces {
		if ns.Name != "kube-system" {
			continue
		}
		for _, c := range declared(b.pods[ns]) {
			if c.First().Labels["k8s-app"] == "kube-dns" {
				servers = append(servers, c)
			}
		}
	}
	return servers
}
