package analysis

import (
	"slices"
)

// unless sets a field to value, or to null, to empty, or leaves it out, all of which
// the API reads alike where this is used.
func (g *generator) unless(o object, field string, value []any) {
	if len(value) > 0 {
		o[field] = value
		return
	}
	switch g.IntN(3) {
	case 0:
		o[field] = nil
	case 1:
		o[field] = []any{}
	}
}

// selector makes a label selector over the labels that pods or namespaces have.
func (g *generator) selector(keys map[string][]string) object {
	s := object{}
	names := make([]string, 0, len(keys))
	for k := range keys {
		names = append(names, k)
	}
	slices.Sort(names)
	if g.oneIn(6) {
		if g.oneIn(2) {
			s["matchLabels"] = object{}
		}
		return s
	}
	if !g.oneIn(3) {
		labels := object{}
		for range 1 + g.IntN(2) {
			k := pick(g, names...)
			labels[k] = pick(g, keys[k]...)
		}
		s["matchLabels"] = labels
	}
	if g.oneIn(2) || len(s) == 0 {
		var terms []any
		for range 1 + g.IntN(2) {
			k := pick(g, names...)
			term := object{"key": k, "operator": pick(g, "In", "NotIn", "Exists", "DoesNotExist")}
			if term["operator"] == "In" || term["operator"] == "NotIn" {
				values := []any{pick(g, keys[k]...)}
				if g.oneIn(2) {
					values = append(values, pick(g, keys[k]...))
				}
				term["values"] = values
			}
			terms = append(terms, term)
		}
		s["matchExpressions"] = terms
	}
	return s
}

func (g *generator) podSelector() object {
	keys := map[string][]string{"app": {"web", "db", "api"}, "tier": {"x", "y"}}
	if g.oneIn(10) {
		keys["statefulset.kubernetes.io/pod-name"] = []string{"s-0", "s-1"}
	}
	if g.oneIn(12) {
		keys["pod-template-hash"] = []string{"5d4", "7c9"}
	}
	if g.many {
		keys["n"] = manyValues
	}
	return g.selector(keys)
}

func (g *generator) namespaceSelector() object {
	return g.selector(map[string][]string{
		"team": {"x", "y"}, "name": {"a", "z"}, "kubernetes.io/metadata.name": {"a", "b", "default", "z"},
	})
}

var blocks = []struct {
	cidr    string
	excepts []string
}{
	{"0.0.0.0/0", []string{"10.0.0.0/8", "10.0.1.0/24", "192.168.0.0/16", "0.0.0.0/1", "255.255.255.255/32"}},
	{"10.0.0.0/8", []string{"10.0.0.0/16", "10.0.1.0/24", "10.0.0.4/30", "10.128.0.0/9"}},
	{"10.0.0.0/16", []string{"10.0.0.0/24", "10.0.0.5/32", "10.0.1.0/24", "10.0.0.0/25"}},
	{"10.0.0.0/24", []string{"10.0.0.4/30", "10.0.0.6/32"}},
	{"10.0.0.9/24", []string{"10.0.0.7/30"}}, // bits behind the mask
	{"010.0.001.0/24", nil},                  // leading zeros, read as decimal
	{"10.0.2.4/31", nil},
	{"192.168.1.0/24", []string{"192.168.1.1/32", "192.168.1.2/31"}},
	{"203.0.113.0/24", []string{"203.0.113.1/32"}},
	{"::/0", []string{"fd00::/8", "fd00::/64"}},
	{"fd00::/64", []string{"fd00::4/126", "fd00::8/127", "fd00:0:0::3/128"}},
	{"fd00::/8", []string{"fd00::/16"}},
	{"::ffff:10.0.0.0/112", nil}, // IPv4 in IPv6's clothes
}

func (g *generator) peer() object {
	switch g.IntN(5) {
	case 0, 1:
		p := object{"podSelector": g.podSelector()}
		if g.oneIn(6) {
			p["namespaceSelector"] = nil
		}
		return p
	case 2:
		p := object{"namespaceSelector": g.namespaceSelector()}
		if g.oneIn(6) {
			p["podSelector"] = nil
		}
		return p
	case 3:
		return object{"namespaceSelector": g.namespaceSelector(), "podSelector": g.podSelector()}
	default:
		b := pick(g, blocks...)
		block := object{"cidr": b.cidr}
		var excepts []any
		for _, e := range b.excepts {
			if g.oneIn(3) {
				excepts = append(excepts, e)
			}
		}
		g.unless(block, "except", excepts)
		return object{"ipBlock": block}
	}
}

func (g *generator) port() any {
	p := object{}
	if g.oneIn(2) {
		p["protocol"] = pick(g, "TCP", "UDP", "SCTP")
	}
	switch g.IntN(5) {
	case 0:
		if len(p) == 0 && g.oneIn(3) {
			return nil // an entry that is null is {}: every port of TCP
		}
	case 1:
		p["port"] = pick(g, "http", "dns", "alt", "nobody")
	case 2:
		p["port"] = pick(g, 53, 80, 443, 8080, 1, 65535)
	default:
		// Ranges that overlap, touch and nest.
		first := pick(g, 1, 80, 30500, 30700, 30800, 32768, 443)
		last := pick(g, 80, 32767, 33267, 33567, 65534, 65535, 30799)
		p["port"], p["endPort"] = min(first, last), max(first, last)
	}
	return p
}

func (g *generator) rule(peerField string) any {
	if g.oneIn(30) {
		return nil // a rule that is null is {}: everything
	}
	r := object{}
	var peers, ports []any
	if !g.oneIn(5) {
		for range 1 + g.IntN(2) {
			peers = append(peers, g.peer())
		}
	}
	if !g.oneIn(3) {
		for range 1 + g.IntN(3) {
			ports = append(ports, g.port())
		}
	}
	g.unless(r, peerField, peers)
	g.unless(r, "ports", ports)
	return r
}

func (g *generator) ruleList(peerField string) (rules []any) {
	if g.oneIn(3) {
		return nil
	}
	for range g.IntN(4) {
		rules = append(rules, g.rule(peerField))
	}
	return rules
}

func (g *generator) policySpec() object {
	spec := object{}
	switch {
	case g.oneIn(3):
		spec["podSelector"] = object{}
	case !g.oneIn(12):
		spec["podSelector"] = g.podSelector()
	}
	g.unless(spec, "ingress", g.ruleList("from"))
	g.unless(spec, "egress", g.ruleList("to"))
	g.unless(spec, "policyTypes", pick(g, nil, []any{"Ingress"}, []any{"Egress"}, []any{"Ingress", "Egress"}, []any{"Ingress", "Ingress"}))
	return spec
}

func (g *generator) policy(name string) {
	g.add("networking.k8s.io/v1", "NetworkPolicy",
		g.metadata(pick(g, g.namespaces...), name, nil), object{"spec": g.policySpec()})
}

// faults break a policy in ways that the API server refuses.
var faults = []object{
	{"ingress": []any{object{"from": []any{object{}}}}},
	{"ingress": []any{object{"from": []any{nil}}}},
	{"ingress": []any{object{"from": []any{object{"ipBlock": object{"cidr": "10.0.0.0"}}}}}},
	{"ingress": []any{object{"from": []any{object{"ipBlock": object{"cidr": "10.0.0.0/8", "except": []any{"10.0.0.0/8"}}}}}}},
	{"ingress": []any{object{"from": []any{object{"ipBlock": object{"cidr": "10.0.0.0/8", "except": []any{"fd00::/8"}}}}}}},
	{"ingress": []any{object{"from": []any{object{"podSelector": object{}, "ipBlock": object{"cidr": "10.0.0.0/8"}}}}}},
	{"ingress": []any{object{"ports": []any{object{"port": 0}}}}},
	{"ingress": []any{object{"ports": []any{object{"port": "80"}}}}},
	{"ingress": []any{object{"ports": []any{object{"endPort": 80}}}}},
	{"ingress": []any{object{"ports": []any{object{"port": "http", "endPort": 80}}}}},
	{"ingress": []any{object{"ports": []any{object{"port": 81, "endPort": 80}}}}},
	{"ingress": []any{object{"ports": []any{object{"port": 80, "protocol": "tcp"}}}}},
	{"egress": []any{object{"ports": []any{object{"port": 65536}}}}, "policyTypes": []any{"Ingress"}},
	{"policyTypes": []any{"ingress"}},
	{"policyTypes": []any{"Ingress", "Egress", "Egress"}},
	{"podSelector": object{"matchExpressions": []any{object{"key": "app", "operator": "In"}}}},
	{"podSelector": object{"matchExpressions": []any{object{"key": "app", "operator": "Exists", "values": []any{"web"}}}}},
	{"podSelector": object{"matchExpressions": []any{object{"key": "app", "operator": "in", "values": []any{"web"}}}}},
	{"podSelector": object{"matchLabels": object{"app": "not a value"}}},
	{"podSelector": object{"matchLabels": object{"app": 1}}},
	{"podSelecter": object{}},
}

func (g *generator) refusedPolicy() {
	spec := g.policySpec()
	for field, value := range pick(g, faults...) {
		spec[field] = value
	}
	g.add("networking.k8s.io/v1", "NetworkPolicy",
		g.metadata(pick(g, g.namespaces...), refusedPrefix+"p", nil), object{"spec": spec})
}
