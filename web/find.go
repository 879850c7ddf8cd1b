package web

import (
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// sought is what find= looks for: pods and addresses by a part of their id or of a
// label, or the connections that carry a port. Both ends of a connection are kept, so
// that who is found is seen with whoever they talk with.
type sought struct {
	port *explain.Port
	// named are the entities that are called so; kept are those and whoever one of them
	// may call or be called by.
	named, kept map[*model.Entity]bool
}

// search looks for what the state names; nil when it names nothing.
func search(e *evaluation) *sought {
	text := strings.ToLower(e.state.find)
	if text == "" || !e.Readable {
		return nil
	}
	f := &sought{named: map[*model.Entity]bool{}, kept: map[*model.Entity]bool{}}
	if port, err := explain.ParsePort(text); err == nil && port.Other == "" {
		f.port = &port
	}
	classes := map[*model.Class]bool{}
	for _, x := range e.Cluster.Entities {
		if f.port == nil && called(x, text) {
			f.named[x], f.kept[x], classes[x.Class] = true, true, true
		}
	}
	for c := range e.Matrix.Connections() {
		if f.port == nil && !classes[c.From] && !classes[c.To] || f.port != nil && !f.carries(c.Ports) {
			continue
		}
		for _, x := range slices.Concat(c.From.Entities, c.To.Entities) {
			f.kept[x] = true
		}
	}
	return f
}

// called reports whether an entity's id or one of its labels holds a text.
func called(x *model.Entity, text string) bool {
	if strings.Contains(strings.ToLower(x.ID), text) {
		return true
	}
	for key, value := range x.Labels {
		if strings.Contains(strings.ToLower(key+"="+value), text) {
			return true
		}
	}
	return false
}

func (f *sought) carries(ports netset.Ports) bool {
	return ports.Contains(f.port.Protocol, f.port.Number)
}

// found greys in a picture what is not looked for. The picture may be somebody else's
// too; what changes is copied.
func found(e *evaluation, p layout.Picture) layout.Picture {
	f := search(e)
	if f == nil {
		return p
	}
	p.Groups = slices.Clone(p.Groups)
	ends := newEnds(e, p)
	among := func(set map[*model.Entity]bool, id string) bool {
		return slices.ContainsFunc(ends.of(id), func(x *model.Entity) bool { return set[x] })
	}
	for i, g := range p.Groups {
		away := false
		switch g.Kind {
		case layout.NodeGroup:
			away = !among(f.kept, g.Entity)
		case layout.HubGroup:
			away = !among(f.kept, g.ID)
		case layout.EdgeGroup:
			away = f.port == nil && !among(f.named, g.From) && !among(f.named, g.To) || f.port != nil && !writtenIn(*f.port, g.Ports)
		}
		if away {
			p.Groups[i].Classes += " away"
		}
	}
	return p
}

// writtenIn reports whether the ports of an arrow, as its data-ports says them, hold a
// port.
func writtenIn(port explain.Port, ports string) bool {
	if ports == "all" {
		return true
	}
	for _, word := range strings.Fields(ports) {
		span, protocol, _ := strings.Cut(word, "/")
		first, last, ranged := strings.Cut(span, "-")
		if !ranged {
			last = first
		}
		from, err := explain.ParsePort(first + "/" + protocol)
		to, err2 := explain.ParsePort(last + "/" + protocol)
		if err == nil && err2 == nil && from.Protocol == port.Protocol && from.Number <= port.Number && port.Number <= to.Number {
			return true
		}
	}
	return false
}

// keepFound leaves in a list of axes those that hold what is looked for, and says so.
func keepFound(e *evaluation, axes []axis, note string) ([]axis, string) {
	f := search(e)
	if f == nil {
		return axes, note
	}
	axes = slices.DeleteFunc(axes, func(a axis) bool {
		return !slices.ContainsFunc(a.members, func(x *model.Entity) bool { return f.kept[x] })
	})
	what := "Only what is called “" + e.state.find + "” and whoever it talks with."
	if f.port != nil {
		what = "Only who may call or be called on port " + e.state.find + "."
	}
	if len(axes) == 0 {
		what = ""
	}
	return axes, strings.TrimSpace(what + " " + note)
}
