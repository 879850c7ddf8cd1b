package manifest

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// ruler turns columns into bytes and back. Columns count code points, so that finding
// one means reading its line from the start; in a long line, as JSON without breaks is,
// some places in between are remembered.
type ruler struct {
	text  []byte
	marks map[int][]int
}

// rulerStep is the number of code points between two places that are remembered.
const rulerStep = 1 << 10

// of gives the bytes of every rulerStep-th code point of the line that begins at
// start, or nothing when the line is short.
func (r *ruler) of(start int) []int {
	if m, ok := r.marks[start]; ok {
		return m
	}
	if near := r.text[start:min(start+2*rulerStep, len(r.text))]; len(near) < 2*rulerStep || bytes.IndexByte(near, '\n') >= 0 {
		return nil
	}
	end, _ := lineEnd(r.text, start)
	marks := []int{start}
	for pos, n := start, 0; pos < end; {
		_, size := utf8.DecodeRune(r.text[pos:])
		pos += size
		if n++; n%rulerStep == 0 {
			marks = append(marks, pos)
		}
	}
	if r.marks == nil {
		r.marks = map[int][]int{}
	}
	r.marks[start] = marks
	return marks
}

// byte gives the byte that is some code points behind the start of a line.
func (r *ruler) byte(start, column int) int {
	pos := start
	if marks := r.of(start); len(marks) > 0 && column > 0 {
		i := min(column/rulerStep, len(marks)-1)
		pos, column = marks[i], column-i*rulerStep
	}
	for ; column > 0 && pos < len(r.text); column-- {
		_, size := utf8.DecodeRune(r.text[pos:])
		pos += size
	}
	return pos
}

// column gives the number of code points between the start of a line and a byte.
func (r *ruler) column(start, offset int) int {
	marks := r.of(start)
	if len(marks) == 0 {
		return utf8.RuneCount(r.text[start:offset])
	}
	i, exact := slices.BinarySearch(marks, offset)
	if !exact {
		i--
	}
	return i*rulerStep + utf8.RuneCount(r.text[marks[i]:offset])
}

// otherBreaks are the line breaks that YAML knows beside CR and LF. Editors do not
// count them as lines.
var otherBreaks = [][]byte{[]byte("\u0085"), []byte("\u2028"), []byte("\u2029")}

// parsedLines gives the byte that each line begins at as the parser counts lines.
func parsedLines(text []byte, lines []int) []int {
	odd := false
	for _, b := range otherBreaks {
		odd = odd || bytes.Contains(text, b)
	}
	if !odd {
		return lines
	}
	all := slices.Clone(lines)
	for _, b := range otherBreaks {
		for pos := 0; ; {
			i := bytes.Index(text[pos:], b)
			if i < 0 {
				break
			}
			pos += i + len(b)
			all = append(all, pos)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
