package lint

import (
	"fmt"
	"net/netip"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/netset"
)

var openToTheWorld = check{
	code: diag.OpenToTheWorld, severity: diag.Warning,
	policy: func(s *subject) {
		for _, r := range s.allRules() {
			if r.means == nil {
				continue
			}
			var open netset.Addrs
			for _, p := range r.means.Peers {
				if p.Block != nil {
					open = open.Union(p.Block.Addrs)
				}
			}
			for i, item := range r.peers.Items() {
				block := item.Field("ipBlock")
				prefix, err := netip.ParsePrefix(block.Field("cidr").Text())
				if err != nil || prefix.Bits() > 1 || !r.means.Peers[i].Block.Addrs.Equal(r.means.Peers[i].Block.CIDR) {
					continue
				}
				v4 := prefix.Addr().Is4()
				if !open.Family(v4).Equal(netset.Everywhere.Family(v4)) {
					continue // Half of it, and the other half is not there.
				}
				f := diag.Finding{
					Summary: fmt.Sprintf("`%s` is the whole %s Internet, and for many network plug-ins also the pods of this cluster.", prefix, family(v4)),
					Detail:  "Narrow the range, or leave out the private ranges and the address of cloud metadata with `except`.",
				}
				if prefix.Bits() == 1 {
					f.Summary = fmt.Sprintf("`%s` and its other half are the whole %s Internet, and for many network plug-ins also the pods of this cluster.", prefix, family(v4))
				} else if !block.Field("except").IsWritten() {
					f.Fix = fix("Leave out private and link-local addresses", block.Field("cidr").InsertAfter("except: ["+privateRanges(v4)+"]"))
				}
				if !v4 && !open.Family(true).Equal(netset.Everywhere.Family(true)) {
					f.Severity = diag.Info // Most clusters have no way out by IPv6.
				}
				s.at(block, f)
			}
		}
	},
}

func family(v4 bool) string {
	if v4 {
		return "IPv4"
	}
	return "IPv6"
}

// privateRanges are what an exception for the inside of a network leaves out.
func privateRanges(v4 bool) string {
	if v4 {
		return "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16"
	}
	return "'fc00::/7', 'fe80::/10'"
}
