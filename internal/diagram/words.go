package diagram

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// PortWords gives a set of ports as a label says it: "TCP 80, 443", "TCP+UDP 53",
// "all ports", "TCP http".
func PortWords(p netset.Ports) string { return portWords(p) }

func portWords(p netset.Ports) string {
	if p.IsAll() {
		return "all ports"
	}
	lists := portLists(p)
	var parts []string
	for i, protocol := range netset.Protocols {
		list := lists[i]
		if list == "" {
			continue
		}
		name := protocol.String()
		// Protocols with the same ports share them.
		for j := i + 1; j < len(lists); j++ {
			if lists[j] == list {
				name += "+" + netset.Protocols[j].String()
				lists[j] = ""
			}
		}
		if list == everyPort {
			parts = append(parts, "all "+name)
			continue
		}
		parts = append(parts, name+" "+list)
	}
	return strings.Join(parts, ", ")
}

const everyPort = "*"

// portLists gives the ports of each protocol without its name.
func portLists(p netset.Ports) [len(netset.Protocols)]string {
	var lists [len(netset.Protocols)][]string
	for _, i := range p.Intervals() {
		word := fmt.Sprint(i.First)
		switch {
		case i.Full():
			word = everyPort
		case i.First != i.Last:
			word = fmt.Sprintf("%d–%d", i.First, i.Last)
		}
		lists[i.Protocol] = append(lists[i.Protocol], word)
	}
	for _, n := range p.Names() {
		lists[n.Protocol] = append(lists[n.Protocol], n.Name)
	}
	var joined [len(netset.Protocols)]string
	for i, l := range lists {
		joined[i] = strings.Join(l, ", ")
	}
	return joined
}

// DoorWords gives a set of ports as a door says it: TCP goes without saying.
func DoorWords(p netset.Ports) string {
	words := portWords(p)
	if lists := portLists(p); lists[netset.TCP] != "" && lists[netset.TCP] != everyPort && lists[netset.UDP] == "" && lists[netset.SCTP] == "" {
		return lists[netset.TCP]
	}
	return words
}

// telling ranks the label keys that say best what a pod is, by their last part.
var telling = []string{"name", "app", "k8s-app", "role", "component", "tier", "run", "service"}

// labelNames gives the labels of an inferred entity as "key=value", the most telling
// first, with keys cut to their last part where that stays clear.
func labelNames(labels model.Labels) []string {
	short := func(key string) string { return key[strings.LastIndexByte(key, '/')+1:] }
	rank := func(key string) int {
		if i := slices.Index(telling, short(key)); i >= 0 {
			return i
		}
		return len(telling)
	}
	keys := make([]string, 0, len(labels))
	uses := map[string]int{}
	for k := range labels {
		keys = append(keys, k)
		uses[short(k)]++
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	names := make([]string, len(keys))
	for i, k := range keys {
		shown := short(k)
		if uses[shown] > 1 {
			shown = k
		}
		names[i] = shown + "=" + labels[k]
	}
	return names
}

// nameOf gives the name and the small line of an entity's box. Names of inferred pods
// take as many labels as it needs to tell apart those of one namespace.
func nameOf(e *model.Entity, labels int, alone bool) (name, detail string) {
	switch {
	case e.AnyOther && alone:
		return "any pod", "not in the bundle"
	case e.AnyOther:
		return "any other pod", "no policy names it"
	case e.Kind == model.KindInferred:
		names := labelNames(e.Labels)
		labels = min(labels, len(names))
		if len(names) == 0 {
			return "any pod", "not in the bundle"
		}
		detail = "any pod so labelled"
		if more := len(names) - labels; more == 1 {
			detail += " (+1 label)"
		} else if more > 1 {
			detail += fmt.Sprintf(" (+%d labels)", more)
		}
		return strings.Join(names[:labels], ", "), detail
	case e.Kind == model.KindNode:
		return e.Name, "node"
	case e.Kind == model.KindAddresses:
		switch e.ID {
		case "world":
			return "any other address", ""
		case "world (IPv4)":
			return "any other IPv4 address", ""
		case "world (IPv6)":
			return "any other IPv6 address", ""
		}
		return e.ID, ""
	}
	detail = e.Workload
	if e.Kind == model.KindPod {
		detail = "Pod"
		if parts := strings.Split(e.Owner, "/"); len(parts) == 3 {
			detail = fmt.Sprintf("Pod of %s %s", parts[1], parts[2])
		}
	}
	switch {
	case e.HostNetwork:
		detail += " · host network"
	case e.Replicas > 1 && e.Workload != "DaemonSet":
		detail += fmt.Sprintf(" ×%d", e.Replicas)
	}
	return e.Name, detail
}

// mention gives an entity as sentences name it.
func mention(e *model.Entity) string {
	name, _ := nameOf(e, len(e.Labels), false)
	switch {
	case e.AnyOther && e.Namespace.Elsewhere:
		return "any pod of another namespace"
	case e.Kind == model.KindInferred && !e.AnyOther:
		return "any pod with " + name + " in " + e.Namespace.Name
	case e.IsPod():
		return name + " in " + e.Namespace.Name
	case e.Kind == model.KindNode:
		return "node " + name
	}
	return name
}

// namespaceLabel gives the title of a namespace's frame.
func namespaceLabel(ns *model.Namespace) string {
	if ns.Elsewhere {
		return "any other namespace"
	}
	if ns.Origin != model.Inferred {
		return ns.Name
	}
	labels := model.Labels{}
	for k, v := range ns.Labels {
		if k != "kubernetes.io/metadata.name" {
			labels[k] = v
		}
	}
	if len(labels) == 0 {
		return ns.Name
	}
	return "any namespace with " + strings.Join(labelNames(labels), ", ")
}

// selectorWords says which pods a peer of a policy means.
func selectorWords(p *model.Policy, peer *model.Peer) string {
	pods := "pods"
	if !peer.Pods.Empty() {
		pods += " " + peer.Pods.String()
	}
	switch {
	case peer.Namespaces == nil:
		return pods + " in " + p.Namespace.Name
	case peer.Namespaces.Empty():
		return pods + " in any namespace"
	}
	return pods + " in namespaces " + peer.Namespaces.String()
}

// plural gives "1 pod", "2 pods".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	many := one + "s"
	if strings.HasSuffix(one, "y") {
		many = strings.TrimSuffix(one, "y") + "ies"
	}
	return fmt.Sprintf("%d %s", n, many)
}

// list joins words as a sentence does.
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
