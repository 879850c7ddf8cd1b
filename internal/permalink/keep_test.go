package permalink_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
)

func keep(t *testing.T, sources ...manifest.Source) permalink.Kept {
	t.Helper()
	b, err := manifest.Parse(sources, manifest.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return permalink.Keep(b)
}

func sourcesOf(k permalink.Kept) []manifest.Source {
	c := permalink.Content{Files: k.Files}
	return c.Sources()
}

func TestKeptHasTheSameMatrix(t *testing.T) {
	for name, sources := range bundles(t) {
		k := keep(t, sources...)
		want := matrix(t, k.Dropped, sources...)
		got := matrix(t, nil, sourcesOf(k)...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the matrix of what is kept differs (-want +got):\n%s\nkept, without %v:\n%s", name, diff, k.Dropped, k.Files)
		}
		again := keep(t, sourcesOf(k)...)
		if diff := cmp.Diff(k.Files, again.Files); diff != "" {
			t.Errorf("%s: what is kept of what is kept differs:\n%s", name, diff)
		}
	}
}

func TestKeptIsAsWritten(t *testing.T) {
	text, err := os.ReadFile("testdata/written.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/written.kept.yaml")
	if err != nil {
		t.Fatal(err)
	}
	k := keep(t, manifest.Source{Name: "a.yaml", Data: text}, manifest.Source{Name: "b.yaml", Data: []byte("kind: Secret\napiVersion: v1\nmetadata: {name: s}\n")})
	if len(k.Files) != 1 || k.Files[0].Name != "a.yaml" {
		t.Fatalf("files %v", k.Files)
	}
	if diff := cmp.Diff(string(want), k.Files[0].Text); diff != "" {
		t.Error(diff)
	}
	if want := []string{"1 ConfigMap", "1 Secret", "what stands at a.yaml:43 and cannot be read"}; !slices.Equal(k.Dropped, want) {
		t.Errorf("dropped %q", k.Dropped)
	}
	if k.Rewritten != 1 {
		t.Errorf("%d rewritten", k.Rewritten)
	}
}

// Nothing private is kept. Comments in what is kept as written are not private.
func TestNothingPrivateIsInALink(t *testing.T) {
	text, err := os.ReadFile("testdata/private.yaml")
	if err != nil {
		t.Fatal(err)
	}
	k := keep(t, manifest.Source{Name: "private.yaml", Data: text})
	all := k.Files[0].Text
	if !strings.Contains(all, "kept-ns") || !strings.Contains(all, "kept-web") {
		t.Fatal("nothing was kept:", all)
	}
	for line := range strings.Lines(all) {
		if code, _, _ := strings.Cut(line, "#"); strings.Contains(strings.ToLower(code), "private") {
			t.Errorf("kept: %s", line)
		}
	}
}
