package manifest

import (
	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// OpenText reads a file that holds no manifests but one YAML document of Netpolscope's
// own. The Part is zero where it holds nothing or cannot be read; the findings then say
// why, unless it is empty.
func OpenText(s Source) (Part, diag.List) {
	files, findings, err := unpack([]Source{s}, Limits{})
	if err != nil || len(findings) > 0 || len(files) == 0 {
		return Part{}, findings
	}
	var docs []document
	split(files[0].name, files[0].text, func(d document) bool {
		if !d.blank() {
			docs = append(docs, d)
		}
		return true
	})
	if len(docs) == 0 {
		return Part{}, nil
	}
	if len(docs) > 1 {
		return Part{}, diag.List{{Range: docs[1].whole(), Summary: "A second document begins here; the file holds one, so put all of it into the first."}}
	}
	t, err := newTree(&docs[0])
	if err != nil {
		return Part{}, syntaxFindings(&docs[0], err)
	}
	return Part{tree: t, value: t.root}, nil
}

// IsList reports whether the value is a list.
func (n Part) IsList() bool { return n.content().Kind == yaml.SequenceNode }

// IsText reports whether the value is a scalar that YAML reads as text.
func (n Part) IsText() bool {
	c := n.content()
	if c.Kind != yaml.ScalarNode {
		return false
	}
	_, ok := resolve(c).(string)
	return ok
}

// IsScalar reports whether the value is a single word or number, not a list or mapping.
func (n Part) IsScalar() bool { return n.content().Kind == yaml.ScalarNode && !n.IsNull() }

// Repeated gives the entries of a mapping whose key stands above already.
func (n Part) Repeated() []Part {
	m := n.content()
	if m.Kind != yaml.MappingNode {
		return nil
	}
	var repeated []Part
	seen := map[string]bool{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key := keyText(m.Content[i])
		if seen[key] {
			repeated = append(repeated, Part{tree: n.tree, key: m.Content[i], value: m.Content[i+1], parent: m, path: join(n.path, key)})
		}
		seen[key] = true
	}
	return repeated
}
