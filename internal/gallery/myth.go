package gallery

import (
	"fmt"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"
)

// Myth is a claim that people make, with the bundle that proves it or the contrary. The
// title of its card is the claim, and the sentences say why it is so or not.
type Myth struct {
	Card
	Answer Answer
	// Of is the name of the example that proves it.
	Of string
}

// Answer is what is so about a claim.
type Answer string

const (
	True  Answer = "true"
	False Answer = "false"
	Half  Answer = "half"
)

// mythNames is the order of the myths.
var mythNames = []string{
	"no-policy", "open-to-all", "answers", "who-opens", "needs-egress", "prevent", "deny-both",
	"order", "stricter", "empty-rule", "deny-rule", "empty-from", "empty-to", "egress-only", "good-policy",
	"no-spec", "no-selector", "other-namespace", "by-name", "namespace-alone", "leave-out",
	"dash", "two-entries", "not-in", "no-port", "protocol", "service-port", "pods-only",
	"outside", "same-name", "at-once", "always-enforced",
}

// Myths gives the myths in the order in which they are shown.
func Myths() []*Myth { return myths() }

var myths = sync.OnceValue(func() []*Myth {
	var all []*Myth
	for _, name := range mythNames {
		data, err := files.ReadFile("myths/" + name + ".txtar")
		if err != nil {
			panic(err) // a test reads them all
		}
		m, err := parseMyth(name, data)
		if err != nil {
			panic(fmt.Sprintf("gallery: %v", err)) // a test reads them all
		}
		all = append(all, m)
	}
	return all
})

// parseMyth reads a myth: a card with the answer between title and sentences, and with
// the name of another card under "of" where its manifests are those of that card. Behind a
// question mark stands how it is looked at.
func parseMyth(name string, data []byte) (*Myth, error) {
	archive := txtar.Parse(data)
	m := &Myth{Of: "myth-" + name}
	for i, f := range archive.Files {
		if f.Name != "of" {
			continue
		}
		of, view, _ := strings.Cut(strings.TrimSpace(string(f.Data)), "?")
		m.Of, m.View = of, view
		card, ok := findCard(of)
		if !ok {
			return nil, fmt.Errorf("myth %s: there is no card %s", name, of)
		}
		archive.Files[i] = txtar.File{Name: card.Files[0].Name, Data: card.Files[0].Data}
		for _, more := range card.Files[1:] {
			archive.Files = append(archive.Files, txtar.File{Name: more.Name, Data: more.Data})
		}
	}
	c, err := parse(m.Of, txtar.Format(archive))
	if err != nil {
		return nil, err
	}
	m.Answer = Answer(c.Sentences[0])
	if len(c.Sentences) < 2 || m.Answer != True && m.Answer != False && m.Answer != Half {
		return nil, fmt.Errorf("myth %s: after the claim stands true, false or half, and then why", name)
	}
	c.View, c.Sentences = m.View, c.Sentences[1:]
	m.Card, m.Card.Name = *c, name
	return m, nil
}
