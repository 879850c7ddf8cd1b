package lint

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Page is what the catalogue says about one code.
type Page struct {
	Code     diag.Code
	Severity diag.Severity
	// Title is one sentence.
	Title string
	// Sections are What it means, Why it matters and What to write instead.
	Sections []Section
	// Bad and Good are the examples: files as a person writes them.
	Bad, Good []File
	// Marks are the findings of this code in Bad.
	Marks []Mark
}

// Section is a heading with its paragraphs. What stands in backticks is code.
type Section struct {
	Heading    string
	Paragraphs []string
}

// File is one file of an example. Text may be bytes that are no text; Written is how the
// page writes it.
type File struct{ Name, Text, Written string }

// IsText reports whether the file can be shown, and sent in a form, as it is.
func (f File) IsText() bool { return f.Text == f.Written }

// Mark is a finding that an example must give: where it begins, where its first line
// ends, and what it says. Columns count from 1; EndColumn is behind the last character.
type Mark struct {
	File                    string
	Line, Column, EndColumn int
	Severity, Summary       string
}

//go:embed *.txtar
var pageFiles embed.FS

// Pages gives the page of every code that has one, in the order of the catalogue.
func Pages() []Page { return pages() }

// PageOf gives the page of a code by its name, "or-looks-like-and".
func PageOf(name string) (Page, bool) {
	i := slices.IndexFunc(pages(), func(p Page) bool { return p.Code.Name() == name })
	if i < 0 {
		return Page{}, false
	}
	return pages()[i], true
}

var pages = sync.OnceValue(func() []Page {
	var all []Page
	for _, c := range catalogue {
		text, err := pageFiles.ReadFile(fileOf(c.code))
		if err != nil {
			continue // The test of the catalogue misses it.
		}
		p, err := parsePage(text)
		if err != nil {
			panic(fmt.Sprintf("lint: %s: %v", fileOf(c.code), err))
		}
		p.Code, p.Severity = c.code, c.severity
		all = append(all, p)
	}
	return all
})

// fileOf gives the name of a code's page.
func fileOf(c diag.Code) string { return strings.ReplaceAll(c.Name(), "-", "_") + ".txtar" }

// headings are the sections that every page has, in this order.
var headings = []string{"What it means", "Why it matters", "What to write instead"}

// parsePage reads a page: a title, three sections under "# " headings, and the
// examples. Files of the bad example have bad at the start of their names, "bad.yaml"
// or "bad/web.yaml", those of the good one good. Under a line of a bad file stand its
// findings, each on a line of its own that begins with carets below what is meant:
//
//	from: []
//	^^^^^^^^ warning: `from: []` does not mean "from nobody" …
//
// A file whose name is followed by "quoted" is written as Go strings, one a line, for
// bytes that are no text.
func parsePage(text []byte) (Page, error) {
	archive := txtar.Parse(text)
	var p Page
	for block := range strings.SplitSeq(string(archive.Comment), "\n\n") {
		block = strings.Join(strings.Fields(block), " ")
		heading, isHeading := strings.CutPrefix(block, "# ")
		switch {
		case block == "":
		case isHeading:
			p.Sections = append(p.Sections, Section{Heading: heading})
		case len(p.Sections) > 0:
			last := &p.Sections[len(p.Sections)-1]
			last.Paragraphs = append(last.Paragraphs, block)
		case p.Title == "":
			p.Title = block
		default:
			return p, fmt.Errorf("%q stands above the first heading", block)
		}
	}
	for i, want := range headings {
		if len(p.Sections) != len(headings) || p.Sections[i].Heading != want || len(p.Sections[i].Paragraphs) == 0 {
			return p, fmt.Errorf("the sections must be %q, none of them empty", headings)
		}
	}
	for _, f := range archive.Files {
		name, quoted := strings.CutSuffix(f.Name, " quoted")
		written, marks := unmark(name, string(f.Data))
		file := File{name, written, written}
		if quoted {
			var err error
			if file.Text, err = unquote(written); err != nil {
				return p, fmt.Errorf("file %s: %w", name, err)
			}
		}
		switch {
		case strings.HasPrefix(name, "bad"):
			p.Bad = append(p.Bad, file)
			p.Marks = append(p.Marks, marks...)
		case strings.HasPrefix(name, "good") && len(marks) == 0:
			p.Good = append(p.Good, file)
		default:
			return p, fmt.Errorf("file %s is neither bad nor good", f.Name)
		}
	}
	if p.Title == "" || len(p.Bad) == 0 || len(p.Good) == 0 {
		return p, fmt.Errorf("a page needs a title, a bad and a good example")
	}
	return p, nil
}

// unquote reads lines that are Go strings.
func unquote(written string) (string, error) {
	var b strings.Builder
	for line := range strings.Lines(written) {
		text, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			return "", fmt.Errorf("reading %s: %w", strings.TrimSpace(line), err)
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// unmark takes the marks out of a file.
func unmark(name, text string) (string, []Mark) {
	var kept strings.Builder
	var marks []Mark
	line := 0
	for row := range strings.Lines(text) {
		carets := strings.TrimLeft(strings.TrimRight(row, "\n"), " ")
		if !strings.HasPrefix(carets, "^") {
			kept.WriteString(row)
			line++
			continue
		}
		column := len(strings.TrimRight(row, "\n")) - len(carets) + 1
		said := strings.TrimLeft(carets, "^")
		severity, summary, _ := strings.Cut(strings.TrimSpace(said), ": ")
		marks = append(marks, Mark{name, line, column, column + len(carets) - len(said), severity, summary})
	}
	return kept.String(), marks
}
