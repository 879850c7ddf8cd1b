package explain

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest gives the candidates that resemble a text most, best first, at most n and
// without repeats. Case does not count; ties go by name.
func Nearest(text string, candidates []string, n int) []string {
	type scored struct {
		name     string
		distance int
	}
	text = strings.ToLower(text)
	all := make([]scored, len(candidates))
	for i, c := range candidates {
		all[i] = scored{c, distance(text, strings.ToLower(c))}
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	all = slices.Compact(all)
	names := make([]string, 0, n)
	for _, s := range all[:min(n, len(all))] {
		names = append(names, s.name)
	}
	return names
}

// longestCompared bounds the work that an absurdly long text can cause.
const longestCompared = 200

// distance counts the bytes to insert, delete, replace or swap with the next one to
// turn a into b.
func distance(a, b string) int {
	a, b = a[:min(len(a), longestCompared)], b[:min(len(b), longestCompared)]
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, above, row = above, row, before
		row[0] = i + 1
		for j := range len(b) {
			replace := above[j]
			if a[i] != b[j] {
				replace++
			}
			row[j+1] = min(replace, row[j]+1, above[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
