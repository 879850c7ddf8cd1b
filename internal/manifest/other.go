package manifest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	sjson "sigs.k8s.io/json"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/netset"
)

type jsonRaw = json.RawMessage

// workload holds the fields of every workload kind; each has some of them.
type workload struct {
	Metadata Meta         `json:"metadata"`
	Spec     workloadSpec `json:"spec"`
}

type workloadSpec struct {
	Replicas    *int32                `json:"replicas"`
	Parallelism *int32                `json:"parallelism"`
	Selector    *metav1.LabelSelector `json:"selector"`
	Template    PodTemplate           `json:"template"`
	JobTemplate struct {
		Spec struct {
			Parallelism *int32      `json:"parallelism"`
			Template    PodTemplate `json:"template"`
		} `json:"spec"`
	} `json:"jobTemplate"`
}

// controller is a ReplicationController, whose selector is a plain map.
type controller struct {
	Metadata Meta `json:"metadata"`
	Spec     struct {
		Replicas *int32            `json:"replicas"`
		Selector map[string]string `json:"selector"`
		Template PodTemplate       `json:"template"`
	} `json:"spec"`
}

// projection gives an empty value for the fields of a kind that are read.
func projection(kind string) any {
	switch kind {
	case "Namespace":
		return &Namespace{}
	case "Pod":
		return &Pod{}
	case "Service":
		return &Service{}
	case "Ingress":
		return &Ingress{}
	case "Node":
		return &Node{}
	case "ReplicationController":
		return &controller{}
	}
	return &workload{}
}

// other reads an object of another kind than NetworkPolicy: only the fields that
// matter here, and only their shape and the syntax of names and labels.
func (r *reader) other(text []byte, path string, tm typeMeta) {
	into := projection(tm.Kind)
	before := r.errors
	if err := sjson.UnmarshalCaseSensitivePreserveInts(text, into); err != nil {
		r.wrongShapes(path, tm, reflect.TypeOf(into).Elem(), err)
		return
	}
	value, meta, templates := finish(tm.Kind, into)
	r.texts.meta(meta)
	o := Object{
		APIVersion: tm.APIVersion, Kind: tm.Kind, Namespace: meta.Namespace, Name: meta.Name, Value: value,
		Source: &source{doc: r.doc, path: path, listing: r.listing},
	}
	c := checker{r: r, path: path, title: o.Title()}
	c.meta(tm.Kind, meta)
	for _, t := range templates {
		r.texts.meta(t.meta)
		c.labels(t.field, t.meta.Labels)
	}
	if p, ok := value.(*Pod); ok {
		r.texts.pod(&p.Spec)
		p.Ports = p.Spec.DeclaredPorts()
		c.addresses(p)
	}
	if r.errors == before {
		r.objects = append(r.objects, o)
	}
}

// template is the metadata of a pod template and where it stands.
type template struct {
	field string
	meta  *Meta
}

// finish turns a projection into the value that is handed out. A name that the
// server would generate is taken from its prefix.
func finish(kind string, into any) (value any, meta *Meta, templates []template) {
	switch v := into.(type) {
	case *Namespace:
		value, meta = v, &v.Metadata
		meta.Namespace = ""
	case *Node:
		value, meta = v, &v.Metadata
		meta.Namespace = ""
	case *Service:
		value, meta = v, &v.Metadata
	case *Ingress:
		value, meta = v, &v.Metadata
	case *Pod:
		value, meta = v, &v.Metadata
	case *controller:
		w := &Workload{Kind: kind, Metadata: v.Metadata, Replicas: v.Spec.Replicas, Template: v.Spec.Template}
		if v.Spec.Selector != nil {
			w.Selector = &metav1.LabelSelector{MatchLabels: v.Spec.Selector}
		}
		value, meta = w, &w.Metadata
		templates = []template{{"spec.template.metadata.labels", &w.Template.Metadata}}
	case *workload:
		w := &Workload{
			Kind: kind, Metadata: v.Metadata, Replicas: v.Spec.Replicas, Selector: v.Spec.Selector, Template: v.Spec.Template,
		}
		field := "spec.template.metadata.labels"
		switch kind {
		case "Job":
			w.Replicas = v.Spec.Parallelism
		case "CronJob":
			w.Replicas, w.Template, w.Selector = v.Spec.JobTemplate.Spec.Parallelism, v.Spec.JobTemplate.Spec.Template, nil
			field = "spec.jobTemplate.spec.template.metadata.labels"
		}
		value, meta = w, &w.Metadata
		templates = []template{{field, &w.Template.Metadata}}
	}
	if meta.Name == "" {
		meta.Name = meta.GenerateName
	}
	return value, meta, templates
}

// checker checks the syntax of an object's names and labels.
type checker struct {
	r           *reader
	path, title string
}

func (c *checker) bad(field, summary, detail string) {
	if c.r.counted() {
		return
	}
	c.r.report(diag.Finding{
		Code: diag.BadObject, Severity: diag.Error, Range: c.r.at(c.path, field), Object: c.title, Field: field,
		Summary: summary, Detail: strings.TrimSpace(detail + " The object is left out of the evaluation."),
	})
}

func (c *checker) meta(kind string, m *Meta) {
	// A generated name ends in a dash until the server adds to it.
	name := m.Name
	if m.GenerateName != "" && name == m.GenerateName {
		name = strings.TrimSuffix(name, "-")
	}
	var problems []string
	switch {
	case plainName(name):
	case kind == "Namespace":
		problems = validation.IsDNS1123Label(name)
	default:
		problems = validation.IsDNS1123Subdomain(name)
	}
	switch {
	case m.Name == "":
		c.title = kind
		c.bad("metadata.name", fmt.Sprintf("This %s has no name.", kind), "Write `metadata.name`.")
	case len(problems) > 0:
		c.bad("metadata.name", fmt.Sprintf("The name `%s` is not allowed: use small letters, digits and dashes.", short(m.Name)), "")
	}
	if m.Namespace != "" && !plainName(m.Namespace) && len(validation.IsDNS1123Label(m.Namespace)) > 0 {
		c.bad("metadata.namespace", fmt.Sprintf("The namespace `%s` is not allowed: use small letters, digits and dashes.", short(m.Namespace)), "")
	}
	c.labels("metadata.labels", m.Labels)
}

func (c *checker) labels(field string, labels map[string]string) {
	plain := true
	for key, value := range labels {
		plain = plain && plainWord(key) && (value == "" || plainWord(value))
	}
	if plain {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		value := labels[key]
		if problems := validation.IsQualifiedName(key); len(problems) > 0 {
			c.bad(field+"."+key, fmt.Sprintf("The label key `%s` is not allowed: %s.", short(key), problems[0]), "")
		}
		if problems := validation.IsValidLabelValue(value); len(problems) > 0 {
			c.bad(field+"."+key, fmt.Sprintf("The label value `%s` of `%s` is not allowed: %s.", short(value), short(key), problems[0]), "")
		}
	}
}

// plainName reports that a name is one that every validator takes, and spares their
// patterns for nearly all names there are.
func plainName(s string) bool {
	for i := range len(s) {
		if b := s[i]; !('a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '-' && i > 0 && i < len(s)-1) {
			return false
		}
	}
	return 0 < len(s) && len(s) <= validation.DNS1123LabelMaxLength
}

// plainWord does so for the keys without a prefix and the values of labels.
func plainWord(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9':
		case i > 0 && i < len(s)-1 && (b == '-' || b == '_' || b == '.'):
		default:
			return false
		}
	}
	return 0 < len(s) && len(s) <= validation.LabelValueMaxLength
}

// addresses reads the addresses of a pod's status.
func (c *checker) addresses(p *Pod) {
	addrs := make([]netip.Addr, 0, 4)
	add := func(field, address string) {
		if address == "" {
			return
		}
		addr, err := netip.ParseAddr(address)
		if err != nil {
			c.bad(field, fmt.Sprintf("`%s` is not an IP address.", short(address)), "")
			return
		}
		addrs = append(addrs, addr.Unmap().WithZone(""))
	}
	add("status.podIP", p.Status.PodIP)
	for i, ip := range p.Status.PodIPs {
		if len(addrs) == 0 || ip.IP != p.Status.PodIP {
			add(indexed("status.podIPs", i)+".ip", ip.IP)
		}
	}
	own := len(addrs)
	add("status.hostIP", p.Status.HostIP)
	for i, ip := range p.Status.HostIPs {
		if len(addrs) == own || ip.IP != p.Status.HostIP {
			add(indexed("status.hostIPs", i)+".ip", ip.IP)
		}
	}
	if own > 0 || !p.Spec.HostNetwork {
		addrs = addrs[:own]
	}
	p.Addrs = netset.FromAddrs(addrs...)
}

// wrongShapes reports every field of an object that has another shape than its kind
// gives it.
func (r *reader) wrongShapes(path string, tm typeMeta, t reflect.Type, err error) {
	title := strings.TrimSpace(tm.Kind + " " + r.objectName(path))
	t2 := r.nodes()
	if t2 != nil {
		_, node := t2.find(path)
		w := newWalker(false)
		w.walk(node, t, place{})
		said := false
		for _, f := range w.faults {
			if f.kind == duplicateKey {
				continue
			}
			if said = true; r.counted() {
				continue
			}
			finding := describer{t: t2}.describe(f)
			finding.Object = title
			finding.Detail = strings.TrimSpace(finding.Detail + " The object is left out of the evaluation.")
			r.report(finding)
		}
		if said {
			return
		}
	}
	r.report(diag.Finding{
		Code: diag.BadObject, Severity: diag.Error, Range: r.at(path, ""), Object: title,
		Summary: fmt.Sprintf("This %s cannot be read: %s.", tm.Kind, err),
		Detail:  "The object is left out of the evaluation.",
	})
}
