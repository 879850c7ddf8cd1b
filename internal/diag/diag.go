// Package diag is the vocabulary for what is wrong, odd or worth knowing about a
// user's manifests: a finding is a value with a code, a place and a remedy.
//
// It takes nothing and decides nothing. Packages that find something build a
// Finding; packages that show something read it. How a finding looks in a
// terminal, a page or JSON is decided elsewhere.
package diag

import (
	"cmp"
	"slices"
)

// Severity says how sure we are that a finding is a mistake.
type Severity uint8

const (
	// Error: kubectl or the API server refuses the object.
	Error Severity = iota
	// Warning: accepted, and almost surely not what was meant.
	Warning
	// Info: accepted and plausible; worth knowing.
	Info
)

// String gives the word used in JSON: error, warning or info.
func (s Severity) String() string {
	return [...]string{"error", "warning", "info"}[s]
}

// Position is a place in a text. Line and Column count from 1; Column counts
// Unicode code points. The zero value means that the place is not known.
type Position struct{ Line, Column int }

// Range is a stretch of one file. End is the position behind the last character.
type Range struct {
	File       string
	Start, End Position
}

// IsZero reports whether the range points nowhere.
func (r Range) IsZero() bool { return r.Start.Line == 0 }

// Locator finds fields of one object in the text it was read from.
type Locator interface {
	// Locate gives the range of a field, named as kubectl prints it
	// ("spec.ingress[0].from[1].podSelector"; "" is the whole object). A field
	// that is not written gives the nearest enclosing one that is.
	Locate(field string) Range
}

// Edit replaces a range of a file by a new text.
type Edit struct {
	Range   Range
	NewText string
}

// Fix is a remedy: what it does in words and the edits that do it.
type Fix struct {
	Text  string
	Edits []Edit
	// Effect is what it does to the connections; nil where that was not evaluated.
	Effect *Effect
}

// Effect counts the connections that a remedy opens and closes.
type Effect struct {
	Opened, Closed int
	// Others is set when other pods are inferred afterwards, whose connections are not
	// among them.
	Others bool
}

// Related is a second place that a finding speaks of.
type Related struct {
	Range Range
	Text  string
}

// Finding is one thing found in the user's manifests.
type Finding struct {
	Code     Code
	Severity Severity
	Range    Range
	// Object is "Kind namespace/name", or empty when no object could be read.
	Object string
	// Field is the path as kubectl prints it, or empty.
	Field string
	// Summary is one plain sentence with the user's own values.
	Summary string
	// Detail says what follows from it and what to write instead. May be empty.
	Detail  string
	Related []Related
	// Fix is nil when there is no safe automatic remedy.
	Fix *Fix
	// Ignorable is set for a field that the API does not know: a server that is not asked
	// to be strict leaves it out and takes the rest.
	Ignorable bool
	// Silenced is the comment that silences the finding; nil for one that counts.
	Silenced *Silence
}

// Silence is a comment that says why a finding does not matter where it is.
type Silence struct {
	Range  Range
	Reason string
}

// List is findings in the order of Sort.
type List []Finding

// Sort orders findings by file, place, severity, code, field and summary.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Range.File, b.Range.File),
			cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
			cmp.Compare(a.Range.Start.Column, b.Range.Start.Column),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Summary, b.Summary),
		)
	})
}

// AtLeast gives the findings that are as severe as s or more so and are not silenced.
func (l List) AtLeast(s Severity) List {
	var out List
	for _, f := range l {
		if f.Severity <= s && f.Silenced == nil {
			out = append(out, f)
		}
	}
	return out
}

// Count gives the number of findings of exactly severity s that are not silenced.
func (l List) Count(s Severity) int {
	n := 0
	for _, f := range l {
		if f.Severity == s && f.Silenced == nil {
			n++
		}
	}
	return n
}

// Silenced gives the number of findings that are.
func (l List) Silenced() int {
	n := 0
	for _, f := range l {
		if f.Silenced != nil {
			n++
		}
	}
	return n
}
