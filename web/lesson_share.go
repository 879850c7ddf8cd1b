package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
)

// What a lesson in a link may have at most. Its words are read anew for each answer, and
// its connections are explained one by one.
const (
	mostLesson   = 128 << 10 // bytes
	mostWords    = 16 << 10  // bytes
	mostAsked    = 100       // connections to predict, and claims
	mostExpected = 200
	mostHints    = 30
	mostSteps    = 20
	mostPods     = 200
	mostPictures = 8
)

// lessonFile is the name of a lesson that is pasted into the form.
const lessonFile = "lesson.txtar"

func lessonOver(format string, args ...any) error {
	return &problem{status: http.StatusUnprocessableEntity, title: "The lesson is over a limit",
		detail: fmt.Sprintf(format, args...) + " A server of your own has no such limit: netpolscope serve --lessons."}
}

// sentLesson is a lesson that a request brings.
type sentLesson struct {
	files map[string]string
	// archive is set where it came as one.
	archive []byte
}

func (l sentLesson) read() (*lesson.Lesson, error) {
	if l.archive != nil {
		return lesson.Parse("shared", l.archive)
	}
	return lesson.FromFiles("shared", l.files)
}

// lessonOf finds the lesson that a request brings: an archive that was sent or pasted, or
// the files of a folder, which count before what was pasted.
func lessonOf(sources []manifest.Source) (l sentLesson, err error) {
	var sent []manifest.Source
	for _, x := range sources {
		if x.Name != lessonFile {
			sent = append(sent, x)
		}
	}
	if len(sent) == 0 {
		sent = sources
	}
	total := 0
	for _, x := range sent {
		total += len(x.Data)
		if isArchive(x.Data) || bytes.IndexByte(x.Data, 0) >= 0 || !utf8.Valid(x.Data) {
			return l, notText("A lesson is one txtar file, which is text, or its files one by one.")
		}
	}
	switch {
	case total > mostLesson:
		return l, &problem{status: http.StatusRequestEntityTooLarge, title: "The lesson is over a limit", detail: fmt.Sprintf("More than %s of text.", size(mostLesson))}
	case len(sent) == 1:
		return sentLesson{lesson.Unpack(sent[0].Data), sent[0].Data}, nil
	}
	l.files = map[string]string{}
	for _, x := range sent {
		if name := path.Base(x.Name); !strings.HasPrefix(name, ".") {
			l.files[name] = string(x.Data)
		}
	}
	return l, nil
}

// bundleParts are the files of a lesson that hold manifests.
var bundleParts = []string{"world.yaml", "start.yaml", "exercise.yaml", "solution.yaml", "then-exercise.yaml", "then-solution.yaml"}

// lessonDraft makes of a lesson what a link of it would keep: the words, the expectations
// and the rules as they are written, and of the manifests what is kept in every link. It
// has to hold before and after.
func (s *Server) lessonDraft(ctx context.Context, in submission) (draft, error) {
	var d draft
	sent, err := lessonOf(in.sources)
	if err != nil {
		return d, err
	}
	files := sent.files
	if len(files["lesson.md"]) > mostWords {
		return d, lessonOver("Its words have more than %s.", size(mostWords))
	}
	for _, name := range bundleParts {
		if err := s.keepPart(&d, name, files); err != nil {
			return d, err
		}
	}
	l, err := sent.read()
	if err := s.holds(l, err, ""); err != nil {
		return d, err
	}
	kept := maps.Clone(files)
	for _, f := range d.content.Files {
		kept[f.Name] = f.Text
	}
	d.content.Lesson = string(lesson.Pack(kept))
	l, err = lesson.Parse("shared", []byte(d.content.Lesson))
	why := fmt.Sprintf("A link keeps of manifests what the evaluation reads, and with that the lesson does not hold any more. It leaves out: %s. ",
		or(strings.Join(d.content.Dropped, ", "), "nothing"))
	if err := s.holds(l, err, why); err != nil {
		return d, err
	}
	d.content.Title = clipped(l.Title, mostTitle)
	d.content.Files = []permalink.File{{Name: lesson.WorldFile, Text: l.World}}
	if strings.TrimSpace(l.Start) != "" {
		d.content.Files = append(d.content.Files, permalink.File{Name: lesson.PolicyFile, Text: l.Start})
	}
	d.bytes = len(d.content.Lesson)
	return d, s.completeDraft(ctx, in, &d)
}

// keepPart reads one file of manifests within the limits, and puts down what is kept.
func (s *Server) keepPart(d *draft, name string, files map[string]string) error {
	text, ok := files[name]
	if !ok {
		return nil
	}
	bundle, err := manifest.Parse([]manifest.Source{{Name: name, Data: []byte(text)}}, s.config.Limits)
	if err != nil {
		return err
	}
	kept := permalink.Keep(bundle)
	d.rewritten += kept.Rewritten
	for _, x := range kept.Dropped {
		d.content.Dropped = append(d.content.Dropped, name+": "+x)
	}
	d.content.Files = append(d.content.Files, permalink.File{Name: name, Text: string(wholeText(kept.Files))})
	return nil
}

// holds demands of a lesson that it could be read, is within the limits and holds. Why
// stands in front of what is wrong.
func (s *Server) holds(l *lesson.Lesson, err error, why string) error {
	var problems lesson.Problems
	switch {
	case errors.As(err, &problems):
	case err != nil:
		return err
	default:
		if err := s.withinLesson(l); err != nil {
			return err
		}
		problems = l.Verify()
	}
	if len(problems) == 0 {
		return nil
	}
	return &problem{status: http.StatusUnprocessableEntity, title: "The lesson does not hold", lesson: problems,
		detail: why + counted(len(problems), "thing is", "things are") + " to be mended, the first one: " + problems[0].String()}
}

// withinLesson holds a lesson against the limits of those in links: counted first, and
// then evaluated.
func (s *Server) withinLesson(l *lesson.Lesson) error {
	asked, expected, hints, steps := len(l.Cells)+len(l.Claims), 0, 0, 0
	for x := l; x != nil; x = x.Then {
		expected += len(x.Wanted) + len(x.Bonus) + len(x.Needed)
		hints += len(x.Hints)
		steps += len(x.Steps)
	}
	for _, n := range []struct {
		is, most int
		of       string
	}{{asked, mostAsked, "questions"}, {expected, mostExpected, "expected connections"}, {hints, mostHints, "hints"}, {len(l.Pictures), mostPictures, "pictures"}, {steps, mostSteps, "steps"}} {
		if n.is > n.most {
			return lessonOver("It has %d %s, and %d are possible.", n.is, n.of, n.most)
		}
	}
	if err := l.Bounded(s.config.Limits); err != nil {
		return err
	}
	pods := 0
	for _, e := range l.Began().Cluster.Entities {
		if e.IsPod() {
			pods++
		}
	}
	if pods > mostPods {
		return lessonOver("It has %d pods and workloads, and %d are possible.", pods, mostPods)
	}
	return nil
}

// clipped cuts a text to a number of characters.
func clipped(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// keeps gives the texts that a link would keep.
func (d *draft) keeps() []permalink.File {
	if d.content.Lesson != "" {
		return []permalink.File{{Name: lessonFile, Text: d.content.Lesson}}
	}
	return d.content.Files
}
