package manifest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// exceeded gives what a limit error says, or "none".
func exceeded(t *testing.T, data string, l Limits) string {
	t.Helper()
	_, err := Parse([]Source{{Name: "a.yaml", Data: []byte(data)}}, l)
	var limit *LimitError
	switch {
	case err == nil:
		return "none"
	case !errors.As(err, &limit):
		t.Fatalf("not a limit: %v", err)
	case limit.Where == "" || limit.Max == 0:
		t.Errorf("the error does not say where or how much: %v", err)
	}
	return limit.What
}

// Each limit lets its figure pass and stops one more.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		what    string
		limits  Limits
		in, out string
	}{
		{"bytes of text", Limits{TextBytes: 9}, "a: bcdefg", "a: bcdefgh"},
		{"documents", Limits{Documents: 2}, "a: b\n---\nc: d", "a: b\n---\nc: d\n---\ne: f"},
		{"documents", Limits{Documents: 2}, "---\n---\n", "---\n---\n---\n"},
		{"documents", Limits{Documents: 2}, "{}{}", "{}{}{}"},
		{"YAML nodes", Limits{Nodes: 5}, "a: b\nc: d\n", "a: b\nc: d\ne: f\n"},
		{"YAML nodes", Limits{Nodes: 3}, "- a\n- b\n", "- a\n- b\n- c\n"},
		{"YAML nodes", Limits{Nodes: 7}, "a: &x [b, c]\nd: e", "a: &x [b, c]\nd: *x"},
		{"levels of nesting", Limits{Depth: 3}, "a:\n  b:\n    c: d\n", "a:\n  b:\n    c:\n      d: e\n"},
		{"levels of nesting", Limits{Depth: 3}, "[[[]]]", "[[[[]]]]"},
		{"levels of nesting", Limits{Depth: 3}, "- - - a\n", "- - - - a\n"},
		{"bytes in one text value", Limits{ScalarBytes: 4}, "a: bcde", "a: bcdef"},
		{"bytes in one text value", Limits{ScalarBytes: 6}, "a: \"bcde\"", "a: \"bcdef\""},
		{"bytes in one text value", Limits{ScalarBytes: 8}, "a: |\n  bcdef\n", "a: |\n  bcdefg\n"},
		{"bytes in one key", Limits{KeyBytes: 3}, "abc: d", "abcd: d"},
		{"bytes in one key", Limits{KeyBytes: 5}, "{\"abc\":d}", "{\"abcd\":d}"},
		{"aliases", Limits{Aliases: 2}, "a: &x b\nc: *x\nd: *x\n", "a: &x b\nc: *x\nd: *x\ne: *x\n"},
	} {
		if got := exceeded(t, c.in, c.limits); got != "none" {
			t.Errorf("%q is over %q of %+v", c.in, got, c.limits)
		}
		if got := exceeded(t, c.out, c.limits); got != c.what {
			t.Errorf("%q: got %q, want %q", c.out, got, c.what)
		}
	}
}

// The scan counts the nodes that the parser makes.
func TestMeasureCounts(t *testing.T) {
	for _, text := range []string{
		whole, "a", "a: b", "{}", "[]", "{a: b, c: [d, e, {f: g}], \"h\": 'i'}", "- a\n- - b\n  - c\n-\n  d: e\n",
		"a: |\n  x: y\n  - z\nb: >-\n  c: d\n\n  e\nf: g\n", "- |\n  x: y\n-   |\n   z: z\n- b\n", "a: \"x: y\n  - z\"\nb: 'it''s: x'\n",
		"a: b # c: d\n# e: f\ng: h#i\n", "a: http://x:80/y\nb: c:d\n", "? a\n: b\n", "a:\n- b\n- c: d\n  e: f\n", "a: &x b\nc: !!str d\n",
		"a: x\n  y\n  z\nb: c\n", "{\"a\":{\"b\":[1,2]},\"c\":null}", "a: [\n  b,\n  c\n]\n",
	} {
		tree, err := newTree(&document{text: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		e := expansion{sizes: map[*yaml.Node]int{}}
		if got, want := measure([]byte(text)).nodes, e.count(tree.root); got != want {
			t.Errorf("%d nodes, but the parser makes %d of\n%s", got, want, text)
		}
	}
}

// Floods are refused quickly and with little memory; without limits they do no harm
// either.
func TestFloods(t *testing.T) {
	const size = 2 << 20
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), c-1)
	}
	for name, c := range map[string]struct{ text, what string }{
		"keys":            {strings.Repeat("a: b\n", size/5), "YAML nodes"},
		"items":           {strings.Repeat("- a\n", size/4), "YAML nodes"},
		"flow keys":       {"{" + strings.Repeat("a,", size/2), "YAML nodes"},
		"brackets":        {strings.Repeat("[", size), "levels of nesting"},
		"dashes":          {strings.Repeat("- ", size/2), "levels of nesting"},
		"maps":            {strings.Repeat("{a: ", size/4), "levels of nesting"},
		"empty documents": {strings.Repeat("---\n", size/4), "documents"},
		"JSON documents":  {strings.Repeat("{}", size/2), "documents"},
		"texts":           {strings.Repeat("\"\n\"", size/3), "none"},
		"one text":        {"a: " + strings.Repeat("x", size), "bytes in one text value"},
		"aliases":         {"a: &a b\nc: [" + strings.Repeat("*a,", size/3) + "]\n", "aliases"},
		"laughs":          {bomb, "YAML nodes"},
		"merges":          {"a: &a {b: c}\n" + strings.Repeat("<<: *a\n", size/7), "aliases"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			got := exceeded(t, c.text, WebLimits)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if got != c.what {
				t.Errorf("got %q, want %q", got, c.what)
			}
			if made := after.TotalAlloc - before.TotalAlloc; c.what != "none" && made > 64<<20 {
				t.Errorf("%d MiB allocated", made>>20)
			}
			// Far above what it takes, so that a busy machine does not matter.
			if c.what != "none" && took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// Where nothing is limited, what no parser survives is refused by itself.
func TestCeilings(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), c-1)
	}
	for name, text := range map[string]string{
		"laughs": bomb, "brackets": strings.Repeat("[", 100_000), "dashes": strings.Repeat("- ", 100_000), "within itself": "a: &a [*a]\n",
	} {
		b := parse(t, text+"\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
		if len(b.Findings) != 1 || b.Findings[0].Code != diag.OverLimit || titles(b) != "Namespace a" {
			t.Errorf("%s: %s\n%s", name, show(b.Findings), titles(b))
		}
	}
	// Deep, but not too deep.
	b := parse(t, "apiVersion: v1\nkind: ConfigMap\ndata: "+strings.Repeat("[", 900)+strings.Repeat("]", 900)+"\n")
	if len(b.Findings) > 0 || len(b.NotEvaluated) != 1 {
		t.Error(show(b.Findings))
	}
}
