package manifest

import (
	"strings"
	"testing"
)

// What does not parse costs only itself, and the line to blame is the user's, not the
// parser's.
func TestSyntax(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"tab", "a: b\nspec:\n\tpodSelector: {}\n", "NP002 3:1-3:2"},
		{"missing colon", "spec:\n  podSelector:\n    matchLabel\n      role: db\n", "NP003 3:5-3:15"},
		{"no space behind the colon", "spec:\n  podSelector:{}\n  a: b\n", "NP003 2:14-2:15"},
		{"off by one", "spec:\n  ingress: []\n   egress: []\n", "NP004 3:4-3:10"},
		{"a stray mapping", "a: b\n c: d\n", "NP001 2:1-2:6"},
		{"an open bracket", "a: [b\n", "NP001 1:1-1:6"},
		{"a template", "a: {{ .Values.x }}: y\n", "NP001 1:1-1:22"},
	} {
		t.Run(c.name, func(t *testing.T) {
			equal(t, c.text, show(parse(t, c.text).Findings), c.want)
			// The neighbours are read all the same, and lines count from the file.
			b := parse(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n"+c.text+"---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n")
			equal(t, c.text, titles(b), "Namespace a\nNamespace b")
			if len(b.Findings) != 1 || b.Findings[0].Range.Start.Line <= 4 {
				t.Errorf("findings %s", show(b.Findings))
			}
			if !strings.Contains(b.Findings[0].Detail, "not evaluated") {
				t.Errorf("the lines that are lost are not named: %q", b.Findings[0].Detail)
			}
		})
	}
}

// All of the seeds' two broken manifests is found in one go.
func TestBrokenSeeds(t *testing.T) {
	first := `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
name: db-policy
spec:
podSelector:
  matchLabels:
    role: db

policyTypes:
- Ingresss
ingress:
- from:
  - podSelector:
        matchLabel
          name: api-pod
    namespaceSelector:
        matchLabels:
          name: prod
  - ipBlock:
        cidr: 192.168.5.10/32
  ports:
  - protocol: TCP
    port: 3306
`
	second := `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
name: db-policy
spec:
podSelector:
  matchLabels:
    role: db

policyTypes:
- Ingresss
- Egress
ingress:
- from:
  - podSelector:
        matchLabel
          name: api-pod
  ports:
  - protocol: TCP
    port: 3306
 egress:
 - to:
    - ipBlock:
          cidr: 192.168.5.10/32
    ports:
    - protocol: TCP
      port: 80
`
	equal(t, "first", show(parse(t, first).Findings), "NP003 15:9-15:19")
	equal(t, "second", show(parse(t, second).Findings), "NP003 16:9-16:19\nNP004 21:2-21:8\nNP004 25:5-25:10")
	colon := strings.Replace(second, "matchLabel\n", "matchLabels:\n", 1)
	equal(t, "second with its colon", show(parse(t, colon).Findings), "NP004 21:2-21:8\nNP004 25:5-25:10")
	// With every fix applied only the lost indentation is left.
	for range 3 {
		b := parse(t, second)
		second = apply(t, second, b.Findings[0].Fix)
	}
	equal(t, "second repaired", show(parse(t, second).Findings), "NP103 4:1-4:5 name")
}

// A text of nothing but lines is not taken apart, and said to be none all the same.
func TestTooManyRowsToExplain(t *testing.T) {
	text := "[" + strings.Repeat("\n", rowCeiling+1)
	found := parse(t, text).Findings
	if len(found) != 1 || found[0].Code != "NP001" || found[0].Range.Start.Line != 1 || !strings.HasPrefix(found[0].Summary, "This document") {
		t.Errorf("got %v", found)
	}
}
