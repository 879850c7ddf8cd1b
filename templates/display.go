package templates

import (
	"strings"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diagram"
)

// Display makes a user's text safe to look at, exactly as the picture does: what a
// reader could not see, or what would turn the text around it, is a visible escape.
//
// Escaping for HTML is templ's business and comes after this. Every text of a user
// passes through here on its way to a page.
func Display(text string) string { return diagram.Display(text) }

// DisplayText is Display for a text of several lines: its line ends stay.
func DisplayText(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Display(line)
	}
	return strings.Join(lines, "\n")
}

// Shorten is Display, cut to a number of characters. The whole belongs in a title
// beside it.
func Shorten(text string, limit int) string {
	shown := Display(text)
	if len(shown) <= limit || utf8.RuneCountInString(shown) <= limit {
		return shown
	}
	return string([]rune(shown)[:limit-1]) + "…"
}
