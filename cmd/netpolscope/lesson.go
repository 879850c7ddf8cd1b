package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/lesson"
)

func newLesson(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lesson",
		Short: "Write lessons of your own, and check them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmd.Help(); err != nil {
				return err
			}
			return &exit{code: exitUsage}
		},
	}
	cmd.AddCommand(newLessonNew(name), newLessonCheck(name))
	return cmd
}

func newLessonNew(name string) *cobra.Command {
	return &cobra.Command{
		Use:   "new NAME.txtar|FOLDER",
		Short: "Write a lesson to begin with",
		Long: `Write a small lesson that holds, to be changed into yours: as one txtar file where the
name ends in .txtar, else as a folder of files. Nothing that is there is written over.
How a lesson is written stands at /learn/write of every server.`,
		Example: examples(name, `
netpolscope lesson new our-lessons/01-first.txtar
netpolscope lesson new our-lessons/02-second/`),
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			path := filepath.Clean(args[0])
			if err := writeSample(path); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s; check it with: %s lesson check %s\n", path, name, path)
			return err
		}),
	}
}

// writeSample writes the sample lesson as an archive or a folder.
func writeSample(path string) error {
	if strings.HasSuffix(path, ".txtar") {
		return writeNew(path, lesson.Sample())
	}
	if err := os.Mkdir(path, 0o777); err != nil {
		return err
	}
	for name, text := range lesson.Unpack([]byte(lesson.Sample())) {
		if err := writeNew(filepath.Join(path, name), text); err != nil {
			return err
		}
	}
	return nil
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func newLessonCheck(name string) *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE|FOLDER…",
		Short: "Tell whether lessons hold: the start, the solution and every expectation",
		Long: `Read lessons and tell whether they hold: each connection of predict.yaml is as it says
with start.yaml, neither what the learner begins with nor no policy at all is right
already, and solution.yaml fulfils expect.yaml and the rules without an error.

A lesson is a txtar file or a folder of files. In a txtar file the words stand above the
first file, in a folder in lesson.md: a title, and the sections "# Goal", "# Look",
"# Predict", "# Claims" (may be left out), "# Reveal", "# Do" and "# Hints" with Markdown
below them: paragraphs, headings from ##, lists, emphasis, code, tables, quotes and links.
HTML is shown as text, and pictures are not shown. A claim is a line "- false: What is
claimed. | Why it is not so." (or true, or depends), a hint a line that begins with a
dash. The files:

  world.yaml     namespaces, pods, Services
  start.yaml     the policies to look at, beside world.yaml
  exercise.yaml  what the learner begins with; left out: start.yaml
  solution.yaml  policies that are right; others with the same effect are as well
  predict.yaml   the connections to predict, as they are with start.yaml
  expect.yaml    what has to be so in the end
  bonus.yaml     what else is worth doing; may be left out
  mark.yaml      for an exercise of marking: expect: allowed is what to mark
  rules          what else is asked for, one a line: policy shop/deny unchanged,
                 at most 2 policies, cells not listed must not change,
                 the manifests may be edited, ports by name, no warnings,
                 nothing open that the solution closes
  pictures       what is drawn beside the cluster, one a line, with reveal or do before it
                 where it is for one step: addresses, answered, differences, gates,
                 growth, ignored, labels, ladder, layers, log, marks, name, plugins, ports,
                 relay, running, score, sets, stored, versions
  steps          the repairs one by one: "# Title", "- " and "+ " before lines that go and
                 come, "> " before what the API server answers, "? " before a regular
                 expression that finds the fault ("?! " where something is missing)
  then-…         a second exercise, with the sections "# Then" and "# Then hints":
                 then-exercise.yaml, then-solution.yaml, then-expect.yaml, then-bonus.yaml,
                 then-rules, then-steps; or variant, with the values that replace others
                 in the same exercise: 3306=27017 5000=3001

The expectations are written as for netpolscope check. serve --lessons teaches a folder
of lessons, in the order of their names. The exit code is 1 when one does not hold.
/learn/write of every server tells the same at length, with a lesson to begin with.`,
		Example: examples(name, `
netpolscope lesson check our-lessons/01-first.txtar
netpolscope lesson check our-lessons/01-first/ our-lessons/02-second/`),
		Args: cobra.MinimumNArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			wrong := false
			for _, path := range args {
				l, err := readLesson(path)
				var problems lesson.Problems
				if err != nil && !errors.As(err, &problems) {
					return err
				}
				if err == nil {
					problems = l.Verify()
				}
				wrong = wrong || len(problems) > 0
				if err := tellLesson(cmd.OutOrStdout(), path, l, problems); err != nil {
					return err
				}
			}
			if wrong {
				return &exit{code: exitFindings}
			}
			return nil
		}),
	}
}

// tellLesson says that a lesson holds, or what is wrong with it and where.
func tellLesson(out io.Writer, path string, l *lesson.Lesson, problems lesson.Problems) error {
	if len(problems) == 0 {
		_, err := fmt.Fprintf(out, "lesson %s holds: connections at the start: %d, in the end: %d\n", l.Name, len(l.Cells), len(l.Wanted))
		return err
	}
	for _, text := range placed(path, problems) {
		if _, err := fmt.Fprintln(out, text); err != nil {
			return err
		}
	}
	return nil
}

// placed gives problems with the place that an editor can go to.
func placed(path string, problems lesson.Problems) (all []string) {
	info, err := os.Stat(path)
	for _, p := range problems {
		place, text := filepath.ToSlash(filepath.Join(path, p.File)), p.Text
		if err == nil && !info.IsDir() {
			place, text = path, p.File+": "+text
		}
		if p.Line > 0 {
			place = fmt.Sprintf("%s:%d", place, p.Line)
		}
		all = append(all, place+": "+text)
	}
	return all
}

// readLesson reads a txtar file, or a folder with the files of one lesson. What is wrong
// with the lesson itself is an error of type lesson.Problems.
func readLesson(path string) (*lesson.Lesson, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(filepath.Clean(path)), ".txtar")
	if !info.IsDir() {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return lesson.Parse(name, data)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	given := map[string]string{}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(path, e.Name()))
		if err != nil {
			return nil, err
		}
		given[e.Name()] = string(data)
	}
	return lesson.FromFiles(name, given)
}

// readLessons reads every lesson of a folder, by name.
func readLessons(folder string) (all []*lesson.Lesson, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, l := range lesson.Course() {
		taken[l.Name] = true
	}
	for _, e := range entries {
		if !isLesson(folder, e) {
			continue
		}
		path := filepath.Join(folder, e.Name())
		l, err := readLesson(path)
		if problems := lesson.Problems(nil); errors.As(err, &problems) {
			return nil, errors.New(strings.Join(placed(path, problems), "\n"))
		} else if err != nil {
			return nil, err
		}
		if !addressable.MatchString(l.Name) || l.Name == "write" || l.Name == "share" {
			return nil, fmt.Errorf("the name of %s is a part of its address; give it one of letters, digits, dashes and dots, as 01-first, and not write or share", path)
		}
		if taken[l.Name] {
			return nil, fmt.Errorf("there is another lesson %s; lessons have different names", l.Name)
		}
		taken[l.Name] = true
		all = append(all, l)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no lesson: neither a txtar file nor a folder with lesson.md", folder)
	}
	slices.SortFunc(all, func(a, b *lesson.Lesson) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// addressable are the names that a lesson may have in an address.
var addressable = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func isLesson(folder string, e fs.DirEntry) bool {
	if !e.IsDir() {
		return strings.HasSuffix(e.Name(), ".txtar")
	}
	_, err := os.Stat(filepath.Join(folder, e.Name(), "lesson.md"))
	return err == nil
}
