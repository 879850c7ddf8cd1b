package templates

// WhatIf is the row of switches with what they change.
type WhatIf struct {
	Switches []Switch
	// More says how many policies have their switch elsewhere; empty: none.
	More string
	// Changed is set when something is assumed that is not so.
	Changed bool
	// Opened and Closed count connections in words; empty: none.
	Opened, Closed string
	// Against says what the counts are compared with.
	Against string
	// Reset is set when there is an assumption to take back.
	Reset bool
	// Only is set when only differences are to be seen.
	Only bool
	// Assumed are the faults that are taken for repaired, in words.
	Assumed []string
}

// Switch turns a policy or a rule off, for a look at what would change.
type Switch struct {
	Value, Name, Title string
	// Effect says what the switch would do: "off: opens 3".
	Effect string
	Off    bool
}

// Assume is the switch of a finding: the bundle as it would be with the fault repaired,
// or with the field ignored that the API does not know.
type Assume struct {
	Value, Text string
	On          bool
}

// PolicyRule is a rule of a policy in a line, with its switch.
type PolicyRule struct {
	Text   string
	Switch *Switch
}

// CellChange tells how a cell differs from what it is compared with.
type CellChange uint8

const (
	SameCell CellChange = iota
	// QuietCell: the same, where only differences are to be seen.
	QuietCell
	OpenedCell
	ClosedCell
	// MixedCell opened some ports and closed others.
	MixedCell
)

// class gives the style class of a change.
func (c CellChange) class() string {
	return [...]string{"", "quiet", "opened", "closed", "opened closed"}[c]
}
