package analysis

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"sigs.k8s.io/yaml"
)

// object is a Kubernetes object as plain data, so that null, empty and absent can
// all be written.
type object = map[string]any

// generator makes small bundles in which every feature of the API meets every other
// often. Few names, labels, ports and addresses make selectors hit.
type generator struct {
	*rand.Rand
	docs       []object
	namespaces []string
	nodes      []string // names of the Nodes in the bundle, and of one that is not
	next       int      // makes names and addresses that are used once
	// many is set for a bundle of so many kinds of pod that sets of them are longer
	// than a machine word.
	many bool
}

func newGenerator(seed, index uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, index))}
}

func (g *generator) oneIn(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

// bundle makes the documents of one random bundle.
func (g *generator) bundle() []object {
	g.namespaces = [][]string{{"default"}, {"a", "b"}, {"a", "b", "default"}, {"a", "b", "c"}}[g.IntN(4)]
	for _, name := range g.namespaces {
		if !g.oneIn(3) {
			g.namespace(name)
		}
	}
	pods, policies := g.IntN(5), 1+g.IntN(5)
	if g.many = g.oneIn(60); g.many {
		pods, policies = 100+g.IntN(100), 20+g.IntN(20)
	}
	policiesOnly := g.oneIn(5)
	if !policiesOnly {
		for i := range g.IntN(3) {
			g.node(fmt.Sprint("n", i))
		}
		g.nodes = append(g.nodes, "n9")
		for range pods {
			g.barePod()
		}
		for range g.IntN(4) {
			g.workload()
		}
		for range g.IntN(2) {
			g.service()
		}
	}
	for i := range policies {
		g.policy(fmt.Sprint("p", i))
	}
	if g.oneIn(5) {
		g.refusedPolicy()
	}
	g.Shuffle(len(g.docs), func(i, j int) { g.docs[i], g.docs[j] = g.docs[j], g.docs[i] })
	return g.docs
}

func (g *generator) add(apiVersion, kind string, metadata object, rest object) {
	o := object{"apiVersion": apiVersion, "kind": kind, "metadata": metadata}
	maps.Copy(o, rest)
	g.docs = append(g.docs, o)
}

func (g *generator) namespace(name string) {
	labels := object{}
	if !g.oneIn(3) {
		labels["team"] = pick(g, "x", "y")
	}
	if g.oneIn(3) {
		labels["name"] = name
	}
	if g.oneIn(8) {
		labels["kubernetes.io/metadata.name"] = "b" // the control plane overwrites it
	}
	g.add("v1", "Namespace", object{"name": name, "labels": labels}, nil)
}

func (g *generator) node(name string) {
	g.nodes = append(g.nodes, name)
	number := len(g.nodes)
	addresses := []any{object{"type": "InternalIP", "address": fmt.Sprint("192.168.1.", number)}}
	if g.oneIn(3) {
		addresses = append(addresses, object{"type": "InternalIP", "address": fmt.Sprint("fd01::", number)})
	}
	if g.oneIn(4) {
		addresses = append(addresses, object{"type": "ExternalIP", "address": fmt.Sprint("203.0.113.", number)})
	}
	addresses = append(addresses, object{"type": "Hostname", "address": name})
	g.add("v1", "Node", object{"name": name}, object{"status": object{"addresses": addresses}})
}

// manyValues are the values of a label that tells many pods apart.
var manyValues = func() (values []string) {
	for i := range 60 {
		values = append(values, fmt.Sprint("v", i))
	}
	return values
}()

func (g *generator) podLabels() object {
	labels := object{}
	if !g.oneIn(4) {
		labels["app"] = pick(g, "web", "db", "api")
	}
	if g.oneIn(2) {
		labels["tier"] = pick(g, "x", "y")
	}
	if g.many {
		labels["n"] = pick(g, manyValues...)
	}
	return labels
}

// metadata leaves the namespace out now and then where that means the same.
func (g *generator) metadata(namespace, name string, labels object) object {
	m := object{"name": name, "namespace": namespace}
	if namespace == "default" && g.oneIn(2) {
		delete(m, "namespace")
	}
	if len(labels) > 0 || g.oneIn(4) {
		m["labels"] = labels
	}
	return m
}

func (g *generator) containerPorts() any {
	var ports []any
	for range g.IntN(4) {
		p := object{"containerPort": pick(g, 80, 443, 8080, 53)}
		if !g.oneIn(4) {
			p["name"] = pick(g, "http", "dns", "alt")
		}
		if g.oneIn(2) {
			p["protocol"] = pick(g, "TCP", "UDP", "SCTP")
		}
		ports = append(ports, p)
	}
	return ports
}

func (g *generator) podSpec() object {
	spec := object{"containers": []any{object{"name": "c", "image": "i", "ports": g.containerPorts()}}}
	if g.oneIn(4) {
		spec["containers"] = append(spec["containers"].([]any), object{"name": "d", "image": "i", "ports": g.containerPorts()})
	}
	if g.oneIn(4) {
		c := object{"name": "init", "image": "i", "ports": g.containerPorts()}
		if g.oneIn(2) {
			c["restartPolicy"] = "Always"
		}
		spec["initContainers"] = []any{c}
	}
	return spec
}

// pod writes a Pod and gives it, on a node or not, with addresses or not.
func (g *generator) pod(metadata, spec object) object {
	status := object{}
	host := spec["hostNetwork"] == true
	if !g.oneIn(3) && len(g.nodes) > 0 {
		spec["nodeName"] = g.nodes[g.IntN(len(g.nodes))]
	}
	g.next++
	v4, v6 := fmt.Sprintf("10.0.%d.%d", g.IntN(3)+g.next/200*3, g.next%200+1), fmt.Sprintf("fd00::%x", g.next)
	switch {
	case host:
		for _, d := range g.docs {
			if d["kind"] == "Node" && d["metadata"].(object)["name"] == spec["nodeName"] {
				v4 = d["status"].(object)["addresses"].([]any)[0].(object)["address"].(string)
				status["podIP"], status["hostIP"] = v4, v4
			}
		}
	case g.oneIn(3):
		status["podIP"], status["podIPs"] = v4, []any{object{"ip": v4}, object{"ip": v6}}
	case g.oneIn(4):
		status["podIP"], status["podIPs"] = v6, []any{object{"ip": "fd00:0::" + v6[6:]}}
	case g.oneIn(2):
		status["podIP"] = v4
	}
	if g.oneIn(8) {
		status["phase"] = pick(g, "Succeeded", "Failed")
	} else if g.oneIn(2) {
		status["phase"] = "Running"
	}
	g.add("v1", "Pod", metadata, object{"spec": spec, "status": status})
	return metadata
}

func (g *generator) barePod() {
	g.next++
	m := g.metadata(pick(g, g.namespaces...), fmt.Sprint("pod", g.next), g.podLabels())
	if g.oneIn(10) {
		m["ownerReferences"] = []any{owner("Node", "n0")}
	} else if g.oneIn(10) {
		notController := owner("Deployment", "nobody")
		delete(notController, "controller")
		m["ownerReferences"] = []any{notController}
	}
	spec := g.podSpec()
	if g.oneIn(6) {
		spec["hostNetwork"] = true
	}
	g.pod(m, spec)
}

func owner(kind, name string) object {
	return object{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "u", "controller": true}
}

func copied(o object) object {
	data, err := json.Marshal(o)
	must(err)
	var c object
	must(json.Unmarshal(data, &c))
	return c
}

func (g *generator) workload() {
	g.next++
	ns, name := pick(g, g.namespaces...), fmt.Sprint("w", g.next)
	kind := workloadKinds[g.IntN(len(workloadKinds))]
	if g.oneIn(2) {
		kind = "Deployment"
	}
	labels, spec := g.podLabels(), g.podSpec()
	if len(labels) == 0 {
		labels["app"] = "api" // a workload's selector cannot be empty
	}
	if g.oneIn(6) {
		spec["hostNetwork"] = true
	}
	if g.oneIn(10) && len(g.nodes) > 0 {
		spec["nodeName"] = g.nodes[0]
	}
	count := pick[any](g, nil, 0, 1, 2, 3)
	template := object{"metadata": object{"labels": labels}, "spec": spec}
	body := object{"selector": object{"matchLabels": labels}, "template": template}
	version := "apps/v1"
	switch kind {
	case "ReplicationController":
		version = "v1"
		body["selector"] = labels
		body["replicas"] = count
	case "Job", "CronJob":
		version = "batch/v1"
		delete(body, "selector")
		body["parallelism"] = count
		if kind == "CronJob" {
			body = object{"schedule": "* * * * *", "jobTemplate": object{"spec": body}}
		}
	case "DaemonSet":
	default:
		body["replicas"] = count
	}
	if kind == "Deployment" && g.oneIn(6) {
		body["selector"] = object{"matchLabels": object{"app": "nobody"}}
	}
	if !g.oneIn(8) {
		// The workload's own labels are not its pods'.
		g.add(version, kind, g.metadata(ns, name, object{"app": "web"}), object{"spec": copied(body)})
	}
	if g.oneIn(2) {
		g.children(ns, kind, name, labels, spec)
	}
}

// children writes the Pods of a workload and what stands between, now and then with
// gaps: a missing ReplicaSet, an old one of a rollout that is half done.
func (g *generator) children(ns, kind, name string, labels, spec object) {
	switch kind {
	case "Deployment":
		for _, hash := range []string{"5d4", "7c9"}[:1+g.IntN(2)] {
			own := copied(labels)
			if hash == "7c9" && g.oneIn(2) {
				maps.Copy(own, g.podLabels())
			}
			own["pod-template-hash"] = hash
			set := name + "-" + hash
			pods := g.IntN(3)
			if g.oneIn(2) {
				m := g.metadata(ns, set, own)
				m["ownerReferences"] = []any{owner(kind, name)}
				g.add("apps/v1", "ReplicaSet", copied(m), object{"spec": object{
					"replicas": pods, "selector": object{"matchLabels": copied(own)},
					"template": object{"metadata": object{"labels": copied(own)}, "spec": copied(spec)},
				}})
			}
			g.childPods(ns, owner("ReplicaSet", set), set, own, spec, pods)
		}
	case "CronJob":
		m := g.metadata(ns, name+"-1", copied(labels))
		m["ownerReferences"] = []any{owner(kind, name)}
		if g.oneIn(2) {
			g.add("batch/v1", "Job", copied(m), object{"spec": object{
				"template": object{"metadata": object{"labels": copied(labels)}, "spec": copied(spec)},
			}})
		}
		g.childPods(ns, owner("Job", name+"-1"), name+"-1", labels, spec, 1+g.IntN(2))
	case "StatefulSet":
		for i := range 1 + g.IntN(3) {
			own := copied(labels)
			own["statefulset.kubernetes.io/pod-name"] = fmt.Sprint("s-", i)
			g.childPods(ns, owner(kind, name), fmt.Sprint(name, "-", i), own, spec, 1)
		}
	default:
		if g.oneIn(5) {
			kind = "Rollout" // a kind that nobody reads
		}
		g.childPods(ns, owner(kind, name), name, labels, spec, 1+g.IntN(3))
	}
}

func (g *generator) childPods(ns string, ref object, name string, labels, spec object, n int) {
	for i := range n {
		m := g.metadata(ns, fmt.Sprint(name, "-", i), copied(labels))
		m["ownerReferences"] = []any{ref}
		g.pod(m, copied(spec))
	}
}

func (g *generator) service() {
	g.next++
	g.add("v1", "Service", g.metadata(pick(g, g.namespaces...), fmt.Sprint("s", g.next), nil), object{"spec": object{
		"selector": object{"app": pick(g, "web", "db")},
		"ports":    []any{object{"port": 80, "targetPort": pick[any](g, "http", 8080)}},
	}})
}

// render writes documents as text, most as YAML, some as JSON or within a List.
func render(docs []object) []string {
	texts := make([]string, len(docs))
	for i, d := range docs {
		data, err := yaml.Marshal(d)
		if i%7 == 3 {
			data, err = json.Marshal(d)
		}
		if i%11 == 5 {
			data, err = yaml.Marshal(object{"apiVersion": "v1", "kind": "List", "items": []any{d}})
		}
		must(err)
		texts[i] = string(data)
	}
	return texts
}

// without gives a copy of a list that lacks one element.
func without[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }
