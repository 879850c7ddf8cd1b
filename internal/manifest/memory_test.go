package manifest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// What is remembered gives what reading again would, places included.
func TestMemoryGivesWhatParseGives(t *testing.T) {
	docs := []string{
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x, labels: {app: a}}\n",
		"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: b, namespace: x}\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: x}\n",
		"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: x}\nspec:\n  podSelector: {}\n  ingress:\n  - ports: [{port: 80}]\n",
		"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: q}\nspec:\n  podSelector: {}\n  policyTypes: [Ingres]\n",
		"{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"c\"}}\n",
		"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: z}\n",
		"podSelector: {}\ningress: []\n",
	}
	memory := &Memory{}
	for i, order := range [][]int{{0, 1, 2, 3, 4, 5, 6}, {5, 3, 2, 0}, {6, 1}, {2, 2, 4}} {
		var parts []string
		for _, k := range order {
			parts = append(parts, docs[k])
		}
		sources := []Source{{Name: fmt.Sprintf("%d.yaml", i), Data: []byte("# first\n" + strings.Join(parts, "---\n"))}}
		want, err := Parse(sources, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := memory.Parse(sources, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Objects) != len(want.Objects) || !reflect.DeepEqual(got.Findings, want.Findings) || !reflect.DeepEqual(got.NotEvaluated, want.NotEvaluated) {
			t.Fatalf("order %v: %d objects and %v, want %d and %v", order, len(got.Objects), got.Findings, len(want.Objects), want.Findings)
		}
		for k := range want.Objects {
			a, b := want.Objects[k], got.Objects[k]
			for _, field := range []string{"", "metadata.name", "spec.ingress[0].ports[0]"} {
				if x, y := a.Source.Locate(field), b.Source.Locate(field); x != y {
					t.Errorf("order %v: %s of %s is at %v, want %v", order, field, a.Title(), y, x)
				}
			}
			a.Source, b.Source = nil, nil
			if !reflect.DeepEqual(a, b) {
				t.Errorf("order %v: %+v, want %+v", order, b, a)
			}
		}
	}
}
