package manifest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// kindInfo says in which API versions a kind is read. The first is the one to write
// today; the others carried the same fields, but for the backends of an Ingress, whose
// projection has both forms.
type kindInfo struct {
	read     bool
	versions []string
}

var readKinds = map[string]kindInfo{
	"NetworkPolicy":         {true, []string{policyAPI}},
	"Namespace":             {true, []string{"v1"}},
	"Node":                  {true, []string{"v1"}},
	"Pod":                   {true, []string{"v1"}},
	"Service":               {true, []string{"v1"}},
	"Ingress":               {true, []string{"networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1"}},
	"ReplicationController": {true, []string{"v1"}},
	"Deployment":            {true, []string{"apps/v1", "apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"}},
	"StatefulSet":           {true, []string{"apps/v1", "apps/v1beta2", "apps/v1beta1"}},
	"DaemonSet":             {true, []string{"apps/v1", "apps/v1beta2", "extensions/v1beta1"}},
	"ReplicaSet":            {true, []string{"apps/v1", "apps/v1beta2", "extensions/v1beta1"}},
	"Job":                   {true, []string{"batch/v1"}},
	"CronJob":               {true, []string{"batch/v1", "batch/v1beta1", "batch/v2alpha1"}},
}

const policyAPI = "networking.k8s.io/v1"

// builtIn reports whether an API group comes with Kubernetes, so that a kind it does
// not have is a mistake and not somebody's extension.
func builtIn(apiVersion string) bool {
	group, _, grouped := strings.Cut(apiVersion, "/")
	return !grouped || group == "apps" || group == "batch" || group == "extensions" || group == "core"
}

// isPolicy reports whether an object is meant to be a NetworkPolicy of Kubernetes:
// its kind is that word or nearly, and its API group is not another vendor's.
func isPolicy(tm typeMeta) bool {
	group, _, grouped := strings.Cut(tm.APIVersion, "/")
	if grouped && group != "networking.k8s.io" && !nearGroup(group) {
		return false
	}
	return nearPolicy(tm.Kind)
}

// hasPolicySpec reports whether an object of the group that NetworkPolicies are in has
// the spec of one, whatever its kind is called: no other kind of the group chooses
// pods.
func hasPolicySpec(text []byte, tm typeMeta) bool {
	if !strings.HasPrefix(tm.APIVersion, "networking.k8s.io/") {
		return false
	}
	var object struct {
		Spec map[string]jsonRaw `json:"spec"`
	}
	return json.Unmarshal(text, &object) == nil && object.Spec["podSelector"] != nil
}

// nearGroup reports whether a group is one that NetworkPolicies had, or nearly.
func nearGroup(group string) bool {
	lower := strings.ToLower(group)
	switch {
	case lower == "networking.k8s", hasDomain(lower, "k8s.io"), hasDomain(lower, "kubernetes.io"):
		return true // nobody else may have a group in these domains
	}
	// Groups without a domain are those of Kubernetes.
	return !strings.Contains(lower, ".") || distance(lower, "networking.k8s.io") <= 2
}

func hasDomain(group, domain string) bool {
	return group == domain || strings.HasSuffix(group, "."+domain)
}

// nearPolicy reports whether a kind is NetworkPolicy, in any case, in the plural, or
// mistyped.
func nearPolicy(kind string) bool {
	lower := strings.ToLower(kind)
	return lower == "networkpolicies" || distance(lower, "networkpolicy") <= 2
}

// foreign reports whether a kind that is not read decides about traffic, so that
// leaving it out makes the answer incomplete.
func foreign(tm typeMeta) bool {
	group, _, _ := strings.Cut(tm.APIVersion, "/")
	for _, g := range []string{
		"projectcalico.org", "cilium.io", "policy.networking.k8s.io", "antrea.io", "antrea.tanzu.vmware.com",
		"security.istio.io", "linkerd.io", "policy.linkerd.io", "kuma.io", "kubeovn.io", "k8s.ovn.org",
		"networking.k8s.aws", "vpcresources.k8s.aws", "networking.gke.io", "openshift.io", "nsx.vmware.com",
		"aci.snat", "neuvector.com", "consul.hashicorp.com", "network.openshift.io", "k8s.cni.cncf.io",
	} {
		if hasDomain(group, g) {
			return trafficKind(tm.Kind)
		}
	}
	return strings.HasSuffix(tm.Kind, "NetworkPolicy") || strings.HasSuffix(tm.Kind, "AuthorizationPolicy")
}

// trafficKind reports whether a kind of a network vendor is one of its policies.
func trafficKind(kind string) bool {
	switch kind {
	case "EgressFirewall", "EgressNetworkPolicy", "NsxSecRule", "NvSecurityRule", "NvClusterSecurityRule", "ServiceIntentions",
		"MeshTrafficPermission", "TrafficPermission", "MeshTrafficPermissions":
		return true
	case "CiliumLocalRedirectPolicy", "CiliumEgressGatewayPolicy", "CiliumBGPPeeringPolicy",
		"CiliumL2AnnouncementPolicy", "GCPBackendPolicy", "HealthCheckPolicy", "GCPGatewayPolicy",
		"CiliumClusterwideEnvoyConfig", "BGPPolicy", "EgressIPPolicy":
		return false
	}
	return strings.HasSuffix(kind, "Policy")
}

// object reads one object that is no list.
func (r *reader) object(text []byte, path string, tm typeMeta, keys map[string]jsonRaw) {
	switch {
	case tm.Kind == "" && r.withoutKind(path, tm, keys):
	case isPolicy(tm) || hasPolicySpec(text, tm):
		r.policy(text, path, tm)
	case r.isRead(text, path, tm):
		r.other(text, path, tm)
	}
	if r.duplicates && !isPolicy(tm) && !hasPolicySpec(text, tm) {
		r.duplicateKeys(path, "", false)
	}
}

// isRead reports whether an object is of a kind that is read, and counts or reports
// it when it is not.
func (r *reader) isRead(text []byte, path string, tm typeMeta) bool {
	info := readKinds[tm.Kind]
	for _, v := range info.versions {
		if v == tm.APIVersion {
			return true
		}
	}
	if info.read && builtIn(tm.APIVersion) {
		what := fmt.Sprintf("`%s` has no `%s`", tm.APIVersion, tm.Kind)
		if tm.APIVersion == "" {
			what = fmt.Sprintf("This %s has no `apiVersion`", tm.Kind)
		}
		r.bad(path, "apiVersion", fmt.Sprintf("%s; write `apiVersion: %s`.", what, info.versions[0]))
		return false
	}
	policy := foreign(tm)
	if custom(tm) && !policy {
		r.operated = append(r.operated, namespaceIn(text))
	}
	r.notEvaluated = append(r.notEvaluated, NotEvaluated{APIVersion: tm.APIVersion, Kind: tm.Kind, Policy: policy})
	if policy {
		name := r.objectName(path)
		r.report(diag.Finding{
			Code: diag.ForeignPolicyKind, Severity: diag.Info, Range: r.at(path, "kind"), Field: "kind",
			Object:  strings.TrimSpace(tm.Kind + " " + name),
			Summary: fmt.Sprintf("`%s` (%s) is not evaluated: Netpolscope reads the NetworkPolicy of Kubernetes.", tm.Kind, tm.APIVersion),
			Detail:  "It may open or close connections that the answer here shows otherwise.",
		})
	}
	return false
}

// custom reports whether a kind is somebody's extension of Kubernetes.
func custom(tm typeMeta) bool {
	group, _, grouped := strings.Cut(tm.APIVersion, "/")
	return grouped && strings.Contains(group, ".") && group != "k8s.io" && !strings.HasSuffix(group, ".k8s.io")
}

// namespaceIn gives the namespace that an object would be put in.
func namespaceIn(text []byte) string {
	var object struct {
		Metadata struct {
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	_ = json.Unmarshal(text, &object) // what is not read may have any shape
	return cmp.Or(object.Metadata.Namespace, "default")
}

// objectName gives namespace/name of an object that is not read.
func (r *reader) objectName(path string) string {
	t := r.nodes()
	if t == nil {
		return ""
	}
	text := func(field string) string {
		if key, value := t.find(join(path, field)); key != nil && "metadata."+key.Value == field {
			return value.Value
		}
		return ""
	}
	name, namespace := text("metadata.name"), text("metadata.namespace")
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// distance is the number of letters to insert, remove, replace or swap with their
// neighbour to get from one word to the other.
func distance(a, b string) int {
	if d := len(a) - len(b); d > 3 || d < -3 {
		return 4
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
