package manifest

import (
	"bytes"
	"fmt"

	syaml "sigs.k8s.io/yaml"
)

// Format writes values as YAML documents, by their JSON tags and with sorted keys.
// Values that JSON cannot hold panic.
func Format(values ...any) []byte {
	var b bytes.Buffer
	for i, v := range values {
		text, err := syaml.Marshal(v)
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
