package templates

import "strings"

// part is a stretch of a sentence; code is set for what stood in backticks.
type part struct {
	text string
	code bool
}

// proseParts cuts a sentence at its backticks. One that has no partner stays as it is.
func proseParts(text string) []part {
	var parts []part
	for text != "" {
		before, rest, opened := strings.Cut(text, "`")
		inside, after, closed := strings.Cut(rest, "`")
		if !opened || !closed {
			return append(parts, part{text: Display(text)})
		}
		if before != "" {
			parts = append(parts, part{text: Display(before)})
		}
		parts = append(parts, part{text: Display(inside), code: true})
		text = after
	}
	return parts
}

// plain is a sentence without its backticks, for where there is no markup.
func plain(text string) string { return Display(strings.ReplaceAll(text, "`", "")) }
