package templates

import (
	"context"
	"strings"
	"testing"
)

func TestProse(t *testing.T) {
	for text, want := range map[string]string{
		"plain <b>":                    "plain &lt;b&gt;",
		"`ports` must be a list.":      "<code>ports</code> must be a list.",
		"write `- port: 80`, not `80`": "write <code>- port: 80</code>, not <code>80</code>",
		"a lone ` stays":               "a lone ` stays",
		"line `a`\u202eb":              `line <code>a</code>\u202Eb`,
	} {
		var b strings.Builder
		if err := prose(text).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
