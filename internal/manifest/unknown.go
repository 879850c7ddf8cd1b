package manifest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// describer puts faults into words. Root is the policy that they are in; it is nil for
// objects of other kinds, whose faults have no codes of their own.
type describer struct {
	t    *tree
	root *yaml.Node
}

// unknown describes a key that is no field of its parent. Keys are those of the same
// mapping that belong to the same mistake, f's own the first.
func (d describer) unknown(f fault, found *diag.Finding, keys []fault) {
	name, parent := f.name, nounOf(f.parent)
	found.Code = diag.UnknownField
	ignored := "If it were ignored, "
	if len(keys) > 1 {
		ignored = "If they were ignored, "
	}
	ignored += d.remains(f) + "."
	found.Detail = ignored
	switch {
	case d.gluedDash(f, found):
	case f.parent == specType && strings.EqualFold(name, "namespaceSelector"):
		found.Code = diag.NamespaceSelectorOnSpec
		found.Summary = fmt.Sprintf("A policy cannot choose namespaces for itself: `%s` does not exist, the policy always works in its own namespace (`%s`).", f.path, d.namespace())
		found.Detail = ignored + " Write one copy of the policy per namespace, each with its own `metadata.namespace`."
		found.Fix = d.t.remove(name, f.key, f.value)
	case (f.parent == specType || isRule(f.parent)) && isDeny(name):
		found.Code = diag.DenyRule
		found.Summary = fmt.Sprintf("NetworkPolicy has no `%s`: rules can only allow; to deny, select the pods and simply do not list the traffic.", name)
		found.Fix = d.withoutDeny(f)
	case f.parent == ingressType && name == "to" || f.parent == egressType && name == "from":
		right := map[string]string{"to": "from", "from": "to"}[name]
		found.Code = diag.FieldInWrongPlace
		found.Summary = fmt.Sprintf("`%s` does not belong to %s; write `%s` there.", name, parent, right)
		found.Fix = d.rename(f, found, right)
	case wrongPlace(f):
		found.Code = diag.FieldInWrongPlace
		d.elsewhere(f, found, keys)
	case isLabelOf(f):
		d.bareLabel(f, found)
	case f.parent == policyType && name == "status":
		found.Summary = "`status` is not a field of a NetworkPolicy any more; remove it."
		found.Fix = d.t.remove(name, f.key, f.value)
	case slices.ContainsFunc(impossible, func(w string) bool { return strings.EqualFold(w, name) }):
		found.Summary = fmt.Sprintf("`%s` is not a field of %s: a NetworkPolicy knows pods by their labels, namespaces by theirs, and address ranges.", short(f.path), parent)
	default:
		found.Summary = fmt.Sprintf("`%s` is not a field of %s", short(f.path), parent)
		s := suggestion(f)
		if s == "" {
			found.Summary += "."
			break
		}
		found.Summary += fmt.Sprintf("; did you mean `%s`?", s)
		if found.Fix = d.namespaceByName(f, s); found.Fix == nil {
			found.Fix = d.rename(f, found, s)
		}
	}
}

func isDeny(name string) bool { return slices.Contains(denies, strings.ToLower(name)) }

// namespace gives the policy's own namespace as far as its text tells.
func (d describer) namespace() string {
	if n := d.find("metadata.namespace"); n.IsWritten() && n.Text() != "" {
		return short(n.Text())
	}
	return "default"
}

// rename is the remedy of another key, nil where the mapping has that key already: a
// second one would undo the first.
func (d describer) rename(f fault, found *diag.Finding, to string) *diag.Fix {
	if unwieldy(f.mapping) || entryOf(f.mapping, to) >= 0 {
		return nil
	}
	return &diag.Fix{Text: fmt.Sprintf("Rename `%s` to `%s`", short(f.name), to), Edits: []diag.Edit{{Range: found.Range, NewText: to}}}
}

// namespaceByName is the remedy for a namespace that a peer names instead of choosing
// it by the label that every namespace has.
func (d describer) namespaceByName(f fault, to string) *diag.Fix {
	value := resolveAlias(f.value)
	if f.parent != peerType || to != "namespaceSelector" || value != f.value || value.Kind != yaml.ScalarNode || resolve(value) == nil ||
		unwieldy(f.mapping) || entryOf(f.mapping, to) >= 0 || d.t.doc.json {
		return nil
	}
	from, end := d.t.offset(f.key), d.t.end(value)
	text := fmt.Sprintf("namespaceSelector: {matchLabels: {%s: %s}}", nameLabel, d.t.doc.text[d.t.offset(value):end])
	return &diag.Fix{Text: fmt.Sprintf("Choose the namespace by its label `%s`", nameLabel), Edits: []diag.Edit{d.t.replace(from, end, text)}}
}

// nameLabel is the label that every namespace has, with its name as the value.
const nameLabel = "kubernetes.io/metadata.name"

// isLabelOf reports whether an unknown key of a selector is a label that stands in it
// directly.
func isLabelOf(f fault) bool {
	if f.parent != selectorType || suggestion(f) != "" {
		return false
	}
	value := resolveAlias(f.value)
	return value.Kind == yaml.ScalarNode
}

func (d describer) bareLabel(f fault, found *diag.Finding) {
	found.Code = diag.LabelWithoutMatchLabels
	selector := holderName(f.path, f.name)
	key, value := short(f.name), short(resolveAlias(f.value).Value)
	found.Summary = fmt.Sprintf("`%s` must say `matchLabels:` before `%s: %s`; ignored, the selector would be empty and choose everything.", selector, key, value)
	if entryOf(f.mapping, "matchLabels") >= 0 || entryOf(f.mapping, "matchExpressions") >= 0 {
		found.Summary = fmt.Sprintf("`%s` has `%s: %s` beside its labels and not among them.", selector, key, value)
	}
	if selector == "namespaceSelector" && f.name == "name" {
		key = nameLabel
		found.Detail += " A namespace carries its name as the label `" + nameLabel + "`."
	}
	found.Detail += fmt.Sprintf(" Write `matchLabels: {%s: %s}`.", key, value)
	found.Fix = d.t.withMatchLabels(f.mapping, selector == "namespaceSelector")
}

// holderName gives the name of the field whose value holds the key at the end of a
// path, without the index of an item.
func holderName(path, name string) string {
	holder := strings.TrimSuffix(strings.TrimSuffix(path, name), ".")
	holder = holder[strings.LastIndex(holder, ".")+1:]
	holder, _, _ = strings.Cut(holder, "[")
	return holder
}

// entryOf gives where a key stands in a mapping's content, -1 when it is not written.
func entryOf(m *yaml.Node, name string) int {
	if unwieldy(m) {
		return -1
	}
	for i := len(m.Content) - 2; i >= 0; i -= 2 {
		if keyText(m.Content[i]) == name {
			return i
		}
	}
	return -1
}

// find follows a path from the policy, the zero Part when there is no such thing or
// one of the mappings on the way is too large to look through.
func (d describer) find(path string) Part {
	p := Part{tree: d.t, value: d.root}
	if path == "" {
		return p
	}
	for step := range strings.SplitSeq(path, ".") {
		name, rest, _ := strings.Cut(step, "[")
		p = d.step(p, name)
		for rest != "" && p.IsWritten() {
			var index string
			index, rest, _ = strings.Cut(rest, "]")
			rest = strings.TrimPrefix(rest, "[")
			p = d.item(p, index)
		}
		if !p.IsWritten() {
			return Part{}
		}
	}
	return p
}

func (d describer) step(p Part, name string) Part {
	m := p.content()
	if m.Kind != yaml.MappingNode {
		return Part{}
	}
	i := entryOf(m, name)
	if i < 0 {
		return Part{}
	}
	return d.entry(p, i)
}

// entry gives the entry of a mapping whose key stands at i.
func (d describer) entry(p Part, i int) Part {
	m := p.content()
	return Part{
		tree: d.t, key: m.Content[i], value: m.Content[i+1], parent: m, path: join(p.path, keyText(m.Content[i])),
		shared: p.shared || p.value.Kind == yaml.AliasNode,
	}
}

func (d describer) item(p Part, index string) Part {
	l := p.content()
	v, _ := findItem(l, "["+index+"]")
	if l.Kind != yaml.SequenceNode || v == nil {
		return Part{}
	}
	return Part{tree: d.t, value: v, parent: l, path: p.path + "[" + index + "]", shared: p.shared || p.value.Kind == yaml.AliasNode}
}

// above gives the path that is some names shorter: of spec.ingress[0].from[1].ports the
// peer is 1 above, the rule 2.
func above(path, name string, names int) string {
	path = strings.TrimSuffix(strings.TrimSuffix(path, name), ".")
	for range names - 1 {
		path = path[:max(strings.LastIndex(path, "."), 0)]
	}
	return path
}

// has reports whether a part is a mapping with a field that is not null.
func (d describer) has(p Part, name string) bool {
	f := d.step(p, name)
	return f.IsWritten() && !f.IsNull()
}

// typeOfRule gives the direction's word for a rule's type.
func typeOfRule(t reflect.Type) string {
	if t == egressType {
		return "Egress"
	}
	return "Ingress"
}
