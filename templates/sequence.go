package templates

import "github.com/a-h/templ"

// Sequence is what happens when the entities of a path call each other in turn.
type Sequence struct {
	// Path names them with commas between; Port is what the last call is about.
	Path, Port string
	// Picture is nil where there is none, and Problem then says why.
	Picture templ.Component
	Problem string
	// Steps say in a sentence each what happens.
	Steps []string
}
