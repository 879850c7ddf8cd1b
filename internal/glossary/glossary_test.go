package glossary

import "testing"

// Every word is explained once, and has a place of its own.
func TestWords(t *testing.T) {
	all, err := parse(words)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, x := range all {
		if x.ID == "" || seen[x.ID] || len(x.Text) == 0 {
			t.Errorf("%q has the place %q and %d paragraphs", x.Name, x.ID, len(x.Text))
		}
		seen[x.ID] = true
	}
	for _, want := range []string{"isolated", "policytypes", "ipblock", "from-and-to", "ingress-the-object"} {
		if !seen[want] {
			t.Errorf("there is no place %s in %v", want, seen)
		}
	}
}

func TestWhatIsNoGlossary(t *testing.T) {
	for _, text := range []string{"a word\n", "# a\n\n<b>b</b>\n"} {
		if all, err := parse(text); err == nil {
			t.Errorf("%q is read as %v", text, all)
		}
	}
}
