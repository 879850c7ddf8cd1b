package gallery

import (
	"io/fs"
	"reflect"
	"testing"
)

// Every exercise that a pattern gives has something to do, and a solution that is right.
func TestEveryExerciseHasASolution(t *testing.T) {
	if names, err := fs.Glob(files, "exams/*.txtar"); err != nil || len(names) != len(Exams()) {
		t.Errorf("the folder has %d patterns, and %d are shown (%v)", len(names), len(Exams()), err)
	}
	for _, e := range Exams() {
		t.Run(e.Name, func(t *testing.T) {
			if place.MatchString(e.Title) {
				t.Errorf("the title %q has a place to fill in", e.Title)
			}
			texts := map[string]bool{}
			for seed := uint64(1); seed <= 60; seed++ {
				l := e.Exercise(seed)
				for _, problem := range l.Verify() {
					t.Fatalf("seed %d: %s\n%s%s", seed, problem, l.World, l.Solution)
				}
				if l.Title != e.Title || !reflect.DeepEqual(l.Goal, e.Goal) {
					t.Errorf("seed %d: title or goal differ: %s", seed, l.Title)
				}
				if again := e.Exercise(seed); again.World != l.World || again.Solution != l.Solution {
					t.Errorf("seed %d gives two exercises", seed)
				}
				texts[l.World] = true
			}
			if len(texts) < 57 {
				t.Errorf("60 seeds give only %d exercises", len(texts))
			}
		})
	}
}
