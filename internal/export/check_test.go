package export_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// junitElements says what readers of JUnit XML take, as the schema junit-10 of Jenkins has
// it: the attributes that an element must and may have, and what stands inside of it.
var junitElements = map[string]struct{ must, may, inside []string }{
	"testsuites": {nil, []string{"name", "time", "tests", "failures", "errors"}, []string{"testsuite"}},
	"testsuite": {[]string{"name", "tests", "failures", "errors"},
		[]string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		[]string{"testsuite", "properties", "testcase", "system-out", "system-err"}},
	"testcase":   {[]string{"name"}, []string{"time", "classname", "group"}, []string{"skipped", "error", "failure", "system-out", "system-err"}},
	"failure":    {nil, []string{"type", "message"}, []string{"text"}},
	"error":      {nil, []string{"type", "message"}, []string{"text"}},
	"system-out": {nil, nil, []string{"text"}},
}

// junitProblems holds a document against junitElements, and the counts of a suite against
// its cases.
func junitProblems(document []byte) (problems []string) {
	type open struct {
		name   string
		counts map[string]int
		says   map[string]string
	}
	stack := []open{{name: "", counts: map[string]int{}}}
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return problems
		}
		if err != nil {
			return append(problems, err.Error())
		}
		in := &stack[len(stack)-1]
		switch x := token.(type) {
		case xml.StartElement:
			name := x.Name.Local
			rule, known := junitElements[name]
			if !known || in.name == "" && name != "testsuites" || in.name != "" && !slices.Contains(junitElements[in.name].inside, name) {
				problems = append(problems, name+" stands inside of "+in.name)
			}
			o := open{name: name, counts: map[string]int{}, says: map[string]string{}}
			for _, a := range x.Attr {
				if !slices.Contains(rule.must, a.Name.Local) && !slices.Contains(rule.may, a.Name.Local) {
					problems = append(problems, name+" has the attribute "+a.Name.Local)
				}
				o.says[a.Name.Local] = a.Value
			}
			for _, must := range rule.must {
				if _, ok := o.says[must]; !ok {
					problems = append(problems, name+" lacks the attribute "+must)
				}
			}
			for i := range stack {
				stack[i].counts[name]++
			}
			stack = append(stack, o)
		case xml.EndElement:
			for attribute, element := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error"} {
				if says, ok := in.says[attribute]; ok && says != strconv.Itoa(in.counts[element]) {
					problems = append(problems, in.name+" says "+attribute+"="+says)
				}
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if strings.TrimSpace(string(x)) != "" && !slices.Contains(junitElements[in.name].inside, "text") {
				problems = append(problems, in.name+" holds text")
			}
		}
	}
}

// TestJUnit holds what check writes against what readers of JUnit XML take, for names and
// reasons with everything that XML minds.
func TestJUnit(t *testing.T) {
	report := run(t, manifest.Source{Name: "a.yaml", Data: []byte(`
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db, namespace: shop}, spec: {podSelector: {matchLabels: {app: db}}}}
`)})
	list, problems := expect.Parse(manifest.Source{Name: "a&b<c>.yaml", Data: []byte(`expectations:
- {from: shop/web, to: shop/db, port: 5432, expect: allowed, reason: "]]> <&\" \u0001 \uFFFE 😀"}
- {from: shop/web, to: shop/db, expect: blocked}
- {from: "shop/<web>", to: shop/db, expect: blocked}
- {from: others, to: shop/db, expect: blocked}
`)})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, some := range [][]expect.Expectation{nil, list} {
		var out bytes.Buffer
		if err := export.CheckJUnit(&out, "a&b<c>.yaml", expect.Check(report.Matrix, some)); err != nil {
			t.Fatal(err)
		}
		for _, p := range junitProblems(out.Bytes()) {
			t.Errorf("%s in\n%s", p, out.Bytes())
		}
		if len(some) > 0 && (strings.Count(out.String(), "<failure") != 1 || strings.Count(out.String(), "<error") != 1) {
			t.Errorf("one should fail and one not be judged:\n%s", out.Bytes())
		}
	}
	for _, bad := range []string{
		`<testsuites><testcase name="x"/></testsuites>`, `<testsuites><testsuite name="x" tests="1" failures="0" errors="0"/></testsuites>`,
		`<testsuites><testsuite tests="0" failures="0" errors="0"/></testsuites>`, `<testsuites x="y"/>`, `<testsuites>x</testsuites>`, `<testsuite`,
	} {
		if len(junitProblems([]byte(bad))) == 0 {
			t.Errorf("%s is taken", bad)
		}
	}
}
