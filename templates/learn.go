package templates

import (
	"cmp"

	"github.com/a-h/templ"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

// form is the id of the form that the theme button sends.
func (p Page) form() string { return cmp.Or(p.ThemeForm, "bench") }

// Course lists the lessons: ours, and those that this server has of its own.
type Course struct {
	Page   Page
	Groups []LessonGroup
}

// LessonGroup is a part of a course.
type LessonGroup struct {
	Title   string
	Lessons []LessonLine
}

// ThemeForm is the id of the form on the pages of the course that changes the theme.
const ThemeForm = "theme"

// LessonLine is a lesson in the list.
type LessonLine struct {
	Name, Number, Title, Href string
	Goal                      markdown.Text
}

// Lesson is one lesson at one of its steps. One of Predict, Reveal and Do is set.
type Lesson struct {
	Page        Page
	Name, Title string
	Of          string // "Lesson 6 of 16"
	Course      string // address of the list of lessons
	// Address is the lesson's own, and Kept what its forms carry along.
	Address string
	Kept    []Field
	Steps   []LessonStep
	// Note and Facts are what is said about a lesson that stands in a link.
	Note  string
	Facts []string
	// More are the other forms that the lesson can be had in.
	More []Link
	// Words stand beside the step.
	Words markdown.Text
	// Texts are shown beside the step, the policies first.
	Texts   []LessonText
	Picture templ.Component
	// PictureName says what is drawn.
	PictureName string
	// Answers is set where the picture has answers, which can be put aside.
	Answers bool
	// Figures stand below the picture, and InWords what the policies say.
	Figures []LessonFigure
	InWords []LessonWords
	// Found is what is found in the policies, and is not to be repaired.
	Found   []Finding
	Predict *LessonPredict
	Reveal  *LessonReveal
	Do      *LessonDo
}

// LessonStep is one of look, predict, reveal and do.
type LessonStep struct {
	Name, Href    string
	Done, Current bool
}

// LessonText is a file that is shown with its lines.
type LessonText struct {
	Name, Note string
	Lines      []LessonTextLine
	// Folded is set for what is there to be looked up.
	Folded bool
}

// LessonTextLine is a line with the id that reasons lead to.
type LessonTextLine struct{ ID, Text string }

// LessonPredict asks for predictions.
type LessonPredict struct {
	Question markdown.Text
	Action   string
	Skip     string // address of the reveal without a guess
	Cells    []LessonChoice
	Claims   []LessonChoice
}

// LessonChoice is a question with its answers. Field is the form field.
type LessonChoice struct {
	Field, From, To string
	// Text is the claim that is asked about in the place of From and To.
	Text    markdown.Text
	Answers []LessonAnswer
}

// LessonAnswer is one that can be chosen.
type LessonAnswer struct {
	Value, Text string
	Chosen      bool
}

// LessonReveal says what is so.
type LessonReveal struct {
	Score  string // empty where nothing was guessed
	Cells  []LessonCell
	Claims []LessonClaim
	Words  markdown.Text
	Next   string // address of the exercise
}

// LessonCell is a connection with what is so and why.
type LessonCell struct {
	From, To string
	Open     bool
	// State says in a few words how it stands, Said what the learner said.
	State, Said string
	Right       bool
	// Unsure is set where policies do not decide, but the network plug-in.
	Unsure bool
	// Left is set for what is left to be done.
	Left  bool
	Why   []string
	Where []Link
}

// LessonClaim is a claim with what is so.
type LessonClaim struct {
	Text, Because markdown.Text
	Answer, Said  string
	Right         bool
}

// LessonDo is the exercise, and how the learner's text fares where one was sent.
type LessonDo struct {
	Action string
	// Round is "2" for the second exercise of a lesson; Then is its address where this is
	// the first of two, and Again the one to begin anew at.
	Round, Then, Again string
	Marks              []LessonMark // to be marked; else the texts are to be edited
	Files              []File
	Hints              []markdown.Text
	Steps              []LessonRepair
	// Solution is one text that is right; empty where nothing is to be written.
	Solution string
	Result   *LessonResult // nil before the first check
	Next     *Link         // the lesson after this one
}

// LessonMark is a connection that can be marked.
type LessonMark struct {
	// Name is what the browser remembers it by.
	Field, From, To, Name string
	Marked                bool
	Said                  string // after a check
}

// LessonRepair is one repair of a text that came with faults.
type LessonRepair struct {
	Title  string
	Answer string
	Note   markdown.Text
	// Was and Is are the lines that go, and those that come.
	Was, Is []string
	// Findings are those that are left then.
	Findings []Finding
}

// LessonResult is how a text fares.
type LessonResult struct {
	Passed  bool
	Summary string
	// Counter says how far repairs have come; empty where nothing is counted.
	Counter  string
	Failing  []LessonCell
	Fine     []LessonCell
	Bonus    []LessonCell
	Broken   []string
	Findings []Finding
}

// hintTitle names a hint by its place.
func hintTitle(number int, last bool) string {
	switch {
	case number == 1 && last:
		return "A hint"
	case number == 1:
		return "A first hint"
	case last:
		return "The last hint"
	}
	return "Another hint"
}
