package manifest

import (
	"bytes"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// ForNamespaces gives the edits that make one policy for each namespace of one whose
// spec tries to choose them: the object goes to the first, and copies for the others
// follow it. Nil where that takes more than edits of lines.
func (n Part) ForNamespaces(names []string) []diag.Edit {
	if n.parent != nil || len(names) == 0 {
		return nil
	}
	t := n.tree
	edits := n.inNamespace(names[0])
	if edits == nil || len(names) == 1 {
		return edits
	}
	if n.value != t.root || t.doc.origin != nil || t.doc.column > 0 {
		return nil
	}
	text := t.doc.text
	var copies strings.Builder
	if !bytes.HasSuffix(text, []byte("\n")) {
		copies.WriteByte('\n')
	}
	for _, name := range names[1:] {
		made := n.inNamespace(name)
		for i := range made {
			made[i].Range.Start.Line -= t.doc.line
			made[i].Range.End.Line -= t.doc.line
		}
		one, ok := diag.Apply(text, made)
		if !ok {
			return nil
		}
		if !isMarker(one, "---") {
			copies.WriteString("---\n")
		}
		copies.Write(bytes.TrimRight(one, "\n"))
		copies.WriteByte('\n')
	}
	return append(edits, t.replace(len(text), len(text), copies.String()))
}

// inNamespace gives the edits that put a policy into a namespace and take the
// namespaceSelector out of its spec.
func (n Part) inNamespace(name string) []diag.Edit {
	metadata := n.Field("metadata")
	set := metadata.Field("name").InsertAfter("namespace: " + name)
	if ns := metadata.Field("namespace"); ns.IsWritten() {
		set = ns.Set(name)
	}
	return both(set, n.At("spec", "namespaceSelector").Remove())
}
