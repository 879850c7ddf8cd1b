package lesson

import (
	"testing"
)

// Every lesson of the course holds: each of its cells is as its files say, at the start
// and with the solution, and the solution has no error.
func TestCourseHolds(t *testing.T) {
	probes := 0
	for _, l := range Course() {
		for _, text := range l.Verify() {
			t.Errorf("%s: %s", l.Name, text)
		}
		probes += len(l.Cells) + len(l.Wanted)
		if l.Then != nil && len(l.Then.Wanted) == 0 {
			t.Errorf("%s: the second exercise expects nothing", l.Name)
		}
	}
	if len(Course()) != 16 || probes != 160 {
		t.Errorf("the course has %d lessons with %d cells; want 16 with 160", len(Course()), probes)
	}
}
