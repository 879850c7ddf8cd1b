package web

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/templates"
)

// What the page puts into words at most.
const (
	mostSaid   = 200
	mostEnds   = 80
	mostChosen = 6
)

// rulesView gives the policies in words, where that is what the reader looks at.
func rulesView(e *evaluation, places places) templates.Rules {
	if e.state.view != "rules" || !e.Readable {
		return templates.Rules{}
	}
	words := explain.InWords(e.Matrix, explain.Most{Policies: mostSaid, Ends: mostEnds})
	v := templates.Rules{Always: words.Always}
	for _, p := range words.Policies {
		v.Policies = append(v.Policies, policyWords(p, places))
	}
	for _, x := range words.Ends {
		v.Ends = append(v.Ends, endWords(x))
	}
	if words.PoliciesLeft > 0 {
		v.MorePolicies = fmt.Sprintf("%s more policies are in the list of policies.", number(words.PoliciesLeft))
	}
	if words.EndsLeft > 0 {
		v.MoreEnds = fmt.Sprintf("%s more: ask about them by name under the graph, or see the CSV.", counted(words.EndsLeft, "entity", "entities"))
	}
	return v
}

func policyWords(p explain.PolicyRules, places places) templates.PolicyWords {
	w := templates.PolicyWords{ID: p.Policy.ID, Idle: p.Off || !p.Policy.InForce}
	if p.Policy.InForce {
		w.Limits = limits(p.Policy)
	}
	for _, s := range p.Sentences {
		said := templates.Said{Text: s.Text, Where: places.link(s.At)}
		// Sentences about one place name it once, behind the last of them.
		if n := len(w.Sentences); n > 0 && w.Sentences[n-1].Where == said.Where {
			w.Sentences[n-1].Where = templates.Link{}
		}
		w.Sentences = append(w.Sentences, said)
	}
	var names []string
	for i, x := range p.Chosen {
		if i == mostChosen && len(p.Chosen) > mostChosen+1 {
			names = append(names, fmt.Sprintf("%s more", number(len(p.Chosen)-i)))
			break
		}
		names = append(names, x.Name)
	}
	if len(names) > 0 {
		w.Chosen = "Now: " + strings.Join(names, ", ") + "."
	}
	return w
}

func endWords(x explain.End) templates.EndWords {
	w := templates.EndWords{ID: x.Entity.ID, Name: explain.ShortName(x.Entity), Called: x.Called, Calls: x.Calls, Note: x.Note}
	if len(x.Alike) > 0 {
		w.Alike = fmt.Sprintf("and %s that are alike", counted(len(x.Alike), "other", "others"))
		var ids []string
		for _, e := range x.Alike[:min(len(x.Alike), mostSaid)] {
			ids = append(ids, e.ID)
		}
		w.AlikeAll = strings.Join(ids, ", ")
	}
	return w
}
