package policy

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
)

// The world of every case: db is the subject, the others ask to enter it.
const world = `
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: {team: a}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {containers: [{name: c, ports: [{name: sql, containerPort: 5432}]}]}
status: {podIP: 10.0.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, tier: front}}
status: {podIP: 10.0.0.2}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: prod, labels: {app: api}}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, labels: {app: agent}}
spec: {hostNetwork: true}
status: {podIP: 172.18.0.2}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress: %s
`

// TestDecide says, rule by rule, what entering db lets through and why the rest is
// missed. An answer is the ports, then the reasons of the misses, nearest first.
func TestDecide(t *testing.T) {
	for _, c := range []struct{ rule, ingress, other, want string }{
		{"no rule lets nothing in", `[]`, "default/Pod/web", "- direction"},
		{"an empty rule lets everybody in", `[{}]`, "world", "all"},
		{"from lists pods of the own namespace", `[{from: [{podSelector: {matchLabels: {app: web}}}]}]`, "default/Pod/web", "all"},
		{"a label with another value", `[{from: [{podSelector: {matchLabels: {app: api}}}]}]`, "default/Pod/web", "- pod-labels"},
		{"without namespaceSelector no other namespace", `[{from: [{podSelector: {matchLabels: {app: api}}}]}]`, "prod/Pod/api", "- namespace"},
		{"the namespace's labels count", `[{from: [{namespaceSelector: {matchLabels: {team: b}}}]}]`, "prod/Pod/api", "- namespace-labels"},
		{"one half of an AND", `[{from: [{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: web}}}]}]`, "prod/Pod/api", "- pod-labels"},
		{"two entries are alternatives", `[{from: [{podSelector: {matchLabels: {app: x}}}, {namespaceSelector: {}}], ports: [{port: 80}]}]`, "prod/Pod/api", "80/TCP namespace"},
		{"an entry of pods is no address", `[{from: [{podSelector: {}}]}]`, "world", "- not-a-pod"},
		{"a block holds an address", `[{from: [{ipBlock: {cidr: 192.0.2.0/24}}]}]`, "192.0.2.0/24", "all"},
		{"an address outside the block", `[{from: [{ipBlock: {cidr: 192.0.2.0/24}}]}]`, "world", "- address"},
		{"an exception", `[{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.2/32]}}]}]`, "default/Pod/web", "- except"},
		{"a pod whose address is not known", `[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]`, "prod/Pod/api", "- not-an-address"},
		{"selectors do not see the host network", `[{from: [{podSelector: {}}]}]`, "default/Pod/agent", "- host-network"},
		{"a block sees the host network's address", `[{from: [{ipBlock: {cidr: 172.18.0.0/16}}]}]`, "default/Pod/agent", "all"},
		{"a named port is the destination's", `[{ports: [{port: sql}]}]`, "default/Pod/web", "5432/TCP"},
		{"a name with another protocol is no port", `[{ports: [{port: sql, protocol: UDP}]}]`, "default/Pod/web", "- named-port"},
		{"rules add up", `[{ports: [{port: 80}]}, {from: [{podSelector: {}}], ports: [{port: 81}]}]`, "default/Pod/web", "80-81/TCP"},
		{"the nearest miss comes first", `[{from: [{podSelector: {matchLabels: {app: x, tier: back}}}, {podSelector: {matchLabels: {app: x, tier: front}}}, {ipBlock: {cidr: 192.0.2.0/24}}]}]`,
			"default/Pod/web", "- pod-labels pod-labels address"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			cluster := build(t, fmt.Sprintf(world, c.ingress))
			db, other := cluster.Entity("default/Pod/db"), cluster.Entity(c.other)
			if other == nil {
				t.Fatalf("no entity %s", c.other)
			}
			got := Decide(db.Namespace.Policies, model.Ingress, db, other, Assumption{})
			words := []string{got.Ports.String()}
			if words[0] == "" {
				words[0] = "-"
			}
			for _, m := range got.Misses {
				words = append(words, string(m.Reason))
				if m.Text == "" {
					t.Errorf("the miss %s has no text", m.Reason)
				}
			}
			if answer := strings.Join(words, " "); answer != c.want {
				t.Errorf("%s entering db under %s: got %q, want %q", c.other, c.ingress, answer, c.want)
			}
		})
	}
}

// TestExempt lists what no policy has a say about.
func TestExempt(t *testing.T) {
	cluster := build(t, fmt.Sprintf(world, `[]`)+`---
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 172.18.0.3}]}
---
apiVersion: v1
kind: Pod
metadata: {name: onnode, labels: {app: db}}
spec: {nodeName: n1}
`)
	at := func(address string) *model.Entity { return cluster.EntityAt(netip.MustParseAddr(address)) }
	db, node, onNode := cluster.Entity("default/Pod/db"), cluster.Entity("node/n1"), cluster.Entity("default/Pod/onnode")
	if at("172.18.0.3") != node || at("10.0.0.1") != db || at("192.0.2.1") != cluster.Entity("world") {
		t.Error("addresses do not lead to the node, the pod and the world")
	}
	for _, c := range []struct {
		subject, other *model.Entity
		want           Exemption
	}{
		{cluster.Entity("world"), db, NotAPod},
		{node, onNode, NotAPod},
		{cluster.Entity("default/Pod/agent"), db, OnHost},
		{db, db, SamePod},
		{onNode, node, OwnNode},
		{db, node, ""},
	} {
		got := Decide(db.Namespace.Policies, model.Ingress, c.subject, c.other, Assumption{})
		if got.Exempt != c.want || got.Ports.IsAll() != (c.want != "") {
			t.Errorf("%s with %s: exempt %q with ports %q, want %q", c.subject.ID, c.other.ID, got.Exempt, got.Ports, c.want)
		}
	}
}

func build(t *testing.T, text string) *model.Cluster {
	t.Helper()
	bundle, err := manifest.Parse([]manifest.Source{{Name: "bundle.yaml", Data: []byte(text)}}, manifest.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	cluster, found := model.Build(bundle, model.Options{})
	if all := append(bundle.Findings, found...); len(all) > 0 {
		t.Fatalf("the case is not in order: %v", all)
	}
	return cluster
}
