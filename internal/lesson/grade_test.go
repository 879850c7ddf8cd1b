package lesson

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
)

var update = flag.Bool("update", false, "write what is so into the files of testdata/graded")

// Each file of testdata/graded is a text for the exercise of the lesson whose number its
// name begins with, and what the grader says of it. Without a text it is what the learner
// begins with.
func TestGrade(t *testing.T) {
	names, err := filepath.Glob("testdata/graded/*.txt")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d files in testdata/graded, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			l := numbered(t, filepath.Base(name)[:2])
			text, world, want := l.Exercise, "", -1
			for i, f := range archive.Files {
				switch f.Name {
				case "text":
					text = string(f.Data)
				case "world":
					world = string(f.Data)
				case "want":
					want = i
				}
			}
			report, err := analysis.Run(l.Sources(world, text), analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := told(l.Grade(l.Began(), report))
			if got == string(archive.Files[want].Data) {
				return
			}
			if *update {
				archive.Files[want].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("got:\n%s\nwant:\n%s\nto accept it: go test ./internal/lesson -run Grade -update", got, archive.Files[want].Data)
		})
	}
}

func numbered(t *testing.T, number string) *Lesson {
	t.Helper()
	for _, l := range Course() {
		if strings.HasPrefix(l.Name, number) {
			return l
		}
	}
	t.Fatalf("there is no lesson %s", number)
	return nil
}

// told writes what is left to be done, a line each.
func told(r Result) string {
	var b strings.Builder
	for i := range r.Cells {
		if c := &r.Cells[i]; !c.Right() {
			b.WriteString(c.Caller() + " -> " + c.Place() + ": " + c.State() + "\n")
		}
	}
	for _, text := range r.Broken {
		b.WriteString(text + "\n")
	}
	for _, f := range r.Findings {
		b.WriteString(string(f.Code) + " " + f.Summary + "\n")
	}
	if r.Passed() {
		b.WriteString("passed\n")
	}
	return b.String()
}
