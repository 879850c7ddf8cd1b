package explain

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// mapping is a YAML mapping that is to be written, in order. A value is a text that is
// written as it is, a mapping, or a list of values.
type mapping []field

type field struct {
	key   string
	value any
}

// flow writes a value on one line.
func flowed(value any) string {
	switch v := value.(type) {
	case mapping:
		parts := make([]string, len(v))
		for i, f := range v {
			parts[i] = f.key + ": " + flowed(f.value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = flowed(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		return v.(string)
	}
}

// blocked writes a value on lines of their own, as one types it. Lists of texts and
// what is empty stay on the line.
func blocked(value any) string {
	switch v := value.(type) {
	case mapping:
		if len(v) == 0 {
			return "{}"
		}
		lines := make([]string, len(v))
		for i, f := range v {
			text := blocked(f.value)
			switch under := f.value.(type) {
			case mapping:
				if len(under) > 0 {
					text = "\n  " + strings.ReplaceAll(text, "\n", "\n  ")
				}
			case []any:
				if strings.HasPrefix(text, "- ") {
					text = "\n" + text
				}
			}
			lines[i] = f.key + ":"
			if strings.HasPrefix(text, "\n") {
				lines[i] += text
			} else {
				lines[i] += " " + text
			}
		}
		return strings.Join(lines, "\n")
	case []any:
		if !slices.ContainsFunc(v, func(item any) bool { _, ok := item.(mapping); return ok }) {
			return flowed(v)
		}
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = "- " + strings.ReplaceAll(blocked(item), "\n", "\n  ")
		}
		return strings.Join(items, "\n")
	default:
		return v.(string)
	}
}

// portEntry writes an entry of ports.
func portEntry(p Port) mapping {
	entry := mapping{{"port", fmt.Sprint(p.Number)}}
	if p.Protocol != netset.TCP {
		entry = append(entry, field{"protocol", p.Protocol.String()})
	}
	return entry
}

// labels writes a selector of one label.
func labels(key, value string) mapping {
	return mapping{{"matchLabels", mapping{{quoteScalar(key), quoteScalar(value)}}}}
}

// lacking writes a selector for everything but one value of a label.
func lacking(key, value string) mapping {
	return mapping{{"matchExpressions", []any{mapping{
		{"key", quoteScalar(key)}, {"operator", "NotIn"}, {"values", []any{quoteScalar(value)}},
	}}}}
}

// selecting writes a selector again.
func selecting(s *model.Selector) mapping {
	same, expressions := mapping{}, []any{}
	for _, t := range s.Terms() {
		if t.Operator == model.In && len(t.Values) == 1 && !slices.ContainsFunc(same, func(f field) bool { return f.key == quoteScalar(t.Key) }) {
			same = append(same, field{quoteScalar(t.Key), quoteScalar(t.Values[0])})
			continue
		}
		e := mapping{{"key", quoteScalar(t.Key)}, {"operator", [...]string{"In", "NotIn", "Exists", "DoesNotExist"}[t.Operator]}}
		if len(t.Values) > 0 {
			values := []any{}
			for _, v := range t.Values {
				values = append(values, quoteScalar(v))
			}
			e = append(e, field{"values", values})
		}
		expressions = append(expressions, e)
	}
	out := mapping{}
	if len(same) > 0 {
		out = append(out, field{"matchLabels", same})
	}
	if len(expressions) > 0 {
		out = append(out, field{"matchExpressions", expressions})
	}
	return out
}

// peersFor writes entries of from or to that name the other end in a policy of the
// subject's namespace; none where nothing tells that end from others.
func peersFor(subject, other *model.Entity, addr netip.Addr) []any {
	switch {
	case addr.IsValid() && !other.IsPod():
		return blockEntries(netip.PrefixFrom(addr, addr.BitLen()).String())
	case other.HostNetwork && other.Node != nil:
		return addressEntries(other.Node)
	case !other.IsPod() || other.HostNetwork:
		return addressEntries(other)
	case other.AnyOther && other.Namespace.Elsewhere:
		return []any{mapping{{"namespaceSelector", mapping{}}}}
	}
	entry := mapping{}
	if other.Namespace != subject.Namespace {
		entry = append(entry, field{"namespaceSelector", labels(nameLabel, other.Namespace.Name)})
	}
	if key := tellingLabel(other.Labels); key != "" {
		return []any{append(entry, field{"podSelector", labels(key, other.Labels[key])})}
	} else if other.AnyOther {
		return []any{append(entry, field{"podSelector", mapping{}})}
	}
	return nil
}

func blockEntries(cidrs ...string) []any {
	var entries []any
	for _, cidr := range cidrs {
		entries = append(entries, mapping{{"ipBlock", mapping{{"cidr", quoteAddress(cidr)}}}})
	}
	return entries
}

// quoteAddress quotes what YAML might read as something else than text.
func quoteAddress(text string) string {
	if strings.Contains(text, ":") {
		return fmt.Sprintf("%q", text)
	}
	return text
}

// mostBlocks is how many address ranges one writes for a set of addresses.
const mostBlocks = 8

// addressEntries writes ipBlocks for a node or a set of addresses, as far as one can
// say it.
func addressEntries(e *model.Entity) []any {
	switch prefixes := e.Addrs.Prefixes(); {
	case strings.HasPrefix(e.ID, "world") && e.Addrs.Family(true).IsEmpty():
		return blockEntries("::/0")
	case strings.HasPrefix(e.ID, "world") && e.Addrs.Family(false).IsEmpty():
		return blockEntries("0.0.0.0/0")
	case strings.HasPrefix(e.ID, "world"):
		return blockEntries("0.0.0.0/0", "::/0")
	case len(prefixes) > 0 && len(prefixes) <= mostBlocks:
		var texts []string
		for _, p := range prefixes {
			texts = append(texts, p.String())
		}
		return blockEntries(texts...)
	}
	cidr, excepts, ok := strings.Cut(e.ID, " except ")
	if !ok || strings.Contains(excepts, " and ") || strings.Contains(excepts, "#") {
		return nil // the name is shortened or numbered
	}
	var except []any
	for part := range strings.SplitSeq(excepts, ", ") {
		except = append(except, quoteAddress(part))
	}
	return []any{mapping{{"ipBlock", mapping{{"cidr", quoteAddress(cidr)}, {"except", except}}}}}
}

// telling are the label keys that most often say what a pod is, best first.
var telling = [...]string{"app.kubernetes.io/name", "app", "k8s-app", "name", "role", "component", "tier"}

// tellingLabel gives the label to name a pod by, "" when it has none.
func tellingLabel(labels model.Labels) string {
	for _, key := range telling {
		if _, ok := labels[key]; ok {
			return key
		}
	}
	var keys []string
	for key := range labels {
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return ""
	}
	return slices.Min(keys)
}
