package figure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// relay draws the calls that go to a Service: in at its port, out to the pod's, and at the
// pod the ports that the policies name.
func relay(s Scene) (Figure, bool) {
	var pen layout.Pen
	var said []string
	box, y := 100.0, 30.0
	if s.Narrow {
		box = 74
	}
	width := s.width()
	for i := range s.Cells {
		c := &s.Cells[i]
		service, pod, port := through(s, c)
		if service == nil {
			continue
		}
		from, _ := ends(c)
		pen.Begin("relay")
		middle := (width - box) / 2
		pen.Box(layout.Rect{Y: y - 22, Width: box, Height: 44}, from, "")
		pen.Fill(layout.Quiet, layout.Rect{X: middle, Y: y - 22, Width: box, Height: 44}, 2)
		pen.Words(layout.Point{X: middle + box/2, Y: y - 4}, layout.Middle, layout.Strong, service.Name, box-8)
		pen.Words(layout.Point{X: middle + box/2, Y: y + 13}, layout.Middle, layout.Quiet, "Service", 0)
		pen.Box(layout.Rect{X: width - box, Y: y - 22, Width: box, Height: 44}, pod.Name, "pod")
		asked := int(c.Ports[0].First)
		pen.Arrow(layout.Quiet, layout.Point{X: box, Y: y}, layout.Point{X: middle, Y: y})
		pen.Words(layout.Point{X: (box + middle) / 2, Y: y - 8}, layout.Middle, layout.Strong, fmt.Sprint(asked), 0)
		if c.Is {
			pen.Arrow(layout.Yes, layout.Point{X: middle + box, Y: y}, layout.Point{X: width - box, Y: y})
		} else {
			pen.Arrow(layout.No, layout.Point{X: middle + box, Y: y}, layout.Point{X: width - box - 12, Y: y})
		}
		pen.Words(layout.Point{X: (middle + width) / 2, Y: y - 12}, layout.Middle, layout.Strong, fmt.Sprint(port), 0)
		words, fits := named(s, c, pod, port)
		tone := layout.No
		if fits {
			tone = layout.Yes
		}
		pen.Words(layout.Point{X: width, Y: y + 40}, layout.End, tone, words, width)
		said = append(said, fmt.Sprintf("%s calls Service %s on %d, which calls pod %s on %d: %s. %s.", from, service.Name, asked, pod.Name, port, may(c.Is), capital(words)))
		y += 92
	}
	return Figure{Caption: "What the Service makes of the call, and what the policy sees", Picture: pen.Picture("Calls through a Service", joined(said))}, len(said) > 0
}

// through gives the Service that a cell goes to, a pod behind it and the port there.
func through(s Scene, c *lesson.Cell) (*model.Service, *model.Entity, uint16) {
	if len(c.To) != 1 || len(c.Ports) != 1 || !strings.Contains(c.To[0], "/Service/") {
		return nil, nil, 0
	}
	service := s.Report.Cluster.Service(strings.Replace(c.To[0], "/Service/", "/", 1))
	if service == nil {
		service = s.Report.Cluster.Service(c.To[0])
	}
	if service == nil || len(service.Entities) == 0 {
		return nil, nil, 0
	}
	pod := service.Entities[0]
	for _, p := range service.Ports {
		if p.Port == c.Ports[0].First && p.Protocol == c.Protocols[0] {
			if port, ok := p.On(pod); ok {
				return service, pod, port
			}
		}
	}
	return nil, nil, 0
}

// named says which ports the rules name that are about a pod, and whether the one that
// arrives is among them for the caller.
func named(s Scene, c *lesson.Cell, pod *model.Entity, port uint16) (string, bool) {
	var ports []string
	for _, p := range s.inForce() {
		if !p.Selects(pod) {
			continue
		}
		for _, r := range p.Rules {
			if r.Direction != model.Ingress {
				continue
			}
			for _, x := range r.Ports {
				text := x.Name
				if text == "" {
					text = fmt.Sprint(x.First)
				}
				if !slices.Contains(ports, text) {
					ports = append(ports, text)
				}
			}
		}
	}
	switch {
	case len(ports) == 0 && c.Is:
		return fmt.Sprintf("no rule limits the port, and %d arrives", port), true
	case len(ports) == 0:
		return fmt.Sprintf("no rule names a port; %d arrives", port), false
	case c.Is:
		return fmt.Sprintf("a rule names %s; what arrives is %d", strings.Join(ports, ", "), port), true
	case known(c) && !slices.Contains(ports, fmt.Sprint(port)):
		return fmt.Sprintf("the rule names %s; what arrives is %d", strings.Join(ports, ", "), port), false
	}
	return fmt.Sprintf("the rule names %s, and not this caller", strings.Join(ports, ", ")), false
}

// known reports whether a rule of the called lets the caller in on another port.
func known(c *lesson.Cell) bool {
	return c.Explanation != nil && slices.ContainsFunc(c.Explanation.Ingress.Misses, func(x explain.Entry) bool {
		return x.Reason == "port" || x.Reason == "protocol"
	})
}

// name draws a call by name: the question to the DNS server, and then the call, which is
// never sent if the question is stopped.
func name(s Scene) (Figure, bool) {
	var question, call *lesson.Cell
	var service *model.Service
	for i := range s.Cells {
		c := &s.Cells[i]
		if x := c.Explanation; x != nil && x.Port != nil && x.Port.Number == 53 && x.Port.Protocol == netset.UDP && question == nil {
			question = c
		}
	}
	if question == nil {
		return Figure{}, false
	}
	for i := range s.Cells {
		c := &s.Cells[i]
		if c == question || c.Caller() != question.Caller() || c.Explanation == nil || call != nil || !c.Is {
			continue
		}
		for _, x := range s.Report.Cluster.Services {
			if e := s.Report.Cluster.Entity(c.Explanation.To); e != nil && slices.Contains(x.Entities, e) && x.Name != "kube-dns" {
				call, service = c, x
			}
		}
	}
	if call == nil {
		return Figure{}, false
	}
	actor := func(id string) diagram.Actor {
		e := s.Report.Cluster.Entity(id)
		if e == nil {
			return diagram.Actor{ID: id, Name: id, Title: id}
		}
		return diagram.Actor{ID: e.ID, Name: e.Name, Namespace: e.Namespace.Name, Label: e.Namespace.Name, Title: e.Name + " in " + e.Namespace.Name}
	}
	ask, then := question.Explanation, call.Explanation
	q := &diagram.Sequence{
		Title: "A call by name", Subtitle: fmt.Sprintf("%s calls http://%s:%d", short(question.Caller()), service.Name, service.Ports[0].Port), Narrow: s.Narrow,
		Actors: []diagram.Actor{actor(then.To), actor(ask.From), actor(ask.To)},
	}
	const caller = 1
	step := func(to int, x *explain.Explanation, label string, is, reached bool) {
		d := diagram.Step{From: caller, To: to, Label: label, Title: fmt.Sprintf("%s: %s.", strings.TrimSuffix(label, ": "+service.Name+"?"), may(is)), Unreached: !reached}
		if is {
			d.Ports = x.Port.Ports()
		} else {
			d.StoppedAt, d.Reasons = diagram.Leaving, []string{"stopped leaving " + short(question.Caller())}
			if x.Egress.Verdict != explain.Blocked {
				d.StoppedAt, d.Reasons = diagram.Entering, []string{"stopped entering"}
			}
		}
		q.Steps = append(q.Steps, d)
		if is {
			q.Steps = append(q.Steps, diagram.Step{From: to, To: caller, Answer: true, Title: "The answer.", Unreached: !reached})
		}
	}
	words := "1. UDP 53: " + service.Name + "?"
	if s.Narrow {
		words = "1. UDP 53"
	}
	step(2, ask, words, question.Is, true)
	step(0, then, "2. "+call.PortWords(), call.Is, question.Is)
	said := "The name is found, and the call is sent."
	if !question.Is {
		said = "The question is stopped, so the call is never sent."
	}
	q.Notes = []string{said}
	return Figure{Caption: "First the question for the address, then the call", Picture: layout.Sequence(q)}, true
}
