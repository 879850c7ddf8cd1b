package lesson

import (
	"regexp"
	"strings"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

// Step is one repair on the way from what the learner begins with to a text that is
// right. The first step changes nothing.
type Step struct {
	Title string
	// Answer is what kubectl and the API server say of Text; empty where nothing is to
	// be said.
	Answer string
	Note   markdown.Text
	// Was and Is are the lines that the step replaces, and those in their place.
	Was, Is []string
	// Text is the learner's text after the step.
	Text string
	// fault finds in a text what the step repairs; missing turns it round.
	fault   *regexp.Regexp
	missing bool
	broken  bool // fault cannot be read
}

// Left reports whether a text still has the fault that the step repairs.
func (s *Step) Left(text string) bool {
	return s.fault != nil && s.fault.MatchString(text) != s.missing
}

// FaultsLeft counts the faults of the lesson's text that are still in a text, and those
// that it had.
func (l *Lesson) FaultsLeft(text string) (left, all int) {
	for i := range l.Steps {
		s := &l.Steps[i]
		if s.fault == nil {
			continue
		}
		all++
		if s.Left(text) {
			left++
		}
	}
	return left, all
}

// readSteps reads the repairs of a text, one after the other. Each begins with a line
// "# Title"; "- " and "+ " stand before lines that go and come, "> " before what the server
// answers, and "? " before a regular expression that finds the fault, "?! " where it finds
// the fault repaired. Everything else is words.
func (r *reading) readSteps(file, text string) (steps []Step) {
	var note strings.Builder
	at, begun := 0, 0
	end := func() {
		if len(steps) == 0 {
			return
		}
		s := &steps[len(steps)-1]
		if s.Note, _ = markdown.Parse(note.String()); r.foreign {
			s.Note = s.Note.Unlinked()
		}
		note.Reset()
		was, is := joined(s.Was), joined(s.Is)
		if was != "" && !strings.Contains("\n"+text, "\n"+was) {
			r.stop(file, begun, "the step takes out lines that are not in the text")
			return
		}
		if was != "" {
			text = strings.Replace("\n"+text, "\n"+was, "\n"+is, 1)[1:]
		}
		s.Text = text
	}
	for line := range strings.Lines(r.given[file].text) {
		at++
		line = strings.TrimRight(line, "\n")
		if title, ok := strings.CutPrefix(line, "# "); ok {
			end()
			begun = at
			steps = append(steps, Step{Title: strings.TrimSpace(title)})
		} else if len(steps) == 0 && line != "" {
			r.stop(file, at, "a step begins with a line “# Title”")
		} else if len(steps) > 0 && !steps[len(steps)-1].read(line) {
			note.WriteString(line + "\n")
		}
		if len(steps) > 0 && steps[len(steps)-1].broken {
			r.stop(file, at, "this is no regular expression")
			steps[len(steps)-1].broken = false
		}
	}
	end()
	return steps
}

// read takes a line that is no words.
func (s *Step) read(line string) bool {
	mark, rest, _ := strings.Cut(line, " ")
	switch mark {
	case "-":
		s.Was = append(s.Was, rest)
	case "+":
		s.Is = append(s.Is, rest)
	case ">":
		s.Answer = strings.TrimSpace(s.Answer + " " + rest)
	case "?", "?!":
		fault, err := regexp.Compile("(?m)" + rest)
		s.fault, s.missing, s.broken = fault, mark == "?!", err != nil
	default:
		return false
	}
	return true
}

func joined(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// steps notes where the steps do not lead from the start to what is right, one fault after
// the other.
func (v *verification) steps() {
	start, faults := v.Began(), 0
	for i := range v.Steps {
		if v.Steps[i].fault != nil {
			faults++
		}
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		if s.fault != nil {
			faults--
		}
		if left, _ := v.FaultsLeft(s.Text); left != faults {
			v.say("steps", 0, "after %q %d faults are found, and there should be %d", s.Title, left, faults)
		}
		result := v.Grade(start, v.run(s.Text))
		if last := i == len(v.Steps)-1; result.Passed() && !last {
			v.say("steps", 0, "after %q all is right already, so that the steps behind it repair nothing", s.Title)
		} else if last && !result.Passed() {
			v.say("steps", 0, "after the last step the exercise is not done")
		}
	}
}
