package manifest

import (
	"reflect"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// What is made of a fragment is what the remedy writes, and the places of its fields
// are in the fragment as it was written.
func TestFragmentsBecomeWhole(t *testing.T) {
	for _, c := range []struct{ text, field, at string }{
		{"podSelector: {}\n", "spec.podSelector", "1:1-1:16"},
		{"# c\n\n  podSelector:\n    matchLabels: {a: b} # d\n# e\n", "spec.podSelector.matchLabels.a", "4:19-4:23"},
		{"from:\n- podSelector: {}\n", "spec.ingress[0].from[0].podSelector", "2:3-2:18"},
		{"ports:\n- port: 80\nto:\n- ipBlock:\n    cidr: 10.0.0.0/8", "spec.egress[0].to[0].ipBlock.cidr", "5:5-5:21"},
		{"ports: [{port: 80}]\n", "spec.ingress[0].ports[0].port", "1:10-1:18"},
		{"ingress:\n- {}\n", "spec.ingress", "1:1-2:5"},
		{"egress:\n- to: []\n", "spec.egress[0].to", "2:3-2:9"},
		{"{egress: [{to: []}],\n policyTypes: [Egress]\n}\n", "spec.policyTypes", "2:2-2:23"},
		{"{egress: [{to: []}]}\n", "spec.egress[0].to", "1:12-1:18"},
		{"--- {from: []}\n", "spec.ingress[0].from", "1:6-1:14"},
		{"---\nfrom: []\n...\n", "spec.ingress[0].from", "2:1-2:9"},
		{"podSelector: {}\nnamespaceSelector: {}\n", "spec.ingress[0].from[0].namespaceSelector", "2:1-2:22"},
		{"- podSelector: {}\n- ipBlock: {cidr: 10.0.0.0/8}\n", "spec.ingress[0].from[1].ipBlock.cidr", "2:13-2:29"},
		{"[{podSelector: {}},\n{ipBlock: {cidr: 10.0.0.0/8}}]\n", "spec.ingress[0].from[1].ipBlock.cidr", "2:12-2:28"},
		{"- to: []\n-   ports: []\n", "spec.egress[1].ports", "2:5-2:14"},
		{"- port: 80\n- port: 81\n", "spec.ingress[0].ports[1].port", "2:3-2:11"},
		{"port: 80\nprotocol: TCP\n", "spec.ingress[0].ports[0].protocol", "2:1-2:14"},
		{"cidr: 10.0.0.0/8\nexcept:\n- 10.1.0.0/16\n", "spec.ingress[0].from[0].ipBlock.except[0]", "3:3-3:14"},
		{"matchLabels:\n  é: x\n", "spec.podSelector.matchLabels", "1:1-2:7"},
		{"spec:\n  podSelector: {}\n", "spec.podSelector", "2:3-2:18"},
		{"  spec:\n    podSelector: {}\n", "spec.podSelector", "2:5-2:20"},
		{"{spec: {podSelector: {}}}", "spec.podSelector", "1:9-1:24"},
		{"--- {spec: {podSelector: {}}} # c\n", "spec.podSelector", "1:13-1:28"},
		{`{"podSelector": {}}`, "spec.podSelector", "1:2-1:19"},
		{`{"egress": [{"to": []}]}`, "spec.egress[0].to", "1:14-1:22"},
		{`[{"podSelector": {}}]`, "spec.ingress[0].from[0].podSelector", "1:3-1:20"},
		{`{"spec": {"podSelector": {}}}`, "spec.podSelector", "1:11-1:28"},
		{"from:\r\n- podSelector: {}\r\n", "spec.ingress[0].from[0].podSelector", "2:3-2:18"},
		{"from: &a\n- podSelector: {matchLabels: {a: \"b\n    c\"}}\n", "spec.ingress[0].from[0].podSelector.matchLabels.a", "2:31-3:7"},
	} {
		source := []Source{{Name: "f", Data: []byte(c.text)}}
		b, err := Parse(source, WebLimits)
		if err != nil {
			t.Fatal(err)
		}
		checkBundle(t, source, b)
		if len(b.Findings) != 1 || b.Findings[0].Code != diag.Fragment || b.Findings[0].Severity != diag.Info || len(b.Objects) != 1 {
			t.Errorf("%q: %s", c.text, findingLines(b))
			continue
		}
		if got := rangeText(b.Objects[0].Source.Locate(c.field)); expand(got) != expand("f:"+c.at) {
			t.Errorf("%q: %s is at %s, want %s", c.text, c.field, got, c.at)
		}
		whole, ok := diag.Apply([]byte(c.text), b.Findings[0].Fix.Edits)
		if !ok {
			t.Fatalf("%q: the remedy cannot be applied: %+v", c.text, b.Findings[0].Fix)
		}
		again, err := Parse([]Source{{Name: "f", Data: whole}}, WebLimits)
		if err != nil || len(again.Objects) != 1 || len(again.Findings) > 0 {
			t.Errorf("%q becomes\n%s%s", c.text, whole, findingLines(again))
			continue
		}
		if !reflect.DeepEqual(b.Objects[0].Value, again.Objects[0].Value) || refused(whole) != "" {
			t.Errorf("%q becomes another policy (%s)\n%s", c.text, refused(whole), whole)
		}
	}
}

// expand writes the line of the end of a range that is on one line.
func expand(at string) string {
	before, end, _ := strings.Cut(at, "-")
	if !strings.Contains(end, ":") {
		end = strings.Split(before, ":")[len(strings.Split(before, ":"))-2] + ":" + end
	}
	return before + "-" + end
}

// Fragments get names that no policy has.
func TestFragmentNames(t *testing.T) {
	b := parse(t, policyText("  podSelector: {}\n---\nfrom: []\n---\nto: []\n---\n")+
		strings.Replace(policyText("  podSelector: {}\n"), "name: p", "name: example-2", 1))
	equal(t, "names", titles(b), "NetworkPolicy default/p\nNetworkPolicy default/example\nNetworkPolicy default/example-3\nNetworkPolicy default/example-2")
}

// What has some of the words of a policy and means something else is no fragment.
func TestNoFragments(t *testing.T) {
	for _, text := range []string{
		"image: web\nservice: {port: 80}\nreplicas: 2\n", // values of a chart
		"ingress: {enabled: true}\nimage: x\nservice: {}\nresources: {}\n",
		"services: {web: {ports: [80]}}\n",
		"name: x\nlabels: {a: b}\n",
		"- name: a\n- name: b\n",
		"- [podSelector]\n",
		"protocol: TCP\n",
		"apiVersion: v1\nports: []\n",
	} {
		for _, f := range parse(t, text).Findings {
			if f.Code == diag.Fragment {
				t.Errorf("%q is taken for %s", text, f.Summary)
			}
		}
	}
}
