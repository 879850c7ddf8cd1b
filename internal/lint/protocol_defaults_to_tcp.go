package lint

import (
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

var protocolDefaultsToTCP = check{
	code: diag.ProtocolDefaultsToTCP, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			var plain []manifest.Part
			var names []string
			for i, item := range r.ports.Items() {
				protocol := item.Field("protocol")
				if r.means == nil || protocol.IsWritten() && !protocol.IsNull() {
					continue
				}
				port := r.means.Ports[i]
				if slices.ContainsFunc(r.means.Ports, func(o model.Port) bool { return o.Protocol != netset.TCP && samePort(o, port) }) {
					continue // The other protocol has its own entry.
				}
				if what := s.speaksUDP(r, port); what != "" {
					s.at(item, diag.Finding{
						Summary: fmt.Sprintf("Port %s without `protocol` means TCP only; %s, which stays blocked.", bare(port), what),
						Detail:  fmt.Sprintf("Add an entry for port %s with `protocol: UDP`.", bare(port)),
						Fix:     fix("Add the same port with `protocol: UDP`", item.InsertAfter(portEntry(item, bare(port), "UDP"))),
					})
					continue
				}
				plain, names = append(plain, item), append(names, bare(port))
			}
			if len(plain) > 0 {
				s.at(plain[0], diag.Finding{
					Severity: diag.Info,
					Summary:  onlyTCP(names),
				})
			}
		}
	},
}

// onlyTCP says what ports without a protocol mean.
func onlyTCP(ports []string) string {
	if len(ports) == 1 {
		return "Port " + ports[0] + " without `protocol` means TCP only."
	}
	return "Ports " + listed(ports) + " without `protocol` mean TCP only."
}

func samePort(a, b model.Port) bool {
	return a.Name == b.Name && a.First == b.First && a.Last == b.Last
}

// bare gives a port without its protocol.
func bare(p model.Port) string {
	switch {
	case p.Name != "":
		return p.Name
	case p.First == netset.FirstPort && p.Last == netset.LastPort:
		return "1-65535"
	case p.First != p.Last:
		return fmt.Sprintf("%d-%d", p.First, p.Last)
	}
	return fmt.Sprint(p.First)
}

// udpPorts are ports whose usual protocol is UDP.
var udpPorts = map[uint16]string{
	53: "DNS", 67: "DHCP", 68: "DHCP", 69: "TFTP", 123: "NTP", 161: "SNMP", 162: "SNMP", 500: "IPsec", 514: "syslog",
	1194: "OpenVPN", 4500: "IPsec", 8125: "StatsD",
}

// speaksUDP says what uses another protocol than TCP on a port: the pods that the rule
// lets calls through to, if they declare it so, or what usually listens there. It is
// empty when nothing tells.
func (s *subject) speaksUDP(r rule, port model.Port) string {
	ends := s.subjects(s.policy)
	if r.direction == model.Egress {
		ends = s.peersOf(r.means)
	}
	tcp, other := false, ""
	for _, c := range ends {
		for _, e := range c.Entities {
			for _, p := range e.Ports {
				switch {
				case p.Port < port.First || p.Port > port.Last || port.First != port.Last && port.Name == "" || port.Name != "" && p.Name != port.Name:
				case p.Protocol == netset.TCP:
					tcp = true
				case other == "":
					other = fmt.Sprintf("`%s` declares it as %s", nameOf(e), p.Protocol)
				}
			}
		}
	}
	name := udpPorts[port.First]
	switch {
	case other != "":
		return other
	case tcp || port.Name != "" || port.First != port.Last || name == "":
		return ""
	}
	return name + " uses UDP"
}

// portEntry gives an entry of ports in the style of another one.
func portEntry(like manifest.Part, port, protocol string) string {
	if like.IsFlow() {
		return "{port: " + port + ", protocol: " + protocol + "}"
	}
	return "port: " + port + "\nprotocol: " + protocol
}
