package web

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/static"
	"github.com/netpolscope/netpolscope/templates"
)

// drawn is a bundle with a picture of it.
type drawn struct {
	name    string
	sources []manifest.Source
	report  *analysis.Report
	view    diagram.View
	asked   bool // about the first pair that is blocked
	picture layout.Picture
}

// drawnAll draws the corpus, the examples and bundles of very long texts, once for all
// tests.
var drawnAll = sync.OnceValues(func() ([]drawn, error) {
	var all []drawn
	files, err := filepath.Glob("../testdata/corpus/*.txtar")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no scenarios: %w", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			return nil, err
		}
		d := drawn{name: strings.TrimSuffix(filepath.Base(file), ".txtar")}
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".yaml") || strings.HasSuffix(f.Name, ".json") {
				d.sources = append(d.sources, manifest.Source{Name: f.Name, Data: f.Data})
			}
		}
		all = append(all, d)
	}
	// Half of the scenarios are drawn downwards too, and as if asked about a pair that
	// is blocked.
	for i := 0; i < len(files); i += 2 {
		down := all[i]
		down.name, down.asked, down.view.TopToBottom = down.name+", downwards", true, true
		all = append(all, down)
	}
	for _, e := range static.Examples {
		all = append(all, bothWays(e.Name, e.Text())...)
	}
	all = append(all, bothWays("long names", longNames(1))...)
	all = append(all, bothWays("long names with doors", longNames(5))...)
	all = append(all, bothWays("long selectors", longSelectors())...)
	for _, d := range bothWays("long names, folded", longNames(5)) {
		d.view.Fold = diagram.FoldNamespaces
		all = append(all, d)
	}
	for i := range all {
		d := &all[i]
		if d.report, err = analysis.Run(d.sources, analysis.Options{}); err != nil {
			return nil, err
		}
		if d.asked {
			d.view.Blocked = firstBlocked(d.report.Matrix)
		}
		if d.picture, err = engine.Draw(context.Background(), diagram.Build(d.report.Matrix, d.view)); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// firstBlocked gives a pair of boxes of which the first may not call the second.
func firstBlocked(m *reach.Matrix) []diagram.Pair {
	for _, from := range m.Cluster.Entities {
		for _, to := range m.Cluster.Entities {
			if from != to && from.IsPod() && to.IsPod() && m.Ports(from, to).IsEmpty() {
				return []diagram.Pair{{From: from.ID, To: to.ID}}
			}
		}
	}
	return nil
}

func allDrawn(t *testing.T) []drawn {
	t.Helper()
	all, err := drawnAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func bothWays(name string, text []byte) []drawn {
	d := drawn{name: name, sources: []manifest.Source{{Name: "a.yaml", Data: text}}, view: diagram.View{Title: strings.Repeat(name+", ", 30)}}
	down := d
	down.name, down.view.TopToBottom = name+", downwards", true
	return []drawn{d, down}
}

// svg writes a picture as a file or for a page.
func (d drawn) svg(t *testing.T, o templates.PictureOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := templates.Picture(d.picture, o).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// long is a name of so many letters, wide ones, with dots where names must have some.
func long(word string, letters int) string {
	var b strings.Builder
	for b.Len() < letters {
		b.WriteString(word)
		if b.Len() < letters-2 {
			b.WriteByte('.')
		}
	}
	return b.String()[:letters]
}

// longNames is a bundle whose names are as long as Kubernetes takes them, with so many
// workloads to a namespace that call each other on many ports.
func longNames(workloads int) []byte {
	var b strings.Builder
	for _, letter := range []string{"m", "w"} {
		ns := strings.Repeat(letter, 63)
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n", ns)
		for i := range workloads {
			name := fmt.Sprint(i) + long(strings.Repeat(letter, 40), 252)
			fmt.Fprintf(&b, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: %s}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: a%d}}\n  template:\n    metadata: {labels: {app: a%[3]d}}\n    spec: {containers: [{name: c, image: i, ports: [{name: metrics-of-%[3]d, containerPort: 90%[3]d}]}]}\n", name, ns, i)
			var ports []string
			for p := range 5 + 3*i {
				ports = append(ports, fmt.Sprintf("{port: %d, endPort: %d}", 10000+100*p, 10042+100*p))
			}
			fmt.Fprintf(&b, "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d%s, namespace: %s}\nspec:\n  podSelector: {matchLabels: {app: a%[1]d}}\n  policyTypes: [Ingress, Egress]\n  ingress:\n  - from: [{podSelector: {matchLabels: {app: a%[4]d}}}, {namespaceSelector: {}, podSelector: {matchLabels: {app: a%[5]d}}}]\n    ports: [%[6]s]\n  - from: [{ipBlock: {cidr: 2001:db8:aaaa:bbbb:cccc::/80, except: [2001:db8:aaaa:bbbb:cccc:dddd::/96, 2001:db8:aaaa:bbbb:cccc:eeee::/96]}}]\n    ports: [{port: metrics-of-%[1]d}]\n  egress: [{}]\n",
				i, long(strings.Repeat(letter, 40), 250), ns, (i+1)%workloads, (i+2)%workloads, strings.Join(ports, ", "))
		}
	}
	return []byte(b.String())
}

// longSelectors is a bundle of policies only, whose pods are inferred from long lists
// of labels.
func longSelectors() []byte {
	var labels []string
	for i := range 8 {
		labels = append(labels, fmt.Sprintf("%s%d/%s: %s", long(strings.Repeat("w", 30), 200), i, strings.Repeat("m", 62), strings.Repeat("W", 63)))
	}
	list := "{" + strings.Join(labels, ", ") + "}"
	return []byte(fmt.Sprintf(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: %s, namespace: %s}
spec:
  podSelector: {matchLabels: %s}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: {matchLabels: {%s}}
    - namespaceSelector: {matchLabels: %[3]s}
    - namespaceSelector: {matchLabels: {team: a}}
      podSelector: {matchExpressions: [{key: %[5]s, operator: In, values: [a, b, c, d]}, {key: other, operator: NotIn, values: [e, f]}]}
    ports: [{port: %[6]s}, {port: %[6]s, protocol: UDP}, {port: 1, endPort: 65000, protocol: SCTP}]
  egress:
  - to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16]}}]
`, long(strings.Repeat("m", 40), 253), strings.Repeat("w", 63), list, labels[0], strings.Repeat("x", 63), strings.Repeat("m", 15)))
}

// look of letters in which a picture is measured.
type letters struct {
	name  string
	faces string // @font-face rules for a family called Measured
	wider float64
}

// Readers have other fonts than the one that pictures name first.
var fonts = []letters{
	{"Liberation Sans", `@font-face { font-family: Measured; src: local("Liberation Sans"); }
@font-face { font-family: Measured; font-weight: 700; src: local("Liberation Sans Bold"); }`, 1},
	{"DejaVu Sans", `@font-face { font-family: Measured; src: local("DejaVu Sans"); }
@font-face { font-family: Measured; font-weight: 700; src: local("DejaVu Sans Bold"); }`, 1.1},
	{"a font wider by 15 %", `@font-face { font-family: Measured; size-adjust: 115%; src: local("Liberation Sans"); }
@font-face { font-family: Measured; font-weight: 700; size-adjust: 115%; src: local("Liberation Sans Bold"); }`, 1.15},
}

// spoiled is a picture with one fault of each kind.
const spoiled = `<svg class="np" data-name="spoiled" viewBox="0 0 200 100" width="200" height="100">
<g class="node"><rect class="p-box" x="10" y="10" width="40" height="20"></rect><text class="p-name" x="12" y="24">a long name</text></g>
<g class="label"><text class="p-label" x="20" y="30">first…</text></g><g class="label"><text class="p-label" x="24" y="32">second</text></g>
<g class="caption"><text class="p-caption" x="180" y="90">outside</text></g></svg>`

// Texts stay within their boxes and off each other, whatever the reader's font.
func TestTextsStayInTheirBoxes(t *testing.T) {
	b := openTab(t)
	var pictures strings.Builder
	for _, d := range allDrawn(t) {
		pictures.WriteString(strings.Replace(d.svg(t, templates.PictureOptions{Theme: templates.ThemeLight}), `class="np"`, `class="np" data-name="`+d.name+`"`, 1))
	}
	own := map[string]string{}
	for i, f := range fonts {
		own[fmt.Sprint("/", i, ".html")] = `<!doctype html><meta charset="utf-8"><title>pictures</title><style>` + f.faces +
			`svg.np text, #sample { font-family: Measured, monospace !important; }</style>` + pictures.String() + spoiled +
			`<svg width="900" height="40"><text id="sample" y="20" font-size="16">The quick brown fox jumps over the lazy dog</text></svg>`
	}
	address := serve(t, own)
	measure := script(t, "boxes.js")
	var usual float64
	for i, f := range fonts {
		b.show(fmt.Sprint(address, "/", i, ".html"))
		got := ask[struct {
			Faults       [][3]string
			Texts, Boxed int
			Sample       float64
		}](b, measure)
		if i == 0 {
			usual = got.Sample
		}
		if wider := got.Sample / usual; wider < f.wider-0.01 || wider > f.wider+0.1 {
			t.Errorf("%s is %.2f times as wide as the usual font; is it installed?", f.name, wider)
		}
		if got.Texts < 1000 || got.Boxed < got.Texts/4 {
			t.Errorf("%s: only %d texts were seen, %d of them in boxes", f.name, got.Texts, got.Boxed)
		}
		spoiledFaults := 0
		for n, fault := range got.Faults {
			if fault[0] == "spoiled" {
				spoiledFaults++
			} else if n < 40 {
				t.Errorf("%s in %s: %q %s", fault[0], f.name, fault[2], fault[1])
			}
		}
		if spoiledFaults < 5 {
			t.Errorf("%s: of the picture with faults only %d were found", f.name, spoiledFaults)
		}
		t.Logf("%s: %d texts, %d in boxes, %d faults", f.name, got.Texts, got.Boxed, len(got.Faults)-spoiledFaults)
	}
}
