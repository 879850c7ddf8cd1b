package manifest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// describe puts a fault into words. Faults of a NetworkPolicy have codes of their own;
// another object with a wrong shape is a bad object. Keys are the faults that are one
// mistake together, f among them.
func (d describer) describe(f fault, keys ...fault) diag.Finding {
	t := d.t
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
		found.Range, found.Ignorable = t.node(f.key), true
		d.unknown(f, &found, append(keys, f)[:max(len(keys), 1)])
	case badKey:
		found.Code = diag.BadObject
		found.Summary = fmt.Sprintf("The key on line %d is not text.", found.Range.Start.Line)
	default:
		d.shape(f, &found)
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
// indentation together are one mistake, and so are the labels of one selector, and the
// keys of one mapping that belong to the same other place.
func describePolicy(t *tree, root *yaml.Node, faults []fault) diag.List {
	d := describer{t: t, root: root}
	var out diag.List
	faults = glue(faults)
	lost := d.lost(faults)
	type place struct {
		mapping *yaml.Node
		target
	}
	together := map[place][]fault{}
	placeOf := func(f fault) (place, bool) {
		if f.kind != unknownField || !wrongPlace(f) || f.parent == ingressType && f.name == "to" || f.parent == egressType && f.name == "from" {
			return place{}, false
		}
		return place{f.mapping, d.targetOf(f)}, true
	}
	for _, f := range faults {
		if p, ok := placeOf(f); ok {
			together[p] = append(together[p], f)
		}
	}
	labels := map[*yaml.Node]int{}
	for _, f := range faults {
		if len(lost) > 0 && f.kind == unknownField && f.parent == policyType && homes[f.name] != "" {
			if f.key == lost[0].key {
				out = append(out, describeLost(t, root, lost))
			}
			continue
		}
		var keys []fault
		if p, ok := placeOf(f); ok {
			if keys = together[p]; keys[0].key != f.key {
				continue
			}
		}
		found := d.describe(f, keys...)
		if found.Code == diag.LabelWithoutMatchLabels {
			if i, again := labels[f.mapping]; again {
				out[i].Related = append(out[i].Related, diag.Related{Range: found.Range, Text: "so is this label"})
				continue
			}
			labels[f.mapping] = len(out)
		}
		out = append(out, found)
	}
	return out
}

// lost gives the keys at the left margin that lost their indentation: those of a
// policy whose metadata or spec is empty because of that.
func (d describer) lost(faults []fault) (lost []fault) {
	empty := false
	for _, f := range faults {
		if f.kind != unknownField || f.parent != policyType || homes[f.name] == "" {
			continue
		}
		lost = append(lost, f)
		home := d.step(Part{tree: d.t, value: d.root}, homeOf(f.name))
		empty = empty || !home.IsWritten() || home.IsNull()
	}
	if !empty {
		return nil
	}
	return lost
}

func describeLost(t *tree, root *yaml.Node, lost []fault) diag.Finding {
	found := diag.Finding{
		Code: diag.LostIndentation, Severity: diag.Error, Range: t.node(lost[0].key), Field: lost[0].path,
		Fix: t.underParents(root, lost),
	}
	var names, parents, lacks []string
	for _, f := range lost {
		names = append(names, "`"+f.name+"`")
		if p := "`" + homeOf(f.name) + ":`"; !slices.Contains(parents, p) {
			parents = append(parents, p)
			lacks = append(lacks, map[string]string{"metadata": "no name", "spec": "no rules"}[homeOf(f.name)])
		}
		if f.path != found.Field {
			found.Related = append(found.Related, diag.Related{Range: t.node(f.key), Text: "this key too"})
		}
	}
	stand := "stands at the left margin; it"
	if len(names) > 1 {
		stand = "stand at the left margin; they"
	}
	found.Summary = fmt.Sprintf("%s %s must be indented under %s, otherwise the policy has %s.",
		listed(names), stand, strings.Join(parents, " and "), strings.Join(lacks, " and "))
	if slices.Contains(parents, "`metadata:`") {
		found.Detail = "If they were ignored, the policy would have no name, and the API server refuses that too."
	} else {
		found.Detail = "If they were ignored, the policy would choose every pod of its namespace and let nobody in."
	}
	return found
}
