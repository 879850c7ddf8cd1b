package analysis_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

const seeds = "../../testdata/seeds"

// TestSeeds evaluates the manifests of the tutorials that Netpolscope began with, as
// they are copied from their pages.
func TestSeeds(t *testing.T) { scenarios(t, seeds, false) }

// mistakes counts the mistakes of each tutorial: M are statements and snippets, Y the
// fragments of the fourth, which has no whole manifest.
var mistakes = []struct {
	of string
	n  int
}{{"000-M", 17}, {"001-M", 17}, {"002-M", 8}, {"003-M", 9}, {"003-Y", 17}, {"004-M", 19}}

const lessons = 16

var (
	mistakeLine = regexp.MustCompile(`^(\d{3}-[MY]\d+) +(\S+)  (\S+)  (.+)$`)
	lessonLine  = regexp.MustCompile(`^(\d{3}-[MY]\d+) +lesson (\d+)$`)
)

// Every mistake of the tutorials is found or explained: the table names what proves it,
// and that says so.
func TestMistakes(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(seeds, "mistakes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	proved := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if m := lessonLine.FindStringSubmatch(line); m != nil {
			var n int
			if _, err := fmt.Sscan(m[2], &n); err != nil || n < 1 || n > lessons {
				t.Errorf("%s: there is no lesson %s", m[1], m[2])
			}
			proved[m[1]] = true
			continue
		}
		m := mistakeLine.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%q is no line of the table", line)
			continue
		}
		number, scenario, section, says := m[1], m[2], m[3], m[4]
		proved[number] = true
		archive, err := txtar.ParseFile(filepath.Join(seeds, scenario+".txtar"))
		if err != nil {
			t.Errorf("%s: %v", number, err)
			continue
		}
		if text, ok := sectionOf(archive, section); !ok || !strings.Contains(text, says) {
			t.Errorf("%s: section %s of %s does not say %q", number, section, scenario, says)
		}
	}
	for _, m := range mistakes {
		for i := range m.n {
			number := fmt.Sprintf("%s%d", m.of, i+1)
			if !proved[number] {
				t.Errorf("nothing proves %s", number)
			}
			delete(proved, number)
		}
	}
	for number := range proved {
		t.Errorf("the tutorials have no mistake %s", number)
	}
}

func sectionOf(archive *txtar.Archive, name string) (string, bool) {
	for _, f := range archive.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}
