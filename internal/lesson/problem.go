package lesson

import (
	"fmt"
	"strings"
)

// Problem is something that is wrong with a lesson.
type Problem struct {
	// File is the part of the lesson, "expect.yaml".
	File string
	// Line is where it stands: in the archive, where the lesson is one, else in File. 0 is
	// the whole.
	Line int
	// Text says what is so and what to write instead.
	Text string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// Problems is the error of a lesson that cannot be read.
type Problems []Problem

func (p Problems) Error() string {
	texts := make([]string, len(p))
	for i, x := range p {
		texts[i] = x.String()
	}
	return strings.Join(texts, "\n")
}
