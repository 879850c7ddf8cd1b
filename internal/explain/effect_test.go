package explain_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/explain"
)

// TestEffects says what every policy of a bundle changes and what is so for every
// entity.
func TestEffects(t *testing.T) {
	files, err := filepath.Glob("testdata/effects/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := evaluate(t, archive.Files[0]).Matrix
		var b strings.Builder
		for _, p := range m.Cluster.Policies {
			effect := explain.EffectOf(m, p)
			fmt.Fprintf(&b, "# %s %+v\n%s\n", p.ID, effect.Change, strings.Join(effect.Sentences, "\n"))
		}
		for _, e := range m.Cluster.Entities {
			fmt.Fprintf(&b, "# %s\n%s\n", e.ID, strings.Join(explain.Profile(m, e), "\n"))
		}
		want := &archive.Files[1]
		diff := cmp.Diff(string(want.Data), b.String())
		switch {
		case diff == "":
		case *update:
			want.Data = []byte(b.String())
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s (-want +got):\n%s\nTo accept: go test ./internal/explain -run TestEffects -update", file, diff)
		}
	}
}
