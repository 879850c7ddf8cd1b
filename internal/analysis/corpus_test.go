package analysis_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/policy"
	"github.com/netpolscope/netpolscope/internal/reach"
)

var update = flag.Bool("update", false, "rewrite the expected sections of the corpus")

const corpus = "../../testdata/corpus"

// TestCorpus evaluates every scenario of testdata/corpus. A scenario is a txtar file:
// its comment is the sentence it shows; files ending in .yaml or .json are the
// bundle; a section "reach" lists every pair of entities with its ports, a section
// "findings" what is found in the text, its fields and values (a missing namespace left
// out, since most scenarios need none), a section "lint" what the
// policies mean and what they make of the bundle (NP4xx and above), a section "notes"
// every note, a section "doors" where Services and Ingresses lead, a section "answers"
// the explanations of the questions on its lines that begin with ">". A section that is
// not there is not compared, but reach must be. Some scenarios are cards of package gallery and
// live there; here is a link to each.
func TestCorpus(t *testing.T) {
	scenarios(t, corpus, true)
}

// scenarios evaluates every scenario of a folder.
func scenarios(t *testing.T, folder string, needReach bool) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario in %s: %v", folder, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Comment) == 0 {
				t.Error("the scenario does not say what it shows")
			}
			var sources []manifest.Source
			sections := map[string]int{}
			for i, f := range archive.Files {
				if strings.HasSuffix(f.Name, ".yaml") || strings.HasSuffix(f.Name, ".json") {
					sources = append(sources, manifest.Source{Name: f.Name, Data: f.Data})
				} else {
					sections[f.Name] = i
				}
			}
			report, err := analysis.Run(sources, analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := sections["reach"]; !ok && needReach {
				t.Error("the scenario has no section reach")
			}
			changed := false
			for name, i := range sections {
				var got string
				switch name {
				case "expectations", "codes", "before": // of a card of the gallery, which holds them
					continue
				case "reach":
					got = reachSection(report.Matrix)
				case "findings":
					got = findingsSection(report, func(c diag.Code) bool { return c < "NP4" && c != diag.NoNamespace })
				case "lint":
					got = findingsSection(report, func(c diag.Code) bool { return c >= "NP4" })
				case "notes":
					got = notesSection(report.Matrix)
				case "doors":
					got = doorsSection(report.Matrix.Cluster)
				case "answers":
					got = answersSection(t, report, string(archive.Files[i].Data))
				default:
					t.Errorf("no stage is called %q", name)
					continue
				}
				if diff := cmp.Diff(string(archive.Files[i].Data), got); diff != "" && *update {
					archive.Files[i].Data = []byte(got)
					changed = true
				} else if diff != "" {
					t.Errorf("section %s (-want +got, go test ./internal/analysis -run %s -update accepts):\n%s", name, t.Name(), diff)
				}
			}
			if changed {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// reachSection lists every pair of entities that is a question.
func reachSection(m *reach.Matrix) string {
	var b strings.Builder
	for _, from := range m.Cluster.Entities {
		for _, to := range m.Cluster.Entities {
			if !from.IsPod() && !to.IsPod() || from == to && !from.Several() {
				continue
			}
			flow := m.Flow(from, to)
			ports := flow.Ports.String()
			if ports == "" {
				ports = "none"
			}
			fmt.Fprintf(&b, "%s -> %s: %s", from.ID, to.ID, ports)
			if flow.Ports.IsEmpty() {
				if flow.Egress.Ports.IsEmpty() {
					fmt.Fprintf(&b, "  leaving: %s", isolators(flow.Egress))
				}
				if flow.Ingress.Ports.IsEmpty() {
					fmt.Fprintf(&b, "  entering: %s", isolators(flow.Ingress))
				}
			}
			if flow.Undefined != "" {
				fmt.Fprintf(&b, "  undefined: %s", flow.Undefined)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func isolators(d policy.Decision) string {
	var ids []string
	for _, p := range d.IsolatedBy {
		ids = append(ids, p.ID)
	}
	return strings.Join(ids, " ")
}

// answersSection answers the questions of a section: FROM | TO, and perhaps a port.
func answersSection(t *testing.T, r *analysis.Report, section string) string {
	var b strings.Builder
	for line := range strings.Lines(section) {
		question, ok := strings.CutPrefix(line, "> ")
		if !ok {
			continue
		}
		words := strings.Split(strings.TrimSpace(question), " | ")
		var port *explain.Port
		if len(words) > 2 {
			p, err := explain.ParsePort(words[2])
			if err != nil {
				t.Fatal(err)
			}
			port = &p
		}
		e, err := r.Explain(words[0], words[1], port)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(line + e.Text() + "\n")
	}
	return b.String()
}

func findingsSection(r *analysis.Report, about func(diag.Code) bool) string {
	var b strings.Builder
	for _, f := range r.Judged() {
		if !about(f.Code) {
			continue
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s %s", f.Range.File, f.Range.Start.Line, f.Range.Start.Column, f.Severity, f.Code)
		if f.Field != "" {
			fmt.Fprintf(&b, " %s", f.Field)
		}
		fmt.Fprintf(&b, ": %s\n", f.Summary)
	}
	return b.String()
}

func notesSection(m *reach.Matrix) string {
	var b strings.Builder
	for _, n := range m.Notes() {
		fmt.Fprintf(&b, "%s %s: %s\n", n.Reason, n.Entity, n.Text)
	}
	return b.String()
}

// doorsSection lists every port of every Service with the pods' ports that it leads to,
// and every backend of every Ingress. Numbers after @ are lines.
func doorsSection(c *model.Cluster) string {
	var b strings.Builder
	line := func(l diag.Locator, field string) int { return l.Locate(field).Start.Line }
	for _, s := range c.Services {
		fmt.Fprintf(&b, "%s @%d: %s", s.ID, line(s.Source, ""), s.Type)
		for _, fact := range []struct {
			is   bool
			word string
		}{
			{s.Headless, "headless"}, {s.LocalTraffic, "local"}, {!s.Selecting, "no selector"}, {s.ExternalName != "", s.ExternalName},
		} {
			if fact.is {
				fmt.Fprintf(&b, ", %s", fact.word)
			}
		}
		for _, a := range s.Addrs {
			fmt.Fprintf(&b, ", %s", a)
		}
		b.WriteByte('\n')
		for _, p := range s.Ports {
			fmt.Fprintf(&b, "  %d/%s @%d", p.Port, p.Protocol, line(s.Source, fmt.Sprintf("spec.ports[%d].port", p.Index)))
			if p.NodePort != 0 {
				fmt.Fprintf(&b, " on nodes %d", p.NodePort)
			}
			for _, e := range s.Entities {
				port, ok := p.On(e)
				if !ok {
					fmt.Fprintf(&b, " -> nothing on %s", e.ID)
					continue
				}
				fmt.Fprintf(&b, " -> %s:%d", e.ID, port)
			}
			b.WriteByte('\n')
		}
	}
	for _, in := range c.Ingresses {
		fmt.Fprintf(&b, "%s @%d: class %q\n", in.ID, line(in.Source, ""), in.Class)
		for _, to := range in.Backends {
			fmt.Fprintf(&b, "  %q %q @%d -> %s", to.Host, to.Path, line(in.Source, to.Field), to.ServiceName)
			switch {
			case to.Service == nil:
				b.WriteString(", not in the bundle")
			case to.Port == nil:
				fmt.Fprintf(&b, ", no port %d%s", to.PortNumber, to.PortName)
			default:
				fmt.Fprintf(&b, ":%d", to.Port.Port)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
