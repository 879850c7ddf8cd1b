package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Enforcement says whether a network plug-in does what policies say.
type Enforcement uint8

const (
	// Enforces: policies hold as soon as they are stored.
	Enforces Enforcement = iota
	// EnforcesOnRequest: policies hold only where the operator turned it on.
	EnforcesOnRequest
	// NeverEnforces: the API server stores policies and nothing reads them.
	NeverEnforces
)

// Plugin is a network plug-in: the part of a cluster that makes policies hold, or does
// not. It never changes what the policies say, only whether and how far they hold. The
// zero value is any plug-in that enforces everything.
type Plugin struct {
	// Name is what the plug-in is asked for by, Title how people write it.
	Name, Title string
	Enforcement Enforcement
	// TurnOn says how policies are made to hold where they do not by themselves.
	TurnOn string
	// Note says what is particular about the plug-in; empty when there is nothing.
	Note string
	// NoEndPort is set when the plug-in does not know endPort, NoSCTP when it does not
	// know rules for SCTP.
	NoEndPort, NoSCTP bool
	// Ended is set when nobody keeps it up any more.
	Ended bool
	// Running says what becomes of open connections when a policy arrives.
	Running Running
}

// Running says what a plug-in does with a connection that is open when a policy arrives
// that would not let it in.
type Running uint8

const (
	// RunningUnknown: nothing is promised.
	RunningUnknown Running = iota
	// KeepsRunning: it usually lives on.
	KeepsRunning
	// CutsRunning: it is cut.
	CutsRunning
)

// Texts about plug-ins that share a behaviour.
const (
	keepsConnections = "A connection that is already open usually survives a new policy that would close it."
	blocksCountPods  = "An ipBlock counts for pods whose address it holds."
)

// plugins are the plug-ins by name. Weave Net ended before endPort existed (Kubernetes
// 1.21), Romana before rules for SCTP did (1.12).
var plugins = []Plugin{
	{Name: "aks", Title: "AKS", Enforcement: EnforcesOnRequest,
		TurnOn: "create or update the cluster with --network-policy azure, calico or cilium; the default is none"},
	{Name: "antrea", Title: "Antrea", Note: keepsConnections, Running: KeepsRunning},
	{Name: "aws-vpc-cni", Title: "The Amazon VPC CNI", Enforcement: EnforcesOnRequest,
		TurnOn: "use version 1.14 or later and set enableNetworkPolicy (in Auto Mode: enable-network-policy-controller in the ConfigMap amazon-vpc-cni)",
		Note:   "In its standard mode a new pod is open for a moment until its policies have arrived, and a Service's port should be the same number as its pods' port."},
	{Name: "calico", Title: "Calico", Note: blocksCountPods + " " + keepsConnections, Running: KeepsRunning},
	{Name: "cilium", Title: "Cilium", Note: "An ipBlock does not count for pods and nodes of the cluster, whatever their address."},
	{Name: "flannel", Title: "Flannel", Enforcement: NeverEnforces,
		TurnOn: "run kube-network-policies or Calico (\"Canal\") beside it"},
	{Name: "gke", Title: "GKE", Enforcement: EnforcesOnRequest,
		TurnOn: "use Dataplane V2 (Autopilot always does), or create the Standard cluster with --enable-network-policy"},
	{Name: "kindnet", Title: "kindnet", Note: "Clusters of old versions of kind do not enforce policies."},
	{Name: "kube-network-policies", Title: "kube-network-policies"},
	{Name: "kube-router", Title: "kube-router"},
	{Name: "ovn-kubernetes", Title: "OVN-Kubernetes", Note: "It checks every packet, so that a new policy also cuts connections that are already open.", Running: CutsRunning},
	{Name: "romana", Title: "Romana", Note: "It has had no updates for years.", Ended: true, NoEndPort: true, NoSCTP: true},
	{Name: "weave-net", Title: "Weave Net", Note: "Its project is archived; rajch/weave carries it on.", Ended: true, NoEndPort: true},
}

// AnyPlugin is the name of the zero Plugin.
const AnyPlugin = "any"

// PluginNames gives the names that ParsePlugin knows.
func PluginNames() []string {
	names := []string{AnyPlugin}
	for _, p := range plugins {
		names = append(names, p.Name)
	}
	return names
}

// aliases are other names that people ask for a plug-in by.
var aliases = map[string]string{"eks": "aws-vpc-cni", "ovn": "ovn-kubernetes", "weave": "weave-net"}

// ParsePlugin finds a plug-in by its name, in any case.
func ParsePlugin(name string) (Plugin, error) {
	name = strings.ToLower(name)
	name = cmp.Or(aliases[name], name)
	if name == AnyPlugin {
		return Plugin{}, nil
	}
	i := slices.IndexFunc(plugins, func(p Plugin) bool { return p.Name == name })
	if i < 0 {
		return Plugin{}, fmt.Errorf("network plug-in %q is not one of %s", name, strings.Join(PluginNames(), ", "))
	}
	return plugins[i], nil
}

// String gives the name as ParsePlugin reads it.
func (p Plugin) String() string {
	if p.Name == "" {
		return AnyPlugin
	}
	return p.Name
}

// Caveat says what the plug-in makes of policies in a sentence; empty for one that
// makes them hold.
func (p Plugin) Caveat() string {
	switch p.Enforcement {
	case NeverEnforces:
		return fmt.Sprintf("%s stores policies and enforces none of them: every connection is open. To make them hold, %s.", p.Title, p.TurnOn)
	case EnforcesOnRequest:
		return fmt.Sprintf("%s enforces policies only where that is turned on; where it is not, every connection is open. To make them hold, %s.", p.Title, p.TurnOn)
	}
	return ""
}
