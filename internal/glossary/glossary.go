// Package glossary explains the words of the field, spelled as the API spells them.
//
// The words are one Markdown file with a heading for each. Links in it lead to other
// words, and to pages of the site; a test of package web follows them all.
package glossary

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

// Term is a word with what it means.
type Term struct {
	// ID is the word's place on the page.
	ID, Name string
	Text     markdown.Text
}

//go:embed words.md
var words string

// Terms gives the words in the order of the alphabet.
func Terms() []Term { return terms() }

var terms = sync.OnceValue(func() []Term {
	all, err := parse(words)
	if err != nil {
		panic(err) // a test reads them
	}
	return all
})

func parse(text string) ([]Term, error) {
	blocks, notes := markdown.Parse(text)
	if len(notes) > 0 {
		return nil, fmt.Errorf("glossary: line %d: %s", notes[0].Line, notes[0].Text)
	}
	var all []Term
	for _, b := range blocks {
		switch {
		case b.Kind == markdown.Heading:
			name := plain(b.Spans)
			all = append(all, Term{ID: id(name), Name: name})
		case len(all) == 0:
			return nil, fmt.Errorf("glossary: the first line is not a word")
		default:
			t := &all[len(all)-1]
			t.Text = append(t.Text, b)
		}
	}
	slices.SortFunc(all, func(a, b Term) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return all, nil
}

func plain(spans []markdown.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text + plain(s.Inside))
	}
	return b.String()
}

// id makes an anchor of a word: small letters, with dashes for what is between them.
func id(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && r != '-'
	}), "-")
}
