package manifest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Documents are read side by side, and locators may be asked side by side; nothing of
// the answer depends on it.
func TestParallel(t *testing.T) {
	var text strings.Builder
	for i := range 300 {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%d, labels: {a: b}}\n---\n", i)
		case 1:
			text.WriteString(policyText(fmt.Sprintf("  podSelector%d: {}\n  ingress: {}\n---\n", i)))
		case 2:
			fmt.Fprintf(&text, "apiVersion: example.com/v%d\nkind: Thing\n---\n", i%7)
		case 3:
			fmt.Fprintf(&text, "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: s%d}}\n- {apiVersion: v1, kind: Service, metadata: {name: t%d}}\n--- [\n---\n", i, i)
		}
	}
	sources := []Source{{Name: "a", Data: []byte(text.String())}, {Name: "b", Data: []byte(text.String())}}
	describe := func() string {
		b, err := Parse(sources, WebLimits)
		if err != nil {
			t.Fatal(err)
		}
		places := make([]string, len(b.Objects))
		done := make(chan bool)
		for start := range 2 {
			go func() {
				for i := start; i < len(places); i += 2 {
					places[i] = rangeText(b.Objects[i].Source.Locate("metadata.name"))
				}
				done <- true
			}()
		}
		<-done
		<-done
		return objectLines(b) + findingLines(b) + notEvaluatedText(b) + strings.Join(places, "\n")
	}
	want := describe()
	if strings.Count(want, "\n") < 1000 {
		t.Fatalf("too little to compare:\n%s", want)
	}
	for range 5 {
		if got := describe(); got != want {
			t.Fatalf("another answer:\n%s\nthan\n%s", got, want)
		}
	}
}

// However a bundle is cut into files, its objects are the same.
func TestFilesMakeNoDifference(t *testing.T) {
	docs := []string{
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", policyText("  ingress: [{}]\n"), "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"n1\"}}\n",
		"apiVersion: v1\nkind: Service\nmetadata: {name: s}\n", policyText("  typo: 1\n"),
	}
	values := func(sources ...Source) (all []any) {
		for _, o := range parseAll(t, sources...).Objects {
			all = append(all, o.Value)
		}
		return all
	}
	want := values(Source{Name: "all", Data: []byte(strings.Join(docs, "---\n"))})
	if len(want) != len(docs) {
		t.Fatalf("%d objects", len(want))
	}
	var files []Source
	for i, d := range docs {
		files = append(files, Source{Name: fmt.Sprint(i), Data: []byte(d)})
	}
	if got := values(files...); !reflect.DeepEqual(got, want) {
		t.Errorf("in files of their own: %v, want %v", got, want)
	}
	if got := values(Source{Name: "x", Data: []byte(strings.Join(docs[:2], "\n--- # c\n"))}, Source{Name: "y", Data: []byte(strings.Join(docs[2:], "...\n---\n"))}); !reflect.DeepEqual(got, want) {
		t.Errorf("in two files: %v, want %v", got, want)
	}
}

// Documents that are nothing but faults, keys or items on one line take time in
// proportion to their size.
func TestCostGrowsWithSize(t *testing.T) {
	repeat := func(format string) func(n int) string {
		return func(n int) string {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, format, i)
			}
			return b.String()
		}
	}
	pod := "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n"
	for name, c := range map[string]struct {
		head  string
		lines func(n int) string
		tail  string
	}{
		"unknown fields":   {policyText(""), repeat("  a%d: 1\n"), ""},
		"unknown at root":  {policyText(""), repeat("a%d: 1\n"), ""},
		"labels alone":     {policyText("  podSelector:\n"), repeat("    a%d: x\n"), ""},
		"bad values":       {policyText("  podSelector:\n    matchLabels:\n"), repeat("      a%d: 1\n"), ""},
		"bad labels":       {pod, repeat("    -a%d: x\n"), ""},
		"equal keys":       {pod, repeat("    a: x%d\n"), ""},
		"rules":            {policyText("  ingress:\n"), repeat("  - %d\n"), ""},
		"JSON on one line": {`{"apiVersion": "v1", "kind": "List", "items": [{}`, repeat(`, {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": {"a%d": 1}}`), "]}"},
		"JSON documents":   {"", repeat(`{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": {"a%d": 1}} `), ""},
		"odd ports":        {"apiVersion: v1\nkind: List\nitems:\n", repeat("- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p%d}, spec: {ingress: [{ports: [{port: 80}]}]}}\n"), ""},
		"only CR":          {"", repeat("a%d\r"), ""},
		"tabs":             {"a:\n", repeat("\ta%d: b\n"), ""},
		"missing colons":   {"a:\n", repeat("spec\n   a%d: x\n"), ""},
		"commands":         {"", repeat("$ kubectl get a%d\n"), "from: []\n"},
		"fences":           {"", repeat("```\nfrom: [] # %d\n```\n"), ""},
		"line numbers": {"0 matchLabels:\n", func(n int) (text string) {
			for i := range n {
				text += fmt.Sprintf("%d   a%d: \u00a0“x”\n", i+1, i)
			}
			return text
		}, ""},
		"bullets":   {"matchLabels:\n", repeat("  • a%d: x\n"), ""},
		"fragments": {"", repeat("from: [] # %d\n---\n"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			cost := func(n int) time.Duration {
				text := c.head + c.lines(n) + c.tail
				best := time.Hour
				for range 2 {
					start := time.Now()
					objects := parse(t, text).Objects
					for i := 0; i < len(objects); i += len(objects)/20 + 1 {
						objects[i].Source.Locate("spec")
					}
					best = min(best, time.Since(start))
				}
				return best
			}
			const small, times = 250, 16
			for tries := 0; ; tries++ {
				a, b := cost(small), cost(small*times)
				if b <= 4*times*a {
					break
				}
				// A machine that is busy with something else is no fault.
				if tries == 4 {
					t.Fatalf("%d times as much takes %v instead of %v", times, b, a)
				}
			}
		})
	}
}
