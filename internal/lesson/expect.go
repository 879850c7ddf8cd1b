package lesson

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
)

// Expectation says of one connection whether it should be allowed. Both ends are names as
// explain takes them.
type Expectation struct {
	From, To string
	Port     explain.Port
	Allowed  bool
}

// Place gives the destination as people write it: "shop/db on TCP 3306".
func (e Expectation) Place() string { return e.To + " on " + e.Port.String() }

// parseExpectations reads a list of entries, each of which stands in braces on a line of
// its own:
//
//	expectations:
//	- {from: shop/web, to: shop/db, port: 3306, protocol: TCP, expect: blocked}
func parseExpectations(file, text string) (all []Expectation, err error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) == "" || strings.TrimSpace(line) == "expectations:" {
			continue
		}
		e, err := parseExpectation(strings.TrimSpace(line))
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		all = append(all, e)
	}
	return all, nil
}

func parseExpectation(line string) (e Expectation, err error) {
	inside, ok := strings.CutPrefix(line, "- {")
	if inside, closed := strings.CutSuffix(inside, "}"); ok && closed {
		return fieldsOf(inside)
	}
	return e, fmt.Errorf("an entry is written as `- {from: shop/web, to: shop/db, port: 3306, expect: blocked}`, on one line")
}

func fieldsOf(inside string) (e Expectation, err error) {
	port, protocol, verdict := "", "TCP", ""
	for field := range strings.SplitSeq(inside, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(field), ": ")
		switch value = strings.Trim(value, ` "'`); key {
		case "from":
			e.From = value
		case "to":
			e.To = value
		case "port":
			port = value
		case "protocol":
			protocol = value
		case "expect":
			verdict = value
		default:
			return e, fmt.Errorf("there is no field `%s`; write from, to, port, protocol and expect", key)
		}
	}
	if e.From == "" || e.To == "" {
		return e, fmt.Errorf("`from` and `to` need a name each")
	}
	if e.Port, err = explain.ParsePort(port + "/" + protocol); err != nil {
		return e, err
	}
	if e.Allowed = verdict == "allowed"; !e.Allowed && verdict != "blocked" {
		return e, fmt.Errorf("`expect` is `%s`; write `allowed` or `blocked`", verdict)
	}
	return e, nil
}
