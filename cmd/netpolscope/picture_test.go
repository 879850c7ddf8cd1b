package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// TestPicturesChangeOnlyWithTheNetwork holds for every example that its picture is the same
// bytes when its documents stand in files of their own, in another order and with comments,
// and other bytes when a policy is taken out that makes a difference.
func TestPicturesChangeOnlyWithTheNetwork(t *testing.T) {
	examples, err := filepath.Glob("../../static/examples/*.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	draw := func(files map[string]string) []byte {
		t.Helper()
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var out, messages bytes.Buffer
		if code := run([]string{"netpolscope", "render", "-f", dir}, os.Stdin, &out, &messages); code != 0 {
			t.Fatalf("exit code %d\n%s", code, messages.Bytes())
		}
		return out.Bytes()
	}
	different := 0
	for _, example := range examples {
		data, err := os.ReadFile(example)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		want := draw(map[string]string{"a.yaml": text})
		documents := strings.Split(strings.TrimSuffix(text, "\n"), "\n---\n")
		slices.Reverse(documents)
		parts := map[string]string{}
		for i, d := range documents {
			parts[fmt.Sprintf("%d.yaml", i)] = "# A word about it.\n" + d + "\n"
		}
		if !bytes.Equal(draw(parts), want) {
			t.Errorf("%s: the picture of the same objects in other files is another", example)
		}
		report, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: data}}, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range documents {
			if !strings.Contains(d, "kind: NetworkPolicy") {
				continue
			}
			rest := strings.Join(slices.Delete(slices.Clone(documents), i, i+1), "\n---\n") + "\n"
			after, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(rest)}}, analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !after.Readable || reach.Compare(report.Matrix, after.Matrix) == (reach.Change{}) {
				continue
			}
			different++
			if bytes.Equal(draw(map[string]string{"a.yaml": rest}), want) {
				t.Errorf("%s: the picture without this policy is the same:\n%s", example, d)
			}
		}
	}
	if different < 5 {
		t.Errorf("%d policies make a difference; the test needs more", different)
	}
}
