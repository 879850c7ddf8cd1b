package lint

import "github.com/netpolscope/netpolscope/internal/diag"

// catalogue lists every code that has a page, in order. Those without a function are
// found elsewhere: by manifest while reading, or by model while building.
var catalogue []check

// The list is filled here since checks that offer remedies ask the catalogue.
func init() {
	catalogue = []check{
		{code: diag.YAMLDoesNotParse, severity: diag.Error},
		{code: diag.TabIndentation, severity: diag.Error},
		{code: diag.MissingColon, severity: diag.Error},
		{code: diag.InconsistentIndentation, severity: diag.Error},
		{code: diag.CopiedDecoration, severity: diag.Info},
		{code: diag.DuplicateKey, severity: diag.Warning},
		{code: diag.Fragment, severity: diag.Info},
		{code: diag.NumberReadDifferently, severity: diag.Warning},
		{code: diag.OverLimit, severity: diag.Error},
		{code: diag.NotText, severity: diag.Error},
		{code: diag.BadArchiveEntry, severity: diag.Error},
		{code: diag.WrongAPIOrKind, severity: diag.Error},
		{code: diag.BadObjectName, severity: diag.Error},
		{code: diag.LostIndentation, severity: diag.Error},
		{code: diag.SameNameTwice, severity: diag.Warning},
		{code: diag.NoNamespace, severity: diag.Info},
		{code: diag.BadObject, severity: diag.Error},
		{code: diag.UnknownField, severity: diag.Error},
		{code: diag.NamespaceSelectorOnSpec, severity: diag.Error},
		{code: diag.FieldInWrongPlace, severity: diag.Error},
		{code: diag.LabelWithoutMatchLabels, severity: diag.Error},
		{code: diag.ListOrMap, severity: diag.Error},
		{code: diag.LabelValueNotText, severity: diag.Error},
		{code: diag.BadPolicyType, severity: diag.Error},
		{code: diag.DenyRule, severity: diag.Error},
		{code: diag.BadPortNumber, severity: diag.Error},
		{code: diag.PortAsText, severity: diag.Error},
		{code: diag.BadPortName, severity: diag.Error},
		{code: diag.BadProtocol, severity: diag.Error},
		{code: diag.BadCIDR, severity: diag.Error},
		{code: diag.CIDRHostBits, severity: diag.Error},
		{code: diag.ExceptNotInside, severity: diag.Error},
		{code: diag.EmptyOrMixedPeer, severity: diag.Error},
		{code: diag.BadSelector, severity: diag.Error},
		{code: diag.LabelWithoutValue, severity: diag.Warning},
		emptyPeerListAllowsEveryone,
		allowAllRule,
		noRuleMeansDeny,
		egressWithoutPolicyTypes,
		rulesNotListedInTypes,
		policyTypesMissing,
		selectsEveryPod,
		orLooksLikeAnd,
		swallowedPeer,
		portsWithoutPeers,
		allPortsOpen,
		protocolDefaultsToTCP,
		notInIncludesUnlabelled,
		openToTheWorld,
		plugInDoesNotEnforce,
		hostNetworkOrNode,
		{code: diag.ForeignPolicyKind, severity: diag.Info},
	}
}
