package diagram_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Two policies that the API server refuses, one whose selector cannot be trusted; an
// object of another kind of policy; and a text that is no object.
const troubled = `
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/40}}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: misspelt, namespace: shop}
spec: {podSelectr: {matchLabels: {app: web}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: stopped, namespace: shop}
spec: {podSelector: {}}
---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: x}}
---
just words
`

// A picture that stands by itself says what is missing from it.
func TestMarksOfWhatIsMissing(t *testing.T) {
	off, err := reach.ParseOff("shop/stopped")
	if err != nil {
		t.Fatal(err)
	}
	r, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(troubled)}}, analysis.Options{Off: []reach.Off{off}})
	if err != nil {
		t.Fatal(err)
	}
	d := diagram.Build(r.Matrix, diagram.View{Incomplete: r.Incomplete()})
	if want := []string{"shop/db (NP305)", "shop/misspelt (NP201)"}; !slices.Equal(d.Refused, want) {
		t.Errorf("not in force are %q, want %q", d.Refused, want)
	}
	all := strings.Join(d.Caveats(), "\n")
	for _, want := range []string{
		"Not in force, since the API server would refuse it: shop/db (NP305) and shop/misspelt (NP201).",
		"Not everything in the bundle could be read; this is about the rest.",
		"1 CiliumNetworkPolicy object was not evaluated.",
		"shop/stopped is switched off.",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing from:\n%s", want, all)
		}
	}
	for _, n := range d.Nodes {
		marked := strings.Contains(n.Title, "Not in force, though meant for it: shop/db (NP305).")
		if marked != (n.ID == "shop/Pod/db") {
			t.Errorf("the title of %s is %q", n.ID, n.Title)
		}
	}
	whole, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(demo)}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d = diagram.Build(whole.Matrix, diagram.View{Incomplete: whole.Incomplete()})
	if len(d.Caveats()) > 0 {
		t.Errorf("a whole bundle has the caveats %q", d.Caveats())
	}
}

// Doors by Service, with what they say.
func TestDoors(t *testing.T) {
	const bundle = demo + `
---
{apiVersion: v1, kind: Service, metadata: {name: target}, spec: {selector: {app: target}, ports: [{port: 2345, targetPort: 1234}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: other}, spec: {type: NodePort, selector: {app: target}, ports: [{port: 53, protocol: UDP, nodePort: 30053}, {port: 80, targetPort: web}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: pods}, spec: {clusterIP: None, selector: {allowed: "true"}, ports: [{port: 80, targetPort: 8080}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: nobody}, spec: {selector: {app: none}, ports: [{port: 80}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec:
  rules:
  - {host: a.example.com, http: {paths: [{path: /x, backend: {service: {name: target, port: {number: 2345}}}}, {path: /y, backend: {service: {name: nobody, port: {number: 80}}}}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: closed}
spec: {defaultBackend: {service: {name: nobody, port: {number: 80}}}}
`
	r, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(bundle)}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := diagram.Build(r.Matrix, diagram.View{})
	var got []string
	for _, n := range d.Nodes {
		for _, door := range n.Doors {
			got = append(got, n.Name+" | "+door.Words()+" | "+door.Title)
		}
	}
	want := []string{
		"allowed | Service pods 8080 | Service pods in default is headless: its name stands for these pods, and callers use their own port 8080.",
		"target | Service other UDP 53 | Service other in default: port UDP 53 leads to the same port of these pods. It may be called from outside, at port 30053 of every node.",
		"target | Ingress front | Ingress front in default: a.example.com/x leads to port 2345 of Service target. The pods of the ingress controller make these calls.",
		"target | Service 2345 → 1234 | Service target in default: port 2345 leads to port 1234 of these pods; policies see 1234.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the doors are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, note := range []string{"Service default/nobody leads to no pod of the bundle.", "Ingress default/closed leads to no pod of the bundle."} {
		if !slices.Contains(d.Notes, note) {
			t.Errorf("%q is not among the notes %q", note, d.Notes)
		}
	}
}
