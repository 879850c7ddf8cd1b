package templates

// Controls are how a reader changes the view: fields of the form, which carry its state.
type Controls struct {
	// Shows are the marks that can be drawn beside the arrows; nil where there is no
	// picture of arrows. Was is what the picture shows by itself, as show= is written;
	// empty where the reader has chosen.
	Shows []Toggle
	Was   string
	// Find is what is looked for.
	Find string
	// Namespaces are those that can stay open while others are folded; nil where there
	// is only one. NamespacesLabel says what is chosen.
	Namespaces      []Toggle
	NamespacesLabel string
	Settings        []Choice
	// PluginNote says what is particular about the network plug-in; empty: nothing.
	PluginNote string
}

// Toggle is a switch. Key is the letter that presses it.
type Toggle struct {
	Value, Label, Key string
	On                bool
}

// Choice is a menu of one setting.
type Choice struct {
	Name, Label string
	Options     []Chosen
}

// Chosen is an entry of a menu; the empty value stands for the usual one.
type Chosen struct {
	Value, Text string
	Current     bool
}
