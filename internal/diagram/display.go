package diagram

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Display makes a user's text safe to look at: characters that leave no mark of their
// own, or would turn the text around them, are written as visible escapes, and bytes
// that are no text as the replacement character. Every text of a picture that a user
// may have written passes through here once.
func Display(text string) string {
	if plainText(text) || utf8.ValidString(text) && !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case !hidden(r):
			b.WriteRune(r)
		case r <= 0xFF:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	return b.String()
}

func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Variation_Selector) ||
		strings.ContainsRune("\u115F\u1160\u3164\uFFA0\u2800", r) || r == 0xFFFE || r == 0xFFFF
}

// plainText reports whether a text is printable ASCII throughout, as most are.
func plainText(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
