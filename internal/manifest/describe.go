package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// describe puts a fault into words. Faults of a NetworkPolicy have codes of their own;
// another object with a wrong shape is a bad object.
func describe(t *tree, f fault, policy bool) diag.Finding {
	found := diag.Finding{Severity: diag.Error, Field: f.path, Range: t.node(f.value)}
	if (f.kind == wrongShape || f.kind == badKey) && t.isTemplate(f.value) {
		found.Code = diag.YAMLDoesNotParse
		found.Summary = fmt.Sprintf("Line %d still holds a template placeholder – render the chart first and paste the result.", found.Range.Start.Line)
		return found
	}
	switch f.kind {
	case duplicateKey:
		describeDuplicate(t, f, &found)
	case unknownField:
		found.Range = t.node(f.key)
		describeUnknown(t, f, &found)
	case badKey:
		found.Code = diag.BadObject
		found.Summary = fmt.Sprintf("The key on line %d is not text.", found.Range.Start.Line)
	default:
		describeShape(t, f, &found, policy)
	}
	return found
}

// isTemplate reports whether a value is the placeholder of a template, which YAML
// takes for a map within a map.
func (t *tree) isTemplate(n *yaml.Node) bool {
	text, from := t.doc.text, t.offset(n)
	return bytes.HasPrefix(text[from:], []byte("{{")) || from > 0 && bytes.HasPrefix(text[from-1:], []byte("{{"))
}

// describePolicy puts the faults of a policy into words. Keys that lost their
// indentation together are one mistake, and so are the labels of one selector.
func describePolicy(t *tree, root *yaml.Node, faults []fault) diag.List {
	var out diag.List
	var lost []fault
	lostAt := 0
	labels := map[*yaml.Node]int{}
	for _, f := range faults {
		if f.kind == unknownField && f.parent == policyType && homes[f.name] != "" {
			if lost = append(lost, f); len(lost) == 1 {
				lostAt = len(out)
				out = append(out, diag.Finding{})
			}
			continue
		}
		found := describe(t, f, true)
		if found.Code == diag.LabelWithoutMatchLabels {
			if i, again := labels[f.mapping]; again {
				out[i].Related = append(out[i].Related, diag.Related{Range: found.Range, Text: "so is this label"})
				continue
			}
			labels[f.mapping] = len(out)
		}
		out = append(out, found)
	}
	if len(lost) > 0 {
		out[lostAt] = describeLost(t, root, lost)
	}
	return out
}

func describeLost(t *tree, root *yaml.Node, lost []fault) diag.Finding {
	found := diag.Finding{
		Code: diag.LostIndentation, Severity: diag.Error, Range: t.node(lost[0].key), Field: lost[0].path,
		Fix: t.underParents(root, lost),
	}
	var names, parents []string
	for _, f := range lost {
		names = append(names, "`"+f.name+"`")
		if p := "`" + homeOf(f.name) + ":`"; !slices.Contains(parents, p) {
			parents = append(parents, p)
		}
		if f.path != found.Field {
			found.Related = append(found.Related, diag.Related{Range: t.node(f.key), Text: "this key too"})
		}
	}
	stand := "stands at the left margin; it"
	if len(names) > 1 {
		stand = "stand at the left margin; they"
	}
	found.Summary = fmt.Sprintf("%s %s must be indented under %s, otherwise the policy has no name or no rules.",
		strings.Join(names, ", "), stand, strings.Join(parents, " and "))
	return found
}

func describeDuplicate(t *tree, f fault, found *diag.Finding) {
	found.Code, found.Severity = diag.DuplicateKey, diag.Warning
	found.Range = t.node(f.key)
	first := t.node(f.first)
	found.Summary = fmt.Sprintf("`%s` is written twice (lines %d and %d); only the last one counts and the first disappears without a word.",
		f.path, first.Start.Line, found.Range.Start.Line)
	found.Related = []diag.Related{{Range: first, Text: "the one that disappears"}}
	switch f.path {
	case "apiVersion", "kind", "metadata", "spec":
		found.Detail = "If these are two objects, put a line `---` between them."
	default:
		found.Detail = "Write the key once and put everything under it."
	}
}

var (
	policyType   = reflect.TypeFor[networkingv1.NetworkPolicy]()
	specType     = reflect.TypeFor[networkingv1.NetworkPolicySpec]()
	ingressType  = reflect.TypeFor[networkingv1.NetworkPolicyIngressRule]()
	egressType   = reflect.TypeFor[networkingv1.NetworkPolicyEgressRule]()
	peerType     = reflect.TypeFor[networkingv1.NetworkPolicyPeer]()
	portType     = reflect.TypeFor[networkingv1.NetworkPolicyPort]()
	blockType    = reflect.TypeFor[networkingv1.IPBlock]()
	selectorType = reflect.TypeFor[metav1.LabelSelector]()
)

// typeWords name the types of a policy as a person would.
var typeWords = map[reflect.Type]string{
	policyType:                           "a NetworkPolicy",
	specType:                             "the spec of a NetworkPolicy",
	reflect.TypeFor[metav1.ObjectMeta](): "metadata",
	ingressType:                          "an ingress rule",
	egressType:                           "an egress rule",
	peerType:                             "an entry of `from` or `to`",
	portType:                             "an entry of `ports`",
	blockType:                            "an ipBlock",
	selectorType:                         "a selector",
	reflect.TypeFor[metav1.LabelSelectorRequirement](): "a matchExpressions entry",
}

func nounOf(t reflect.Type) string {
	if w, ok := typeWords[t]; ok {
		return w
	}
	return "this object"
}

// homes says where the fields of a policy belong.
var homes = map[string]string{
	"name": "`metadata`", "namespace": "`metadata`", "labels": "`metadata`", "annotations": "`metadata`",
	"podSelector": "`spec`, or an entry of `from` or `to`", "policyTypes": "`spec`", "ingress": "`spec`", "egress": "`spec`",
	"from": "an ingress rule", "to": "an egress rule", "ports": "the rule, beside `from` or `to`",
	"port": "an entry of `ports`", "protocol": "an entry of `ports`", "endPort": "an entry of `ports`",
	"namespaceSelector": "an entry of `from` or `to`", "ipBlock": "an entry of `from` or `to`",
	"cidr": "an ipBlock", "except": "an ipBlock",
	"matchLabels": "a selector", "matchExpressions": "a selector",
}

// meant lists words that people write for a field.
var meant = map[string]string{
	"matchlabel": "matchLabels", "matchlabels": "matchLabels", "labels": "matchLabels", "labelselector": "matchLabels", "selector": "matchLabels",
	"matchexpression": "matchExpressions", "expressions": "matchExpressions",
	"podselector": "podSelector", "podselectors": "podSelector", "pods": "podSelector",
	"namespaceselector": "namespaceSelector", "nsselector": "namespaceSelector", "namespace": "namespaceSelector", "namespaces": "namespaceSelector",
	"ipblock": "ipBlock", "ipblocks": "ipBlock", "ip": "ipBlock", "ips": "ipBlock", "cidrblock": "ipBlock",
	"cidrs": "cidr", "range": "cidr", "cidr": "cidr",
	"excepts": "except", "exclude": "except", "excluding": "except", "not": "except",
	"policytype": "policyTypes", "policytypes": "policyTypes", "types": "policyTypes",
	"endport": "endPort", "toport": "endPort", "portrange": "endPort",
	"targetport": "port", "containerport": "port", "serviceport": "port",
	"source": "from", "sources": "from", "destination": "to", "destinations": "to",
}

// denies are the words of other firewalls that a NetworkPolicy does not know.
var denies = []string{"action", "deny", "allow", "priority", "order", "log"}

// impossible are wishes that a NetworkPolicy cannot grant.
var impossible = []string{"fqdn", "fqdns", "host", "hosts", "dns", "service", "services", "serviceSelector", "serviceAccount", "serviceAccountSelector", "nodeSelector", "node"}

func describeUnknown(t *tree, f fault, found *diag.Finding) {
	name := f.name
	parent := nounOf(f.parent)
	ignored := " If it were ignored, " + whatRemains(f) + "."
	rename := func(to string) {
		if unwieldy(f.mapping) {
			return
		}
		for i := 0; i+1 < len(f.mapping.Content); i += 2 {
			if keyText(f.mapping.Content[i]) == to {
				return // a second one would undo the first
			}
		}
		found.Fix = &diag.Fix{Text: fmt.Sprintf("Rename `%s` to `%s`", short(name), to), Edits: []diag.Edit{{Range: found.Range, NewText: to}}}
	}
	home, known := homes[name]
	switch {
	case f.parent == specType && name == "namespaceSelector":
		found.Code = diag.NamespaceSelectorOnSpec
		found.Summary = "A policy cannot choose namespaces for itself: `spec.namespaceSelector` does not exist, the policy always works in its own namespace."
		found.Detail = "Write one copy of the policy per namespace, each with its own `metadata.namespace`."
		found.Fix = t.remove(name, f.key, f.value)
	case (f.parent == specType || f.parent == ingressType || f.parent == egressType) && slices.Contains(denies, name):
		found.Code = diag.DenyRule
		found.Summary = fmt.Sprintf("NetworkPolicy has no `%s`: rules can only allow; to deny, select the pods and do not list the traffic.", name)
		found.Detail = strings.TrimSpace(ignored)
		if f.parent == specType || len(f.mapping.Content) > 2 {
			found.Fix = t.remove(name, f.key, f.value)
		}
	case f.parent == ingressType && name == "to" || f.parent == egressType && name == "from":
		right := map[string]string{"to": "from", "from": "to"}[name]
		found.Code = diag.FieldInWrongPlace
		found.Summary = fmt.Sprintf("`%s` does not belong to %s; write `%s` there.%s", name, parent, right, ignored)
		rename(right)
	case f.parent == selectorType && known && name != "matchLabels" && name != "labels" && name != "name" && name != "namespace":
		found.Code = diag.FieldInWrongPlace
		found.Summary = fmt.Sprintf("`%s` does not belong to a selector but to %s.%s", name, home, ignored)
	case f.parent == selectorType && suggestion(f) == "" && resolveAlias(f.value).Kind == yaml.ScalarNode:
		found.Code = diag.LabelWithoutMatchLabels
		value := short(resolveAlias(f.value).Value)
		found.Summary = fmt.Sprintf("The selector must say `matchLabels:` before `%s: %s`; ignored, it would choose everything.", short(name), value)
		found.Detail = fmt.Sprintf("Write `matchLabels: {%s: %s}`.", short(name), value)
		found.Fix = t.withMatchLabels(f.mapping)
	case f.parent == policyType && name == "status":
		found.Code = diag.UnknownField
		found.Summary = "`status` is not a field of a NetworkPolicy any more; remove it. If it were ignored, nothing would change."
		found.Fix = t.remove(name, f.key, f.value)
	case known && belongsElsewhere(f.parent, name):
		found.Code = diag.FieldInWrongPlace
		found.Summary = fmt.Sprintf("`%s` does not belong to %s but to %s.%s", name, parent, home, ignored)
	case slices.Contains(impossible, name):
		found.Code = diag.UnknownField
		found.Summary = fmt.Sprintf("`%s` is not a field of %s: a NetworkPolicy knows pods by their labels, namespaces by theirs, and address ranges.", name, parent)
	default:
		found.Code = diag.UnknownField
		found.Summary = fmt.Sprintf("`%s` is not a field of %s", short(f.path), parent)
		if s := suggestion(f); s != "" {
			found.Summary += fmt.Sprintf("; did you mean `%s`?", s)
			rename(s)
		} else {
			found.Summary += "."
		}
		found.Summary += ignored
	}
}

// belongsElsewhere reports whether a known field under a part of a policy has its
// place in another part of it.
func belongsElsewhere(parent reflect.Type, name string) bool {
	switch parent {
	case specType:
		return name != "name" && name != "namespace" && name != "labels" && name != "annotations"
	case ingressType, egressType:
		return true
	case peerType:
		return name != "namespace" && name != "name" && name != "labels"
	case portType, blockType:
		return name != "name" && name != "namespace" && name != "labels"
	}
	return false
}

// whatRemains says what an unknown field would leave behind.
func whatRemains(f fault) string {
	const neutral = "the rest would be stored without it"
	if unwieldy(f.mapping) {
		return neutral
	}
	others := 0
	fields := structFields(f.parent)
	for i := 0; i+1 < len(f.mapping.Content); i += 2 {
		if _, known := fields[keyText(f.mapping.Content[i])]; known {
			others++
		}
	}
	switch {
	case f.parent == selectorType && others == 0:
		return "the selector would be empty and choose everything"
	case f.parent == peerType && others == 0:
		return "the entry would name nobody and be refused"
	case (f.parent == ingressType || f.parent == egressType) && others == 0:
		return "the rule would be empty and allow everything"
	case f.parent == portType && others == 0:
		return "every TCP port would be open"
	}
	return neutral
}

// unwieldy reports whether a mapping is too large to be looked through for each of its
// faults. No honest object comes near.
func unwieldy(n *yaml.Node) bool { return len(n.Content) > 2*findingCeiling }

// suggestion gives the field of the parent that a word most likely stands for.
func suggestion(f fault) string {
	fields := slices.Sorted(maps.Keys(structFields(f.parent)))
	for _, field := range fields {
		if strings.EqualFold(field, f.name) {
			return field
		}
	}
	if m := meant[strings.ToLower(f.name)]; m != "" && slices.Contains(fields, m) {
		return m
	}
	best, nearest := 3, ""
	for _, field := range fields {
		if d := distance(strings.ToLower(field), strings.ToLower(f.name)); d < best && d < len(f.name) {
			best, nearest = d, field
		}
	}
	return nearest
}

var (
	portValueType  = reflect.TypeFor[intstr.IntOrString]()
	jsonNumberType = reflect.TypeFor[json.Number]()
	wholeNumber    = regexp.MustCompile(`^[0-9]+$`)
)

func describeShape(t *tree, f fault, found *diag.Finding, policy bool) {
	value := resolveAlias(f.value)
	written := short(value.Value)
	switch {
	case f.want.Kind() == reflect.String && isLabels(f.path):
		found.Code = diag.LabelValueNotText
		found.Summary = fmt.Sprintf("Label `%s` has the value `%s`, which YAML reads as %s; labels are text, so put it in quotes.", short(f.name), written, kindOf(value))
		if value.Kind == yaml.ScalarNode && f.value == value {
			found.Fix = &diag.Fix{Text: "Put the value in quotes", Edits: []diag.Edit{{Range: found.Range, NewText: `"` + value.Value + `"`}}}
		} else if value.Kind != yaml.ScalarNode {
			found.Summary = fmt.Sprintf("Label `%s` must be one text; it is %s.", short(f.name), kindOf(value))
		}
	case f.want == jsonNumberType:
		found.Code = diag.BadObject
		found.Summary = fmt.Sprintf("`%s` is `%s`, a number that JSON cannot hold, and the API server is sent JSON.", short(f.path), written)
	case !policy:
		found.Code = diag.BadObject
		found.Summary = fmt.Sprintf("`%s` must be %s; it is %s.", short(f.path), shapeOf(f.want), kindOf(value))
	case f.name == "policyTypes":
		found.Code = diag.BadPolicyType
		found.Summary = fmt.Sprintf("`%s` must be %s; it is %s. Write `policyTypes: [Ingress]`, `[Egress]` or both.", f.path, shapeOf(f.want), kindOf(value))
		if v, ok := resolve(value).(string); ok && value.Kind == yaml.ScalarNode && value == f.value && !f.item && (v == "Ingress" || v == "Egress") {
			found.Fix = &diag.Fix{Text: "Make it a list", Edits: []diag.Edit{{Range: found.Range, NewText: "[" + v + "]"}}}
		}
	case f.want == portValueType || f.name == "endPort" || f.name == "port":
		found.Code = diag.BadPortNumber
		if s, text := resolve(value).(string); value.Kind == yaml.ScalarNode && text && wholeNumber.MatchString(s) {
			found.Summary = fmt.Sprintf("`%s` is text; write the number `%s` without quotes.", f.path, written)
		} else if value.Kind == yaml.ScalarNode {
			found.Summary = fmt.Sprintf("`%s` is not a port: write a whole number from 1 to 65535%s.", written, map[bool]string{true: ", or the name of a container port"}[f.want == portValueType])
		} else {
			found.Summary = fmt.Sprintf("`%s` must be one port; it is %s.", f.path, kindOf(value))
		}
	case f.want.Kind() == reflect.Slice || f.want.Kind() == reflect.Struct || f.want.Kind() == reflect.Map:
		found.Code = diag.ListOrMap
		found.Summary = fmt.Sprintf("`%s` must be %s; it is %s.", f.path, shapeOf(f.want), kindOf(value))
		switch {
		case f.want.Kind() == reflect.Slice && value.Kind == yaml.MappingNode:
			found.Summary = fmt.Sprintf("`%s` must be a list: put `- ` before the first line.", f.path)
			if isFlow(value) {
				found.Summary = fmt.Sprintf("`%s` must be a list: put it in `[ ]`.", f.path)
			}
			found.Fix = t.asList(f.value)
		case f.want.Kind() != reflect.Slice && value.Kind == yaml.SequenceNode:
			found.Summary = fmt.Sprintf("`%s` must be a map: remove the `- `.", f.path)
			if isFlow(value) {
				found.Summary = fmt.Sprintf("`%s` must be a map, not a list in `[ ]`.", f.path)
			}
			found.Fix = t.asMap(f.value)
		case describeGlued(t, f, found):
		case f.item && f.name == "ports":
			found.Summary = fmt.Sprintf("`%s` must be a map: write `- port: %s`.", f.path, written)
			found.Fix = &diag.Fix{Text: fmt.Sprintf("Write `port: %s`", written), Edits: []diag.Edit{{Range: found.Range, NewText: "port: " + value.Value}}}
		}
	default:
		found.Code = codeOfText(f)
		found.Summary = fmt.Sprintf("`%s` must be %s; `%s` is read as %s.", f.path, shapeOf(f.want), written, kindOf(value))
		if value.Kind != yaml.ScalarNode {
			found.Summary = fmt.Sprintf("`%s` must be %s; it is %s.", f.path, shapeOf(f.want), kindOf(value))
		}
		if f.want.Kind() == reflect.String && value.Kind == yaml.ScalarNode && f.value == value {
			found.Summary += " Put it in quotes if it is meant as it stands."
		}
	}
}

// describeGlued explains a text that is a key and its value without the space between
// them, which YAML reads as one word.
func describeGlued(t *tree, f fault, found *diag.Finding) bool {
	n := f.value
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return false
	}
	m := gluedValue.FindStringSubmatch(n.Value)
	if m == nil || near(m[1]) == "" {
		return false
	}
	from := t.offset(n) + len(m[1])
	found.Code = diag.MissingColon
	found.Range = t.stretch(from, from+1)
	found.Summary = fmt.Sprintf("Line %d: `%s:` needs a space behind the colon.", found.Range.Start.Line, m[1])
	found.Fix = &diag.Fix{Text: "Put a space behind the colon", Edits: []diag.Edit{{Range: found.Range, NewText: ": "}}}
	return true
}

// codeOfText gives the code for a text of a policy that is none.
func codeOfText(f fault) diag.Code {
	switch {
	case f.path == "metadata.name" || f.path == "metadata.namespace" || f.path == "metadata.generateName":
		return diag.BadObjectName
	case f.name == "protocol":
		return diag.BadProtocol
	case f.name == "cidr" || f.name == "except":
		return diag.BadCIDR
	case f.name == "operator" || f.name == "values" || f.name == "key":
		return diag.BadSelector
	}
	return diag.BadObject
}

func isLabels(path string) bool {
	for _, field := range []string{"matchLabels.", "labels."} {
		if i := strings.LastIndex(path, field); i == 0 || i > 0 && path[i-1] == '.' {
			return true
		}
	}
	return false
}

func shapeOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a map"
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	}
	return "another value"
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	switch resolve(n).(type) {
	case nil:
		return "nothing"
	case bool:
		return "true or false"
	case int64, uint64, float64:
		return "a number"
	}
	return "text"
}
