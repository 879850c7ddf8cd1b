package templates

// headingLevel gives the level that a heading of a text has on the page. "##" is the
// first level inside a section of a lesson, and stands at top; nothing is above it.
func headingLevel(level, top int) int { return min(max(level-2, 0)+top, 5) }
