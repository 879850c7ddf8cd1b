package diagram_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
)

var update = flag.Bool("update", false, "rewrite the sequences in testdata")

// TestSequences draws the paths of testdata/sequences.txtar: bundles, each followed by
// a section of lines "> PATH" or "> PATH | PORT", where the path "-" is the one that is
// chosen where nobody asks.
func TestSequences(t *testing.T) {
	const file = "testdata/sequences.txtar"
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	stale := false
	for i := 0; i+1 < len(archive.Files); i += 2 {
		m := evaluated(t, archive.Files[i])
		section := &archive.Files[i+1]
		var b strings.Builder
		for line := range strings.Lines(string(section.Data)) {
			if question, ok := strings.CutPrefix(line, "> "); ok {
				b.WriteString(line + told(t, m, strings.Split(strings.TrimSpace(question), " | ")))
			}
		}
		switch diff := cmp.Diff(string(section.Data), b.String()); {
		case diff == "":
		case *update:
			section.Data, stale = []byte(b.String()), true
		default:
			t.Errorf("%s, %s (-want +got):\n%s\nTo accept: go test ./internal/diagram -run TestSequences -update", file, section.Name, diff)
		}
	}
	if stale {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func evaluated(t *testing.T, f txtar.File) *reach.Matrix {
	t.Helper()
	report, err := analysis.Run([]manifest.Source{{Name: f.Name, Data: f.Data}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.Matrix
}

// told gives a sequence as text, and holds every step to the matrix.
func told(t *testing.T, m *reach.Matrix, words []string) string {
	t.Helper()
	var view diagram.SequenceView
	path := explain.Path{Entities: diagram.Chain(m)}
	if view.Chosen = words[0] == "-"; !view.Chosen {
		var err error
		if path, err = explain.FindPath(m.Cluster, words[0]); err != nil {
			return "error: " + err.Error() + "\n"
		}
	}
	if path.Entities == nil {
		return "no path\n"
	}
	view.Notes = path.Notes
	if len(words) > 1 {
		port, err := explain.ParsePort(words[1])
		if err != nil {
			t.Fatal(err)
		}
		view.Ports = port.Ports()
	}
	s := diagram.Follow(m, path.Entities, view)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", s.Subtitle)
	for i, x := range s.Steps {
		from, to := s.Actors[x.From], s.Actors[x.To]
		mark := map[bool]string{true: "(", false: " "}[x.Unreached]
		switch {
		case x.Answer:
			fmt.Fprintf(&b, "%s%s ..> %s\n", mark, from.Name, to.Name)
			continue
		case x.Ports.IsEmpty():
			fmt.Fprintf(&b, "%s%s --x %s%s: %s\n", mark, from.Name, to.Name, undefined(x), strings.Join(x.Reasons, "; "))
		default:
			fmt.Fprintf(&b, "%s%s --> %s%s: %s\n", mark, from.Name, to.Name, undefined(x), x.Label)
		}
		allowed := m.Ports(m.Cluster.Entity(from.ID), m.Cluster.Entity(to.ID))
		if len(words) > 1 && i == len(path.Entities)-2 {
			allowed = allowed.Intersect(view.Ports)
		}
		if x.Ports != allowed {
			t.Errorf("%s to %s: %s, and the matrix has %s", from.ID, to.ID, x.Ports, allowed)
		}
	}
	for _, n := range s.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

func undefined(x diagram.Step) string {
	if x.Undefined == "" {
		return ""
	}
	return " ? " + string(x.Undefined)
}

// A cluster in which everything may call everything on a port is the worst case: the
// longest path through it is not to be looked for.
func TestChainTakesLittleTime(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: shop, labels: {app: %q}}\nspec: {containers: [{name: c, image: i}]}\n", i, fmt.Sprint(i))
		fmt.Fprintf(&b, "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d, namespace: shop}\nspec: {podSelector: {matchLabels: {app: %q}}, ingress: [{from: [{podSelector: {}}], ports: [{port: %d}]}]}\n", i, fmt.Sprint(i), i+1)
	}
	m := evaluated(t, txtar.File{Name: "dense.yaml", Data: []byte(b.String())})
	began := time.Now()
	path := diagram.Chain(m)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("a chain took %v", took)
	}
	seen := map[string]bool{}
	for _, e := range path {
		if seen[e.ID] {
			t.Errorf("%s is twice on the path", e.ID)
		}
		seen[e.ID] = true
	}
	if len(path) < 100 {
		t.Errorf("the chain has %d actors", len(path))
	}
}
