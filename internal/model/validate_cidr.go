package model

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilnet "k8s.io/utils/net"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// parseCIDR reads a CIDR as Kubernetes did before 1.36, and as network plug-ins go on
// doing with stored objects: leading zeros are decimal, bits behind the mask are
// dropped, and an IPv4-mapped IPv6 range is the IPv4 range.
func parseCIDR(text string) (prefix netip.Prefix, ok bool) {
	_, network, err := utilnet.ParseCIDRSloppy(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	addr, _ := netip.AddrFromSlice(network.IP)
	bits, _ := network.Mask.Size()
	if addr.Is4In6() && bits >= 96 {
		addr, bits = addr.Unmap(), bits-96
	}
	return netip.PrefixFrom(addr, bits), true
}

var (
	strictCIDRs = Version{1, 36} // refused from here on
	warnedCIDRs = Version{1, 33} // accepted with a warning from here on
)

func (c *checker) ipBlock(b *networkingv1.IPBlock, path *field.Path) {
	cidrPath := path.Child("cidr")
	if b.CIDR == "" {
		c.refuse(diag.BadCIDR, "`ipBlock` has no `cidr`; write an address range, for example `cidr: 10.0.0.0/8`.", field.Required(cidrPath, ""))
		return
	}
	if !c.cidr(b.CIDR, cidrPath) {
		// Without a range the server does not look at what is excepted from it.
		return
	}
	_, whole, _ := utilnet.ParseCIDRSloppy(b.CIDR)
	for i, except := range b.Except {
		at := path.Child("except").Index(i)
		if !c.cidr(except, at) {
			continue
		}
		// The server compares mask lengths as written, so that an IPv4-mapped range
		// counts 96 bits more than the same range in IPv4.
		_, part, _ := utilnet.ParseCIDRSloppy(except)
		wholeBits, _ := whole.Mask.Size()
		partBits, _ := part.Mask.Size()
		if !whole.Contains(part.IP) || wholeBits >= partBits {
			f := c.refuse(diag.ExceptNotInside,
				fmt.Sprintf("`except` %s must be a smaller range inside %s; %s.", shown(except), shown(b.CIDR), whyNotInside(b.CIDR, except)),
				field.Invalid(at, except, "must be a strict subset of `cidr`"))
			f.remedy, f.change = fmt.Sprintf("Remove %s", shown(except)), func(o manifest.Part) []diag.Edit { return withoutItem(partAt(o, path.Child("except")), i) }
		}
	}
}

// whyNotInside says how an except that is refused lies to its cidr. Both parse.
func whyNotInside(cidr, except string) string {
	whole, _ := parseCIDR(cidr)
	part, _ := parseCIDR(except)
	switch {
	case whole.Addr().BitLen() != part.Addr().BitLen():
		return "one is IPv4 and the other IPv6"
	case whole == part:
		return "it is the whole of it, so nothing would be left"
	case !whole.Overlaps(part):
		return "it lies outside"
	case part.Bits() < whole.Bits():
		return "it is larger"
	default:
		return "the two are not written in the same form"
	}
}

// cidr reports whether the text is a range at all; one that is written ambiguously
// is, whatever the version makes of it.
func (c *checker) cidr(text string, path *field.Path) bool {
	prefix, ok := parseCIDR(text)
	strict := validation.IsValidCIDRForLegacyField(path, text, true, nil)
	switch {
	case !ok:
		remedy, newText := cidrRemedy(text)
		f := c.refuse(diag.BadCIDR, fmt.Sprintf("%s is not an address range; %s.", shown(text), remedy), strict...)
		if newText != "" {
			f.setTo(quoted(newText))
		}
	case len(strict) > 0 && !c.kubernetes.before(warnedCIDRs):
		c.ambiguous(text, prefix, strict)
	}
	return ok
}

// ambiguous records a range that two programs may read in two ways.
func (c *checker) ambiguous(text string, prefix netip.Prefix, strict field.ErrorList) {
	ip, network, _ := utilnet.ParseCIDRSloppy(text)
	addr, _ := netip.AddrFromSlice(ip)
	summary := fmt.Sprintf("%s is not written as address ranges are; write `%s`.", shown(text), prefix)
	if !ip.Equal(network.IP) {
		single := netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		summary = fmt.Sprintf("%s is unclear: do you mean the whole network `%s` or the single address `%s`?", shown(text), prefix, single)
	}

	f := c.refuse(diag.CIDRHostBits, summary, strict...)
	taken := fmt.Sprintf("is read as `%s` here", prefix)
	if c.kubernetes.before(strictCIDRs) {
		f.severity = diag.Warning
		f.detail = fmt.Sprintf("Kubernetes %s accepts it with a warning, and it %s. From %s on it is refused: %s",
			c.kubernetes, taken, strictCIDRs, answer(strict))
	} else {
		f.detail += fmt.Sprintf(". Objects that were stored before Kubernetes %s keep working, so this alone does not put the policy out of force; the range %s.", strictCIDRs, taken)
	}
	f.setTo(quoted(prefix.String()))
}

var (
	wildcardCIDR = regexp.MustCompile(`^([0-9]{1,3})(?:\.([0-9]{1,3}))?(?:\.([0-9]{1,3}))?(?:\.\*)+$`)
	rangeCIDR    = regexp.MustCompile(`^[0-9a-fA-F.:]+ *- *[0-9a-fA-F.:]+$`)
	hostName     = regexp.MustCompile(`^[^:%]*[g-zG-Z][^:%]*$`)
)

// cidrRemedy says what to write in place of a text that is no range, and gives the
// value when there is one to put there.
func cidrRemedy(text string) (remedy, newText string) {
	trimmed := strings.TrimSpace(text)
	if p, ok := parseCIDR(trimmed); ok {
		return write(p)
	}
	address, length, slash := strings.Cut(trimmed, "/")
	ip := utilnet.ParseIPSloppy(address)
	if p, ok := parseCIDR(wildcard(trimmed)); ok {
		return write(p)
	}
	switch {
	case ip != nil && !slash:
		p := singleAddress(ip)
		return fmt.Sprintf("write `%s` for one address", p), p.String()
	case ip != nil && length != "":
		if p, ok := withMask(ip, length); ok {
			return write(p)
		}
		return fmt.Sprintf("behind the `/` stands a length from 0 to %d", singleAddress(ip).Bits()), ""
	case trimmed == "*":
		return "`0.0.0.0/0` is every IPv4 address and `::/0` every IPv6 address", ""
	case rangeCIDR.MatchString(trimmed):
		return "a range from one address to another has to be cut into CIDRs such as `10.0.0.0/24`, one entry for each", ""
	case hostName.MatchString(trimmed):
		return "names are not possible in a NetworkPolicy, only addresses such as `192.0.2.0/24`", ""
	default:
		return "write an address, `/` and a length, for example `10.0.0.0/8` or `2001:db8::/32`", ""
	}
}

func write(p netip.Prefix) (remedy, newText string) { return fmt.Sprintf("write `%s`", p), p.String() }

func singleAddress(ip net.IP) netip.Prefix {
	addr, _ := netip.AddrFromSlice(ip)
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen())
}

// wildcard turns 10.1.* and 10.1.*.* into 10.1.0.0/16; other texts give "".
func wildcard(text string) string {
	m := wildcardCIDR.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	octets := []string{"0", "0", "0", "0"}
	fixed := 0
	for _, octet := range m[1:] {
		if octet != "" {
			octets[fixed] = octet
			fixed++
		}
	}
	if fixed+strings.Count(text, "*") > len(octets) {
		return ""
	}
	return fmt.Sprintf("%s/%d", strings.Join(octets, "."), 8*fixed)
}

// withMask reads the length as a mask such as 255.255.0.0.
func withMask(ip net.IP, mask string) (netip.Prefix, bool) {
	m := net.ParseIP(mask).To4()
	if m == nil || ip.To4() == nil {
		return netip.Prefix{}, false
	}
	ones, size := net.IPMask(m).Size()
	if size == 0 {
		return netip.Prefix{}, false
	}
	addr, _ := netip.AddrFromSlice(ip.To4())
	return netip.PrefixFrom(addr, ones).Masked(), true
}
