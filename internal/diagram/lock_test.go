package diagram_test

import (
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// The node that a pod runs on always reaches it, and that is said below the picture:
// it does not make the lock of a pod that nobody else reaches an open one.
func TestOwnNodeLeavesALockFilled(t *testing.T) {
	const bundle = `
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.168.1.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x}
spec: {nodeName: n1, containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: x}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: x}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`
	report, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(bundle)}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	boxes := 0
	for _, n := range diagram.Build(report.Matrix, diagram.View{}).Nodes {
		if n.Kind != diagram.Box {
			continue
		}
		boxes++
		for _, d := range model.Directions {
			if !n.Sides[d].Locked || !n.Sides[d].Closed {
				t.Errorf("%s, %s: locked %v, closed %v, want both", n.ID, d, n.Sides[d].Locked, n.Sides[d].Closed)
			}
		}
	}
	if boxes != 2 {
		t.Errorf("%d boxes, want 2", boxes)
	}
}
