package export

import (
	"io"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/diagram"
)

// SARIFOptions is what a SARIF log depends on beside the findings.
type SARIFOptions struct {
	// Version is that of the program.
	Version string
	// BaseURL is the address of a server that has the pages of the catalogue; without one
	// rules carry their page and no link.
	BaseURL string
	// Root is the folder that absolute names of files are made relative to; empty for
	// none. It ends without a slash.
	Root string
	// Column turns a position into a column in UTF-16 code units.
	Column func(file string, at diag.Position) int
}

// sarifSchema names the published schema that a log follows.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// SARIF writes findings as a log of SARIF 2.1.0, with a rule for each code that was found
// and every remedy as a fix. A finding that a comment silences is there and suppressed.
func SARIF(out io.Writer, findings diag.List, o SARIFOptions) error {
	s := sarif{SARIFOptions: o, seen: map[string]int{}}
	rules, index := s.rules(findings)
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{"Netpolscope", o.Version, o.BaseURL, rules}},
		ColumnKind: "utf16CodeUnits",
		Results:    all(findings, func(f diag.Finding) sarifResult { return s.result(f, index[f.Code]) }),
	}
	return indentedJSON(out, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

// sarif makes the parts of one log.
type sarif struct {
	SARIFOptions
	// seen counts findings that nothing but their place tells apart.
	seen map[string]int
}

// levels are the words of SARIF for severities.
var levels = map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "note"}

func (s *sarif) result(f diag.Finding, rule int) sarifResult {
	text := f.Summary
	if f.Detail != "" {
		text += "\n" + f.Detail
	}
	r := sarifResult{
		RuleID: string(f.Code), RuleIndex: rule, Level: levels[f.Severity],
		Message:             s.message(text),
		Locations:           []sarifLocation{},
		PartialFingerprints: map[string]string{fingerprintName: s.fingerprint(f)},
		// Where one result says that it is not suppressed, all have to say which they are.
		Suppressions: []sarifSuppression{},
	}
	if f.Range.File != "" {
		at := sarifLocation{PhysicalLocation: s.place(f.Range)}
		if f.Object != "" {
			name := diagram.Display(strings.TrimSpace(f.Object + " " + f.Field))
			at.LogicalLocations = []sarifLogical{{FullyQualifiedName: name, Kind: "resource"}}
		}
		r.Locations = append(r.Locations, at)
	}
	for i, related := range f.Related {
		if related.Range.File == "" {
			continue
		}
		message := s.message(related.Text)
		r.RelatedLocations = append(r.RelatedLocations, sarifLocation{ID: i + 1, PhysicalLocation: s.place(related.Range), Message: &message})
	}
	if f.Fix != nil && len(f.Fix.Edits) > 0 {
		r.Fixes = []sarifFix{s.fix(*f.Fix)}
	}
	if f.Silenced != nil {
		r.Suppressions = append(r.Suppressions, sarifSuppression{
			Kind: "inSource", Justification: diagram.Display(f.Silenced.Reason),
			Location: sarifLocation{PhysicalLocation: s.place(f.Silenced.Range)},
		})
	}
	return r
}

// fix gathers edits by file, in the order in which the files come.
func (s *sarif) fix(f diag.Fix) sarifFix {
	out := sarifFix{Description: s.message(f.Text)}
	for _, e := range f.Edits {
		uri := s.artifact(e.Range.File)
		i := slices.IndexFunc(out.ArtifactChanges, func(c sarifChange) bool { return c.ArtifactLocation == uri })
		if i < 0 {
			i = len(out.ArtifactChanges)
			out.ArtifactChanges = append(out.ArtifactChanges, sarifChange{ArtifactLocation: uri})
		}
		r := sarifReplacement{DeletedRegion: *s.region(e.Range)}
		if e.NewText != "" {
			r.InsertedContent = &sarifContent{e.NewText}
		}
		out.ArtifactChanges[i].Replacements = append(out.ArtifactChanges[i].Replacements, r)
	}
	return out
}

func (s *sarif) place(r diag.Range) *sarifPhysical {
	return &sarifPhysical{s.artifact(r.File), s.region(r)}
}

// region is nil for a file as a whole.
func (s *sarif) region(r diag.Range) *sarifRegion {
	if r.IsZero() {
		return nil
	}
	column := func(at diag.Position) int {
		if s.Column == nil {
			return at.Column
		}
		return s.Column(r.File, at)
	}
	return &sarifRegion{r.Start.Line, column(r.Start), r.End.Line, column(r.End)}
}

// artifact gives a file's name as a URI, relative to the root of the sources unless it is
// elsewhere.
func (s *sarif) artifact(file string) sarifArtifact {
	file = strings.ReplaceAll(file, `\`, "/")
	if rest, ok := strings.CutPrefix(file, s.Root+"/"); ok && s.Root != "" {
		file = rest
	}
	file = path.Clean(file)
	if path.IsAbs(file) {
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: file}).String()}
	}
	return sarifArtifact{URI: (&url.URL{Path: file}).String(), URIBaseID: "%SRCROOT%"}
}

// linkLike is what a SARIF viewer takes for a link in a message.
var linkLike = regexp.MustCompile(`\[[^\]]*\]\(`)

// message shows a text as it is: names of the user make no links.
func (s *sarif) message(text string) sarifMessage {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = linkLike.ReplaceAllStringFunc(diagram.Display(line), func(m string) string {
			return `\` + strings.Replace(m, "](", `\](`, 1)
		})
	}
	return sarifMessage{strings.Join(lines, "\n")}
}
