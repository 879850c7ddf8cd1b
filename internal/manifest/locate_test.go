package manifest

import (
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Each text has its field between « and », from the first character of the key to
// the last of the value. Objects are found by their order in the text.
var places = []struct {
	name, field string
	object      int
	text        string
}{
	{"the object", "", 0, "# c\n«apiVersion: v1\nkind: Pod\nmetadata: {name: a}» # c\n\n"},
	{"block scalar value", "metadata.name", 0, "apiVersion: v1\nkind: Pod\nmetadata:\n  «name: a»  # c\n  namespace: b\n"},
	{"quoted value", "metadata.name", 0, "apiVersion: v1\nkind: Pod\nmetadata:\n  «name: \"a\"»\n"},
	{"single quotes with one inside", "metadata.labels.a", 0, "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  labels: {«a: 'it''s'», b: c}\n  name: a\n"},
	{"quoted key", "metadata.name", 0, "apiVersion: v1\nkind: Pod\nmetadata: {«\"name\": a», namespace: b}\n"},
	{"space before the colon", "metadata.name", 0, "apiVersion: v1\nkind: Pod\nmetadata:\n  «name  :  a»\n"},
	{"map", "metadata", 0, "apiVersion: v1\nkind: Pod\n«metadata:\n  name: a\n  labels: {a: b}»\n\nspec: {}\n"},
	{"flow map over lines", "metadata.annotations", 0, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, «annotations: {\n  a: \"}\", # }\n  b: c }»}\n"},
	{"value that is not there", "metadata.labels.a", 0, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n  labels:\n    «a:»\n    b: c\n"},
	{"key with dots and a slash", "metadata.labels.app.kubernetes.io/name", 0, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: x, «app.kubernetes.io/name: web»}}\n"},
	{"the same in brackets", "metadata.labels[app.kubernetes.io/name]", 0, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: x, «app.kubernetes.io/name: web»}}\n"},
	{"longest key first", "metadata.labels.app.x", 0, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: x, «app.x: web», x: b}}\n"},
	{"list item in a block", "spec.ingress[1]", 0, policyText("  ingress:\n  - from: []\n  - «from: []\n    ports: []»\n")},
	{"list item in brackets", "spec.policyTypes[1]", 0, policyText("  policyTypes: [Ingress, «Egress» ]\n")},
	{"field of a list item", "spec.ingress[0].from[1].ipBlock.cidr", 0, policyText("  ingress:\n  - from:\n    - podSelector: {}\n    - ipBlock:\n        «cidr: 10.0.0.0/8»\n        except: []\n")},
	{"list as written", "spec.ingress", 0, policyText("  «ingress:\n  - from: []\n  - {}»\n  egress: []\n")},
	{"list in the column of its key", "spec.ingress[0].from", 0, policyText("  ingress:\n  - «from:\n    - podSelector: {}\n    -   namespaceSelector: {}»\n    ports: []\n")},
	{"not written, in a map", "spec.ingress[0].ports[0].endPort", 0, policyText("  ingress:\n  - ports:\n    - «port: 80»\n")},
	{"not written, the whole", "status.podIP", 0, "«apiVersion: v1\nkind: Pod\nmetadata: {name: a}»\n"},
	{"index behind the end", "spec.ingress[7].from", 0, policyText("  «ingress:\n  - from: []»\n")},
	{"alias", "spec.ingress[1].from", 0, policyText("  ingress:\n  - from: &f [{podSelector: {}}]\n  - «from: *f»\n    ports: []\n")},
	{"behind an alias", "spec.ingress[1].from[0]", 0, policyText("  ingress:\n  - from: &f [«{podSelector: {}}»]\n  - from: *f\n")},
	{"anchor and tag", "spec.podSelector", 0, policyText("  «podSelector: &x !!map {matchLabels: {a: b}}»\n")},
	{"by a merge", "spec.ingress[1].ports", 0, policyText("  ingress:\n  - &r {ports: []}\n  - «<<: *r»\n    from: []\n")},
	{"literal text", "metadata.annotations.a", 0, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n  annotations:\n    «a: |\n      one\n\n      two»\n\n    b: c\n"},
	{"folded over lines", "metadata.annotations.a", 0, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n  annotations:\n    «a: one\n      two\n\n      three» # c\n    b: c\n"},
	{"quotes over lines", "metadata.annotations.a", 0, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n  annotations:\n    «a: \"one \\\"\n      two\"»\n    b: c\n"},
	{"the last of equal keys", "spec.podSelector", 0, policyText("  podSelector: {}\n  «podSelector: {matchLabels: {}}»\n")},
	{"wide characters", "metadata.labels.b", 0, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {\"é€𝄞\": \"😀\"}, labels: {«b: c»}}\n"},
	{"CRLF", "metadata.name", 0, "apiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  «name: a»\r\n  labels: {}\r\n"},
	{"second document", "metadata.name", 1, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n\napiVersion: v1\nkind: Pod\nmetadata: {«name: b»}\n"},
	{"on the marker's line", "", 1, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n--- «{apiVersion: v1, kind: Pod, metadata: {name: b}}»\n"},
	{"item of a List", "", 1, "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- «apiVersion: v1\n  kind: Pod\n  metadata: {name: b}»\n"},
	{"field in an item of a List", "metadata.name", 1, "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n  - apiVersion: v1\n    kind: Pod\n    metadata:\n      «name: b»\n"},
	{"in a List of Lists", "metadata.name", 0, "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: PodList\n  items:\n  - metadata: {«name: a»}\n"},
	{"not written in an item", "spec.podSelector", 1, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n- metadata: {name: a}\n- «metadata: {name: b}»\n"},
	{"an alias to outside of the item", "metadata.labels.a", 1, "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a, labels: &l {«a: b»}}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: b, labels: *l}\n"},
	{"flow List", "metadata", 1, "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: a}},\n  {apiVersion: v1, kind: Pod, «metadata: {name: b}»}]}\n"},
	{"JSON", "metadata.name", 0, "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {«\"name\": \"a\"»}}"},
	{"JSON over lines", "metadata", 0, "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Pod\",\n\t«\"metadata\": {\n\t\t\"name\": \"a\"\n\t}»\n}\n"},
	{"JSON with escapes", "metadata.labels.b", 0, "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"annotations\": {\"\\/\\u00e9\": \"\\ud83d\\ude00\\\"\"}, \"name\": \"a\", \"labels\": {«\"b\": \"c\"»}}}"},
	// The first one's name is refused, so that only the second is left.
	{"second JSON on a line", "metadata.name", 0, "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"é\\u0061\"}} {\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {«\"name\": \"b\"»}}"},
	{"item of a JSON List", "metadata.name", 1, "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}, {\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {«\"name\": \"b\"»}}]}"},
	{"far along a line", "metadata.name", 0, "{\"apiVersion\": \"v1\", \"x\": \"" + strings.Repeat("é", 5000) + "\", \"kind\": \"Pod\", \"metadata\": {«\"name\": \"a\"»}}"},
	{"breaks that editors do not count", "metadata.name", 0, "apiVersion: v1\nkind: Pod\nx: \"a\u2028 b\u2029 c\"\ny: \"d\u0085 e\"\nmetadata: {«name: a»}\n"},
}

func policyText(spec string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n" + spec
}

func TestLocate(t *testing.T) {
	for _, c := range places {
		t.Run(c.name, func(t *testing.T) {
			before, rest, _ := strings.Cut(c.text, "«")
			inside, after, ok := strings.Cut(rest, "»")
			if !ok {
				t.Fatal("no marks")
			}
			want := diag.Range{File: "f", Start: placeBehind(before), End: placeBehind(before + inside)}
			text := before + inside + after
			bundle, err := Parse([]Source{{Name: "f", Data: []byte(text)}}, WebLimits)
			if err != nil {
				t.Fatal(err)
			}
			if c.object >= len(bundle.Objects) {
				t.Fatalf("object %d is not there: %s\n%s", c.object, titles(bundle), findingLines(bundle))
			}
			source := bundle.Objects[c.object].Source
			if got := source.Locate(c.field); got != want {
				t.Errorf("%s of\n%s\ngot %s, want %s", c.field, text, rangeText(got), rangeText(want))
			}
			if got := LocateAll(source, []string{"kind", c.field})[1]; got != want && c.field != "" {
				t.Errorf("with another field: got %s, want %s", rangeText(got), rangeText(want))
			}
		})
	}
}

// placeBehind gives the position behind a text, counting as an editor does.
func placeBehind(text string) diag.Position {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.Split(text, "\n")
	return diag.Position{Line: len(lines), Column: len([]rune(lines[len(lines)-1])) + 1}
}
