package manifest

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// decoration is a way in which text is copied: each line is numbered from 0, and what
// is put in front of it moves its columns.
type decoration struct {
	name          string
	before, after string
	front         func(i int, line string) string
	change        func(text string) string
}

// decorated puts a text among what is copied along.
func decorated(d decoration, text string) string {
	out := d.before
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if d.change != nil {
			line = d.change(line)
		}
		if d.front != nil {
			line = d.front(i, line) + line
		}
		out += line + "\n"
	}
	return out + d.after
}

var decorations = []decoration{
	{name: "fences", before: "```yaml\n", after: "```\n"},
	{name: "tildes and no end", before: "~~~\n"},
	{name: "only the end", after: "```\n"},
	{name: "a page", before: "# Title: of it\n\nSome words, one: two.\n\n```yaml\n", after: "```\n\n- and a list\n- of words: here\n\n```bash\n$ kubectl get pods\n```\n"},
	{name: "a prompt", before: "$ cat policy.yaml\n"},
	{name: "a prompt with a place", before: "[root@host ~]# kubectl get netpol -o yaml\n"},
	{name: "a command without a prompt", before: "kubectl apply -f - <<END\n", after: "END\n"},
	{name: "heredoc", before: "me@host:~/x$ cat <<'DONE' | kubectl apply -f -\n", after: "DONE\nnetworkpolicy.networking.k8s.io/p created (dry run)\n"},
	{name: "quoted", front: func(int, string) string { return "> " }},
	{name: "numbers", front: func(i int, _ string) string { return fmt.Sprintf("%3d  ", i+98) }},
	{name: "numbers to the left", front: func(i int, _ string) string { return fmt.Sprintf("%d ", i+1) }},
	{name: "numbers in a column", front: func(i int, _ string) string { return fmt.Sprintf("%-4d", i+5) }},
	{name: "numbers with dots", front: func(i int, _ string) string { return fmt.Sprintf("%d. ", i+1) }},
	{name: "numbers with colons and tabs", front: func(i int, _ string) string { return fmt.Sprintf("%d:\t", i+1) }},
	{name: "bullets", front: func(int, string) string { return "• " }},
	{name: "stars", front: func(int, string) string { return "* " }},
	{name: "dashes in front", front: func(int, string) string { return "- " }},
	{name: "one object of a list", front: func(i int, _ string) string { return map[bool]string{true: "- ", false: "  "}[i == 0] }},
	{name: "margin", front: func(i int, _ string) string { return map[bool]string{true: "", false: "      "}[i == 0] }},
	{name: "tabs", front: func(int, string) string { return "\t" }},
	{name: "bullets for dashes", change: func(text string) string { return strings.ReplaceAll(text, "- ", "◦ ") }},
	{name: "no-break spaces", change: func(text string) string { return strings.ReplaceAll(text, "  ", "\u00a0 ") }},
	{name: "curly quotes", change: func(text string) string { return strings.ReplaceAll(text, `"`, "”") }},
	{name: "an invisible character", before: "", front: func(i int, _ string) string { return map[bool]string{true: "\u200b"}[i == 0] }},
	{name: "numbers within fences", before: "```\n", after: "```\n", front: func(i int, _ string) string { return fmt.Sprintf("%d  ", i+1) },
		change: func(text string) string { return strings.ReplaceAll(text, ": ", ":\u00a0") }},
}

// pastable is a policy with a mistake of its own: at «» stands a field that no policy
// has.
const pastable = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p
spec:
  podSelector:
    matchLabels:
      app: "db"

  «typo»: 1
  ingress:
  - from:
    - podSelector: {}
    ports:
    - port: 80
`

// What is copied along is taken out; places stay those of the text as it was pasted;
// and what remains is read as if it had been written alone.
func TestCopiedAlong(t *testing.T) {
	for _, d := range decorations {
		for _, newline := range []string{"\n", "\r\n"} {
			t.Run(d.name+fmt.Sprintf(" %q", newline), func(t *testing.T) {
				text, want := decorated(d, pastable), diag.Position{}
				for i, line := range strings.Split(text, "\n") {
					if before, _, ok := strings.Cut(line, "«"); ok {
						want = diag.Position{Line: i + 1, Column: utf8.RuneCountInString(before) + 1}
					}
				}
				text = strings.NewReplacer("«", "", "»", "").Replace(text)
				text = strings.ReplaceAll(text, "\n", newline)
				b := pasted(t, text)
				typo := only(b, diag.UnknownField)
				if len(typo) != 1 || typo[0].Range.Start != want || only(b, diag.CopiedDecoration) == nil || titles(b) != "NetworkPolicy default/p NP201" {
					t.Fatalf("want NP201 at %v, found\n%s%sin\n%s", want, objectLines(b), findingLines(b), text)
				}
				for rounds := 0; only(b, diag.CopiedDecoration) != nil; rounds++ {
					f := only(b, diag.CopiedDecoration)[0]
					mended, ok := diag.Apply([]byte(text), f.Fix.Edits)
					if !ok || rounds > 4 {
						t.Fatalf("cannot apply %+v to\n%s", f.Fix, text)
					}
					text = string(mended)
					before := len(b.Findings)
					if b = pasted(t, text); len(b.Findings) >= before || titles(b) != "NetworkPolicy default/p NP201" {
						t.Fatalf("%q leaves\n%s%sof\n%s", f.Summary, objectLines(b), findingLines(b), text)
					}
				}
			})
		}
	}
}

func pasted(t *testing.T, text string) Bundle {
	t.Helper()
	sources := []Source{{Name: "f", Data: []byte(text)}}
	b, err := Parse(sources, WebLimits)
	if err != nil {
		t.Fatal(err)
	}
	checkBundle(t, sources, b)
	return b
}

func only(b Bundle, code diag.Code) (found diag.List) {
	for _, f := range b.Findings {
		if f.Code == code {
			found = append(found, f)
		}
	}
	return found
}

// A remedy that adds lines brings along what makes the text YAML, so that it works
// whatever was copied along, and around a part of a policy too.
func TestRemediesInCopiedText(t *testing.T) {
	const policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: p\nspec:\n  podSelector:\n    app: db\n    tier: x\n  namespaceSelector:\n    a: b\n  ingress: []\n"
	_, fragment, _ := strings.Cut(policy, "spec:\n")
	for _, text := range []string{policy, strings.ReplaceAll("\n"+fragment, "\n  ", "\n")[1:], fragment} {
		for _, d := range decorations {
			if d.change != nil || d.name == "margin" && text == fragment || d.name == "one object of a list" && text != policy {
				continue
			}
			pastedText := decorated(d, text)
			b := pasted(t, pastedText)
			for _, code := range []diag.Code{diag.LabelWithoutMatchLabels, diag.NamespaceSelectorOnSpec} {
				found := only(b, code)
				if len(found) != 1 || found[0].Fix == nil {
					t.Errorf("%s: no %s with a remedy:\n%sin\n%s", d.name, code, findingLines(b), pastedText)
					continue
				}
				mended, ok := diag.Apply([]byte(pastedText), found[0].Fix.Edits)
				if !ok {
					t.Errorf("%s: cannot apply %+v to\n%s", d.name, found[0].Fix, pastedText)
					continue
				}
				after := pasted(t, string(mended))
				if len(only(after, code)) > 0 || errorsIn(after) != errorsIn(b)-1 || len(after.Objects) != 1 {
					t.Errorf("%s: %s leaves\n%s%sof\n%s", d.name, code, objectLines(after), findingLines(after), mended)
				}
			}
		}
	}
}

func errorsIn(b Bundle) int { return b.Findings.Count(diag.Error) }

// YAML that says what it says is never touched, whatever stands in its texts.
func TestNotCopiedAlong(t *testing.T) {
	policy := strings.NewReplacer("  «typo»: 1\n", "").Replace(pastable)
	for _, text := range []string{
		"- podSelector: {}\n- namespaceSelector: {}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: readme}\ndata:\n  README.md: |\n    # Use\n    ```yaml\n    podSelector: {}\n    ```\n    $ kubectl apply -f x\n    • one\n    1 two\n    “three”\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: “quoted”\n  b: \"\u00a0x\u00a0\"\n  1: $ kubectl\n",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: x, annotations: {say: “hello”}}\n",
		strings.Replace(policy, "  name: p\n", "  name: p\n  annotations:\n    say: “hello”\n    more: |\n      ```\n      \u00a0\u00a0podSelector: {}\n      ```\n", 1),
		strings.Replace(policy, "  name: p\n", "  name: p # “p”,\u00a0of course\n", 1),
		strings.Replace(policy, `app: "db"`, "app: \"“db”\"", 1), // refused later, as a label
		"# $ kubectl apply -f this.yaml\n# ```\n" + policy,
		"  " + strings.ReplaceAll(strings.TrimSpace(policy), "\n", "\n  ") + "\n",
		"\ufeff" + strings.ReplaceAll(policy, "\n", "\r\n"),
		"42\n", "1\n2\n3\n", "- 1\n- 2\n", "> folded\n  text\n", "* \n", "just words\n", "- a: b\n- c: d\n",
	} {
		b := pasted(t, text)
		if found := only(b, diag.CopiedDecoration); found != nil {
			t.Errorf("%s: %s\nin\n%s", rangeText(found[0].Range), found[0].Summary, text)
		}
	}
}

// A mistake in one document costs it nothing that stands in its own texts.
func TestTextsOfBrokenDocuments(t *testing.T) {
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: x\ndata:\n  README.md: |\n    ```yaml\n    apiVersion: networking.k8s.io/v1\n    kind: NetworkPolicy\n    metadata: {name: hidden}\n    ```\n    $ kubectl apply\n"
	b := pasted(t, text)
	equal(t, "objects", titles(b), "")
	equal(t, "findings", show(b.Findings), "NP002 4:1-4:2")
}

// A second reading costs no more than the limits allow, and text that is nothing but
// decoration takes time in proportion to its size.
func TestCopiedWithinLimits(t *testing.T) {
	deep := "```\n" + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "\n```\n"
	if b, err := Parse([]Source{{Name: "f", Data: []byte(deep)}}, WebLimits); err == nil && len(only(b, diag.CopiedDecoration)) > 0 {
		t.Errorf("read in spite of its depth: %s", findingLines(b))
	}
	many := "\"$ `\n$ \"\n" + strings.Repeat("- x\n", WebLimits.Nodes+1)
	b, err := Parse([]Source{{Name: "f", Data: []byte(many)}}, WebLimits)
	if limit := (*LimitError)(nil); err == nil && errorsIn(b) == 0 {
		t.Errorf("read in spite of its size: %v %d", limit, len(b.Findings))
	}
}
