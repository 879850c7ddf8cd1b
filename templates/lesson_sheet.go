package templates

import (
	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

// Sheet is a lesson on paper: with questions to tick, or as the answer key.
type Sheet struct {
	Page           Page
	Title, Of      string
	Answers        bool
	Back, Other    Link // the lesson; the key of a sheet, or the sheet of a key
	Look, Question markdown.Text
	Reveal         markdown.Text
	Things         []SheetThing
	Texts          []LessonText
	Picture        templ.Component
	PictureName    string
	Cells          []SheetCell
	Claims         []SheetClaim
	Depends        bool // a claim may depend on something
	// Tasks are the exercises.
	Tasks []SheetTask
}

// SheetThing is a pod or another object that a picture does not tell everything about.
type SheetThing struct{ Name, Labels, Ports string }

// SheetCell is a connection; Why is empty on the sheet for learners.
type SheetCell struct {
	From, To string
	Allowed  bool
	Why      []string
}

// SheetClaim is a claim with what is so.
type SheetClaim struct {
	Text, Because markdown.Text
	Answer        string
}

// SheetTask is an exercise, with what it is judged by in the key.
type SheetTask struct {
	Heading  string
	Do       markdown.Text
	Marks    bool // connections are to be marked in the table of questions
	Wanted   []SheetCell
	Solution string
	Lines    []int // of the space to write on
}
