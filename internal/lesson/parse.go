package lesson

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// textFile is the name that a lesson's words have in a folder. In an archive they stand
// above the first file.
const textFile = "lesson.md"

// Parse reads a lesson. Above the files stands its title, and below it sections with the
// headings Goal, Look, Predict, Claims, Reveal, Do and Hints; Claims may be left out. A
// claim is a line
//
//   - false: What is claimed. | Why it is not so.
//
// and a hint one that begins with a dash. The files are world.yaml, start.yaml, which
// comes beside it, solution.yaml, predict.yaml with the cells as they are at the start,
// and expect.yaml with those of the solution. exercise.yaml is what the learner begins
// with where that is not start.yaml, bonus.yaml what else is worth doing, mark.yaml what
// is to be marked, and rules what else is asked for, one a line.
func Parse(name string, data []byte) (*Lesson, error) {
	archive := txtar.Parse(data)
	given := map[string]string{textFile: string(archive.Comment)}
	for _, f := range archive.Files {
		given[f.Name] = string(f.Data)
	}
	return FromFiles(name, given)
}

// FromFiles reads a lesson whose files are given by name.
func FromFiles(name string, given map[string]string) (*Lesson, error) {
	l := &Lesson{Name: name}
	if err := l.read(given); err != nil {
		return nil, fmt.Errorf("lesson %s: %w", name, err)
	}
	return l, nil
}

// known are the files of a lesson.
var known = []string{textFile, "world.yaml", "start.yaml", "exercise.yaml", "solution.yaml", "predict.yaml", "expect.yaml", "bonus.yaml", "mark.yaml", "rules"}

func (l *Lesson) read(given map[string]string) (err error) {
	for name := range given {
		if !slices.Contains(known, name) {
			return fmt.Errorf("a lesson has no file %s; its files are %s", name, strings.Join(known, ", "))
		}
	}
	for _, name := range []string{"world.yaml", "start.yaml", "solution.yaml", "predict.yaml", "expect.yaml"} {
		if _, ok := given[name]; !ok {
			return fmt.Errorf("the file %s is missing", name)
		}
	}
	if err := l.readText(given[textFile]); err != nil {
		return err
	}
	l.World, l.Start, l.Solution = given["world.yaml"], given["start.yaml"], given["solution.yaml"]
	l.Exercise = l.Start
	if text, ok := given["exercise.yaml"]; ok {
		l.Exercise = text
	}
	for _, x := range []struct {
		file   string
		to     *[]Expectation
		single bool
	}{{"predict.yaml", &l.Cells, true}, {"expect.yaml", &l.Wanted, false}, {"bonus.yaml", &l.Bonus, false}, {"mark.yaml", &l.Needed, true}} {
		text, ok := given[x.file]
		if !ok {
			continue
		}
		if *x.to, err = readExpectations(x.file, text, x.single); err != nil {
			return err
		}
	}
	if len(l.Cells) == 0 || len(l.Wanted) == 0 {
		return fmt.Errorf("predict.yaml and expect.yaml need at least one connection each")
	}
	return l.readRules(given["rules"])
}

// readText reads title and sections.
func (l *Lesson) readText(text string) error {
	sections := map[string]*[]string{
		"Goal": &l.Goal, "Look": &l.Look, "Predict": &l.Predict, "Reveal": &l.Reveal, "Do": &l.Do, "Hints": &l.Hints, "Claims": {},
	}
	var at *[]string
	for block := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		block = strings.TrimSpace(block)
		if heading, rest, _ := strings.Cut(block, "\n"); strings.HasPrefix(heading, "# ") {
			title := strings.TrimSpace(heading[2:])
			to, ok := sections[title]
			switch {
			case ok:
				at = to
			case l.Title == "" && at == nil:
				l.Title = title
			default:
				return fmt.Errorf("there is no section %q; a lesson has Goal, Look, Predict, Claims, Reveal, Do and Hints", title)
			}
			block = strings.TrimSpace(rest)
		}
		switch {
		case block == "":
		case at != nil && strings.HasPrefix(block, "- "):
			*at = append(*at, items(block)...)
		case at != nil:
			*at = append(*at, words(block))
		case l.Title == "":
			l.Title = words(block)
		default:
			return fmt.Errorf("%q stands above the first section", words(block))
		}
	}
	for _, name := range []string{"Goal", "Look", "Predict", "Reveal", "Do", "Hints"} {
		if len(*sections[name]) == 0 {
			return fmt.Errorf("the section %s is missing or empty", name)
		}
	}
	if l.Title == "" {
		return fmt.Errorf("the title is missing; it stands above the sections")
	}
	return l.readClaims(*sections["Claims"])
}

// items gives the items of a list, each of which may run over several lines.
func items(block string) []string {
	var all []string
	for item := range strings.SplitSeq("\n"+block, "\n- ") {
		if item = words(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}

// words joins the lines of a paragraph.
func words(block string) string { return strings.Join(strings.Fields(block), " ") }

func (l *Lesson) readClaims(lines []string) error {
	for _, line := range lines {
		answer, rest, _ := strings.Cut(line, ": ")
		text, because, ok := strings.Cut(rest, " | ")
		c := Claim{Text: text, Because: because, Answer: Answer(answer)}
		if !ok || c.Answer != True && c.Answer != False && c.Answer != Depends {
			return fmt.Errorf("the claim %q is not written as %q", line, "- false: What is claimed. | Why it is not so.")
		}
		l.Claims = append(l.Claims, c)
	}
	return nil
}

func (l *Lesson) readRules(text string) error {
	for line := range strings.Lines(text) {
		line = words(line)
		fields := strings.Fields(line)
		switch {
		case line == "":
		case line == "cells not listed must not change":
			l.Rules.OthersUnchanged = true
		case line == "the manifests may be edited":
			l.Rules.WorldMayChange = true
		case line == "no warnings":
			l.Rules.NoWarnings = true
		case len(fields) == 3 && fields[0] == "policy" && fields[2] == "unchanged":
			l.Rules.Unchanged = append(l.Rules.Unchanged, fields[1])
		case len(fields) == 4 && fields[0] == "at" && fields[1] == "most" && strings.HasPrefix(fields[3], "polic"):
			n, err := strconv.Atoi(fields[2])
			if err != nil || n < 1 {
				return fmt.Errorf("the rule %q needs a number of policies", line)
			}
			l.Rules.MostPolicies = n
		default:
			return fmt.Errorf("the rule %q is not known; there are “policy NAMESPACE/NAME unchanged”, “at most N policies”, “cells not listed must not change”, “the manifests may be edited” and “no warnings”", line)
		}
	}
	return nil
}
