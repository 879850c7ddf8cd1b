package manifest

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/netpolscope/netpolscope/internal/netset"
)

// DeclaredPort is a port that a pod declares; Name may be empty.
type DeclaredPort struct {
	Name     string
	Protocol netset.Protocol
	Port     uint16
}

// DeclaredPorts lists the ports that a pod declares, sorted and without repeats: those of
// its containers and of the init containers that keep running beside them. None is TCP
// for a protocol. What the API server would refuse as a port is nothing.
func (s *PodSpec) DeclaredPorts() []DeclaredPort {
	n := 0
	for i := range s.Containers {
		n += len(s.Containers[i].Ports)
	}
	ports := make([]DeclaredPort, 0, n)
	add := func(c *Container) {
		for i := range c.Ports {
			p := &c.Ports[i]
			protocol, ok := netset.ParseProtocol(string(cmp.Or(p.Protocol, corev1.ProtocolTCP)))
			if ok && netset.FirstPort <= p.ContainerPort && p.ContainerPort <= netset.LastPort {
				ports = append(ports, DeclaredPort{Name: p.Name, Protocol: protocol, Port: uint16(p.ContainerPort)})
			}
		}
	}
	for i := range s.Containers {
		add(&s.Containers[i])
	}
	for i := range s.InitContainers {
		if c := &s.InitContainers[i]; c.RestartPolicy == string(corev1.ContainerRestartPolicyAlways) {
			add(c)
		}
	}
	return SortedPorts(ports)
}

// SortedPorts sorts ports in place, and gives them without repeats.
func SortedPorts(ports []DeclaredPort) []DeclaredPort {
	slices.SortFunc(ports, func(x, y DeclaredPort) int {
		return cmp.Or(cmp.Compare(x.Protocol, y.Protocol), cmp.Compare(x.Port, y.Port), cmp.Compare(x.Name, y.Name))
	})
	return slices.Compact(ports)
}
