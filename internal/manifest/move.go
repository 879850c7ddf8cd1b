package manifest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// wrongPlace reports whether an unknown key is a field of another part of a policy.
func wrongPlace(f fault) bool {
	if homes[f.name] == "" {
		return false
	}
	object := slices.Contains([]string{"name", "namespace", "labels", "annotations"}, f.name)
	switch f.parent {
	case policyType, metadataType:
		return f.parent == policyType || !object
	case specType:
		return f.name != "labels"
	case ingressType, egressType, blockType:
		return !object
	case peerType:
		return !object
	case portType:
		return !object && f.name != "ports"
	case selectorType:
		return !object
	}
	return false
}

// target is where the key of a wrong place belongs.
type target struct {
	// home names it in words.
	home string
	// wrap is the field to put the keys under where they stand, in an item of a list if
	// list is set; into is the path of the mapping to move them to, below if the move
	// has to put them under wrap there.
	wrap string
	list bool
	into string
}

// targetOf says where a known field that stands in a wrong place belongs.
func (d describer) targetOf(f fault) target {
	t := target{home: homes[f.name]}
	port := slices.Contains([]string{"port", "protocol", "endPort"}, f.name)
	rule := ""
	if i := strings.LastIndex(f.path, ".from["); i >= 0 {
		rule = f.path[:i]
	} else if i := strings.LastIndex(f.path, ".to["); i >= 0 {
		rule = f.path[:i]
	}
	switch {
	case homes[f.name] == "`spec`" && f.parent != specType:
		t.into = "spec"
	case homes[f.name] == "`metadata`" && f.parent != metadataType:
		t.into = "metadata"
	case f.name == "podSelector" && (f.parent == policyType || f.parent == metadataType):
		t.home, t.into = "`spec`", "spec"
	case f.parent == specType && f.name == "from":
		t.wrap, t.list = "ingress", true
	case f.parent == specType && f.name == "to":
		t.wrap, t.list = "egress", true
	case f.parent == specType && f.name == "ports" && entryOf(f.mapping, "from") >= 0 && entryOf(f.mapping, "to") < 0:
		t.home, t.wrap, t.list = homes["from"], "ingress", true
	case f.parent == specType && f.name == "ports" && entryOf(f.mapping, "to") >= 0 && entryOf(f.mapping, "from") < 0:
		t.home, t.wrap, t.list = homes["to"], "egress", true
	case f.parent == specType && f.name == "matchLabels", f.parent == specType && f.name == "matchExpressions":
		t.home, t.wrap = "`podSelector`", "podSelector"
	case isRule(f.parent) && port:
		t.wrap, t.list = "ports", true
	case isRule(f.parent) && slices.Contains([]string{"podSelector", "namespaceSelector", "ipBlock"}, f.name):
		t.wrap, t.list = "from", true
		if f.parent == egressType {
			t.wrap = "to"
		}
		t.home = "an entry of `" + t.wrap + "`"
	case rule != "" && f.name == "ports":
		t.home, t.into = "the rule, beside `from` or `to`", rule
	case rule != "" && f.parent == peerType && port:
		t.home, t.wrap, t.list, t.into = "an entry of the rule's `ports`", "ports", true, rule
	case f.parent == peerType && (f.name == "cidr" || f.name == "except"):
		t.wrap = "ipBlock"
	case f.parent == peerType && strings.HasPrefix(f.name, "match"):
		t.home, t.wrap = "`podSelector` or `namespaceSelector`", "podSelector"
	case rule != "" && f.parent == selectorType && (f.name == "podSelector" || f.name == "namespaceSelector"):
		t.home, t.into = "the entry, beside `"+holderName(f.path, f.name)+"`", above(f.path, f.name, 2)
	}
	return t
}

// elsewhere describes keys of one mapping that belong to the same other place.
func (d describer) elsewhere(f fault, found *diag.Finding, keys []fault) {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = "`" + k.name + "`"
		if i > 0 {
			found.Related = append(found.Related, diag.Related{Range: d.t.node(k.key), Text: "this key too"})
		}
	}
	do := "does"
	if len(keys) > 1 {
		do = "do"
	}
	parent := nounOf(f.parent)
	switch f.parent {
	case selectorType:
		parent = "`" + holderName(f.path, f.name) + "`"
	case peerType:
		parent = fmt.Sprintf("the entry of `%s` on line %d", holderName(f.path, f.name), d.t.node(f.mapping).Start.Line)
	case ingressType, egressType:
		parent = fmt.Sprintf("the %s rule on line %d", strings.ToLower(typeOfRule(f.parent)), d.t.node(f.mapping).Start.Line)
	}
	to := d.targetOf(f)
	found.Summary = fmt.Sprintf("%s %s not belong to %s but to %s.", listed(names), do, parent, to.home)
	if d.root == nil || unwieldy(f.mapping) {
		return
	}
	in := d.find(above(f.path, f.name, 1))
	if !in.IsWritten() || in.shared || d.t.doc.json {
		return
	}
	run := d.runOf(in, keys)
	if run == nil {
		return
	}
	switch {
	case to.into != "":
		if edits := d.moveUp(run, to); edits != nil {
			found.Fix = &diag.Fix{Text: fmt.Sprintf("Move %s to %s", listed(names), to.home), Edits: edits}
		}
	case to.wrap != "":
		if edits := d.wrap(run, to); edits != nil {
			found.Fix = &diag.Fix{Text: fmt.Sprintf("Put %s under `%s`", listed(names), to.wrap), Edits: edits}
		}
	}
}

// listed joins names as a sentence does.
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// run is a stretch of entries of one mapping that stand behind each other.
type run struct {
	in Part
	// first and last are where their keys stand in the mapping's content.
	first, last int
}

// runOf gives the entries of keys as a run, nil when others stand between them or one
// comes by a merge.
func (d describer) runOf(in Part, keys []fault) *run {
	m := in.content()
	r := run{in: in, first: len(m.Content), last: -1}
	for _, k := range keys {
		i := slices.Index(m.Content, k.key)
		if i < 0 || m.Content[i+1] != k.value {
			return nil
		}
		r.first, r.last = min(r.first, i), max(r.last, i)
	}
	if (r.last-r.first)/2+1 != len(keys) {
		return nil
	}
	return &r
}

func (r *run) keyAt(i int) *yaml.Node { return r.in.content().Content[i] }

func (r *run) from() int { return r.in.tree.offset(r.keyAt(r.first)) }

func (r *run) to() int { return r.in.tree.entryEnd(r.keyAt(r.last), r.keyAt(r.last+1)) }

// whole reports whether the run is all that its mapping has.
func (r *run) whole() bool { return r.first == 0 && r.last == len(r.in.content().Content)-2 }

// text gives the run as if it began in column 1, false where its lines do not tell.
func (r *run) text() (string, bool) {
	t := r.in.tree
	text := string(t.doc.text[r.from():r.to()])
	if isFlow(r.in.content()) {
		return text, !strings.Contains(text, "\n")
	}
	lead, ok := t.margin(r.from())
	if !ok {
		return "", false
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines[1:] {
		bare, ok := strings.CutPrefix(line, lead)
		if !ok && strings.TrimSpace(line) != "" {
			return "", false
		}
		lines[i+1] = bare
	}
	return strings.Join(lines, "\n"), true
}

// take gives the edits that take a run out, nil where that cannot be done without
// leaving a null.
func (d describer) take(r *run) []diag.Edit {
	t, text := d.t, d.t.doc.text
	from, to := r.from(), r.to()
	content := r.in.content().Content
	if r.whole() {
		switch {
		case r.in.key != nil && strings.HasSuffix(r.in.Name(), "Selector"):
			return r.in.Set("{}")
		case r.in.key == nil:
			return r.in.Remove()
		}
		return nil
	}
	if isFlow(r.in.content()) {
		if r.last+2 < len(content) {
			return []diag.Edit{t.replace(from, t.offset(content[r.last+2]), "")}
		}
		comma := bytes.LastIndexByte(text[:from], ',')
		return []diag.Edit{t.replace(comma, to, "")}
	}
	end, next := lineEnd(text, to)
	if rest := bytes.TrimSpace(text[to:end]); len(rest) > 0 && rest[0] != '#' {
		return nil
	}
	if t.begins(from) {
		return []diag.Edit{t.replace(t.lineStart(from), next, "")}
	}
	if r.first > 0 {
		return nil
	}
	return []diag.Edit{t.replace(from, t.offset(content[r.last+2]), "")}
}

// moveUp gives the edits that move a run to the mapping it belongs in: behind the entry
// it was inside of, or behind the mapping's last one.
func (d describer) moveUp(r *run, to target) []diag.Edit {
	home := d.find(to.into)
	m := home.content()
	if home.value == nil || home.shared || m.Kind != yaml.MappingNode || len(m.Content) == 0 || unwieldy(m) {
		return nil
	}
	behind := len(m.Content) - 2
	for i := 0; i < len(m.Content); i += 2 {
		if at := join(to.into, keyText(m.Content[i])); at == r.in.path || strings.HasPrefix(r.in.path, at+".") || strings.HasPrefix(r.in.path, at+"[") {
			behind = i
		}
	}
	text, ok := r.text()
	if !ok {
		return nil
	}
	if to.wrap != "" {
		if entryOf(m, to.wrap) >= 0 {
			return nil
		}
		if isFlow(r.in.content()) {
			text = to.wrap + ": [{" + text + "}]"
		} else {
			text = to.wrap + ":\n- " + strings.ReplaceAll(text, "\n", "\n  ")
		}
	}
	for i := r.first; i <= r.last; i += 2 {
		if to.wrap == "" && entryOf(m, keyText(r.keyAt(i))) >= 0 {
			return nil
		}
	}
	if isFlow(r.in.content()) && !isFlow(m) && r.first != r.last && to.wrap == "" {
		return nil // they would share a line
	}
	taken, put := d.take(r), d.entry(home, behind).InsertAfter(text)
	if taken == nil || put == nil {
		return nil
	}
	return append(taken, put...)
}

// wrap gives the edits that put a run under a field of its own, where it stands.
func (d describer) wrap(r *run, to target) []diag.Edit {
	t, m := d.t, r.in.content()
	from, end := r.from(), r.to()
	head, flowHead, flowTail := to.wrap+":\n", to.wrap+": {", "}"
	if to.list {
		flowHead, flowTail = to.wrap+": [{", "}]"
	}
	if isFlow(m) {
		if entryOf(m, to.wrap) >= 0 {
			return nil
		}
		return []diag.Edit{t.replace(from, from, flowHead), t.replace(end, end, flowTail)}
	}
	lead, ok := t.margin(from)
	if !ok {
		return nil
	}
	head += lead
	if to.list {
		head += "- "
	} else {
		head += "  "
	}
	var edits []diag.Edit
	if i := entryOf(m, to.wrap); i >= 0 {
		// An entry without a value is taken for the one that lost its content.
		empty := d.entry(r.in, i)
		if !empty.IsNull() || i+2 != r.first {
			return nil
		}
		head = strings.TrimPrefix(head, to.wrap+":\n"+lead)
	}
	edits = append(edits, t.replace(from, from, head))
	return append(edits, t.indent(from, end, "  ", true)...)
}

// withoutDeny is the remedy for a rule that means to deny: without the rule nothing is
// let through. Where the key says that the rule allows, the key alone goes.
func (d describer) withoutDeny(f fault) *diag.Fix {
	value := strings.ToLower(resolveAlias(f.value).Value)
	allows := f.parent == specType || f.name == "priority" || f.name == "order" || f.name == "log" || value == "allow" || value == "pass"
	in := d.find(above(f.path, f.name, 1))
	if !in.IsWritten() || in.shared || unwieldy(f.mapping) {
		return nil
	}
	r := d.runOf(in, []fault{f})
	if r == nil || d.t.doc.json {
		return nil
	}
	if allows {
		if edits := d.take(r); edits != nil && !r.whole() {
			return &diag.Fix{Text: "Remove `" + f.name + "`", Edits: edits}
		}
		return nil
	}
	spec := d.find("spec")
	rules := d.step(spec, strings.ToLower(typeOfRule(f.parent)))
	types := d.step(spec, "policyTypes")
	want := "[" + strings.Join(d.policyTypes(spec), ", ") + "]"
	edits := in.Remove()
	switch listed := len(types.content().Content) > 0; {
	case edits != nil && listed:
	case edits != nil && !types.IsWritten():
		edits = both(edits, rules.InsertBefore("policyTypes: "+want))
	case edits == nil && listed:
		edits = rules.Remove()
	case edits == nil && !types.IsWritten():
		edits = both(rules.Rename("policyTypes"), rules.Set(want))
	default:
		return nil
	}
	if edits == nil {
		return nil
	}
	return &diag.Fix{Text: "Remove the rule, so that what it lists stays closed", Edits: edits}
}

// both joins edits, nil when one of them cannot be made.
func both(a, b []diag.Edit) []diag.Edit {
	if a == nil || b == nil {
		return nil
	}
	return append(a, b...)
}
