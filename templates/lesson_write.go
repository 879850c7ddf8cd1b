package templates

import "github.com/netpolscope/netpolscope/internal/markdown"

// WriteLesson is the page that tells how a lesson is written.
type WriteLesson struct {
	Page Page
	Text markdown.Text
}

// ShareLesson is the form that checks a lesson and puts it into a link.
type ShareLesson struct {
	Page Page
	// Text is the lesson in the form, and Note what is said about it.
	Text, Note string
	Parent     string // id of the link that it goes on from
	Stored     bool   // this server stores links
	Ages       []Age
	// Wrong says why there is no preview, Problems where. Both are empty for a lesson that
	// holds and before the first check.
	Wrong    string
	Problems []LessonProblem
	// Preview is the lesson as it will be read, nil before it holds.
	Preview       *Sheet
	Kept, LeftOut []Point
	Exactly, Size string
	Made          *MadeLink
}

// LessonProblem is something that is wrong with a lesson.
type LessonProblem struct{ Place, Text string }
