package templates

// Trial is what somebody sees who tries a connection, and the commands to do so.
type Trial struct {
	Outcome  Outcome
	Text     string
	Commands []Command
}

// Command is a line for a shell; Text says when to take it.
type Command struct{ Text, Line string }

// Outcome is the look of how a connection ends.
type Outcome uint8

const (
	ItDepends Outcome = iota
	Connects
	TimesOut
	IsRefused
)
