package static

// Example is a bundle to begin with.
type Example struct {
	Name    string // the last part of its address: "three-tier-shop"
	Title   string
	Summary string
}

// File is the name that the example's text has on the page.
func (e Example) File() string { return e.Name + ".yaml" }

// Text gives the manifests.
func (e Example) Text() []byte { return mustRead("examples/" + e.File()) }

// Examples lists the examples in the order in which they are shown.
var Examples = []Example{
	{"three-tier-shop", "3-tier shop", "web, api, db; five policies and one mistake"},
	{"deny-all-allow-dns", "Deny all, allow DNS", "The two policies to begin with"},
	{"and-or", "One dash: AND or OR", "Two lists that look alike and are not"},
	{"one-policy", "A policy alone", "As tutorials print it; its pods are inferred"},
	{"default-deny", "Default deny, both ways", "Nobody calls, nobody is called"},
	{"open-by-default", "Open by default", "What is allowed before any policy"},
}

// FindExample gives the example of a name.
func FindExample(name string) (Example, bool) {
	for _, e := range Examples {
		if e.Name == name {
			return e, true
		}
	}
	return Example{}, false
}
