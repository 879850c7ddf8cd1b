package explain_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata")

// TestAnswers asks the questions of testdata, the lines of an answers section that
// begin with ">": FROM TO and perhaps a port, and compares what follows them. A line
// that begins with "!" changes the options for the questions below.
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			answers := &archive.Files[1]
			if answers.Name != "answers" {
				t.Fatalf("the second section is %s, want answers", answers.Name)
			}
			got := answerAll(t, archive.Files[0], string(answers.Data))
			diff := cmp.Diff(string(answers.Data), got)
			switch {
			case diff == "":
			case *update:
				answers.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			default:
				t.Errorf("%s (-want +got):\n%s\nTo accept: go test ./internal/explain -run TestAnswers -update", file, diff)
			}
		})
	}
}

// optionsOf reads a line of options: cni=flannel or off=namespace/policy.
func optionsOf(t *testing.T, text string) analysis.Options {
	t.Helper()
	var o analysis.Options
	var err error
	switch name, value, _ := strings.Cut(text, "="); name {
	case "cni":
		o.Plugin, err = model.ParsePlugin(value)
	case "off":
		o.Off = make([]reach.Off, 1)
		o.Off[0], err = reach.ParseOff(value)
	default:
		t.Fatalf("%q is no option", text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func evaluate(t *testing.T, files ...txtar.File) *analysis.Report {
	t.Helper()
	return evaluateWith(t, analysis.Options{}, files...)
}

func evaluateWith(t *testing.T, o analysis.Options, files ...txtar.File) *analysis.Report {
	t.Helper()
	var sources []manifest.Source
	for _, f := range files {
		sources = append(sources, manifest.Source{Name: f.Name, Data: f.Data})
	}
	report, err := analysis.Run(sources, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// answerAll gives the questions of a section with their answers.
func answerAll(t *testing.T, bundle txtar.File, section string) string {
	r := evaluate(t, bundle)
	var b strings.Builder
	asked := 0
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "#") {
			b.WriteString("\n" + line)
		}
		if option, ok := strings.CutPrefix(line, "! "); ok {
			b.WriteString(line)
			r = evaluateWith(t, optionsOf(t, strings.TrimSpace(option)), bundle)
		}
		question, ok := strings.CutPrefix(line, "> ")
		if !ok {
			continue
		}
		asked++
		b.WriteString(line + answerOne(t, r, strings.Split(strings.TrimSpace(question), " | ")))
	}
	if asked == 0 {
		t.Error("the section asks nothing")
	}
	return strings.TrimPrefix(b.String(), "\n")
}

// answerOne gives the verdict and the text, and holds the verdict to the matrix.
func answerOne(t *testing.T, r *analysis.Report, words []string) string {
	var port *explain.Port
	if len(words) > 2 {
		p, err := explain.ParsePort(words[2])
		if err != nil {
			return err.Error() + "\n"
		}
		port = &p
	}
	e, err := r.Explain(words[0], words[1], port)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	m := r.Matrix
	if from, to := m.Cluster.Entity(e.From), m.Cluster.Entity(e.To); from != nil && to != nil && e.UndefinedReason != explain.OtherProtocol && e.Ports != m.Ports(from, to) {
		t.Errorf("%s to %s: the explanation has ports %q, the matrix %q", e.From, e.To, e.Ports, m.Ports(from, to))
	}
	return "[" + strings.TrimSpace(string(e.Verdict)+" "+e.UndefinedReason) + "]\n" + e.Text() + "\n"
}

// TestVerdictsAreTheMatrix asks about every pair of every case, with and without a
// port: an explanation never says anything else than the matrix.
func TestVerdictsAreTheMatrix(t *testing.T) {
	files, err := filepath.Glob("../../testdata/corpus/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	pairs := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := evaluate(t, manifests(archive)...).Matrix
		if len(m.Cluster.Entities) > 40 {
			continue
		}
		for _, from := range m.Cluster.Entities {
			for _, to := range m.Cluster.Entities {
				if !from.IsPod() && !to.IsPod() {
					continue
				}
				pairs++
				check(t, m, file, explain.Flow(m, from, to, nil))
				check(t, m, file, explain.Flow(m, from, to, &explain.Port{Number: 80}))
			}
		}
	}
	if pairs < 1000 {
		t.Errorf("only %d pairs were asked about; the corpus was not read", pairs)
	}
}

func manifests(archive *txtar.Archive) []txtar.File {
	var files []txtar.File
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".yaml") || strings.HasSuffix(f.Name, ".json") {
			files = append(files, f)
		}
	}
	return files
}

func check(t *testing.T, m *reach.Matrix, file string, e explain.Explanation) {
	t.Helper()
	from, to := m.Cluster.Entity(e.From), m.Cluster.Entity(e.To)
	ports := m.Ports(from, to)
	want := explain.Blocked
	switch {
	case e.Port == nil && ports.IsAll() || e.Port != nil && ports.Contains(e.Port.Protocol, e.Port.Number):
		want = explain.Allowed
	case e.Port == nil && !ports.IsEmpty():
		want = explain.Partly
	}
	if e.UndefinedReason == "" && e.Verdict != want {
		t.Errorf("%s: %s to %s on %v is %s, want %s", file, e.From, e.To, e.Port, e.Verdict, want)
	}
	if e.Headline == "" || strings.Contains(e.Text(), "%!") {
		t.Errorf("%s: %s to %s: bad text %q", file, e.From, e.To, e.Text())
	}
}
