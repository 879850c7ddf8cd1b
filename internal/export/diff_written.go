package export

import (
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// WrittenDiff is an object that is written otherwise, line by line.
type WrittenDiff struct {
	// Object is "NetworkPolicy shop/db"; Policy its ID where it is one.
	Object, Policy string
	// Old and New are the files; empty where it is in one bundle only.
	Old, New string
	Lines    []WrittenLine
	// More counts the lines that are left out at the end.
	More int
}

// WrittenLine is a line of either text, or of both. Numbers are from 1, and 0 where it is
// not; a line of two zeros stands for some that are left out.
type WrittenLine struct {
	Old, New int
	Text     string
	// Cause is set for the lines of an edit that is named as a cause.
	Cause bool
}

const (
	// around is how many lines are shown before and behind what changes.
	around = 2
	// mostWritten bounds the lines of one object, mostObjects the objects.
	mostWritten, mostObjects = 60, 30
	// mostCompared bounds what lines are held against each other for: above it all of the
	// one text is followed by all of the other.
	mostCompared = 1_000_000
)

// Written gives the texts behind a comparison: first of the edits that caused something,
// in the order of the lines that name them, then of those without effect.
func Written(c *analysis.Comparison) []WrittenDiff {
	causes := c.Causes()
	var order []*manifest.Change
	marks := map[string][]*manifest.Change{}
	add := func(e *manifest.Change, cause bool) {
		title := e.Object().Title()
		if cause {
			marks[title] = append(marks[title], e)
		}
		if !slices.ContainsFunc(order, func(o *manifest.Change) bool { return o.Object().Title() == title }) {
			order = append(order, e)
		}
	}
	for _, of := range causes.Of {
		for _, b := range slices.Concat(of.Opened, of.Closed) {
			if len(order) == mostObjects {
				break
			}
			add(b.Edit, true)
		}
	}
	for _, e := range causes.Idle {
		add(e, false)
	}
	rewritten := c.Rewritten()
	for i := range rewritten {
		add(&rewritten[i], false)
	}
	var list []WrittenDiff
	for _, e := range order[:min(len(order), mostObjects)] {
		if d := writtenDiff(e, marks[e.Object().Title()]); len(d.Lines) > 0 {
			list = append(list, d)
		}
	}
	return list
}

func writtenDiff(e *manifest.Change, causes []*manifest.Change) WrittenDiff {
	d := WrittenDiff{Object: e.Object().Title()}
	if e.Object().Kind == "NetworkPolicy" {
		d.Policy = strings.TrimPrefix(d.Object, "NetworkPolicy ")
	}
	var first [2]int
	var texts [2][]string
	for i, o := range []*manifest.Object{e.Was, e.Is} {
		if o == nil {
			continue
		}
		var ok bool
		if first[i], texts[i], ok = manifest.WrittenLines(o.Source); !ok {
			return d
		}
		file := o.Source.Locate("").File
		if i == 0 {
			d.Old = file
		} else {
			d.New = file
		}
	}
	marked := func(side, line int) bool {
		return slices.ContainsFunc(causes, func(c *manifest.Change) bool {
			was, is := c.Places()
			r := [...]diag.Range{was, is}[side]
			return !r.IsZero() && c.WasField+c.IsField != "" && r.Start.Line <= line && line <= r.End.Line
		})
	}
	if e.Was == nil || e.Is == nil { // What stands above it is no news.
		for i := range texts {
			for len(texts[i]) > 0 && (texts[i][0] == "" || texts[i][0][0] == '#') {
				first[i], texts[i] = first[i]+1, texts[i][1:]
			}
		}
	}
	var lines []WrittenLine
	for _, l := range compared(texts[0], texts[1]) {
		w := WrittenLine{Text: l.text}
		if l.old >= 0 {
			w.Old = first[0] + l.old
			w.Cause = marked(0, w.Old)
		}
		if l.is >= 0 {
			w.New = first[1] + l.is
			w.Cause = w.Cause || marked(1, w.New)
		}
		lines = append(lines, w)
	}
	d.Lines = nearChanges(lines)
	if more := len(d.Lines) - mostWritten; more > 0 {
		d.Lines, d.More = d.Lines[:mostWritten], more
	}
	return d
}

// nearChanges leaves out what is far from every change and cause.
func nearChanges(lines []WrittenLine) (kept []WrittenLine) {
	near := make([]bool, len(lines))
	for i, l := range lines {
		if l.Old > 0 && l.New > 0 && !l.Cause {
			continue
		}
		for k := max(0, i-around); k <= min(len(lines)-1, i+around); k++ {
			near[k] = true
		}
	}
	for i, l := range lines {
		switch {
		case near[i]:
			kept = append(kept, l)
		case len(kept) > 0 && kept[len(kept)-1] != WrittenLine{}:
			kept = append(kept, WrittenLine{})
		}
	}
	if n := len(kept); n > 0 && kept[n-1] == (WrittenLine{}) {
		kept = kept[:n-1]
	}
	return kept
}

// side is a line with its places in two texts, from 0, and -1 where it is not.
type side struct {
	old, is int
	text    string
}

// compared pairs the lines of two texts so that as many as can be are in both.
func compared(old, is []string) (lines []side) {
	begin := 0
	for begin < len(old) && begin < len(is) && old[begin] == is[begin] {
		lines = append(lines, side{begin, begin, is[begin]})
		begin++
	}
	n, m := len(old), len(is)
	for n > begin && m > begin && old[n-1] == is[m-1] {
		n, m = n-1, m-1
	}
	i, j := begin, begin
	if (n-begin)*(m-begin) <= mostCompared {
		// common is, by place in both, the number of lines in common from there on.
		width := m - begin + 1
		common := make([]int, (n-begin+1)*width)
		at := func(i, j int) *int { return &common[(i-begin)*width+j-begin] }
		for i := n - 1; i >= begin; i-- {
			for j := m - 1; j >= begin; j-- {
				if *at(i, j) = max(*at(i+1, j), *at(i, j+1)); old[i] == is[j] {
					*at(i, j) = *at(i+1, j+1) + 1
				}
			}
		}
		for i < n && j < m {
			switch {
			case old[i] == is[j]:
				lines = append(lines, side{i, j, is[j]})
				i, j = i+1, j+1
			case *at(i+1, j) >= *at(i, j+1):
				lines = append(lines, side{i, -1, old[i]})
				i++
			default:
				lines = append(lines, side{-1, j, is[j]})
				j++
			}
		}
	}
	for ; i < n; i++ {
		lines = append(lines, side{i, -1, old[i]})
	}
	for ; j < m; j++ {
		lines = append(lines, side{-1, j, is[j]})
	}
	for ; n < len(old); n, m = n+1, m+1 {
		lines = append(lines, side{n, m, is[m]})
	}
	return lines
}
