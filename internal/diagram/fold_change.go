package diagram

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// inside notes what is allowed within a part, or changes there.
func (f *folder) inside(part int, c Change, pairs int) {
	switch c {
	case Opened:
		f.opened[part] += pairs
	case Closed:
		f.closed[part] += pairs
	case Went:
	default:
		f.among[part] = true
	}
}

// countChanges counts the pairs that change, of every line that stands for some and within
// every part.
func (f *folder) countChanges() {
	for _, s := range f.lines {
		switch s.change {
		case Opened:
			s.pairs = f.changed(opens, f.counts(s.callers), f.counts(s.calls))
		case Closed:
			s.pairs = f.changed(closes, f.counts(s.callers), f.counts(s.calls))
		}
	}
	for i, p := range f.parts {
		all := map[*model.Entity]bool{}
		for _, e := range p.members {
			all[e] = true
		}
		own := f.counts(all)
		f.opened[i], f.closed[i] = f.changed(opens, own, own), f.changed(closes, own, own)
	}
}

// counts gives how many of each class some entities are.
func (f *folder) counts(some map[*model.Entity]bool) map[int]int {
	counts := map[int]int{}
	for e := range some {
		counts[f.of[e]]++
	}
	return counts
}

// changed counts the pairs of callers and called, which are of these classes, that have
// ports in a part of the comparison. Of one class the callers are the called.
func (f *folder) changed(part int, callers, calls map[int]int) (pairs int) {
	for from, n := range callers {
		for to, m := range calls {
			if f.change(from, to)[part] == 0 {
				continue
			}
			pairs += n * m
			if from == to && !f.classes[from].first().Several() {
				pairs -= min(n, m)
			}
		}
	}
	return pairs
}

// change gives what of a cell stays, opens and closes.
func (f *facts) change(from, to int) [3]int32 {
	return f.comparison.parts[[2]int32{f.cells.at(from, to), f.was.at(from, to)}]
}

// sign is what stands before the ports of a line: how many pairs open or close them.
func (s *sheaf) sign() string {
	if !s.change.IsChange() {
		return ""
	}
	return fmt.Sprintf("%s%d: ", strings.TrimSpace(s.change.sign()), s.pairs)
}

// changeWords says what changes within a folded box, and what of it came and went.
func (f *folder) changeWords(part int) (words []string) {
	come, gone := 0, 0
	for _, e := range counted(f.parts[part].members) {
		switch f.presence(e) {
		case reach.OnlyAfter:
			come++
		case reach.OnlyBefore:
			gone++
		}
	}
	var passing []string
	if come > 0 {
		passing = append(passing, fmt.Sprintf("%d new", come))
	}
	if gone > 0 {
		passing = append(passing, fmt.Sprintf("%d gone", gone))
	}
	if len(passing) > 0 {
		words = append(words, strings.Join(passing, ", "))
	}
	if inside := changeCounts(f.opened[part], f.closed[part]); inside != "" {
		words = append(words, "inside: "+inside)
	}
	return words
}

// changeCounts writes how many pairs open and close something: "+3 −1", or nothing.
func changeCounts(opened, closed int) string {
	var words []string
	if opened > 0 {
		words = append(words, fmt.Sprintf("+%d", opened))
	}
	if closed > 0 {
		words = append(words, fmt.Sprintf("−%d", closed))
	}
	return strings.Join(words, " ")
}

// changeSentence says of a picture of two bundles what changes, in numbers.
func (a *artist) changeSentence() string {
	opened, closed := 0, 0
	for i := range a.union.Changes {
		s := &a.union.Changes[i]
		if !s.Opened().IsEmpty() {
			opened += s.Pairs
		}
		if !s.Closed().IsEmpty() {
			closed += s.Pairs
		}
	}
	words := "Before and after: nothing opens or closes."
	if opened+closed > 0 {
		words = fmt.Sprintf("Before and after: %s, %d closed.", plural(opened, "connection")+" opened", closed)
	}
	come, gone := 0, 0
	for _, e := range a.cluster.Entities {
		switch {
		case !e.IsPod() || e.AnyOther:
		case a.presence(e) == reach.OnlyAfter:
			come++
		case a.presence(e) == reach.OnlyBefore:
			gone++
		}
	}
	switch {
	case come > 0 && gone > 0:
		words += fmt.Sprintf(" New: %s; gone: %d.", plural(come, "workload"), gone)
	case come > 0:
		words += fmt.Sprintf(" New: %s.", plural(come, "workload"))
	case gone > 0:
		words += fmt.Sprintf(" Gone: %s.", plural(gone, "workload"))
	}
	return words
}
