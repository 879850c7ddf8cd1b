package export

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/expect"
)

type checkSummaryJSON struct {
	Expectations int `json:"expectations"`
	Holds        int `json:"holds"`
	Fails        int `json:"fails"`
	Unknown      int `json:"unknown"`
}

type checkResultJSON struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`
	From    []string `json:"from"`
	To      []string `json:"to"`
	Ports   string   `json:"ports"` // in words: "TCP 5432", "every port"
	Expect  string   `json:"expect"`
	Reason  string   `json:"reason"`
	Outcome string   `json:"outcome"`
	// Problem says why an expectation cannot be judged; empty where it can.
	Problem  string             `json:"problem"`
	Pairs    int                `json:"pairs"`
	Failing  int                `json:"failing"`
	Unsure   int                `json:"unsure"`
	Note     string             `json:"note"`
	Failures []checkFailureJSON `json:"failures"`
}

type checkFailureJSON struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Alike int    `json:"alike"`
	Ports string `json:"ports"`
	Text  string `json:"text"`
}

func summaryOf(results []expect.Result) (s checkSummaryJSON) {
	s.Expectations = len(results)
	for _, r := range results {
		switch r.Outcome {
		case expect.Holds:
			s.Holds++
		case expect.Fails:
			s.Fails++
		default:
			s.Unknown++
		}
	}
	return s
}

// CheckJSON writes results as netpolscope.check/v1, one a line.
func CheckJSON(out io.Writer, results []expect.Result) error {
	w := newWriter(bufio.NewWriterSize(out, bufferSize), "netpolscope.check/v1")
	w.key("summary")
	w.value(summaryOf(results))
	list(w, "results", mapped(results, func(r expect.Result) checkResultJSON {
		return checkResultJSON{
			File: r.At.File, Line: r.At.Start.Line, From: r.From, To: r.To, Ports: r.PortWords(), Expect: string(r.Expect),
			Reason: r.Reason, Outcome: string(r.Outcome), Problem: r.Problem, Pairs: r.Pairs, Failing: r.Failing, Unsure: r.Unsure, Note: r.Note,
			Failures: all(r.Failures, func(f expect.Failure) checkFailureJSON {
				return checkFailureJSON{f.From, f.To, f.Alike, f.Ports.String(), f.Text}
			}),
		}
	}))
	return w.close()
}

// CheckText writes results for people, as a log shows them: a line for each expectation,
// below those that do not hold why, and a count at the end.
func CheckText(out io.Writer, results []expect.Result) error {
	w := bufio.NewWriterSize(out, bufferSize)
	for _, r := range results {
		fmt.Fprintf(w, "%s%s: %s\n", where(r.At), r.Outcome, diagram.Display(r.String()))
		indented(w, checkDetail(r))
	}
	fmt.Fprintln(w, CheckCounts(results))
	return w.Flush()
}

// checkDetail says what there is to say about a result beside what was expected.
func checkDetail(r expect.Result) string {
	var lines []string
	if r.Outcome != expect.Holds && r.Reason != "" {
		lines = append(lines, "Reason: "+r.Reason)
	}
	if r.Problem != "" {
		lines = append(lines, "It cannot be judged: "+strings.TrimSuffix(r.Problem, ".")+".")
	}
	shown := 0
	for _, f := range r.Failures {
		head := fmt.Sprintf("%s → %s", f.From, f.To)
		if f.Alike > 0 {
			head += fmt.Sprintf(" and %d alike", f.Alike)
		}
		if ports := f.Ports.String(); ports != "" {
			is := ": open on "
			if r.Expect == expect.Allowed {
				is = ": closed on "
			}
			if f.Ports.IsAll() {
				ports = "every port"
			}
			head += is + ports
		}
		lines = append(lines, head)
		for line := range strings.Lines(f.Text) {
			lines = append(lines, "    "+strings.TrimSuffix(line, "\n"))
		}
		shown += 1 + f.Alike
	}
	if more := r.Failing - shown; more > 0 {
		lines = append(lines, fmt.Sprintf("and %s more", counted(more, "connection")))
	}
	if r.Unsure > 0 {
		lines = append(lines, fmt.Sprintf("Not certain for %s: %s", counted(r.Unsure, "connection"), r.Note))
	}
	return strings.Join(lines, "\n")
}

// CheckCounts says how many expectations hold.
func CheckCounts(results []expect.Result) string {
	s := summaryOf(results)
	text := counted(s.Expectations, "expectation") + fmt.Sprintf(": %d hold, %d fail", s.Holds, s.Fails)
	if s.Unknown > 0 {
		text += fmt.Sprintf(", %d cannot be judged", s.Unknown)
	}
	return text
}

type (
	junitSuites struct {
		XMLName  xml.Name   `xml:"testsuites"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Suite    junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string     `xml:"name,attr"`
		ClassName string     `xml:"classname,attr"`
		Failure   *junitFail `xml:"failure"`
		Error     *junitFail `xml:"error"`
		Output    *junitText `xml:"system-out"`
	}
	junitFail struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		junitText
	}
	// junitText is text that is escaped already, with its lines kept as lines.
	junitText struct {
		Escaped string `xml:",innerxml"`
	}
)

// CheckJUnit writes results as JUnit XML: a test case for each expectation, which fails
// where the expectation does, and is an error where it cannot be judged. It has no times,
// so that the same answers are the same bytes.
func CheckJUnit(out io.Writer, file string, results []expect.Result) error {
	s := summaryOf(results)
	suite := junitSuite{Name: diagram.Display(file), Tests: s.Expectations, Failures: s.Fails, Errors: s.Unknown}
	for _, r := range results {
		c := junitCase{Name: diagram.Display(fmt.Sprintf("line %d: %s", r.At.Start.Line, &r.Expectation)), ClassName: suite.Name}
		var text strings.Builder
		indented(&text, checkDetail(r))
		fail := &junitFail{Type: string(r.Outcome), Message: diagram.Display(r.String()), junitText: *escaped("\n" + text.String())}
		switch {
		case r.Outcome == expect.Fails:
			c.Failure = fail
		case r.Outcome == expect.Unknown:
			c.Error = fail
		case text.Len() > 0:
			c.Output = escaped("\n" + text.String())
		}
		suite.Cases = append(suite.Cases, c)
	}
	w := bufio.NewWriterSize(out, bufferSize)
	w.WriteString(xml.Header)
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{Name: "netpolscope check", Tests: suite.Tests, Failures: suite.Failures, Errors: suite.Errors, Suite: suite}); err != nil {
		return err
	}
	w.WriteByte('\n')
	return w.Flush()
}

// escaped writes text for an element, where a line may end as it does.
func escaped(text string) *junitText {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		panic("export: " + err.Error()) // a builder takes everything
	}
	return &junitText{strings.ReplaceAll(b.String(), "&#xA;", "\n")}
}

// Problem gives what is wrong with a file of expectations, with its place.
func Problem(p expect.Problem) string { return where(p.At) + diagram.Display(p.Text) }
