package templates

import "github.com/netpolscope/netpolscope/internal/markdown"

// Gallery lists what there is to look at.
type Gallery struct {
	Page   Page
	Groups []GalleryGroup
}

// GalleryGroup is a part of the gallery; Name is its place on the page.
type GalleryGroup struct {
	Name, Title, About string
	Cards              []GalleryCard
}

// GalleryCard is a bundle with its picture. What stands in backticks in its texts is
// code.
type GalleryCard struct {
	Name, Title string
	Sentences   []string
	// Goal is said in place of Sentences where it is Markdown.
	Goal markdown.Text
	// Picture is the address of its picture, Open where it leads, which Act says: to the
	// workbench, most often. Matrix is that of its table, Source that of its text; both
	// empty where there is none.
	Picture, Open, Act, Matrix, Source string
	// Before and After are the manifests without what the card advises and with it, to be
	// compared; both empty where it advises nothing.
	Before, After string
	// Cells are what comes of it; Findings lead to the pages of what is found.
	Cells    []GalleryCell
	Findings []Link
}

// GalleryCell is a connection with its verdict.
type GalleryCell struct {
	From, To, Ports string
	Open            bool
}

// Myths lists claims.
type Myths struct {
	Page Page
	List []Myth
}

// Myth is a claim, which is the title of its card, and whether it is so: true, false or
// half.
type Myth struct {
	Card   GalleryCard
	Answer string
}

// Glossary explains words.
type Glossary struct {
	Page  Page
	Terms []GlossaryTerm
}

// GlossaryTerm is a word; ID is its place on the page.
type GlossaryTerm struct {
	ID, Name string
	Text     markdown.Text
}
