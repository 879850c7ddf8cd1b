package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// corpus gives the reports of every scenario of the corpus, by file.
func corpus(t *testing.T) map[string]*analysis.Report {
	t.Helper()
	files, err := filepath.Glob("../../testdata/corpus/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("the corpus was not found: %d files, %v", len(files), err)
	}
	reports := map[string]*analysis.Report{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var sources []manifest.Source
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".yaml") || strings.HasSuffix(f.Name, ".json") {
				sources = append(sources, manifest.Source{Name: f.Name, Data: f.Data})
			}
		}
		reports[filepath.Base(file)] = run(t, sources...)
	}
	return reports
}

func run(t testing.TB, sources ...manifest.Source) *analysis.Report {
	t.Helper()
	report, err := analysis.Run(sources, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// port is an interval of ports in an answer.
type port struct {
	Protocol      string
	Port, EndPort int
}

// answer is the part of netpolscope.matrix/v1 that says who may call whom.
type answer struct {
	Entities []struct {
		ID    string
		Class int
	}
	Connections []struct {
		From, To   int
		All        bool
		Ports      []port
		NamedPorts []string
		Undefined  string
	}
}

func TestMatrixJSONIsTheMatrix(t *testing.T) {
	for file, report := range corpus(t) {
		var out bytes.Buffer
		if err := export.MatrixJSON(&out, report.Matrix, report.Findings); err != nil {
			t.Fatal(err)
		}
		var got answer
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v\n%s", file, err, out.Bytes())
		}
		if nulls := strings.ReplaceAll(out.String(), `"fix":null`, ""); strings.Contains(nulls, ":null") {
			t.Errorf("%s: the answer has a null:\n%s", file, nulls)
		}
		c := report.Cluster
		if len(got.Entities) != len(c.Entities) {
			t.Fatalf("%s: %d entities, want %d", file, len(got.Entities), len(c.Entities))
		}
		for i, e := range c.Entities {
			if got.Entities[i].ID != e.ID || got.Entities[i].Class != e.Class.Index {
				t.Errorf("%s: entity %d is %v, want %s of class %d", file, i, got.Entities[i], e.ID, e.Class.Index)
			}
		}
		compareConnections(t, file, report.Matrix, got)
	}
}

func compareConnections(t *testing.T, file string, m *reach.Matrix, got answer) {
	t.Helper()
	next := 0
	for _, from := range m.Cluster.Classes {
		for _, to := range m.Cluster.Classes {
			cell := m.Cell(from, to)
			if cell.Ports.IsEmpty() {
				continue
			}
			if next == len(got.Connections) {
				t.Fatalf("%s: the connection %d to %d is missing", file, from.Index, to.Index)
			}
			g := got.Connections[next]
			next++
			want := []port{}
			for _, i := range cell.Ports.Intervals() {
				want = append(want, port{i.Protocol.String(), int(i.First), int(i.Last)})
			}
			names := []string{}
			for _, n := range cell.Ports.Names() {
				names = append(names, n.String())
			}
			if g.From != from.Index || g.To != to.Index || g.All != cell.Ports.IsAll() || g.Undefined != string(cell.Undefined) ||
				!slices.Equal(g.Ports, want) || !slices.Equal(g.NamedPorts, names) {
				t.Errorf("%s: got %v, want %d to %d with %s %s", file, g, from.Index, to.Index, cell.Ports, cell.Undefined)
			}
		}
	}
	if next != len(got.Connections) {
		t.Errorf("%s: %d connections too many", file, len(got.Connections)-next)
	}
}

// pairsOf reads a CSV as a reader that knows comments does, after one that does not has
// found it in order.
func pairsOf(t *testing.T, file string, out *bytes.Buffer) [][]string {
	t.Helper()
	plain := csv.NewReader(bytes.NewReader(out.Bytes()))
	if _, err := plain.ReadAll(); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	r := csv.NewReader(out)
	r.Comment = '#'
	got, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return got
}

func TestCSVHasEveryPairOfEntities(t *testing.T) {
	for file, report := range corpus(t) {
		m := report.Matrix
		var out bytes.Buffer
		if err := export.CSV(&out, m, export.ByEntity); err != nil {
			t.Fatal(err)
		}
		got := pairsOf(t, file, &out)
		want := [][]string{{"from", "to", "ports"}}
		for _, from := range m.Cluster.Entities {
			for _, to := range m.Cluster.Entities {
				if ports := m.Ports(from, to); !ports.IsEmpty() && (from != to || from.Several()) {
					want = append(want, []string{from.ID, to.ID, ports.String()})
				}
			}
		}
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
		}
	}
}

// TestNamespacesSumUpTheMatrix compares all, some and none with the pairs they are
// about, counted one by one.
func TestNamespacesSumUpTheMatrix(t *testing.T) {
	for file, report := range corpus(t) {
		var out bytes.Buffer
		if err := export.CSV(&out, report.Matrix, export.ByNamespace); err != nil {
			t.Fatal(err)
		}
		got := pairsOf(t, file, &out)
		if want := summed(report.Matrix); len(got)-1 != len(want) {
			t.Errorf("%s: %d lines, want %d", file, len(got)-1, len(want))
		} else {
			for _, line := range got[1:] {
				if want[[2]string{line[0], line[1]}] != line[2]+" "+line[3] {
					t.Errorf("%s: got %v, want %s", file, line, want[[2]string{line[0], line[1]}])
				}
			}
		}
	}
}

func summed(m *reach.Matrix) map[[2]string]string {
	name := func(e *model.Entity) string {
		if e.Namespace == nil {
			return e.ID
		}
		return e.Namespace.Name
	}
	type sum struct {
		pairs, some, all int
		ports            netset.Ports
	}
	sums := map[[2]string]*sum{}
	for _, from := range m.Cluster.Entities {
		for _, to := range m.Cluster.Entities {
			if !from.IsPod() && !to.IsPod() || from == to && !from.Several() {
				continue
			}
			key := [2]string{name(from), name(to)}
			if sums[key] == nil {
				sums[key] = &sum{}
			}
			s, ports := sums[key], m.Ports(from, to)
			s.pairs++
			s.ports = s.ports.Union(ports)
			if !ports.IsEmpty() {
				s.some++
			}
			if ports.IsAll() {
				s.all++
			}
		}
	}
	words := map[[2]string]string{}
	for key, s := range sums {
		word := "some"
		switch {
		case s.some == 0:
			word = "none"
		case s.all == s.pairs:
			word = "all"
		}
		words[key] = word + " " + s.ports.String()
	}
	return words
}

// many is a cluster of n pods that are n classes, each of which may call each.
func many(t testing.TB, n int) *reach.Matrix {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: shop, labels: {app: a%d}}\n---\n", i, i)
		fmt.Fprintf(&b, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d, namespace: shop}\n", i)
		fmt.Fprintf(&b, "spec:\n  podSelector: {matchLabels: {app: a%d}}\n  ingress: [{from: [{podSelector: {}}], ports: [{port: %d}]}]\n---\n", i, 1+i%7)
	}
	return run(t, manifest.Source{Name: "many.yaml", Data: []byte(b.String())}).Matrix
}

func TestMatrixJSONAllocatesNothingPerConnection(t *testing.T) {
	m := many(t, 150)
	connections := 0
	for range m.Connections() {
		connections++
	}
	if connections < 20_000 {
		t.Fatalf("only %d connections", connections)
	}
	whole := testing.AllocsPerRun(3, func() {
		if err := export.MatrixJSON(io.Discard, m, nil); err != nil {
			t.Fatal(err)
		}
	})
	if limit := float64(connections) / 2; whole > limit {
		t.Errorf("%.0f allocations for %d connections, want less than %.0f", whole, connections, limit)
	}
}

func TestWriteErrorsAreReported(t *testing.T) {
	m := many(t, 3)
	full := errorWriter{}
	for name, write := range map[string]func() error{
		"json":       func() error { return export.MatrixJSON(full, m, nil) },
		"csv":        func() error { return export.CSV(full, m, export.ByEntity) },
		"table":      func() error { return export.Table(full, m, export.ByEntity) },
		"wide":       func() error { return export.Wide(full, m, export.ByEntity) },
		"markdown":   func() error { return export.Markdown(full, m, export.ByEntity) },
		"namespaces": func() error { return export.Table(full, m, export.ByNamespace) },
		"lint":       func() error { return export.LintJSON(full, nil) },
		"lint text":  func() error { return export.LintText(full, nil) },
	} {
		if err := write(); err == nil {
			t.Errorf("%s: a full disk goes unnoticed", name)
		}
	}
}

type errorWriter struct{}

func (errorWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func BenchmarkMatrixJSON(b *testing.B) {
	m := many(b, 500)
	var size countingWriter
	if err := export.MatrixJSON(&size, m, nil); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if err := export.MatrixJSON(io.Discard, m, nil); err != nil {
			b.Fatal(err)
		}
	}
}

type countingWriter int

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}

// TestMermaidSaysEveryArrow reads the flowcharts of the corpus by their lines: each
// node is written once, each arrow runs between two of them, and there are as many
// arrows as the picture has.
func TestMermaidSaysEveryArrow(t *testing.T) {
	node := regexp.MustCompile(`^ *([nhx][0-9]+)(?:\[|\(|\{)`)
	arrow := regexp.MustCompile(`^  ([nhx][0-9]+) (?:-->|==>|-\.->|-\.-x)\|"[^"]*"\| ([nhx][0-9]+)$`)
	other := regexp.MustCompile(`^(flowchart LR| *subgraph f[0-9]+\["[^"]*"\]| *end| *style [fn][0-9]+ stroke-dasharray: 5 5|  notes\["[^"]*"\]|  style notes fill:none,stroke:none)$`)
	arrows := 0
	for file, report := range corpus(t) {
		d := diagram.Build(report.Matrix, diagram.View{})
		var out bytes.Buffer
		if err := export.Mermaid(&out, d); err != nil {
			t.Fatal(err)
		}
		known, drawn := map[string]bool{}, 0
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			switch a, n := arrow.FindStringSubmatch(line), node.FindStringSubmatch(line); {
			case a != nil:
				drawn++
				if !known[a[1]] || !known[a[2]] {
					t.Errorf("%s: an arrow from or to nowhere: %s", file, line)
				}
			case n != nil:
				if known[n[1]] {
					t.Errorf("%s: %s is written twice", file, n[1])
				}
				known[n[1]] = true
			case !other.MatchString(line):
				t.Errorf("%s: not a line of a flowchart: %s", file, line)
			}
		}
		if drawn != len(d.Edges) {
			t.Errorf("%s: %d arrows of %d", file, drawn, len(d.Edges))
		}
		arrows += drawn
	}
	if arrows < 100 {
		t.Errorf("only %d arrows in the whole corpus", arrows)
	}
}
