package lint

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

var ipBlockInsideCluster = check{
	code: diag.IPBlockInsideCluster, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			for i, item := range r.peers.Items() {
				if r.means != nil && r.means.Peers[i].Block != nil {
					s.insideCluster(item, item.Field("ipBlock"), r.means.Peers[i].Block)
				}
			}
		}
	},
}

func (s *subject) insideCluster(item, place manifest.Part, block *model.Block) {
	prefix, err := netip.ParsePrefix(place.Field("cidr").Text())
	if err != nil || prefix.Bits() <= 1 {
		return // The world is another matter.
	}
	inside := s.inBlock(block)
	var names []string
	for _, e := range inside.pods {
		names = append(names, "pod "+nameOf(e)+" "+addressIn(e, block))
	}
	for _, svc := range inside.services {
		names = append(names, "Service "+svc.Namespace.Name+"/"+svc.Name)
	}
	if !prefix.IsSingleIP() { // A node's own address is how a node is meant.
		for _, e := range inside.nodes {
			names = append(names, "node "+e.Name+" "+addressIn(e, block))
		}
	}
	if len(names) > 0 {
		f := diag.Finding{
			Summary: fmt.Sprintf("`%s` covers %s; addresses of pods change, and plug-ins differ in whether an ipBlock matches pods – use a podSelector for pods.", prefix, listed(code(names))),
			Detail:  "Blocks are for addresses outside of the cluster. Choose pods by their labels, or leave their addresses out with `except`.",
		}
		if len(inside.services) == 0 && (len(inside.nodes) == 0 || prefix.IsSingleIP()) {
			f.Fix = s.byLabels(item, place, inside.pods)
		}
		s.at(place, f)
		return
	}
	for _, usual := range usualRanges {
		usually := netip.MustParsePrefix(usual.prefix)
		if prefix.Overlaps(usually) && block.Addrs.Overlaps(netset.FromPrefixes(usually)) {
			s.at(place, diag.Finding{
				Severity: diag.Info,
				Summary:  fmt.Sprintf("`%s` %s%s; if these are pods or Services of your cluster, use a podSelector instead.", prefix, against(prefix, usually), usual.of),
			})
			return
		}
	}
}

// usualRanges are what pods and Services mostly have their addresses from.
var usualRanges = []struct{ prefix, of string }{
	{"10.244.0.0/16", "a usual range of pods (Flannel, kind)"},
	{"10.42.0.0/16", "a usual range of pods (k3s, RKE)"},
	{"192.168.0.0/16", "the range that Calico gives pods by default"},
	{"10.96.0.0/12", "a usual range of Services"},
}

// addressIn gives an address of an entity that lies in a block.
func addressIn(e *model.Entity, b *model.Block) string {
	for _, p := range e.Addrs.Intersect(b.Addrs).Prefixes() {
		return p.Addr().String()
	}
	return ""
}

// residents are what of the cluster has an address in a block.
type residents struct {
	pods, nodes []*model.Entity
	services    []*model.Service
}

func (b *bundle) inBlock(block *model.Block) residents {
	b.guard.Lock()
	defer b.guard.Unlock()
	if b.residents == nil {
		b.residents = make([]residents, len(b.cluster.Blocks))
		for _, c := range b.cluster.Classes {
			for _, blocks := range c.Blocks {
				for _, held := range blocks {
					in := &b.residents[held.Index]
					switch e := c.First(); {
					case e.Kind == model.KindNode:
						in.nodes = append(in.nodes, c.Entities...)
					case e.IsPod() && !e.HostNetwork:
						in.pods = append(in.pods, c.Entities...)
					}
				}
			}
		}
		for _, svc := range b.cluster.Services {
			for _, held := range b.cluster.Blocks {
				if slices.ContainsFunc(svc.Addrs, held.Addrs.Contains) {
					b.residents[held.Index].services = append(b.residents[held.Index].services, svc)
				}
			}
		}
	}
	return b.residents[block.Index]
}

// against says how an address range stands to a usual one that it overlaps.
func against(prefix, usual netip.Prefix) string {
	switch {
	case prefix == usual:
		return "is "
	case prefix.Bits() < usual.Bits():
		return "covers `" + usual.String() + "`, "
	}
	return "lies in `" + usual.String() + "`, "
}

// byLabels is the remedy that names pods by their labels instead of their addresses,
// where that takes few entries.
func (s *subject) byLabels(item, place manifest.Part, pods []*model.Entity) *diag.Fix {
	var entries [][]string
	known := map[string]bool{}
	for _, e := range pods {
		entry := s.entryFor(e)
		if entry == nil {
			return nil
		}
		if text := strings.Join(entry, "\n"); !known[text] {
			known[text] = true
			entries = append(entries, entry)
		}
	}
	if len(entries) == 0 || len(entries) > most {
		return nil
	}
	between := "\n"
	if item.IsFlow() {
		between = ", "
	}
	edits := [][]diag.Edit{place.Replace(strings.Join(entries[0], between))}
	for _, entry := range slices.Backward(entries[1:]) {
		edits = append(edits, item.InsertAfter("{"+strings.Join(entry, ", ")+"}"))
	}
	return fix("Choose "+plural(len(pods), "the pod by its labels", "the pods by their labels"), edits...)
}

// entryFor gives the lines of an entry that matches a pod by its labels, other than those
// that only this pod or this version of it has; nil where there are none.
func (s *subject) entryFor(e *model.Entity) []string {
	var labels []string
	for _, key := range slices.Sorted(maps.Keys(e.Labels)) {
		if !slices.Contains(ownLabels, key) {
			labels = append(labels, key+": "+quoted(e.Labels[key]))
		}
	}
	if len(labels) == 0 {
		return nil
	}
	entry := []string{"podSelector: {matchLabels: {" + strings.Join(labels, ", ") + "}}"}
	if e.Namespace != s.policy.Namespace {
		entry = append(entry, "namespaceSelector: {matchLabels: {"+nameLabel+": "+quoted(e.Namespace.Name)+"}}")
	}
	return entry
}

// ownLabels are what controllers label single pods or versions of them with.
var ownLabels = []string{
	"pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name",
	"apps.kubernetes.io/pod-index", "controller-uid", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-completion-index",
}
