package model

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

var update = flag.Bool("update", false, "rewrite the expected findings in testdata")

// Each file under testdata/validate states a rule and holds policies that keep and
// break it. Its sections "findings" and "findings VERSION" are what validate says of
// each policy in turn, for the default and for another version of Kubernetes.
func TestValidate(t *testing.T) {
	files, err := filepath.Glob("testdata/validate/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			manifests := section(t, archive, "policies.yaml")
			changed := false
			for i, s := range archive.Files {
				name, version, _ := strings.Cut(s.Name, " ")
				if name != "findings" {
					continue
				}
				kubernetes := DefaultVersion
				if version != "" {
					if kubernetes, err = ParseVersion(version); err != nil {
						t.Fatal(err)
					}
				}
				got := verdicts(t, manifests, kubernetes)
				if *update {
					changed = changed || string(s.Data) != got
					archive.Files[i].Data = []byte(got)
				} else if diff := cmp.Diff(string(s.Data), got); diff != "" {
					t.Errorf("%s, %s (-want +got):\n%s\nTo accept: go test ./internal/model -run TestValidate -update", file, s.Name, diff)
				}
				checkFixes(t, manifests, kubernetes)
			}
			if changed {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func section(t *testing.T, archive *txtar.Archive, name string) []byte {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no section %s", name)
	}
	return archive.Files[i].Data
}

// validated reads policies, which must have the right shape, and gives what is wrong
// with the values of each.
func validated(t *testing.T, manifests []byte, kubernetes Version) []diag.List {
	t.Helper()
	bundle, err := manifest.Parse([]manifest.Source{{Name: "policies.yaml", Data: manifests}}, manifest.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range bundle.Findings.AtLeast(diag.Error) {
		t.Fatalf("not a matter of values: %s %s: %s\n%s", f.Code, f.Object, f.Summary, manifests)
	}
	var lists []diag.List
	for _, o := range bundle.Objects {
		lists = append(lists, validate(o.Value.(*manifest.Policy), o.Source, o.Title(), kubernetes, nil))
	}
	return lists
}

// verdicts prints what validate says of each policy.
func verdicts(t *testing.T, manifests []byte, kubernetes Version) string {
	t.Helper()
	var b strings.Builder
	for i, found := range validated(t, manifests, kubernetes) {
		verdict := "accepted"
		if code := refuses(found); code != "" {
			verdict = "refused, " + string(code)
		} else if len(found) > 0 {
			verdict = "in force"
		}
		fmt.Fprintf(&b, "%d: %s\n", i+1, verdict)
		for _, f := range found {
			fmt.Fprintf(&b, "  %s %s %s %s %s\n      %s\n", f.Code, f.Severity, f.Field, place(f.Range), f.Summary, f.Detail)
			if f.Fix != nil {
				fmt.Fprintf(&b, "      fix: %s\n", f.Fix.Text)
			}
		}
	}
	return b.String()
}

func place(r diag.Range) string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Column, r.End.Line, r.End.Column)
}

// checkFixes applies each fix on its own: what it was offered for must then be gone.
func checkFixes(t *testing.T, manifests []byte, kubernetes Version) {
	t.Helper()
	for i, found := range validated(t, manifests, kubernetes) {
		for _, f := range found {
			if f.Fix == nil {
				continue
			}
			fixed := edited(manifests, f.Fix.Edits)
			for _, g := range validated(t, fixed, kubernetes)[i] {
				if g.Code == f.Code && g.Field == f.Field && g.Summary == f.Summary {
					t.Errorf("still there after the fix %q: %s\n%s", f.Fix.Text, g.Summary, fixed)
				}
			}
		}
	}
}

// edited applies edits that do not overlap, the last place first.
func edited(text []byte, edits []diag.Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b diag.Edit) int { return offset(text, b.Range.Start) - offset(text, a.Range.Start) })
	for _, e := range edits {
		start, end := offset(text, e.Range.Start), offset(text, e.Range.End)
		text = slices.Concat(text[:start], []byte(e.NewText), text[end:])
	}
	return text
}

func offset(text []byte, p diag.Position) int {
	at := 0
	for range p.Line - 1 {
		at += bytes.IndexByte(text[at:], '\n') + 1
	}
	return at + len(string([]rune(string(text[at:]))[:p.Column-1]))
}

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]string{
		"1.36": "1.36", "v1.33": "1.33", "1.36.3": "1.36", "v1.36.3+k3s1": "1.36", "2.0": "2.0",
		"": "error", "1": "error", "1.": "error", "one.two": "error", "1.-3": "error", "-1.3": "error",
	} {
		v, err := ParseVersion(text)
		got := v.String()
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("ParseVersion(%q) = %s, want %s", text, got, want)
		}
	}
}

// A range reads the same however it is written, and what was never a range is none.
func TestParseCIDR(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.0/8":          "10.0.0.0/8",
		"0.0.0.0/0":           "0.0.0.0/0",
		"10.1.2.3/8":          "10.0.0.0/8",
		"10.1.2.3/32":         "10.1.2.3/32",
		"010.008.0.1/08":      "10.0.0.0/8",
		"::/0":                "::/0",
		"FD00:0:0::5/64":      "fd00::/64",
		"::ffff:10.0.0.0/104": "10.0.0.0/8",
		"::ffff:0a01:0203/96": "0.0.0.0/0",
		"::ffff:10.0.0.0/90":  "::ffc0:0:0/90",
		"::10.0.0.0/104":      "::a00:0/104",
		"":                    "none", "/8": "none", "10.0.0.0": "none", "10.0.0/8": "none", "10.0.0.0/33": "none",
		"10.0.0.256/8": "none", "10.0.0.0/-1": "none", "10.0.0.0/+8": "none", " 10.0.0.0/8": "none",
		"10.0.0.0/8 ": "none", "::/129": "none", "fe80::1%eth0/64": "none", "::ffff:10.0.0.0/8/8": "none",
	} {
		prefix, ok := parseCIDR(text)
		got := "none"
		if ok {
			got = prefix.String()
		}
		if got != want || ok && prefix != prefix.Masked() {
			t.Errorf("parseCIDR(%q) = %s, want %s", text, got, want)
		}
	}
}

// What plainWord passes without a closer look must pass the validators too.
func TestPlainWord(t *testing.T) {
	words := []string{"", "a", "A-b_c.9", "-a", "a-", ".a", "a_", "a b", "a/b", "é", "a*", "a\n", strings.Repeat("a", 63), strings.Repeat("a", 64)}
	for b := range 128 {
		c := string(rune(b))
		words = append(words, c, "a"+c, c+"a", "a"+c+"a")
	}
	plain := 0
	for _, w := range words {
		if !plainWord(w) {
			continue
		}
		plain++
		if bad := validation.IsQualifiedName(w); bad != nil {
			t.Errorf("plainWord(%q), and no label key: %v", w, bad)
		}
		if bad := validation.IsValidLabelValue(w); bad != nil {
			t.Errorf("plainWord(%q), and no label value: %v", w, bad)
		}
	}
	if plain == 0 {
		t.Error("no word is plain")
	}
}

func TestRefuses(t *testing.T) {
	warning := diag.Finding{Code: diag.LabelWithoutValue, Severity: diag.Warning}
	hostBits := diag.Finding{Code: diag.CIDRHostBits}
	port := diag.Finding{Code: diag.BadPortNumber}
	for _, c := range []struct {
		list diag.List
		want diag.Code
	}{
		{nil, ""},
		{diag.List{warning, hostBits}, ""},
		{diag.List{warning, hostBits, port}, diag.BadPortNumber},
	} {
		if got := refuses(c.list); got != c.want {
			t.Errorf("refuses(%v) = %q, want %q", c.list, got, c.want)
		}
	}
}

// A policy that plain waves through is one that validate has nothing to say about, and
// plain waves through most of what is in order.
func TestPlainPoliciesAreInOrder(t *testing.T) {
	files, err := filepath.Glob("testdata/validate/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	waved := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bundle, err := manifest.Parse([]manifest.Source{{Name: "policies.yaml", Data: section(t, archive, "policies.yaml")}}, manifest.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range bundle.Objects {
			o := &bundle.Objects[i]
			np, ok := o.Value.(*networkingv1.NetworkPolicy)
			if !ok || o.Refused != "" || !plain(np) {
				continue
			}
			waved++
			if found := validate(np, o.Source, o.Title(), DefaultVersion, nil); len(found) > 0 {
				t.Errorf("%s: %s is plain, and yet: %v", file, o.Title(), found)
			}
		}
	}
	if waved < 5 {
		t.Errorf("only %d policies were plain; the shortcut spares nothing", waved)
	}
}
