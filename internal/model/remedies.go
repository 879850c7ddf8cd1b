package model

import (
	"slices"
	"strconv"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// mostChanges is the number of faults of one policy whose remedies are worked out on
// its text: each looks its place up anew, and nobody mends more by hand.
const mostChanges = 100

// partAt gives the text of a field of the server's.
func partAt(object manifest.Part, path *field.Path) manifest.Part {
	for step := range strings.SplitSeq(path.String(), ".") {
		name, rest, _ := strings.Cut(step, "[")
		object = object.Field(name)
		for rest != "" {
			var index string
			index, rest, _ = strings.Cut(rest, "]")
			rest = strings.TrimPrefix(rest, "[")
			i, err := strconv.Atoi(index)
			if err != nil {
				return manifest.Part{}
			}
			object = object.Item(i)
		}
	}
	return object
}

// changeIf offers a change of the text before the remedy that is there, which stays
// where the change cannot be made.
func (f *fault) changeIf(remedy string, change func(manifest.Part) []diag.Edit) {
	f.better = append(f.better, better{remedy, change})
}

// better is a remedy that is tried before the one of its fault.
type better struct {
	remedy string
	change func(manifest.Part) []diag.Edit
}

// all joins edits, nil when one of them cannot be made.
func all(edits ...[]diag.Edit) []diag.Edit {
	if slices.ContainsFunc(edits, func(e []diag.Edit) bool { return e == nil }) {
		return nil
	}
	return slices.Concat(edits...)
}

// withoutField takes a field out of a mapping; instead is what the mapping becomes when
// it has nothing else.
func withoutField(mapping manifest.Part, name, instead string) []diag.Edit {
	if len(mapping.Fields()) == 1 {
		return mapping.Set(instead)
	}
	return mapping.Field(name).Remove()
}

// withoutItem takes an item out of a list, and the list with its last one.
func withoutItem(list manifest.Part, i int) []diag.Edit {
	if len(list.Items()) == 1 {
		return list.Remove()
	}
	return list.Item(i).Remove()
}

// setAndAdd gives an entry of ports another port, and a field behind it.
func setAndAdd(port manifest.Part, value, field string) []diag.Edit {
	name, _, _ := strings.Cut(field, ":")
	if port.Sibling(name).IsWritten() {
		return nil
	}
	return all(port.Set(value), port.InsertAfter(field))
}

// splitPeer makes two entries of one that has an ipBlock and selectors.
func splitPeer(peer manifest.Part) []diag.Edit {
	var fields []manifest.Part
	for _, f := range peer.Fields() {
		if !f.IsNull() {
			fields = append(fields, f)
		}
	}
	switch {
	case len(fields) < 2 || len(fields) != len(peer.Fields()):
		return nil
	case fields[len(fields)-1].Name() == "ipBlock":
		return peer.SplitAt(fields[len(fields)-1])
	case fields[0].Name() == "ipBlock":
		return peer.SplitAt(fields[1])
	}
	return nil
}

// eachOnce gives a list of the policy types that are written, each once.
func eachOnce(types []networkingv1.PolicyType) string {
	var words []string
	for _, t := range types {
		if d := nearest(string(t), "Ingress", "Egress"); d != "" && !slices.Contains(words, d) {
			words = append(words, d)
		}
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// nameless gives a policy a name.
func nameless(object manifest.Part) []diag.Edit {
	const name = "name: my-policy"
	metadata := object.Field("metadata")
	fields := metadata.Fields()
	switch {
	case !metadata.IsWritten() && object.Field("kind").IsWritten():
		return object.Field("kind").InsertAfter("metadata: {" + name + "}")
	case metadata.Field("name").IsWritten():
		return metadata.Field("name").Set("my-policy")
	case len(fields) > 0:
		return fields[0].InsertBefore(name)
	}
	return metadata.Set("{" + name + "}")
}

// nearestPort gives the container port whose name a text was most likely meant to be:
// one that is part of it or differs in few letters.
func nearestPort(text string, names []string) string {
	lower := strings.ToLower(strings.ReplaceAll(text, "_", "-"))
	for _, name := range names {
		if name == lower || len(name) > 3 && strings.HasPrefix(lower, name) {
			return name
		}
	}
	return nearest(text, names...)
}

// number reads digits that decimal has passed.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// containerPortNames gives the names of the container ports of a bundle, sorted.
func containerPortNames(objects []manifest.Object) []string {
	var names []string
	add := func(spec *manifest.PodSpec) {
		for _, c := range slices.Concat(spec.Containers, spec.InitContainers) {
			for _, p := range c.Ports {
				if p.Name != "" {
					names = append(names, p.Name)
				}
			}
		}
	}
	for i := range objects {
		switch v := objects[i].Value.(type) {
		case *manifest.Pod:
			add(&v.Spec)
		case *manifest.Workload:
			add(&v.Template.Spec)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
