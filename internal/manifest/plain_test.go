package manifest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"
)

// What is taken without a validator is what the validator takes.
func TestPlainWordsAreValid(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("aZ09-_./ é\n")
	names, words := 0, 0
	for range 50_000 {
		text := make([]rune, r.IntN(6))
		if r.IntN(10) == 0 {
			text = make([]rune, 61+r.IntN(4))
		}
		for i := range text {
			text[i] = letters[r.IntN(1+r.IntN(len(letters)))]
		}
		s := string(text)
		if plainName(s) {
			names++
			if len(validation.IsDNS1123Label(s)) > 0 || len(validation.IsDNS1123Subdomain(s)) > 0 {
				t.Errorf("%q is no name", s)
			}
		}
		if plainWord(s) {
			words++
			if len(validation.IsQualifiedName(s)) > 0 || len(validation.IsValidLabelValue(s)) > 0 {
				t.Errorf("%q is neither a label's key nor its value", s)
			}
		}
	}
	if names < 1000 || words < 1000 {
		t.Errorf("only %d names and %d words were plain", names, words)
	}
}

// A port that is read as another number than it looks like is never overlooked,
// however it is written; one that is plain costs no second look.
func TestOddPortsAreSeen(t *testing.T) {
	numbers := []string{"0443", "0x50", "1e3", "3_306", "0b11", "+80", "80.0", "00", "0_1", "-0", ".8e2", "08"}
	for _, number := range numbers {
		for _, format := range []string{
			"port: %s", "port:   %s", "\"port\": %s", "'endPort': %s", "port : %s", "port: !!int %s", "port: &a %s", "port:\n        %s", "port: # c\n        %s",
			"? port\n      : %s", "? \"port\"\n      : %s", "endPort: !!int \"%s\"", "<<: {port: %s}", "endPort:\t%s",
		} {
			text := policyText("  ingress:\n  - ports:\n    - " + fmt.Sprintf(format, number) + "\n")
			tree, err := newTree(&document{text: []byte(text)})
			if err != nil {
				t.Fatalf("%v in\n%s", err, text)
			}
			if len(oddNumbers(tree, tree.root, "")) > 0 && !oddPort([]byte(text)) {
				t.Errorf("overlooked in\n%s", text)
			}
		}
	}
	for _, plain := range []string{"port: 80", "port: 0", "\"port\":80", "port: http", "port: \"0443\"", "ports:\n    - x", "port: -1", "{port: 443}", "support: x", "endPort: 65535\n"} {
		text := policyText("  ingress:\n  - ports:\n    - " + plain + "\n")
		if tree, err := newTree(&document{text: []byte(text)}); err == nil && len(oddNumbers(tree, tree.root, "")) > 0 {
			t.Errorf("%s is not odd", plain)
		}
	}
	if oddPort([]byte(whole)) {
		t.Error("a plain policy gets a second look")
	}
}
