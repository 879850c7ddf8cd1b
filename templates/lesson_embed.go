package templates

import (
	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

// EmbedLesson is a lesson inside another page, to be read.
type EmbedLesson struct {
	Page           Page
	Title, Path    string
	Look, Question markdown.Text
	Picture        templ.Component
	Cells          []SheetCell
	Facts          []string
}
