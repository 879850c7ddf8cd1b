package export

import (
	"fmt"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// A comment for a pull request never has more characters than one may have, and says what
// it leaves out.
func TestDiffMarkdownFitsIntoAComment(t *testing.T) {
	var before, after strings.Builder
	const pods = 40
	for i := range pods {
		pod := fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: a-long-name-for-a-pod-%d, namespace: shop, labels: {app: p%d}}\n---\n", i, i)
		before.WriteString(pod)
		after.WriteString(pod)
		for j := range pods {
			policy := "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d-%d, namespace: shop}\nspec:\n  podSelector: {matchLabels: {app: p%[1]d}}\n  ingress:\n  - from: [{podSelector: {matchLabels: {app: p%[2]d}}}]\n    ports: [{port: %[3]d}]\n---\n"
			fmt.Fprintf(&before, policy, i, j, 1000+i*pods+j)
			fmt.Fprintf(&after, policy, i, j, 5000+i*pods+j)
		}
	}
	c, err := analysis.Compare([]manifest.Source{{Name: "old.yaml", Data: []byte(before.String())}}, []manifest.Source{{Name: "new.yaml", Data: []byte(after.String())}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := DiffMarkdown(&out, c); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if n := len([]rune(text)); n > mostComment || n < mostComment-2000 {
		t.Errorf("%d characters", n)
	}
	for _, want := range []string{"1560 connections opened, 1560 closed", "more lines did not fit into this comment"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said; it ends\n%s", want, text[len(text)-600:])
		}
	}
}
