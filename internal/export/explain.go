package export

import (
	"bufio"
	"cmp"
	"io"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/model"
)

type explanationJSON struct {
	Schema          string           `json:"schema"`
	From            string           `json:"from"`
	To              string           `json:"to"`
	Port            *askedJSON       `json:"port"` // null when every port was asked for
	Verdict         string           `json:"verdict"`
	UndefinedReason string           `json:"undefinedReason"`
	AllowedPorts    []portJSON       `json:"allowedPorts"`
	Text            string           `json:"text"`
	Egress          sideJSON         `json:"egress"`
	Ingress         sideJSON         `json:"ingress"`
	Suggestions     []suggestionJSON `json:"suggestions"`
	Probe           *probeJSON       `json:"probe,omitempty"` // where it was asked for
}

type probeJSON struct {
	Outcome  string        `json:"outcome"`
	Text     string        `json:"text"`
	Commands []commandJSON `json:"commands"`
}

type commandJSON struct {
	Text    string `json:"text"`
	Command string `json:"command"`
}

type askedJSON struct {
	Protocol string `json:"protocol"`
	Port     uint16 `json:"port"`
}

type sideJSON struct {
	Verdict    string         `json:"verdict"`
	IsolatedBy []isolatorJSON `json:"isolatedBy"`
	Grants     []grantJSON    `json:"grants"`
	Misses     []missJSON     `json:"misses"`
}

type isolatorJSON struct {
	Policy string `json:"policy"`
	File   string `json:"file"`
	Line   int    `json:"line"`
}

// grantJSON has the indexes from 0; -1 stands for no rule, and for a rule as a whole.
type grantJSON struct {
	Policy string `json:"policy"`
	Rule   int    `json:"rule"`
	Peer   int    `json:"peer"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Text   string `json:"text"`
}

type missJSON struct {
	Policy string `json:"policy"`
	Rule   int    `json:"rule"`
	Peer   int    `json:"peer"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
}

type suggestionJSON struct {
	Text  string         `json:"text"`
	YAML  string         `json:"yaml"`
	Edits []fileEditJSON `json:"edits"`
	// Opens and Closes name some of the connections that it changes.
	Opens  string `json:"opens"`
	Closes string `json:"closes"`
}

// fileEditJSON is an edit with its file, since a suggestion may change several.
type fileEditJSON struct {
	File string `json:"file"`
	editJSON
}

// ExplanationJSON writes an explanation as netpolscope.explain/v1.
func ExplanationJSON(out io.Writer, e explain.Explanation) error {
	answer := explanationJSON{
		Schema: "netpolscope.explain/v1", From: e.From, To: e.To,
		Verdict: string(e.Verdict), UndefinedReason: e.UndefinedReason,
		AllowedPorts: portsOf(e.Ports), Text: e.Text(),
		Egress: sideOf(e.Egress), Ingress: sideOf(e.Ingress),
		Suggestions: all(e.Suggestions, func(s explain.Suggestion) suggestionJSON {
			return suggestionJSON{s.Text, s.YAML, all(s.Edits, func(e diag.Edit) fileEditJSON { return fileEditJSON{e.Range.File, editOf(e)} }), s.Opens, s.Closes}
		}),
	}
	if e.Port != nil {
		answer.Port = &askedJSON{cmp.Or(e.Port.Other, e.Port.Protocol.String()), e.Port.Number}
	}
	if t := e.Trial; t != nil {
		answer.Probe = &probeJSON{string(t.Outcome), t.Text, all(t.Commands, func(c explain.Command) commandJSON { return commandJSON{c.Text, c.Line} })}
	}
	return indentedJSON(out, answer)
}

func sideOf(s explain.Side) sideJSON {
	return sideJSON{
		Verdict: string(s.Verdict),
		IsolatedBy: all(s.IsolatedBy, func(p *model.Policy) isolatorJSON {
			at := p.Source.Locate("")
			return isolatorJSON{p.ID, at.File, at.Start.Line}
		}),
		Grants: all(s.Grants, func(g explain.Entry) grantJSON {
			return grantJSON{g.Policy.ID, g.Rule, g.Peer, g.At.File, g.At.Start.Line, g.Text}
		}),
		Misses: all(s.Misses, func(m explain.Entry) missJSON {
			return missJSON{m.Policy.ID, m.Rule, m.Peer, m.At.File, m.At.Start.Line, string(m.Reason), m.Text}
		}),
	}
}

// ExplanationText writes an explanation for people.
func ExplanationText(out io.Writer, e explain.Explanation) error {
	w := bufio.NewWriter(out)
	text := e.Text() + "\n"
	if e.Trial != nil {
		text += "To try it (" + string(e.Trial.Outcome) + "): " + e.Trial.Text + "\n"
		for _, c := range e.Trial.Commands {
			text += "# " + c.Text + "\n" + c.Line + "\n"
		}
	}
	for line := range strings.Lines(text) {
		w.WriteString(diagram.Display(strings.TrimSuffix(line, "\n")))
		w.WriteByte('\n')
	}
	return w.Flush()
}
