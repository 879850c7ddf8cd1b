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

// switches gives the policies that can be turned off, as far as they fit in a row.
func switches(e *evaluation) []templates.Switch {
	var list []templates.Switch
	namespaces := map[string]bool{}
	for _, p := range e.Cluster.Policies {
		namespaces[p.Namespace.Name] = true
	}
	for _, p := range e.Cluster.Policies {
		if !p.InForce || len(list) == mostSwitches {
			continue
		}
		s := policySwitch(e, p)
		if len(namespaces) == 1 {
			s.Name = p.Name
		}
		list = append(list, s)
	}
	return list
}

func policySwitch(e *evaluation, p *model.Policy) templates.Switch {
	s := templates.Switch{Value: p.ID, Name: p.ID, Title: "Policy " + p.ID + ": look at the bundle without it"}
	for _, off := range e.state.off {
		s.Off = s.Off || off == (reach.Off{Policy: p.ID})
	}
	return s
}

// switchesOf gives the switches that stand in the list of policies.
func switchesOf(policies []templates.Policy) []templates.Switch {
	var list []templates.Switch
	for _, p := range policies {
		if p.Switch != nil {
			list = append(list, *p.Switch)
		}
	}
	return list
}

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
			s := policySwitch(e, p)
			row.Switch = &s
			row.Chooses = chosen(p.PodSelector, "every pod of "+p.Namespace.Name)
			row.Direction = limits(p)
			row.Rules = ruleTexts(p)
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

// ruleTexts says in a line each what the rules let through.
func ruleTexts(p *model.Policy) []string {
	if len(p.Rules) == 0 {
		return []string{"nothing"}
	}
	var texts []string
	for i := range p.Rules {
		r := &p.Rules[i]
		texts = append(texts, fmt.Sprintf("%s %s on %s", [...]string{"from", "to"}[r.Direction], peerTexts(r), portTexts(r)))
	}
	return texts
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
