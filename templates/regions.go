package templates

// Dock says in a word each what the regions hold, for a phone, which shows one at a
// time.
type Dock struct {
	Entities, Cells, Findings string
	// Verdict is a sign for the answer that the explanation gives; empty: none was asked.
	Verdict string
}
