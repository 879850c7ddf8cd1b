package templates

import (
	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

// Projector is one view of a lesson for a room: large, and with what was said so far.
type Projector struct {
	Page           Page
	Title, Heading string
	// Place says how far it is: "3 of 12".
	Place string
	// Leave leads back to the lesson. Previous and Next are nil at the ends.
	Leave          Link
	Previous, Next *Link
	Words          markdown.Text
	Picture        templ.Component
	PictureName    string
	Texts          []LessonText
	Cells          []ProjectedCell
	Claims         []ProjectedClaim
	Hints          []markdown.Text
	Solution       string
}

// ProjectedCell is a connection, with its answer once it was told.
type ProjectedCell struct {
	From, To      string
	Told, Allowed bool
	// Now is set for the one that was told last.
	Now bool
	Why []string
}

// ProjectedClaim is a claim, with its answer once it was told.
type ProjectedClaim struct {
	Text, Because markdown.Text
	Answer        string // empty before it was told
	Now           bool
}
