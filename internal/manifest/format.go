package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"

	syaml "sigs.k8s.io/yaml"
)

// Format writes values as YAML documents, by their JSON tags and with sorted keys.
// Values that JSON cannot hold panic.
func Format(values ...any) []byte {
	var b bytes.Buffer
	for i, v := range values {
		text, err := json.Marshal(v)
		if err == nil {
			text, err = syaml.JSONToYAML(escapeUnprintable(text))
		}
		if err != nil {
			panic(fmt.Sprintf("manifest: a value is no YAML: %v", err))
		}
		if i > 0 {
			b.WriteString("---\n")
		}
		b.Write(text)
	}
	return b.Bytes()
}

// escapeUnprintable writes the characters that JSON takes as they are, and YAML does
// not, as escapes. They can only stand in strings.
func escapeUnprintable(text []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(text) {
		if 0x7f <= r && r <= 0x9f || r == 0xfeff || r == 0xfffe || r == 0xffff {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.Bytes()
}
