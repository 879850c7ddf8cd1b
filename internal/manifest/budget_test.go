package manifest

import (
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// pieces are put together to texts that no person would write.
var pieces = []string{
	"a: b\n", "- ", "[", "]", "{", "}", "? ", ": ", ",", "\n", "  ", "\"x\"", "'y'", "| \n", " > \n", "x", "\u0085", "\u2028", "\r", "#", "&a ", "*a",
	"!!str ", "\t", "a:\n", "  - b\n", "%", "|-2\n", "\"\n", "---", "b: [c, d]\n", "{a, b: c}\n",
}

// Whatever the parser takes, the scan counts about as many nodes of it as the parser
// makes: never two thirds of them or less, but for a handful.
func TestMeasureIsNotDeceived(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	parsed := 0
	for i := range 25_000 {
		text := mutate(r, whole)
		if i%8 > 0 {
			var b strings.Builder
			for range 1 + r.IntN(14) {
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
			text = strings.Repeat(b.String(), 1+r.IntN(3))
		}
		tree, err := newTree(&document{text: []byte(text)})
		if err != nil {
			continue
		}
		parsed++
		if made, counted := nodesUnder(tree.root), measure([]byte(text)).nodes; made > counted+counted/2+2 {
			t.Errorf("the parser makes %d nodes, counted are %d, of %q", made, counted, text)
		}
	}
	if parsed < 2000 {
		t.Errorf("only %d texts were YAML", parsed)
	}
}

func nodesUnder(n *yaml.Node) int {
	all := 1
	for _, c := range n.Content {
		all += nodesUnder(c)
	}
	return all
}

// Floods that hide from a scan which knows less of YAML than the parser does.
func TestHiddenFloods(t *testing.T) {
	limits := Limits{Nodes: 10_000}
	for name, text := range map[string]string{
		"other line breaks":            strings.Repeat("a:\u0085", 20_000),
		"separators":                   strings.Repeat("- a\u2028", 20_000),
		"only CR":                      strings.Repeat("a: b\r", 20_000),
		"keys without values":          strings.Repeat("? a\n", 20_000),
		"keys without values, in flow": "[" + strings.Repeat("? a,", 20_000) + "]",
		"a quote within a text":        "a: b\n  \"\n" + strings.Repeat("a: b\n", 20_000),
		"a quote within an item":       "- b\n \"\n" + strings.Repeat("- a\n", 20_000),
		"a quote within a flow text":   "[a\n\"," + strings.Repeat("a,", 20_000) + "]",
		"a bar deeper than its anchor": "a:\n  &x\n    |\n  \"\n" + strings.Repeat("a: b\n", 20_000),
		"a bar at the margin":          "a:\n|\n" + strings.Repeat("a: b\n", 20_000),
		"alias keys":                   "a: &a b\n" + strings.Repeat("*a: b\n", 20_000),
	} {
		if got := exceeded(t, text, limits); got != "YAML nodes" {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if got := exceeded(t, strings.Repeat("? a\n: b\n", 4_000), limits); got != "none" {
		t.Errorf("what is below the limit: got %q", got)
	}
}

// A parser holds the tokens of text that will never be nodes, too.
func TestTokenFloods(t *testing.T) {
	limits := Limits{Nodes: 10_000}
	for _, begin := range []string{"", "- ", "[", "{", "{\"a\":"} {
		for _, piece := range []string{`"`, `'' `, "! ", "!a ", "&a ", "[]", "{} ", `""[]`} {
			text := begin + strings.Repeat(piece, 70_000)
			if got := exceeded(t, text, limits); got != "YAML tokens" && got != "YAML nodes" {
				t.Errorf("%q, then many %q: got %q", begin, piece, got)
			}
		}
	}
	if got := exceeded(t, strings.Repeat("---\n"+strings.Repeat(`"`, 1_000)+"\n", 70), limits); got != "YAML tokens" {
		t.Errorf("many documents: got %q", got)
	}
	if got := exceeded(t, "["+strings.Repeat("[],", 9_990)+"]", limits); got != "none" {
		t.Errorf("what is below the limit: got %q", got)
	}
}
