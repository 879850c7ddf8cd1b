package export

import (
	"bufio"
	"io"
	"strconv"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// podJSON is an entity made of pods.
type podJSON struct {
	ID          string              `json:"id"`
	Kind        string              `json:"kind"`
	Namespace   string              `json:"namespace"`
	Name        string              `json:"name"`
	Workload    string              `json:"workload"`
	Replicas    int                 `json:"replicas"`
	Pods        []string            `json:"pods"`
	Labels      model.Labels        `json:"labels"`
	Ports       []containerPortJSON `json:"ports"`
	Origin      string              `json:"origin"`
	HostNetwork bool                `json:"hostNetwork"`
	Isolated    isolatedJSON        `json:"isolated"`
	Class       int                 `json:"class"`
}

// addressesJSON is a node or a set of addresses outside the cluster.
type addressesJSON struct {
	ID    string   `json:"id"`
	Kind  string   `json:"kind"`
	CIDRs []string `json:"cidrs"`
	Class int      `json:"class"`
}

type containerPortJSON struct {
	Name     string `json:"name"`
	Protocol string `json:"protocol"`
	Port     uint16 `json:"port"`
}

// isolatedJSON holds the IDs of the policies that isolate an entity.
type isolatedJSON struct {
	Ingress []string `json:"ingress"`
	Egress  []string `json:"egress"`
}

type namespaceJSON struct {
	Name   string       `json:"name"`
	Labels model.Labels `json:"labels"`
	Origin string       `json:"origin"`
}

type serviceJSON struct {
	ID       string            `json:"id"`
	Ports    []servicePortJSON `json:"ports"`
	Entities []string          `json:"entities"`
}

// servicePortJSON has a number or a name as TargetPort, as the API does.
type servicePortJSON struct {
	Port       uint16 `json:"port"`
	TargetPort any    `json:"targetPort"`
	Protocol   string `json:"protocol"`
}

type policyJSON struct {
	ID      string `json:"id"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	InForce bool   `json:"inForce"`
	Code    string `json:"code"`
}

type noteJSON struct {
	Entity string `json:"entity"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
}

type notEvaluatedJSON struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Count      int    `json:"count"`
	Policy     bool   `json:"policy"`
}

// MatrixJSON writes a matrix as netpolscope.matrix/v1, with the errors among the
// findings. Connections are between classes of entities, one a line.
func MatrixJSON(out io.Writer, m *reach.Matrix, findings diag.List) error {
	w := newWriter(bufio.NewWriterSize(out, bufferSize), "netpolscope.matrix/v1")
	c := m.Cluster
	w.entities(m)
	w.connections(m)
	list(w, "namespaces", mapped(c.Namespaces, func(n *model.Namespace) namespaceJSON {
		return namespaceJSON{n.Name, labelsOf(n.Labels), n.Origin.String()}
	}))
	list(w, "services", mapped(c.Services, serviceOf))
	list(w, "policies", mapped(c.Policies, func(p *model.Policy) policyJSON {
		at := p.Source.Locate("")
		return policyJSON{p.ID, at.File, at.Start.Line, p.InForce, string(p.Code)}
	}))
	list(w, "notes", mapped(m.Notes(), func(n model.Note) noteJSON {
		return noteJSON{n.Entity, string(n.Reason), n.Text}
	}))
	list(w, "notEvaluated", mapped(c.NotEvaluated, func(n model.NotEvaluated) notEvaluatedJSON {
		return notEvaluatedJSON(n)
	}))
	w.changes(m)
	list(w, "findings", mapped(findings.AtLeast(diag.Error), findingOf))
	return w.close()
}

func (w *writer) entities(m *reach.Matrix) {
	isolated := map[*model.Class]isolatedJSON{}
	list(w, "entities", mapped(m.Cluster.Entities, func(e *model.Entity) any {
		if !e.IsPod() {
			return addressesJSON{e.ID, e.Kind.String(), all(e.Addrs.Prefixes(), stringOf), e.Class.Index}
		}
		by, known := isolated[e.Class]
		if !known {
			by = isolatedJSON{policyIDs(m.IsolatedBy(e, model.Ingress)), policyIDs(m.IsolatedBy(e, model.Egress))}
			isolated[e.Class] = by
		}
		return &podJSON{
			ID: e.ID, Kind: e.Kind.String(), Namespace: e.Namespace.Name, Name: e.Name, Workload: e.Workload,
			Replicas: e.Replicas, Pods: all(e.Pods, same), Labels: labelsOf(e.Labels),
			Ports: all(e.Ports, func(p model.ContainerPort) containerPortJSON {
				return containerPortJSON{p.Name, p.Protocol.String(), p.Port}
			}),
			Origin: e.Origin.String(), HostNetwork: e.HostNetwork, Isolated: by, Class: e.Class.Index,
		}
	}))
}

func stringOf[T interface{ String() string }](v T) string { return v.String() }

func same(s string) string { return s }

func policyIDs(policies []*model.Policy) []string {
	return all(policies, func(p *model.Policy) string { return p.ID })
}

// labelsOf makes absent labels an empty object, since the contract has no null.
func labelsOf(labels model.Labels) model.Labels {
	if labels == nil {
		return model.Labels{}
	}
	return labels
}

func serviceOf(s *model.Service) serviceJSON {
	return serviceJSON{
		ID: s.ID,
		Ports: all(s.Ports, func(p model.ServicePort) servicePortJSON {
			out := servicePortJSON{Port: p.Port, TargetPort: p.TargetPort, Protocol: p.Protocol.String()}
			if p.TargetName != "" {
				out.TargetPort = p.TargetName
			}
			return out
		}),
		Entities: all(s.Entities, func(e *model.Entity) string { return e.ID }),
	}
}

// connections writes the pairs of classes. There can be millions of them, of a few
// kinds: what follows the two numbers is written down once for each kind.
func (w *writer) connections(m *reach.Matrix) {
	w.key("connections")
	w.WriteByte('[')
	kinds := map[reach.Cell][]byte{}
	var last reach.Cell
	var rest []byte
	line := make([]byte, 0, 64)
	between := "\n"
	for c := range m.Connections() {
		if rest == nil || c.Cell != last {
			known, ok := kinds[c.Cell]
			if !ok {
				known = w.kind(c.Cell)
				kinds[c.Cell] = known
			}
			last, rest = c.Cell, known
		}
		line = append(line[:0], between...)
		line = append(line, `{"from":`...)
		line = strconv.AppendInt(line, int64(c.From.Index), 10)
		line = append(line, `,"to":`...)
		line = strconv.AppendInt(line, int64(c.To.Index), 10)
		w.Write(line)
		if _, err := w.Write(rest); err != nil {
			return // close tells it
		}
		between = ",\n"
	}
	w.WriteByte(']')
}

// kind gives what all connections with the same answer end in.
func (w *writer) kind(c reach.Cell) []byte {
	out := append([]byte(`,"all":`), strconv.FormatBool(c.Ports.IsAll())...)
	out = append(out, `,"ports":[`...)
	for i, p := range c.Ports.Intervals() {
		out = appendInterval(out, i, p)
	}
	out = append(out, `],"namedPorts":[`...)
	for i, n := range c.Ports.Names() {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendQuote(out, n.String())
	}
	out = append(out, ']')
	if c.Undefined != "" {
		out = append(out, `,"undefined":`...)
		out = strconv.AppendQuote(out, string(c.Undefined))
	}
	return append(out, '}')
}

func appendInterval(out []byte, i int, p netset.Interval) []byte {
	if i > 0 {
		out = append(out, ',')
	}
	out = append(out, `{"protocol":"`...)
	out = append(out, p.Protocol.String()...)
	out = append(out, `","port":`...)
	out = strconv.AppendUint(out, uint64(p.First), 10)
	out = append(out, `,"endPort":`...)
	out = strconv.AppendUint(out, uint64(p.Last), 10)
	return append(out, '}')
}
