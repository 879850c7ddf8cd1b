package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// remains says what a policy would mean if a key that the API does not know were
// ignored, as it is by servers that are not asked to be strict.
func (d describer) remains(f fault) string {
	const neutral = "the rest would be stored as it stands"
	if unwieldy(f.mapping) || d.root == nil {
		return neutral
	}
	in := d.find(above(f.path, f.name, 1))
	if !in.IsWritten() {
		return neutral
	}
	switch {
	case f.parent == selectorType:
		return d.remainsOfSelector(f, in)
	case f.parent == peerType:
		return d.remainsOfPeer(f, in)
	case isRule(f.parent):
		return d.remainsOfRule(f, in)
	case f.parent == portType:
		return d.remainsOfPort(in)
	case f.parent == blockType:
		return d.remainsOfBlock(f, in)
	case f.parent == specType:
		return d.remainsOfSpec(f, in)
	case f.parent == requirementType && (!d.has(in, "key") || !d.has(in, "operator")):
		return "the entry would lack its `key` or `operator`, and the API server refuses that too"
	case f.parent == metadataType && !d.has(in, "name") && !d.has(in, "generateName"):
		return "the policy would have no name, and the API server refuses that too"
	case f.parent == metadataType && suggestion(f) == "namespace":
		return "the policy would land in the namespace that kubectl uses at that moment"
	case f.parent == policyType && !d.has(in, "metadata"):
		return "the policy would have no name, and the API server refuses that too"
	case f.parent == policyType && !d.has(in, "spec"):
		return "the policy would have no rules: it would choose every pod of its namespace and let nobody in"
	case f.parent == policyType && f.name == "status":
		return "nothing would change"
	case f.parent == policyType && homes[f.name] == "`spec`":
		return d.remainsOfSpec(f, d.step(in, "spec"))
	}
	return neutral
}

func (d describer) remainsOfSelector(f fault, in Part) string {
	holder := holderName(f.path, f.name)
	for _, known := range []string{"matchLabels", "matchExpressions"} {
		if d.has(in, known) {
			return fmt.Sprintf("`%s` would go by its `%s` alone", holder, known)
		}
	}
	peer := d.find(above(f.path, f.name, 2))
	switch {
	case above(f.path, f.name, 1) == "spec.podSelector":
		return "`podSelector` would be `{}` and choose every pod of the policy's namespace"
	case holder == "podSelector" && d.has(peer, "namespaceSelector"):
		return "`podSelector` would be `{}`: every pod of the namespaces that `namespaceSelector` chooses"
	case holder == "podSelector":
		return "`podSelector` would be `{}`: every pod of the policy's own namespace"
	case d.has(peer, "podSelector"):
		return "`namespaceSelector` would be `{}`: the pods that `podSelector` chooses, in every namespace"
	}
	return "`namespaceSelector` would be `{}`: every pod of every namespace"
}

func (d describer) remainsOfPeer(f fault, in Part) string {
	meant := suggestion(f)
	if slices.Contains([]string{"ports", "port", "protocol", "endPort"}, f.name) {
		if d.has(d.find(above(f.path, f.name, 2)), "ports") {
			return "the rule's own `ports` alone would count"
		}
		return "this rule would open every port"
	}
	pods, namespaces := d.has(in, "podSelector"), d.has(in, "namespaceSelector")
	switch {
	case d.has(in, "ipBlock"):
		return "the entry would go by its `ipBlock` alone"
	case pods && !namespaces && meant == "namespaceSelector":
		return "the entry would mean pods of the policy's own namespace only"
	case namespaces && !pods:
		return "the entry would mean every pod of the namespaces that `namespaceSelector` chooses"
	case pods && namespaces:
		return "the entry would go by its two selectors alone"
	case pods:
		return "the entry would go by its `podSelector` alone"
	}
	return "the entry would name nobody, and the API server refuses that too"
}

func (d describer) remainsOfRule(f fault, in Part) string {
	field, all, some := "from", "let everybody in", "let everybody in on the listed ports"
	if typeOfRule(f.parent) == "Egress" {
		field, all, some = "to", "open every destination", "open every destination on the listed ports"
	}
	peers, ports := d.step(in, field), d.step(in, "ports")
	anyPeer := peers.IsEmpty() || !peers.IsWritten()
	anyPort := ports.IsEmpty() || !ports.IsWritten()
	denied := ""
	if isDeny(f.name) {
		denied = ", so that it opens what it was meant to close"
	}
	switch {
	case anyPeer && anyPort && !peers.IsWritten() && !ports.IsWritten():
		return "the rule would be `{}` and " + all + " on every port"
	case anyPeer && anyPort:
		return "the rule would " + all + " on every port"
	case anyPort:
		return fmt.Sprintf("the rule would open every port for what `%s` lists%s", field, denied)
	case anyPeer:
		return "the rule would " + some
	case denied != "":
		return fmt.Sprintf("the rule would allow what it lists%s", denied)
	}
	return fmt.Sprintf("the rule would go by its `%s` and `ports` alone", field)
}

func (d describer) remainsOfPort(in Part) string {
	protocol := "TCP"
	if p := d.step(in, "protocol"); p.Text() != "" {
		protocol = short(p.Text())
	}
	if port := d.step(in, "port"); port.Text() != "" {
		return fmt.Sprintf("the entry would mean %s port %s alone", protocol, short(port.Text()))
	}
	return fmt.Sprintf("the entry would open every %s port", protocol)
}

func (d describer) remainsOfBlock(f fault, in Part) string {
	cidr := d.step(in, "cidr")
	switch {
	case cidr.Text() == "":
		return "the block would have no `cidr`, and the API server refuses that too"
	case d.has(in, "except") || suggestion(f) != "except":
		return fmt.Sprintf("the block would go by what else it says: `cidr: %s`", short(cidr.Text()))
	}
	return fmt.Sprintf("all of `%s` would count, with nothing taken out", short(cidr.Text()))
}

func (d describer) remainsOfSpec(f fault, spec Part) string {
	field := suggestion(f)
	switch f.name {
	case "podSelector", "policyTypes", "ingress", "egress":
		field = f.name
	case "from":
		field = "ingress"
	case "to":
		field = "egress"
	}
	types := d.policyTypes(spec)
	switch {
	case strings.EqualFold(f.name, "namespaceSelector") && d.chooses(spec):
		return "the policy would be about the pods that `podSelector` chooses in its own namespace"
	case strings.EqualFold(f.name, "namespaceSelector"):
		return "the policy would be about every pod of its own namespace"
	case field == "podSelector" && !d.chooses(spec):
		return "the policy would choose every pod of its namespace"
	case field == "policyTypes" && !d.has(spec, "policyTypes"):
		return "`policyTypes` would follow from the rules: " + strings.Join(types, " and ")
	case field == "ingress" && !d.has(spec, "ingress") && slices.Contains(types, "Ingress"):
		return "no rule would let anybody in to the chosen pods"
	case field == "egress" && !d.has(spec, "egress") && slices.Contains(types, "Egress"):
		return "no rule would let the chosen pods call anybody"
	case field == "egress" && !d.has(spec, "egress"):
		return "everything that leaves the chosen pods would stay open, since nothing makes the policy about egress"
	case isDeny(f.name):
		return "the rules would allow what they list all the same"
	}
	return "the rest would be stored as it stands"
}

// chooses reports whether a spec has a podSelector that is not empty.
func (d describer) chooses(spec Part) bool {
	s := d.step(spec, "podSelector")
	return s.IsWritten() && !s.IsEmpty()
}

// policyTypes gives the types that a spec has, or gets from its rules.
func (d describer) policyTypes(spec Part) (types []string) {
	written := d.step(spec, "policyTypes").content().Content
	for _, n := range written[:min(len(written), 2)] {
		types = append(types, resolveAlias(n).Value)
	}
	if len(types) > 0 {
		return types
	}
	egress := d.step(spec, "egress")
	if egress.IsWritten() && !egress.IsEmpty() {
		return []string{"Ingress", "Egress"}
	}
	return []string{"Ingress"}
}
