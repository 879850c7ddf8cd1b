package templates

import "github.com/a-h/templ"

// Diff is the page of what changes from one bundle to another.
type Diff struct {
	Page Page
	// Answer is set once something was compared, Form where two texts can be given.
	Answer, Form bool
	// Crumbs are the two bundles where they are stored links.
	Crumbs   []Link
	Headline string
	// Opened, Closed and Unchanged count connections, in words.
	Opened, Closed, Unchanged string
	Groups                    []DiffGroup
	// Sides are connections of what is in one bundle only.
	Sides []DiffGroup
	// Objects and Caveats are sentences.
	Objects, Caveats []string
	Markdown         string
	Picture          templ.Component
	// Data is the address that .svg, .png, .md and .json are added to; empty for what is
	// not stored.
	Data string
	// Versions are those from the one link to the other, the latest first; none where the
	// other does not go on from the one.
	Versions []DiffVersion
}

// DiffVersion is what one version of a link changed.
type DiffVersion struct{ Name, Title, Said, Path string }

// DiffGroup is changes of one kind, of which More are not listed.
type DiffGroup struct {
	Title, Small string
	Lines        []DiffLine
	More         int
}

// DiffLine is one change. Class is o for what opens, c for what closes, s for what stays
// as it is. To is empty where the line is about From alone.
type DiffLine struct {
	Class, From, To, Ports string
	Sentences              []string
}
