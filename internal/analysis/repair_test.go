package analysis_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// faulty are bundles with a fault that has a remedy, two pods and a policy around it.
var faulty = map[string]string{
	"policy type in lower case": "spec:\n  podSelector: {matchLabels: {app: db}}\n  policyTypes: [ingress]\n  ingress:\n  - from:\n    - podSelector: {matchLabels: {app: web}}\n",
	"unknown field":             "spec:\n  podSelector: {matchLabels: {app: db}}\n  ingress:\n  - form:\n    - podSelector: {matchLabels: {app: web}}\n    ports:\n    - port: 5432\n",
	"to in an ingress rule":     "spec:\n  podSelector: {matchLabels: {app: db}}\n  ingress:\n  - to:\n    - podSelector: {matchLabels: {app: web}}\n",
	"port as text":              "spec:\n  podSelector: {matchLabels: {app: db}}\n  ingress:\n  - ports:\n    - port: \"5432\"\n",
	"label without matchLabels": "spec:\n  podSelector:\n    app: db\n  policyTypes: [Ingress]\n",
	"map for a list":            "spec:\n  podSelector: {matchLabels: {app: db}}\n  ingress:\n  - from:\n      podSelector: {matchLabels: {app: web}}\n",
}

const around = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: before, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: faulty, namespace: shop}
`

const behind = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: behind, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Egress]
`

func bundleOf(spec string) []manifest.Source {
	return []manifest.Source{{Name: "shop.yaml", Data: []byte(around + spec + behind)}}
}

func run(t *testing.T, sources []manifest.Source, o analysis.Options) *analysis.Report {
	t.Helper()
	r, err := analysis.Run(sources, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// answers writes a matrix down by entities.
func answers(m *reach.Matrix) string {
	var b strings.Builder
	for _, from := range m.Cluster.Entities {
		for _, to := range m.Cluster.Entities {
			if from.IsPod() || to.IsPod() {
				fmt.Fprintf(&b, "%s → %s: %s\n", from.ID, to.ID, m.Ports(from, to))
			}
		}
	}
	return b.String()
}

// A fault that is taken for repaired gives the answers of the text with its remedy carried
// out, at the places of the text as it is; what is beside it is the text as it is.
func TestRepairedIsRepaired(t *testing.T) {
	for name, spec := range faulty {
		t.Run(name, func(t *testing.T) {
			sources := bundleOf(spec)
			plain := run(t, sources, analysis.Options{})
			var repairs []analysis.Repair
			var edits []diag.Edit
			for _, f := range plain.Findings.AtLeast(diag.Error) {
				for _, r := range analysis.RepairOf(f) {
					if !r.Ignored {
						repairs, edits = append(repairs, r), append(edits, f.Fix.Edits...)
					}
				}
			}
			if len(repairs) == 0 {
				t.Fatalf("nothing can be repaired; findings: %v", plain.Findings)
			}
			mended, err := manifest.Apply(sources, edits)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range repairs {
				if again, err := analysis.ParseRepair(r.String()); err != nil || again != r {
					t.Errorf("%q is read as %+v, %v", r, again, err)
				}
			}
			assumed := run(t, sources, analysis.Options{Repaired: repairs})
			if got, want := answers(assumed.Matrix), answers(run(t, mended, analysis.Options{}).Matrix); got != want {
				t.Errorf("taken for repaired:\n%s\nrepaired:\n%s", got, want)
			}
			if !slices.EqualFunc(assumed.Findings, plain.Findings, func(a, b diag.Finding) bool { return a.Summary == b.Summary && a.Range == b.Range }) {
				t.Errorf("the findings are no longer about the text: %v", assumed.Findings)
			}
			for _, p := range assumed.Cluster.Policies {
				if !p.InForce {
					t.Errorf("%s is not in force", p.ID)
				}
				if got, want := p.Source.Locate("metadata.name"), plain.Cluster.Policy(p.ID).Source.Locate("metadata.name"); got != want {
					t.Errorf("%s is named at %v, the text has it at %v", p.ID, got, want)
				}
			}
			if base := assumed.Matrix.Base; base == nil {
				t.Error("there is nothing to compare with")
			} else {
				judgeBase(t, plain.Matrix, assumed.Matrix)
			}
			if len(assumed.Assumed) != len(repairs) || len(assumed.Cluster.Assumed) != len(repairs) {
				t.Errorf("%d repairs, and %v is assumed", len(repairs), assumed.Cluster.Assumed)
			}
		})
	}
}

// judgeBase holds what a matrix is compared with against what is so.
func judgeBase(t *testing.T, plain, m *reach.Matrix) {
	t.Helper()
	for _, from := range m.Cluster.Entities {
		for _, to := range m.Cluster.Entities {
			a, b := plain.Cluster.Entity(from.ID), plain.Cluster.Entity(to.ID)
			if a == nil || b == nil || !a.IsPod() && !b.IsPod() {
				continue
			}
			if was, known := m.Was(from, to); !known || was != plain.Ports(a, b) {
				t.Errorf("%s → %s was %q, and is compared with %q", a.ID, b.ID, plain.Ports(a, b), was)
			}
		}
	}
}

// A field that is taken for ignored gives the answers of the text without it.
func TestIgnoredIsIgnored(t *testing.T) {
	sources := bundleOf(faulty["unknown field"])
	assumed := run(t, sources, analysis.Options{Repaired: []analysis.Repair{{Code: diag.UnknownField, Object: "shop/faulty", Ignored: true}}})
	p := assumed.Cluster.Policy("shop/faulty")
	if p == nil || !p.InForce {
		t.Fatalf("the policy is not in force: %+v", p)
	}
	// Without `form` the rule has only its ports.
	web, db := assumed.Cluster.Entity("shop/Pod/web"), assumed.Cluster.Entity("shop/Pod/db")
	if got, want := assumed.Matrix.Ports(web, db), port(5432); got != want {
		t.Errorf("web may open %q on db, want %q", got, want)
	}
	if got := assumed.Matrix.Ports(assumed.Cluster.Entity("world"), db); got != port(5432) {
		t.Errorf("the world may open %q on db", got)
	}
	if c := assumed.Matrix.Changes(); c.Closed == 0 || c.Opened != 0 {
		t.Errorf("the change is %+v", c)
	}
}

// A suggestion for an assumed bundle is made on the text as it is.
func TestSuggestionsUnderAssumption(t *testing.T) {
	sources := bundleOf(faulty["unknown field"])
	assumed := run(t, sources, analysis.Options{Repaired: []analysis.Repair{{Code: diag.UnknownField}}})
	x, err := assumed.Explain("shop/Pod/web", "shop/Pod/db", &explain.Port{Protocol: netset.TCP, Number: 80})
	if err != nil {
		t.Fatal(err)
	}
	if x.Verdict != explain.Blocked || len(x.Suggestions) == 0 {
		t.Fatalf("the verdict is %s with suggestions %v", x.Verdict, x.Suggestions)
	}
	for _, s := range x.Suggestions {
		edited, err := manifest.Apply(sources, s.Edits)
		if err != nil {
			t.Errorf("%s: %v", s.Text, err)
			continue
		}
		again := run(t, edited, analysis.Options{Repaired: []analysis.Repair{{Code: diag.UnknownField}}})
		y, err := again.Explain("shop/Pod/web", "shop/Pod/db", x.Port)
		if err != nil || y.Verdict != explain.Allowed {
			t.Errorf("%s: then it is %s, %v", s.Text, y.Verdict, err)
		}
	}
}

func port(n uint16) netset.Ports {
	return netset.FromIntervals(netset.Interval{Protocol: netset.TCP, First: n, Last: n})
}

// What is no finding of the bundle cannot be taken for repaired, and the nearest is named.
func TestCheckRepairs(t *testing.T) {
	r := run(t, bundleOf(faulty["unknown field"]), analysis.Options{})
	err := r.CheckRepairs([]analysis.Repair{{Code: diag.UnknownField, Object: "shop/fault"}})
	if err == nil || !strings.Contains(err.Error(), "the nearest is NP201:shop/faulty") {
		t.Errorf("the error is %v", err)
	}
	if _, err := analysis.ParseRepair("NP999:shop/db"); err == nil {
		t.Error("a code that does not exist is read")
	}
}

// Every remedy of the catalogue, taken for carried out, gives the answers of the text with
// it carried out.
func TestCatalogueIsRepaired(t *testing.T) {
	tried := 0
	for _, page := range lint.Pages() {
		var sources []manifest.Source
		for _, f := range page.Bad {
			sources = append(sources, manifest.Source{Name: f.Name, Data: []byte(f.Text)})
		}
		plain := run(t, sources, analysis.Options{})
		for _, f := range plain.Judged() {
			for _, r := range analysis.RepairOf(f) {
				if r.Ignored {
					continue
				}
				tried++
				assumed := run(t, sources, analysis.Options{Repaired: []analysis.Repair{r}})
				var edits []diag.Edit
				for _, a := range assumed.Assumed {
					edits = append(edits, a.Finding.Fix.Edits...)
				}
				mended, err := manifest.Apply(sources, edits)
				if err != nil {
					t.Errorf("%s, %s: %v", page.Code, r, err)
					continue
				}
				if got, want := answers(assumed.Matrix), answers(run(t, mended, analysis.Options{}).Matrix); got != want {
					t.Errorf("%s, taken for repaired: %s\n%s\nrepaired:\n%s", page.Code, r, got, want)
				}
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d remedies were tried", tried)
	}
}

// Whatever two entities of the catalogue's bundles are, there is something to say to who
// tries the connection between them, and what is blocked does not connect.
func TestEveryPairCanBeTried(t *testing.T) {
	for _, page := range lint.Pages() {
		for _, files := range [][]lint.File{page.Bad, page.Good} {
			var sources []manifest.Source
			for _, f := range files {
				sources = append(sources, manifest.Source{Name: f.Name, Data: []byte(f.Text)})
			}
			r := run(t, sources, analysis.Options{Exposure: model.ExposureOn})
			for _, from := range r.Cluster.Entities {
				for _, to := range r.Cluster.Entities {
					for _, port := range []*explain.Port{nil, {Protocol: netset.TCP, Number: 80}, {Protocol: netset.UDP, Number: 53}, {Protocol: netset.SCTP, Number: 9}} {
						x, err := explain.Ask(r.Matrix, from.ID, to.ID, port)
						if err != nil {
							t.Fatal(err)
						}
						trial := explain.Try(r.Matrix, from.ID, to.ID, &x)
						if trial.Text == "" || x.Verdict == explain.Blocked && trial.Outcome != explain.TimedOut {
							t.Errorf("%s: %s → %s on %v: %s, and tried it is %+v", page.Code, from.ID, to.ID, port, x.Verdict, trial)
						}
						if port != nil && (from.IsPod() || to.IsPod()) && from != to && len(trial.Commands) == 0 {
							t.Errorf("%s: %s → %s on %v: no command", page.Code, from.ID, to.ID, port)
						}
					}
				}
			}
		}
	}
}
