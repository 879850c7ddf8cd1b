package templates

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

var update = flag.Bool("update", false, "write static/css/picture.css")

// mark is a group of a rendered picture as a script would read it.
type mark struct {
	classes string
	attrs   map[string]string
	titled  bool
}

func (m mark) is(class string) bool { return slices.Contains(strings.Fields(m.classes), class) }

// marks reads the groups of an SVG and fails on what is no XML.
func marks(t *testing.T, svg []byte) (groups []mark, root map[string]string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	var open []int
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return groups, root
		}
		if err != nil {
			t.Fatalf("the picture is not XML: %v\n%s", err, svg)
		}
		switch e := token.(type) {
		case xml.StartElement:
			attrs := map[string]string{}
			for _, a := range e.Attr {
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
					t.Errorf("<%s> has the attribute %s", e.Name.Local, a.Name.Local)
				}
				attrs[a.Name.Local] = a.Value
			}
			switch e.Name.Local {
			case "svg":
				root = attrs
			case "script", "foreignObject", "image", "use", "a":
				t.Errorf("the picture holds a <%s>", e.Name.Local)
			case "g":
				open = append(open, len(groups))
				groups = append(groups, mark{classes: attrs["class"], attrs: attrs})
			case "title":
				if len(open) > 0 {
					groups[open[len(open)-1]].titled = true
				}
			}
		case xml.EndElement:
			if e.Name.Local == "g" {
				open = open[:len(open)-1]
			}
		}
	}
}

func report(t *testing.T, files ...string) *analysis.Report {
	t.Helper()
	var sources []manifest.Source
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, manifest.Source{Name: f, Data: data})
	}
	r, err := analysis.Run(sources, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func svg(t *testing.T, m *reach.Matrix, v diagram.View, o PictureOptions) []byte {
	t.Helper()
	e := layout.New(layout.Options{Workers: 1, Deadline: 10 * time.Second})
	defer e.Close()
	p, err := e.Draw(context.Background(), diagram.Build(m, v))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Picture(p, o).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var examples = []string{
	"and-or", "default-deny", "deny-all-allow-dns", "one-policy", "open-by-default", "three-tier-shop",
}

// A script that reads the picture by the contract gets the matrix.
func TestPictureIsTheMatrix(t *testing.T) {
	for _, name := range examples {
		r := report(t, "../static/examples/"+name+".yaml")
		c := r.Cluster
		groups, _ := marks(t, svg(t, r.Matrix, diagram.View{}, PictureOptions{Inline: true}))
		members := map[string][]string{}
		for _, g := range groups {
			if g.is("hub") {
				var ids []string
				if err := json.Unmarshal([]byte(g.attrs["data-members"]), &ids); err != nil {
					t.Fatal(err)
				}
				members[g.attrs["id"]] = ids
			}
		}
		said := map[[2]string]string{}
		resolve := func(id string) []string {
			if m, ok := members[id]; ok {
				return m
			}
			if c.Entity(id) == nil {
				t.Fatalf("%s: an arrow ends at %q", name, id)
			}
			return []string{id}
		}
		union := map[[2]string]netset.Ports{}
		for _, g := range groups {
			if !g.is("edge") || !g.is("request") {
				continue
			}
			if !g.titled {
				t.Errorf("%s: an arrow without title", name)
			}
			for _, from := range resolve(g.attrs["data-from"]) {
				for _, to := range resolve(g.attrs["data-to"]) {
					k := [2]string{from, to}
					union[k] = union[k].Union(portsOf(t, g.attrs["data-ports"]))
				}
			}
		}
		for k, p := range union {
			said[k] = p.String()
		}
		for _, from := range c.Entities {
			for _, to := range c.Entities {
				if from == to && !from.Several() || !from.IsPod() && !to.IsPod() {
					continue
				}
				if got, want := said[[2]string{from.ID, to.ID}], r.Matrix.Ports(from, to).String(); got != want {
					t.Errorf("%s: %s → %s: the picture says %q, the matrix %q", name, from.ID, to.ID, got, want)
				}
			}
		}
	}
}

var portWord = regexp.MustCompile(`^(?:(\d+)(?:-(\d+))?|([a-z0-9-]+))/(TCP|UDP|SCTP)$`)

func portsOf(t *testing.T, text string) netset.Ports {
	t.Helper()
	if text == "all" {
		return netset.All
	}
	var p netset.Ports
	for _, word := range strings.Fields(text) {
		m := portWord.FindStringSubmatch(word)
		if m == nil {
			t.Fatalf("%q is no port", word)
		}
		protocol, _ := netset.ParseProtocol(m[4])
		if m[3] != "" {
			p = p.Union(netset.FromName(protocol, m[3]))
			continue
		}
		first := number(m[1])
		last := first
		if m[2] != "" {
			last = number(m[2])
		}
		p = p.Union(netset.FromIntervals(netset.Interval{Protocol: protocol, First: first, Last: last}))
	}
	return p
}

func number(digits string) (n uint16) {
	for _, d := range digits {
		n = n*10 + uint16(d-'0')
	}
	return n
}

func TestPictureAlone(t *testing.T) {
	r := report(t, "../static/examples/three-tier-shop.yaml")
	for _, theme := range []Theme{ThemeAuto, ThemeLight, ThemeDark} {
		picture := svg(t, r.Matrix, diagram.View{Title: "<b>\u202e&\x00"}, PictureOptions{Theme: theme})
		groups, root := marks(t, picture)
		if root["role"] != "img" || root["aria-labelledby"] != "np-title np-desc" || root["viewBox"] == "" || root["width"] == "" {
			t.Errorf("the root is %v", root)
		}
		for _, g := range groups {
			if g.attrs["tabindex"] != "" {
				t.Errorf("a file's %q can be focused", g.classes)
			}
		}
		if bytes.Contains(picture, []byte("var(")) || !bytes.Contains(picture, []byte("<style>")) {
			t.Error("the style of a file is not resolved")
		}
		if got := bytes.Contains(picture, []byte("prefers-color-scheme")); got != (theme == ThemeAuto) {
			t.Errorf("theme %d: follows the system: %v", theme, got)
		}
		if bytes.ContainsRune(picture, '\u202e') || !bytes.Contains(picture, []byte(`&lt;b&gt;\u202E&amp;`)) {
			t.Error("the title is not shown as it is")
		}
	}
}

func TestPictureInline(t *testing.T) {
	r := report(t, "../static/examples/three-tier-shop.yaml")
	picture := svg(t, r.Matrix, diagram.View{}, PictureOptions{Inline: true, Name: "a"})
	if bytes.Contains(picture, []byte("<style")) {
		t.Error("a picture in a page brings its own style")
	}
	groups, root := marks(t, picture)
	if root["aria-labelledby"] != "np-a-title np-a-desc" {
		t.Errorf("the root is %v", root)
	}
	focusable := 0
	for _, g := range groups {
		if g.attrs["tabindex"] == "0" {
			focusable++
			if !g.titled {
				t.Errorf("%q can be focused and has no name", g.classes)
			}
		}
	}
	if focusable < 8 {
		t.Errorf("%d marks can be focused", focusable)
	}
}

func TestPictureError(t *testing.T) {
	var b bytes.Buffer
	if err := PictureError("Nothing to draw", "Line 3: <tab>", PictureOptions{}).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	marks(t, b.Bytes())
	if !strings.Contains(b.String(), "Line 3: &lt;tab&gt;") {
		t.Errorf("the picture does not say what is wrong:\n%s", b.String())
	}
}

// The sheet for pages and the style of files come from one source, and so do the
// colours of pages and pictures.
func TestPictureSheet(t *testing.T) {
	const file = "../static/css/picture.css"
	if *update {
		if err := os.WriteFile(file, []byte(PictureSheet()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != PictureSheet() {
		t.Errorf("%s is not what the rules say (%v); go test ./templates -run PictureSheet -update writes it", file, err)
	}
	tokens, err := os.ReadFile("../static/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, found := strings.Cut(string(tokens), `:root[data-theme="dark"]`)
	if !found {
		t.Fatal("tokens.css has no forced dark theme")
	}
	for _, c := range layout.Tokens {
		if !pageHas[c.Name] {
			continue
		}
		for theme, want := range map[string][2]string{"light": {light, c.Light}, "dark": {dark, c.Dark}} {
			m := regexp.MustCompile(`--` + string(c.Name) + `:\s*([^;]+);`).FindStringSubmatch(want[0])
			if m == nil || m[1] != want[1] {
				t.Errorf("%s in the %s theme is %v in tokens.css, %s in pictures", c.Name, theme, m, want[1])
			}
		}
	}
}

// What a file carries comes out as it went in, whatever is in it.
func TestPictureCarriesItsSource(t *testing.T) {
	r := report(t, "../static/examples/one-policy.yaml")
	text := string(manifest.Format(map[string]string{"a": "<b>&amp; ]]> \"'\x00\x07\r\n\t\u0085\u2028\u202e\ufffe \U0001f600 </metadata></svg>", "b": "plain"}))
	picture := svg(t, r.Matrix, diagram.View{}, PictureOptions{Source: text})
	marks(t, picture)
	got, ok := manifest.Unwrap(manifest.Source{Name: "a.svg", Data: picture})
	if !ok || string(got.Data) != text || got.Name != "a.svg" {
		t.Errorf("got %q, want %q", got.Data, text)
	}
	inline := svg(t, r.Matrix, diagram.View{}, PictureOptions{Source: text, Inline: true})
	if bytes.Contains(inline, []byte("<metadata")) {
		t.Error("a picture in a page carries manifests")
	}
}
