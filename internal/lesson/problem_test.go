package lesson

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each archive of testdata/written is a lesson with mistakes, and the file beside it is
// what is said of them. A line is that of the archive.
func TestProblems(t *testing.T) {
	names, err := filepath.Glob("testdata/written/*.txtar")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d files in testdata/written, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			l, err := Parse("written", data)
			var problems Problems
			switch {
			case errors.As(err, &problems):
			case err != nil:
				t.Fatal(err)
			default:
				problems = l.Verify()
			}
			got, beside := problems.Error()+"\n", strings.TrimSuffix(name, ".txtar")+".want"
			want, err := os.ReadFile(beside)
			if err == nil && got == string(want) {
				return
			}
			if *update {
				if err := os.WriteFile(beside, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("got:\n%s\nwant:\n%s\nto accept it: go test ./internal/lesson -run Problems -update", got, want)
		})
	}
}
