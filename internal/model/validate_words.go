package model

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is the number of characters of a user's text that a sentence quotes.
const longest = 80

// shorten cuts a text that would drown the sentence around it.
func shorten(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

// shown quotes a user's text inside a sentence. A text that would not show, or would
// end the quotation, is written with escapes.
func shown(text string) string {
	text = shorten(text)
	strange := func(r rune) bool { return r == '`' || r == utf8.RuneError || !unicode.IsPrint(r) }
	if text == "" || strings.TrimSpace(text) != text || strings.ContainsFunc(text, strange) {
		return strconv.Quote(text)
	}
	return "`" + text + "`"
}

// otherThanText matches what YAML does not read as text: numbers, dates, booleans, and
// in some places what begins with a colon.
var otherThanText = regexp.MustCompile(`^([0-9.][0-9a-fA-F_xo+.-]*|:.*|y|n|yes|no|on|off|true|false|null)$`)

// quoted puts a text in quotes where YAML needs them.
func quoted(text string) string {
	if otherThanText.MatchString(text) {
		return `"` + text + `"`
	}
	return text
}

// nearest gives the candidate that a text was most likely meant to be, or "" when it
// resembles none. Case does not count; ties go to the earlier candidate.
func nearest(text string, candidates ...string) string {
	if len(text) > longest {
		return ""
	}
	best, distance := "", 0
	for _, c := range candidates {
		d := editDistance(strings.ToLower(text), strings.ToLower(c))
		if d <= len(c)/2 && (best == "" || d < distance) {
			best, distance = c, d
		}
	}
	return best
}

// editDistance counts the letters to insert, delete or replace to make a into b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
