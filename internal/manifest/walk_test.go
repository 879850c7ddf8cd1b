package manifest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	sjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// whole uses every field of a NetworkPolicy.
const whole = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: all
  namespace: shop
  generation: 3
  creationTimestamp: "2026-01-02T03:04:05Z"
  labels:
    app: web
  annotations: {note: "of no use"}
  ownerReferences:
  - apiVersion: v1
    kind: Thing
    name: t
    uid: u
    controller: true
  managedFields:
  - manager: kubectl
    fieldsV1: {"f:spec": {}}
spec:
  podSelector:
    matchLabels:
      app: web
    matchExpressions:
    - key: tier
      operator: In
      values: [front, back]
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from:
    - podSelector: {}
      namespaceSelector:
        matchLabels:
          team: a
    - ipBlock:
        cidr: 10.0.0.0/8
        except: [10.1.0.0/16]
    ports:
    - protocol: TCP
      port: 80
      endPort: 90
    - port: http
  egress:
  - to: []
  - {}
`

// scalars are values that YAML 1.1, YAML 1.2 and JSON read in different ways.
var scalars = []string{
	"", "~", "null", "yes", "no", "on", "off", "y", "n", "true", "False", "0", "1", "-1", "+1", "080", "0443", "0x1f", "0b11", "0o17",
	"1e3", "1.0", "80.5", "1_000", "1:30", "2026-01-02", "2026-01-02T03:04:05Z", ".inf", "-.INF", ".nan", "9999999999",
	"99999999999999999999", "18446744073709551615", "1e400", "text", `"80"`, "'80'", `""`, "[]", "{}", "[1]", "{a: b}", "[~]",
	"!!str 80", "!!int 80", "!!float 3", "!!int \"5\"", "!!foo x", "&a x", "<<", "=", "*gone", "a: b", "|-\n        80", ".5", "-", "- a", "0.", "1.e1", "_1", "1__0",
}

// keys are words to write in place of a field's name.
var keys = []string{
	"matchLabel", "matchlabels", "podselector", "from", "to", "ports", "port", "ingress", "metadata", "spec", "status", "name", "namespace",
	"1", "yes", "null", "~", "0x10", ".nan", "1.5", "<<", `"<<"`, `""`, "[a]", "{a: b}", "? a", "cidr", "endPort", "a.b/c", "99999999999999999999",
}

// mutate changes one to three lines of a text: another value, another key, another
// indentation, a line less or twice.
func mutate(r *rand.Rand, text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for range 1 + r.IntN(3) {
		i := r.IntN(len(lines))
		line := lines[i]
		lead := line[:len(line)-len(strings.TrimLeft(line, " -"))]
		key, _, hasKey := strings.Cut(line[len(lead):], ":")
		switch r.IntN(8) {
		case 0, 1, 2:
			if hasKey {
				lines[i] = lead + key + ": " + scalars[r.IntN(len(scalars))]
			} else {
				lines[i] = lead + scalars[r.IntN(len(scalars))]
			}
		case 3, 4:
			if hasKey {
				lines[i] = lead + keys[r.IntN(len(keys))] + line[len(lead)+len(key):]
			}
		case 5:
			lines = append(lines[:i], lines[i+1:]...)
		case 6:
			lines = append(lines[:i+1], lines[i:]...)
		case 7:
			lines[i] = strings.Repeat(" ", r.IntN(10)) + strings.TrimLeft(line, " ")
		}
		if len(lines) == 0 {
			return ""
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// refused gives what the decoder of the API server says against a text, as kubectl
// sends it, or nothing. Duplicate keys are no reason.
func refused(text []byte) string {
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		return err.Error()
	}
	return refusedJSON(converted)
}

func refusedJSON(text []byte) string {
	var np networkingv1.NetworkPolicy
	strict, err := sjson.UnmarshalStrict(text, &np, sjson.DisallowUnknownFields)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(strict)[1 : len(fmt.Sprint(strict))-1]
}

// The walker finds an error exactly where the decoder refuses, and what it leaves over
// is something that the decoder takes.
func TestWalkerAgreesWithDecoder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	agreed := map[bool]int{}
	for range 6000 {
		text := mutate(r, whole)
		d := &document{file: "f", text: []byte(text)}
		tree, err := newTree(d)
		why := refused(d.text)
		if err != nil {
			if why == "" {
				t.Errorf("only the decoder reads this (%v):\n%s", err, text)
			}
			continue
		}
		w := newWalker(true)
		value, _ := w.walk(tree.root, reflect.TypeFor[networkingv1.NetworkPolicy](), place{})
		var found []string
		for _, f := range w.faults {
			if f.kind != duplicateKey {
				found = append(found, f.path)
			}
		}
		agreed[len(found) > 0]++
		if (why != "") != (len(found) > 0) {
			t.Errorf("decoder says %q, walker finds %q in\n%s", why, found, text)
			continue
		}
		left, err := json.Marshal(value)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		var np networkingv1.NetworkPolicy
		if strict, err := sjson.UnmarshalStrict(left, &np); err != nil || len(strict) > 0 {
			t.Errorf("what the walker leaves over is refused: %v %v\n%s\nof\n%s", err, strict, left, text)
		}
	}
	if agreed[true] < 1000 || agreed[false] < 200 {
		t.Errorf("the mutations are one-sided: %v", agreed)
	}
}

// Unchanged, the policy has no fault and decodes to the same value both ways.
func TestWalkerGivesDecodersValue(t *testing.T) {
	d := &document{text: []byte(whole)}
	tree, err := newTree(d)
	if err != nil {
		t.Fatal(err)
	}
	w := newWalker(true)
	value, _ := w.walk(tree.root, reflect.TypeFor[networkingv1.NetworkPolicy](), place{})
	left, err := json.Marshal(value)
	if err != nil || len(w.faults) > 0 {
		t.Fatal(err, w.faults)
	}
	converted, err := yaml.YAMLToJSON(d.text)
	if err != nil {
		t.Fatal(err)
	}
	var a, b networkingv1.NetworkPolicy
	if err := json.Unmarshal(left, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(converted, &b); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("walker %s\ndecoder %s", left, converted)
	}
}
