package expect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Problem is a place of a file that is not as the format has it.
type Problem struct {
	At   diag.Range
	Text string
}

// Parse reads a file of expectations. Where there is a problem the rest is read all the
// same, to tell of all of them, but should not be relied on.
func Parse(s manifest.Source) ([]Expectation, []Problem) {
	r := reader{file: s.Name}
	root, findings := manifest.OpenText(s)
	for _, f := range findings {
		r.problems = append(r.problems, Problem{f.Range, f.Summary})
	}
	switch {
	case len(findings) > 0:
	case !root.IsWritten():
		r.problems = append(r.problems, Problem{diag.Range{File: s.Name}, "The file is empty. Write `expectations:` and below it a list of entries with `from`, `to` and `expect`."})
	case !root.IsMap():
		r.wrong(root, "The file begins with `expectations:`, and the list of entries stands below it.")
	default:
		r.fields(root, "expectations")
		list := root.Field("expectations")
		if list.IsWritten() && !list.IsList() || !list.IsWritten() {
			r.wrong(root, "`expectations` is a list of entries with `from`, `to` and `expect`.")
		}
		for _, item := range list.Items() {
			r.entry(item)
		}
	}
	return r.found, r.problems
}

type reader struct {
	file     string
	found    []Expectation
	problems []Problem
}

func (r *reader) wrong(at manifest.Part, format string, args ...any) {
	r.problems = append(r.problems, Problem{at.Range(), fmt.Sprintf(format, args...)})
}

// fields finds keys that are not among those known, or written twice.
func (r *reader) fields(in manifest.Part, known ...string) {
	for _, f := range in.Fields() {
		if slices.Contains(known, f.Name()) {
			continue
		}
		instead := "write one of " + listed(known)
		if near := explain.Nearest(f.Name(), known, 1)[0]; manifest.Distance(f.Name(), near) <= 2 {
			instead = "write `" + near + "`"
		}
		r.problems = append(r.problems, Problem{f.KeyRange(), fmt.Sprintf("There is no field `%s`; %s.", f.Name(), instead)})
	}
	for _, f := range in.Repeated() {
		r.problems = append(r.problems, Problem{f.KeyRange(), fmt.Sprintf("`%s` is there twice; keep one.", f.Name())})
	}
}

func listed(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, "`"+w+"`")
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

func (r *reader) entry(item manifest.Part) {
	if !item.IsMap() {
		r.wrong(item, "An entry has the fields `from`, `to` and `expect`: `- {from: shop/web, to: shop/db, expect: blocked}`.")
		return
	}
	r.fields(item, "from", "to", "port", "protocol", "expect", "reason")
	e := Expectation{At: item.Range(), From: r.ends(item, "from"), To: r.ends(item, "to")}
	r.ports(item, &e)
	verdict := item.Field("expect")
	e.Expect = Verdict(verdict.Text())
	switch {
	case !verdict.IsWritten():
		r.wrong(item, "`expect` is missing; write `expect: allowed` or `expect: blocked`.")
	case e.Expect != Allowed && e.Expect != Blocked:
		r.wrong(verdict, "`expect` is `%s`; write `allowed` or `blocked`.", verdict.Text())
	}
	if reason := item.Field("reason"); reason.IsWritten() && !reason.IsScalar() {
		r.wrong(reason, "`reason` is a text.")
	} else {
		e.Reason = strings.TrimSpace(reason.Text())
	}
	for _, side := range []struct {
		name  string
		names []string
	}{{"from", e.From}, {"to", e.To}} {
		if !slices.Contains(side.names, Others) {
			continue
		}
		switch {
		case len(side.names) > 1:
			r.wrong(item.Field(side.name), "`others` stands alone; make the other names an entry of their own.")
		case e.Expect == Allowed:
			r.wrong(item, "`others` goes with `expect: blocked`: that nothing else may. For everybody write `\"*\"`.")
		}
	}
	if isOthers(e.From) && isOthers(e.To) {
		r.wrong(item, "Only one of `from` and `to` can be `others`.")
	}
	r.found = append(r.found, e)
}

// ends reads one end: a name or a list of names.
func (r *reader) ends(item manifest.Part, field string) []string {
	end := item.Field(field)
	parts := []manifest.Part{end}
	switch {
	case !end.IsWritten():
		r.wrong(item, "`%s` is missing; write a name as `shop/web`, `shop/*`, `world` or an address.", field)
		return nil
	case end.IsList():
		if parts = end.Items(); len(parts) == 0 {
			r.wrong(end, "`%s` is an empty list, which is nobody; write a name, or take the entry out.", field)
		}
	}
	var names []string
	for _, p := range parts {
		if !p.IsText() || strings.TrimSpace(p.Text()) == "" {
			r.wrong(p, "`%s` is a name as `shop/web`, `shop/*`, `world` or an address, or a list of them.", field)
			continue
		}
		names = append(names, strings.TrimSpace(p.Text()))
	}
	return names
}

func (r *reader) ports(item manifest.Part, e *Expectation) {
	protocol, port := item.Field("protocol"), item.Field("port")
	e.Protocols = netset.Protocols[:]
	if port.IsWritten() {
		e.Protocols = []netset.Protocol{netset.TCP}
	}
	if protocol.IsWritten() {
		if p, ok := netset.ParseProtocol(protocol.Text()); ok {
			e.Protocols = []netset.Protocol{p}
		} else {
			r.wrong(protocol, "`protocol` is `%s`; write `TCP`, `UDP` or `SCTP`.", protocol.Text())
		}
	}
	parts := []manifest.Part{port}
	switch {
	case !port.IsWritten():
		return
	case port.IsList():
		if parts = port.Items(); len(parts) == 0 {
			r.wrong(port, "`port` is an empty list; leave it out for every port.")
		}
	}
	for _, p := range parts {
		if parsed, problem := parsePort(p); problem != "" {
			r.wrong(p, "%s", problem)
		} else {
			e.Ports = append(e.Ports, parsed)
		}
	}
}

func parsePort(p manifest.Part) (Port, string) {
	text := strings.TrimSpace(p.Text())
	if number, protocol, ok := strings.Cut(text, "/"); ok {
		return Port{}, fmt.Sprintf("`port` is `%s`; write `port: %s` and `protocol: %s`.", text, number, strings.ToUpper(protocol))
	}
	first, last, isRange := strings.Cut(text, "-")
	from, err := strconv.ParseUint(first, 10, 16)
	to := from
	if isRange && err == nil {
		to, err = strconv.ParseUint(last, 10, 16)
	}
	switch {
	case !p.IsScalar():
		return Port{}, "`port` is a number, a range as `8000-8080`, the name of a port, or a list of them."
	case err == nil && from > 0 && from <= to:
		return Port{First: uint16(from), Last: uint16(to)}, ""
	case strings.ContainsFunc(text, func(c rune) bool { return c >= 'a' && c <= 'z' }) && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == "":
		return Port{Name: text}, ""
	}
	return Port{}, fmt.Sprintf("`port` is `%s`; write a number from 1 to 65535, a range as `8000-8080`, or the name of a port.", text)
}

func isOthers(names []string) bool { return len(names) == 1 && names[0] == Others }
