package manifest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// fieldType is a type of the API with the fields it has.
type fieldType struct {
	Fields map[string]field `json:"fields"`
}

type field struct {
	Doc  string `json:"doc"`
	Type string `json:"type,omitempty"` // the name of a type of the table; else a value
	List bool   `json:"list,omitempty"`
}

// ofMetadata are the fields of metadata that a person writes.
var ofMetadata = []string{"name", "generateName", "namespace", "labels", "annotations"}

// TestFieldsOfTheEditor holds the table from which the editor completes and explains
// fields to the types of the Kubernetes API.
func TestFieldsOfTheEditor(t *testing.T) {
	table := map[string]fieldType{}
	tabulate(t, table, reflect.TypeFor[networkingv1.NetworkPolicy]())
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(table); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "..", "static", "src", "fields.json")
	if *update {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not what the API's types say (%v); run go test ./internal/manifest -run FieldsOfTheEditor -update", file, err)
	}
	if doc := table["NetworkPolicyPort"].Fields["endPort"].Doc; !strings.Contains(doc, "range of ports") {
		t.Errorf("endPort is explained as %q", doc)
	}
}

// tabulate adds a struct of the API and those it is made of.
func tabulate(t *testing.T, table map[string]fieldType, typ reflect.Type) {
	t.Helper()
	if _, known := table[typ.Name()]; known {
		return
	}
	docs, ok := reflect.Zero(typ).Interface().(interface{ SwaggerDoc() map[string]string })
	if !ok {
		t.Fatalf("%s has no documentation", typ)
	}
	fields := map[string]field{}
	table[typ.Name()] = fieldType{fields}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Type == reflect.TypeFor[metav1.TypeMeta]():
			for i := range f.Type.NumField() {
				name, _, _ := strings.Cut(f.Type.Field(i).Tag.Get("json"), ",")
				fields[name] = field{Doc: metav1.TypeMeta{}.SwaggerDoc()[name]}
			}
			continue
		case typ == reflect.TypeFor[metav1.ObjectMeta]() && !slices.Contains(ofMetadata, name):
			continue
		}
		entry := field{Doc: docs.SwaggerDoc()[name]}
		of := f.Type
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			entry.List = entry.List || of.Kind() == reflect.Slice
			of = of.Elem()
		}
		if _, documented := reflect.Zero(of).Interface().(interface{ SwaggerDoc() map[string]string }); documented && of.Kind() == reflect.Struct {
			entry.Type = of.Name()
			tabulate(t, table, of)
		}
		fields[name] = entry
	}
}
