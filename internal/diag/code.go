package diag

// Code names a kind of finding. A code is never reused for something else.
//
// NP0xx is about the text, NP1xx the object and its name, NP2xx fields and shapes,
// NP3xx values, NP4xx what one policy means, NP5xx a policy against the bundle,
// NP6xx what a cluster makes of it.
type Code string

// Name gives the code's name, the last part of its page's address. An unknown
// code has none.
func (c Code) Name() string { return names[c] }

// Codes gives every code.
func Codes() []Code {
	codes := make([]Code, 0, len(names))
	for c := range names {
		codes = append(codes, c)
	}
	return codes
}

const (
	YAMLDoesNotParse            Code = "NP001"
	TabIndentation              Code = "NP002"
	MissingColon                Code = "NP003"
	InconsistentIndentation     Code = "NP004"
	CopiedDecoration            Code = "NP005"
	DuplicateKey                Code = "NP006"
	Fragment                    Code = "NP007"
	NumberReadDifferently       Code = "NP008"
	OverLimit                   Code = "NP020"
	NotText                     Code = "NP021"
	BadArchiveEntry             Code = "NP022"
	IgnoreWithoutEffect         Code = "NP023"
	WrongAPIOrKind              Code = "NP101"
	BadObjectName               Code = "NP102"
	LostIndentation             Code = "NP103"
	SameNameTwice               Code = "NP104"
	NoNamespace                 Code = "NP105"
	BadObject                   Code = "NP120"
	UnknownField                Code = "NP201"
	NamespaceSelectorOnSpec     Code = "NP202"
	FieldInWrongPlace           Code = "NP203"
	LabelWithoutMatchLabels     Code = "NP204"
	ListOrMap                   Code = "NP205"
	LabelValueNotText           Code = "NP206"
	BadPolicyType               Code = "NP207"
	DenyRule                    Code = "NP208"
	BadPortNumber               Code = "NP301"
	PortAsText                  Code = "NP302"
	BadPortName                 Code = "NP303"
	BadProtocol                 Code = "NP304"
	BadCIDR                     Code = "NP305"
	CIDRHostBits                Code = "NP306"
	ExceptNotInside             Code = "NP307"
	EmptyOrMixedPeer            Code = "NP308"
	BadSelector                 Code = "NP309"
	LabelWithoutValue           Code = "NP310"
	EmptyPeerListAllowsEveryone Code = "NP401"
	AllowAllRule                Code = "NP402"
	NoRuleMeansDeny             Code = "NP403"
	EgressWithoutPolicyTypes    Code = "NP404"
	RulesNotListedInTypes       Code = "NP405"
	PolicyTypesMissing          Code = "NP406"
	SelectsEveryPod             Code = "NP407"
	OrLooksLikeAnd              Code = "NP408"
	SwallowedPeer               Code = "NP409"
	PortsWithoutPeers           Code = "NP410"
	AllPortsOpen                Code = "NP411"
	ProtocolDefaultsToTCP       Code = "NP412"
	NotInIncludesUnlabelled     Code = "NP413"
	OpenToTheWorld              Code = "NP414"
	PolicySelectsNoPod          Code = "NP501"
	PeerSelectsNoPod            Code = "NP502"
	NamespaceLabelMissing       Code = "NP503"
	NamedPortNotFound           Code = "NP504"
	ServicePortNotPodPort       Code = "NP505"
	IPBlockInsideCluster        Code = "NP506"
	EgressWithoutDNS            Code = "NP507"
	OneSideBlocked              Code = "NP508"
	FrontDoorClosed             Code = "NP509"
	APIServerOutOfReach         Code = "NP510"
	NoEffect                    Code = "NP511"
	PodNotIsolated              Code = "NP512"
	PlugInDoesNotEnforce        Code = "NP601"
	HostNetworkOrNode           Code = "NP602"
	ForeignPolicyKind           Code = "NP603"
)

var names = map[Code]string{
	YAMLDoesNotParse:            "yaml-does-not-parse",
	TabIndentation:              "tab-indentation",
	MissingColon:                "missing-colon",
	InconsistentIndentation:     "inconsistent-indentation",
	CopiedDecoration:            "copied-decoration",
	DuplicateKey:                "duplicate-key",
	Fragment:                    "fragment",
	NumberReadDifferently:       "number-read-differently",
	OverLimit:                   "over-limit",
	NotText:                     "not-text",
	BadArchiveEntry:             "bad-archive-entry",
	IgnoreWithoutEffect:         "ignore-without-effect",
	WrongAPIOrKind:              "wrong-api-or-kind",
	BadObjectName:               "bad-object-name",
	LostIndentation:             "lost-indentation",
	SameNameTwice:               "same-name-twice",
	NoNamespace:                 "no-namespace",
	BadObject:                   "bad-object",
	UnknownField:                "unknown-field",
	NamespaceSelectorOnSpec:     "namespace-selector-on-spec",
	FieldInWrongPlace:           "field-in-wrong-place",
	LabelWithoutMatchLabels:     "label-without-matchLabels",
	ListOrMap:                   "list-or-map",
	LabelValueNotText:           "label-value-not-text",
	BadPolicyType:               "bad-policy-type",
	DenyRule:                    "deny-rule",
	BadPortNumber:               "bad-port-number",
	PortAsText:                  "port-as-text",
	BadPortName:                 "bad-port-name",
	BadProtocol:                 "bad-protocol",
	BadCIDR:                     "bad-cidr",
	CIDRHostBits:                "cidr-host-bits",
	ExceptNotInside:             "except-not-inside",
	EmptyOrMixedPeer:            "empty-or-mixed-peer",
	BadSelector:                 "bad-selector",
	LabelWithoutValue:           "label-without-value",
	EmptyPeerListAllowsEveryone: "empty-peer-list-allows-everyone",
	AllowAllRule:                "allow-all-rule",
	NoRuleMeansDeny:             "no-rule-means-deny",
	EgressWithoutPolicyTypes:    "egress-without-policyTypes",
	RulesNotListedInTypes:       "rules-not-listed-in-types",
	PolicyTypesMissing:          "policy-types-missing",
	SelectsEveryPod:             "selects-every-pod",
	OrLooksLikeAnd:              "or-looks-like-and",
	SwallowedPeer:               "swallowed-peer",
	PortsWithoutPeers:           "ports-without-peers",
	AllPortsOpen:                "all-ports-open",
	ProtocolDefaultsToTCP:       "protocol-defaults-to-tcp",
	NotInIncludesUnlabelled:     "not-in-includes-unlabelled",
	OpenToTheWorld:              "open-to-the-world",
	PolicySelectsNoPod:          "policy-selects-no-pod",
	PeerSelectsNoPod:            "peer-selects-no-pod",
	NamespaceLabelMissing:       "namespace-label-missing",
	NamedPortNotFound:           "named-port-not-found",
	ServicePortNotPodPort:       "service-port-not-pod-port",
	IPBlockInsideCluster:        "ip-block-inside-cluster",
	EgressWithoutDNS:            "egress-without-dns",
	OneSideBlocked:              "one-side-blocked",
	FrontDoorClosed:             "front-door-closed",
	APIServerOutOfReach:         "api-server-out-of-reach",
	NoEffect:                    "no-effect",
	PodNotIsolated:              "pod-not-isolated",
	PlugInDoesNotEnforce:        "plug-in-does-not-enforce",
	HostNetworkOrNode:           "host-network-or-node",
	ForeignPolicyKind:           "foreign-policy-kind",
}
