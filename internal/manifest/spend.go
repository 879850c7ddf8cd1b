package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// aliasCeiling bounds what aliases may stand for where there is no limit: a few
// lines can stand for billions of nodes.
const aliasCeiling = 1_000_000

// budget keeps account of what a bundle costs.
type budget struct {
	limits                    Limits
	documents, nodes, aliases int
}

func (b *budget) document(where string) error {
	b.documents++
	if over(b.documents, b.limits.Documents) {
		return &LimitError{What: "documents", Max: b.limits.Documents, Where: where}
	}
	return nil
}

// spend weighs a document. It gives an error when a limit is reached, and says what
// is too much where there is none but no parser could go on.
func (b *budget) spend(d *document) (trouble string, err error) {
	c := measure(d.text)
	l := b.limits
	b.nodes += c.nodes
	b.aliases += c.aliases
	for _, check := range []struct {
		what   string
		n, max int
	}{
		{"levels of nesting", c.depth, l.Depth},
		{"aliases", b.aliases, l.Aliases},
		{"YAML nodes", b.nodes, l.Nodes},
		{"bytes in one text value", c.scalar, l.ScalarBytes},
		{"bytes in one key", c.key, l.KeyBytes},
	} {
		if over(check.n, check.max) {
			return "", &LimitError{What: check.what, Max: check.max, Where: d.file}
		}
	}
	if c.depth > scanCeiling {
		return fmt.Sprintf("it is nested more than %d levels deep", scanCeiling), nil
	}
	if c.aliases == 0 {
		return "", nil
	}
	t, treeErr := newTree(d)
	if treeErr != nil {
		return "", nil // it does not parse, and is reported when it is read
	}
	n := expanded(t.root, map[*yaml.Node]int{})
	b.nodes += max(0, n-c.nodes)
	switch {
	case over(b.nodes, l.Nodes):
		return "", &LimitError{What: "YAML nodes", Max: l.Nodes, Where: d.file}
	case n-c.nodes > aliasCeiling:
		return fmt.Sprintf("its aliases stand for more than %d YAML nodes", aliasCeiling), nil
	}
	return "", nil
}

// expanded counts the nodes under a node, aliases as what they stand for. An alias
// within what it stands for has no end.
func expanded(n *yaml.Node, known map[*yaml.Node]int) int {
	const endless = 1 << 40
	if size, ok := known[n]; ok {
		return size
	}
	size := 1
	if n.Kind == yaml.AliasNode {
		size = expanded(n.Alias, known)
	} else {
		if n.Anchor != "" {
			known[n] = endless // until it is known; met again only within itself
		}
		for _, c := range n.Content {
			size = min(size+expanded(c, known), endless)
		}
	}
	if n.Anchor != "" {
		known[n] = size
	}
	return size
}

// tooLarge is the finding for a document that is left out unread.
func tooLarge(d *document, trouble string) diag.Finding {
	f := diag.Finding{
		Code: diag.OverLimit, Severity: diag.Error, Range: d.whole(),
		Summary: fmt.Sprintf("This document is too large to read: %s.", trouble),
	}
	f.Detail = notEvaluatedLines(f.Range)
	return f
}

// whole gives the range of all that a document holds.
func (d *document) whole() diag.Range {
	from, to := d.content()
	start := advance(diag.Position{Line: d.line + 1, Column: d.column + 1}, d.text[:from])
	return diag.Range{File: d.file, Start: start, End: advance(start, d.text[from:to])}
}

func notEvaluatedLines(r diag.Range) string {
	if r.Start.Line == r.End.Line {
		return fmt.Sprintf("Line %d is not evaluated.", r.Start.Line)
	}
	return fmt.Sprintf("Lines %d–%d are not evaluated.", r.Start.Line, r.End.Line)
}
