// Package lesson holds what is taught: lessons as text files, and the grader of their
// exercises.
//
// A lesson is one txtar archive, or a folder with the same files. It takes the text that
// a learner wrote and the report about it, and says which of the lesson's expectations
// hold, and why the others do not. It never says how to make them hold: whatever has
// the right effect is right, and the solution is one of many. How a lesson looks is
// settled elsewhere.
package lesson

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/markdown"
)

// Lesson is look, predict, reveal and do.
type Lesson struct {
	// Name is the last part of the lesson's address and the name of its file: "06-and-or".
	Name, Title                     string
	Goal, Look, Predict, Reveal, Do markdown.Text
	// Claims are sentences that the learner takes for true or not.
	Claims []Claim
	Hints  []markdown.Text
	// World is what the policies are about: namespaces, pods, Services. The other three
	// come beside it: what is looked at, what the learner begins with, and one text that
	// is right.
	World, Start, Exercise, Solution string
	// Cells are the connections to predict, as they are with Start.
	Cells []Expectation
	// Wanted is what a right text allows and blocks; Bonus is for those who want more.
	Wanted, Bonus []Expectation
	// Needed is set where the exercise is to mark connections: those that are expected
	// to be allowed are the ones to mark. Nothing is to be written then.
	Needed []Expectation
	Rules  Rules
	// Pictures are shown beside the diagram of the cluster.
	Pictures []Picture
	// Steps lead from Exercise to a text that is right, one repair after the other.
	Steps []Step
	// Then is a second exercise about the same world, nil where there is none.
	Then *Lesson

	// notes is what was written and is not shown as it was meant.
	notes []Problem
	// above is how many lines stand before a file in the archive.
	above map[string]int
}

// Picture is one of Kinds, and the steps that it is shown at.
type Picture struct {
	Kind       string
	Reveal, Do bool
}

// Kinds are the pictures that a lesson may ask for.
var Kinds = []string{
	"addresses", "answered", "differences", "gates", "growth", "ignored", "labels", "ladder", "layers", "log", "marks", "name",
	"plugins", "ports", "relay", "running", "score", "sets", "stored", "versions",
}

// Claim is a sentence about the subject, with what is so.
type Claim struct {
	Text, Because markdown.Text
	Answer        Answer
}

// Answer is what is so about a claim.
type Answer string

const (
	True    Answer = "true"
	False   Answer = "false"
	Depends Answer = "depends"
)

// Rules are what an exercise asks for beside its expectations. The zero value asks for
// nothing, but that what is not a policy stays as it is.
type Rules struct {
	// Unchanged are policies that must stay as they were, "namespace/name".
	Unchanged []string
	// MostPolicies is how many there may be in the end; 0 is any number.
	MostPolicies int
	// OthersUnchanged is set where the cells that Wanted does not list must not change.
	OthersUnchanged bool
	// WorldMayChange is set where the manifests of the world may be edited too.
	WorldMayChange bool
	// PortsByName is set where rules must name ports by their names.
	PortsByName bool
	// FullScore is set where the Score must be full.
	FullScore bool
	// NoWarnings is set where warnings count as errors do.
	NoWarnings bool
}

// The names of a lesson's two texts in reports and pages.
const (
	WorldFile  = "world.yaml"
	PolicyFile = "policies.yaml"
)

//go:embed course
var files embed.FS

// Course gives the lessons that come with Netpolscope, in their order.
func Course() []*Lesson { return course() }

var course = sync.OnceValue(func() []*Lesson {
	var all []*Lesson
	names, err := fs.Glob(files, "course/*.txtar")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	slices.Sort(names)
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err) // an embedded file is there
		}
		l, err := Parse(strings.TrimSuffix(strings.TrimPrefix(name, "course/"), ".txtar"), data)
		if err != nil {
			panic(fmt.Sprintf("lesson: %v", err)) // a test reads them all
		}
		all = append(all, l)
	}
	return all
})

// Sources gives what is evaluated for a text of the learner's. An empty world is the
// lesson's own, as any is where it must not change.
func (l *Lesson) Sources(world, text string) []manifest.Source {
	if world == "" || !l.Rules.WorldMayChange {
		world = l.World
	}
	return []manifest.Source{{Name: WorldFile, Data: []byte(world)}, {Name: PolicyFile, Data: []byte(text)}}
}

// Bounded evaluates every text of the lesson within limits, and gives the error where one
// is breached. A lesson of somebody unknown is asked for it before anything else.
func (l *Lesson) Bounded(limits manifest.Limits) error {
	texts := []string{l.Start, l.Exercise, l.Solution}
	for i := range l.Steps {
		texts = append(texts, l.Steps[i].Text)
	}
	for _, text := range texts {
		if _, err := analysis.Run(l.Sources("", text), analysis.Options{Limits: limits}); err != nil {
			return err
		}
	}
	if l.Then != nil {
		return l.Then.Bounded(limits)
	}
	return nil
}

// run evaluates texts of a lesson, for which there are no limits.
func (l *Lesson) run(text string) *analysis.Report {
	report, err := analysis.Run(l.Sources("", text), analysis.Options{})
	if err != nil {
		panic(err) // without limits there is no error
	}
	return report
}
