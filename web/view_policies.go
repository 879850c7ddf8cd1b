package web

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/templates"
)

// What a policy changes takes an evaluation without it, and one without each of its
// rules: worth it where there are not too many.
const (
	mostEffects       = 100
	mostEffectClasses = 300
)

func policiesView(e *evaluation, places places) []templates.Policy {
	if e.state.view != "policies" {
		return nil
	}
	var list []templates.Policy
	effects := len(e.Cluster.Policies) <= mostEffects && len(e.Cluster.Classes) <= mostEffectClasses
	for i, p := range e.Cluster.Policies {
		if i == mostPolicies {
			break
		}
		row := templates.Policy{ID: p.ID, InForce: p.InForce, Code: string(p.Code), CodeName: p.Code.Name(), Where: places.link(p.Source.Locate(""))}
		if p.InForce {
			s := offSwitch(e, reach.Off{Policy: p.ID}, "Policy "+p.ID+": look at the bundle without it")
			row.Switch = &s
			row.Chooses = chosen(p.PodSelector, "every pod of "+p.Namespace.Name)
			row.Direction = limits(p)
			row.Rules = ruleRows(e, p)
			if effects {
				row.Effect = explain.EffectOf(e.Matrix, p).Sentences
			}
		}
		list = append(list, row)
	}
	return list
}

func chosen(s *model.Selector, everything string) string {
	if s.Empty() {
		return everything
	}
	return "pods " + s.String()
}

// limits says which sides a policy limits.
func limits(p *model.Policy) string {
	switch {
	case p.Isolates[model.Ingress] && p.Isolates[model.Egress]:
		return "entering and leaving"
	case p.Isolates[model.Egress]:
		return "leaving"
	default:
		return "entering"
	}
}

// ruleRows says in a line each what the rules let through.
func ruleRows(e *evaluation, p *model.Policy) []templates.PolicyRule {
	if len(p.Rules) == 0 {
		return []templates.PolicyRule{{Text: "nothing"}}
	}
	var rows []templates.PolicyRule
	for i := range p.Rules {
		r := &p.Rules[i]
		off := reach.Off{Policy: p.ID, Rule: true, Direction: r.Direction, Index: r.Index}
		s := offSwitch(e, off, fmt.Sprintf("Rule %d of %s of %s: look at the bundle without it; the policy still limits whom it chooses", r.Index+1, r.Direction, p.ID))
		s.Name = fmt.Sprintf("%s rule %d", r.Direction, r.Index+1)
		rows = append(rows, templates.PolicyRule{Switch: &s, Text: fmt.Sprintf("%s %s on %s", [...]string{"from", "to"}[r.Direction], peerTexts(r), portTexts(r))})
	}
	return rows
}

func peerTexts(r *model.Rule) string {
	if r.AnyPeer {
		return "anybody"
	}
	var texts []string
	for _, p := range r.Peers {
		switch {
		case p.Block != nil:
			texts = append(texts, p.Block.Name)
		case p.Namespaces == nil:
			texts = append(texts, chosen(p.Pods, "every pod")+" of the namespace")
		case p.Namespaces.Empty():
			texts = append(texts, chosen(p.Pods, "every pod")+" of any namespace")
		default:
			texts = append(texts, chosen(p.Pods, "every pod")+" in namespaces "+p.Namespaces.String())
		}
	}
	return strings.Join(texts, ", or ")
}

func portTexts(r *model.Rule) string {
	if r.AnyPort {
		return "every port"
	}
	var texts []string
	for _, p := range r.Ports {
		switch {
		case p.Name != "":
			texts = append(texts, fmt.Sprintf("%s %q", p.Protocol, p.Name))
		case p.First == netset.FirstPort && p.Last == netset.LastPort:
			texts = append(texts, "every "+p.Protocol.String()+" port")
		case p.First == p.Last:
			texts = append(texts, fmt.Sprintf("%s %d", p.Protocol, p.First))
		default:
			texts = append(texts, fmt.Sprintf("%s %d–%d", p.Protocol, p.First, p.Last))
		}
	}
	return strings.Join(texts, ", ")
}
