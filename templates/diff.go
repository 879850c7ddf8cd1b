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
	// Edits counts the policies that were edited, are new and are gone, in words.
	Edits string
	// Picture has everything, Changes what changes alone. Only is set where that is shown
	// first.
	Picture, Changes templ.Component
	Only             bool
	// Written are the texts behind the changes.
	Written []DiffWritten
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
	Sentences              []DiffSentence
}

// DiffSentence is a sentence, and a link to the line that it is about, if there is one.
type DiffSentence struct{ Text, Link, Href string }

// DiffWritten is an object that is written otherwise. Href leads to it in the workbench,
// if it is stored.
type DiffWritten struct {
	ID, Title, Href string
	Lines           []DiffWrittenLine
	More            int
}

// DiffWrittenLine is a line of a text; Class is a for one that was added, d for one that is
// gone, and empty for one that stays. ID can be linked to. Gap stands for lines that are
// left out.
type DiffWrittenLine struct {
	ID, Class, Sign, Old, New, Text string
	Cause, Gap                      bool
}
