package templates

import (
	"strconv"

	"github.com/a-h/templ"
)

// LessonFigure is what a lesson shows beside the diagram of its cluster. What is empty is
// left out.
type LessonFigure struct {
	Kind, Caption string
	// Later is set for what stands below the connections one by one.
	Later bool
	// Banner stands above the picture, Note below it.
	Banner, Note string
	// Wide is the picture, Narrow the same one for small screens where it differs.
	Wide, Narrow templ.Component
	// Layers are the parts that can be put aside.
	Layers []string
	// Lines are a text.
	Lines []string
	Pairs []LessonPair
	Rows  []LessonRow
	// Plugins is the table of network plug-ins.
	Plugins *LessonPlugins
	// Marks are shown by script, which knows what was marked in the lesson Of.
	Marks []LessonMarkNow
	Of    string
}

// LessonPair is two texts beside each other.
type LessonPair struct {
	Left, Right string
	Was, Is     []LessonPairLine
}

// LessonPairLine is a line, which counts if it is marked.
type LessonPairLine struct {
	Text   string
	Marked bool
}

// LessonRow is a connection with one text and with another.
type LessonRow struct {
	Words   string
	Was, Is bool
}

// LessonPlugins are the network plug-ins, of which one is looked at.
type LessonPlugins struct {
	Action, Now, Caveat string
	// Any is set where another one than any is looked at.
	Any  bool
	Kept []Field
	Rows []LessonPlugin
}

// LessonPlugin is one of them.
type LessonPlugin struct {
	Name, Title, Enforces, Note string
	Open, Current               bool
}

// LessonMarkNow is a connection that was to be marked in an earlier lesson, as it is now.
type LessonMarkNow struct {
	Name, Text string
	Open       bool
}

// LessonWords is a policy in words.
type LessonWords struct {
	Policy    string
	Sentences []string
}

// layerClass is the class of the switch of a layer, from 0.
func layerClass(i int) string { return "layer-switch-" + strconv.Itoa(i+1) }

// pressed is the value of aria-pressed.
func pressed(is bool) string { return strconv.FormatBool(is) }
