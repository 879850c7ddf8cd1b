package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
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
	at := anchorsOf(words)
	for _, p := range words.Policies {
		v.Policies = append(v.Policies, policyWords(p, places, at))
	}
	for _, x := range words.Ends {
		v.Ends = append(v.Ends, endWords(e.Matrix, x, at))
	}
	if words.PoliciesLeft > 0 {
		v.MorePolicies = fmt.Sprintf("%s more policies are in the list of policies.", number(words.PoliciesLeft))
	}
	if words.EndsLeft > 0 {
		v.MoreEnds = fmt.Sprintf("%s more: ask about them by name under the graph, or see the CSV.", counted(words.EndsLeft, "entity", "entities"))
	}
	return v
}

// anchors are the places on the page at which something is put into words; what is not
// there has none.
type anchors struct {
	policies map[string]string // by id: a policy with a rule switched off is another
	ends     map[*model.Entity]string
}

func anchorsOf(words explain.Rules) anchors {
	at := anchors{map[string]string{}, map[*model.Entity]string{}}
	for i, p := range words.Policies {
		at.policies[p.Policy.ID] = fmt.Sprintf("policy-%d", i+1)
	}
	for i, x := range words.Ends {
		for _, e := range append([]*model.Entity{x.Entity}, x.Alike...) {
			at.ends[e] = fmt.Sprintf("end-%d", i+1)
		}
	}
	return at
}

// to gives a link to a place on the page, without one where there is none.
func to(anchor, text string) templates.Link {
	if anchor == "" {
		return templates.Link{Text: text}
	}
	return templates.Link{Text: text, Href: "#" + anchor}
}

func policyWords(p explain.PolicyRules, places places, at anchors) templates.PolicyWords {
	w := templates.PolicyWords{ID: p.Policy.ID, Anchor: at.policies[p.Policy.ID], Idle: p.Off || !p.Policy.InForce}
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
	for i, x := range p.Chosen {
		if i == mostChosen && len(p.Chosen) > mostChosen+1 {
			w.ChosenMore = fmt.Sprintf("and %s more", number(len(p.Chosen)-i))
			break
		}
		w.Chosen = append(w.Chosen, to(at.ends[x], explain.ShortName(x)))
	}
	return w
}

func endWords(m *reach.Matrix, x explain.End, at anchors) templates.EndWords {
	w := templates.EndWords{ID: x.Entity.ID, Anchor: at.ends[x.Entity], Name: explain.ShortName(x.Entity), Called: x.Called, Calls: x.Calls, Note: x.Note}
	for _, d := range model.Directions {
		for _, p := range m.IsolatedBy(x.Entity, d) {
			if l := to(at.policies[p.ID], p.ID); !slices.Contains(w.Policies, l) {
				w.Policies = append(w.Policies, l)
			}
		}
	}
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
