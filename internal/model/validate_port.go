package model

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

func (c *checker) port(p *networkingv1.NetworkPolicyPort, path *field.Path) {
	// An absent protocol is TCP. An empty one is not absent: the server fills in
	// only what is missing.
	if p.Protocol != nil {
		c.protocol(*p.Protocol, path)
	}
	switch {
	case p.Port == nil:
		if p.EndPort != nil {
			c.endPort(*p.EndPort, "none", field.Invalid(path.Child("endPort"), *p.EndPort, "may not be specified when `port` is not specified"))
		}
	case p.Port.Type == intstr.Int:
		c.portNumber(p, path)
	default:
		if p.EndPort != nil {
			c.endPort(*p.EndPort, shown(p.Port.StrVal), field.Invalid(path.Child("endPort"), *p.EndPort, "may not be specified when `port` is non-numeric"))
		}
		c.portName(p, path.Child("port"))
	}
}

func (c *checker) portNumber(p *networkingv1.NetworkPolicyPort, path *field.Path) {
	first, portPath, endPath := p.Port.IntVal, path.Child("port"), path.Child("endPort")
	if bad := validation.IsValidPortNum(int(first)); bad != nil {
		summary := noSuchPort(first)
		if first == 0 {
			summary += " Without `port` an entry means every port of its protocol."
		}
		f := c.refuse(diag.BadPortNumber, summary, invalid(portPath, first, bad)...)
		if first == 0 && p.EndPort == nil {
			f.remedy, f.change = "Remove `port`: every port of the protocol", func(o manifest.Part) []diag.Edit { return withoutField(partAt(o, path), "port", "{protocol: TCP}") }
		}
	}
	if p.EndPort == nil {
		return
	}
	last, bad := *p.EndPort, validation.IsValidPortNum(int(*p.EndPort))
	if last >= first {
		if bad != nil {
			c.refuse(diag.BadPortNumber, noSuchPort(last), invalid(endPath, last, bad)...)
		}
		return
	}
	// The server names the port as the bad value of endPort.
	server := []*field.Error{field.Invalid(endPath, first, "must be greater than or equal to `port`")}
	f := c.endPort(last, strconv.Itoa(int(first)), append(server, invalid(endPath, last, bad)...)...)
	if bad == nil && validation.IsValidPortNum(int(first)) == nil {
		f.remedy = "Swap `port` and `endPort`"
		f.edits = []edit{{portPath.String(), fmt.Sprintf("port: %d", last)}, {endPath.String(), fmt.Sprintf("endPort: %d", first)}}
	}
}

func noSuchPort(n int32) string {
	return fmt.Sprintf("Port %d does not exist: ports go from 1 to 65535.", n)
}

// endPort records an endPort that its port does not go with.
func (c *checker) endPort(last int32, port string, server ...*field.Error) *fault {
	return c.refuse(diag.BadPortNumber,
		fmt.Sprintf("`endPort: %d` needs a numeric `port` that is not larger (now: %s).", last, port), server...)
}

// A port that is written as text is a name, even if it reads like numbers.
var (
	portDigits   = regexp.MustCompile(`^[0-9]+$`)
	portRange    = regexp.MustCompile(`^([0-9]+) *(?:-|:|\.\.) *([0-9]+)$`)
	portProtocol = regexp.MustCompile(`^([0-9]+)/(?i:(tcp|udp|sctp))$`)
)

func (c *checker) portName(p *networkingv1.NetworkPolicyPort, path *field.Path) {
	name := p.Port.StrVal
	bad := validation.IsValidPortName(name)
	if bad == nil {
		return
	}
	server := invalid(path, name, bad)
	asText := func(remedy string) *fault {
		return c.refuse(diag.PortAsText,
			fmt.Sprintf("%q is taken as a port name, and names need a letter; write %s.", shorten(name), remedy), server...)
	}
	if portDigits.MatchString(name) {
		if n := decimal(name); n != "" {
			asText(fmt.Sprintf("`port: %s` without quotes", n)).setTo(n)
		} else {
			asText("a number from 1 to 65535 without quotes")
		}
		return
	}
	if m := portRange.FindStringSubmatch(name); m != nil {
		if first, last := decimal(m[1]), decimal(m[2]); first != "" && last != "" {
			f := asText(fmt.Sprintf("`port: %s` and `endPort: %s`", first, last))
			if a, b := number(first), number(last); p.EndPort == nil && a <= b {
				f.remedy = fmt.Sprintf("Write `port: %s` and `endPort: %s`", first, last)
				f.change = func(o manifest.Part) []diag.Edit { return setAndAdd(partAt(o, path), first, "endPort: "+last) }
			}
		} else {
			asText("`port` and `endPort`, two numbers from 1 to 65535")
		}
		return
	}
	if m := portProtocol.FindStringSubmatch(name); m != nil {
		n, protocol := decimal(m[1]), corev1.Protocol(strings.ToUpper(m[2]))
		if n == "" {
			asText(fmt.Sprintf("`port` with a number from 1 to 65535 and `protocol: %s`", protocol))
			return
		}
		f := asText(fmt.Sprintf("`port: %s` and `protocol: %s`", n, protocol))
		switch {
		case protocol == protocolOf(p):
			f.setTo(n)
		case p.Protocol == nil:
			f.remedy = fmt.Sprintf("Write `port: %s` and `protocol: %s`", n, protocol)
			f.change = func(o manifest.Part) []diag.Edit { return setAndAdd(partAt(o, path), n, "protocol: "+string(protocol)) }
		}
		return
	}
	use, meant := "the `name` of a container port, or its number", ""
	if c.portNames != nil {
		meant = nearestPort(name, c.portNames())
	}
	if meant != "" {
		use += fmt.Sprintf(": a container here has `%s`", meant)
	}
	f := c.refuse(diag.BadPortName,
		fmt.Sprintf("Port name %s is not allowed (%s); use %s.", shown(name), nameReason(name), use), server...)
	if meant != "" {
		f.setTo(meant)
	}
}

// nameReason says what is wrong with a port name, the simplest rule first.
func nameReason(name string) string {
	switch {
	case name == "":
		return "it is empty"
	case len(name) > 15:
		return fmt.Sprintf("it has %d characters: at most 15 small letters, digits and single dashes", len(name))
	default:
		return "at most 15 small letters, digits and single dashes, with a letter and no dash at the ends"
	}
}

// protocolOf gives the protocol of a port entry, defaulted.
func protocolOf(p *networkingv1.NetworkPolicyPort) corev1.Protocol {
	if p.Protocol == nil {
		return corev1.ProtocolTCP
	}
	return *p.Protocol
}

// decimal gives a port number without leading zeros, which YAML would read as octal,
// or "" when there is no such port.
func decimal(digits string) string {
	n, err := strconv.Atoi(digits)
	if err != nil || validation.IsValidPortNum(n) != nil {
		return ""
	}
	return strconv.Itoa(n)
}

// protocol checks the protocol of the port entry at path.
func (c *checker) protocol(p corev1.Protocol, entry *field.Path) {
	path := entry.Child("protocol")
	if p == corev1.ProtocolTCP || p == corev1.ProtocolUDP || p == corev1.ProtocolSCTP {
		return
	}
	remedy, newText := protocolRemedy(string(p))
	f := c.refuse(diag.BadProtocol,
		fmt.Sprintf("Protocol %s is not known here: %s.", shown(string(p)), remedy),
		field.NotSupported(path, shorten(string(p)), []string{"TCP", "UDP", "SCTP"}))
	switch {
	case newText != "":
		f.setTo(newText)
	case isPing(string(p)):
		f.remedy, f.change = "Remove the entry", func(o manifest.Part) []diag.Edit { return partAt(o, entry).Remove() }
	}
}

// isPing reports whether a word stands for ICMP, which no rule can name.
func isPing(p string) bool {
	switch strings.ToUpper(strings.TrimSpace(p)) {
	case "ICMP", "ICMPV4", "ICMPV6", "PING":
		return true
	}
	return false
}

// protocolRemedy says what to write in place of a protocol, and gives the value when
// there is one to put there.
func protocolRemedy(p string) (remedy, newText string) {
	upper := strings.ToUpper(strings.TrimSpace(p))
	switch upper {
	case "TCP", "UDP", "SCTP":
		return fmt.Sprintf("write `%s`", upper), upper
	case "":
		return "write `TCP`, or leave `protocol` out, which means TCP", "TCP"
	case "HTTP", "GRPC", "HTTP2":
		return upper + " is TCP, usually port 80", "TCP"
	case "HTTPS", "TLS", "SSL":
		return upper + " is TCP, usually port 443", "TCP"
	case "DNS":
		return "DNS is UDP and TCP, port 53; write two entries", ""
	case "ANY", "ALL", "*", "BOTH", "TCP/UDP", "TCPUDP", "TCP,UDP":
		return "write one entry for each of TCP, UDP and SCTP; a rule without `ports` opens them all", ""
	}
	if isPing(p) {
		return "ICMP (ping) cannot be named in a NetworkPolicy", ""
	}
	if meant := nearest(p, "TCP", "UDP", "SCTP"); meant != "" {
		return fmt.Sprintf("write `%s`", meant), meant
	}
	return "write `TCP`, `UDP` or `SCTP`", ""
}
