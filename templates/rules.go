package templates

// Rules are the policies in words, and what comes of them for each entity.
type Rules struct {
	Policies []PolicyWords
	Ends     []EndWords
	// Always says what no policy can close.
	Always string
	// MorePolicies and MoreEnds say how many are not shown, and where they are.
	MorePolicies, MoreEnds string
}

// PolicyWords are the sentences about one policy.
type PolicyWords struct {
	// Anchor is the name of its place on the page.
	ID, Anchor string
	Limits     string // "entering", "leaving" or both; empty for one that is not in force
	// Idle is set for a policy that limits nobody: not in force, or switched off.
	Idle      bool
	Sentences []Said
	// Chosen are the entities that it is about, as links to their places; ChosenMore
	// says how many are not named.
	Chosen     []Link
	ChosenMore string
	// Effect says what would change without it; nil where that was not worked out.
	Effect []string
}

// Said is a sentence and where what it says is written.
type Said struct {
	Text  string
	Where Link
}

// EndWords say who may call an entity, and whom it may call.
type EndWords struct {
	// Anchor is the name of its place on the page.
	ID, Name, Anchor string
	// Policies are those that limit it, as links to their places.
	Policies []Link
	// Alike says how many others behave the same, AlikeAll which.
	Alike, AlikeAll     string
	Called, Calls, Note string
}
