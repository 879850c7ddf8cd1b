package model

import (
	"fmt"
	"strings"
	"sync"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// validate finds what kube-apiserver would refuse in the values of a policy whose
// shape is right. It asks what the server asks, in the server's order, of rules in
// a direction that policyTypes leaves out as well.
// Names of container ports, which only some remedies need, are looked up by portNames;
// it may be nil.
func validate(np *networkingv1.NetworkPolicy, source diag.Locator, title string, kubernetes Version, portNames func() []string) diag.List {
	c := &checker{kubernetes: kubernetes, portNames: portNames}
	c.metadata(&np.ObjectMeta)

	spec := field.NewPath("spec")
	c.selector(&np.Spec.PodSelector, spec.Child("podSelector"))
	for i, r := range np.Spec.Ingress {
		c.rule(spec.Child("ingress").Index(i), Ingress, r.Ports, r.From)
	}
	for i, r := range np.Spec.Egress {
		c.rule(spec.Child("egress").Index(i), Egress, r.Ports, r.To)
	}
	c.policyTypes(np.Spec.PolicyTypes, spec.Child("policyTypes"))
	return findings(c.faults, source, title)
}

// refuses gives the code of the first error that keeps a policy out of force, or ""
// when there is none. A CIDR that only Kubernetes 1.36 and later refuse does not
// count: objects stored before keep working.
func refuses(l diag.List) diag.Code {
	for _, f := range l {
		if f.Severity == diag.Error && f.Code != diag.CIDRHostBits {
			return f.Code
		}
	}
	return ""
}

// checker collects the faults of one policy.
type checker struct {
	kubernetes Version
	portNames  func() []string
	faults     []*fault
}

// fault is a finding whose places are still paths. They are looked up together, since
// each look-up reads the document again.
type fault struct {
	code            diag.Code
	severity        diag.Severity
	summary, detail string
	// field is what the server names; place is the same or a narrower one.
	field, place string
	// remedy says what edits do; both are empty when there is nothing to offer.
	remedy string
	edits  []edit
	// change gives the edits of a remedy that is more than other values. It is asked
	// once the object's text is open; nil without such a remedy.
	change func(manifest.Part) []diag.Edit
	// better are remedies that are tried first.
	better []better
}

// edit gives a field another text.
type edit struct{ field, text string }

// refuse records that the API server answers with errs, which are about one field.
// The fault is returned so that a remedy can be added.
func (c *checker) refuse(code diag.Code, summary string, errs ...*field.Error) *fault {
	f := &fault{
		code:    code,
		summary: summary,
		detail:  "The API server answers: " + answer(errs),
		field:   errs[0].Field,
		place:   errs[0].Field,
	}
	c.faults = append(c.faults, f)
	return f
}

// findings looks up the places of faults.
func findings(faults []*fault, source diag.Locator, title string) diag.List {
	if len(faults) == 0 {
		return nil
	}
	var places []string
	for _, f := range faults {
		places = append(places, f.place)
		for _, e := range f.edits {
			places = append(places, e.field)
		}
	}
	ranges := manifest.LocateAll(source, places)
	next := func() diag.Range {
		r := ranges[0]
		ranges = ranges[1:]
		return r
	}
	object := sync.OnceValue(func() manifest.Part { return manifest.Written(source) })
	changes := 0
	list := make(diag.List, len(faults))
	for i, f := range faults {
		list[i] = diag.Finding{
			Code: f.code, Severity: f.severity, Range: next(), Object: title, Field: f.field, Summary: f.summary, Detail: f.detail,
		}
		fix := &diag.Fix{Text: f.remedy}
		replaceable := len(f.edits) > 0
		for _, e := range f.edits {
			r := next()
			// A value that is not written has no text to replace.
			replaceable = replaceable && r.Start != r.End
			fix.Edits = append(fix.Edits, diag.Edit{Range: r, NewText: e.text})
		}
		if (f.change != nil || f.better != nil) && changes < mostChanges {
			changes++
			if f.change != nil {
				fix.Edits = f.change(object())
				replaceable = len(fix.Edits) > 0
			}
			for _, b := range f.better {
				if edits := b.change(object()); edits != nil {
					fix, replaceable = &diag.Fix{Text: b.remedy, Edits: edits}, true
					break
				}
			}
		}
		if replaceable {
			list[i].Fix = manifest.Remedy(source, fix)
		}
	}
	return list
}

// answer gives what kubectl prints behind the field path; several complaints about
// one value name the value once.
func answer(errs []*field.Error) string {
	var b strings.Builder
	for i, err := range errs {
		switch {
		case i == 0:
			b.WriteString(err.ErrorBody())
		case err.Type == errs[i-1].Type && err.BadValue == errs[i-1].BadValue:
			b.WriteString("; " + err.Detail)
		default:
			b.WriteString("; " + err.ErrorBody())
		}
	}
	return b.String()
}

// invalid gives the server's answers to a text that breaks several rules at once.
func invalid(path *field.Path, value any, messages []string) []*field.Error {
	if text, ok := value.(string); ok {
		value = shorten(text)
	}
	errs := make([]*field.Error, len(messages))
	for i, m := range messages {
		errs[i] = field.Invalid(path, value, m)
	}
	return errs
}

// setTo offers another value for the field that a fault is about.
func (f *fault) setTo(value string) {
	text := written(f.field, value)
	f.remedy, f.edits = fmt.Sprintf("Write `%s`", text), []edit{{f.field, text}}
}

// written gives the text of a field with a value. The range of a field that has a
// key begins at the key; an item of a list has none.
func written(path, value string) string {
	if strings.HasSuffix(path, "]") {
		return value
	}
	return path[strings.LastIndex(path, ".")+1:] + ": " + value
}

func (c *checker) rule(path *field.Path, d Direction, ports []networkingv1.NetworkPolicyPort, peers []networkingv1.NetworkPolicyPeer) {
	for i := range ports {
		c.port(&ports[i], path.Child("ports").Index(i))
	}
	for i := range peers {
		c.peer(&peers[i], path.Child(d.PeerField()).Index(i), d)
	}
}

func (c *checker) peer(p *networkingv1.NetworkPolicyPeer, path *field.Path, d Direction) {
	if p.PodSelector != nil {
		c.selector(p.PodSelector, path.Child("podSelector"))
	}
	if p.NamespaceSelector != nil {
		c.selector(p.NamespaceSelector, path.Child("namespaceSelector"))
	}
	if p.IPBlock != nil {
		c.ipBlock(p.IPBlock, path.Child("ipBlock"))
	}

	selects := p.PodSelector != nil || p.NamespaceSelector != nil
	switch {
	case p.IPBlock == nil && !selects:
		f := c.refuse(diag.EmptyOrMixedPeer,
			fmt.Sprintf("An entry of `%s` must name somebody: write `podSelector: {}` for all pods of this namespace or `namespaceSelector: {}` for all pods.", d.PeerField()),
			field.Required(path, "must specify a peer"))
		f.setTo("{podSelector: {}}")
		for _, name := range []string{"podSelector", "namespaceSelector"} {
			f.changeIf(fmt.Sprintf("Write `%s: {}`", name), func(o manifest.Part) []diag.Edit { return partAt(o, path.Child(name)).Set("{}") })
		}
	case p.IPBlock != nil && selects:
		f := c.refuse(diag.EmptyOrMixedPeer,
			"`ipBlock` cannot be combined with a selector in one entry: make two entries.",
			field.Forbidden(path, "may not specify both ipBlock and another peer"))
		f.remedy, f.change = "Make two entries", func(o manifest.Part) []diag.Edit { return splitPeer(partAt(o, path)) }
	}
}

func (c *checker) policyTypes(types []networkingv1.PolicyType, path *field.Path) {
	names := []string{string(networkingv1.PolicyTypeIngress), string(networkingv1.PolicyTypeEgress)}
	if len(types) > len(names) {
		// The server does not look at the entries then. It does not mind the same one
		// twice.
		f := c.refuse(diag.BadPolicyType,
			fmt.Sprintf("`policyTypes` has %d entries and may have two: write `[Ingress, Egress]`, or one of them.", len(types)),
			field.Invalid(path, types, "may not specify more than two policyTypes"))
		f.remedy, f.change = "Write each type once", func(o manifest.Part) []diag.Edit { return partAt(o, path).Set(eachOnce(types)) }
		return
	}
	for i, t := range types {
		if t == networkingv1.PolicyTypeIngress || t == networkingv1.PolicyTypeEgress {
			continue
		}
		server := field.NotSupported(path.Index(i), shorten(string(t)), names)
		if meant := nearest(string(t), names...); meant != "" {
			f := c.refuse(diag.BadPolicyType,
				fmt.Sprintf("%s is not a policy type; write `%s` (capital first letter, two s).", shown(string(t)), meant), server)
			f.setTo(meant)
			continue
		}
		c.refuse(diag.BadPolicyType,
			fmt.Sprintf("%s is not a policy type; write `Ingress` or `Egress`.", shown(string(t))), server)
	}
}
