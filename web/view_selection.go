package web

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/templates"
)

// Up to so many classes it is worked out what a single rule grants, and of so many
// policies it is said where their rules are.
const (
	mostLitClasses = 400
	mostLocated    = 300
)

// lit are the connections that a policy or rule grants: the one that is selected, else
// the one in which the caret stands.
type lit struct {
	part  *reach.Off
	pairs map[[2]*model.Class]bool
}

func litBy(e *evaluation) lit {
	l := lit{part: cmp.Or(e.state.selectedPolicy, e.state.caret), pairs: map[[2]*model.Class]bool{}}
	if l.part == nil || !e.Readable || len(e.Cluster.Classes) > mostLitClasses {
		return l
	}
	for c := range e.Matrix.GrantedBy(*l.part) {
		l.pairs[[2]*model.Class{c.From, c.To}] = true
	}
	return l
}

// between reports whether a connection from one of some entities to one of others is lit.
func (l lit) between(from, to []*model.Entity) bool {
	if len(l.pairs) == 0 {
		return false
	}
	for pair := range l.pairs {
		starts := slices.ContainsFunc(from, func(x *model.Entity) bool { return x.Class == pair[0] })
		if starts && slices.ContainsFunc(to, func(x *model.Entity) bool { return x.Class == pair[1] }) {
			return true
		}
	}
	return false
}

// lightTable marks the cells whose connection is lit.
func (l lit) lightTable(m *templates.Matrix, axes []axis) {
	for i, a := range axes {
		for j, b := range axes {
			if l.between(a.members, b.members) {
				m.Rows[i].Cells[j].Lit = true
			}
		}
	}
}

// lightPicture marks the arrows that stand for a lit connection, and the boxes and the
// arrow of the pair that is selected. The picture may be somebody else's too; what changes
// is copied.
func (l lit) lightPicture(e *evaluation, p layout.Picture) layout.Picture {
	callers, called := e.selectedEnds()
	if len(l.pairs) == 0 && len(callers) == 0 && len(called) == 0 {
		return p
	}
	ends := newEnds(e, p)
	chosen := func(id string, among ...*model.Entity) bool {
		return slices.ContainsFunc(ends.of(id), func(x *model.Entity) bool { return slices.Contains(among, x) })
	}
	p.Groups = slices.Clone(p.Groups)
	for i, g := range p.Groups {
		switch g.Kind {
		case layout.NodeGroup:
			if chosen(g.Entity, slices.Concat(callers, called)...) {
				p.Groups[i].Classes += " sel"
			}
		case layout.EdgeGroup:
			if strings.Contains(g.Classes, "request") && l.between(ends.of(g.From), ends.of(g.To)) {
				p.Groups[i].Classes += " lit"
			}
			if chosen(g.From, callers...) && chosen(g.To, called...) {
				p.Groups[i].Classes += " sel"
			}
		}
	}
	return p
}

// ends knows which entities the end of an arrow stands for.
type ends struct {
	cluster *model.Cluster
	hubs    map[string][]*model.Entity
}

func newEnds(e *evaluation, p layout.Picture) ends {
	x := ends{e.Cluster, map[string][]*model.Entity{}}
	for _, g := range p.Groups {
		if g.Kind != layout.HubGroup {
			continue
		}
		var members []string
		_ = json.Unmarshal([]byte(g.Members), &members) // we wrote it
		for _, id := range members {
			x.hubs[g.ID] = append(x.hubs[g.ID], e.Cluster.Entity(id))
		}
	}
	return x
}

func (x ends) of(id string) []*model.Entity {
	if members, ok := x.hubs[id]; ok {
		return members
	}
	if e := x.cluster.Entity(id); e != nil {
		return []*model.Entity{e}
	}
	return nil
}

// policySelection is what is said of the policy that is selected; nil where none is.
func policySelection(e *evaluation, places places) *templates.PolicyWords {
	part := e.state.selectedPolicy
	if part == nil || !e.Readable {
		return nil
	}
	p := e.Cluster.Policy(part.Policy)
	if p == nil {
		return nil
	}
	w := policyWords(explain.RulesOf(e.Matrix, p), places, anchors{})
	if len(e.Cluster.Classes) <= mostEffectClasses && p.InForce {
		w.Effect = explain.EffectOf(e.Matrix, p).Sentences
	}
	return &w
}

// ruleLines says, as JSON, where policies and their rules are written: for each the
// value that selects it, its file and its first and last line.
func ruleLines(e *evaluation, places places) string {
	type written [4]any
	list := []written{}
	for i, p := range e.Cluster.Policies {
		if i == mostLocated {
			break
		}
		values, fields := []string{p.ID}, []string{""}
		for _, r := range p.Rules {
			values = append(values, reach.Off{Policy: p.ID, Rule: true, Direction: r.Direction, Index: r.Index}.String())
			fields = append(fields, r.Field())
		}
		for j, at := range manifest.LocateAll(p.Source, fields) {
			if file, ok := places.index[at.File]; ok && !at.IsZero() {
				list = append(list, written{values[j], file, at.Start.Line, lastLine(at)})
			}
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // texts and numbers
	}
	return string(text)
}

// lastLine gives the last line on which something of a range stands.
func lastLine(at diag.Range) int {
	if at.End.Column <= 1 && at.End.Line > at.Start.Line {
		return at.End.Line - 1
	}
	return at.End.Line
}

// ruleField matches the field of a rule, or one within it.
var ruleField = regexp.MustCompile(`^spec\.(ingress|egress)\[(\d+)\]`)

// selectionOf gives the policy that a finding is about, or the rule of it, as a
// selection; "" where it is not in force.
func selectionOf(e *evaluation, f diag.Finding) string {
	id, ok := strings.CutPrefix(f.Object, "NetworkPolicy ")
	if !ok || !e.Readable {
		return ""
	}
	if p := e.Cluster.Policy(id); p == nil || !p.InForce {
		return ""
	}
	texts := []string{id}
	if m := ruleField.FindStringSubmatch(f.Field); m != nil {
		texts = []string{id + ":" + m[1] + ":" + m[2], id}
	}
	for _, text := range texts {
		if part, err := reach.ParseOff(text); err == nil && explain.CheckOff(e.Cluster, []reach.Off{part}) == nil {
			return text
		}
	}
	return ""
}
