package lesson

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// textFile is the name that a lesson's words have in a folder. In an archive they stand
// above the first file.
const textFile = "lesson.md"

// part is one file of a lesson. Above is how many lines stand before it in the archive
// that it is of.
type part struct {
	text  string
	above int
}

// Parse reads a lesson that is one txtar archive. Above the files stands its title, and
// below it the sections of its words. The error is of type Problems.
func Parse(name string, data []byte) (*Lesson, error) { return parse(name, data, false) }

// ParseForeign is Parse for a lesson of somebody whom nobody knows: where its words have
// a link, they have the address as text.
func ParseForeign(name string, data []byte) (*Lesson, error) { return parse(name, data, true) }

func parse(name string, data []byte, foreign bool) (*Lesson, error) {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	archive := txtar.Parse(data)
	given := map[string]part{textFile: {text: string(archive.Comment)}}
	above := bytes.Count(archive.Comment, []byte("\n"))
	var twice Problems
	for _, f := range archive.Files {
		above++ // the line with its name
		if _, again := given[f.Name]; again {
			twice = append(twice, Problem{f.Name, above, "the file is there twice; write it once"})
		}
		given[f.Name] = part{string(f.Data), above}
		above += bytes.Count(f.Data, []byte("\n"))
	}
	if len(twice) > 0 {
		return nil, twice
	}
	return read(name, given, foreign)
}

// Unpack gives the files of a lesson that is one txtar archive, by name.
func Unpack(data []byte) map[string]string {
	archive := txtar.Parse(data)
	files := map[string]string{textFile: string(archive.Comment)}
	for _, f := range archive.Files {
		files[f.Name] = string(f.Data)
	}
	return files
}

// Pack makes one txtar archive of the files of a lesson.
func Pack(files map[string]string) []byte {
	archive := txtar.Archive{Comment: []byte(files[textFile])}
	for _, name := range slices.Concat(needed, possible, second) {
		if text, ok := files[name]; ok {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	return txtar.Format(&archive)
}

// FromFiles reads a lesson whose files are given by name. The error is of type Problems.
func FromFiles(name string, files map[string]string) (*Lesson, error) {
	given := map[string]part{}
	for name, text := range files {
		given[name] = part{text: strings.ReplaceAll(text, "\r\n", "\n")}
	}
	return read(name, given, false)
}

// The files of a lesson, without its words.
var (
	needed   = []string{"world.yaml", "start.yaml", "solution.yaml", "predict.yaml", "expect.yaml"}
	possible = []string{"exercise.yaml", "bonus.yaml", "mark.yaml", "rules", "pictures", "steps", "variant"}
	second   = []string{"then-exercise.yaml", "then-solution.yaml", "then-expect.yaml", "then-bonus.yaml", "then-rules", "then-steps"}
)

// reading is a lesson that is being read.
type reading struct {
	given  map[string]part
	lesson *Lesson
	// foreign is set where links are to be text.
	foreign bool
	// broken is why it cannot be read.
	broken Problems
}

// say notes what is wrong and does no harm to the rest.
func (r *reading) say(file string, line int, format string, args ...any) {
	r.lesson.notes = append(r.lesson.notes, r.problem(file, line, format, args...))
}

// stop notes why the lesson cannot be read.
func (r *reading) stop(file string, line int, format string, args ...any) {
	r.broken = append(r.broken, r.problem(file, line, format, args...))
}

func (r *reading) problem(file string, line int, format string, args ...any) Problem {
	return Problem{file, r.given[file].above + line, fmt.Sprintf(format, args...)}
}

func read(name string, given map[string]part, foreign bool) (*Lesson, error) {
	l := &Lesson{Name: name, above: map[string]int{}}
	r := &reading{given: given, lesson: l, foreign: foreign}
	for name, p := range given {
		l.above[name] = p.above
	}
	r.readFiles()
	r.readWords()
	l.World, l.Start, l.Solution = given["world.yaml"].text, given["start.yaml"].text, given["solution.yaml"].text
	l.Exercise = l.Start
	if p, ok := given["exercise.yaml"]; ok {
		l.Exercise = p.text
	}
	for _, x := range []struct {
		file   string
		to     *[]Expectation
		single bool
	}{{"predict.yaml", &l.Cells, true}, {"expect.yaml", &l.Wanted, false}, {"bonus.yaml", &l.Bonus, false}, {"mark.yaml", &l.Needed, true}} {
		if p, ok := given[x.file]; ok {
			*x.to = r.readExpectations(x.file, p.text, x.single)
		}
	}
	l.Rules = r.readRules("rules")
	r.readPictures()
	l.Steps = r.readSteps("steps", l.Exercise)
	r.readThen()
	if len(r.broken) > 0 {
		slices.SortStableFunc(r.broken, func(a, b Problem) int { return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line) })
		return nil, r.broken
	}
	return l, nil
}

func (r *reading) readFiles() {
	for _, name := range needed {
		if _, ok := r.given[name]; !ok {
			r.broken = append(r.broken, Problem{File: name, Text: "the file is missing; a lesson has at least " + list(append([]string{textFile}, needed...))})
		}
	}
	for name := range r.given {
		if name != textFile && !contains(slices.Concat(needed, possible, second), name) {
			r.broken = append(r.broken, Problem{name, r.given[name].above, "a lesson has no such file; " + nearest(name, slices.Concat([]string{textFile}, needed, possible, second), "write ", "its files are ")})
		}
	}
}

func (r *reading) readRules(file string) (rules Rules) {
	at := 0
	for line := range strings.Lines(r.given[file].text) {
		at++
		fields := strings.Fields(line)
		switch line = strings.Join(fields, " "); {
		case line == "":
		case line == "cells not listed must not change":
			rules.OthersUnchanged = true
		case line == "the manifests may be edited":
			rules.WorldMayChange = true
		case line == "no warnings":
			rules.NoWarnings = true
		case line == "nothing open that the solution closes":
			rules.FullScore = true
		case line == "ports by name":
			rules.PortsByName = true
		case len(fields) == 3 && fields[0] == "policy" && fields[2] == "unchanged":
			rules.Unchanged = append(rules.Unchanged, fields[1])
		case len(fields) == 4 && fields[0] == "at" && fields[1] == "most" && strings.HasPrefix(fields[3], "polic"):
			n, err := strconv.Atoi(fields[2])
			if err != nil || n < 1 {
				r.stop(file, at, "the rule %q needs a number of policies", line)
			}
			rules.MostPolicies = n
		default:
			r.stop(file, at, "the rule %q is not known; there are “policy NAMESPACE/NAME unchanged”, “at most N policies”, “cells not listed must not change”, “the manifests may be edited”, “ports by name”, “nothing open that the solution closes” and “no warnings”", line)
		}
	}
	return rules
}

// readPictures reads lines like "ladder", "reveal ladder" and "do ladder".
func (r *reading) readPictures() {
	at := 0
	for line := range strings.Lines(r.given["pictures"].text) {
		at++
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		p := Picture{Kind: fields[len(fields)-1], Reveal: fields[0] != "do", Do: fields[0] != "reveal"}
		if !contains(Kinds, p.Kind) || len(fields) > 2 || len(fields) == 2 && fields[0] != "do" && fields[0] != "reveal" {
			r.stop("pictures", at, "%q is no picture; a line is one of %s, with reveal or do before it where it is for one step", strings.TrimSpace(line), list(Kinds))
			continue
		}
		r.lesson.Pictures = append(r.lesson.Pictures, p)
	}
}

func contains(list []string, name string) bool { return slices.Contains(list, name) }

// list joins names as a sentence does.
func list(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
