package manifest

import (
	"fmt"
	"strings"
	"testing"
)

func TestPicturesCarryManifests(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
	carrying := func(before, text string) string {
		return before + `<svg xmlns="http://www.w3.org/2000/svg"><title>&lt;a&gt;</title><metadata data-netpolscope="source/v1">` + text + `</metadata><g/></svg>`
	}
	for name, test := range map[string]struct {
		text    string
		objects int
		finding string
	}{
		"plain":              {carrying("", pod), 1, ""},
		"with a prologue":    {carrying("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a remark -->\n", pod), 1, ""},
		"escaped":            {carrying("\n  ", strings.ReplaceAll(pod, "a}", "&#97;}")), 1, ""},
		"broken manifests":   {carrying("", "kind: [\n"), 0, "picture.svg:1: Line 1 cannot be read"},
		"without any":        {`<svg xmlns="http://www.w3.org/2000/svg"><metadata>x</metadata></svg>`, 0, "picture.svg is a picture that does not carry its manifests."},
		"no end":             {carrying("", pod)[:150], 0, "picture.svg is a picture that does not carry its manifests."},
		"another version":    {strings.Replace(carrying("", pod), "source/v1", "source/v2", 1), 0, "picture.svg is a picture that does not carry its manifests."},
		"entities of theirs": {carrying(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]>`, "&a;"), 0, "picture.svg is a picture that does not carry its manifests."},
	} {
		b, err := Parse([]Source{{Name: "picture.svg", Data: []byte(test.text)}}, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Objects) != test.objects {
			t.Errorf("%s: %d objects, want %d: %v", name, len(b.Objects), test.objects, b.Findings)
		}
		said := ""
		for _, f := range b.Findings {
			said += fmt.Sprintf("%s:%d: %s", f.Range.File, f.Range.Start.Line, f.Summary)
		}
		if (said == "") != (test.finding == "") || !strings.Contains(said, test.finding) {
			t.Errorf("%s: found %q, want %q", name, said, test.finding)
		}
	}
}
