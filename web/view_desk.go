package web

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/templates"
)

// What a page shows at most; the API has everything.
const (
	mostLines    = 20_000  // numbered lines of all texts together
	mostPacked   = 1 << 20 // bytes of archives that are carried along
	mostFindings = 300
	mostSwitches = 40
	mostPolicies = 500
	mostNotes    = 60
	mostWarnings = 4
)

// viewTitles are the words on the tabs of the views.
var viewTitles = map[string]string{"graph": "Graph", "matrix": "Matrix", "sequence": "Sequence", "rules": "In words", "policies": "Policies"}

// deskView shows a bundle and what it allows.
func (s *Server) deskView(r *http.Request, e *evaluation, title string) (templates.Workbench, error) {
	places := newPlaces(e.sources)
	e.state.keepLoaded(e.sources)
	v := templates.Workbench{
		Page:       s.page(e.state),
		View:       or(e.state.view, "graph"),
		Files:      places.files(e.Judged()),
		Findings:   findingsView(e, places),
		Broken:     broken(e),
		Unreadable: !e.Readable,
	}
	v.Page.Scripts = []string{s.assets.paths["js/editor.js"]} // with all that app.js has
	v.Examples = examples()
	v.Page.Heading = or(title, bundleName(e))
	v.Page.Section = "workbench"
	v.Page.Title, v.Page.Subtitle = v.Page.Heading, "nothing stored"
	v.Page.Share = e.Readable
	v.Compare = templates.Compare{Loaded: e.state.loaded != "", Parent: e.state.parent, Links: s.config.Links != nil}
	v.Page.Facts, v.Page.Terms = facts(e), append(terms(e), v.Page.Terms...)
	for _, name := range views {
		v.Views = append(v.Views, templates.View{Name: name, Title: viewTitles[name], Current: name == v.View})
	}
	v.Rules = rulesView(e, places)
	v.Sequence = sequenceView(e)
	v.Policies = policiesView(e, places)
	v.WhatIf = whatIfView(e)
	v.Hidden = e.state.hidden(switchesOn(&v))
	v.Warnings = warnings(e)
	v.Notes = notes(e.Matrix)
	v.Matrix = matrixView(e)
	v.Why = whyView(e, places)
	v.Dock = dockView(e, v)
	v.RuleLines = ruleLines(e, places)
	if v.Why.Policy = policySelection(e, places); v.Why.Policy != nil {
		v.Selected = e.state.selected
	}
	v.Controls = controlsView(e, layout.Picture{})
	err := s.addPicture(r, e, &v)
	v.Hidden = uncontrolled(v.Hidden, v.Controls)
	return v, err
}

// addPicture draws the picture, where it is shown and can be taken in.
func (s *Server) addPicture(r *http.Request, e *evaluation, v *templates.Workbench) error {
	switch {
	case v.View != "graph":
		return nil
	case len(e.sources) == 0:
		v.PictureNote = "Nothing here yet. Paste or type manifests, drop files, or open an example."
		return nil
	case !e.Readable:
		v.PictureNote = "There is nothing to draw yet: no document could be read as a Kubernetes object. The findings say why."
		return nil
	}
	picture, err := s.draw(r, e)
	if err != nil {
		return err
	}
	picture = litBy(e).lightPicture(e, found(e, picture))
	v.Picture = templates.Picture(picture, templates.PictureOptions{Inline: true})
	v.Controls = controlsView(e, picture)
	return nil
}

// bundleName names what was sent: the file, or how many there are.
func bundleName(e *evaluation) string {
	if len(e.sources) == 1 {
		return e.sources[0].Name
	}
	return counted(len(e.sources), "file", "files")
}

// facts counts, for the foot.
func facts(e *evaluation) []templates.Fact {
	if !e.Readable {
		return []templates.Fact{{Before: "nothing evaluated"}}
	}
	refused := 0
	for _, p := range e.Cluster.Policies {
		if !p.InForce {
			refused++
		}
	}
	policies := templates.Fact{Strong: number(len(e.Cluster.Policies)), After: plural(len(e.Cluster.Policies), " policy", " policies")}
	if refused > 0 {
		policies.After += fmt.Sprintf(", %s not in force", number(refused))
	}
	talking, asked := pairs(e.Matrix)
	list := []templates.Fact{
		policies,
		{Strong: number(len(e.Cluster.Entities)), After: plural(len(e.Cluster.Entities), " entity", " entities")},
		{Strong: number(talking), After: " of " + number(asked) + " pairs can talk"},
	}
	unread := 0
	for _, n := range e.Cluster.NotEvaluated {
		unread += n.Count
	}
	if unread > 0 {
		list = append(list, templates.Fact{Strong: number(unread), After: plural(unread, " object", " objects") + " not evaluated"})
	}
	switch {
	case e.Incomplete():
		list = append(list, templates.Fact{Before: "not everything could be read"})
	case unread == 0 && refused == 0:
		list = append(list, templates.Fact{Before: "every object evaluated"})
	}
	return list
}

// broken reports whether a text could not be read at some place: the answer leaves out
// what stands there, and is not what its author has in mind.
func broken(e *evaluation) bool {
	return slices.ContainsFunc(e.Findings, func(f diag.Finding) bool {
		return f.Severity == diag.Error && f.Code < diag.CopiedDecoration
	})
}

func terms(e *evaluation) []templates.Fact {
	return []templates.Fact{
		{Before: "Kubernetes ", Strong: e.state.version().String()},
		{Before: "Plug-in: ", Strong: pluginName(e.state.cni)},
		{Before: "evaluated in ", Strong: strconv.FormatInt(e.took.Milliseconds(), 10) + " ms"},
	}
}

// pluginName names the plug-in that the answers rest on.
func pluginName(p model.Plugin) string {
	if p == (model.Plugin{}) {
		return "any that enforces"
	}
	return p.String()
}

func plural(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

// pairs counts the ordered pairs of entities that are a question, and those of them
// that may talk on some port.
func pairs(m *reach.Matrix) (talking, asked int) {
	count := func(from, to *model.Class) int {
		if from != to {
			return len(from.Entities) * len(to.Entities)
		}
		n := len(from.Entities) * (len(from.Entities) - 1)
		for _, e := range from.Entities {
			if e.Several() {
				n++
			}
		}
		return n
	}
	for _, from := range m.Cluster.Classes {
		for _, to := range m.Cluster.Classes {
			if reach.Asked(from, to) {
				asked += count(from, to)
			}
		}
	}
	for c := range m.Connections() {
		talking += count(c.From, c.To)
	}
	return talking, asked
}

// warnings say what the answer leaves out.
func warnings(e *evaluation) []templates.Warning {
	var list []templates.Warning
	if e.Readable && e.Incomplete() {
		list = append(list, templates.Warning{Text: "Something could not be read and is missing from what is shown here.",
			Link: templates.Link{Text: "Findings", Href: "#findings"}})
	}
	if caveat := e.Cluster.Plugin.Caveat(); caveat != "" {
		list = append(list, templates.Warning{Text: caveat})
	}
	for _, n := range e.Cluster.NotEvaluated {
		if n.Policy {
			list = append(list, templates.Warning{Text: fmt.Sprintf("%s not evaluated and may allow or block what is shown here otherwise.",
				counted(n.Count, n.Kind+" object was", n.Kind+" objects were"))})
		}
	}
	for _, p := range e.Cluster.Policies {
		if !p.InForce {
			list = append(list, templates.Warning{Text: fmt.Sprintf("Policy %s is not in force: the API server would refuse it (%s). It is shown as if it did not exist.", p.ID, p.Code),
				Link: templates.Link{Text: "Findings", Href: "#findings"}})
		}
	}
	if rest := len(list) - mostWarnings; rest > 0 {
		list = append(list[:mostWarnings:mostWarnings], templates.Warning{Text: fmt.Sprintf("%s more; see the findings and the list of policies.", number(rest))})
	}
	return list
}

func notes(m *reach.Matrix) []string {
	var list []string
	for _, n := range m.Notes() {
		if len(list) == mostNotes {
			return append(list, fmt.Sprintf("%s more notes are in the JSON.", number(len(m.Notes())-mostNotes)))
		}
		list = append(list, n.Text)
	}
	return list
}

// places knows where on the page a line of a file is.
type places struct {
	sources []manifest.Source
	index   map[string]int
	lines   []int // of each source; 0 where its lines are not shown
	areas   []int // the number of each source's text area; -1 where it has none
}

func newPlaces(sources []manifest.Source) places {
	p := places{sources: sources, index: map[string]int{}, lines: make([]int, len(sources))}
	left := mostLines
	areas := 0
	for i, s := range sources {
		p.index[s.Name] = i
		if !editable(s.Data) {
			p.areas = append(p.areas, -1)
			continue
		}
		p.areas = append(p.areas, areas)
		areas++
		if n := strings.Count(string(s.Data), "\n") + 1; n <= left {
			p.lines[i] = n
			left -= n
		}
	}
	return p
}

// editable reports whether a text survives a text area unchanged.
func editable(data []byte) bool {
	return !isArchive(data) && utf8.Valid(data) && !strings.ContainsFunc(string(data), func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' && r != '\r'
	})
}

// link leads to the line of a range, and says which file if there are several.
func (p places) link(at diag.Range) templates.Link {
	if at.IsZero() {
		if at.File != "" && len(p.sources) > 1 {
			return templates.Link{Text: at.File}
		}
		return templates.Link{}
	}
	l := templates.Link{Text: "line " + strconv.Itoa(at.Start.Line)}
	if len(p.sources) != 1 || p.sources[0].Name != at.File {
		l.Text = at.File + ":" + strconv.Itoa(at.Start.Line)
	}
	if i, ok := p.index[at.File]; ok && at.Start.Line <= p.lines[i] {
		l.Href = "#" + lineID(i, at.Start.Line)
	}
	return l
}

func lineID(file, line int) string { return "f" + strconv.Itoa(file) + "-" + strconv.Itoa(line) }

// files gives the texts, with the lines that findings are about marked. The first file
// with a finding is open, else the first.
func (p places) files(findings diag.List) []templates.File {
	marked := map[string]map[int]diag.Severity{}
	open := 0
	for _, f := range slices.Backward(findings) {
		if marked[f.Range.File] == nil {
			marked[f.Range.File] = map[int]diag.Severity{}
		}
		if worst, ok := marked[f.Range.File][f.Range.Start.Line]; !ok || f.Severity < worst {
			marked[f.Range.File][f.Range.Start.Line] = f.Severity
		}
		if i, ok := p.index[f.Range.File]; ok && f.Severity == diag.Error {
			open = i
		}
	}
	files := make([]templates.File, len(p.sources))
	packed := 0
	for i, s := range p.sources {
		f := templates.File{Name: s.Name, Size: size(len(s.Data)), Open: i == open, Label: "Manifests in " + s.Name}
		switch {
		case editable(s.Data):
			f.Text = string(s.Data)
			f.Rows = strconv.Itoa(min(strings.Count(f.Text, "\n")+3, mostLines))
			for n := 1; n <= p.lines[i]; n++ {
				line := templates.Line{Number: strconv.Itoa(n), ID: lineID(i, n)}
				if severity, ok := marked[s.Name][n]; ok {
					line.Severity = severity.String()
				}
				f.Lines = append(f.Lines, line)
			}
		case packed+len(s.Data) <= mostPacked:
			packed += len(s.Data)
			f.Packed = base64.StdEncoding.EncodeToString(s.Data)
		default:
			f.TooLarge = true
		}
		files[i] = f
	}
	return files
}

func findingsView(e *evaluation, p places) templates.Findings {
	findings := e.Weighed(false)
	v := templates.Findings{Count: number(len(findings)), Summary: export.Counts(findings)}
	// What is cut off at the end should be notes, not errors.
	for shown, i := range byWeight(findings) {
		if shown == mostFindings {
			v.More = fmt.Sprintf("%s more findings are in the answer of /api/v1/lint.", number(len(findings)-shown))
			break
		}
		f := findings[i]
		x := templates.Finding{
			Severity: f.Severity.String(), Summary: f.Summary, Detail: f.Detail, Object: f.Object, Field: f.Field,
			Code: string(f.Code), Where: p.link(f.Range), Index: strconv.Itoa(i),
		}
		x.Select = selectionOf(e, f)
		if part := e.state.selectedPolicy; part != nil && f.Object == "NetworkPolicy "+part.Policy {
			x.Current = true
		}
		if _, ok := lint.PageOf(f.Code.Name()); ok {
			x.Page = "/checks/" + f.Code.Name()
		}
		if file, ok := p.index[f.Range.File]; ok && !f.Range.IsZero() && p.lines[file] > 0 {
			x.File = strconv.Itoa(p.areas[file])
			x.Line, x.Column = strconv.Itoa(f.Range.Start.Line), strconv.Itoa(f.Range.Start.Column)
			x.EndLine, x.EndColumn = strconv.Itoa(f.Range.End.Line), strconv.Itoa(f.Range.End.Column)
		}
		x.Assume = assumable(e, f)
		if f.Fix != nil {
			x.Fix, x.Edits = f.Fix.Text, p.edits(f.Fix)
			if f.Fix.Effect != nil {
				x.Effect = export.Effect(*f.Fix.Effect)
			}
		}
		if f.Silenced != nil {
			x.Silenced = fmt.Sprintf("Silenced on line %d: %s", f.Silenced.Range.Start.Line, f.Silenced.Reason)
		}
		v.List = append(v.List, x)
	}
	return v
}
