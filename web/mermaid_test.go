package web

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/export"
)

// mermaidParser reads Mermaid itself, which npm puts below the tools.
func mermaidParser(t *testing.T) string {
	t.Helper()
	const file = "../.ci/tools/node_modules/mermaid/dist/mermaid.min.js"
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		return string(text)
	case os.Getenv("NETPOLSCOPE_BROWSER") != "" || os.Getenv("CI") != "":
		t.Fatalf("%v; run: npm ci --prefix .ci/tools", err)
	}
	t.Skipf("%v; run: npm ci --prefix .ci/tools", err)
	return ""
}

// parseMermaid gives what Mermaid says of each text: its kind of diagram, or the error.
const parseMermaid = `(async (texts) => {
	mermaid.initialize({startOnLoad: false});
	const said = [];
	for (const text of texts) {
		try { said.push((await mermaid.parse(text)).diagramType); } catch (e) { said.push("error: " + e.message); }
	}
	return said;
})`

// Mermaid's own parser takes every flowchart and sequence diagram that we write.
func TestMermaidIsTakenByMermaid(t *testing.T) {
	parser := mermaidParser(t)
	b := openTab(t)
	b.show(serve(t, map[string]string{"/blank": "<!doctype html><title>blank</title>"}) + "/blank")
	ask[bool](b, parser+"; true")
	texts, kinds, names := []string{"flowchart LR\n  a --> --> b\n"}, []string{"error"}, []string{"control"}
	add := func(name, kind string, write func(*strings.Builder) error) {
		var out strings.Builder
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		texts, kinds, names = append(texts, out.String()), append(kinds, kind), append(names, name)
	}
	sequences := 0
	for _, d := range allDrawn(t) {
		add(d.name, "flowchart-v2", func(out *strings.Builder) error {
			return export.Mermaid(out, diagram.Build(d.report.Matrix, d.view))
		})
		chain := diagram.Chain(d.report.Matrix)
		if len(chain) < 2 {
			continue
		}
		sequences++
		add(d.name+", sequence", "sequence", func(out *strings.Builder) error {
			return export.MermaidSequence(out, diagram.Follow(d.report.Matrix, chain, diagram.SequenceView{}))
		})
	}
	if len(texts) < 300 || sequences < 50 {
		t.Fatalf("%d texts, %d sequences", len(texts), sequences)
	}
	list, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, said := range ask[[]string](b, parseMermaid+"("+string(list)+")") {
		if !strings.HasPrefix(said, kinds[i]) {
			t.Errorf("%s: %s\n%s", names[i], said, texts[i])
		}
	}
}
