package analysis

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/netpolscope/netpolscope/internal/model"
)

// realistic makes the documents of a cluster as people run them: namespaces of about
// a hundred pods, written as kubectl prints them, and for every five pods a policy.
// Each namespace is closed by default and opened by pod, namespace, address and
// port.
func realistic(seed uint64, pods int) [][]byte {
	r := rand.New(rand.NewPCG(seed, uint64(pods)))
	namespaces := max(1, pods/100)
	var docs [][]byte
	write := func(format string, args ...any) {
		var b bytes.Buffer
		fmt.Fprintf(&b, format, args...)
		docs = append(docs, b.Bytes())
	}
	for n := range namespaces {
		write(namespaceText, n, realTeams[n%len(realTeams)])
	}
	for i := range pods {
		n, app := i%namespaces, realApps[r.IntN(len(realApps))]
		address := fmt.Sprintf("10.%d.%d.%d", 16+i>>16, i>>8&0xff, i&0xff)
		hash := fmt.Sprintf("%08x", r.Uint32())
		write(podText, r.Uint32()%28+1, app.name, hash, app.tier, r.IntN(2)+1, app.name, hash, n, r.Uint32(),
			app.name, r.IntN(90), r.IntN(20), app.name, app.portName, app.port, r.IntN(50), r.IntN(50), address, address)
	}
	for i := range pods / 5 {
		n := i % namespaces
		app, other := realApps[r.IntN(len(realApps))], realApps[r.IntN(len(realApps))]
		write("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: p%d\n  namespace: ns-%d\nspec:\n%s",
			i, n, realRules(r, i/namespaces, app, other, namespaces))
	}
	return docs
}

type realApp struct {
	name, tier, portName string
	port                 int
}

var realApps = []realApp{
	{"web", "front", "http", 8080},
	{"api", "middle", "http", 8000},
	{"cart", "middle", "grpc", 7070},
	{"orders", "middle", "grpc", 7071},
	{"search", "middle", "http", 9200},
	{"mail", "back", "smtp", 2525},
	{"cache", "back", "redis", 6379},
	{"db", "back", "postgres", 5432},
	{"queue", "back", "amqp", 5672},
	{"metrics", "ops", "metrics", 9090},
}

var realTeams = []string{"shop", "billing", "platform", "search", "data"}

const namespaceText = `apiVersion: v1
kind: Namespace
metadata:
  creationTimestamp: "2026-01-05T08:00:00Z"
  labels:
    kubernetes.io/metadata.name: ns-%[1]d
    team: %[2]s
  name: ns-%[1]d
spec:
  finalizers:
  - kubernetes
status:
  phase: Active
`

const podText = `apiVersion: v1
kind: Pod
metadata:
  creationTimestamp: "2026-02-%02dT10:11:12Z"
  labels:
    app: %s
    pod-template-hash: %q
    tier: %s
    version: v%d
  name: %s-%s
  namespace: ns-%d
  uid: 4f5e2c1a-0000-4000-8000-0000%08x
spec:
  containers:
  - env:
    - name: LOG_LEVEL
      value: info
    image: registry.example.com/shop/%s:1.%d.%d
    imagePullPolicy: IfNotPresent
    name: %s
    ports:
    - containerPort: %[15]d
      name: %[14]s
      protocol: TCP
    resources:
      limits:
        memory: 256Mi
      requests:
        cpu: 50m
        memory: 128Mi
  dnsPolicy: ClusterFirst
  nodeName: node-%[16]d
  restartPolicy: Always
  serviceAccountName: default
status:
  conditions:
  - lastTransitionTime: "2026-02-01T10:11:20Z"
    status: "True"
    type: Ready
  hostIP: 172.16.0.%[17]d
  phase: Running
  podIP: %[18]s
  podIPs:
  - ip: %[19]s
  qosClass: Burstable
`

// realRules writes the n-th spec of a namespace.
func realRules(r *rand.Rand, n int, app, other realApp, namespaces int) string {
	switch {
	case n == 0:
		return "  podSelector: {}\n  policyTypes:\n  - Ingress\n  - Egress\n"
	case n == 1: // everybody may ask for names
		return `  podSelector: {}
  policyTypes:
  - Egress
  egress:
  - ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
    to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: ns-0
`
	case n == 2: // metrics are collected from everybody
		return `  podSelector: {}
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: metrics
    ports:
    - port: metrics
    - port: 15000
      endPort: 15100
`
	case n%6 == 3:
		return fmt.Sprintf("  podSelector:\n    matchLabels:\n      app: %s\n  policyTypes:\n  - Egress\n  egress:\n"+
			"  - to:\n    - ipBlock:\n        cidr: 203.0.%d.0/24\n        except:\n        - 203.0.%[2]d.%d/32\n    ports:\n    - port: 443\n",
			app.name, r.IntN(8), r.IntN(256))
	case n%6 == 4:
		return fmt.Sprintf("  podSelector:\n    matchLabels:\n      tier: %s\n  ingress:\n  - from:\n    - namespaceSelector:\n"+
			"        matchLabels:\n          team: %s\n      podSelector:\n        matchExpressions:\n        - key: tier\n"+
			"          operator: In\n          values:\n          - front\n          - middle\n    ports:\n    - port: %d\n      endPort: %d\n",
			app.tier, realTeams[r.IntN(len(realTeams))], app.port, app.port+r.IntN(100))
	case n%6 == 5:
		return fmt.Sprintf("  podSelector:\n    matchLabels:\n      app: %s\n      version: v%d\n  ingress:\n  - from:\n    - namespaceSelector:\n"+
			"        matchLabels:\n          kubernetes.io/metadata.name: ns-%d\n",
			app.name, r.IntN(2)+1, r.IntN(namespaces))
	default: // one application may call another: both sides
		return fmt.Sprintf("  podSelector:\n    matchLabels:\n      app: %[1]s\n  policyTypes:\n  - Ingress\n  - Egress\n"+
			"  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app: %[2]s\n    ports:\n    - port: %[3]s\n"+
			"  egress:\n  - to:\n    - podSelector:\n        matchLabels:\n          app: %[2]s\n    ports:\n    - port: %[4]s\n",
			app.name, other.name, app.portName, other.portName)
	}
}

// A realistic cluster has far more classes than a word has bits, and rules of every
// namespace side by side.
func TestRealisticClusterAgreesWithOracle(t *testing.T) {
	var texts []string
	for _, d := range realistic(1, 600) {
		texts = append(texts, string(d))
	}
	b, m := readBundle(texts), compute(texts, model.ExposureAuto)
	if n := len(m.Cluster.Classes); n < 100 {
		t.Fatalf("only %d classes", n)
	}
	if err := comparePairs(b, m); err != nil {
		t.Fatal(err)
	}
}

// The generator gives the same cluster for the same seed.
func TestRealisticIsSeeded(t *testing.T) {
	one, two := realistic(1, 100), realistic(1, 100)
	if !bytes.Equal(bytes.Join(one, nil), bytes.Join(two, nil)) {
		t.Error("the same seed gave two clusters")
	}
	if other := realistic(2, 100); bytes.Equal(bytes.Join(one, nil), bytes.Join(other, nil)) {
		t.Error("two seeds gave one cluster")
	}
}
