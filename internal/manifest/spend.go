package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// aliasCeiling bounds what aliases may stand for where there is no limit: a few
// lines can stand for billions of nodes.
const aliasCeiling = 1_000_000

// tokensPerNode is what a node may cost in tokens: a list of empty lists takes that
// many, and only text that makes no nodes takes more.
const tokensPerNode = 3

// budget keeps account of what a bundle costs.
type budget struct {
	limits                    Limits
	documents, nodes, aliases int
	tokens                    int
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
	b.tokens += c.tokens
	b.aliases += c.aliases
	for _, check := range []struct {
		what   string
		n, max int
	}{
		{"levels of nesting", c.depth, l.Depth},
		{"aliases", b.aliases, l.Aliases},
		{"YAML nodes", b.nodes, l.Nodes},
		{"YAML tokens", b.tokens, tokensPerNode * l.Nodes},
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
	e := expansion{sizes: map[*yaml.Node]int{}}
	n := e.count(t.root)
	if e.endless {
		return "an alias in it stands for a value that holds the alias itself", nil
	}
	b.nodes += max(0, n-c.nodes)
	switch {
	case over(b.nodes, l.Nodes):
		return "", &LimitError{What: "YAML nodes", Max: l.Nodes, Where: d.file}
	case n-c.nodes > aliasCeiling:
		return fmt.Sprintf("its aliases stand for more than %d YAML nodes", aliasCeiling), nil
	}
	return "", nil
}

// expansion counts nodes with aliases as what they stand for.
type expansion struct {
	// sizes of the nodes that have an anchor; 0 while they are being counted.
	sizes map[*yaml.Node]int
	// endless is set when an alias stands within what it stands for.
	endless bool
}

func (e *expansion) count(n *yaml.Node) int {
	const enough = 1 << 40
	if size, ok := e.sizes[n]; ok {
		e.endless = e.endless || size == 0
		return size
	}
	if n.Kind == yaml.AliasNode {
		return e.count(n.Alias)
	}
	if n.Anchor != "" {
		e.sizes[n] = 0
	}
	size := 1
	for _, c := range n.Content {
		size = min(size+e.count(c), enough)
	}
	if n.Anchor != "" {
		e.sizes[n] = size
	}
	return size
}

// tooLarge is the finding for a document that no parser could read to its end.
func tooLarge(d *document, trouble string) diag.Finding {
	f := diag.Finding{
		Code: diag.OverLimit, Severity: diag.Error, Range: d.whole(),
		Summary: fmt.Sprintf("This document is not read: %s.", trouble),
	}
	f.Detail = notEvaluatedLines(f.Range)
	return f
}

// whole gives the range of all that a document holds.
func (d *document) whole() diag.Range {
	from, to := d.content()
	if d.origin != nil {
		return d.stretch(from, to)
	}
	start := advance(diag.Position{Line: d.line + 1, Column: d.column + 1}, d.text[:from])
	return diag.Range{File: d.file, Start: start, End: advance(start, d.text[from:to])}
}

func notEvaluatedLines(r diag.Range) string {
	if r.Start.Line == r.End.Line {
		return fmt.Sprintf("Line %d is not evaluated.", r.Start.Line)
	}
	return fmt.Sprintf("Lines %d–%d are not evaluated.", r.Start.Line, r.End.Line)
}
