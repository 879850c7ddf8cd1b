package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/lint"
)

// rules gives the page of each code among findings, by code, and where each stands.
func (s *sarif) rules(findings diag.List) ([]sarifRule, map[diag.Code]int) {
	var codes []diag.Code
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	rules, index := make([]sarifRule, 0, len(codes)), map[diag.Code]int{}
	for _, code := range codes {
		page, ok := lint.PageOf(code.Name())
		if !ok {
			panic("export: no page for " + string(code))
		}
		index[code] = len(rules)
		rules = append(rules, s.rule(page))
	}
	return rules, index
}

func (s *sarif) rule(p lint.Page) sarifRule {
	var plain, marked []string
	for _, x := range p.Sections {
		plain = append(plain, x.Heading+":")
		marked = append(marked, "## "+x.Heading)
		plain = append(plain, x.Paragraphs...)
		marked = append(marked, x.Paragraphs...)
	}
	for _, x := range []struct {
		heading string
		files   []lint.File
	}{{"Instead of", p.Bad}, {"write", p.Good}} {
		marked = append(marked, "## "+strings.ToUpper(x.heading[:1])+x.heading[1:])
		for _, f := range x.files {
			marked = append(marked, fenced(f.Written))
		}
	}
	r := sarifRule{
		ID: string(p.Code), Name: p.Code.Name(),
		ShortDescription:     sarifMessage{p.Title},
		FullDescription:      sarifMessage{strings.Join(p.Sections[0].Paragraphs, " ")},
		Help:                 sarifHelp{strings.Join(plain, "\n\n"), strings.Join(marked, "\n\n")},
		DefaultConfiguration: sarifConfiguration{levels[p.Severity]},
		Properties:           sarifProperties{[]string{"kubernetes", "network-policy"}},
	}
	if s.BaseURL != "" {
		r.HelpURI = strings.TrimSuffix(s.BaseURL, "/") + "/checks/" + p.Code.Name()
	}
	return r
}

// fenced writes an example as a block of Markdown.
func fenced(text string) string { return "```yaml\n" + strings.TrimSuffix(text, "\n") + "\n```" }

// fingerprintName names what a fingerprint is made of; another recipe takes another
// number.
const fingerprintName = "netpolscopeFinding/v1"

// fingerprint names a finding by what it is about: code, object and field, so that it is
// known again when lines move; without an object, the file. Those that are then the same
// are counted.
func (s *sarif) fingerprint(f diag.Finding) string {
	about := f.Object
	if about == "" {
		about = path.Clean(f.Range.File)
	}
	key := strings.Join([]string{string(f.Code), about, f.Field}, "\x00")
	s.seen[key]++
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s\x00%d", key, s.seen[key])))
	return hex.EncodeToString(sum[:16])
}
