package lesson

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Verify says what is wrong with a lesson: cells that are not at the start, or not with
// the solution, as its files say, a start that is right already, or no policy at all, a
// solution with errors, words that are not shown as they are written. Nothing is a lesson
// that holds.
func (l *Lesson) Verify() []Problem {
	v := verification{Lesson: l, wrong: l.notes}
	start, none := l.Began(), l.run("")
	for _, f := range none.Findings.AtLeast(diag.Error) {
		v.say("world.yaml", f.Range.Start.Line, "the manifest has an error (%s): %s", f.Code, f.Summary)
	}
	v.cells("predict.yaml", "start.yaml", l.Predicted(start))
	solved := l.Grade(start, l.run(l.Solution))
	v.cells("expect.yaml", "solution.yaml", solved.Cells)
	v.cells("bonus.yaml", "solution.yaml", problematic(solved.Bonus))
	for _, text := range solved.Broken {
		v.say("solution.yaml", 0, "it does not keep a rule of the exercise. %s", text)
	}
	for _, f := range solved.Findings {
		if f.Range.File == PolicyFile {
			v.say("solution.yaml", f.Range.Start.Line, "it has a finding that counts (%s): %s", f.Code, f.Summary)
		} else if f.Severity != diag.Error { // errors were said above
			v.say("world.yaml", f.Range.Start.Line, "with solution.yaml there is a finding that counts (%s): %s", f.Code, f.Summary)
		}
	}
	begun, nothing := l.Grade(start, l.run(l.Exercise)), l.Grade(start, none)
	if begun.Passed() && len(l.Needed) == 0 {
		v.say(l.exerciseFile(), 0, "what the learner begins with is right already, so that there is nothing to do; expect.yaml needs a connection that is otherwise in the end")
	}
	if nothing.Passed() && len(l.Needed) == 0 {
		v.say("expect.yaml", 0, "no policy at all is right too, so that taking out what is there passes; expect one connection more that has to be blocked, or add “policy NAMESPACE/NAME unchanged” to rules")
	}
	if len(l.Needed) > 0 && len(l.Needed) != len(l.Cells) {
		v.say("mark.yaml", 0, "it lists %d connections and predict.yaml %d; write the same ones in both", len(l.Needed), len(l.Cells))
	}
	v.steps()
	if l.Then != nil {
		for _, p := range l.Then.Verify() {
			v.wrong = append(v.wrong, Problem{p.File, p.Line, "in the second exercise: " + p.Text})
		}
	}
	return v.wrong
}

// verification collects what is wrong with a lesson.
type verification struct {
	*Lesson
	wrong []Problem
}

// say notes something at a line of a file; 0 is the file as a whole.
func (v *verification) say(file string, line int, format string, args ...any) {
	if line > 0 {
		line += v.above[file]
	}
	v.wrong = append(v.wrong, Problem{file, line, fmt.Sprintf(format, args...)})
}

// cells notes the expectations of a file that are otherwise with another one.
func (v *verification) cells(file, with string, cells []Cell) {
	for _, c := range cells {
		switch line := c.At.Start.Line; {
		case c.Problem != "":
			v.say(file, line, "%s → %s cannot be asked: %s", c.Caller(), c.Place(), c.Problem)
		case !c.Right():
			v.say(file, line, "with %s %s → %s is %s, and this line says %s. %s", with, c.Caller(), c.Place(), verdict(c.Is), c.Expect, v.named(strings.Join(c.Why(), " "), with))
		}
	}
}

var place = regexp.MustCompile(`\b(policies|world)\.yaml line ([0-9]+)`)

// named gives reasons that point into the files as their author has them: the policies
// are those of one file, and the lines those of the archive.
func (v *verification) named(why, policies string) string {
	return place.ReplaceAllStringFunc(why, func(found string) string {
		parts := place.FindStringSubmatch(found)
		file, line := WorldFile, parts[2]
		if parts[1]+".yaml" == PolicyFile {
			file = policies
		}
		if n, err := strconv.Atoi(line); err == nil {
			line = strconv.Itoa(n + v.above[file])
		}
		return file + " line " + line
	})
}

// problematic gives the cells that cannot be asked.
func problematic(cells []Cell) (some []Cell) {
	for _, c := range cells {
		if c.Problem != "" {
			some = append(some, c)
		}
	}
	return some
}

// exerciseFile names the file that the learner begins with.
func (l *Lesson) exerciseFile() string {
	if _, ok := l.above["exercise.yaml"]; ok {
		return "exercise.yaml"
	}
	return "start.yaml"
}

func verdict(allowed bool) string {
	if allowed {
		return "allowed"
	}
	return "blocked"
}
