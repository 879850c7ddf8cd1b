// Package gallery holds what there is to look at beside the lessons: small bundles, each
// with a sentence about it and the connections that prove the sentence.
//
// A card is one txtar file: a title and a sentence, the manifests, what is expected of
// them in the format of package expect, and the codes of the findings that it is good
// for. A myth is a card with a claim that people make and that is true or not. A test
// holds every card against the engine; how cards look is settled elsewhere.
package gallery

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Card is a bundle with what there is to see in it. What stands in backticks in its texts
// is code.
type Card struct {
	// Name is the last part of the card's address and the name of its file.
	Name, Title string
	// Sentences say what is to be seen.
	Sentences []string
	Files     []manifest.Source
	// Before are the manifests as they were without what the card advises, which is
	// to be compared; nil for a card that advises nothing.
	Before []manifest.Source
	// Cells are the connections that prove it.
	Cells []expect.Expectation
	// Codes are findings that the card is an example of.
	Codes []diag.Code
	// View is how the card is best looked at, as the query of a page; empty is the usual
	// way.
	View string
}

// Group is a part of the gallery.
type Group struct {
	// Name is the group's place on the page.
	Name, Title, About string
	Cards              []*Card
}

//go:embed cards exams made myths
var files embed.FS

// Groups gives the gallery in the order in which it is shown.
func Groups() []Group { return groups() }

var groups = sync.OnceValue(func() []Group {
	var all []Group
	for _, g := range contents {
		group := Group{Name: g.name, Title: g.title, About: g.about}
		for _, line := range g.cards {
			name, view, _ := strings.Cut(line, "?")
			c := mustRead(name)
			c.View = view
			group.Cards = append(group.Cards, c)
		}
		all = append(all, group)
	}
	return all
})

// Find gives the card of a name, or that of a myth with manifests of its own:
// "myth-order".
func Find(name string) (*Card, bool) {
	if c, ok := findCard(name); ok {
		return c, true
	}
	for _, m := range myths() {
		if m.Of == name {
			return &m.Card, true
		}
	}
	return nil, false
}

func findCard(name string) (*Card, bool) {
	for _, g := range groups() {
		for _, c := range g.Cards {
			if c.Name == name {
				return c, true
			}
		}
	}
	return nil, false
}

func mustRead(name string) *Card {
	data, err := files.ReadFile("cards/" + name + ".txtar")
	if err != nil {
		panic(err) // a test reads them all
	}
	c, err := parse(name, data)
	if err != nil {
		panic(fmt.Sprintf("gallery: %v", err)) // a test reads them all
	}
	return c
}

// advised is the file of a card with what it advises to apply.
const advised = "apply.yaml"

// parse reads a card. Above the files stands its title, and below it the sentences. A card
// that advises something has it in a file of its own, and what it takes the place of, if
// anything, in the section before. Of the other sections, which are for the tests of other packages, nothing is read.
func parse(name string, data []byte) (*Card, error) {
	archive := txtar.Parse(data)
	c, advises := &Card{Name: name}, false
	for i, block := range paragraphs(string(archive.Comment)) {
		if i == 0 {
			c.Title = block
		} else {
			c.Sentences = append(c.Sentences, block)
		}
	}
	for _, f := range archive.Files {
		switch {
		case strings.HasSuffix(f.Name, ".yaml"):
			c.Files = append(c.Files, manifest.Source{Name: f.Name, Data: f.Data})
			advises = advises || f.Name == advised
			if f.Name != advised {
				c.Before = append(c.Before, manifest.Source{Name: f.Name, Data: f.Data})
			}
		case f.Name == "before":
			c.Before = append(c.Before, manifest.Source{Name: advised, Data: f.Data})
		case f.Name == "expectations":
			list, problems := expect.Parse(manifest.Source{Name: name, Data: f.Data})
			if len(problems) > 0 {
				return nil, fmt.Errorf("card %s: %s", name, problems[0].Text)
			}
			c.Cells = list
		case f.Name == "codes":
			for _, code := range strings.Fields(string(f.Data)) {
				c.Codes = append(c.Codes, diag.Code(code))
			}
		}
	}
	if !advises {
		c.Before = nil
	}
	if c.Title == "" || len(c.Sentences) == 0 || len(c.Files) == 0 || len(c.Cells) == 0 {
		return nil, fmt.Errorf("card %s: a card has a title, a sentence, manifests and expectations", name)
	}
	return c, nil
}

// paragraphs joins the lines of each paragraph.
func paragraphs(text string) (all []string) {
	for block := range strings.SplitSeq(text, "\n\n") {
		if block = strings.Join(strings.Fields(block), " "); block != "" {
			all = append(all, block)
		}
	}
	return all
}
