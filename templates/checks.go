package templates

import "github.com/a-h/templ"

// Checks is the catalogue.
type Checks struct {
	Page   Page
	Groups []CheckGroup
}

// CheckGroup is a block of the catalogue.
type CheckGroup struct {
	Title  string
	Checks []CheckLine
}

// CheckLine is one check in the list.
type CheckLine struct{ Code, Name, Severity, Title string }

// Check is the page of one check.
type Check struct {
	Page                        Page
	Code, Name, Severity, Title string
	Sections                    []CheckSection
	// Examples are the manifest that the check speaks about and the one that is right.
	Examples []CheckExample
}

// CheckSection is a heading with its paragraphs; what stands in backticks is code.
type CheckSection struct {
	Heading    string
	Paragraphs []string
}

// CheckExample is a bundle with what it allows.
type CheckExample struct {
	Heading string
	Files   []SampleFile
	Plugin  string          // the network plug-in that it is judged for; empty: any
	Bytes   bool            // a file is no text, so that no form can send it
	Picture templ.Component // nil where there is nothing to draw
}

// SampleFile is a file with the findings under its lines.
type SampleFile struct {
	Name, Text string
	Lines      []SampleLine
}

// SampleLine is a line as it is shown, with what is found in it.
type SampleLine struct {
	Text  string
	Marks []SampleMark
}

// SampleMark is a finding: carets under what it is about, and what it says.
type SampleMark struct{ Severity, Said string }
