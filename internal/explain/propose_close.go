package explain

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// closeSide gives the ways to hold a flow on one side that lets it through.
func (w *answerer) closeSide(d policy.Decision) choice {
	if d.Exempt != "" {
		return nil
	}
	if len(d.IsolatedBy) == 0 {
		return w.limit(d)
	}
	var grants []policy.Grant
	for _, g := range d.Grants {
		if w.port == nil || g.Ports.Contains(w.port.Protocol, w.port.Number) {
			grants = append(grants, g)
		}
	}
	var ways choice
	for _, cut := range []func(*model.Policy, *model.Rule, []int) ([]diag.Edit, string){w.cutPort, cutEntries, wholeRule} {
		if p, ok := w.cutAll(grants, cut); ok {
			ways = append(ways, p)
		}
	}
	return ways
}

// cutAll takes what lets a flow through out of every rule that does, in one way; a rule
// that has nothing else goes as a whole.
func (w *answerer) cutAll(grants []policy.Grant, cut func(*model.Policy, *model.Rule, []int) ([]diag.Edit, string)) (Proposal, bool) {
	var p Proposal
	var texts []string
	whole := map[*model.Policy][]*model.Rule{}
	for i := 0; i < len(grants); {
		g := grants[i]
		var peers []int
		for ; i < len(grants) && grants[i].Rule == g.Rule; i++ {
			peers = append(peers, grants[i].Peer)
		}
		edits, text := cut(g.Policy, g.Rule, peers)
		if edits = asWritten(g.Policy, edits); edits == nil {
			whole[g.Policy] = append(whole[g.Policy], g.Rule)
			text = "take out " + ruleName(g.Policy, g.Rule, -1)
		}
		p.Edits = append(p.Edits, edits...)
		texts = append(texts, text)
		if !slices.Contains(p.Policies, g.Policy.ID) {
			p.Policies = append(p.Policies, g.Policy.ID)
		}
	}
	for _, g := range grants {
		if rules := whole[g.Policy]; len(rules) > 0 {
			edits := asWritten(g.Policy, cutRules(g.Policy, rules))
			if edits == nil {
				return p, false
			}
			p.Edits = append(p.Edits, edits...)
			delete(whole, g.Policy)
		}
	}
	p.Text = strings.Join(texts, "; and ")
	return p, len(texts) > 0
}

// cutRules takes out rules of one list; where none is left the list is empty, which
// is not the same as no list.
func cutRules(p *model.Policy, rules []*model.Rule) []diag.Edit {
	list := written(p).At("spec", rules[0].Direction.String())
	if len(rules) == len(list.Items()) {
		return list.Set("[]")
	}
	var edits []diag.Edit
	for _, r := range rules {
		edit := list.Item(r.Index).Remove()
		if edit == nil {
			return nil
		}
		edits = append(edits, edit...)
	}
	return edits
}

// cutPort takes the port asked for out of a rule that lists it among others.
func (w *answerer) cutPort(p *model.Policy, r *model.Rule, _ []int) ([]diag.Edit, string) {
	if w.port == nil || r.AnyPort {
		return nil, ""
	}
	at := -1
	for i, port := range r.Ports {
		alone := model.Rule{Ports: []model.Port{port}}
		if !(policy.Assumption{}).Ports(&alone, w.to).Contains(w.port.Protocol, w.port.Number) {
			continue
		}
		if at >= 0 {
			return nil, ""
		}
		at = i
	}
	if at < 0 {
		return nil, ""
	}
	edits := ruleText(p, r).Field("ports").Item(at).Remove()
	return edits, fmt.Sprintf("take entry %d out of `ports` of %s", at+1, ruleName(p, r, -1))
}

// cutEntries takes the entries that know the other end out of a rule that has others.
func cutEntries(p *model.Policy, r *model.Rule, peers []int) ([]diag.Edit, string) {
	if r.AnyPeer || len(peers) >= len(r.Peers) {
		return nil, ""
	}
	var edits []diag.Edit
	var words []string
	for _, i := range peers {
		edit := ruleText(p, r).Field(r.Direction.PeerField()).Item(i).Remove()
		if edit == nil {
			return nil, ""
		}
		edits = append(edits, edit...)
		words = append(words, fmt.Sprint(i+1))
	}
	noun := map[bool]string{true: "entry", false: "entries"}[len(words) == 1]
	return edits, fmt.Sprintf("take %s %s out of the `%s` list of %s", noun, listed(words, "and"), r.Direction.PeerField(), ruleName(p, r, -1))
}

// wholeRule leaves nothing of a rule.
func wholeRule(*model.Policy, *model.Rule, []int) ([]diag.Edit, string) { return nil, "" }

func ruleText(p *model.Policy, r *model.Rule) manifest.Part {
	return written(p).At("spec", r.Direction.String()).Item(r.Index)
}

// limit gives new policies for a pod that none limits: those that leave out the other
// end only, and one that lists nothing.
func (w *answerer) limit(d policy.Decision) choice {
	subject, other, _ := w.ends(d.Direction)
	addr, others, nobody := w.fromAddr, w.a, "nobody may call "+w.b
	if d.Direction == model.Egress {
		addr, others, nobody = w.toAddr, w.b, w.a+" may call nobody"
	}
	named := "limit-" + nameOf(subject)
	var ways choice
	add := func(rest []any, whom string) {
		rule := mapping{{d.Direction.PeerField(), rest}}
		if added, policy := w.newPolicy(named, subject, d, []any{rule}); added != "" && len(rest) > 0 {
			ways = append(ways, Proposal{Added: added, Text: fmt.Sprintf("add the policy %s, which names %s except %s", policy, whom, others)})
		}
	}
	pods, addresses := everybodyBut(other, subject, addr)
	add(append(pods, addresses...), "everybody")
	add(pods, "all pods")
	if added, policy := w.newPolicy(named, subject, d, nil); added != "" {
		ways = append(ways, Proposal{Added: added, Text: fmt.Sprintf("add the policy %s, after which %s; then add rules for what is needed", policy, nobody)})
	}
	return ways
}

// everybodyBut writes entries for all pods and all addresses but one end, as far as
// labels and addresses can say it.
func everybodyBut(other, subject *model.Entity, addr netip.Addr) (pods, addresses []any) {
	addresses = blockEntries("0.0.0.0/0", "::/0")
	if !other.IsPod() {
		var except []any
		for _, p := range other.Addrs.Prefixes() {
			except = append(except, quoteAddress(p.String()))
		}
		if addr.IsValid() {
			except = []any{quoteAddress(netip.PrefixFrom(addr, addr.BitLen()).String())}
		}
		pods = []any{mapping{{"namespaceSelector", mapping{}}}}
		v4, v6 := !other.Addrs.Family(true).IsEmpty(), !other.Addrs.Family(false).IsEmpty()
		if len(except) == 0 || len(except) > mostBlocks || v4 == v6 || strings.HasPrefix(other.ID, "world") && !addr.IsValid() {
			return pods, nil
		}
		family := map[bool]int{true: 0, false: 1}[v4]
		cidr := [...]string{"0.0.0.0/0", quoteAddress("::/0")}
		addresses[family] = mapping{{"ipBlock", mapping{{"cidr", cidr[family]}, {"except", except}}}}
		return pods, addresses
	}
	key := tellingLabel(other.Labels)
	if key == "" || other.HostNetwork || other.Namespace.Elsewhere {
		return nil, nil
	}
	own := mapping{{"podSelector", lacking(key, other.Labels[key])}}
	if other.Namespace != subject.Namespace {
		own = append(mapping{{"namespaceSelector", labels(nameLabel, other.Namespace.Name)}}, own...)
	}
	return []any{own, mapping{{"namespaceSelector", lacking(nameLabel, other.Namespace.Name)}}}, addresses
}
