package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// parse reads one text without limits.
func parse(t *testing.T, text string) Bundle {
	t.Helper()
	return parseAll(t, Source{Name: "a.yaml", Data: []byte(text)})
}

func parseAll(t *testing.T, sources ...Source) Bundle {
	t.Helper()
	b, err := Parse(sources, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// show writes findings as "code line:column-line:column field".
func show(l diag.List) string {
	var lines []string
	for _, f := range l {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %d:%d-%d:%d %s", f.Code, f.Range.Start.Line, f.Range.Start.Column, f.Range.End.Line, f.Range.End.Column, f.Field)))
	}
	return strings.Join(lines, "\n")
}

// titles writes the objects of a bundle, refused ones with their code.
func titles(b Bundle) string {
	var all []string
	for _, o := range b.Objects {
		all = append(all, strings.TrimSpace(o.Title()+" "+string(o.Refused)))
	}
	return strings.Join(all, "\n")
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != strings.TrimSpace(want) {
		t.Errorf("%s\ngot:\n%s\nwant:\n%s", what, got, strings.TrimSpace(want))
	}
}

// A document that is no object says what it is instead.
func TestFragments(t *testing.T) {
	for text, want := range map[string]string{
		"podSelector: {}\n":                     "NP007 1:1-1:16",
		"# c\nfrom:\n- podSelector: {}":         "NP007 2:1-3:18",
		"- podSelector: {}\n":                   "NP007 1:1-1:18",
		"to: []        \n":                      "NP007 1:1-1:7",
		"matchLabels: {a: b}":                   "NP007 1:1-1:20",
		"just words\n":                          "NP120 1:1-1:11",
		"- a\n- b\n":                            "NP120 1:1-2:4",
		"a: b\n":                                "NP120 1:1-1:5",
		"apiVersion: v1\nmetadata: {}":          "NP120 1:1-2:13",
		"spec: {podSelector: {}}":               "NP007 1:1-1:24",
		"metadata: {}\nspec: {podSelector: {}}": "NP101 1:1-2:24 apiVersion",
		"image: {tag: x}\nservice: {}\ningress: {enabled: true}\n": "NP120 1:1-3:25",
		"# only a comment\n": "",
		"---\n---\n...\n":    "",
		"":                   "",
		"null":               "",
	} {
		b := parse(t, text)
		equal(t, text, show(b.Findings), want)
		if want == "" && text != "null" && b.Documents != 0 {
			t.Errorf("%q counts as %d documents", text, b.Documents)
		}
	}
}

// The kind and group of a NetworkPolicy may be wrong in many ways; other vendors'
// policies are not ours to judge.
func TestKinds(t *testing.T) {
	for what, want := range map[string]string{
		"extensions/v1beta1 NetworkPolicy":                             "NP101",
		"networking.k8s.io/v1beta1 NetworkPolicy":                      "NP101",
		"v1 NetworkPolicy":                                             "NP101",
		"networking/v1 NetworkPolicy":                                  "NP101",
		"networking.k8s.io/v1 NetworkPolicies":                         "NP101",
		"networking.k8s.io/v1 networkpolicy":                           "NP101",
		"networking.k8s.io/v1 NetworkPolcy":                            "NP101",
		"projectcalico.org/v3 NetworkPolicy":                           "NP603",
		"crd.projectcalico.org/v1 GlobalNetworkPolicy":                 "NP603",
		"cilium.io/v2 CiliumNetworkPolicy":                             "NP603",
		"cilium.io/v2 CiliumClusterwideNetworkPolicy":                  "NP603",
		"policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy":         "NP603",
		"policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy": "NP603",
		"policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy":       "NP603",
		"crd.antrea.io/v1beta1 ClusterNetworkPolicy":                   "NP603",
		"security.istio.io/v1 AuthorizationPolicy":                     "NP603",
		"networking.k8s.io/v1 Ingress":                                 "",
		"networking.k8s.io/v1 IngressClass":                            "",
		"v1 ConfigMap":                                                 "",
		"policy/v1 PodDisruptionBudget":                                "",
		"serving.knative.dev/v1 Service":                               "",
		"v2 Pod":                                                       "NP120",
		"v1 Deployment":                                                "NP120",
		"apps/v1beta2 Deployment":                                      "",
		"extensions/v1beta1 DaemonSet":                                 "",
	} {
		api, kind, _ := strings.Cut(what, " ")
		b := parse(t, fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: x}\n", api, kind))
		var codes []string
		for _, f := range b.Findings {
			codes = append(codes, string(f.Code))
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
		if (want == "NP603") != (len(b.NotEvaluated) == 1 && b.NotEvaluated[0].Policy) {
			t.Errorf("%s: not evaluated %+v", what, b.NotEvaluated)
		}
	}
}

// Lists are unpacked, each item with its own place in the text.
func TestLists(t *testing.T) {
	text := `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    name: a
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicyList
  items:
  - metadata: {name: p}
    spec:
      podSelector: {}
      ingress:
      - from: []
  - metadata: {name: q}
    spec: {podSelectr: {}}
- words
`
	b := parse(t, text)
	equal(t, "objects", titles(b), "Namespace a\nNetworkPolicy default/p\nNetworkPolicy default/q NP201")
	equal(t, "findings", show(b.Findings), "NP201 17:12-17:22 spec.podSelectr\nNP120 18:3-18:8")
	for field, want := range map[string]string{
		"":                       "11:5-15:17",
		"metadata.name":          "11:16-11:23",
		"spec.ingress[0].from":   "15:9-15:17",
		"spec.ingress[0].ports":  "15:9-15:17",
		"spec.ingress[0]":        "15:9-15:17",
		"spec.egress[0].to[1].x": "12:5-15:17",
	} {
		r := b.Objects[1].Source.Locate(field)
		if got := fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Column, r.End.Line, r.End.Column); got != want {
			t.Errorf("%q: got %s, want %s", field, got, want)
		}
	}
	// Items of a typed list need no kind, and a kind that only ends in List is none.
	equal(t, "typed", titles(parse(t, "apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: x}}]\n")), "Pod default/x")
	if b := parse(t, "apiVersion: x.io/v1\nkind: DenyList\n"); len(b.NotEvaluated) != 1 {
		t.Errorf("DenyList: %+v", b)
	}
}

// JSON may be concatenated, on one line or many, and spelled as only JSON may be.
func TestJSON(t *testing.T) {
	b := parse(t, `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"a"}}{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"b"}}
{
	"kind": "NetworkPolicy", "apiVersion": "networking.k8s.io\/v1",
	"metadata": {"name": "p", "annotations": {"x": "\ud83d\ude00"}},
	"spec": {"podSelectr": {}}
}
{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"c"}}`)
	equal(t, "objects", titles(b), "Namespace a\nNamespace b\nNetworkPolicy default/p NP201\nNamespace c")
	equal(t, "findings", show(b.Findings), "NP201 5:11-5:23 spec.podSelectr")
	if r := b.Objects[1].Source.Locate("metadata.name"); r.Start != (diag.Position{Line: 1, Column: 113}) {
		t.Errorf("second object on a line: %+v", r)
	}
	b = parse(t, "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}\n{broken: [}\n{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"b\"}}\n")
	equal(t, "objects beside a broken one", titles(b), "Namespace a\nNamespace b")
}

// Documents end where YAML says so, and lines count over all of them.
func TestDocuments(t *testing.T) {
	ns := func(name string) string { return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n" }
	b := parse(t, "%YAML 1.1\n---\n"+ns("a")+"--- # two\n"+ns("b")+"...\n# c\n---\n\n---   \n"+ns("c")+"--- {apiVersion: v1, kind: Namespace, metadata: {name: d}}\n")
	equal(t, "objects", titles(b), "Namespace a\nNamespace b\nNamespace c\nNamespace d")
	var lines []int
	for _, o := range b.Objects {
		lines = append(lines, o.Source.Locate("").Start.Line)
	}
	if fmt.Sprint(lines) != "[3 7 15 18]" || b.Documents != 4 {
		t.Errorf("lines %v, documents %d", lines, b.Documents)
	}
	for _, newline := range []string{"\r\n", "\r"} {
		text := "\xef\xbb\xbf" + strings.ReplaceAll(ns("a")+"---\n"+ns("b"), "\n", newline)
		b := parse(t, text)
		equal(t, fmt.Sprintf("%q", newline), titles(b), "Namespace a\nNamespace b")
		if r := b.Objects[1].Source.Locate("metadata.name"); r.Start != (diag.Position{Line: 7, Column: 12}) {
			t.Errorf("%q: %+v", newline, r)
		}
	}
}

// Other kinds: what is read must have its shape and lawful names, else the object is
// left out; what is not read does not matter.
func TestOtherKinds(t *testing.T) {
	for _, c := range []struct{ text, objects, findings string }{
		{"apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {volumes: 7, containers: [{image: [], ports: [{containerPort: 80}]}]}\n", "Pod default/x", ""},
		{"apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  labels: {version: 1.0}\n", "", "NP206 5:21-5:24 metadata.labels.version"},
		{"apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - ports: 80\n", "", "NP120 6:12-6:14 spec.containers[0].ports"},
		{"apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}\n", "Pod default/job-", ""},
		{"apiVersion: v1\nkind: Pod\nmetadata: {}\n", "", "NP120 3:1-3:13 metadata.name"},
		{"apiVersion: v1\nkind: Pod\nmetadata: {name: A_b}\n", "", "NP120 3:12-3:21 metadata.name"},
		{"apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nstatus: {podIP: 10.0.0}\n", "", "NP120 4:10-4:23 status.podIP"},
		{"apiVersion: v1\nkind: Namespace\nmetadata: {name: a.b}\n", "", "NP120 3:12-3:21 metadata.name"},
		{"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: many}\n", "", "NP120 4:18-4:22 spec.replicas"},
		{"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {metadata: {labels: {a b: c}}}}\n", "", "NP120 4:39-4:45 spec.template.metadata.labels.a b"},
		{"apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80, targetPort: http}]}\n", "Service default/x", ""},
		{"apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nmetadata: {name: z}\n", "Pod default/z", "NP006 4:1-4:9 metadata"},
	} {
		b := parse(t, c.text)
		equal(t, c.text, titles(b), c.objects)
		equal(t, c.text, show(b.Findings), c.findings)
	}
}

// The labels of a workload's pods are those of its template, wherever that stands.
func TestWorkloads(t *testing.T) {
	template := "template: {metadata: {labels: {app: pod}}, spec: {hostNetwork: true}}"
	for kind, spec := range map[string]string{
		"apps/v1 Deployment":       "{replicas: 3, selector: {matchLabels: {app: pod}}, " + template + "}",
		"apps/v1 StatefulSet":      "{replicas: 3, " + template + "}",
		"apps/v1 ReplicaSet":       "{replicas: 3, " + template + "}",
		"v1 ReplicationController": "{replicas: 3, selector: {app: pod}, " + template + "}",
		"batch/v1 Job":             "{parallelism: 3, replicas: 9, " + template + "}",
		"batch/v1 CronJob":         "{jobTemplate: {spec: {parallelism: 3, " + template + "}}}",
		"apps/v1 DaemonSet":        "{" + template + "}",
	} {
		api, kind, _ := strings.Cut(kind, " ")
		b := parse(t, fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: w, namespace: ns, labels: {app: own}}\nspec: %s\n", api, kind, spec))
		if len(b.Objects) != 1 || len(b.Findings) > 0 {
			t.Errorf("%s: %s", kind, show(b.Findings))
			continue
		}
		w := b.Objects[0].Value.(*Workload)
		if w.Kind != kind || w.Template.Metadata.Labels["app"] != "pod" || !w.Template.Spec.HostNetwork {
			t.Errorf("%s: %+v", kind, w)
		}
		if (w.Replicas == nil) != (kind == "DaemonSet") || w.Replicas != nil && *w.Replicas != 3 {
			t.Errorf("%s: replicas %v", kind, w.Replicas)
		}
		if (w.Selector != nil) != strings.Contains(spec, "selector") {
			t.Errorf("%s: selector %v", kind, w.Selector)
		}
	}
}

// A place that asks for many fields at once gets the same answers.
func TestLocateAll(t *testing.T) {
	b := parse(t, "# about\n"+whole)
	o := b.Objects[0]
	fields := []string{"", "spec.podSelector", "spec.ingress[0].from[1].ipBlock.except", "metadata.annotations[note]", "spec.ingress[7]", "nothing"}
	for i, r := range LocateAll(o.Source, fields) {
		if one := o.Source.Locate(fields[i]); r != one {
			t.Errorf("%q: %+v and %+v", fields[i], r, one)
		}
	}
	if r := o.Source.Locate("spec.ingress[0].from[1].ipBlock.except"); r.Start != (diag.Position{Line: 40, Column: 9}) || r.End != (diag.Position{Line: 40, Column: 30}) {
		t.Errorf("except: %+v", r)
	}
}
