package diagram_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/model"
)

// A line of DOT is made of our words, numbers and quoted strings.
var dotLine = regexp.MustCompile(`^\s*(//.*|\}|digraph netpolscope \{|subgraph cluster_\d+ \{|(?:"(?:[^"\\\n]|\\.)*"|[a-z=A-Z_:,0-9\[\]>-]|\s)+)$`)

func TestDOT(t *testing.T) {
	for seed := range uint64(60) {
		m := build(t, seed, 9, 6, model.ExposureAuto)
		d := diagram.Build(m, diagram.View{Title: "a \"title\\\" \n with [x=y]; }"})
		dot := d.DOT()
		arrows := 0
		for _, line := range strings.Split(strings.TrimSpace(dot), "\n") {
			if !dotLine.MatchString(line) {
				t.Fatalf("bundle %d: a strange line: %s", seed, line)
			}
			if strings.Contains(line, `" -> "`) {
				arrows++
			}
		}
		for _, e := range d.Edges {
			if e.Place == diagram.Arrow {
				arrows--
			}
		}
		if arrows != 0 {
			t.Errorf("bundle %d: %d arrows too many or few\n%s", seed, arrows, dot)
		}
		if strings.Count(dot, "{") < strings.Count(dot, "subgraph")+1 {
			t.Errorf("bundle %d: braces do not match", seed)
		}
	}
}
