package permalink

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Kept is what a stored link keeps of a bundle.
type Kept struct {
	Files []File
	// Dropped names what is not kept: kinds that are not evaluated, texts that cannot be
	// read, and objects that cannot be written again as they were.
	Dropped []string
	// Rewritten counts the objects that are kept in part: workloads, pods, Services and
	// others without what the evaluation does not read.
	Rewritten int
}

// Bytes counts the text that is kept.
func (k *Kept) Bytes() (n int) {
	for _, f := range k.Files {
		n += len(f.Text)
	}
	return n
}

// Keep gives what is kept of a bundle for people to read: policies and Namespaces as
// they are written, comments included and annotations taken out; of everything else
// what Project keeps. Files and the order in them stay, and so does the matrix.
func Keep(b manifest.Bundle) Kept {
	var k Kept
	texts := map[string]*strings.Builder{}
	var order []string
	add := func(file string, text []byte) {
		if texts[file] == nil {
			texts[file] = &strings.Builder{}
			order = append(order, file)
		} else {
			texts[file].WriteString("---\n")
		}
		texts[file].Write(text)
	}
	kept := map[string]bool{}
	file := "bundle.yaml"
	for i := range b.Objects {
		o := &b.Objects[i]
		if o.Source != nil {
			file = o.Source.Locate("").File
		}
		text, written := asWritten(o)
		if !written {
			d, ok := project(o)
			if !ok {
				k.Dropped = append(k.Dropped, o.Title())
				continue
			}
			text = manifest.Format(d)
			k.Rewritten++
		}
		kept[o.Title()] = true
		add(file, text)
	}
	for _, n := range b.NotEvaluated {
		if !n.Policy {
			k.Dropped = append(k.Dropped, fmt.Sprintf("%d %s", n.Count, n.Kind))
			continue
		}
		for range n.Count {
			add(file, manifest.Format(document{APIVersion: n.APIVersion, Kind: n.Kind}))
		}
		k.Dropped = append(k.Dropped, fmt.Sprintf("%d %s, of which only the kind is kept", n.Count, n.Kind))
	}
	for _, f := range b.Findings {
		switch {
		case f.Severity != diag.Error || kept[f.Object]:
		case f.Object == "":
			k.Dropped = append(k.Dropped, fmt.Sprintf("what stands at %s:%d and cannot be read", f.Range.File, f.Range.Start.Line))
		default:
			k.Dropped = append(k.Dropped, f.Object)
		}
	}
	slices.Sort(k.Dropped)
	k.Dropped = slices.Compact(k.Dropped)
	for _, name := range order {
		k.Files = append(k.Files, File{name, texts[name].String()})
	}
	return k
}

// notKept are the fields of metadata that are taken out of what is kept as written.
var notKept = []string{"annotations", "managedFields", "finalizers", "uid", "resourceVersion", "selfLink", "creationTimestamp", "generation"}

// known are the other fields that a document kept as written may have at its top and in
// its metadata. One with another field is written anew, so that nothing comes along
// that nobody looked at.
var (
	known         = []string{"apiVersion", "kind", "metadata", "spec", "status"}
	knownMetadata = []string{"name", "namespace", "generateName", "labels"}
)

// onlyKnown reports that a document has no fields but those that were thought of.
func onlyKnown(root manifest.Part) bool {
	for _, f := range root.Fields() {
		if !slices.Contains(known, f.Name()) {
			return false
		}
	}
	for _, f := range root.Field("metadata").Fields() {
		if !slices.Contains(knownMetadata, f.Name()) && !slices.Contains(notKept, f.Name()) {
			return false
		}
	}
	return true
}

// asWritten gives the text of a policy or a Namespace without what is not kept. It is
// not ok where the rest would not mean the same.
func asWritten(o *manifest.Object) ([]byte, bool) {
	switch o.Value.(type) {
	case *manifest.Policy, *manifest.Namespace:
	default:
		return nil, false
	}
	text, ok := manifest.DocumentText(o.Source)
	if !ok {
		return nil, false
	}
	text = withoutMarkers(text)
	alone := only(text)
	if alone == nil || !onlyKnown(manifest.Written(alone.Source)) {
		return nil, false
	}
	var edits []diag.Edit
	for _, field := range notKept {
		part := manifest.Written(alone.Source).At("metadata", field)
		if !part.IsWritten() {
			continue
		}
		removal := part.Remove()
		if removal == nil {
			return nil, false
		}
		edits = append(edits, removal...)
	}
	gone := []string{"status"}
	if o.Kind == "Namespace" {
		gone = append(gone, "spec") // It says who must agree before the Namespace goes.
	}
	for _, name := range gone {
		if part := manifest.Written(alone.Source).Field(name); part.IsWritten() {
			removal := part.Remove()
			if removal == nil {
				return nil, false
			}
			edits = append(edits, removal...)
		}
	}
	files, err := manifest.Apply([]manifest.Source{{Data: text}}, edits)
	if err != nil {
		return nil, false
	}
	text = files[0].Data
	again := only(text)
	if again == nil || again.Title() != o.Title() || o.Kind == "NetworkPolicy" && code(again) != code(o) || !sameMeaning(again.Value, o.Value) {
		return nil, false
	}
	for _, field := range notKept {
		if manifest.Written(again.Source).At("metadata", field).IsWritten() {
			return nil, false
		}
	}
	return append(bytes.TrimRight(text, "\n"), '\n'), true
}

// sameMeaning compares what the evaluation reads.
func sameMeaning(x, y any) bool {
	switch x := x.(type) {
	case *manifest.Policy:
		y, ok := y.(*manifest.Policy)
		return ok && x != nil && y != nil && reflect.DeepEqual(x.Spec, y.Spec) && reflect.DeepEqual(x.Labels, y.Labels)
	case *manifest.Namespace:
		y, ok := y.(*manifest.Namespace)
		return ok && reflect.DeepEqual(x.Metadata.Labels, y.Metadata.Labels)
	}
	return false
}

// only reads a text that is to hold one object.
func only(text []byte) *manifest.Object {
	b, err := manifest.Parse([]manifest.Source{{Data: text}}, manifest.Limits{})
	if err != nil || len(b.Objects) != 1 || b.Documents != 1 {
		return nil
	}
	return &b.Objects[0]
}

// withoutMarkers takes the line that separates a document from the one before off its
// text.
func withoutMarkers(text []byte) []byte {
	for {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		switch trimmed := bytes.TrimSpace(line); {
		case len(text) == 0:
			return text
		case len(trimmed) == 0, bytes.Equal(trimmed, []byte("---")):
			text = rest
		default:
			return text
		}
	}
}
