package lesson

import (
	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Score counts connections beside those of the solution. What is the same with the solution
// as without any policy is not counted: no policy of the exercise is about it.
type Score struct {
	// Needed are the pairs that the solution lets something through for, and Open those
	// that nothing of it is missing for.
	Needed, Open int
	// Unneeded are the pairs that could do more without policies than with the solution,
	// and Closed those that can do no more than they need.
	Unneeded, Closed int
}

// Full reports whether nothing is missing and nothing is too open.
func (s Score) Full() bool { return s.Open == s.Needed && s.Closed == s.Unneeded }

// Solved evaluates the solution.
func (l *Lesson) Solved() *analysis.Report { return l.run(l.Solution) }

// Score judges a report by the solution's connections, whatever the text is.
func (l *Lesson) Score(report *analysis.Report) Score {
	solved, bare := l.Solved().Matrix, l.run("").Matrix
	var s Score
	beside := solved.Against(bare)
	for _, a := range solved.Cluster.Entities {
		for _, b := range solved.Cluster.Entities {
			is := solved.Ports(a, b)
			if was, known := beside.Was(a, b); known && was != is && !is.IsEmpty() {
				s.Needed++
			}
		}
	}
	s.Unneeded = reach.Compare(solved, bare).Opened
	change := reach.Compare(solved, report.Matrix)
	s.Open = max(0, s.Needed-change.Closed)
	s.Closed = max(0, s.Unneeded-change.Opened)
	return s
}
