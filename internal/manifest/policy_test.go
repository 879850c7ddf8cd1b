package manifest

import (
	"testing"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
)

const header = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n"

// Every fault of a document is reported, with its code, its place and its path. The
// spec of each case begins on line 4.
func TestPolicyFaults(t *testing.T) {
	for _, c := range []struct{ name, spec, want string }{
		{"none", "spec:\n  podSelector: {}\n", ""},
		{"misspelt", "spec:\n  podSelector:\n    matchLabel:\n      a: b\n", "NP201 6:5-6:15 spec.podSelector.matchLabel"},
		{"other case", "spec:\n  podselector: {}\n", "NP201 5:3-5:14 spec.podselector"},
		{"several", "spec:\n  podSelectr: {}\n  ingress:\n  - from:\n    - podSelector: {matchLabels: {a: 1}}\n    ports: {}\n",
			"NP201 5:3-5:13 spec.podSelectr\nNP206 8:38-8:39 spec.ingress[0].from[0].podSelector.matchLabels.a\nNP205 9:12-9:14 spec.ingress[0].ports"},
		{"namespaceSelector on spec", "spec:\n  podSelector: {}\n  namespaceSelector: {}\n", "NP202 6:3-6:20 spec.namespaceSelector"},
		{"ports in a peer", "spec:\n  ingress:\n  - from:\n    - podSelector: {}\n      ports: []\n", "NP203 8:7-8:12 spec.ingress[0].from[0].ports"},
		{"from in egress", "spec:\n  egress:\n  - from: []\n", "NP203 6:5-6:9 spec.egress[0].from"},
		{"port in a rule", "spec:\n  ingress:\n  - port: 80\n", "NP203 6:5-6:9 spec.ingress[0].port"},
		{"no matchLabels", "spec:\n  podSelector:\n    app: db\n", "NP204 6:5-6:8 spec.podSelector.app"},
		{"map for list", "spec:\n  ingress:\n    from: []\n", "NP205 6:5-6:13 spec.ingress"},
		{"list for map", "spec:\n- podSelector: {}\n", "NP205 5:1-5:18 spec"},
		{"number in ports", "spec:\n  ingress:\n  - ports: [80]\n", "NP205 6:13-6:15 spec.ingress[0].ports[0]"},
		{"boolean label", "spec:\n  podSelector:\n    matchLabels: {a: yes}\n", "NP206 6:22-6:25 spec.podSelector.matchLabels.a"},
		{"policyTypes no list", "spec:\n  policyTypes: Ingress\n", "NP207 5:16-5:23 spec.policyTypes"},
		{"deny", "spec:\n  ingress:\n  - action: Deny\n", "NP208 6:5-6:11 spec.ingress[0].action"},
		{"half a port", "spec:\n  ingress:\n  - ports:\n    - port: 80.5\n", "NP301 7:13-7:17 spec.ingress[0].ports[0].port"},
		{"endPort as text", "spec:\n  ingress:\n  - ports:\n    - {port: 1, endPort: \"9\"}\n", "NP301 7:26-7:29 spec.ingress[0].ports[0].endPort"},
		{"port too large for its type", "spec:\n  ingress:\n  - ports:\n    - port: 99999999999\n", "NP301 7:13-7:24 spec.ingress[0].ports[0].port"},
		{"octal", "spec:\n  ingress:\n  - ports:\n    - port: 0443\n", "NP008 7:13-7:17 spec.ingress[0].ports[0].port"},
		{"twice", "spec:\n  podSelector: {}\n  ingress: []\n  ingress: [{}]\n", "NP006 7:3-7:10 spec.ingress"},
		{"status", "spec: {}\nstatus: {}\n", "NP201 5:1-5:7 status"},
		{"key is null", "spec:\n  podSelector:\n    matchLabels: {~: a}\n", "NP120 6:19-6:20 spec.podSelector.matchLabels.?"},
		{"name is a boolean", "spec: {}\nmetadata: {name: n}\n", "NP006 5:1-5:9 metadata\nNP102 5:18-5:19 metadata.name"},
		{"a text that is wide", "spec:\n  podSelector: {matchLabels: {\"é€𝄞\": x}, matchLabel: {}}\n", "NP201 5:42-5:52 spec.podSelector.matchLabel"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := parse(t, header+c.spec)
			equal(t, c.spec, show(b.Findings), c.want)
			refused := b.Findings.Count(diag.Error) > 0
			if len(b.Objects) != 1 || (b.Objects[0].Refused != "") != refused {
				t.Errorf("objects: %s", titles(b))
			}
			for _, f := range b.Findings {
				if f.Object == "" {
					t.Errorf("%s names no object", f.Code)
				}
			}
		})
	}
}

// Lost indentation is one mistake, however many keys it moved.
func TestLostIndentation(t *testing.T) {
	b := parse(t, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\nname: db\nspec:\npodSelector:\n  matchLabels:\n    role: db\npolicyTypes:\n- Ingress\n")
	equal(t, "findings", show(b.Findings), "NP103 4:1-4:5 name")
	fixed := apply(t, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\nname: db\nspec:\npodSelector:\n  matchLabels:\n    role: db\npolicyTypes:\n- Ingress\n", b.Findings[0].Fix)
	equal(t, "after the fix", show(parse(t, fixed).Findings), "")
}

// apply carries out a fix.
func apply(t *testing.T, text string, fix *diag.Fix) string {
	t.Helper()
	if fix == nil {
		t.Fatal("there is no fix")
	}
	for i := len(fix.Edits) - 1; i >= 0; i-- {
		e := fix.Edits[i]
		text = text[:byteAt(text, e.Range.Start)] + e.NewText + text[byteAt(text, e.Range.End):]
	}
	return text
}

// byteAt gives the byte of a position.
func byteAt(text string, p diag.Position) int {
	pos := 0
	for line := 1; line < p.Line; line++ {
		_, pos = lineEnd([]byte(text), pos)
	}
	for range p.Column - 1 {
		_, n := utf8.DecodeRuneInString(text[pos:])
		pos += n
	}
	return pos
}

// Fixes of one finding leave a policy without that finding.
func TestFixes(t *testing.T) {
	for _, spec := range []string{
		"spec:\n  podSelector:\n    matchLabel:\n      a: b\n",
		"spec:\n  podSelector:\n    matchLabels:\n      a: yes\n",
		"spec:\n  podSelector:\n    app: db\n    tier: \"1\"\n  policyTypes: [Ingress]\n",
		"spec:\n  podSelector: {app: db}\n",
		"spec:\n  egress:\n  - from: []\n",
		"spec:\n  ingress:\n  - ports: [80]\n",
		"spec:\n  ingress:\n  - ports:\n    - 80\n",
		"spec:\n  ingress:\n  - ports:\n    - port: 0443\n",
		"spec:\n  ingress:\n    from:\n    - podSelector: {}\n    ports:\n    - port: 80\n  policyTypes: [Ingress]\n",
		"spec:\n  podSelector\n    matchLabels: {a: b}\n",
		"spec:\n  podSelector:{}\n",
		"spec:\n\tpodSelector: {}\n",
		"spec:\n  ingress: []\n   egress: []\n",
		"spec:\n  policyTypes: Ingress\n",
		"spec:\n  podSelector: {}\n  namespaceSelector:\n    matchLabels: {a: b}\n  ingress: []\n",
		"spec:\n  podSelector: {}\nstatus: {}\n",
	} {
		text := header + spec
		b := parse(t, text)
		if len(b.Findings) != 1 {
			t.Errorf("%s\n%s", spec, show(b.Findings))
			continue
		}
		if b.Findings[0].Fix == nil {
			t.Errorf("no fix for %s in\n%s", b.Findings[0].Code, spec)
			continue
		}
		fixed := apply(t, text, b.Findings[0].Fix)
		if again := parse(t, fixed); len(again.Findings) > 0 {
			t.Errorf("after the fix %s still has\n%s", fixed, show(again.Findings))
		}
	}
}

// TestDecodedButNotParsed has a policy with a fault, and behind it what the decoder
// does not read and the parser does not take.
func TestDecodedButNotParsed(t *testing.T) {
	text := `{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"a"},"spec":{"podSelecter":{}}}---` + "\nkind: Pod\n"
	b, err := Parse([]Source{{Name: "a.yaml", Data: []byte("---\n" + text)}}, Limits{})
	if err != nil || len(b.Findings.AtLeast(diag.Error)) == 0 {
		t.Errorf("%s\ngot %v, %v, want an error finding", text, b.Findings, err)
	}
}
