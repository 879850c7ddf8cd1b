// Package templates draws pages: each component takes one value of this package and
// shows it.
//
// The values are plain. Package web builds them; nothing here calls the engine,
// counts, or makes markup out of text. All text of a user comes in as it is and
// passes Display on its way out.
package templates

import (
	"cmp"

	"github.com/a-h/templ"
)

// Page is what every page has around its content.
type Page struct {
	Title string // of the document, without the name of the site
	// Heading and Subtitle stand in the bar; empty on the first visit.
	Heading, Subtitle string
	// Theme is light or dark; empty follows the system.
	Theme string
	// Section is the part of the site that the page belongs to: one of those that its
	// navigation lists. Empty is none.
	Section string
	// NextTheme is what the theme button asks for, ThemeLabel what it says.
	NextTheme, ThemeLabel string
	// ThemeByScript is set on pages without a form to send the theme with; without script
	// they follow the system.
	ThemeByScript bool
	// ThemeForm is the id of the form that the button sends; empty: that of the workbench.
	ThemeForm string
	Styles    []string
	Scripts   []string
	Icon      string
	// Facts are the counts in the foot, Terms what they rest on.
	Facts, Terms []Fact
	// Preview is what other sites show of the page; nil on most.
	Preview *Preview
	// Share is set where the text of the page can be shared.
	Share bool
}

// KeepTheme is for pages without a form to send the theme with: script keeps it in the
// browser.
func (p *Page) KeepTheme() {
	p.NextTheme, p.ThemeByScript = "", true
	p.ThemeLabel = "Theme: " + cmp.Or(p.Theme, "as the system")
}

// Fact is a short statement in the foot: Strong is its figure, in bold.
type Fact struct{ Before, Strong, After string }

// Field is a hidden field of the form.
type Field struct{ Name, Value string }

// Link leads to another page or to another place of this one.
type Link struct{ Text, Href string }

// Welcome is the first visit.
type Welcome struct {
	Page Page
	// Notice says why there is no answer yet; empty on the first visit.
	Notice   string
	Hidden   []Field
	Examples []Example
	// Limit is the size of text that is accepted: "3 MiB".
	Limit string
}

// Example is a bundle to begin with.
type Example struct{ Name, Title, Summary, Href string }

// Compare says what a text can be compared with.
type Compare struct {
	// Loaded is set where the page knows the text that it was opened with; Parent is the
	// stored link that the text goes on from. Links is set where links are stored.
	Loaded bool
	Parent string
	Links  bool
}

// Workbench is the answer to a bundle: the text on one side, what it allows on the
// other.
type Workbench struct {
	Compare Compare
	Page    Page
	// Stored is the link that is read here; the zero value for one's own text.
	Stored   StoredLink
	Hidden   []Field
	Files    []File
	Findings Findings
	Views    []View
	// View is the name of the current one.
	View   string
	WhatIf WhatIf
	// Warnings are what makes the whole answer incomplete: policy kinds that were not
	// evaluated, policies that are not in force.
	Warnings []Warning
	Notes    []string
	// Picture is nil where it could not be drawn; PictureNote then says why.
	Picture     templ.Component
	PictureNote string
	Matrix      Matrix
	Policies    []Policy
	Rules       Rules
	Sequence    Sequence
	Why         Why
	Controls    Controls
	Examples    []Example
	Dock        Dock
	// RuleLines says where policies and rules are written, as JSON; Selected is the
	// policy or rule that is selected, empty for none.
	RuleLines, Selected string
	// Broken is set when a part of the text could not be read, so that the answer is
	// about the rest.
	Broken bool
	// Unreadable is set when there was nothing to evaluate.
	Unreadable bool
}

// Warning is a statement about the whole answer, with a place to read on.
type Warning struct {
	Text string
	Link Link // Href empty: none
}

// File is one text of the bundle, to be edited and sent again.
type File struct {
	Name string
	Text string
	// Packed holds, in base64, what is not text: an archive. Size says how large it is.
	Packed string
	Size   string
	// TooLarge is set for an archive that the page does not carry along.
	TooLarge bool
	Lines    []Line
	Rows     string
	Open     bool
	Label    string
}

// Line is a number beside the text; ID is what findings and explanations point at.
type Line struct {
	Number, ID string
	// Severity marks a line with a finding: error, warning or info; else empty.
	Severity string
}

// Findings are what is wrong, odd or worth knowing.
type Findings struct {
	Count   string
	Summary string // "1 error, 2 warnings"
	List    []Finding
	// More says how many are not shown.
	More string
}

// Finding is one of them.
type Finding struct {
	Severity string // error, warning or info
	Summary  string
	Detail   string
	Object   string
	Field    string
	Code     string
	Where    Link
	// Fix says what would mend it; empty: nothing can be said. Edits are the changes to
	// the text that do it, as JSON; empty where a person has to write something.
	Fix, Edits string
	// Effect is what the remedy does to the connections; empty where that is not known.
	Effect string
	// Assume are the switches that look at the bundle as if the fault were not there.
	Assume []Assume
	// Silenced says where a comment silences the finding and why; empty for one that
	// counts.
	Silenced string
	// Select is the policy or the rule that it is about, as a selection; empty where
	// there is none in force.
	Select string
	// Current is set when the finding is about what is selected.
	Current bool
	// Page is the address of the check's page; empty for one without.
	Page string
	// Index is the finding's number, by which its remedy is asked for.
	Index string
	// File is the number of the text, the others its place in it; empty where it has
	// none.
	File, Line, Column, EndLine, EndColumn string
}

// View is a tab above the answer.
type View struct {
	Name, Title string
	Current     bool
}

// Policy is a row of the list of policies.
type Policy struct {
	ID      string
	InForce bool
	// Code is why the API server would refuse it; empty when it is in force.
	Code      string
	CodeName  string
	Chooses   string
	Direction string
	Rules     []PolicyRule
	// Effect says what the policy changes; empty where that was not worked out.
	Effect []string
	Where  Link
	Switch *Switch
}

// Matrix is the table of who may call whom: rows call columns.
type Matrix struct {
	// Dense is the look for many columns.
	Dense bool
	// Grouped is set when there is more than one group.
	Grouped bool
	// Note says what a row stands for if it is not one entity.
	Note string
	// By are what a row can stand for.
	By      []View
	Groups  []Group
	Columns []Head
	Rows    []Row
	// Empty says why there is no table.
	Empty string
}

// Group is a heading over several columns.
type Group struct {
	Name     string
	Span     string
	Inferred bool
}

// Head names a row or column.
type Head struct {
	Name, Small, Title       string
	Inferred, First, Current bool
}

// Row is one caller. Group is its namespace, in the first row of it.
type Row struct {
	Group string
	Head  Head
	Cells []Cell
}

// Cell is what one caller may open on one callee.
type Cell struct {
	Kind  CellKind
	Text  string
	Title string
	// Select is what the cell's button asks for; empty: nothing to ask.
	Select         string
	First, Current bool
	Change         CellChange
	// Lit is set where the policy that is selected, or in which the caret stands, grants
	// something.
	Lit bool
}

// CellKind is the look of a cell.
type CellKind uint8

const (
	NoQuestion CellKind = iota
	SomePorts
	AllPorts
	StoppedLeaving
	StoppedEntering
	StoppedBoth
	Stopped // somewhere
	Undecided
)

// Why is the region that explains one connection.
type Why struct {
	// Callers, Called and Ports are offered for the fields.
	Callers, Called, Ports []string
	From, To, Port         string
	// FromIDs and ToIDs are the entities that the names stand for, as JSON.
	FromIDs, ToIDs string
	// Undo takes back the change that was applied; empty where none was.
	Undo string
	// Profile is what is so for one entity, where only one was chosen; ProfileOf is its
	// name.
	Profile   []string
	ProfileOf string
	// Alone are the entities that the picture can show alone, by name; Focus is set
	// while it shows only some.
	Alone []Option
	Focus bool
	// Problem says why the question has no answer; Answer is nil then, and when nothing
	// was asked.
	Problem string
	Answer  *Answer
	// Policy is the policy that is selected in the place of two ends; else nil.
	Policy *PolicyWords
}

// Option is an entity to choose.
type Option struct{ Value, Text string }

// Answer explains one connection.
type Answer struct {
	From, To string // short names
	Verdict  Verdict
	// Line is the verdict in words, Text the sentence under it, if any.
	Line, Text string
	// Undecided is set when policies have no say; there are no sides then.
	Undecided bool
	// Was says how the answer differs from what it is compared with; empty: it doesn't.
	Was               string
	Trial             *Trial
	Leaving, Entering Side
	// Suggestions would turn the answer round; Notes say what else there is to know.
	Suggestions []Suggestion
	Notes       []string
}

// Suggestion is a change of the text. Apply is the value that asks for it, empty where
// the text cannot take it.
type Suggestion struct {
	Text, YAML, Apply string
	// Opens and Closes name what it changes; Edits do it, as JSON.
	Opens, Closes, Edits string
}

// Verdict is the look of an answer.
type Verdict uint8

const (
	Allowed Verdict = iota
	Partly
	Blocked
	Undefined
)

// Side is one of the two gates that a connection passes.
type Side struct {
	Title string
	Open  bool
	Text  string
	// Policies are those that limit this side.
	Policies []Link
	// Reasons are the rules that let the connection through if Granted is set, else
	// those that come closest to it.
	Granted bool
	Reasons []Link
}

// Problem is the page for people when there is no answer.
type Problem struct {
	Page    Page
	Status  string
	Title   string
	Details []string
	// RequestID helps to find what happened in the log.
	RequestID string
}

// placeholder says what may be pasted, where it is pasted.
const placeholder = `Paste NetworkPolicies here.

Namespaces, workloads and Services
make the answer sharper. Policies
alone are enough: their pods are
then inferred and drawn dashed.`
