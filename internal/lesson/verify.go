package lesson

import (
	"fmt"
	"strings"
)

// Verify says what is wrong with a lesson: cells that are not at the start, or not with
// the solution, as its files say, a start that is right already, or no policy at all, a
// solution with errors.
// Nothing is a lesson that holds.
func (l *Lesson) Verify() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	start := l.Began()
	for _, f := range l.run("").Findings.AtLeast(0) {
		say("world.yaml has an error: line %d: %s", f.Range.Start.Line, f.Summary)
	}
	report := func(file string, cells []Cell) {
		for _, c := range cells {
			switch {
			case c.Problem != "":
				say("%s: %s → %s: %s", file, c.Caller(), c.Place(), c.Problem)
			case !c.Right():
				say("%s: %s → %s should be %s and is %s. %s", file, c.Caller(), c.Place(), c.Expect, verdict(c.Is), strings.Join(c.Why(), " "))
			}
		}
	}
	report("predict.yaml with start.yaml", l.Predicted(start))
	solved := l.Grade(start, l.run(l.Solution))
	report("expect.yaml with solution.yaml", solved.Cells)
	for _, text := range solved.Broken {
		say("solution.yaml breaks a rule: %s", text)
	}
	for _, f := range solved.Findings {
		say("solution.yaml has a finding that counts: %s line %d: %s", f.Code, f.Range.Start.Line, f.Summary)
	}
	if begun := l.Grade(start, l.run(l.Exercise)); begun.Passed() && len(l.Needed) == 0 {
		say("what the learner begins with is right already, so that there is nothing to do")
	}
	if none := l.Grade(start, l.run("")); none.Passed() && len(l.Needed) == 0 {
		say("no policy at all is right too, so that taking out what is there passes")
	}
	if len(l.Needed) > 0 && len(l.Needed) != len(l.Cells) {
		say("mark.yaml lists %d connections and predict.yaml %d; they should be the same ones", len(l.Needed), len(l.Cells))
	}
	return wrong
}

func verdict(allowed bool) string {
	if allowed {
		return "allowed"
	}
	return "blocked"
}
