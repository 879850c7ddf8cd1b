package manifest

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var (
	policyType      = reflect.TypeFor[networkingv1.NetworkPolicy]()
	metadataType    = reflect.TypeFor[metav1.ObjectMeta]()
	specType        = reflect.TypeFor[networkingv1.NetworkPolicySpec]()
	ingressType     = reflect.TypeFor[networkingv1.NetworkPolicyIngressRule]()
	egressType      = reflect.TypeFor[networkingv1.NetworkPolicyEgressRule]()
	peerType        = reflect.TypeFor[networkingv1.NetworkPolicyPeer]()
	portType        = reflect.TypeFor[networkingv1.NetworkPolicyPort]()
	blockType       = reflect.TypeFor[networkingv1.IPBlock]()
	selectorType    = reflect.TypeFor[metav1.LabelSelector]()
	requirementType = reflect.TypeFor[metav1.LabelSelectorRequirement]()
)

// isRule reports whether a type is that of a rule in either direction.
func isRule(t reflect.Type) bool { return t == ingressType || t == egressType }

// typeWords name the types of a policy as a person would.
var typeWords = map[reflect.Type]string{
	policyType:      "a NetworkPolicy",
	specType:        "the spec of a NetworkPolicy",
	metadataType:    "metadata",
	ingressType:     "an ingress rule",
	egressType:      "an egress rule",
	peerType:        "an entry of `from` or `to`",
	portType:        "an entry of `ports`",
	blockType:       "an ipBlock",
	selectorType:    "a selector",
	requirementType: "a matchExpressions entry",
}

func nounOf(t reflect.Type) string {
	if w, ok := typeWords[t]; ok {
		return w
	}
	return "this object"
}

// homes says where the fields of a policy belong.
var homes = map[string]string{
	"name": "`metadata`", "namespace": "`metadata`", "labels": "`metadata`", "annotations": "`metadata`",
	"podSelector": "`spec`, or an entry of `from` or `to`", "policyTypes": "`spec`", "ingress": "`spec`", "egress": "`spec`",
	"from": "an ingress rule", "to": "an egress rule", "ports": "the rule, beside `from` or `to`",
	"port": "an entry of `ports`", "protocol": "an entry of `ports`", "endPort": "an entry of `ports`",
	"namespaceSelector": "an entry of `from` or `to`", "ipBlock": "an entry of `from` or `to`",
	"cidr": "an ipBlock", "except": "an ipBlock",
	"matchLabels": "a selector", "matchExpressions": "a selector",
}

// meant lists words, in small letters, that people write for a field.
var meant = map[string]string{
	"matchlabel": "matchLabels", "labels": "matchLabels", "labelselector": "matchLabels", "selector": "matchLabels",
	"matchexpression": "matchExpressions", "expressions": "matchExpressions",
	"podselectors": "podSelector", "pods": "podSelector",
	"nsselector": "namespaceSelector", "namespace": "namespaceSelector", "namespaces": "namespaceSelector",
	"ipblocks": "ipBlock", "ip": "ipBlock", "ips": "ipBlock", "cidrblock": "ipBlock",
	"cidrs": "cidr", "range": "cidr",
	"excepts": "except", "exclude": "except", "excluding": "except", "not": "except",
	"policytype": "policyTypes", "types": "policyTypes",
	"toport": "endPort", "portrange": "endPort",
	"targetport": "port", "containerport": "port", "serviceport": "port",
}

// peerWords are what people write for from and to, whichever the rule has.
var peerWords = []string{"source", "sources", "destination", "destinations", "peers"}

// denies are the words of other firewalls that a NetworkPolicy does not know.
var denies = []string{"action", "deny", "allow", "priority", "order", "log"}

// impossible are wishes that a NetworkPolicy cannot grant.
var impossible = []string{"fqdn", "fqdns", "host", "hosts", "dns", "service", "services", "serviceSelector", "serviceAccount", "serviceAccountSelector", "nodeSelector", "node"}

// suggestion gives the field of the parent that a word most likely stands for: the
// same word in other case, a word at most two letters away, what the word means
// elsewhere. Where two letters are half of the word, its meaning goes first.
func suggestion(f fault) string {
	fields := structFields(f.parent)
	lower := strings.ToLower(f.name)
	best, nearest := 3, ""
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		d := distance(strings.ToLower(field), lower)
		if d == 0 {
			return field
		}
		if d < best && d < len(f.name) {
			best, nearest = d, field
		}
	}
	if nearest != "" && 2*best < len(f.name) {
		return nearest
	}
	if m := meant[lower]; m != "" && fields[m] != nil {
		return m
	}
	if slices.Contains(peerWords, lower) {
		switch f.parent {
		case ingressType:
			return "from"
		case egressType:
			return "to"
		}
	}
	return nearest
}

// unwieldy reports whether a mapping is too large to be looked through for each of its
// faults. No honest object comes near.
func unwieldy(n *yaml.Node) bool { return len(n.Content) > 2*findingCeiling }
