package templates

import (
	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

// Exam is an exercise that was made for a number.
type Exam struct {
	Page  Page
	Title string
	// Look says what there is, Task what is to be done.
	Look, Task markdown.Text
	Hints      []markdown.Text
	// World are the manifests that the policies are about.
	World []LessonText
	// Action is where the answer is sent; Another is an exercise with other names, Number
	// which one this is.
	Action, Another, Number string
	Files                   []File
	// Sources are what the workbench is opened with.
	Sources []Field
	Result  *LessonResult // nil before the first check
	Picture templ.Component
	// Solution is one text that is right, Because why.
	Solution string
	Because  markdown.Text
}

// Tiers is the page of a bundle that is made from parameters.
type Tiers struct {
	Page Page
	Card GalleryCard
	// Fields are the parameters with a number, Directions those of the backup.
	Fields     []TiersField
	Directions []Chosen
	// Text is the bundle, empty where a parameter is wrong.
	Text    string
	Picture templ.Component
}

// TiersField is a number of the form. Wrong says what is the matter with it.
type TiersField struct{ Name, Label, Value, Wrong string }
