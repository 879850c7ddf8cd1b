package manifest

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// UTF16Columns gives the function that turns a position of a finding into its column as
// editors and SARIF count it: in UTF-16 code units, of which a character beyond the Basic
// Multilingual Plane has two. Files without such characters, which are nearly all, are
// not kept.
func UTF16Columns(sources []Source) func(file string, at diag.Position) int {
	files, _, err := unpack(sources, Limits{})
	if err != nil {
		panic("manifest: a limit was breached where there is none: " + err.Error())
	}
	wide := map[string]file{}
	lines := map[string][]int{}
	for _, f := range files {
		for _, b := range f.text {
			if b >= 0xf0 { // begins a character of four bytes
				wide[f.name], lines[f.name] = f, linesOf(f.text)
				break
			}
		}
	}
	return func(name string, at diag.Position) int {
		starts := lines[name]
		if at.Line < 1 || at.Line > len(starts) {
			return at.Column
		}
		text, units := wide[name].text[starts[at.Line-1]:], 1
		for n := 1; n < at.Column && len(text) > 0; n++ {
			r, size := utf8.DecodeRune(text)
			text, units = text[size:], units+utf16.RuneLen(r)
		}
		return units
	}
}
